// struct sock_extended_err and the offender's address after it (ip(7), linux/errqueue.h):
// IP_RECVERR, IPV6_RECVERR.
import { endpointOf, putEndpoint } from "../codec/field-kinds.js";
import { headed, struct } from "../codec/layout.js";
import type { Inet6Address, InetAddress, UnknownAddress } from "../base/types.js";

/**
 * What the error queue holds (ip(7), linux/errqueue.h): IP_RECVERR, IPV6_RECVERR, time stamps,
 * MSG_ZEROCOPY.
 */
export interface ExtendedError {
  /** The error, as an errno. */
  errno: number;
  /** Who reports it: SO_EE_ORIGIN_*. */
  origin: number;
  /** ICMP's type. */
  type: number;
  /** ICMP's code. */
  code: number;
  /** What the origin says: of EMSGSIZE the path's MTU in bytes, of MSG_ZEROCOPY the first call. */
  info: number;
  /** More of it: of MSG_ZEROCOPY the last call, of a time of sending its number. */
  data: number;
  /** Whose packet told of it, null where nobody's did. */
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
