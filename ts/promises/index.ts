// berkeley-sockets/promises: the same names, promises. What never waits is the blocking module's own.
import { bound } from "../bound.js";
import { promiseModule } from "./module.js";
import type { Socket as SocketOf } from "./socket.js";

export * from "../exports.gen.js";
export * from "../error.js";
export * from "../literals.js";
export { htonl, htons, ntohl, ntohs } from "../order.js";
export type * from "../types.js";
export { OSError as error, TimeoutError as timeout } from "../error.js";
export type { CallOptions } from "./options.js";

const promises = promiseModule(bound);

/** A socket whose calls return promises and whose addresses are `A`. */
export type Socket<A = any> = SocketOf<A>;
export const { Socket } = promises;
export { Socket as SocketType };
// ../enums.ts, ../structs.ts
export const { AddressFamily, SocketKind, MsgFlag, AddressInfo, defined, hasIPv6, structs, netlink } = bound;
export type { Enum } from "../enums.js";
export type { Row, Struct } from "../layout.js";
export type * from "../netlink.js";
export type * from "../structs.js";
// create.ts
export const { createConnection, createServer, socketpair, fromfd, sendFds, recvFds } = promises;
// ../functions.ts, ../create.ts; a view of one of Node's sockets never waits, so that the blocking module's serves both
export const { hasDualstackIPv6, fromNode } = bound;
export const { fromshare, dup, close, getdefaulttimeout, setdefaulttimeout, inet_aton, inet_ntoa, inet_pton, inet_ntop, CMSG_LEN, CMSG_SPACE } = bound;
// resolve.ts
export const { getaddrinfo, getfqdn, getnameinfo, gethostbyname, gethostbynameEx, gethostbyaddr } = promises;
// ../database.ts, ../interfaces.ts
export const { gethostname, sethostname, getservbyname, getservbyport, getprotobyname } = bound;
export const { if_nameindex, if_nametoindex, if_indextoname } = bound;
