// Where a datagram came in or goes out: IP_PKTINFO (ip(7)), IPV6_PKTINFO (RFC 3542).
import { struct } from "../codec/layout.js";

/** IP_PKTINFO (ip(7)): where a datagram came in, or goes out. */
export interface InPktinfo {
  /** The interface's index. */
  ifindex: number;
  /** The local address: the one that a reply goes out from; Windows has none. */
  specDst?: string;
  /** The header's destination. */
  addr: string;
}
/** IPV6_PKTINFO (RFC 3542): where a datagram came in, or goes out. */
export interface In6Pktinfo {
  /** The datagram's destination; of one that is sent, its source. */
  addr: string;
  /** The interface's index. */
  ifindex: number;
}

export const in_pktinfo = struct<InPktinfo>("in_pktinfo", "ifindex", "specDst?", "addr");
export const in6_pktinfo = struct<In6Pktinfo>("in6_pktinfo", "addr", "ifindex");
