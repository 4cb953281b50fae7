// What never waits, for both entries (index.ts, promises/index.ts): the same values, but the
// constants, which each names itself.
import { bound } from "./node-module.js";
import type { Batch as BatchOf } from "./socket/batch.js";

export * from "./base/error.js";
export * from "./base/literals.js";
export { htonl, htons, ntohl, ntohs } from "./base/order.js";
export type * from "./base/types.js";
export { OSError as error, TimeoutError as timeout } from "./base/error.js";
export * from "./shared-functions.gen.js";
export type { Constants } from "./base/constants.gen.js";
export type { Enum } from "./base/enums.js";
/** Every constant by name, for names that are known at run time only: `constants.SO_REUSEADDR`. */
export const constants: typeof bound.constants = bound.constants;
/** Room for datagrams: filled by `recvmmsg`, or by `push` for `sendmmsg`. */
export type Batch<A = any, B extends Uint8Array = Buffer> = BatchOf<A, B>;
export type { BatchOptions } from "./socket/batch.js";
export type { AlgOptions } from "./socket/afalg.js";
export type { ConnectionOptions, ServerOptions } from "./socket/create.js";
export type { Adopted } from "./socket/endpoint.js";
export type { FilterOptions, PacketFilter } from "./socket/packet-filter.js";
export type { Pollable } from "./socket/poll.js";
export type { FileWithDescriptor } from "./socket/sendfile.js";
/**
 * Structs of options and control messages, as this system lays them out: `structs.linger.pack({
 * onoff: 1, linger: 5 })`.
 */
export const structs: typeof bound.structs = bound.structs;
/**
 * Control messages as values: `ancillary.decode(item)`, and a builder for each:
 * `ancillary.rights([fd])`.
 */
export const ancillary: typeof bound.ancillary = bound.ancillary;
export type {
  Ancillary,
  AncillaryBuilders,
  AncillaryCodec,
  AncillaryMessage,
  AncillaryName,
  AncillaryValue,
} from "./ancillary.js";
export type * from "./netlink.js";
export type { NetlinkRequest, NetlinkRequestOptions } from "./netlink/conversation.js";
export { checksum } from "./base/checksum.js";
export type { Row, Struct } from "./codec/layout.js";
export type * from "./structs.js";
