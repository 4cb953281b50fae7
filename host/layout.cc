// sizeof and offsetof of the structs that the codec lays out by its own rules: a test compares the two.
#include "tables.h"
#include <cstddef>
#include "headers.h"

namespace {

// No struct says how wide these are in control messages (ip(7), ip(4)).
#ifdef __linux__
using TTL = int;
#else
using TTL = unsigned char;
#endif
using TOS = unsigned char;

struct Field { const char* name; size_t offset, width; };
struct Layout { const char* name; size_t size; Field fields[40]; };

#define FIELD(name, type, member) {#name, offsetof(type, member), sizeof(static_cast<type*>(nullptr)->member)}
#ifdef SIN6_LEN  // RFC 3493 3.4: addresses begin with their length
#define LENGTH(type, member) FIELD(len, type, member),
#else
#define LENGTH(type, member)
#endif
#define NUMBER(name, type) {#name, sizeof(type), {{"value", 0, sizeof(type)}}}
#define NAMED(name, type, ...) {#name, sizeof(struct type), {__VA_ARGS__}}
#define STRUCT(type, ...) NAMED(type, type, __VA_ARGS__)

// In each row the codec's name of a field (ts/family/, ts/struct/), then C's.
const Layout layouts[] = {
  STRUCT(sockaddr_in, LENGTH(sockaddr_in, sin_len) FIELD(family, sockaddr_in, sin_family), FIELD(port, sockaddr_in, sin_port),
    FIELD(addr, sockaddr_in, sin_addr)),
  STRUCT(sockaddr_in6, LENGTH(sockaddr_in6, sin6_len) FIELD(family, sockaddr_in6, sin6_family), FIELD(port, sockaddr_in6, sin6_port),
    FIELD(flowinfo, sockaddr_in6, sin6_flowinfo), FIELD(addr, sockaddr_in6, sin6_addr), FIELD(scopeid, sockaddr_in6, sin6_scope_id)),
  STRUCT(sockaddr_un, LENGTH(sockaddr_un, sun_len) FIELD(family, sockaddr_un, sun_family), FIELD(path, sockaddr_un, sun_path)),
#if __has_include(<linux/can.h>)
  NAMED(sockaddr_can, sockaddr_can, FIELD(family, sockaddr_can, can_family), FIELD(ifindex, sockaddr_can, can_ifindex)),
  NAMED(sockaddr_can_isotp, sockaddr_can, FIELD(family, sockaddr_can, can_family), FIELD(ifindex, sockaddr_can, can_ifindex),
    FIELD(rxId, sockaddr_can, can_addr.tp.rx_id), FIELD(txId, sockaddr_can, can_addr.tp.tx_id)),
  NAMED(sockaddr_can_j1939, sockaddr_can, FIELD(family, sockaddr_can, can_family), FIELD(ifindex, sockaddr_can, can_ifindex),
    FIELD(name, sockaddr_can, can_addr.j1939.name), FIELD(pgn, sockaddr_can, can_addr.j1939.pgn), FIELD(addr, sockaddr_can, can_addr.j1939.addr)),
#endif
#if __has_include(<linux/tipc.h>)
  STRUCT(sockaddr_tipc, FIELD(family, sockaddr_tipc, family), FIELD(addrType, sockaddr_tipc, addrtype), FIELD(scope, sockaddr_tipc, scope),
    FIELD(typeOrRef, sockaddr_tipc, addr.nameseq.type), FIELD(lowerOrNode, sockaddr_tipc, addr.nameseq.lower),
    FIELD(upperOrDomain, sockaddr_tipc, addr.nameseq.upper)),
#endif
#if __has_include(<linux/vm_sockets.h>)
  STRUCT(sockaddr_vm, FIELD(family, sockaddr_vm, svm_family), FIELD(port, sockaddr_vm, svm_port), FIELD(cid, sockaddr_vm, svm_cid),
    {"flags", offsetof(sockaddr_vm, svm_cid) + 4, 1}),  // svm_flags since Linux 5.11, of svm_zero before
#endif
#if __has_include(<linux/qrtr.h>)
  STRUCT(sockaddr_qrtr, FIELD(family, sockaddr_qrtr, sq_family), FIELD(node, sockaddr_qrtr, sq_node), FIELD(port, sockaddr_qrtr, sq_port)),
#endif
#ifdef __linux__
  NAMED(sockaddr_rds, sockaddr_in, FIELD(family, sockaddr_in, sin_family), FIELD(port, sockaddr_in, sin_port), FIELD(addr, sockaddr_in, sin_addr)),
#endif
#if __has_include(<linux/netlink.h>)
  STRUCT(sockaddr_nl, FIELD(family, sockaddr_nl, nl_family), FIELD(pid, sockaddr_nl, nl_pid), FIELD(groups, sockaddr_nl, nl_groups)),
#endif
#if __has_include(<linux/if_packet.h>)
  STRUCT(sockaddr_ll, FIELD(family, sockaddr_ll, sll_family), FIELD(protocol, sockaddr_ll, sll_protocol), FIELD(ifindex, sockaddr_ll, sll_ifindex),
    FIELD(hatype, sockaddr_ll, sll_hatype), FIELD(pkttype, sockaddr_ll, sll_pkttype), FIELD(halen, sockaddr_ll, sll_halen), FIELD(addr, sockaddr_ll, sll_addr)),
#endif
#if __has_include(<linux/if_xdp.h>)
  STRUCT(sockaddr_xdp, FIELD(family, sockaddr_xdp, sxdp_family), FIELD(flags, sockaddr_xdp, sxdp_flags), FIELD(ifindex, sockaddr_xdp, sxdp_ifindex),
    FIELD(queueId, sockaddr_xdp, sxdp_queue_id), FIELD(sharedUmemFd, sockaddr_xdp, sxdp_shared_umem_fd)),
#endif
#ifdef LLADDR  // net/if_dl.h
  STRUCT(sockaddr_dl, LENGTH(sockaddr_dl, sdl_len) FIELD(family, sockaddr_dl, sdl_family), FIELD(index, sockaddr_dl, sdl_index), FIELD(type, sockaddr_dl, sdl_type),
    FIELD(nlen, sockaddr_dl, sdl_nlen), FIELD(alen, sockaddr_dl, sdl_alen), FIELD(slen, sockaddr_dl, sdl_slen), FIELD(data, sockaddr_dl, sdl_data)),
#endif
  STRUCT(cmsghdr, FIELD(len, cmsghdr, cmsg_len), FIELD(level, cmsghdr, cmsg_level), FIELD(type, cmsghdr, cmsg_type)),
#ifdef SCM_CREDENTIALS
  STRUCT(ucred, FIELD(pid, ucred, pid), FIELD(uid, ucred, uid), FIELD(gid, ucred, gid)),
#endif
#if __has_include(<linux/errqueue.h>)
  STRUCT(sock_extended_err, FIELD(errno, sock_extended_err, ee_errno), FIELD(origin, sock_extended_err, ee_origin), FIELD(type, sock_extended_err, ee_type),
    FIELD(code, sock_extended_err, ee_code), FIELD(info, sock_extended_err, ee_info), FIELD(data, sock_extended_err, ee_data)),
  STRUCT(scm_timestamping, FIELD(softwareSec, scm_timestamping, ts[0].tv_sec), FIELD(softwareNsec, scm_timestamping, ts[0].tv_nsec),
    FIELD(legacySec, scm_timestamping, ts[1].tv_sec), FIELD(legacyNsec, scm_timestamping, ts[1].tv_nsec),
    FIELD(hardwareSec, scm_timestamping, ts[2].tv_sec), FIELD(hardwareNsec, scm_timestamping, ts[2].tv_nsec)),
#endif
  NUMBER(int, int), NUMBER(uint8, uint8_t), NUMBER(uint16, uint16_t), NUMBER(uint32, uint32_t), NUMBER(uint64, uint64_t), NUMBER(ttl, TTL), NUMBER(tos, TOS),
  STRUCT(linger, FIELD(onoff, linger, l_onoff), FIELD(linger, linger, l_linger)),
  STRUCT(ip_mreq, FIELD(multiaddr, ip_mreq, imr_multiaddr), FIELD(interface, ip_mreq, imr_interface)),
  STRUCT(ip_mreqn, FIELD(multiaddr, ip_mreqn, imr_multiaddr), FIELD(address, ip_mreqn, imr_address), FIELD(ifindex, ip_mreqn, imr_ifindex)),
  STRUCT(ip_mreq_source, FIELD(multiaddr, ip_mreq_source, imr_multiaddr), FIELD(interface, ip_mreq_source, imr_interface),
    FIELD(sourceaddr, ip_mreq_source, imr_sourceaddr)),
  STRUCT(ipv6_mreq, FIELD(multiaddr, ipv6_mreq, ipv6mr_multiaddr), FIELD(interface, ipv6_mreq, ipv6mr_interface)),
  STRUCT(group_req, FIELD(interface, group_req, gr_interface), FIELD(group, group_req, gr_group)),
  STRUCT(group_source_req, FIELD(interface, group_source_req, gsr_interface), FIELD(group, group_source_req, gsr_group),
    FIELD(source, group_source_req, gsr_source)),
#ifndef __FreeBSD__
  STRUCT(in_pktinfo, FIELD(ifindex, in_pktinfo, ipi_ifindex), FIELD(specDst, in_pktinfo, ipi_spec_dst), FIELD(addr, in_pktinfo, ipi_addr)),
#endif
  STRUCT(in6_pktinfo, FIELD(addr, in6_pktinfo, ipi6_addr), FIELD(ifindex, in6_pktinfo, ipi6_ifindex)),
  {"rights", sizeof(int), {{"fd", 0, sizeof(int)}}},
  STRUCT(timeval, FIELD(sec, timeval, tv_sec), FIELD(usec, timeval, tv_usec)),
  STRUCT(timespec, FIELD(sec, timespec, tv_sec), FIELD(nsec, timespec, tv_nsec)),
};

}  // namespace

namespace tables {

// [[name, size, [[member, offset, width], …]], …]
napi_value layouts(State& s) {
  napi_env env = s.env;
  auto text = [env](const char* t) { napi_value v; napi_create_string_utf8(env, t, NAPI_AUTO_LENGTH, &v); return v; };
  auto number = [env](size_t n) { napi_value v; napi_create_uint32(env, n, &v); return v; };
  auto array = [env] { napi_value v; napi_create_array(env, &v); return v; };
  auto push = [env](napi_value list, napi_value v) { uint32_t n; napi_get_array_length(env, list, &n); napi_set_element(env, list, n, v); };

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
