// What never waits, for both entries (index.ts, promises/index.ts): the same values, but the constants, which each names itself.
import { bound } from "./node-module.js";

export * from "./base/error.js";
export * from "./base/literals.js";
export { htonl, htons, ntohl, ntohs } from "./base/order.js";
export type * from "./base/types.js";
export { OSError as error, TimeoutError as timeout } from "./base/error.js";
// enums.ts
export const { AddressFamily, SocketKind, MsgFlag, AddressInfo, defined, hasIPv6 } = bound;
export type { Enum } from "./base/enums.js";
/** Structs of options and control messages, as this system lays them out: `structs.linger.pack({ onoff: 1, linger: 5 })`. */
export const { structs } = bound;
/** Control messages as values: `ancillary.decode(item)`, and a builder for each: `ancillary.rights([fd])`. */
export const { ancillary } = bound;
export type { Ancillary, AncillaryBuilders, AncillaryCodec, AncillaryName, AncillaryValue } from "./ancillary.js";
/** Netlink messages and attributes, as this system lays them out: `netlink.pack({ type: RTM_GETLINK, flags: NLM_F_DUMP }, …)`. */
export const { netlink } = bound;
export type * from "./netlink.js";
export type { Row, Struct } from "./codec/layout.js";
export type * from "./structs.js";
// functions.ts
export const { fromshare, dup, close, getdefaulttimeout, setdefaulttimeout, inet_aton, inet_ntoa, inet_pton, inet_ntop, CMSG_LEN, CMSG_SPACE } = bound;
// create.ts, borrowed.ts
export const { hasDualstackIPv6, fromNode } = bound;
// database.ts, interfaces.ts
export const { gethostname, sethostname, getservbyname, getservbyport, getprotobyname } = bound;
export const { if_nameindex, if_nametoindex, if_indextoname } = bound;
