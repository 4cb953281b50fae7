// sizeof and offsetof of the structs that the codec lays out by its own rules: a test compares the two.
#include "compiled_tables.h"
#include <cstddef>
#include "headers.h"
#if __has_include(<linux/tcp.h>)
namespace kernel {  // struct tcp_info, of which the C library has one of its own
#include <linux/tcp.h>
}
#endif
#ifdef __linux__
#include "bluetooth.h"
#endif

namespace {

#if __has_include(<linux/can.h>) && !defined(CANXL_MTU)  // linux/can.h since Linux 6.2
struct canxl_frame {
  canid_t prio;
  uint8_t flags, sdt;
  uint16_t len;
  uint32_t af;
  uint8_t data[2048];
};
#endif

// No struct says how wide these are in control messages (ip(7), ip(4)).
#ifdef __linux__
using TTL = int;
#else
using TTL = unsigned char;
#endif
using TOS = unsigned char;

#ifdef __linux__
// linux/icmp.h and linux/rds.h include what clashes with musl's headers; TIPC_ERRINFO has no struct
// (net/tipc/socket.c).
struct icmp_filter {
  uint32_t data;
};
struct rds_rx_trace_so {
  uint8_t rx_traces, rx_trace_pos[3];
};
struct rds_cmsg_rx_trace {
  uint8_t rx_traces, rx_trace_pos[3];
  uint64_t rx_trace[3];
};
struct rds_rdma_notify {
  uint64_t user_token;
  int32_t status;
};
struct tipc_errinfo {
  uint32_t code, length;
};
// An array of SK_MEMINFO_VARS words (linux/sock_diag.h).
struct sk_meminfo {
  uint32_t rmem_alloc, rcvbuf, wmem_alloc, sndbuf, fwd_alloc, wmem_queued, optmem, backlog, drops;
};
#endif

// The same header everywhere: RFC 792, RFC 4443. netinet/ip_icmp.h has it under other names.
struct icmp_header {
  uint8_t type, code;
  uint16_t checksum, id, sequence;
};

#ifdef __linux__
using namespace bluetooth;
#endif

struct Field {
  const char* name;
  size_t offset, width;
};
struct Layout {
  const char* name;
  size_t size;
  Field fields[64];
};

#define FIELD(name, type, member) \
  { #name, offsetof(type, member), sizeof(static_cast <type*>(nullptr)->member) }
#ifdef SIN6_LEN  // RFC 3493 3.4: addresses begin with their length
#define LENGTH(type, member) FIELD(len, type, member),
#else
#define LENGTH(type, member)
#endif
#define NUMBER(name, type)         \
  {                                \
#name, sizeof(type), {         \
      { "value", 0, sizeof(type) } \
    }                              \
  }
#define NAMED(name, type, ...)    \
  {                               \
#name, sizeof(struct type), { \
      __VA_ARGS__                 \
    }                             \
  }
#define STRUCT(type, ...) NAMED(type, type, __VA_ARGS__)

// In each row the codec's name of a field (ts/family/, ts/struct/), then C's.
const Layout layouts[] = {
    STRUCT(sockaddr_in, LENGTH(sockaddr_in, sin_len) FIELD(family, sockaddr_in, sin_family),
           FIELD(port, sockaddr_in, sin_port), FIELD(addr, sockaddr_in, sin_addr)),
    STRUCT(sockaddr_in6, LENGTH(sockaddr_in6, sin6_len) FIELD(family, sockaddr_in6, sin6_family),
           FIELD(port, sockaddr_in6, sin6_port), FIELD(flowinfo, sockaddr_in6, sin6_flowinfo),
           FIELD(addr, sockaddr_in6, sin6_addr), FIELD(scopeid, sockaddr_in6, sin6_scope_id)),
    STRUCT(sockaddr_un, LENGTH(sockaddr_un, sun_len) FIELD(family, sockaddr_un, sun_family),
           FIELD(path, sockaddr_un, sun_path)),
#if __has_include(<linux/can.h>)
    NAMED(sockaddr_can, sockaddr_can, FIELD(family, sockaddr_can, can_family),
          FIELD(ifindex, sockaddr_can, can_ifindex)),
    NAMED(sockaddr_can_isotp, sockaddr_can, FIELD(family, sockaddr_can, can_family),
          FIELD(ifindex, sockaddr_can, can_ifindex), FIELD(rxId, sockaddr_can, can_addr.tp.rx_id),
          FIELD(txId, sockaddr_can, can_addr.tp.tx_id)),
    NAMED(sockaddr_can_j1939, sockaddr_can, FIELD(family, sockaddr_can, can_family),
          FIELD(ifindex, sockaddr_can, can_ifindex), FIELD(name, sockaddr_can, can_addr.j1939.name),
          FIELD(pgn, sockaddr_can, can_addr.j1939.pgn), FIELD(addr, sockaddr_can, can_addr.j1939.addr)),
    STRUCT(can_filter, FIELD(id, can_filter, can_id), FIELD(mask, can_filter, can_mask)),
    STRUCT(can_frame, FIELD(id, can_frame, can_id), FIELD(len, can_frame, can_dlc),
           {"len8Dlc", offsetof(can_frame, data) - 1, 1}, FIELD(data, can_frame, data)),
    STRUCT(canfd_frame, FIELD(id, canfd_frame, can_id), FIELD(len, canfd_frame, len),
           FIELD(flags, canfd_frame, flags), FIELD(data, canfd_frame, data)),
    {"canxl_frame",
     offsetof(canxl_frame, data),
     {FIELD(prio, canxl_frame, prio), FIELD(flags, canxl_frame, flags), FIELD(sdt, canxl_frame, sdt),
      FIELD(len, canxl_frame, len), FIELD(af, canxl_frame, af)}},
    STRUCT(bcm_msg_head, FIELD(opcode, bcm_msg_head, opcode), FIELD(flags, bcm_msg_head, flags),
           FIELD(count, bcm_msg_head, count), FIELD(ival1Sec, bcm_msg_head, ival1.tv_sec),
           FIELD(ival1Usec, bcm_msg_head, ival1.tv_usec), FIELD(ival2Sec, bcm_msg_head, ival2.tv_sec),
           FIELD(ival2Usec, bcm_msg_head, ival2.tv_usec), FIELD(id, bcm_msg_head, can_id),
           FIELD(nframes, bcm_msg_head, nframes)),
    STRUCT(can_isotp_options, FIELD(flags, can_isotp_options, flags),
           FIELD(frameTxtime, can_isotp_options, frame_txtime),
           FIELD(extAddress, can_isotp_options, ext_address),
           FIELD(txpadContent, can_isotp_options, txpad_content),
           FIELD(rxpadContent, can_isotp_options, rxpad_content),
           FIELD(rxExtAddress, can_isotp_options, rx_ext_address)),
    STRUCT(can_isotp_fc_options, FIELD(bs, can_isotp_fc_options, bs),
           FIELD(stmin, can_isotp_fc_options, stmin), FIELD(wftmax, can_isotp_fc_options, wftmax)),
    STRUCT(can_isotp_ll_options, FIELD(mtu, can_isotp_ll_options, mtu),
           FIELD(txDl, can_isotp_ll_options, tx_dl), FIELD(txFlags, can_isotp_ll_options, tx_flags)),
    STRUCT(j1939_filter, FIELD(name, j1939_filter, name), FIELD(nameMask, j1939_filter, name_mask),
           FIELD(pgn, j1939_filter, pgn), FIELD(pgnMask, j1939_filter, pgn_mask),
           FIELD(addr, j1939_filter, addr), FIELD(addrMask, j1939_filter, addr_mask)),
#endif
#if __has_include(<linux/tipc.h>)
    STRUCT(sockaddr_tipc, FIELD(family, sockaddr_tipc, family), FIELD(addrType, sockaddr_tipc, addrtype),
           FIELD(scope, sockaddr_tipc, scope), FIELD(typeOrRef, sockaddr_tipc, addr.nameseq.type),
           FIELD(lowerOrNode, sockaddr_tipc, addr.nameseq.lower),
           FIELD(upperOrDomain, sockaddr_tipc, addr.nameseq.upper)),
#endif
#if __has_include(<linux/vm_sockets.h>)
    STRUCT(
        sockaddr_vm, FIELD(family, sockaddr_vm, svm_family), FIELD(port, sockaddr_vm, svm_port),
        FIELD(cid, sockaddr_vm, svm_cid),
        {"flags", offsetof(sockaddr_vm, svm_cid) + 4, 1}),  // svm_flags since Linux 5.11, of svm_zero before
#endif
#if __has_include(<linux/qrtr.h>)
    STRUCT(sockaddr_qrtr, FIELD(family, sockaddr_qrtr, sq_family), FIELD(node, sockaddr_qrtr, sq_node),
           FIELD(port, sockaddr_qrtr, sq_port)),
#endif
#ifdef __linux__
    NAMED(sockaddr_rds, sockaddr_in, FIELD(family, sockaddr_in, sin_family),
          FIELD(port, sockaddr_in, sin_port), FIELD(addr, sockaddr_in, sin_addr)),
#endif
#if __has_include(<linux/netlink.h>)
    STRUCT(sockaddr_nl, FIELD(family, sockaddr_nl, nl_family), FIELD(pid, sockaddr_nl, nl_pid),
           FIELD(groups, sockaddr_nl, nl_groups)),
#endif
#if __has_include(<linux/if_packet.h>)
    STRUCT(sockaddr_ll, FIELD(family, sockaddr_ll, sll_family), FIELD(protocol, sockaddr_ll, sll_protocol),
           FIELD(ifindex, sockaddr_ll, sll_ifindex), FIELD(hatype, sockaddr_ll, sll_hatype),
           FIELD(pkttype, sockaddr_ll, sll_pkttype), FIELD(halen, sockaddr_ll, sll_halen),
           FIELD(addr, sockaddr_ll, sll_addr)),
#endif
#if __has_include(<linux/if_xdp.h>)
    STRUCT(sockaddr_xdp, FIELD(family, sockaddr_xdp, sxdp_family), FIELD(flags, sockaddr_xdp, sxdp_flags),
           FIELD(ifindex, sockaddr_xdp, sxdp_ifindex), FIELD(queueId, sockaddr_xdp, sxdp_queue_id),
           FIELD(sharedUmemFd, sockaddr_xdp, sxdp_shared_umem_fd)),
#endif
#ifdef LLADDR  // net/if_dl.h
    STRUCT(sockaddr_dl, LENGTH(sockaddr_dl, sdl_len) FIELD(family, sockaddr_dl, sdl_family),
           FIELD(index, sockaddr_dl, sdl_index), FIELD(type, sockaddr_dl, sdl_type),
           FIELD(nlen, sockaddr_dl, sdl_nlen), FIELD(alen, sockaddr_dl, sdl_alen),
           FIELD(slen, sockaddr_dl, sdl_slen), FIELD(data, sockaddr_dl, sdl_data)),
#endif
#ifdef __linux__
    STRUCT(sockaddr_l2, FIELD(family, sockaddr_l2, family), FIELD(psm, sockaddr_l2, psm),
           FIELD(bdaddr, sockaddr_l2, bdaddr), FIELD(cid, sockaddr_l2, cid),
           FIELD(bdaddrType, sockaddr_l2, type)),
    STRUCT(sockaddr_hci, FIELD(family, sockaddr_hci, family), FIELD(deviceId, sockaddr_hci, dev),
           FIELD(channel, sockaddr_hci, channel)),
    STRUCT(sockaddr_sco, FIELD(family, sockaddr_sco, family), FIELD(bdaddr, sockaddr_sco, bdaddr)),
    STRUCT(sockaddr_rc, FIELD(family, sockaddr_rc, family), FIELD(bdaddr, sockaddr_rc, bdaddr),
           FIELD(channel, sockaddr_rc, channel)),
    STRUCT(sockaddr_iso, FIELD(family, sockaddr_iso, family), FIELD(bdaddr, sockaddr_iso, bdaddr),
           FIELD(bdaddrType, sockaddr_iso, type)),
    STRUCT(hci_filter, FIELD(typeMask, hci_filter, type_mask), FIELD(eventMaskLow, hci_filter, event_mask[0]),
           FIELD(eventMaskHigh, hci_filter, event_mask[1]), FIELD(opcode, hci_filter, opcode)),
    STRUCT(bt_security, FIELD(level, bt_security, level), FIELD(keySize, bt_security, key_size)),
    STRUCT(bt_voice, FIELD(setting, bt_voice, setting)),
    STRUCT(bt_power, FIELD(forceActive, bt_power, force_active)),
    STRUCT(l2cap_options, FIELD(omtu, l2cap_options, omtu), FIELD(imtu, l2cap_options, imtu),
           FIELD(flushTo, l2cap_options, flush_to), FIELD(mode, l2cap_options, mode),
           FIELD(fcs, l2cap_options, fcs), FIELD(maxTx, l2cap_options, max_tx),
           FIELD(txwinSize, l2cap_options, txwin_size)),
    NAMED(l2cap_conninfo, conninfo, FIELD(hciHandle, conninfo, hci_handle),
          FIELD(devClass, conninfo, dev_class)),
    NAMED(rfcomm_conninfo, conninfo, FIELD(hciHandle, conninfo, hci_handle),
          FIELD(devClass, conninfo, dev_class)),
    NAMED(sco_conninfo, conninfo, FIELD(hciHandle, conninfo, hci_handle),
          FIELD(devClass, conninfo, dev_class)),
    STRUCT(sco_options, FIELD(mtu, sco_options, mtu)),
    STRUCT(bt_iso_qos, FIELD(cig, bt_iso_qos, ucast.cig), FIELD(cis, bt_iso_qos, ucast.cis),
           FIELD(sca, bt_iso_qos, ucast.sca), FIELD(packing, bt_iso_qos, ucast.packing),
           FIELD(framing, bt_iso_qos, ucast.framing), FIELD(inInterval, bt_iso_qos, ucast.in.interval),
           FIELD(inLatency, bt_iso_qos, ucast.in.latency), FIELD(inSdu, bt_iso_qos, ucast.in.sdu),
           FIELD(inPhy, bt_iso_qos, ucast.in.phy), FIELD(inRtn, bt_iso_qos, ucast.in.rtn),
           FIELD(outInterval, bt_iso_qos, ucast.out.interval),
           FIELD(outLatency, bt_iso_qos, ucast.out.latency), FIELD(outSdu, bt_iso_qos, ucast.out.sdu),
           FIELD(outPhy, bt_iso_qos, ucast.out.phy), FIELD(outRtn, bt_iso_qos, ucast.out.rtn)),
#endif
#if __has_include(<linux/if_alg.h>)
    STRUCT(sockaddr_alg, FIELD(family, sockaddr_alg, salg_family), FIELD(type, sockaddr_alg, salg_type),
           FIELD(name, sockaddr_alg, salg_name), FIELD(feat, sockaddr_alg, salg_feat),
           FIELD(mask, sockaddr_alg, salg_mask)),
    STRUCT(af_alg_iv, FIELD(ivlen, af_alg_iv, ivlen)),
#endif
    STRUCT(cmsghdr, FIELD(len, cmsghdr, cmsg_len), FIELD(level, cmsghdr, cmsg_level),
           FIELD(type, cmsghdr, cmsg_type)),
#ifdef SCM_CREDENTIALS
    STRUCT(ucred, FIELD(pid, ucred, pid), FIELD(uid, ucred, uid), FIELD(gid, ucred, gid)),
#endif
#if __has_include(<linux/errqueue.h>)
    STRUCT(sock_extended_err, FIELD(errno, sock_extended_err, ee_errno),
           FIELD(origin, sock_extended_err, ee_origin), FIELD(type, sock_extended_err, ee_type),
           FIELD(code, sock_extended_err, ee_code), FIELD(info, sock_extended_err, ee_info),
           FIELD(data, sock_extended_err, ee_data)),
    STRUCT(scm_timestamping, FIELD(softwareSec, scm_timestamping, ts[0].tv_sec),
           FIELD(softwareNsec, scm_timestamping, ts[0].tv_nsec),
           FIELD(legacySec, scm_timestamping, ts[1].tv_sec),
           FIELD(legacyNsec, scm_timestamping, ts[1].tv_nsec),
           FIELD(hardwareSec, scm_timestamping, ts[2].tv_sec),
           FIELD(hardwareNsec, scm_timestamping, ts[2].tv_nsec)),
#endif
#ifdef __linux__
    STRUCT(icmp_filter, FIELD(data, icmp_filter, data)),
#define WORD(i) FIELD(word##i, icmp6_filter, icmp6_filt[i])
    STRUCT(icmp6_filter, WORD(0), WORD(1), WORD(2), WORD(3), WORD(4), WORD(5), WORD(6), WORD(7)),
    STRUCT(rds_rx_trace_so, FIELD(count, rds_rx_trace_so, rx_traces),
           FIELD(positions, rds_rx_trace_so, rx_trace_pos)),
    STRUCT(rds_cmsg_rx_trace, FIELD(count, rds_cmsg_rx_trace, rx_traces),
           FIELD(positions, rds_cmsg_rx_trace, rx_trace_pos), FIELD(trace0, rds_cmsg_rx_trace, rx_trace[0]),
           FIELD(trace1, rds_cmsg_rx_trace, rx_trace[1]), FIELD(trace2, rds_cmsg_rx_trace, rx_trace[2])),
    STRUCT(rds_rdma_notify, FIELD(token, rds_rdma_notify, user_token),
           FIELD(status, rds_rdma_notify, status)),
#endif
#if __has_include(<linux/sctp.h>)
    STRUCT(sctp_initmsg, FIELD(numOstreams, sctp_initmsg, sinit_num_ostreams),
           FIELD(maxInstreams, sctp_initmsg, sinit_max_instreams),
           FIELD(maxAttempts, sctp_initmsg, sinit_max_attempts),
           FIELD(maxInitTimeo, sctp_initmsg, sinit_max_init_timeo)),
#define EVENT(name, member) FIELD(name, sctp_event_subscribe, sctp_##member##_event)
    STRUCT(sctp_event_subscribe, EVENT(dataIo, data_io), EVENT(association, association),
           EVENT(address, address), EVENT(sendFailure, send_failure), EVENT(peerError, peer_error),
           EVENT(shutdown, shutdown), EVENT(partialDelivery, partial_delivery),
           EVENT(adaptationLayer, adaptation_layer), EVENT(authentication, authentication),
           EVENT(senderDry, sender_dry), EVENT(streamReset, stream_reset), EVENT(assocReset, assoc_reset),
           EVENT(streamChange, stream_change), EVENT(sendFailureEvent, send_failure_event)),
    STRUCT(sctp_sndrcvinfo, FIELD(stream, sctp_sndrcvinfo, sinfo_stream),
           FIELD(ssn, sctp_sndrcvinfo, sinfo_ssn), FIELD(flags, sctp_sndrcvinfo, sinfo_flags),
           FIELD(ppid, sctp_sndrcvinfo, sinfo_ppid), FIELD(context, sctp_sndrcvinfo, sinfo_context),
           FIELD(timetolive, sctp_sndrcvinfo, sinfo_timetolive), FIELD(tsn, sctp_sndrcvinfo, sinfo_tsn),
           FIELD(cumtsn, sctp_sndrcvinfo, sinfo_cumtsn), FIELD(assocId, sctp_sndrcvinfo, sinfo_assoc_id)),
    STRUCT(sctp_sndinfo, FIELD(sid, sctp_sndinfo, snd_sid), FIELD(flags, sctp_sndinfo, snd_flags),
           FIELD(ppid, sctp_sndinfo, snd_ppid), FIELD(context, sctp_sndinfo, snd_context),
           FIELD(assocId, sctp_sndinfo, snd_assoc_id)),
    STRUCT(sctp_rcvinfo, FIELD(sid, sctp_rcvinfo, rcv_sid), FIELD(ssn, sctp_rcvinfo, rcv_ssn),
           FIELD(flags, sctp_rcvinfo, rcv_flags), FIELD(ppid, sctp_rcvinfo, rcv_ppid),
           FIELD(tsn, sctp_rcvinfo, rcv_tsn), FIELD(cumtsn, sctp_rcvinfo, rcv_cumtsn),
           FIELD(context, sctp_rcvinfo, rcv_context), FIELD(assocId, sctp_rcvinfo, rcv_assoc_id)),
    STRUCT(sctp_assoc_change, FIELD(type, sctp_assoc_change, sac_type),
           FIELD(flags, sctp_assoc_change, sac_flags), FIELD(length, sctp_assoc_change, sac_length),
           FIELD(state, sctp_assoc_change, sac_state), FIELD(error, sctp_assoc_change, sac_error),
           FIELD(outboundStreams, sctp_assoc_change, sac_outbound_streams),
           FIELD(inboundStreams, sctp_assoc_change, sac_inbound_streams),
           FIELD(assocId, sctp_assoc_change, sac_assoc_id)),
#endif
#if __has_include(<linux/tipc.h>)
    STRUCT(tipc_group_req, FIELD(type, tipc_group_req, type), FIELD(instance, tipc_group_req, instance),
           FIELD(scope, tipc_group_req, scope), FIELD(flags, tipc_group_req, flags)),
    STRUCT(tipc_service_range, FIELD(type, tipc_service_range, type), FIELD(lower, tipc_service_range, lower),
           FIELD(upper, tipc_service_range, upper)),
    STRUCT(tipc_subscr, FIELD(type, tipc_subscr, seq.type), FIELD(lower, tipc_subscr, seq.lower),
           FIELD(upper, tipc_subscr, seq.upper), FIELD(timeout, tipc_subscr, timeout),
           FIELD(filter, tipc_subscr, filter), FIELD(handle, tipc_subscr, usr_handle)),
    STRUCT(tipc_event, FIELD(event, tipc_event, event), FIELD(foundLower, tipc_event, found_lower),
           FIELD(foundUpper, tipc_event, found_upper), FIELD(ref, tipc_event, port.ref),
           FIELD(node, tipc_event, port.node), FIELD(type, tipc_event, s.seq.type),
           FIELD(lower, tipc_event, s.seq.lower), FIELD(upper, tipc_event, s.seq.upper),
           FIELD(timeout, tipc_event, s.timeout), FIELD(filter, tipc_event, s.filter),
           FIELD(handle, tipc_event, s.usr_handle)),
    STRUCT(tipc_errinfo, FIELD(code, tipc_errinfo, code), FIELD(length, tipc_errinfo, length)),
#endif
    NUMBER(int, int),
    NUMBER(uint8, uint8_t),
    NUMBER(uint16, uint16_t),
    NUMBER(uint32, uint32_t),
    NUMBER(uint64, uint64_t),
    NUMBER(ttl, TTL),
    NUMBER(tos, TOS),
#ifdef BPF_LD
    STRUCT(sock_filter, FIELD(code, sock_filter, code), FIELD(jt, sock_filter, jt),
           FIELD(jf, sock_filter, jf), FIELD(k, sock_filter, k)),
#endif
    STRUCT(linger, FIELD(onoff, linger, l_onoff), FIELD(linger, linger, l_linger)),
    STRUCT(ip_mreq, FIELD(multiaddr, ip_mreq, imr_multiaddr), FIELD(interface, ip_mreq, imr_interface)),
    STRUCT(ip_mreqn, FIELD(multiaddr, ip_mreqn, imr_multiaddr), FIELD(address, ip_mreqn, imr_address),
           FIELD(ifindex, ip_mreqn, imr_ifindex)),
    STRUCT(ip_mreq_source, FIELD(multiaddr, ip_mreq_source, imr_multiaddr),
           FIELD(interface, ip_mreq_source, imr_interface),
           FIELD(sourceaddr, ip_mreq_source, imr_sourceaddr)),
    STRUCT(ipv6_mreq, FIELD(multiaddr, ipv6_mreq, ipv6mr_multiaddr),
           FIELD(interface, ipv6_mreq, ipv6mr_interface)),
    STRUCT(group_req, FIELD(interface, group_req, gr_interface), FIELD(group, group_req, gr_group)),
    STRUCT(group_source_req, FIELD(interface, group_source_req, gsr_interface),
           FIELD(group, group_source_req, gsr_group), FIELD(source, group_source_req, gsr_source)),
#ifndef __FreeBSD__
    STRUCT(in_pktinfo, FIELD(ifindex, in_pktinfo, ipi_ifindex), FIELD(specDst, in_pktinfo, ipi_spec_dst),
           FIELD(addr, in_pktinfo, ipi_addr)),
#endif
    STRUCT(in6_pktinfo, FIELD(addr, in6_pktinfo, ipi6_addr), FIELD(ifindex, in6_pktinfo, ipi6_ifindex)),
    {"rights", sizeof(int), {{"fd", 0, sizeof(int)}}},
    STRUCT(timeval, FIELD(sec, timeval, tv_sec), FIELD(usec, timeval, tv_usec)),
    STRUCT(timespec, FIELD(sec, timespec, tv_sec), FIELD(nsec, timespec, tv_nsec)),
#if __has_include(<linux/netlink.h>)
    STRUCT(nlmsghdr, FIELD(len, nlmsghdr, nlmsg_len), FIELD(type, nlmsghdr, nlmsg_type),
           FIELD(flags, nlmsghdr, nlmsg_flags), FIELD(seq, nlmsghdr, nlmsg_seq),
           FIELD(pid, nlmsghdr, nlmsg_pid)),
    STRUCT(nlattr, FIELD(len, nlattr, nla_len), FIELD(type, nlattr, nla_type)),
    STRUCT(nlmsgerr, FIELD(error, nlmsgerr, error), FIELD(len, nlmsgerr, msg.nlmsg_len),
           FIELD(type, nlmsgerr, msg.nlmsg_type), FIELD(flags, nlmsgerr, msg.nlmsg_flags),
           FIELD(seq, nlmsgerr, msg.nlmsg_seq), FIELD(pid, nlmsgerr, msg.nlmsg_pid)),
    STRUCT(nl_pktinfo, FIELD(group, nl_pktinfo, group)),
    STRUCT(genlmsghdr, FIELD(cmd, genlmsghdr, cmd), FIELD(version, genlmsghdr, version)),
    STRUCT(ifinfomsg, FIELD(family, ifinfomsg, ifi_family), FIELD(type, ifinfomsg, ifi_type),
           FIELD(index, ifinfomsg, ifi_index), FIELD(flags, ifinfomsg, ifi_flags),
           FIELD(change, ifinfomsg, ifi_change)),
    STRUCT(ifaddrmsg, FIELD(family, ifaddrmsg, ifa_family), FIELD(prefixlen, ifaddrmsg, ifa_prefixlen),
           FIELD(flags, ifaddrmsg, ifa_flags), FIELD(scope, ifaddrmsg, ifa_scope),
           FIELD(index, ifaddrmsg, ifa_index)),
    STRUCT(rtmsg, FIELD(family, rtmsg, rtm_family), FIELD(dstLen, rtmsg, rtm_dst_len),
           FIELD(srcLen, rtmsg, rtm_src_len), FIELD(tos, rtmsg, rtm_tos), FIELD(table, rtmsg, rtm_table),
           FIELD(protocol, rtmsg, rtm_protocol), FIELD(scope, rtmsg, rtm_scope), FIELD(type, rtmsg, rtm_type),
           FIELD(flags, rtmsg, rtm_flags)),
    STRUCT(ndmsg, FIELD(family, ndmsg, ndm_family), FIELD(ifindex, ndmsg, ndm_ifindex),
           FIELD(state, ndmsg, ndm_state), FIELD(flags, ndmsg, ndm_flags), FIELD(type, ndmsg, ndm_type)),
    STRUCT(rtnl_link_stats, FIELD(rxPackets, rtnl_link_stats, rx_packets),
           FIELD(txPackets, rtnl_link_stats, tx_packets), FIELD(rxBytes, rtnl_link_stats, rx_bytes),
           FIELD(txBytes, rtnl_link_stats, tx_bytes), FIELD(rxErrors, rtnl_link_stats, rx_errors),
           FIELD(txErrors, rtnl_link_stats, tx_errors), FIELD(rxDropped, rtnl_link_stats, rx_dropped),
           FIELD(txDropped, rtnl_link_stats, tx_dropped), FIELD(multicast, rtnl_link_stats, multicast),
           FIELD(collisions, rtnl_link_stats, collisions),
           FIELD(rxLengthErrors, rtnl_link_stats, rx_length_errors),
           FIELD(rxOverErrors, rtnl_link_stats, rx_over_errors),
           FIELD(rxCrcErrors, rtnl_link_stats, rx_crc_errors),
           FIELD(rxFrameErrors, rtnl_link_stats, rx_frame_errors),
           FIELD(rxFifoErrors, rtnl_link_stats, rx_fifo_errors),
           FIELD(rxMissedErrors, rtnl_link_stats, rx_missed_errors),
           FIELD(txAbortedErrors, rtnl_link_stats, tx_aborted_errors),
           FIELD(txCarrierErrors, rtnl_link_stats, tx_carrier_errors),
           FIELD(txFifoErrors, rtnl_link_stats, tx_fifo_errors),
           FIELD(txHeartbeatErrors, rtnl_link_stats, tx_heartbeat_errors),
           FIELD(txWindowErrors, rtnl_link_stats, tx_window_errors),
           FIELD(rxCompressed, rtnl_link_stats, rx_compressed),
           FIELD(txCompressed, rtnl_link_stats, tx_compressed),
           FIELD(rxNohandler, rtnl_link_stats, rx_nohandler)),
    {"rtnl_link_stats64",
     25 * sizeof(uint64_t),
     {FIELD(rxPackets, rtnl_link_stats64, rx_packets),
      FIELD(txPackets, rtnl_link_stats64, tx_packets),
      FIELD(rxBytes, rtnl_link_stats64, rx_bytes),
      FIELD(txBytes, rtnl_link_stats64, tx_bytes),
      FIELD(rxErrors, rtnl_link_stats64, rx_errors),
      FIELD(txErrors, rtnl_link_stats64, tx_errors),
      FIELD(rxDropped, rtnl_link_stats64, rx_dropped),
      FIELD(txDropped, rtnl_link_stats64, tx_dropped),
      FIELD(multicast, rtnl_link_stats64, multicast),
      FIELD(collisions, rtnl_link_stats64, collisions),
      FIELD(rxLengthErrors, rtnl_link_stats64, rx_length_errors),
      FIELD(rxOverErrors, rtnl_link_stats64, rx_over_errors),
      FIELD(rxCrcErrors, rtnl_link_stats64, rx_crc_errors),
      FIELD(rxFrameErrors, rtnl_link_stats64, rx_frame_errors),
      FIELD(rxFifoErrors, rtnl_link_stats64, rx_fifo_errors),
      FIELD(rxMissedErrors, rtnl_link_stats64, rx_missed_errors),
      FIELD(txAbortedErrors, rtnl_link_stats64, tx_aborted_errors),
      FIELD(txCarrierErrors, rtnl_link_stats64, tx_carrier_errors),
      FIELD(txFifoErrors, rtnl_link_stats64, tx_fifo_errors),
      FIELD(txHeartbeatErrors, rtnl_link_stats64, tx_heartbeat_errors),
      FIELD(txWindowErrors, rtnl_link_stats64, tx_window_errors),
      FIELD(rxCompressed, rtnl_link_stats64, rx_compressed),
      FIELD(txCompressed, rtnl_link_stats64, tx_compressed),
      FIELD(rxNohandler, rtnl_link_stats64, rx_nohandler),
      {"rxOtherhostDropped", 24 * sizeof(uint64_t), sizeof(uint64_t)}}},  // since Linux 6.0
    STRUCT(ifa_cacheinfo, FIELD(prefered, ifa_cacheinfo, ifa_prefered),
           FIELD(valid, ifa_cacheinfo, ifa_valid), FIELD(cstamp, ifa_cacheinfo, cstamp),
           FIELD(tstamp, ifa_cacheinfo, tstamp)),
    STRUCT(nda_cacheinfo, FIELD(confirmed, nda_cacheinfo, ndm_confirmed),
           FIELD(used, nda_cacheinfo, ndm_used), FIELD(updated, nda_cacheinfo, ndm_updated),
           FIELD(refcnt, nda_cacheinfo, ndm_refcnt)),
    STRUCT(rta_cacheinfo, FIELD(clntref, rta_cacheinfo, rta_clntref),
           FIELD(lastuse, rta_cacheinfo, rta_lastuse), FIELD(expires, rta_cacheinfo, rta_expires),
           FIELD(error, rta_cacheinfo, rta_error), FIELD(used, rta_cacheinfo, rta_used),
           FIELD(id, rta_cacheinfo, rta_id), FIELD(ts, rta_cacheinfo, rta_ts),
           FIELD(tsage, rta_cacheinfo, rta_tsage)),
    STRUCT(rtnexthop, FIELD(len, rtnexthop, rtnh_len), FIELD(flags, rtnexthop, rtnh_flags),
           FIELD(hops, rtnexthop, rtnh_hops), FIELD(ifindex, rtnexthop, rtnh_ifindex)),
    STRUCT(inet_diag_req_v2, FIELD(family, inet_diag_req_v2, sdiag_family),
           FIELD(protocol, inet_diag_req_v2, sdiag_protocol), FIELD(ext, inet_diag_req_v2, idiag_ext),
           FIELD(rawProtocol, inet_diag_req_v2, pad), FIELD(states, inet_diag_req_v2, idiag_states),
           FIELD(sport, inet_diag_req_v2, id.idiag_sport), FIELD(dport, inet_diag_req_v2, id.idiag_dport),
           FIELD(src, inet_diag_req_v2, id.idiag_src), FIELD(dst, inet_diag_req_v2, id.idiag_dst),
           FIELD(if, inet_diag_req_v2, id.idiag_if), FIELD(cookie0, inet_diag_req_v2, id.idiag_cookie[0]),
           FIELD(cookie1, inet_diag_req_v2, id.idiag_cookie[1])),
    STRUCT(inet_diag_msg, FIELD(family, inet_diag_msg, idiag_family),
           FIELD(state, inet_diag_msg, idiag_state), FIELD(timer, inet_diag_msg, idiag_timer),
           FIELD(retrans, inet_diag_msg, idiag_retrans), FIELD(sport, inet_diag_msg, id.idiag_sport),
           FIELD(dport, inet_diag_msg, id.idiag_dport), FIELD(src, inet_diag_msg, id.idiag_src),
           FIELD(dst, inet_diag_msg, id.idiag_dst), FIELD(if, inet_diag_msg, id.idiag_if),
           FIELD(cookie0, inet_diag_msg, id.idiag_cookie[0]),
           FIELD(cookie1, inet_diag_msg, id.idiag_cookie[1]), FIELD(expires, inet_diag_msg, idiag_expires),
           FIELD(rqueue, inet_diag_msg, idiag_rqueue), FIELD(wqueue, inet_diag_msg, idiag_wqueue),
           FIELD(uid, inet_diag_msg, idiag_uid), FIELD(inode, inet_diag_msg, idiag_inode)),
    STRUCT(inet_diag_meminfo, FIELD(rmem, inet_diag_meminfo, idiag_rmem),
           FIELD(wmem, inet_diag_meminfo, idiag_wmem), FIELD(fmem, inet_diag_meminfo, idiag_fmem),
           FIELD(tmem, inet_diag_meminfo, idiag_tmem)),
    STRUCT(unix_diag_req, FIELD(family, unix_diag_req, sdiag_family),
           FIELD(protocol, unix_diag_req, sdiag_protocol), FIELD(states, unix_diag_req, udiag_states),
           FIELD(ino, unix_diag_req, udiag_ino), FIELD(show, unix_diag_req, udiag_show),
           FIELD(cookie0, unix_diag_req, udiag_cookie[0]), FIELD(cookie1, unix_diag_req, udiag_cookie[1])),
    STRUCT(unix_diag_msg, FIELD(family, unix_diag_msg, udiag_family), FIELD(type, unix_diag_msg, udiag_type),
           FIELD(state, unix_diag_msg, udiag_state), FIELD(ino, unix_diag_msg, udiag_ino),
           FIELD(cookie0, unix_diag_msg, udiag_cookie[0]), FIELD(cookie1, unix_diag_msg, udiag_cookie[1])),
    STRUCT(unix_diag_vfs, FIELD(ino, unix_diag_vfs, udiag_vfs_ino), FIELD(dev, unix_diag_vfs, udiag_vfs_dev)),
    STRUCT(unix_diag_rqlen, FIELD(rqueue, unix_diag_rqlen, udiag_rqueue),
           FIELD(wqueue, unix_diag_rqlen, udiag_wqueue)),
    STRUCT(sk_meminfo, FIELD(rmemAlloc, sk_meminfo, rmem_alloc), FIELD(rcvbuf, sk_meminfo, rcvbuf),
           FIELD(wmemAlloc, sk_meminfo, wmem_alloc), FIELD(sndbuf, sk_meminfo, sndbuf),
           FIELD(fwdAlloc, sk_meminfo, fwd_alloc), FIELD(wmemQueued, sk_meminfo, wmem_queued),
           FIELD(optmem, sk_meminfo, optmem), FIELD(backlog, sk_meminfo, backlog),
           FIELD(drops, sk_meminfo, drops)),
#endif
    NAMED(icmphdr, icmp_header, FIELD(type, icmp_header, type), FIELD(code, icmp_header, code),
          FIELD(checksum, icmp_header, checksum), FIELD(id, icmp_header, id),
          FIELD(sequence, icmp_header, sequence)),
    NAMED(icmp6_hdr, icmp_header, FIELD(type, icmp_header, type), FIELD(code, icmp_header, code),
          FIELD(checksum, icmp_header, checksum), FIELD(id, icmp_header, id),
          FIELD(sequence, icmp_header, sequence)),
#if __has_include(<linux/if_packet.h>)
    STRUCT(packet_mreq, FIELD(ifindex, packet_mreq, mr_ifindex), FIELD(type, packet_mreq, mr_type),
           FIELD(alen, packet_mreq, mr_alen), FIELD(address, packet_mreq, mr_address)),
    STRUCT(tpacket_auxdata, FIELD(status, tpacket_auxdata, tp_status), FIELD(len, tpacket_auxdata, tp_len),
           FIELD(snaplen, tpacket_auxdata, tp_snaplen), FIELD(mac, tpacket_auxdata, tp_mac),
           FIELD(net, tpacket_auxdata, tp_net), FIELD(vlanTci, tpacket_auxdata, tp_vlan_tci),
           FIELD(vlanTpid, tpacket_auxdata, tp_vlan_tpid)),
    STRUCT(tpacket_stats, FIELD(packets, tpacket_stats, tp_packets), FIELD(drops, tpacket_stats, tp_drops)),
    STRUCT(tpacket_stats_v3, FIELD(packets, tpacket_stats_v3, tp_packets),
           FIELD(drops, tpacket_stats_v3, tp_drops), FIELD(freezeQCnt, tpacket_stats_v3, tp_freeze_q_cnt)),
    STRUCT(tpacket_rollover_stats, FIELD(all, tpacket_rollover_stats, tp_all),
           FIELD(huge, tpacket_rollover_stats, tp_huge), FIELD(failed, tpacket_rollover_stats, tp_failed)),
    STRUCT(fanout_args, FIELD(id, fanout_args, id), FIELD(typeFlags, fanout_args, type_flags),
           FIELD(maxNumMembers, fanout_args, max_num_members)),
#endif
#if __has_include(<linux/if_xdp.h>)
    STRUCT(xdp_statistics, FIELD(rxDropped, xdp_statistics, rx_dropped),
           FIELD(rxInvalidDescs, xdp_statistics, rx_invalid_descs),
           FIELD(txInvalidDescs, xdp_statistics, tx_invalid_descs),
           FIELD(rxRingFull, xdp_statistics, rx_ring_full),
           FIELD(rxFillRingEmptyDescs, xdp_statistics, rx_fill_ring_empty_descs),
           FIELD(txRingEmptyDescs, xdp_statistics, tx_ring_empty_descs)),
    STRUCT(xdp_options, FIELD(flags, xdp_options, flags)),
    STRUCT(xdp_ring_offset, FIELD(producer, xdp_ring_offset, producer),
           FIELD(consumer, xdp_ring_offset, consumer), FIELD(desc, xdp_ring_offset, desc),
           FIELD(flags, xdp_ring_offset, flags)),
#endif
#if __has_include(<linux/tcp.h>)
    {"tcp_info",
     sizeof(kernel::tcp_info),
     {FIELD(state, kernel::tcp_info, tcpi_state),
      FIELD(caState, kernel::tcp_info, tcpi_ca_state),
      FIELD(retransmits, kernel::tcp_info, tcpi_retransmits),
      FIELD(probes, kernel::tcp_info, tcpi_probes),
      FIELD(backoff, kernel::tcp_info, tcpi_backoff),
      FIELD(options, kernel::tcp_info, tcpi_options),
      {"wscale", 6, 1},
      {"limits", 7, 1},
      FIELD(rto, kernel::tcp_info, tcpi_rto),
      FIELD(ato, kernel::tcp_info, tcpi_ato),
      FIELD(sndMss, kernel::tcp_info, tcpi_snd_mss),
      FIELD(rcvMss, kernel::tcp_info, tcpi_rcv_mss),
      FIELD(unacked, kernel::tcp_info, tcpi_unacked),
      FIELD(sacked, kernel::tcp_info, tcpi_sacked),
      FIELD(lost, kernel::tcp_info, tcpi_lost),
      FIELD(retrans, kernel::tcp_info, tcpi_retrans),
      FIELD(fackets, kernel::tcp_info, tcpi_fackets),
      FIELD(lastDataSent, kernel::tcp_info, tcpi_last_data_sent),
      FIELD(lastAckSent, kernel::tcp_info, tcpi_last_ack_sent),
      FIELD(lastDataRecv, kernel::tcp_info, tcpi_last_data_recv),
      FIELD(lastAckRecv, kernel::tcp_info, tcpi_last_ack_recv),
      FIELD(pmtu, kernel::tcp_info, tcpi_pmtu),
      FIELD(rcvSsthresh, kernel::tcp_info, tcpi_rcv_ssthresh),
      FIELD(rtt, kernel::tcp_info, tcpi_rtt),
      FIELD(rttvar, kernel::tcp_info, tcpi_rttvar),
      FIELD(sndSsthresh, kernel::tcp_info, tcpi_snd_ssthresh),
      FIELD(sndCwnd, kernel::tcp_info, tcpi_snd_cwnd),
      FIELD(advmss, kernel::tcp_info, tcpi_advmss),
      FIELD(reordering, kernel::tcp_info, tcpi_reordering),
      FIELD(rcvRtt, kernel::tcp_info, tcpi_rcv_rtt),
      FIELD(rcvSpace, kernel::tcp_info, tcpi_rcv_space),
      FIELD(totalRetrans, kernel::tcp_info, tcpi_total_retrans),
      FIELD(pacingRate, kernel::tcp_info, tcpi_pacing_rate),
      FIELD(maxPacingRate, kernel::tcp_info, tcpi_max_pacing_rate),
      FIELD(bytesAcked, kernel::tcp_info, tcpi_bytes_acked),
      FIELD(bytesReceived, kernel::tcp_info, tcpi_bytes_received),
      FIELD(segsOut, kernel::tcp_info, tcpi_segs_out),
      FIELD(segsIn, kernel::tcp_info, tcpi_segs_in),
      FIELD(notsentBytes, kernel::tcp_info, tcpi_notsent_bytes),
      FIELD(minRtt, kernel::tcp_info, tcpi_min_rtt),
      FIELD(dataSegsIn, kernel::tcp_info, tcpi_data_segs_in),
      FIELD(dataSegsOut, kernel::tcp_info, tcpi_data_segs_out),
      FIELD(deliveryRate, kernel::tcp_info, tcpi_delivery_rate),
      FIELD(busyTime, kernel::tcp_info, tcpi_busy_time),
      FIELD(rwndLimited, kernel::tcp_info, tcpi_rwnd_limited),
      FIELD(sndbufLimited, kernel::tcp_info, tcpi_sndbuf_limited),
      FIELD(delivered, kernel::tcp_info, tcpi_delivered),
      FIELD(deliveredCe, kernel::tcp_info, tcpi_delivered_ce),
      FIELD(bytesSent, kernel::tcp_info, tcpi_bytes_sent),
      FIELD(bytesRetrans, kernel::tcp_info, tcpi_bytes_retrans),
      FIELD(dsackDups, kernel::tcp_info, tcpi_dsack_dups),
      FIELD(reordSeen, kernel::tcp_info, tcpi_reord_seen),
      FIELD(rcvOoopack, kernel::tcp_info, tcpi_rcv_ooopack),
      FIELD(sndWnd, kernel::tcp_info, tcpi_snd_wnd)}},
#endif
};

}  // namespace

namespace tables {

// [[name, size, [[member, offset, width], …]], …]
napi_value layouts(State& s) {
  napi_env env = s.env;
  auto text = [env](const char* t) {
    napi_value v;
    napi_create_string_utf8(env, t, NAPI_AUTO_LENGTH, &v);
    return v;
  };
  auto number = [env](size_t n) {
    napi_value v;
    napi_create_uint32(env, n, &v);
    return v;
  };
  auto array = [env] {
    napi_value v;
    napi_create_array(env, &v);
    return v;
  };
  auto push = [env](napi_value list, napi_value v) {
    uint32_t n;
    napi_get_array_length(env, list, &n);
    napi_set_element(env, list, n, v);
  };

  napi_value all = array();
  for (const Layout& layout : ::layouts) {
    napi_value row = array(), fields = array();
    for (const Field* f = layout.fields; f->name; f++) {
      napi_value field = array();
      push(field, text(f->name)), push(field, number(f->offset)), push(field, number(f->width));
      push(fields, field);
    }
    push(row, text(layout.name)), push(row, number(layout.size)), push(row, fields);
    push(all, row);
  }
  return all;
}

}  // namespace tables
