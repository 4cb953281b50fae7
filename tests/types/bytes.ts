// Type tests, judged by tsc alone: what is received is bytes of the module's own kind, Buffers in
// the entries for Node, and no result is any where @types/node or TypeScript are old. Nothing here
// runs.
import {
  AF_INET,
  AF_UNIX,
  SOCK_DGRAM,
  SOL_SOCKET,
  SO_LINGER,
  Socket,
  constants,
  createConnection,
  createServer,
  fromNode,
  getaddrinfo,
  inet_aton,
  inet_ntop,
  inet_pton,
  poll,
  recvFds,
  sendFds,
  socketModule,
  structs,
} from "../../ts/index.js";
import type {
  Adopted,
  AlgOptions,
  AncillaryItem,
  Batch,
  BatchOptions,
  BufferedReader,
  ByteMaker,
  ConnectionOptions,
  Constants,
  Host,
  Inet6Address,
  InetAddress,
  ServerOptions,
  SocketIO,
  SocketModule,
  TextIOWrapper,
  UnixAddress,
  WasmModule,
} from "../../ts/index.js";
import type {
  CallOptions,
  Connections,
  Datagrams,
  DuplexOptions,
  ItemOptions,
  Listener,
  Socket as PromiseSocket,
  SocketDuplex,
  WebStreams,
} from "../../ts/promises/index.js";
import { recvFds as recvFdsAsync } from "../../ts/promises/index.js";
import { is } from "./is.js";

/** What users must be able to name. */
export type Named = [
  Adopted,
  AlgOptions,
  BatchOptions,
  ConnectionOptions,
  ServerOptions,
  DuplexOptions,
  ItemOptions,
];

export function blocking(s: Socket<InetAddress>, into: Buffer): void {
  is<Buffer>()(s.recv(1));
  is<[data: Buffer, address: InetAddress | null]>()(s.recvfrom(1));
  is<[data: Buffer, ancdata: AncillaryItem[], msgFlags: number, address: InetAddress | null]>()(s.recvmsg(1));
  is<[nbytes: number, address: InetAddress | null]>()(s.recvfromInto(into));
  is<number>()(s.recvInto(into));
  is<number>()(s.getsockopt(SOL_SOCKET, SO_LINGER));
  is<Buffer>()(s.getsockopt(SOL_SOCKET, SO_LINGER, 8));
  is<Batch<InetAddress>>()(s.batch());
  is<Buffer>()(s.batch().data(0));
  is<InetAddress | null>()(s.batch().address(0));
  for (const item of s.batch()) is<[data: Buffer, address: InetAddress | null]>()(item);
  is<Buffer>()(s.share(1));
}

export function functions(s: Socket<UnixAddress>, handle: object): void {
  is<Buffer>()(inet_pton(AF_INET, "127.0.0.1"));
  is<Buffer>()(inet_aton("127.0.0.1"));
  is<string>()(inet_ntop(AF_INET, "abcd"));
  is<Socket<InetAddress | Inet6Address>>()(createConnection(["localhost", 80]));
  is<Socket<any>>()(fromNode(handle));
  is<[data: Buffer, fds: number[], msgFlags: number, address: UnixAddress | null]>()(recvFds(s, 1, 1));
  is<number>()(sendFds(s, ["x"], [0], 0, "/run/x"));
  // @ts-expect-error: another family's address
  sendFds(s, ["x"], [0], 0, ["127.0.0.1", 80]);
  is<[Socket<UnixAddress>, number][]>()(poll([[s, 1]]));
  is<{ onoff: number; linger: number }>()(structs.linger.unpack(new Uint8Array(8)));
  is<number>()(constants.SO_LINGER);
  is<Constants>()(constants);
}

export function files(s: Socket): void {
  is<SocketIO>()(s.makefile("rb", 0));
  is<BufferedReader>()(s.makefile("rb"));
  is<TextIOWrapper>()(s.makefile("r"));
  is<Buffer | null>()(s.makefile("rb").read());
  is<Buffer>()(s.makefile("rwb").readline());
  for (const line of s.makefile("rb")) is<Buffer>()(line);
}

export function context(): void {
  // @ts-expect-error: an AF_INET socket
  const unix: Socket<UnixAddress> = new Socket();
  // @ts-expect-error: an AF_INET socket
  const listener: Socket<UnixAddress> = createServer(["", 0]);
  // @ts-expect-error: an AF_UNIX socket
  const inet: Socket<InetAddress> = new Socket(AF_UNIX);
  // @ts-expect-error: a family where the type stands
  new Socket(SOCK_DGRAM, AF_INET);
  // @ts-expect-error: a family where the type stands
  getaddrinfo("localhost", 80, AF_INET, AF_INET);
  void [unix, listener, inet];
}

export function modules(host: Host, codec: WasmModule, bytes: ByteMaker): void {
  is<SocketModule>()(socketModule(host, codec));
  is<Buffer>()(new (socketModule(host, codec).Socket)().recv(1));
  is<SocketModule<Uint8Array>>()(socketModule(host, codec, bytes));
  const { Socket: Plain, inet_pton } = socketModule(host, codec, bytes);
  is<Uint8Array>()(new Plain().recv(1));
  is<Uint8Array>()(new Plain().makefile("rb").read1());
  is<Uint8Array>()(inet_pton(2, "127.0.0.1"));
}

export async function promises(
  s: PromiseSocket<InetAddress>,
  server: Listener<InetAddress>,
  into: Buffer,
  options?: CallOptions,
): Promise<void> {
  is<Buffer>()(await s.recv(1));
  is<Buffer>()(await s.recv(1, options));
  is<Buffer>()(await s.recv(1, 0, options));
  is<[data: Buffer, address: InetAddress | null]>()(await s.recvfrom(1, options));
  is<InetAddress | null>()((await s.recvmsg(1, options))[3]);
  is<InetAddress | null>()((await s.recvmsg(1, 100, options))[3]);
  is<Buffer>()((await s.recvmsg(1, 100, 0, options))[0]);
  is<number>()(await s.recvInto(into, options));
  is<number>()(await s.recvInto(into, 1, options));
  is<number>()(await s.recvInto(into, undefined, 0, options));
  is<number>()(await s.sendmsg(["x"], options));
  is<number>()(await s.sendmsg(["x"], [], options));
  is<number>()(await s.sendmsg(["x"], [], 0, options));
  is<number>()(await s.sendmsg(["x"], [], 0, ["", 1], options));
  // @ts-expect-error: no such option
  await s.recv(1, { timeout: 1 });
  // @ts-expect-error: another family's address
  await s.sendto("x", "/run/x", options);
  is<[connection: PromiseSocket<InetAddress>, address: InetAddress]>()(await server.accept(options));
  is<[data: Buffer, fds: number[], msgFlags: number, address: InetAddress | null]>()(
    await recvFdsAsync(s, 1, 1, options),
  );
  is<SocketDuplex>()(s.toDuplex());
  is<WebStreams>()(s.toWeb());
}

export async function iterators(s: PromiseSocket<InetAddress>, server: Listener<InetAddress>): Promise<void> {
  is<Connections<InetAddress>>()(server.connections());
  is<Datagrams<InetAddress>>()(s.datagrams());
  for await (const item of server) is<[connection: PromiseSocket<InetAddress>, address: InetAddress]>()(item);
  for await (const item of s.datagrams()) is<[data: Buffer, address: InetAddress | null]>()(item);
  for await (const item of s) {
    is<
      | [connection: PromiseSocket<InetAddress>, address: InetAddress]
      | [data: Buffer, address: InetAddress | null]
    >()(item);
  }
}
