// Where a datagram came in or goes out: IP_PKTINFO (ip(7)), IPV6_PKTINFO (RFC 3542).
import { struct } from "../codec/layout.js";

/**
 * `ifindex`: the interface's index; `specDst`: the local address (Windows has none); `addr`: the
 * header's destination.
 */
export interface InPktinfo {
  ifindex: number;
  specDst?: string;
  addr: string;
}
export interface In6Pktinfo {
  addr: string;
  ifindex: number;
}

export const in_pktinfo = struct<InPktinfo>("in_pktinfo", "ifindex", "specDst?", "addr");
export const in6_pktinfo = struct<In6Pktinfo>("in6_pktinfo", "addr", "ifindex");
