// The WIT's error-code of a host's errno. The host is asked once for its numbers, by name, when the first
// call fails: so there is no table for each target.
import { allocate } from "./arena";
import { sys_constants } from "./syscalls";

/** The cases of error-code in their order (wit/sockets.wit), then what else is asked for. One text, no sum. */
const NAMES: string = `EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG EBADF EAGAIN ENOMEM EACCES EFAULT EBUSY EEXIST ENODEV
ENOTDIR EINVAL ENFILE EMFILE ENOTTY ENOSPC EROFS EPIPE ERANGE EDEADLK ENAMETOOLONG ENOSYS ELOOP
ENOMSG ENODATA ETIME ENONET ECOMM EPROTO EMULTIHOP EBADMSG EOVERFLOW ENOTUNIQ EBADFD EREMCHG
EILSEQ EUSERS ENOTSOCK EDESTADDRREQ EMSGSIZE EPROTOTYPE ENOPROTOOPT EPROTONOSUPPORT
ESOCKTNOSUPPORT EOPNOTSUPP EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN
ENETUNREACH ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN ENOTCONN ESHUTDOWN ETOOMANYREFS
ETIMEDOUT ECONNREFUSED EHOSTDOWN EHOSTUNREACH EALREADY EINPROGRESS EREMOTEIO EDQUOT ENOMEDIUM
ECANCELED ENOKEY EKEYEXPIRED EKEYREVOKED EKEYREJECTED ERFKILL SOL_SOCKET SO_DOMAIN SO_PROTOCOL`;
const ERRORS: i32 = 79;
const COUNT: i32 = ERRORS + 3;
// Cases that are not the host's word.
export const EINVAL: i32 = 16;
export const EAFNOSUPPORT: i32 = 51;
const OTHER: i32 = ERRORS;

/** Spaces and line ends come between names. */
const SPACE: i32 = 0x20;
/** What no constant is that is asked for. */
const ABSENT: i32 = -1;
const numbers: usize = memory.data(328, 4);
let asked = false;
/** list<option<s64>>, written behind the result that is being read. */
const answer: usize = memory.data(8, 4);
const OPTION_BYTES: i32 = 16;
const VALUE: usize = 8;

function ask(): void {
  const text = allocate(1, NAMES.length);
  const names = allocate(4, 8 * COUNT);
  let name = names;
  let start = text;
  for (let i = 0; i < NAMES.length; i++) {
    const c = NAMES.charCodeAt(i);
    store<u8>(text + i, c);
    if (c > SPACE) continue;
    store<u32>(name, start);
    store<u32>(name, text + i - start, 4);
    name += 8;
    start = text + i + 1;
  }
  store<u32>(name, start);
  store<u32>(name, text + NAMES.length - start, 4);
  sys_constants(names, COUNT, answer);
  if (load<i32>(answer, 4) != COUNT) unreachable();
  const values = load<u32>(answer);
  for (let i = 0; i < COUNT; i++) {
    const option = values + i * OPTION_BYTES;
    store<i32>(numbers + 4 * i, load<u8>(option) ? <i32>load<i64>(option, VALUE) : ABSENT);
  }
  asked = true;
}

function number(i: i32): i32 {
  if (!asked) ask();
  return load<i32>(numbers + 4 * i);
}

/** The case of an errno; `other` where it has no name. */
export function errorCode(errno: i32): i32 {
  if (errno <= 0) return OTHER;
  for (let i = 0; i < ERRORS; i++) if (number(i) == errno) return i;
  return OTHER;
}

export function solSocket(): i32 {
  return number(ERRORS);
}
export function soDomain(): i32 {
  return number(ERRORS + 1);
}
export function soProtocol(): i32 {
  return number(ERRORS + 2);
}
