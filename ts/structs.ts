// The structs of options and control messages: one line a file.
import type { AddressContext } from "./codec/address.js";
import type { Bindable, Struct } from "./codec/layout.js";
import { lazy } from "./base/lazy.js";
import { af_alg_iv } from "./struct/alg.js";
import {
  bt_iso_qos,
  bt_power,
  bt_security,
  bt_voice,
  hci_filter,
  l2cap_conninfo,
  l2cap_options,
  rfcomm_conninfo,
  sco_conninfo,
  sco_options,
} from "./struct/bluetooth.js";
import { ctl_info } from "./struct/control.js";
import { bcm_msg_head } from "./struct/bcm.js";
import { can_filter, can_frame, canfd_frame, canxl_frame } from "./struct/can.js";
import { ucred } from "./struct/credentials.js";
import { sock_extended_err } from "./struct/extended.js";
import { icmp6_filter, icmp6_hdr, icmp_filter, icmphdr } from "./struct/icmp.js";
import { can_isotp_fc_options, can_isotp_ll_options, can_isotp_options } from "./struct/isotp.js";
import { j1939_filter } from "./struct/j1939.js";
import { sock_filter } from "./struct/filter.js";
import { linger } from "./struct/linger.js";
import {
  group_req,
  group_source_req,
  ip_mreq,
  ip_mreq_source,
  ip_mreqn,
  ipv6_mreq,
} from "./struct/membership.js";
import { int, tos, ttl, uint16, uint32, uint64, uint8 } from "./struct/number.js";
import {
  genlmsghdr,
  ifaddrmsg,
  ifinfomsg,
  ndmsg,
  nl_pktinfo,
  nlattr,
  nlmsgerr,
  nlmsghdr,
  rtmsg,
} from "./struct/netlink.js";
import {
  fanout_args,
  packet_mreq,
  tpacket_auxdata,
  tpacket_rollover_stats,
  tpacket_stats,
  tpacket_stats_v3,
} from "./struct/packet.js";
import { in6_pktinfo, in_pktinfo } from "./struct/pktinfo.js";
import {
  ifa_cacheinfo,
  nda_cacheinfo,
  rta_cacheinfo,
  rtnexthop,
  rtnl_link_stats,
  rtnl_link_stats64,
} from "./struct/rtnetlink.js";
import {
  inet_diag_meminfo,
  inet_diag_msg,
  inet_diag_req_v2,
  sk_meminfo,
  unix_diag_msg,
  unix_diag_req,
  unix_diag_rqlen,
  unix_diag_vfs,
} from "./struct/sockdiag.js";
import { rds_cmsg_rx_trace, rds_rdma_notify, rds_rx_trace_so } from "./struct/rds.js";
import { rights } from "./struct/rights.js";
import {
  sctp_assoc_change,
  sctp_event_subscribe,
  sctp_initmsg,
  sctp_rcvinfo,
  sctp_sndinfo,
  sctp_sndrcvinfo,
} from "./struct/sctp.js";
import { scm_timestamping, timespec, timeval } from "./struct/time.js";
import { tipc_errinfo, tipc_event, tipc_group_req, tipc_service_range, tipc_subscr } from "./struct/tipc.js";
import { tcp_info } from "./struct/tcp.js";
import { xdp_options, xdp_ring_offset, xdp_statistics } from "./struct/xdp.js";
import { UNSUPPORTED } from "./codec/wire.js";

export type { BcmMessage } from "./struct/bcm.js";
export type { CanFdFrame, CanFilter, CanFrame, CanId, CanXlFrame } from "./struct/can.js";
export type { ExtendedError } from "./struct/extended.js";
export type { SockFilter } from "./struct/filter.js";
export type { IcmpMessage } from "./struct/icmp.js";
export type { IsotpFcOptions, IsotpLlOptions, IsotpOptions } from "./struct/isotp.js";
export type { J1939Filter } from "./struct/j1939.js";
export type {
  Genlmsghdr,
  Ifaddrmsg,
  Ifinfomsg,
  Ndmsg,
  Nlattr,
  NlPktinfo,
  Nlmsgerr,
  Nlmsghdr,
  Rtmsg,
} from "./struct/netlink.js";
export type {
  FanoutArgs,
  PacketMreq,
  TpacketAuxdata,
  TpacketRolloverStats,
  TpacketStats,
  TpacketStatsV3,
} from "./struct/packet.js";
export type {
  IfaCacheinfo,
  NdaCacheinfo,
  RtaCacheinfo,
  Rtnexthop,
  RtnlLinkStats,
  RtnlLinkStats64,
} from "./struct/rtnetlink.js";
export type {
  InetDiagMeminfo,
  InetDiagMsg,
  InetDiagReqV2,
  InetDiagSockid,
  SkMeminfo,
  UnixDiagMsg,
  UnixDiagReq,
  UnixDiagRqlen,
  UnixDiagVfs,
} from "./struct/sockdiag.js";
export type { TcpInfo } from "./struct/tcp.js";
export type { Timestamping } from "./struct/time.js";
export type { XdpOptions, XdpRingOffset, XdpStatistics } from "./struct/xdp.js";

const all = {
  /** SCM_CREDENTIALS, SO_PEERCRED: unix(7). */
  ucred,
  /** SO_LINGER: socket(7). */
  linger,
  /** An instruction of SO_ATTACH_FILTER, which attachFilter() takes: linux/filter.h. */
  sock_filter,
  /** IP_ADD_MEMBERSHIP, IP_DROP_MEMBERSHIP: ip(7). */
  ip_mreq,
  /** IP_ADD_MEMBERSHIP, IP_DROP_MEMBERSHIP, IP_MULTICAST_IF: ip(7). */
  ip_mreqn,
  /** IP_ADD_SOURCE_MEMBERSHIP, IP_BLOCK_SOURCE and their kin: ip(7). */
  ip_mreq_source,
  /** IPV6_JOIN_GROUP, IPV6_LEAVE_GROUP: ipv6(7). */
  ipv6_mreq,
  /** MCAST_JOIN_GROUP, MCAST_LEAVE_GROUP: RFC 3678. */
  group_req,
  /** MCAST_JOIN_SOURCE_GROUP, MCAST_BLOCK_SOURCE and their kin: RFC 3678. */
  group_source_req,
  /** IP_PKTINFO: ip(7). */
  in_pktinfo,
  /** IPV6_PKTINFO: ipv6(7), RFC 3542. */
  in6_pktinfo,
  /** SCM_RIGHTS, descriptors: unix(7). */
  rights,
  /** SO_RCVTIMEO, SO_SNDTIMEO, SCM_TIMESTAMP, in seconds, exact to the microsecond: socket(7). */
  timeval,
  /** SCM_TIMESTAMPNS, in nanoseconds: socket(7). */
  timespec,
  /** SCM_TIMESTAMPING, in nanoseconds: linux/errqueue.h. */
  scm_timestamping,
  /** A C int, as most options are. */
  int,
  /** 8 bits. */
  uint8,
  /** 16 bits. */
  uint16,
  /** 32 bits. */
  uint32,
  /** 64 bits. */
  uint64,
  /** IP_TTL as a control message, a number of hops: ip(7). */
  ttl,
  /** IP_TOS as a control message, the type of service: ip(7). */
  tos,
  /** IP_RECVERR, IPV6_RECVERR: what the error queue holds: ip(7), linux/errqueue.h. */
  sock_extended_err,
  /** ICMP_FILTER: the types 0..31 that pass; those above always do: raw(7), linux/icmp.h. */
  icmp_filter,
  /** ICMP6_FILTER: the types 0..255 that pass: RFC 3542. */
  icmp6_filter,
  /** An ICMP header: RFC 792. */
  icmphdr,
  /** An ICMPv6 header: RFC 4443. */
  icmp6_hdr,
  /** SO_RDS_MSG_RXPATH_LATENCY: linux/rds.h. */
  rds_rx_trace_so,
  /** RDS_CMSG_RXPATH_LATENCY: linux/rds.h. */
  rds_cmsg_rx_trace,
  /** RDS_CMSG_RDMA_STATUS: linux/rds.h. */
  rds_rdma_notify,
  /** SCTP_INITMSG: RFC 6458. */
  sctp_initmsg,
  /** SCTP_EVENTS: RFC 6458. */
  sctp_event_subscribe,
  /** SCTP_SNDRCV, SCTP_DEFAULT_SEND_PARAM: RFC 6458. */
  sctp_sndrcvinfo,
  /** SCTP_SNDINFO, SCTP_DEFAULT_SNDINFO: RFC 6458. */
  sctp_sndinfo,
  /** SCTP_RCVINFO: RFC 6458. */
  sctp_rcvinfo,
  /** The notification SCTP_ASSOC_CHANGE: RFC 6458. */
  sctp_assoc_change,
  /** TIPC_GROUP_JOIN: linux/tipc.h. */
  tipc_group_req,
  /** TIPC_DESTNAME: linux/tipc.h. */
  tipc_service_range,
  /** What is sent to TIPC_TOP_SRV: linux/tipc.h. */
  tipc_subscr,
  /** What comes from TIPC_TOP_SRV: linux/tipc.h. */
  tipc_event,
  /** TIPC_ERRINFO: linux/tipc.h. */
  tipc_errinfo,
  /** CAN_RAW_FILTER, any number of them: linux/can.h. */
  can_filter,
  /** A frame of CAN_RAW: linux/can.h. */
  can_frame,
  /** A CAN FD frame of CAN_RAW, with CAN_RAW_FD_FRAMES: linux/can.h. */
  canfd_frame,
  /** A CAN XL frame of CAN_RAW, with CAN_RAW_XL_FRAMES: linux/can.h. */
  canxl_frame,
  /** A message of CAN_BCM with its frames: linux/can/bcm.h. */
  bcm_msg_head,
  /** CAN_ISOTP_OPTS: linux/can/isotp.h. */
  can_isotp_options,
  /** CAN_ISOTP_RECV_FC: linux/can/isotp.h. */
  can_isotp_fc_options,
  /** CAN_ISOTP_LL_OPTS: linux/can/isotp.h. */
  can_isotp_ll_options,
  /** SO_J1939_FILTER, any number of them, of which one must match: linux/can/j1939.h. */
  j1939_filter,
  /** The header of a message: netlink(7). */
  nlmsghdr,
  /** The header of an attribute: netlink(7). */
  nlattr,
  /** NLMSG_ERROR: netlink(7). */
  nlmsgerr,
  /** NETLINK_PKTINFO: netlink(7). */
  nl_pktinfo,
  /** The header of NETLINK_GENERIC: linux/genetlink.h. */
  genlmsghdr,
  /** RTM_NEWLINK and its kin: rtnetlink(7). */
  ifinfomsg,
  /** RTM_NEWADDR and its kin: rtnetlink(7). */
  ifaddrmsg,
  /** RTM_NEWROUTE and its kin: rtnetlink(7). */
  rtmsg,
  /** RTM_NEWNEIGH and its kin: rtnetlink(7). */
  ndmsg,
  /** IFLA_STATS: rtnetlink(7), linux/if_link.h. */
  rtnl_link_stats,
  /** IFLA_STATS64: linux/if_link.h. */
  rtnl_link_stats64,
  /** IFA_CACHEINFO: linux/if_addr.h. */
  ifa_cacheinfo,
  /** NDA_CACHEINFO: linux/neighbour.h. */
  nda_cacheinfo,
  /** RTA_CACHEINFO: linux/rtnetlink.h. */
  rta_cacheinfo,
  /** RTA_MULTIPATH, one hop: linux/rtnetlink.h. */
  rtnexthop,
  /** SOCK_DIAG_BY_FAMILY of AF_INET and AF_INET6, the request: sock_diag(7). */
  inet_diag_req_v2,
  /** SOCK_DIAG_BY_FAMILY of AF_INET and AF_INET6, the answer: sock_diag(7). */
  inet_diag_msg,
  /** INET_DIAG_MEMINFO: sock_diag(7). */
  inet_diag_meminfo,
  /** SOCK_DIAG_BY_FAMILY of AF_UNIX, the request: sock_diag(7). */
  unix_diag_req,
  /** SOCK_DIAG_BY_FAMILY of AF_UNIX, the answer: sock_diag(7). */
  unix_diag_msg,
  /** UNIX_DIAG_VFS: sock_diag(7). */
  unix_diag_vfs,
  /** UNIX_DIAG_RQLEN: sock_diag(7). */
  unix_diag_rqlen,
  /** INET_DIAG_SKMEMINFO, UNIX_DIAG_MEMINFO: sock_diag(7). */
  sk_meminfo,
  /** PACKET_ADD_MEMBERSHIP, PACKET_DROP_MEMBERSHIP: packet(7). */
  packet_mreq,
  /** PACKET_AUXDATA: packet(7). */
  tpacket_auxdata,
  /** PACKET_STATISTICS: packet(7). */
  tpacket_stats,
  /** PACKET_STATISTICS after PACKET_VERSION was set to TPACKET_V3: packet(7). */
  tpacket_stats_v3,
  /** PACKET_ROLLOVER_STATS: linux/if_packet.h. */
  tpacket_rollover_stats,
  /** PACKET_FANOUT: packet(7). */
  fanout_args,
  /** XDP_STATISTICS: linux/if_xdp.h. */
  xdp_statistics,
  /** XDP_OPTIONS: linux/if_xdp.h. */
  xdp_options,
  /** XDP_MMAP_OFFSETS, of the rings rx, tx, fill and completion, in this order: linux/if_xdp.h. */
  xdp_ring_offset,
  /** TCP_INFO: tcp(7), linux/tcp.h. */
  tcp_info,
  /** HCI_FILTER: bluetooth/hci.h. */
  hci_filter,
  /** BT_SECURITY: bluetooth/bluetooth.h. */
  bt_security,
  /** BT_VOICE: bluetooth/bluetooth.h. */
  bt_voice,
  /** BT_POWER: bluetooth/bluetooth.h. */
  bt_power,
  /** L2CAP_OPTIONS: bluetooth/l2cap.h. */
  l2cap_options,
  /** L2CAP_CONNINFO: bluetooth/l2cap.h. */
  l2cap_conninfo,
  /** RFCOMM_CONNINFO: bluetooth/rfcomm.h. */
  rfcomm_conninfo,
  /** SCO_OPTIONS: bluetooth/sco.h. */
  sco_options,
  /** SCO_CONNINFO: bluetooth/sco.h. */
  sco_conninfo,
  /** BT_ISO_QOS: bluetooth/bluetooth.h. */
  bt_iso_qos,
  /** ALG_SET_IV, the initialization vector: linux/if_alg.h. */
  // Written out, the type would be Uint8Array<…>, which TypeScript below 5.7 does not know.
  af_alg_iv: af_alg_iv as typeof af_alg_iv,
  /** CTLIOCGINFO of macOS: sys/kern_control.h. */
  ctl_info,
};

/**
 * Every struct, bound to one target; one that the target lacks throws a RangeError that says so.
 */
export type Structs = {
  readonly [K in keyof typeof all]: (typeof all)[K] extends Bindable<infer T> ? Struct<T> : never;
};
/** The name of a struct. */
export type StructName = keyof Structs;

/** @internal */
export function bindStructs(context: AddressContext): Structs {
  // Whoever lists the properties of one that the target lacks must not meet the size that throws.
  return lazy<Structs>(Object.keys(all) as StructName[], name =>
    Object.defineProperty((all[name] as Bindable<unknown>)(context), "size", {
      enumerable: context.wire.size(name) !== UNSUPPORTED,
    }),
  );
}
