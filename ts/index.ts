// berkeley-sockets: Python's socket module for Node.js.
import { bound } from "./node-module.js";
import type { Socket as SocketOf } from "./socket/socket.js";

export * from "./exports.gen.js";
export * from "./shared.js";
export { socketModule } from "./module.js";

/** A socket whose addresses are `A`. */
export type Socket<A = any> = SocketOf<A>;
export const Socket: typeof bound.Socket = bound.Socket;
export { Socket as SocketType };
/**
 * Netlink messages and attributes, as this system lays them out, and requests to the kernel:
 * `netlink.request(socket, { type: RTM_GETLINK, flags: NLM_F_DUMP, data: netlink.link.pack({ family:
 * AF_UNSPEC, index: 0 }) })`.
 */
export const netlink: typeof bound.netlink = bound.netlink;
export type { Netlink } from "./socket/netlink-request.js";
// file/makefile.ts, socket/sendfile.ts
export { BufferedReader, BufferedRWPair, BufferedWriter, SocketIO, TextIOWrapper } from "./file/makefile.js";
export type { AnyFile, FileOf, FileOptions, TextOptions } from "./file/makefile.js";
export type { ByteSource, FileToSend } from "./socket/sendfile.js";
export * from "./functions.gen.js";
