// WASI 0.2 as the canonical ABI has it (wasi.wit): what the adapter over it imports. `out` is where a
// result of more than one word is written; an address is its family (0: IPv4, 1: IPv6) and its fields,
// port first.

@external("wasi:io/poll@0.2.0", "[method]pollable.ready")
export declare function pollable_ready(self: i32): i32;
@external("wasi:io/poll@0.2.0", "[method]pollable.block")
export declare function pollable_block(self: i32): void;
@external("wasi:io/poll@0.2.0", "[resource-drop]pollable")
export declare function pollable_drop(self: i32): void;
@external("wasi:io/poll@0.2.0", "poll")
export declare function poll_all(list: usize, count: u32, out: usize): void;
@external("wasi:io/error@0.2.0", "[resource-drop]error")
export declare function error_drop(self: i32): void;
@external("wasi:io/streams@0.2.0", "[method]input-stream.read")
export declare function input_read(self: i32, length: u64, out: usize): void;
@external("wasi:io/streams@0.2.0", "[method]input-stream.subscribe")
export declare function input_subscribe(self: i32): i32;
@external("wasi:io/streams@0.2.0", "[resource-drop]input-stream")
export declare function input_drop(self: i32): void;
@external("wasi:io/streams@0.2.0", "[method]output-stream.check-write")
export declare function output_check(self: i32, out: usize): void;
@external("wasi:io/streams@0.2.0", "[method]output-stream.write")
export declare function output_write(self: i32, data: usize, length: u32, out: usize): void;
@external("wasi:io/streams@0.2.0", "[method]output-stream.flush")
export declare function output_flush(self: i32, out: usize): void;
@external("wasi:io/streams@0.2.0", "[method]output-stream.subscribe")
export declare function output_subscribe(self: i32): i32;
@external("wasi:io/streams@0.2.0", "[resource-drop]output-stream")
export declare function output_drop(self: i32): void;
@external("wasi:clocks/monotonic-clock@0.2.0", "subscribe-duration")
export declare function after(nanoseconds: u64): i32;
@external("wasi:sockets/instance-network@0.2.0", "instance-network")
export declare function instance_network(): i32;
@external("wasi:sockets/tcp-create-socket@0.2.0", "create-tcp-socket")
export declare function tcp_create(family: i32, out: usize): void;
@external("wasi:sockets/udp-create-socket@0.2.0", "create-udp-socket")
export declare function udp_create(family: i32, out: usize): void;
@external("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.start-bind")
export declare function tcp_start_bind(
  self: i32,
  network: i32,
  family: i32,
  p0: i32,
  p1: i32,
  p2: i32,
  p3: i32,
  p4: i32,
  p5: i32,
  p6: i32,
  p7: i32,
  p8: i32,
  p9: i32,
  p10: i32,
  out: usize,
): void;
@external("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.finish-bind")
export declare function tcp_finish_bind(self: i32, out: usize): void;
@external("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.local-address")
export declare function tcp_local(self: i32, out: usize): void;
@external("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.remote-address")
export declare function tcp_remote(self: i32, out: usize): void;
@external("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.subscribe")
export declare function tcp_subscribe(self: i32): i32;
@external("wasi:sockets/tcp@0.2.0", "[resource-drop]tcp-socket")
export declare function tcp_drop(self: i32): void;
@external("wasi:sockets/udp@0.2.0", "[method]udp-socket.start-bind")
export declare function udp_start_bind(
  self: i32,
  network: i32,
  family: i32,
  p0: i32,
  p1: i32,
  p2: i32,
  p3: i32,
  p4: i32,
  p5: i32,
  p6: i32,
  p7: i32,
  p8: i32,
  p9: i32,
  p10: i32,
  out: usize,
): void;
@external("wasi:sockets/udp@0.2.0", "[method]udp-socket.finish-bind")
export declare function udp_finish_bind(self: i32, out: usize): void;
@external("wasi:sockets/udp@0.2.0", "[method]udp-socket.local-address")
export declare function udp_local(self: i32, out: usize): void;
@external("wasi:sockets/udp@0.2.0", "[method]udp-socket.remote-address")
export declare function udp_remote(self: i32, out: usize): void;
@external("wasi:sockets/udp@0.2.0", "[method]udp-socket.subscribe")
export declare function udp_subscribe(self: i32): i32;
@external("wasi:sockets/udp@0.2.0", "[resource-drop]udp-socket")
export declare function udp_drop(self: i32): void;
@external("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.start-connect")
export declare function tcp_start_connect(
  self: i32,
  network: i32,
  family: i32,
  p0: i32,
  p1: i32,
  p2: i32,
  p3: i32,
  p4: i32,
  p5: i32,
  p6: i32,
  p7: i32,
  p8: i32,
  p9: i32,
  p10: i32,
  out: usize,
): void;
@external("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.finish-connect")
export declare function tcp_finish_connect(self: i32, out: usize): void;
@external("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.start-listen")
export declare function tcp_start_listen(self: i32, out: usize): void;
@external("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.finish-listen")
export declare function tcp_finish_listen(self: i32, out: usize): void;
@external("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.set-listen-backlog-size")
export declare function tcp_set_backlog(self: i32, size: u64, out: usize): void;
@external("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.accept")
export declare function tcp_accept(self: i32, out: usize): void;
@external("wasi:sockets/tcp@0.2.0", "[method]tcp-socket.shutdown")
export declare function tcp_shutdown(self: i32, how: i32, out: usize): void;
@external("wasi:sockets/udp@0.2.0", "[method]udp-socket.stream")
export declare function udp_stream(
  self: i32,
  isSome: i32,
  family: i32,
  p0: i32,
  p1: i32,
  p2: i32,
  p3: i32,
  p4: i32,
  p5: i32,
  p6: i32,
  p7: i32,
  p8: i32,
  p9: i32,
  p10: i32,
  out: usize,
): void;
@external("wasi:sockets/udp@0.2.0", "[method]incoming-datagram-stream.receive")
export declare function incoming_receive(self: i32, most: u64, out: usize): void;
@external("wasi:sockets/udp@0.2.0", "[method]incoming-datagram-stream.subscribe")
export declare function incoming_subscribe(self: i32): i32;
@external("wasi:sockets/udp@0.2.0", "[resource-drop]incoming-datagram-stream")
export declare function incoming_drop(self: i32): void;
@external("wasi:sockets/udp@0.2.0", "[method]outgoing-datagram-stream.check-send")
export declare function outgoing_check(self: i32, out: usize): void;
@external("wasi:sockets/udp@0.2.0", "[method]outgoing-datagram-stream.send")
export declare function outgoing_send(self: i32, list: usize, count: u32, out: usize): void;
@external("wasi:sockets/udp@0.2.0", "[method]outgoing-datagram-stream.subscribe")
export declare function outgoing_subscribe(self: i32): i32;
@external("wasi:sockets/udp@0.2.0", "[resource-drop]outgoing-datagram-stream")
export declare function outgoing_drop(self: i32): void;
