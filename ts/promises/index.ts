// berkeley-sockets/promises: the same names, promises. What never waits is the blocking module's
// own.
import { promises } from "./node-module.js";
import type { Socket as SocketOf } from "./socket.js";

export * from "../exports.gen.js";
export * from "../shared.js";
export type { CallOptions } from "./options.js";
export type { ItemOptions } from "./items.js";

/** A socket whose calls return promises and whose addresses are `A`. */
export type Socket<A = any> = SocketOf<A>;
export const Socket: typeof promises.Socket = promises.Socket;
export { Socket as SocketType };
/**
 * Netlink messages and attributes, as this system lays them out, and requests to the kernel:
 * `await netlink.request(socket, { type: RTM_GETLINK, flags: NLM_F_DUMP, data: netlink.link.pack({ family:
 * AF_UNSPEC, index: 0 }) })`.
 */
export const netlink: typeof promises.netlink = promises.netlink;
export type { NetlinkCallOptions, PromiseNetlink } from "./netlink-request.js";
export type { AsyncByteSource, FileToSend } from "./sendfile.js";
export * from "./functions.gen.js";
