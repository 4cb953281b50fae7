// struct sock_extended_err and the offender's address after it (ip(7), linux/errqueue.h):
// IP_RECVERR, IPV6_RECVERR.
import { endpointOf, putEndpoint } from "../codec/field-kinds.js";
import { headed, struct } from "../codec/layout.js";
import type { Inet6Address, InetAddress, UnknownAddress } from "../base/types.js";

/**
 * `origin`: SO_EE_ORIGIN_*; `type`, `code`: ICMP's; `info`, `data`: what the origin says;
 * `offender`: the sender of the packet that reported it, null if there is none.
 */
export interface ExtendedError {
  errno: number;
  origin: number;
  type: number;
  code: number;
  info: number;
  data: number;
  offender: InetAddress | Inet6Address | UnknownAddress | null;
}

type Head = Omit<ExtendedError, "offender">;

const head = struct<Head>("sock_extended_err", "errno", "origin", "type", "code", "info", "data");

export const sock_extended_err = headed<Head, ExtendedError>("sock_extended_err", head, context => ({
  split({ offender, ...fields }) {
    const { wire } = context;
    const length = offender === null ? 0 : putEndpoint(context, offender, "sock_extended_err: offender");
    return [fields, wire.take(wire.address, length)];
  },
  join: (fields, rest) => ({ ...fields, offender: endpointOf(context, rest) }),
}));
