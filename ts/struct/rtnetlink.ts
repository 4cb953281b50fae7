// What attributes of rtnetlink's messages hold (rtnetlink(7), linux/if_link.h, if_addr.h, neighbour.h,
// rtnetlink.h); ts/netlink/rtnetlink.ts says which attribute has which.
import { growing, struct } from "../codec/layout.js";

type Counter =
  | "rxPackets"
  | "txPackets"
  | "rxBytes"
  | "txBytes"
  | "rxErrors"
  | "txErrors"
  | "rxDropped"
  | "txDropped"
  | "multicast"
  | "collisions"
  | "rxLengthErrors"
  | "rxOverErrors"
  | "rxCrcErrors"
  | "rxFrameErrors"
  | "rxFifoErrors"
  | "rxMissedErrors"
  | "txAbortedErrors"
  | "txCarrierErrors"
  | "txFifoErrors"
  | "txHeartbeatErrors"
  | "txWindowErrors"
  | "rxCompressed"
  | "txCompressed";

/**
 * IFLA_STATS: counters of a link since it was made, of 32 bits each, which wrap around. `rxBytes`
 * and `txBytes` are bytes, all others packets; `rxDropped` and `txDropped` found no room,
 * `rxNohandler` nobody who wanted them (missing before Linux 4.6).
 */
export type RtnlLinkStats = Record<Counter, number> & {
  /** Packets that nobody wanted; missing before Linux 4.6. */
  rxNohandler?: number;
};
/**
 * IFLA_STATS64: the same of 64 bits; `rxOtherhostDropped` were another host's (missing before Linux
 * 6.0).
 */
export type RtnlLinkStats64 = Record<Counter, bigint> & {
  /** Packets that nobody wanted. */
  rxNohandler?: bigint;
  /** Packets for another host; missing before Linux 6.0. */
  rxOtherhostDropped?: bigint;
};
/**
 * IFA_CACHEINFO: how long an address lives. `prefered` (the kernel's spelling) and `valid`: seconds
 * that are left, 2^32-1 for ever; `cstamp` and `tstamp`: when it was made and last changed, in
 * hundredths of a second since the system's start.
 */
export interface IfaCacheinfo {
  /** Seconds that it is preferred (the kernel's spelling); 2^32-1: for ever. */
  prefered: number;
  /** Seconds that it is valid; 2^32-1: for ever. */
  valid: number;
  /** When it was made: hundredths of a second since the system's start. */
  cstamp?: number;
  /** When it was last changed: hundredths of a second since the system's start. */
  tstamp?: number;
}
/**
 * NDA_CACHEINFO: how long ago a neighbour was confirmed, used and updated, in clock ticks (USER_HZ:
 * 100 a second); `refcnt`: how many references there are to it.
 */
export interface NdaCacheinfo {
  /** Clock ticks (USER_HZ, 100 a second) since it was confirmed. */
  confirmed: number;
  /** Clock ticks since it was used. */
  used: number;
  /** Clock ticks since it was updated. */
  updated: number;
  /** References to it. */
  refcnt: number;
}
/**
 * RTA_CACHEINFO: `clntref`: references to the route; `lastuse`: clock ticks since its last use
 * (USER_HZ: 100 a second); `expires`: clock ticks until it expires, 0 never; `error`: an errno;
 * `used`: how often it was used; `id`, `ts`, `tsage`: of the peer, 0 in today's kernels.
 */
export interface RtaCacheinfo {
  /** References to the route. */
  clntref: number;
  /** Clock ticks (USER_HZ, 100 a second) since its last use. */
  lastuse: number;
  /** Clock ticks until it expires; 0: never. */
  expires: number;
  /** An errno; 0: none. */
  error: number;
  /** How often it was used. */
  used: number;
  /** The peer's; 0 in today's kernels. */
  id: number;
  /** The peer's; 0 in today's kernels. */
  ts: number;
  /** The peer's; 0 in today's kernels. */
  tsage: number;
}
/**
 * One path of RTA_MULTIPATH. `len`: bytes with the attributes that follow; `flags`: RTNH_F_*;
 * `hops`: its weight less one; `ifindex`: the interface that it leaves by.
 */
export interface Rtnexthop {
  /** Bytes, with the attributes that follow. */
  len: number;
  /** RTNH_F_*. */
  flags?: number;
  /** Its weight less one. */
  hops?: number;
  /** The index of the interface that it leaves by. */
  ifindex: number;
}

export const rtnl_link_stats = growing<RtnlLinkStats>(
  "rtnl_link_stats",
  "rxPackets",
  "txPackets",
  "rxBytes",
  "txBytes",
  "rxErrors",
  "txErrors",
  "rxDropped",
  "txDropped",
  "multicast",
  "collisions",
  "rxLengthErrors",
  "rxOverErrors",
  "rxCrcErrors",
  "rxFrameErrors",
  "rxFifoErrors",
  "rxMissedErrors",
  "txAbortedErrors",
  "txCarrierErrors",
  "txFifoErrors",
  "txHeartbeatErrors",
  "txWindowErrors",
  "rxCompressed",
  "txCompressed",
  "rxNohandler?",
);
export const rtnl_link_stats64 = growing<RtnlLinkStats64>(
  "rtnl_link_stats64",
  "rxPackets",
  "txPackets",
  "rxBytes",
  "txBytes",
  "rxErrors",
  "txErrors",
  "rxDropped",
  "txDropped",
  "multicast",
  "collisions",
  "rxLengthErrors",
  "rxOverErrors",
  "rxCrcErrors",
  "rxFrameErrors",
  "rxFifoErrors",
  "rxMissedErrors",
  "txAbortedErrors",
  "txCarrierErrors",
  "txFifoErrors",
  "txHeartbeatErrors",
  "txWindowErrors",
  "rxCompressed",
  "txCompressed",
  "rxNohandler?",
  "rxOtherhostDropped?",
);
export const ifa_cacheinfo = struct<IfaCacheinfo>("ifa_cacheinfo", "prefered", "valid", "cstamp?", "tstamp?");
export const nda_cacheinfo = struct<NdaCacheinfo>("nda_cacheinfo", "confirmed", "used", "updated", "refcnt");
export const rta_cacheinfo = struct<RtaCacheinfo>(
  "rta_cacheinfo",
  "clntref",
  "lastuse",
  "expires",
  "error",
  "used",
  "id",
  "ts",
  "tsage",
);
export const rtnexthop = struct<Rtnexthop>("rtnexthop", "len", "flags?", "hops?", "ifindex");
