// berkeley-sockets: Python's socket module for Node.js.
import { bound } from "./node-module.js";
import type { Socket as SocketOf } from "./socket/socket.js";

export * from "./exports.gen.js";
export * from "./shared.js";
export { socketModule } from "./module.js";

/** A socket whose addresses are `A`. */
export type Socket<A = any> = SocketOf<A>;
export const { Socket } = bound;
export { Socket as SocketType };
// file.ts, sendfile.ts
export { BufferedReader, BufferedRWPair, BufferedWriter, SocketIO, TextIOWrapper } from "./file/makefile.js";
export type { AnyFile, FileOf, FileOptions, TextOptions } from "./file/makefile.js";
export type { ByteSource, FileToSend } from "./socket/sendfile.js";
// socket/: functions.ts, create.ts, fd-functions.ts, poll.ts
export const { socketpair, fromfd, createConnection, createServer, sendFds, recvFds, poll } = bound;
// resolve.ts
export const { getaddrinfo, getfqdn, getnameinfo, gethostbyname, gethostbynameEx, gethostbyaddr } = bound;
