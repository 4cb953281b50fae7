// The structs of options and control messages: one line a file.
import type { AddressContext } from "./address.js";
import type { Bindable, Struct } from "./layout.js";
import { ucred } from "./struct/credentials.js";
import { sock_extended_err } from "./struct/extended.js";
import { linger } from "./struct/linger.js";
import { group_req, group_source_req, ip_mreq, ip_mreq_source, ip_mreqn, ipv6_mreq } from "./struct/membership.js";
import { int, tos, ttl, uint16, uint32, uint64, uint8 } from "./struct/number.js";
import { in6_pktinfo, in_pktinfo } from "./struct/pktinfo.js";
import { rights } from "./struct/rights.js";
import { scm_timestamping, timespec, timeval } from "./struct/time.js";

const all = {
  ucred,
  linger,
  ip_mreq, ip_mreqn, ip_mreq_source, ipv6_mreq, group_req, group_source_req,
  in_pktinfo, in6_pktinfo,
  rights,
  timeval, timespec, scm_timestamping,
  int, uint8, uint16, uint32, uint64, ttl, tos,
  sock_extended_err,
};

/** Every struct, bound to one target; one that the target lacks throws a RangeError that says so. */
export type Structs = { readonly [K in keyof typeof all]: (typeof all)[K] extends Bindable<infer T> ? Struct<T> : never };
export type StructName = keyof Structs;

export function bindStructs(context: AddressContext): Structs {
  return Object.fromEntries(Object.entries(all).map(([name, bindable]) => [name, (bindable as Bindable<unknown>)(context)])) as unknown as Structs;
}
