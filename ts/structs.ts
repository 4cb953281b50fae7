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
import { icmp6_filter, icmp_filter } from "./struct/icmp.js";
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
export type { TcpInfo } from "./struct/tcp.js";
export type { Timestamping } from "./struct/time.js";
export type { XdpOptions, XdpRingOffset, XdpStatistics } from "./struct/xdp.js";

const all = {
  ucred,
  linger,
  sock_filter,
  ip_mreq,
  ip_mreqn,
  ip_mreq_source,
  ipv6_mreq,
  group_req,
  group_source_req,
  in_pktinfo,
  in6_pktinfo,
  rights,
  timeval,
  timespec,
  scm_timestamping,
  int,
  uint8,
  uint16,
  uint32,
  uint64,
  ttl,
  tos,
  sock_extended_err,
  icmp_filter,
  icmp6_filter,
  rds_rx_trace_so,
  rds_cmsg_rx_trace,
  rds_rdma_notify,
  sctp_initmsg,
  sctp_event_subscribe,
  sctp_sndrcvinfo,
  sctp_sndinfo,
  sctp_rcvinfo,
  sctp_assoc_change,
  tipc_group_req,
  tipc_service_range,
  tipc_subscr,
  tipc_event,
  tipc_errinfo,
  can_filter,
  can_frame,
  canfd_frame,
  canxl_frame,
  bcm_msg_head,
  can_isotp_options,
  can_isotp_fc_options,
  can_isotp_ll_options,
  j1939_filter,
  nlmsghdr,
  nlattr,
  nlmsgerr,
  nl_pktinfo,
  genlmsghdr,
  ifinfomsg,
  ifaddrmsg,
  rtmsg,
  ndmsg,
  packet_mreq,
  tpacket_auxdata,
  tpacket_stats,
  tpacket_stats_v3,
  tpacket_rollover_stats,
  fanout_args,
  xdp_statistics,
  xdp_options,
  xdp_ring_offset,
  tcp_info,
  hci_filter,
  bt_security,
  bt_voice,
  bt_power,
  l2cap_options,
  l2cap_conninfo,
  rfcomm_conninfo,
  sco_options,
  sco_conninfo,
  bt_iso_qos,
  // Written out, the type would be Uint8Array<…>, which TypeScript below 5.7 does not know.
  af_alg_iv: af_alg_iv as typeof af_alg_iv,
  ctl_info,
};

/**
 * Every struct, bound to one target; one that the target lacks throws a RangeError that says so.
 */
export type Structs = {
  readonly [K in keyof typeof all]: (typeof all)[K] extends Bindable<infer T> ? Struct<T> : never;
};
export type StructName = keyof Structs;

export function bindStructs(context: AddressContext): Structs {
  // Whoever lists the properties of one that the target lacks must not meet the size that throws.
  return lazy<Structs>(Object.keys(all) as StructName[], name =>
    Object.defineProperty((all[name] as Bindable<unknown>)(context), "size", {
      enumerable: context.wire.size(name) !== UNSUPPORTED,
    }),
  );
}
