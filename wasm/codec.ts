// codec.wasm: what it exports. Offsets and layouts are globals, everything else a function of
// integers.
export {
  MESSAGE,
  MESSAGE_SIZE,
  ADDRESS,
  ADDRESS_SIZE,
  TEXT,
  TEXT_SIZE,
  CELLS,
  CELL_SIZE,
  CELL_COUNT,
  IMAGE,
  IMAGE_SIZE,
  TABLES_END,
} from "./memory";
export { pton4, pton6, aton, ntop4, ntop6 } from "./numeric-address";
export { cmsg_len, cmsg_space, cmsg_encode, cmsg_decode, cmsg_header, cmsghdr } from "./cmsg";
export { layout_size, layout_field, layout_encode, layout_decode } from "./layout";
export { family_number, protocol_number, INET, INET6, BLUETOOTH, ALG, SYSTEM, HYPERV } from "./registry";
export { sockaddr_family, sockaddr_encode, sockaddr_data, sockaddr } from "./sockaddr";

export { unix_encode, unix_decode, unix_path, sockaddr_un } from "./family/unix";
export { sockaddr_in } from "./family/inet";
export {
  can_encode,
  can_encode_isotp,
  can_encode_j1939,
  can_decode,
  can_decode_isotp,
  can_decode_j1939,
  sockaddr_can,
  sockaddr_can_isotp,
  sockaddr_can_j1939,
} from "./family/can";
export { tipc_encode, tipc_decode, sockaddr_tipc } from "./family/tipc";
export { vsock_encode, vsock_decode, sockaddr_vm } from "./family/vsock";
export { qipcrtr_encode, qipcrtr_decode, sockaddr_qrtr } from "./family/qipcrtr";
export { sockaddr_rds } from "./family/rds";
export { sockaddr_divert } from "./family/divert";
export { netlink_encode, netlink_decode, sockaddr_nl } from "./family/netlink";
export { packet_encode, packet_decode, packet_addr, sockaddr_ll } from "./family/packet";
export { xdp_encode, xdp_decode, sockaddr_xdp } from "./family/xdp";
export { link_encode, link_decode, link_data, sockaddr_dl } from "./family/link";
export { sockaddr_in6 } from "./family/inet6";
export { sockaddr_l2, sockaddr_hci, sockaddr_sco, sockaddr_rc, sockaddr_iso } from "./family/bluetooth";
export { sockaddr_alg } from "./family/alg";
export { sockaddr_ctl } from "./family/system";
export { sockaddr_hv } from "./family/hyperv";

export { bcm_msg_head } from "./struct/bcm";
export { can_filter, can_frame, canfd_frame, canxl_frame } from "./struct/can";
export { ucred } from "./struct/credentials";
export { sock_extended_err } from "./struct/extended";
export { icmp_filter, icmp6_filter, icmphdr, icmp6_hdr } from "./struct/icmp";
export { can_isotp_options, can_isotp_fc_options, can_isotp_ll_options } from "./struct/isotp";
export { j1939_filter } from "./struct/j1939";
export { linger } from "./struct/linger";
export { sock_filter } from "./struct/filter";
export { int, uint8, uint16, uint32, uint64, ttl, tos } from "./struct/number";
export {
  ip_mreq,
  ip_mreqn,
  ip_mreq_source,
  ipv6_mreq,
  group_req,
  group_source_req,
} from "./struct/membership";
export { in_pktinfo, in6_pktinfo } from "./struct/pktinfo";
export { rds_rx_trace_so, rds_cmsg_rx_trace, rds_rdma_notify } from "./struct/rds";
export { rights } from "./struct/rights";
export {
  sctp_initmsg,
  sctp_event_subscribe,
  sctp_sndrcvinfo,
  sctp_sndinfo,
  sctp_rcvinfo,
  sctp_assoc_change,
} from "./struct/sctp";
export { timeval, timespec, scm_timestamping } from "./struct/time";
export { tipc_group_req, tipc_service_range, tipc_subscr, tipc_event, tipc_errinfo } from "./struct/tipc";
export {
  nlmsghdr,
  nlattr,
  nlmsgerr,
  nl_pktinfo,
  genlmsghdr,
  ifinfomsg,
  ifaddrmsg,
  rtmsg,
  ndmsg,
} from "./struct/netlink";
export {
  rtnl_link_stats,
  rtnl_link_stats64,
  ifa_cacheinfo,
  nda_cacheinfo,
  rta_cacheinfo,
  rtnexthop,
} from "./struct/rtnetlink";
export {
  inet_diag_req_v2,
  inet_diag_msg,
  inet_diag_meminfo,
  unix_diag_req,
  unix_diag_msg,
  unix_diag_vfs,
  unix_diag_rqlen,
  sk_meminfo,
} from "./struct/sockdiag";
export {
  packet_mreq,
  tpacket_auxdata,
  tpacket_stats,
  tpacket_stats_v3,
  tpacket_rollover_stats,
  fanout_args,
} from "./struct/packet";
export { xdp_statistics, xdp_options, xdp_ring_offset } from "./struct/xdp";
export { tcp_info } from "./struct/tcp";
export { nlmsg_decode, nlattr_decode, netlink_space } from "./netlink";
export {
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
} from "./struct/bluetooth";
export { af_alg_iv } from "./struct/alg";
export { ctl_info } from "./struct/control";
