// berkeley-sockets/promises: the same names, promises. What never waits is the blocking module's own.
import { bound } from "../node-module.js";
import { promiseModule } from "./module.js";
import type { Socket as SocketOf } from "./socket.js";

export * from "../exports.gen.js";
export * from "../shared.js";
export type { CallOptions } from "./options.js";
export type { ItemOptions } from "./items.js";

const promises = promiseModule(bound);

/** A socket whose calls return promises and whose addresses are `A`. */
export type Socket<A = any> = SocketOf<A>;
export const { Socket } = promises;
export { Socket as SocketType };
export type { AsyncByteSource, FileToSend } from "./sendfile.js";
// poll.ts
export const { poll } = promises;
// create.ts
export const { createConnection, createServer, socketpair, fromfd, sendFds, recvFds } = promises;
// resolve.ts
export const { getaddrinfo, getfqdn, getnameinfo, gethostbyname, gethostbynameEx, gethostbyaddr } = promises;
