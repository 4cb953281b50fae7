// Errors as Emscripten's libc numbers them: WASI's list by name, and a few of musl's own behind it.
import { constantNames } from "../../ts/base/constants.gen.js";
import type { Host } from "../contract.js";

/** The names in the order of WASI's numbers, from 1 on (wasi_snapshot_preview1, errno). */
const WASI = (
  "E2BIG EACCES EADDRINUSE EADDRNOTAVAIL EAFNOSUPPORT EAGAIN EALREADY EBADF EBADMSG EBUSY ECANCELED " +
  "ECHILD ECONNABORTED ECONNREFUSED ECONNRESET EDEADLK EDESTADDRREQ EDOM EDQUOT EEXIST EFAULT EFBIG " +
  "EHOSTUNREACH EIDRM EILSEQ EINPROGRESS EINTR EINVAL EIO EISCONN EISDIR ELOOP EMFILE EMLINK EMSGSIZE " +
  "EMULTIHOP ENAMETOOLONG ENETDOWN ENETRESET ENETUNREACH ENFILE ENOBUFS ENODEV ENOENT ENOEXEC ENOLCK " +
  "ENOLINK ENOMEM ENOMSG ENOPROTOOPT ENOSPC ENOSYS ENOTCONN ENOTDIR ENOTEMPTY ENOTRECOVERABLE ENOTSOCK " +
  "ENOTSUP ENOTTY ENXIO EOVERFLOW EOWNERDEAD EPERM EPIPE EPROTO EPROTONOSUPPORT EPROTOTYPE ERANGE EROFS " +
  "ESPIPE ESRCH ESTALE ETIMEDOUT ETXTBSY EXDEV ENOTCAPABLE"
).split(" ");

/** What WASI has no name for (Emscripten's bits/errno.h). */
const MUSL: readonly (readonly [string, number])[] = [
  ["ENOSTR", 100],
  ["ENODATA", 116],
  ["ETIME", 117],
  ["ENONET", 119],
  ["ENOPKG", 120],
  ["EREMOTE", 121],
  ["ECOMM", 124],
  ["ENOTUNIQ", 126],
  ["EBADFD", 127],
  ["EREMCHG", 128],
  ["EUSERS", 136],
  ["EPFNOSUPPORT", 139],
  ["ESOCKTNOSUPPORT", 137],
  ["ENOTSUP", 138],
  ["EOPNOTSUPP", 138],
  ["ESHUTDOWN", 140],
  ["ETOOMANYREFS", 141],
  ["EHOSTDOWN", 142],
];

/** A guest's errno by its name. */
export const guestErrno: Readonly<Record<string, number>> = Object.fromEntries([
  ...WASI.map((name, i) => [name, i + 1] as const),
  ...MUSL,
]);

/** The names of this host's errors by their numbers. */
export function hostErrors(host: Host): (number: number) => string | undefined {
  const values = host.constants();
  const names = new Map<number, string>();
  constantNames.forEach((name, i) => {
    const value = values[i]!;
    if (!/^E[A-Z0-9]+$/.test(name) || guestErrno[name] === undefined) return;
    if (!names.has(value)) names.set(value, name);
  });
  return number => names.get(number);
}
