// A guest of the WIT package berkeley:sockets in AssemblyScript: a TCP server that sends back what it gets.
// The canonical ABI by hand; for C and Rust wit-bindgen writes this part.

// berkeley:sockets/sockets: results of more than one word are written to the last parameter.
@external("berkeley:sockets/sockets@0.1.0", "[static]socket.open")
declare function open(family: i32, kind: i32, protocol: i32, out: usize): void;
@external("berkeley:sockets/sockets@0.1.0", "[method]socket.bind")
declare function bind(
  socket: i32,
  address: i32,
  a: usize,
  b: i64,
  c: i32,
  d: i32,
  e: i32,
  f: i32,
  out: usize,
): void;
@external("berkeley:sockets/sockets@0.1.0", "[method]socket.listen")
declare function listenOn(socket: i32, backlog: i32, out: usize): void;
@external("berkeley:sockets/sockets@0.1.0", "[method]socket.getsockname")
declare function getsockname(socket: i32, out: usize): void;
@external("berkeley:sockets/sockets@0.1.0", "[method]socket.accept")
declare function accept(socket: i32, out: usize): void;
@external("berkeley:sockets/sockets@0.1.0", "[method]socket.recv")
declare function recv(socket: i32, length: i32, flags: i32, out: usize): void;
@external("berkeley:sockets/sockets@0.1.0", "[method]socket.send")
declare function send(socket: i32, data: usize, length: i32, flags: i32, out: usize): void;
@external("berkeley:sockets/sockets@0.1.0", "[resource-drop]socket")
declare function drop(socket: i32): void;

const AF_INET = 2;
const SOCK_STREAM = 1;
/** The case `inet` of an address. */
const INET = 1;
const ROOM = 4096;

const HOST: usize = memory.data<u8>([0x31, 0x32, 0x37, 0x2e, 0x30, 0x2e, 0x30, 0x2e, 0x31]); // 127.0.0.1
const HOST_LENGTH = 9;
/** Where results are written. */
const OUT: usize = memory.data(48, 8);

const START: usize = __heap_base;
let top: usize = START;

/** Memory for what comes: taken anew when `top` is. */
export function cabi_realloc(old: usize, oldSize: usize, align: usize, size: usize): usize {
  const at = (top + align - 1) & ~(align - 1);
  top = at + size;
  const missing = <i32>((top + 0xffff) >> 16) - memory.size();
  if (missing > 0 && memory.grow(missing) < 0) unreachable();
  memory.copy(at, old, oldSize);
  return at;
}

/** Whether the last call failed. Its error-code is behind: of a result with an address at 8, else at 4 or 1. */
function failed(): bool {
  return load<u8>(OUT) != 0;
}

let server = 0;

/** Listens on 127.0.0.1; returns the port, or -1. */
export function listen(port: i32): i32 {
  open(AF_INET, SOCK_STREAM, 0, OUT);
  if (failed()) return -1;
  server = load<i32>(OUT, 4);
  bind(server, INET, HOST, HOST_LENGTH, port, 0, 0, 0, OUT);
  if (failed()) return -1;
  listenOn(server, 5, OUT);
  if (failed()) return -1;
  top = START;
  getsockname(server, OUT);
  // result<address>: the case at 8, its fields from 16 on: host, port.
  return failed() ? -1 : load<u16>(OUT, 24);
}

/** Sends all of it; false where it can't. */
function sendAll(socket: i32, data: usize, length: i32): bool {
  let done = 0;
  while (done < length) {
    send(socket, data + done, length - done, 0, OUT);
    if (failed()) return false;
    done += load<i32>(OUT, 4);
  }
  return true;
}

/** Serves one connection to its end; returns how many bytes went back, or -1. */
export function serve(): i32 {
  top = START;
  accept(server, OUT);
  if (failed()) return -1;
  const connection = load<i32>(OUT, 8);
  let total = 0;
  for (;;) {
    top = START;
    recv(connection, ROOM, 0, OUT);
    const length = failed() ? 0 : load<i32>(OUT, 8);
    if (length == 0 || !sendAll(connection, load<usize>(OUT, 4), length)) break;
    total += length;
  }
  drop(connection);
  return total;
}
