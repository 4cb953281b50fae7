// The interface `syscalls` on WASI 0.2, in the place of ../syscalls.ts: TCP and UDP over IPv4 and IPv6, with
// Linux's numbers. What WASI lacks is ENOSYS.
import { LINUX64 } from "../../abi";
import { allocate } from "../arena";
import { IPV4, IPV6, field, give, given, take, takeAny, write } from "./address";
import { constant } from "./constants";
import * as wasi from "./imports";

@external("[export]berkeley:sockets/sockets@0.1.0", "[resource-new]socket")
export declare function new_socket(representation: i32): i32;

const EIO: i32 = 5;
const EBADF: i32 = 9;
const EAGAIN: i32 = 11;
const EINVAL: i32 = 22;
const EMFILE: i32 = 24;
const EPIPE: i32 = 32;
export const ENOSYS: i32 = 38;
const EPROTONOSUPPORT: i32 = 93;
const EAFNOSUPPORT: i32 = 97;
const ECONNRESET: i32 = 104;
const EISCONN: i32 = 106;
const ENOTCONN: i32 = 107;
const EALREADY: i32 = 114;
const EINPROGRESS: i32 = 115;
/** WASI's error-codes in turn; those of names are not asked for here. */
const errnos: usize = memory.data<u8>([
  5, 13, 95, 22, 12, 110, 114, 22, 11, 22, 24, 99, 98, 113, 111, 104, 103, 90, 5, 5, 5,
]);
const WOULD_BLOCK: u8 = 8;

const AF_INET = 2;
const AF_INET6 = 10;
const STREAM = 1;
const DATAGRAM = 2;
const TYPE = 15;
const NONBLOCK = 0x800;
const DONTWAIT = 64;
/** Flags that change nothing here: MSG_NOSIGNAL. */
const IGNORED = 0x4000;
const SOL_SOCKET = 1;
const SO_TYPE = 3;
const SO_ERROR = 4;
const SO_PROTOCOL = 38;
const SO_DOMAIN = 39;
const POLLIN = 1;
const POLLOUT = 4;
const NANOSECONDS: u64 = 1_000_000;

// Sockets by number from 1 on. Handles are WASI's, 0 is none.
const COUNT: i32 = 256;
const BYTES: i32 = 32;
const table: usize = memory.data(8192, 4);
const TYPE_AT: usize = 0;
const SOCKET: usize = 4;
const INPUT: usize = 8;
const OUTPUT: usize = 12;
const FAMILY: usize = 16;
const STATE: usize = 20;
// Bits of the state.
const NONBLOCKING: i32 = 1;
const BOUND: i32 = 2;
const LISTENING: i32 = 4;
const CONNECTING: i32 = 8;
const CONNECTED: i32 = 16;
const CLOSED: i32 = 32;

/** Where WASI's results are written. */
const R: usize = memory.data(48, 8);
let network = 0;
function net(): i32 {
  if (network == 0) network = wasi.instance_network();
  return network;
}

function row(fd: i32): usize {
  return table + fd * BYTES;
}
function get(fd: i32, at: usize): i32 {
  return load<i32>(row(fd) + at);
}
function has(fd: i32, bit: i32): bool {
  return (get(fd, STATE) & bit) != 0;
}
function set(fd: i32, bit: i32): void {
  store<i32>(row(fd), get(fd, STATE) | bit, STATE);
}
function clear(fd: i32, bit: i32): void {
  store<i32>(row(fd), get(fd, STATE) & ~bit, STATE);
}
function isTcp(fd: i32): bool {
  return get(fd, TYPE_AT) == STREAM;
}

/** A free number for these, or 0. */
function add(type: i32, family: i32, socket: i32, input: i32, output: i32, state: i32): i32 {
  for (let fd = 1; fd < COUNT; fd++) {
    if (get(fd, TYPE_AT) != 0) continue;
    const at = row(fd);
    store<i32>(at, type, TYPE_AT);
    store<i32>(at, socket, SOCKET);
    store<i32>(at, input, INPUT);
    store<i32>(at, output, OUTPUT);
    store<i32>(at, family, FAMILY);
    store<i32>(at, state, STATE);
    return fd;
  }
  return 0;
}

// Results of `syscalls`: the case, and an errno or words from 4 on.
export function fail(out: usize, errno: i32): void {
  store<u8>(out, 1);
  store<i32>(out, errno, 4);
}
function done(out: usize): void {
  store<u8>(out, 0);
}
function word(out: usize, value: i32): void {
  store<u8>(out, 0);
  store<i32>(out, value, 4);
}
function list(out: usize, at: usize, length: i32): void {
  word(out, <i32>at);
  store<i32>(out, length, 8);
}

/** The errno of WASI's result in R, whose error-code is at `at`; 0 where it has none. */
function errorAt(at: usize): i32 {
  return load<u8>(R) == 0 ? 0 : load<u8>(errnos + load<u8>(R + at));
}
function wouldBlock(at: usize): bool {
  return load<u8>(R) != 0 && load<u8>(R + at) == WOULD_BLOCK;
}
/** The same of a stream's, whose error is a variant: closed, or an error that nobody asks. */
function streamError(at: usize, closed: i32): i32 {
  if (load<u8>(R) == 0) return 0;
  if (load<u8>(R + at)) return closed;
  wasi.error_drop(load<i32>(R + at, 4));
  return ECONNRESET;
}

function waitFor(pollable: i32): void {
  wasi.pollable_block(pollable);
  wasi.pollable_drop(pollable);
}
function ready(fd: i32): i32 {
  return isTcp(fd) ? wasi.tcp_subscribe(get(fd, SOCKET)) : wasi.udp_subscribe(get(fd, SOCKET));
}

/** Drops what the socket has of WASI, streams first: they are its children. */
function close(fd: i32): void {
  if (has(fd, CLOSED)) return;
  set(fd, CLOSED);
  dropStreams(fd);
  if (isTcp(fd)) wasi.tcp_drop(get(fd, SOCKET));
  else wasi.udp_drop(get(fd, SOCKET));
}
function dropStreams(fd: i32): void {
  const input = get(fd, INPUT);
  const output = get(fd, OUTPUT);
  if (input && isTcp(fd)) wasi.input_drop(input);
  else if (input) wasi.incoming_drop(input);
  if (output && isTcp(fd)) wasi.output_drop(output);
  else if (output) wasi.outgoing_drop(output);
  store<i32>(row(fd), 0, INPUT);
  store<i32>(row(fd), 0, OUTPUT);
}

/** Whether the call is one of an open socket; else EBADF is written. */
export function isOpen(fd: i32, out: usize): bool {
  if (!has(fd, CLOSED)) return true;
  fail(out, EBADF);
  return false;
}
function mayWait(fd: i32, flags: i32): bool {
  return !has(fd, NONBLOCKING) && (flags & DONTWAIT) == 0;
}
/** Whether these flags are known here; else ENOSYS is written. */
function knows(flags: i32, out: usize): bool {
  if ((flags & ~(DONTWAIT | IGNORED)) == 0) return true;
  fail(out, ENOSYS);
  return false;
}

export function sys_host_target(): i32 {
  return LINUX64;
}

export function sys_constants(names: usize, count: u32, out: usize): void {
  const options = allocate(8, <usize>count * 16);
  for (let i: u32 = 0; i < count; i++) {
    const value = constant(load<u32>(names + 8 * i), load<i32>(names + 8 * i, 4));
    store<u64>(options + 16 * i, value >= 0 ? 1 : 0);
    store<i64>(options + 16 * i, value, 8);
  }
  store<u32>(out, options);
  store<u32>(out, count, 4);
}

export function sys_open(family: i32, type: i32, protocol: i32, out: usize): void {
  if (family != AF_INET && family != AF_INET6) return fail(out, EAFNOSUPPORT);
  const kind = type & TYPE;
  const isStream = kind == STREAM && (protocol == 0 || protocol == 6);
  const isDatagram = kind == DATAGRAM && (protocol == 0 || protocol == 17);
  if (!isStream && !isDatagram) return fail(out, EPROTONOSUPPORT);
  const version = family == AF_INET ? IPV4 : IPV6;
  if (isStream) wasi.tcp_create(version, R);
  else wasi.udp_create(version, R);
  const errno = errorAt(4);
  if (errno) return fail(out, errno);
  const socket = load<i32>(R, 4);
  const fd = add(kind, version, socket, 0, 0, type & NONBLOCK ? NONBLOCKING : 0);
  if (fd) return word(out, fd);
  if (isStream) wasi.tcp_drop(socket);
  else wasi.udp_drop(socket);
  fail(out, EMFILE);
}

/** Binds to the address in the fields: 0 or an errno. */
function bindTo(fd: i32): i32 {
  const s = get(fd, SOCKET);
  const v = get(fd, FAMILY);
  if (isTcp(fd))
    wasi.tcp_start_bind(
      s, net(), v, field(0), field(1), field(2), field(3), field(4), field(5), field(6), field(7), field(8),
      field(9), field(10), R,
    );
  else
    wasi.udp_start_bind(
      s, net(), v, field(0), field(1), field(2), field(3), field(4), field(5), field(6), field(7), field(8),
      field(9), field(10), R,
    );
  let errno = errorAt(1);
  if (errno) return errno;
  for (;;) {
    if (isTcp(fd)) wasi.tcp_finish_bind(s, R);
    else wasi.udp_finish_bind(s, R);
    if (!wouldBlock(1)) break;
    waitFor(ready(fd));
  }
  errno = errorAt(1);
  if (errno == 0) set(fd, BOUND);
  return errno;
}

/** Takes an address of the socket's own family into the fields: 0 or an errno. */
function taken(fd: i32, address: usize, length: i32): i32 {
  const family = take(address, length);
  if (family < 0) return EAFNOSUPPORT;
  return family == get(fd, FAMILY) ? 0 : EAFNOSUPPORT;
}

function answer(out: usize, errno: i32): void {
  if (errno) fail(out, errno);
  else done(out);
}

export function sys_bind(fd: i32, address: usize, length: i32, out: usize): void {
  if (!isOpen(fd, out)) return;
  if (has(fd, BOUND)) return fail(out, EINVAL);
  let errno = taken(fd, address, length);
  if (errno == 0) errno = bindTo(fd);
  // What comes before there are streams some implementations lose.
  if (errno == 0 && !isTcp(fd)) errno = streaming(fd);
  answer(out, errno);
}

/** Makes the streams of a UDP socket, to the address in the fields or to all. */
function stream(fd: i32, isSome: bool): i32 {
  dropStreams(fd);
  wasi.udp_stream(
    get(fd, SOCKET), isSome, isSome ? get(fd, FAMILY) : 0, field(0), field(1), field(2), field(3), field(4),
    field(5), field(6), field(7), field(8), field(9), field(10), R,
  );
  const errno = errorAt(4);
  if (errno) return errno;
  store<i32>(row(fd), load<i32>(R, 4), INPUT);
  store<i32>(row(fd), load<i32>(R, 8), OUTPUT);
  return 0;
}
/** Sees to it that a UDP socket has a name and streams: 0 or an errno. */
function streaming(fd: i32): i32 {
  if (get(fd, INPUT)) return 0;
  takeAny();
  const errno = has(fd, BOUND) ? 0 : bindTo(fd);
  if (errno) return errno;
  takeAny();
  return stream(fd, false);
}

function finishConnect(fd: i32): i32 {
  for (;;) {
    wasi.tcp_finish_connect(get(fd, SOCKET), R);
    if (!wouldBlock(4)) break;
    if (has(fd, NONBLOCKING)) return EINPROGRESS;
    waitFor(ready(fd));
  }
  clear(fd, CONNECTING);
  const errno = errorAt(4);
  if (errno) return errno;
  store<i32>(row(fd), load<i32>(R, 4), INPUT);
  store<i32>(row(fd), load<i32>(R, 8), OUTPUT);
  set(fd, CONNECTED | BOUND);
  return 0;
}

function connectTcp(fd: i32, address: usize, length: i32): i32 {
  if (has(fd, CONNECTED)) return EISCONN;
  if (has(fd, CONNECTING)) {
    const errno = finishConnect(fd);
    return errno == EINPROGRESS ? EALREADY : errno;
  }
  let errno = taken(fd, address, length);
  if (errno) return errno;
  wasi.tcp_start_connect(
    get(fd, SOCKET), net(), get(fd, FAMILY), field(0), field(1), field(2), field(3), field(4), field(5),
    field(6), field(7), field(8), field(9), field(10), R,
  );
  errno = errorAt(1);
  if (errno) return errno;
  set(fd, CONNECTING);
  return finishConnect(fd);
}

function connectUdp(fd: i32, address: usize, length: i32): i32 {
  const isNone = length >= 2 && load<u16>(address) == 0;
  takeAny();
  let errno = has(fd, BOUND) ? 0 : bindTo(fd);
  if (errno) return errno;
  takeAny();
  errno = isNone ? 0 : taken(fd, address, length);
  if (errno) return errno;
  errno = stream(fd, !isNone);
  if (errno == 0 && !isNone) set(fd, CONNECTED);
  else clear(fd, CONNECTED);
  return errno;
}

export function sys_connect(fd: i32, address: usize, length: i32, out: usize): void {
  if (!isOpen(fd, out)) return;
  answer(out, isTcp(fd) ? connectTcp(fd, address, length) : connectUdp(fd, address, length));
}

function listenOn(fd: i32, backlog: i32): i32 {
  if (!isTcp(fd)) return ENOSYS;
  takeAny();
  const errno = has(fd, BOUND) ? 0 : bindTo(fd);
  if (errno) return errno;
  const s = get(fd, SOCKET);
  // How many may wait is a wish, in WASI as in POSIX.
  if (backlog > 0) wasi.tcp_set_backlog(s, backlog, R);
  if (has(fd, LISTENING)) return 0;
  wasi.tcp_start_listen(s, R);
  if (errorAt(1)) return errorAt(1);
  for (;;) {
    wasi.tcp_finish_listen(s, R);
    if (!wouldBlock(1)) break;
    waitFor(ready(fd));
  }
  if (errorAt(1)) return errorAt(1);
  set(fd, LISTENING);
  return 0;
}

export function sys_listen(fd: i32, backlog: i32, out: usize): void {
  if (isOpen(fd, out)) answer(out, listenOn(fd, backlog));
}

export function sys_accept(fd: i32, out: usize): void {
  if (!isOpen(fd, out)) return;
  if (!has(fd, LISTENING)) return fail(out, EINVAL);
  for (;;) {
    wasi.tcp_accept(get(fd, SOCKET), R);
    if (!wouldBlock(4) || has(fd, NONBLOCKING)) break;
    waitFor(ready(fd));
  }
  const errno = errorAt(4);
  if (errno) return fail(out, errno);
  const socket = load<i32>(R, 4);
  const input = load<i32>(R, 8);
  const output = load<i32>(R, 12);
  const accepted = add(STREAM, get(fd, FAMILY), socket, input, output, BOUND | CONNECTED);
  if (accepted == 0) {
    wasi.input_drop(input);
    wasi.output_drop(output);
    wasi.tcp_drop(socket);
    return fail(out, EMFILE);
  }
  wasi.tcp_remote(socket, R);
  const address = load<u8>(R) == 0 ? give(R + 4) : 0;
  word(out, accepted);
  store<u32>(out, address, 8);
  store<i32>(out, address ? given : 0, 12);
}

export function sys_shutdown(fd: i32, how: i32, out: usize): void {
  if (!isOpen(fd, out)) return;
  if (!isTcp(fd) || !has(fd, CONNECTED)) return fail(out, ENOTCONN);
  if (<u32>how > 2) return fail(out, EINVAL);
  wasi.tcp_shutdown(get(fd, SOCKET), how, R);
  answer(out, errorAt(1));
}

function name(out: usize, errno: i32): void {
  if (errno) return fail(out, errno);
  const at = give(R + 4);
  list(out, at, given);
}

export function sys_getsockname(fd: i32, out: usize): void {
  if (!isOpen(fd, out)) return;
  if (!has(fd, BOUND)) {
    // An unbound socket's name is any address, and no port.
    memory.fill(R, 0, 48);
    store<u8>(R, get(fd, FAMILY), 4);
    return name(out, 0);
  }
  if (isTcp(fd)) wasi.tcp_local(get(fd, SOCKET), R);
  else wasi.udp_local(get(fd, SOCKET), R);
  name(out, errorAt(4));
}

export function sys_getpeername(fd: i32, out: usize): void {
  if (!isOpen(fd, out)) return;
  if (!has(fd, CONNECTED)) return fail(out, ENOTCONN);
  if (isTcp(fd)) wasi.tcp_remote(get(fd, SOCKET), R);
  else wasi.udp_remote(get(fd, SOCKET), R);
  name(out, errorAt(4));
}

// What the last receive() got: where the data is, and the sender's sockaddr; none over TCP.
let data: usize = 0;
let sender: usize = 0;
let senderLength: i32 = 0;
let isCut = false;

function receiveTcp(fd: i32, length: u32, waits: bool): i32 {
  if (!has(fd, CONNECTED)) return -ENOTCONN;
  let count = 0;
  for (;;) {
    wasi.input_read(get(fd, INPUT), length, R);
    // The end of the stream is no data.
    if (load<u8>(R)) return -streamError(4, 0);
    data = load<u32>(R, 4);
    count = load<i32>(R, 8);
    if (count > 0 || length == 0 || !waits) break;
    waitFor(wasi.input_subscribe(get(fd, INPUT)));
  }
  return count == 0 && length > 0 ? -EAGAIN : count;
}

function receiveUdp(fd: i32, length: u32, waits: bool): i32 {
  const errno = streaming(fd);
  if (errno) return -errno;
  for (;;) {
    wasi.incoming_receive(get(fd, INPUT), 1, R);
    if (errorAt(4)) return -errorAt(4);
    if (load<u32>(R, 8) > 0) break;
    if (!waits) return -EAGAIN;
    waitFor(wasi.incoming_subscribe(get(fd, INPUT)));
  }
  const datagram = load<u32>(R, 4);
  const size = load<u32>(datagram, 4);
  data = load<u32>(datagram);
  isCut = size > length;
  sender = give(datagram + 8);
  senderLength = given;
  return <i32>min(size, length);
}

/** Receives: how many bytes there are at `data`, or a negative errno. */
function receive(fd: i32, length: u32, flags: i32): i32 {
  sender = 0;
  senderLength = 0;
  isCut = false;
  data = 0;
  const most = min<u32>(length, 1 << 20);
  return isTcp(fd) ? receiveTcp(fd, most, mayWait(fd, flags)) : receiveUdp(fd, most, mayWait(fd, flags));
}

export function sys_recv(fd: i32, length: u32, flags: i32, out: usize): void {
  if (!isOpen(fd, out) || !knows(flags, out)) return;
  const count = receive(fd, length, flags);
  if (count < 0) fail(out, -count);
  else list(out, data, count);
}

export function sys_recvfrom(fd: i32, length: u32, flags: i32, out: usize): void {
  if (!isOpen(fd, out) || !knows(flags, out)) return;
  const count = receive(fd, length, flags);
  if (count < 0) return fail(out, -count);
  list(out, data, count);
  store<u32>(out, sender, 12);
  store<i32>(out, senderLength, 16);
}

export function sys_recvmsg(fd: i32, length: u32, control: u32, flags: i32, out: usize): void {
  if (!isOpen(fd, out) || !knows(flags, out)) return;
  const count = receive(fd, length, flags);
  if (count < 0) return fail(out, -count);
  memory.fill(out, 0, 40);
  list(out, data, count);
  store<i32>(out, isCut ? 32 : 0, 28); // MSG_TRUNC
  store<u32>(out, sender, 32);
  store<i32>(out, senderLength, 36);
}

function sendTcp(fd: i32, from: usize, length: u32, waits: bool): i32 {
  if (!has(fd, CONNECTED)) return -ENOTCONN;
  const output = get(fd, OUTPUT);
  let room: u32 = 0;
  for (;;) {
    wasi.output_check(output, R);
    if (load<u8>(R)) return -streamError(8, EPIPE);
    room = <u32>min<u64>(load<u64>(R, 8), length);
    if (room > 0 || length == 0) break;
    if (!waits) return -EAGAIN;
    waitFor(wasi.output_subscribe(output));
  }
  wasi.output_write(output, from, room, R);
  if (load<u8>(R)) return -streamError(4, EPIPE);
  wasi.output_flush(output, R);
  if (load<u8>(R)) return -streamError(4, EPIPE);
  return room;
}

// record outgoing-datagram { data: list<u8>, remote-address: option<ip-socket-address> }
const OUTGOING: usize = 44;

function sendUdp(fd: i32, from: usize, length: u32, address: usize, addressLength: i32, waits: bool): i32 {
  let errno = streaming(fd);
  if (errno) return -errno;
  const output = get(fd, OUTPUT);
  for (;;) {
    wasi.outgoing_check(output, R);
    if (load<u8>(R)) return -errorAt(8);
    if (load<u64>(R, 8) > 0) break;
    if (!waits) return -EAGAIN;
    waitFor(wasi.outgoing_subscribe(output));
  }
  const datagram = allocate(4, OUTGOING);
  memory.fill(datagram, 0, OUTGOING);
  store<u32>(datagram, from);
  store<u32>(datagram, length, 4);
  if (addressLength > 0) {
    errno = taken(fd, address, addressLength);
    if (errno) return -errno;
    store<u8>(datagram, 1, 8);
    write(get(fd, FAMILY), datagram + 12);
  }
  wasi.outgoing_send(output, datagram, 1, R);
  if (load<u8>(R)) return -errorAt(8);
  return load<u64>(R, 8) == 1 ? length : -EIO;
}

export function sys_send(fd: i32, from: usize, length: u32, flags: i32, out: usize): void {
  sys_sendto(fd, from, length, flags, 0, 0, out);
}

export function sys_sendto(
  fd: i32,
  from: usize,
  length: u32,
  flags: i32,
  address: usize,
  addressLength: i32,
  out: usize,
): void {
  if (!isOpen(fd, out) || !knows(flags, out)) return;
  const waits = mayWait(fd, flags);
  const count = isTcp(fd)
    ? sendTcp(fd, from, length, waits)
    : sendUdp(fd, from, length, address, addressLength, waits);
  if (count < 0) fail(out, -count);
  else word(out, count);
}

export function sys_sendmsg(
  fd: i32,
  from: usize,
  length: u32,
  control: usize,
  controlLength: i32,
  rights: usize,
  rightsCount: u32,
  flags: i32,
  address: usize,
  addressLength: i32,
  out: usize,
): void {
  if (controlLength > 0 || rightsCount > 0) return fail(out, ENOSYS);
  sys_sendto(fd, from, length, flags, address, addressLength, out);
}

export function sys_getsockopt(fd: i32, level: i32, option: i32, length: u32, out: usize): void {
  if (!isOpen(fd, out)) return;
  const value = allocate(4, 4);
  store<i32>(value, 0);
  if (level == SOL_SOCKET && option == SO_TYPE) store<i32>(value, get(fd, TYPE_AT));
  else if (level == SOL_SOCKET && option == SO_DOMAIN)
    store<i32>(value, get(fd, FAMILY) == IPV4 ? AF_INET : AF_INET6);
  else if (level == SOL_SOCKET && option == SO_PROTOCOL) store<i32>(value, isTcp(fd) ? 6 : 17);
  else if (level != SOL_SOCKET || option != SO_ERROR) return fail(out, ENOSYS);
  list(out, value, <i32>min<u32>(length, 4));
}

export function sys_is_nonblocking(fd: i32, out: usize): void {
  if (isOpen(fd, out)) word(out, has(fd, NONBLOCKING));
}

export function sys_set_nonblocking(fd: i32, on: i32, out: usize): void {
  if (!isOpen(fd, out)) return;
  if (on) set(fd, NONBLOCKING);
  else clear(fd, NONBLOCKING);
  done(out);
}

export function sys_close(fd: i32, out: usize): void {
  if (!isOpen(fd, out)) return;
  close(fd);
  done(out);
}

export function sys_drop(fd: i32): void {
  close(fd);
  store<i32>(row(fd), 0, TYPE_AT);
}

// poll(2) over pollables: of each entry one for what it may receive, and one for what it may send.
const ENTRY: u32 = 8;

/** What tells that a socket may receive, or send; 0 where nothing does. */
function pollable(fd: i32, isInput: bool): i32 {
  if (!isTcp(fd)) {
    if (streaming(fd)) return 0;
    return isInput ? wasi.incoming_subscribe(get(fd, INPUT)) : wasi.outgoing_subscribe(get(fd, OUTPUT));
  }
  if (has(fd, LISTENING)) return isInput ? ready(fd) : 0;
  if (has(fd, CONNECTING)) return isInput ? 0 : ready(fd);
  if (!has(fd, CONNECTED)) return 0;
  return isInput ? wasi.input_subscribe(get(fd, INPUT)) : wasi.output_subscribe(get(fd, OUTPUT));
}

export function sys_poll(entries: usize, count: u32, milliseconds: i32, out: usize): void {
  const results = allocate(2, 2 * <usize>count);
  const handles = allocate(4, 8 * <usize>count + 4);
  // Of each pollable: its entry, and its event in the lowest bits.
  const owners = allocate(4, 8 * <usize>count);
  memory.fill(results, 0, 2 * count);
  let n: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const fd = load<i32>(entries + i * ENTRY);
    const events = load<i16>(entries + i * ENTRY, 4);
    if (has(fd, CLOSED)) return fail(out, EBADF);
    for (let event = POLLIN; event <= POLLOUT; event += POLLOUT - POLLIN) {
      const handle = events & event ? pollable(fd, event == POLLIN) : 0;
      if (handle == 0) continue;
      store<i32>(handles + 4 * n, handle);
      store<u32>(owners + 4 * n, (i << 3) | event);
      n++;
    }
  }
  if (n == 0 && milliseconds < 0) return fail(out, EINVAL);
  let total = n;
  if (milliseconds > 0) {
    store<i32>(handles + 4 * n, wasi.after(<u64>milliseconds * NANOSECONDS));
    total++;
  }
  if (milliseconds != 0) wasi.poll_all(handles, total, R);
  for (let i: u32 = 0; i < n; i++) {
    const handle = load<i32>(handles + 4 * i);
    const owner = load<u32>(owners + 4 * i);
    const at = results + 2 * (owner >> 3);
    if (wasi.pollable_ready(handle)) store<i16>(at, load<i16>(at) | <i16>(owner & 7));
  }
  for (let i: u32 = 0; i < total; i++) wasi.pollable_drop(load<i32>(handles + 4 * i));
  list(out, results, count);
}
