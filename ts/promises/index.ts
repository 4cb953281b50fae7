// berkeley-sockets/promises: the same names, promises.
import { bound } from "../bound.js";
import { promiseModule } from "./module.js";
import type { Socket as SocketOf } from "./socket.js";

export * from "../exports.gen.js";
export * from "../error.js";
export * from "../literals.js";
export { htonl, htons, ntohl, ntohs } from "../order.js";
export const { AddressFamily, SocketKind, MsgFlag, AddressInfo, defined, hasIPv6 } = bound;
export type { Enum } from "../enums.js";
export type * from "../types.js";
export type { CallOptions } from "./endpoint.js";

/** A socket whose calls return promises and whose addresses are `A`. */
export type Socket<A = any> = SocketOf<A>;
export const { Socket } = promiseModule(bound.core);
