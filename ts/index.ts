// berkeley-sockets: Python's socket module for Node.js.
import { bound } from "./bound.js";
import type { Socket as SocketOf } from "./socket.js";

export * from "./exports.gen.js";
export * from "./immediate.js";
export { socketModule } from "./module.js";

/** A socket whose addresses are `A`. */
export type Socket<A = any> = SocketOf<A>;
export const { Socket } = bound;
export { Socket as SocketType };
// file.ts, sendfile.ts
export { BufferedReader, BufferedRWPair, BufferedWriter, SocketIO, TextIOWrapper } from "./file.js";
export type { AnyFile, FileOf, FileOptions, TextOptions } from "./file.js";
export type { ByteSource, FileToSend } from "./sendfile.js";
// functions.ts, create.ts, rights.ts, poll.ts
export const { socketpair, fromfd, createConnection, createServer, sendFds, recvFds, poll } = bound;
// resolve.ts
export const { getaddrinfo, getfqdn, getnameinfo, gethostbyname, gethostbynameEx, gethostbyaddr } = bound;
