// A guest in AssemblyScript over the interface `syscalls`, without any library: it sends 64 bytes to
// itself over UDP, ROUNDS times, and tries what its policy does not grant. The canonical ABI is written
// out: results come at an address that the guest gives, lists come through cabi_realloc.

// @ts-ignore: decorator
@external("berkeley:sockets/syscalls@0.1.0", "[static]descriptor.open")
declare function open(family: i32, kind: i32, protocol: i32, result: usize): void;
// @ts-ignore: decorator
@external("berkeley:sockets/syscalls@0.1.0", "[method]descriptor.bind")
declare function bind(own: i32, address: usize, length: usize, result: usize): void;
// @ts-ignore: decorator
@external("berkeley:sockets/syscalls@0.1.0", "[method]descriptor.connect")
declare function connect(own: i32, address: usize, length: usize, result: usize): void;
// @ts-ignore: decorator
@external("berkeley:sockets/syscalls@0.1.0", "[method]descriptor.getsockname")
declare function getsockname(own: i32, result: usize): void;
// @ts-ignore: decorator
@external("berkeley:sockets/syscalls@0.1.0", "[method]descriptor.sendto")
declare function sendto(
  own: i32,
  data: usize,
  length: usize,
  flags: i32,
  address: usize,
  addressLength: usize,
  result: usize,
): void;
// @ts-ignore: decorator
@external("berkeley:sockets/syscalls@0.1.0", "[method]descriptor.recv")
declare function recv(own: i32, length: u32, flags: i32, result: usize): void;
// @ts-ignore: decorator
@external("berkeley:sockets/syscalls@0.1.0", "[method]descriptor.close")
declare function close(own: i32, result: usize): void;
// @ts-ignore: decorator
@external("berkeley:sockets/syscalls@0.1.0", "[resource-drop]descriptor")
declare function drop(own: i32): void;

const INET = 2;
const DATAGRAM = 2;
const EACCES = 13;
const EBADF = 9;
const ROUNDS = 100;

/** Where results, addresses and data are. */
const RESULT = memory.data(32, 8);
const ADDRESS = memory.data(16, 8);
const DATA = memory.data(64, 8);
/** What cabi_realloc hands out, from the start anew for each call. */
const ARENA = memory.data(4096, 16);
let used: usize = 0;

export function cabi_realloc(old: usize, oldSize: usize, align: usize, size: usize): usize {
  used = (used + align - 1) & ~(align - 1);
  if (used + size > 4096) unreachable();
  const at = ARENA + used;
  used += size;
  if (old != 0) memory.copy(at, old, oldSize < size ? oldSize : size);
  return at;
}

function failed(): bool {
  return load<u8>(RESULT) != 0;
}
const value = (): i32 => load<i32>(RESULT, 4);

function inet(last: u8, port: u16): void {
  memory.fill(ADDRESS, 0, 16);
  store<u16>(ADDRESS, INET);
  store<u16>(ADDRESS, bswap<u16>(port), 2);
  store<u32>(ADDRESS, 127 | ((<u32>last) << 24), 4);
}

/** 0 where all went as it must, else the number of the step that didn't. */
function steps(): i32 {
  open(INET, DATAGRAM, 0, RESULT);
  if (failed()) return 1;
  const own = value();
  inet(1, 0);
  bind(own, ADDRESS, 16, RESULT);
  if (failed()) return 2;
  getsockname(own, RESULT);
  if (failed() || load<i32>(RESULT, 8) != 16) return 3;
  memory.copy(ADDRESS, load<usize>(RESULT, 4), 16);
  const port = bswap<u16>(load<u16>(ADDRESS, 2));
  for (let i = 0; i < ROUNDS; i++) {
    used = 0;
    memory.fill(DATA, <u8>i, 64);
    sendto(own, DATA, 64, 0, ADDRESS, 16, RESULT);
    if (failed() || value() != 64) return 4;
    recv(own, 1000, 0, RESULT);
    if (failed() || load<i32>(RESULT, 8) != 64) return 5;
    if (memory.compare(load<usize>(RESULT, 4), DATA, 64) != 0) return 6;
  }
  inet(2, port);
  connect(own, ADDRESS, 16, RESULT);
  if (!failed() || value() != EACCES) return 7;
  open(1, 1, 0, RESULT);
  if (!failed() || value() != EACCES) return 8;
  close(own, RESULT);
  if (failed()) return 9;
  recv(own, 1, 0, RESULT);
  if (!failed() || value() != EBADF) return 10;
  drop(own);
  return 0;
}

/** `run: func() -> result`: the first byte says whether it failed. */
export function run(): i32 {
  return steps() == 0 ? 0 : 1;
}
