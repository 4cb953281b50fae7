// Multicast membership (ip(7), ipv6(7), RFC 3678): the structs of
// IP_ADD_MEMBERSHIP, IPV6_ADD_MEMBERSHIP, IP_ADD_SOURCE_MEMBERSHIP, MCAST_JOIN_GROUP and the like.
import { struct } from "../codec/layout.js";
import type { Inet6AddressIn, InetAddress, UnknownAddress } from "../base/types.js";

/** The interface by one of its addresses. */
export interface IpMreq {
  multiaddr: string;
  interface: string;
}
/** The interface by its index; else, where that is 0, by one of its addresses. */
export interface IpMreqn {
  multiaddr: string;
  address?: string;
  ifindex: number;
}
export interface IpMreqSource {
  multiaddr: string;
  interface: string;
  sourceaddr: string;
}
/** The interface by its index. */
export interface Ipv6Mreq {
  multiaddr: string;
  interface: number;
}
/** An address of either family, by its host; the port is not used. */
export type GroupAddress = InetAddress | Inet6AddressIn | UnknownAddress;
export interface GroupReq {
  interface: number;
  group: GroupAddress;
}
export interface GroupSourceReq {
  interface: number;
  group: GroupAddress;
  source: GroupAddress;
}

export const ip_mreq = struct<IpMreq>("ip_mreq", "multiaddr", "interface");
export const ip_mreqn = struct<IpMreqn>("ip_mreqn", "multiaddr", "address?", "ifindex");
export const ip_mreq_source = struct<IpMreqSource>("ip_mreq_source", "multiaddr", "interface", "sourceaddr");
export const ipv6_mreq = struct<Ipv6Mreq>("ipv6_mreq", "multiaddr", "interface");
export const group_req = struct<GroupReq>("group_req", "interface", "group");
export const group_source_req = struct<GroupSourceReq>("group_source_req", "interface", "group", "source");
