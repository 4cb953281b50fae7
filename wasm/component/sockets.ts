// The WIT's interface `sockets` over `syscalls` (wit/sockets.wit), as the canonical ABI has both: typed
// addresses made bytes of the host's target, errno made names. exports.mjs makes the WIT's names.
//
// There is no table of sockets: the representation of one is its descriptor's handle, with the protocol
// of its addresses in the bits above it, which handles do not have (a representation has 29 bits in jco).
import { ADDRESS, ADDRESS_SIZE } from "../memory";
import { UNSUPPORTED } from "../status";
import { DEFAULT, decodeAny, encode, protocolOf } from "./address";
import { RESULT, allocate, end, keep } from "./arena";
import { decodeControl, encodeControl, place } from "./control";
import { EAFNOSUPPORT, EINVAL, errorCode, soDomain, soProtocol, solSocket } from "./errors";
import { ADDRESS_BYTES, UNSPECIFIED, fromMemory, fromParameters, kind, toMemory } from "./slots";
import * as sys from "./syscalls";

const PROTOCOL_SHIFT = 26;
const HANDLE_MASK = (1 << PROTOCOL_SHIFT) - 1;

function fdOf(socket: i32): i32 {
  return socket & HANDLE_MASK;
}
function protocolIn(socket: i32): i32 {
  return socket >>> PROTOCOL_SHIFT;
}
function socketOf(fd: i32, protocol: i32): i32 {
  return sys.new_socket(fd | (protocol << PROTOCOL_SHIFT));
}

// Where the payload of a result is: of one without words, with words, with an address in it.
const BARE: usize = 1;
const WORDS: usize = 4;
const WIDE: usize = 8;
/** The errno in a result of `syscalls`. */
const ERRNO: usize = 4;

let target = -1;
/** Whose bytes the host speaks. */
function host(): i32 {
  if (target < 0) target = sys.sys_host_target();
  return target;
}

/** The system's error in RESULT as the guest's, with its payload at `at`. */
function failed(at: usize): usize {
  store<u8>(RESULT + at, errorCode(load<i32>(RESULT, ERRNO)));
  return end();
}
function isError(): bool {
  return load<u8>(RESULT) != 0;
}
/** A result whose good case goes on as it is. */
function passed(at: usize): usize {
  return isError() ? failed(at) : end();
}
/** An error of the adapter's own. */
function refused(code: i32, at: usize): usize {
  store<u8>(RESULT, 1);
  store<u8>(RESULT + at, code);
  return end();
}
function codeOf(status: i32): i32 {
  return status == UNSUPPORTED ? EAFNOSUPPORT : EINVAL;
}

/** The bytes of a sockaddr that the host gave, as an address at `to`. */
function putAddress(socket: i32, bytes: usize, length: u32, to: usize): void {
  const size = min<u32>(length, <u32>ADDRESS_SIZE);
  memory.copy(ADDRESS, bytes, size);
  decodeAny(host(), protocolIn(socket), size);
  toMemory(to);
}

/** The messages of a control buffer, listed at `to`; none of what can't be read. */
function putControl(control: usize, length: u32, to: usize): void {
  const count = decodeControl(host(), control, length);
  store<u32>(to, place);
  store<u32>(to, max(count, 0), 4);
}

export function socket_open(family: i32, type: i32, protocol: i32): usize {
  sys.sys_open(family, type, protocol, RESULT);
  if (isError()) return failed(WORDS);
  store<i32>(RESULT, socketOf(load<i32>(RESULT, 4), protocolOf(host(), family, protocol)), 4);
  return end();
}

export function socket_pair(family: i32, type: i32, protocol: i32): usize {
  sys.sys_pair(family, type, protocol, RESULT);
  if (isError()) return failed(WORDS);
  const which = protocolOf(host(), family, protocol);
  store<i32>(RESULT, socketOf(load<i32>(RESULT, 4), which), 4);
  store<i32>(RESULT, socketOf(load<i32>(RESULT, 8), which), 8);
  return end();
}

export function socket_bind(socket: i32, which: i32, a: i32, b: i64, c: i32, d: i32, e: i32, f: i32): usize {
  fromParameters(which, a, b, c, d, e, f);
  const length = encode(host());
  if (length < 0) return refused(codeOf(length), BARE);
  sys.sys_bind(fdOf(socket), ADDRESS, length, RESULT);
  return passed(BARE);
}

export function socket_connect(
  socket: i32,
  which: i32,
  a: i32,
  b: i64,
  c: i32,
  d: i32,
  e: i32,
  f: i32,
): usize {
  fromParameters(which, a, b, c, d, e, f);
  const length = encode(host());
  if (length < 0) return refused(codeOf(length), BARE);
  sys.sys_connect(fdOf(socket), ADDRESS, length, RESULT);
  return passed(BARE);
}

export function socket_listen(socket: i32, backlog: i32): usize {
  sys.sys_listen(fdOf(socket), backlog, RESULT);
  return passed(BARE);
}

export function socket_accept(socket: i32): usize {
  sys.sys_accept(fdOf(socket), RESULT);
  if (isError()) return failed(WIDE);
  const accepted = load<i32>(RESULT, 4);
  const bytes = load<u32>(RESULT, 8);
  const length = load<u32>(RESULT, 12);
  store<i32>(RESULT, socketOf(accepted, protocolIn(socket)), WIDE);
  putAddress(socket, bytes, length, RESULT + 16);
  return end();
}

export function socket_shutdown(socket: i32, how: i32): usize {
  sys.sys_shutdown(fdOf(socket), how, RESULT);
  return passed(BARE);
}

/** A result that is the bytes of an address. */
function name(socket: i32): usize {
  if (isError()) return failed(WIDE);
  putAddress(socket, load<u32>(RESULT, 4), load<u32>(RESULT, 8), RESULT + WIDE);
  return end();
}

export function socket_getsockname(socket: i32): usize {
  sys.sys_getsockname(fdOf(socket), RESULT);
  return name(socket);
}

export function socket_getpeername(socket: i32): usize {
  sys.sys_getpeername(fdOf(socket), RESULT);
  return name(socket);
}

export function socket_recv(socket: i32, length: u32, flags: i32): usize {
  sys.sys_recv(fdOf(socket), length, flags, RESULT);
  return passed(WORDS);
}

export function socket_recvfrom(socket: i32, length: u32, flags: i32): usize {
  sys.sys_recvfrom(fdOf(socket), length, flags, RESULT);
  if (isError()) return failed(WIDE);
  const data = load<u64>(RESULT, 4);
  const bytes = load<u32>(RESULT, 12);
  const size = load<u32>(RESULT, 16);
  store<u64>(RESULT, data, WIDE);
  putAddress(socket, bytes, size, RESULT + 16);
  return end();
}

/** What addresses a socket that came by SCM_RIGHTS has; the host may keep that to itself. */
function receivedProtocol(fd: i32): i32 {
  sys.sys_getsockopt(fd, solSocket(), soDomain(), 4, RESULT);
  if (isError() || load<u32>(RESULT, 8) != 4) return DEFAULT;
  const family = load<i32>(load<u32>(RESULT, 4));
  sys.sys_getsockopt(fd, solSocket(), soProtocol(), 4, RESULT);
  if (isError() || load<u32>(RESULT, 8) != 4) return DEFAULT;
  return protocolOf(host(), family, load<i32>(load<u32>(RESULT, 4)));
}

export function socket_recvmsg(socket: i32, length: u32, controlLength: u32, flags: i32): usize {
  sys.sys_recvmsg(fdOf(socket), length, controlLength, flags, RESULT);
  if (isError()) return failed(WIDE);
  const data = load<u64>(RESULT, 4);
  const control = load<u32>(RESULT, 12);
  const controlSize = load<u32>(RESULT, 16);
  const rights = load<u32>(RESULT, 20);
  const rightsCount = load<u32>(RESULT, 24);
  const messageFlags = load<u32>(RESULT, 28);
  const bytes = load<u32>(RESULT, 32);
  const size = load<u32>(RESULT, 36);
  for (let i: u32 = 0; i < rightsCount; i++) {
    const fd = load<i32>(rights + 4 * i);
    store<i32>(rights + 4 * i, socketOf(fd, receivedProtocol(fd)));
  }
  store<u8>(RESULT, 0);
  store<u64>(RESULT, data, 8);
  putControl(control, controlSize, RESULT + 16);
  store<u32>(RESULT, rights, 24);
  store<u32>(RESULT, rightsCount, 28);
  store<u32>(RESULT, messageFlags, 32);
  putAddress(socket, bytes, size, RESULT + 40);
  return end();
}

// record datagram: { data, control, msg-flags, address }, the host's and the guest's.
const HOST_DATAGRAM: u32 = 28;
const DATAGRAM: u32 = 24 + <u32>ADDRESS_BYTES;
const CONTROL: usize = 8;
const FLAGS: usize = 16;
const HOST_ADDRESS: usize = 20;
const DATAGRAM_ADDRESS: usize = 24;

export function socket_receive_many(
  socket: i32,
  count: u32,
  length: u32,
  controlLength: u32,
  flags: i32,
): usize {
  sys.sys_receive_many(fdOf(socket), count, length, controlLength, flags, RESULT);
  if (isError()) return failed(WORDS);
  const from = load<u32>(RESULT, 4);
  const got = load<u32>(RESULT, 8);
  const list = allocate(8, got * DATAGRAM);
  for (let i: u32 = 0; i < got; i++) {
    const given = from + i * HOST_DATAGRAM;
    const out = list + i * DATAGRAM;
    store<u64>(out, load<u64>(given));
    putControl(load<u32>(given, CONTROL), load<u32>(given, CONTROL + 4), out + CONTROL);
    store<u32>(out, load<u32>(given, FLAGS), FLAGS);
    putAddress(
      socket,
      load<u32>(given, HOST_ADDRESS),
      load<u32>(given, HOST_ADDRESS + 4),
      out + DATAGRAM_ADDRESS,
    );
  }
  store<u32>(RESULT, list, 4);
  return end();
}

export function socket_send(socket: i32, data: usize, length: u32, flags: i32): usize {
  sys.sys_send(fdOf(socket), data, length, flags, RESULT);
  return passed(WORDS);
}

/** The address in the slots at ADDRESS, none where it is unspecified: its length or a status. */
function receiver(): i32 {
  return kind == UNSPECIFIED ? 0 : encode(host());
}

export function socket_sendto(
  socket: i32,
  data: usize,
  length: u32,
  flags: i32,
  which: i32,
  a: i32,
  b: i64,
  c: i32,
  d: i32,
  e: i32,
  f: i32,
): usize {
  fromParameters(which, a, b, c, d, e, f);
  const size = receiver();
  if (size < 0) return refused(codeOf(size), WORDS);
  sys.sys_sendto(fdOf(socket), data, length, flags, ADDRESS, size, RESULT);
  return passed(WORDS);
}

export function socket_sendmsg(
  socket: i32,
  data: usize,
  length: u32,
  messages: usize,
  messageCount: u32,
  rights: usize,
  rightsCount: u32,
  flags: i32,
  which: i32,
  a: i32,
  b: i64,
  c: i32,
  d: i32,
  e: i32,
  f: i32,
): usize {
  fromParameters(which, a, b, c, d, e, f);
  const size = receiver();
  if (size < 0) return refused(codeOf(size), WORDS);
  const controlLength = encodeControl(host(), messages, messageCount);
  if (controlLength < 0) return refused(EINVAL, WORDS);
  for (let i: u32 = 0; i < rightsCount; i++) store<i32>(rights + 4 * i, fdOf(load<i32>(rights + 4 * i)));
  sys.sys_sendmsg(
    fdOf(socket),
    data,
    length,
    place,
    controlLength,
    rights,
    rightsCount,
    flags,
    ADDRESS,
    size,
    RESULT,
  );
  return passed(WORDS);
}

/** Makes the host's datagram of the guest's; a status where it is none. */
function toHost(given: usize, out: usize): i32 {
  const controlLength = encodeControl(host(), load<u32>(given, CONTROL), load<u32>(given, CONTROL + 4));
  if (controlLength < 0) return controlLength;
  store<u64>(out, load<u64>(given));
  store<u32>(out, place, CONTROL);
  store<u32>(out, controlLength, CONTROL + 4);
  store<u32>(out, 0, FLAGS);
  fromMemory(given + DATAGRAM_ADDRESS);
  const size = receiver();
  if (size < 0) return size;
  store<u32>(out, keep(ADDRESS, size), HOST_ADDRESS);
  store<u32>(out, size, HOST_ADDRESS + 4);
  return 0;
}

export function socket_send_many(socket: i32, datagrams: usize, count: u32, flags: i32): usize {
  const list = allocate(4, count * HOST_DATAGRAM);
  let ready: u32 = 0;
  let status = 0;
  // As the kernel: what comes before one that can't be sent goes.
  while (ready < count && status == 0) {
    status = toHost(datagrams + ready * DATAGRAM, list + ready * HOST_DATAGRAM);
    if (status == 0) ready++;
  }
  if (ready == 0 && status < 0) return refused(codeOf(status), WORDS);
  sys.sys_send_many(fdOf(socket), list, ready, flags, RESULT);
  return passed(WORDS);
}

export function socket_getsockopt(socket: i32, level: i32, option: i32, length: u32): usize {
  sys.sys_getsockopt(fdOf(socket), level, option, length, RESULT);
  return passed(WORDS);
}

export function socket_setsockopt(socket: i32, level: i32, option: i32, value: usize, length: u32): usize {
  sys.sys_setsockopt(fdOf(socket), level, option, value, length, RESULT);
  return passed(BARE);
}

export function socket_ioctl(socket: i32, request: u32, argument: usize, length: u32): usize {
  sys.sys_ioctl(fdOf(socket), request, argument, length, RESULT);
  return passed(WORDS);
}

export function socket_duplicate(socket: i32): usize {
  sys.sys_duplicate(fdOf(socket), RESULT);
  if (isError()) return failed(WORDS);
  store<i32>(RESULT, socketOf(load<i32>(RESULT, 4), protocolIn(socket)), 4);
  return end();
}

export function socket_is_nonblocking(socket: i32): usize {
  sys.sys_is_nonblocking(fdOf(socket), RESULT);
  if (isError()) return failed(BARE);
  store<u8>(RESULT, load<u8>(RESULT, ERRNO), BARE);
  return end();
}

export function socket_set_nonblocking(socket: i32, on: i32): usize {
  sys.sys_set_nonblocking(fdOf(socket), on, RESULT);
  return passed(BARE);
}

export function socket_close(socket: i32): usize {
  sys.sys_close(fdOf(socket), RESULT);
  return passed(BARE);
}

/** The destructor. */
export function socket_drop(socket: i32): void {
  sys.sys_drop(fdOf(socket));
}

export function sockets_constants(names: usize, count: u32): usize {
  sys.sys_constants(names, count, RESULT);
  return end();
}

// tuple<borrow<socket>, s16>
const ENTRY: u32 = 8;

export function sockets_poll(entries: usize, count: u32, milliseconds: i32): usize {
  for (let i: u32 = 0; i < count; i++) store<i32>(entries + i * ENTRY, fdOf(load<i32>(entries + i * ENTRY)));
  sys.sys_poll(entries, count, milliseconds, RESULT);
  return passed(WORDS);
}
