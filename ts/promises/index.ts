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
export type { AsyncByteSource, FileToSend } from "./sendfile.js";
export * from "./functions.gen.js";
