// berkeley-sockets/promises: the same names, promises. What never waits is the blocking module's
// own.
/// <reference types="node" preserve="true" />
/// <reference lib="esnext.disposable" preserve="true" />
import { promises } from "./node-module.js";
import type {
  Connections as ConnectionsOf,
  Datagrams as DatagramsOf,
  Listener as ListenerOf,
  Socket as SocketOf,
  SocketClass as SocketClassOf,
} from "./socket.js";

export * from "../exports.gen.js";
export * from "../shared.js";
export * from "./functions.gen.js";

/** A socket whose calls return promises and whose addresses are `A`; what it receives are `B`. */
export type Socket<A = any, B extends Uint8Array = Buffer> = SocketOf<A, B>;
export const Socket: typeof promises.Socket = promises.Socket;
export { Socket as SocketType };
/**
 * Netlink messages and attributes, as this system lays them out, and requests to the kernel:
 * `await netlink.request(socket, { type: RTM_GETLINK, flags: NLM_F_DUMP, data: netlink.link.pack({ family:
 * AF_UNSPEC, index: 0 }) })`.
 */
export const netlink: typeof promises.netlink = promises.netlink;
export type { NetlinkCallOptions, PromiseNetlink } from "./netlink-request.js";
/** The class itself: what `new Socket(…)` takes. */
export type SocketClass<B extends Uint8Array = Buffer> = SocketClassOf<B>;
/** A listening socket, as createServer() makes it: its items are connections. */
export type Listener<A = any, B extends Uint8Array = Buffer> = ListenerOf<A, B>;
/** What connections() gives. */
export type Connections<A = any, B extends Uint8Array = Buffer> = ConnectionsOf<A, B>;
/** What datagrams() gives. */
export type Datagrams<A = any, B extends Uint8Array = Buffer> = DatagramsOf<A, B>;

export type { CallOptions } from "./call-options.js";
export type { ItemOptions } from "./incoming.js";
export type { AsyncByteSource, FileToSend } from "./sendfile.js";
export type { DuplexOptions, SocketDuplex } from "./duplex.js";
export type { KeepAliveOptions, StreamAddress } from "./duplex-options.js";
export type { WebStreams } from "./web.js";
