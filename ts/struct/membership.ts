// Multicast membership (ip(7), ipv6(7), RFC 3678): the structs of
// IP_ADD_MEMBERSHIP, IPV6_ADD_MEMBERSHIP, IP_ADD_SOURCE_MEMBERSHIP, MCAST_JOIN_GROUP and the like.
import { struct } from "../codec/layout.js";
import type { Inet6AddressIn, InetAddress, UnknownAddress } from "../base/types.js";

/** IP_ADD_MEMBERSHIP, IP_DROP_MEMBERSHIP (ip(7)): the interface by one of its addresses. */
export interface IpMreq {
  /** The group's address. */
  multiaddr: string;
  /** The interface, by one of its addresses; 0.0.0.0: the system chooses. */
  interface: string;
}
/**
 * IP_ADD_MEMBERSHIP, IP_DROP_MEMBERSHIP, IP_MULTICAST_IF (ip(7)): the interface by its index; else,
 * where that is 0, by one of its addresses.
 */
export interface IpMreqn {
  /** The group's address. */
  multiaddr: string;
  /** The interface by one of its addresses, where the index is 0. */
  address?: string;
  /** The interface's index. */
  ifindex: number;
}
/** IP_ADD_SOURCE_MEMBERSHIP and the like (ip(7)): a group and one source. */
export interface IpMreqSource {
  /** The group's address. */
  multiaddr: string;
  /** The interface, by one of its addresses; 0.0.0.0: the system chooses. */
  interface: string;
  /** The source's address. */
  sourceaddr: string;
}
/** IPV6_JOIN_GROUP, IPV6_LEAVE_GROUP (ipv6(7)): the interface by its index. */
export interface Ipv6Mreq {
  /** The group's address. */
  multiaddr: string;
  /** The interface's index; 0: the system chooses. */
  interface: number;
}
/** An address of either family, by its host; the port is not used. */
export type GroupAddress = InetAddress | Inet6AddressIn | UnknownAddress;
/** MCAST_JOIN_GROUP, MCAST_LEAVE_GROUP (RFC 3678), of either family. */
export interface GroupReq {
  /** The interface's index; 0: the system chooses. */
  interface: number;
  /** The group's address. */
  group: GroupAddress;
}
/** MCAST_JOIN_SOURCE_GROUP and the like (RFC 3678), of either family. */
export interface GroupSourceReq {
  /** The interface's index; 0: the system chooses. */
  interface: number;
  /** The group's address. */
  group: GroupAddress;
  /** The source's address. */
  source: GroupAddress;
}

export const ip_mreq = struct<IpMreq>("ip_mreq", "multiaddr", "interface");
export const ip_mreqn = struct<IpMreqn>("ip_mreqn", "multiaddr", "address?", "ifindex");
export const ip_mreq_source = struct<IpMreqSource>("ip_mreq_source", "multiaddr", "interface", "sourceaddr");
export const ipv6_mreq = struct<Ipv6Mreq>("ipv6_mreq", "multiaddr", "interface");
export const group_req = struct<GroupReq>("group_req", "interface", "group");
export const group_source_req = struct<GroupSourceReq>("group_source_req", "interface", "group", "source");
