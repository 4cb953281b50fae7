// The fixed parts of netlink messages (netlink(7), rtnetlink(7)); ts/netlink.ts puts messages and
// attributes together.
import { struct } from "../codec/layout.js";

/** The header of a message (netlink(7)). */
export interface Nlmsghdr {
  /** Bytes of the whole message, header included. */
  len: number;
  /** NLMSG_*, RTM_* or a generic family's id. */
  type: number;
  /** NLM_F_*. */
  flags: number;
  /** The number that an answer repeats. */
  seq: number;
  /** The sender's port id; 0: the kernel. */
  pid: number;
}
/** The header of an attribute (netlink(7)). */
export interface Nlattr {
  /** Bytes of the attribute, with these 4. */
  len: number;
  /** Its type, with NLA_F_NESTED and NLA_F_NET_BYTEORDER. */
  type: number;
}
/** An NLMSG_ERROR (netlink(7)): an errno, and the header of the message that it answers. */
export interface Nlmsgerr extends Nlmsghdr {
  /** 0 for an acknowledgement, else an errno below zero. */
  error: number;
}
/** NETLINK_PKTINFO: the number of the multicast group that a message came to. */
export interface NlPktinfo {
  /** The number of the multicast group. */
  group: number;
}
/** The header behind nlmsghdr of NETLINK_GENERIC (linux/genetlink.h). */
export interface Genlmsghdr {
  /** The family's command: CTRL_CMD_* of GENL_ID_CTRL. */
  cmd: number;
  /** The version of the family's interface. */
  version: number;
}
/** A link, RTM_NEWLINK and the like (rtnetlink(7)). */
export interface Ifinfomsg {
  /** AF_*. */
  family: number;
  /** ARPHRD_*. */
  type?: number;
  /** The interface's index. */
  index: number;
  /** IFF_*. */
  flags?: number;
  /** Which of the flags to change. */
  change?: number;
}
/** An address, RTM_NEWADDR and the like (rtnetlink(7)). */
export interface Ifaddrmsg {
  /** AF_*. */
  family: number;
  /** Bits of the network's prefix. */
  prefixlen: number;
  /** IFA_F_*, the low 8 bits; IFA_FLAGS has all. */
  flags?: number;
  /** RT_SCOPE_*. */
  scope?: number;
  /** The interface's index. */
  index: number;
}
/** A route, RTM_NEWROUTE and the like (rtnetlink(7)); rules have it too. */
export interface Rtmsg {
  /** AF_*. */
  family: number;
  /** Bits of the destination's prefix. */
  dstLen: number;
  /** Bits of the source's prefix. */
  srcLen?: number;
  /** The type of service. */
  tos?: number;
  /** RT_TABLE_*; RTA_TABLE has more than 8 bits. */
  table?: number;
  /** RTPROT_*. */
  protocol?: number;
  /** RT_SCOPE_*. */
  scope?: number;
  /** RTN_*. */
  type?: number;
  /** RTM_F_*. */
  flags?: number;
}
/** A neighbour, RTM_NEWNEIGH and the like (rtnetlink(7)). */
export interface Ndmsg {
  /** AF_*. */
  family: number;
  /** The interface's index. */
  ifindex: number;
  /** NUD_*. */
  state?: number;
  /** NTF_*. */
  flags?: number;
  /** RTN_*. */
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
