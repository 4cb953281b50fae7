// berkeley-sockets: Python's socket module for Node.js.
import { bound } from "./bound.js";
import type { Socket as SocketOf } from "./socket.js";

export * from "./exports.gen.js";
export * from "./error.js";
export * from "./literals.js";
export { htonl, htons, ntohl, ntohs } from "./order.js";
export type * from "./types.js";
export { OSError as error, TimeoutError as timeout } from "./error.js";
export { socketModule } from "./module.js";

/** A socket whose addresses are `A`. */
export type Socket<A = any> = SocketOf<A>;
export const { Socket } = bound;
export { Socket as SocketType };
// enums.ts
export const { AddressFamily, SocketKind, MsgFlag, AddressInfo, defined, hasIPv6 } = bound;
export type { Enum } from "./enums.js";
/** Structs of options and control messages, as this system lays them out: `structs.linger.pack({ onoff: 1, linger: 5 })`. */
export const { structs } = bound;
/** Control messages as values: `ancillary.decode(item)`, and a builder for each: `ancillary.rights([fd])`. */
export const { ancillary } = bound;
export type { Ancillary, AncillaryBuilders, AncillaryCodec, AncillaryName, AncillaryValue } from "./ancillary.js";
/** Netlink messages and attributes, as this system lays them out: `netlink.pack({ type: RTM_GETLINK, flags: NLM_F_DUMP }, …)`. */
export const { netlink } = bound;
export type * from "./netlink.js";
export type { Row, Struct } from "./layout.js";
export type * from "./structs.js";
// file.ts, sendfile.ts
export { BufferedReader, BufferedRWPair, BufferedWriter, SocketIO, TextIOWrapper } from "./file.js";
export type { AnyFile, FileOf, FileOptions, TextOptions } from "./file.js";
export type { ByteSource, FileToSend } from "./sendfile.js";
// functions.ts
export const { socketpair, fromfd, fromshare, dup, close, getdefaulttimeout, setdefaulttimeout, inet_aton, inet_ntoa, inet_pton, inet_ntop, CMSG_LEN, CMSG_SPACE } = bound;
// create.ts, rights.ts, poll.ts, borrowed.ts
export const { hasDualstackIPv6, createConnection, createServer, sendFds, recvFds, poll, fromNode } = bound;
// resolve.ts, database.ts, interfaces.ts
export const { getaddrinfo, getfqdn, getnameinfo, gethostbyname, gethostbynameEx, gethostbyaddr } = bound;
export const { gethostname, sethostname, getservbyname, getservbyport, getprotobyname } = bound;
export const { if_nameindex, if_nametoindex, if_indextoname } = bound;
