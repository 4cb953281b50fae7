// The WIT's interface `syscalls` as the canonical ABI has it (wit/syscalls.wit): what the adapter
// imports. A call with more than one word of result writes it to `out`; lists in it are in the arena.

@external("berkeley:sockets/syscalls@0.1.0", "host-target")
export declare function sys_host_target(): i32;
@external("berkeley:sockets/syscalls@0.1.0", "constants")
export declare function sys_constants(names: usize, count: u32, out: usize): void;
@external("berkeley:sockets/syscalls@0.1.0", "poll")
export declare function sys_poll(entries: usize, count: u32, milliseconds: i32, out: usize): void;
@external("berkeley:sockets/syscalls@0.1.0", "[resource-drop]descriptor")
export declare function sys_drop(fd: i32): void;

@external("berkeley:sockets/syscalls@0.1.0", "[static]descriptor.open")
export declare function sys_open(family: i32, kind: i32, protocol: i32, out: usize): void;
@external("berkeley:sockets/syscalls@0.1.0", "[static]descriptor.pair")
export declare function sys_pair(family: i32, kind: i32, protocol: i32, out: usize): void;
@external("berkeley:sockets/syscalls@0.1.0", "[method]descriptor.bind")
export declare function sys_bind(fd: i32, address: usize, length: i32, out: usize): void;
@external("berkeley:sockets/syscalls@0.1.0", "[method]descriptor.connect")
export declare function sys_connect(fd: i32, address: usize, length: i32, out: usize): void;
@external("berkeley:sockets/syscalls@0.1.0", "[method]descriptor.listen")
export declare function sys_listen(fd: i32, backlog: i32, out: usize): void;
@external("berkeley:sockets/syscalls@0.1.0", "[method]descriptor.accept")
export declare function sys_accept(fd: i32, out: usize): void;
@external("berkeley:sockets/syscalls@0.1.0", "[method]descriptor.shutdown")
export declare function sys_shutdown(fd: i32, how: i32, out: usize): void;
@external("berkeley:sockets/syscalls@0.1.0", "[method]descriptor.getsockname")
export declare function sys_getsockname(fd: i32, out: usize): void;
@external("berkeley:sockets/syscalls@0.1.0", "[method]descriptor.getpeername")
export declare function sys_getpeername(fd: i32, out: usize): void;
@external("berkeley:sockets/syscalls@0.1.0", "[method]descriptor.recv")
export declare function sys_recv(fd: i32, length: u32, flags: i32, out: usize): void;
@external("berkeley:sockets/syscalls@0.1.0", "[method]descriptor.recvfrom")
export declare function sys_recvfrom(fd: i32, length: u32, flags: i32, out: usize): void;
@external("berkeley:sockets/syscalls@0.1.0", "[method]descriptor.recvmsg")
export declare function sys_recvmsg(fd: i32, length: u32, control: u32, flags: i32, out: usize): void;
@external("berkeley:sockets/syscalls@0.1.0", "[method]descriptor.receive-many")
export declare function sys_receive_many(
  fd: i32,
  count: u32,
  length: u32,
  control: u32,
  flags: i32,
  out: usize,
): void;
@external("berkeley:sockets/syscalls@0.1.0", "[method]descriptor.send")
export declare function sys_send(fd: i32, data: usize, length: u32, flags: i32, out: usize): void;
@external("berkeley:sockets/syscalls@0.1.0", "[method]descriptor.sendto")
export declare function sys_sendto(
  fd: i32,
  data: usize,
  length: u32,
  flags: i32,
  address: usize,
  addressLength: i32,
  out: usize,
): void;
@external("berkeley:sockets/syscalls@0.1.0", "[method]descriptor.sendmsg")
export declare function sys_sendmsg(
  fd: i32,
  data: usize,
  length: u32,
  control: usize,
  controlLength: i32,
  rights: usize,
  rightsCount: u32,
  flags: i32,
  address: usize,
  addressLength: i32,
  out: usize,
): void;
@external("berkeley:sockets/syscalls@0.1.0", "[method]descriptor.send-many")
export declare function sys_send_many(fd: i32, datagrams: usize, count: u32, flags: i32, out: usize): void;
@external("berkeley:sockets/syscalls@0.1.0", "[method]descriptor.getsockopt")
export declare function sys_getsockopt(fd: i32, level: i32, name: i32, length: u32, out: usize): void;
@external("berkeley:sockets/syscalls@0.1.0", "[method]descriptor.setsockopt")
export declare function sys_setsockopt(
  fd: i32,
  level: i32,
  name: i32,
  value: usize,
  length: u32,
  out: usize,
): void;
@external("berkeley:sockets/syscalls@0.1.0", "[method]descriptor.ioctl")
export declare function sys_ioctl(fd: i32, request: u32, argument: usize, length: u32, out: usize): void;
@external("berkeley:sockets/syscalls@0.1.0", "[method]descriptor.duplicate")
export declare function sys_duplicate(fd: i32, out: usize): void;
@external("berkeley:sockets/syscalls@0.1.0", "[method]descriptor.is-nonblocking")
export declare function sys_is_nonblocking(fd: i32, out: usize): void;
@external("berkeley:sockets/syscalls@0.1.0", "[method]descriptor.set-nonblocking")
export declare function sys_set_nonblocking(fd: i32, on: i32, out: usize): void;
@external("berkeley:sockets/syscalls@0.1.0", "[method]descriptor.close")
export declare function sys_close(fd: i32, out: usize): void;

@external("[export]berkeley:sockets/sockets@0.1.0", "[resource-new]socket")
export declare function new_socket(representation: i32): i32;
