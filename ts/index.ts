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
// file/makefile.ts, socket/sendfile.ts
export { BufferedReader, BufferedRWPair, BufferedWriter, SocketIO, TextIOWrapper } from "./file/makefile.js";
export type { AnyFile, FileOf, FileOptions, TextOptions } from "./file/makefile.js";
export type { ByteSource, FileToSend } from "./socket/sendfile.js";
export * from "./functions.gen.js";
