// The fixed parts of netlink messages (netlink(7), rtnetlink(7)); ts/netlink.ts puts messages and
// attributes together.
import { struct } from "../codec/layout.js";

/**
 * `len`: of the whole message, in bytes; `type`: NLMSG_* or RTM_*; `flags`: NLM_F_*; `pid`: the
 * sender's port id.
 */
export interface Nlmsghdr {
  len: number;
  type: number;
  flags: number;
  seq: number;
  pid: number;
}
/** `len`: with these 4 bytes; `type` holds NLA_F_NESTED and NLA_F_NET_BYTEORDER too. */
export interface Nlattr {
  len: number;
  type: number;
}
/** `error`: 0 or an errno below zero; the rest is the header of the message that it answers. */
export interface Nlmsgerr extends Nlmsghdr {
  error: number;
}
/** NETLINK_PKTINFO: the number of the multicast group that a message came to. */
export interface NlPktinfo {
  group: number;
}
export interface Genlmsghdr {
  cmd: number;
  version: number;
}
/** RTM_NEWLINK and the like. `type`: ARPHRD_*; `flags`: IFF_*, `change`: which of them to change. */
export interface Ifinfomsg {
  family: number;
  type?: number;
  index: number;
  flags?: number;
  change?: number;
}
/** RTM_NEWADDR and the like. `flags`: IFA_F_*; `scope`: RT_SCOPE_*. */
export interface Ifaddrmsg {
  family: number;
  prefixlen: number;
  flags?: number;
  scope?: number;
  index: number;
}
/**
 * RTM_NEWROUTE and the like; RTM_NEWRULE too. `table`: RT_TABLE_*; `protocol`: RTPROT_*; `scope`:
 * RT_SCOPE_*; `type`: RTN_*; `flags`: RTM_F_*.
 */
export interface Rtmsg {
  family: number;
  dstLen: number;
  srcLen?: number;
  tos?: number;
  table?: number;
  protocol?: number;
  scope?: number;
  type?: number;
  flags?: number;
}
/** RTM_NEWNEIGH and the like. `state`: NUD_*; `flags`: NTF_*; `type`: RTN_*. */
export interface Ndmsg {
  family: number;
  ifindex: number;
  state?: number;
  flags?: number;
  type?: number;
}

export const nlmsghdr = struct<Nlmsghdr>("nlmsghdr", "len", "type", "flags", "seq", "pid");
export const nlattr = struct<Nlattr>("nlattr", "len", "type");
export const nlmsgerr = struct<Nlmsgerr>("nlmsgerr", "error", "len", "type", "flags", "seq", "pid");
export const nl_pktinfo = struct<NlPktinfo>("nl_pktinfo", "group");
export const genlmsghdr = struct<Genlmsghdr>("genlmsghdr", "cmd", "version");
export const ifinfomsg = struct<Ifinfomsg>("ifinfomsg", "family", "type?", "index", "flags?", "change?");
export const ifaddrmsg = struct<Ifaddrmsg>("ifaddrmsg", "family", "prefixlen", "flags?", "scope?", "index");
export const rtmsg = struct<Rtmsg>(
  "rtmsg",
  "family",
  "dstLen",
  "srcLen?",
  "tos?",
  "table?",
  "protocol?",
  "scope?",
  "type?",
  "flags?",
);
export const ndmsg = struct<Ndmsg>("ndmsg", "family", "ifindex", "state?", "flags?", "type?");
