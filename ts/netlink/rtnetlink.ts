// Attributes of rtnetlink's messages (rtnetlink(7)): links, addresses, routes, neighbours. Numbers
// are those of linux/if_link.h, if_addr.h, rtnetlink.h and neighbour.h.
import { int, show } from "../base/check.js";
import { lengthOf, part } from "../base/views.js";
import type { Ifaddrmsg, Ifinfomsg, Ndmsg, Rtmsg } from "../struct/netlink.js";
import type {
  IfaCacheinfo,
  NdaCacheinfo,
  RtaCacheinfo,
  Rtnexthop,
  RtnlLinkStats,
  RtnlLinkStats64,
} from "../struct/rtnetlink.js";
import {
  address,
  be16,
  bytes,
  format,
  hardware,
  list,
  nested,
  s32,
  struct,
  text,
  u16,
  u32,
  u8,
  type Value,
} from "./attributes.js";
import type { NetlinkAttribute } from "./message.js";

/** IFLA_LINKINFO. */
export interface LinkInfo {
  /** IFLA_INFO_KIND: dummy, veth, vlan, bridge, … */
  kind?: string;
  /** IFLA_INFO_DATA: attributes of that kind, for netlink.parseAttributes(). */
  data?: Uint8Array;
  /** IFLA_INFO_XSTATS: counters of that kind. */
  xstats?: Uint8Array;
  /** IFLA_INFO_SLAVE_KIND: the kind of the interface that it is a port of. */
  slaveKind?: string;
  /** IFLA_INFO_SLAVE_DATA: attributes of a port of that kind, for netlink.parseAttributes(). */
  slaveData?: Uint8Array;
  /** Attributes that are not known here. */
  others?: NetlinkAttribute[];
}
/** IFLA_XDP. */
export interface LinkXdp {
  /** IFLA_XDP_FD: the program to attach, -1 none. */
  fd?: number;
  /** IFLA_XDP_ATTACHED: XDP_ATTACHED_*: 0 none, 1 driver, 2 generic, 3 hardware, 4 several. */
  attached?: number;
  /** IFLA_XDP_FLAGS: XDP_FLAGS_*. */
  flags?: number;
  /** IFLA_XDP_PROG_ID. */
  progId?: number;
  /** IFLA_XDP_DRV_PROG_ID. */
  drvProgId?: number;
  /** IFLA_XDP_SKB_PROG_ID. */
  skbProgId?: number;
  /** IFLA_XDP_HW_PROG_ID. */
  hwProgId?: number;
  /** Attributes that are not known here. */
  others?: NetlinkAttribute[];
}
/** IFLA_*: what a link has. */
export interface LinkAttributes {
  /** IFLA_ADDRESS: the link's address, `00:1b:21:3c:9d:f8`; of a tunnel its own end's. */
  address?: string;
  /** IFLA_BROADCAST: where broadcasts go; of a tunnel its other end's address. */
  broadcast?: string;
  /** IFLA_IFNAME: the interface's name. */
  ifname?: string;
  /** IFLA_MTU: bytes. */
  mtu?: number;
  /** IFLA_LINK: index of the interface beneath, such as a VLAN's. */
  link?: number;
  /** IFLA_QDISC: name of the queueing discipline. */
  qdisc?: string;
  /** IFLA_STATS: counters of 32 bits. */
  stats?: RtnlLinkStats;
  /** IFLA_MASTER: index of the bridge or bond that it is a port of; 0 takes it out. */
  master?: number;
  /** IFLA_TXQLEN: packets that the sending queue may hold. */
  txqlen?: number;
  /** IFLA_WEIGHT. */
  weight?: number;
  /**
   * IFLA_OPERSTATE: RFC 2863: 0 unknown, 1 not present, 2 down, 3 lower layer down, 4 testing, 5
   * dormant, 6 up.
   */
  operstate?: number;
  /** IFLA_LINKMODE: 0 default, 1 dormant, 2 testing. */
  linkmode?: number;
  /** IFLA_LINKINFO: the kind of a virtual interface and what belongs to it. */
  linkinfo?: LinkInfo;
  /** IFLA_NET_NS_PID: a process whose network namespace it is to go to. */
  netNsPid?: number;
  /** IFLA_IFALIAS: a description. */
  ifalias?: string;
  /** IFLA_NUM_VF: virtual functions of the device. */
  numVf?: number;
  /** IFLA_STATS64: counters of 64 bits. */
  stats64?: RtnlLinkStats64;
  /** IFLA_GROUP: the group of interfaces that it belongs to. */
  group?: number;
  /** IFLA_NET_NS_FD: a descriptor of the network namespace that it is to go to. */
  netNsFd?: number;
  /** IFLA_EXT_MASK: RTEXT_FILTER_*: what a request asks for beside. */
  extMask?: number;
  /** IFLA_PROMISCUITY: how many want it to take all packets. */
  promiscuity?: number;
  /** IFLA_NUM_TX_QUEUES: queues for sending. */
  numTxQueues?: number;
  /** IFLA_NUM_RX_QUEUES: queues for receiving. */
  numRxQueues?: number;
  /** IFLA_CARRIER: 1 if there is a carrier. */
  carrier?: number;
  /** IFLA_CARRIER_CHANGES: how often the carrier came or went. */
  carrierChanges?: number;
  /** IFLA_LINK_NETNSID: the namespace of the interface `link`, -1 if it has no number. */
  linkNetnsid?: number;
  /** IFLA_PHYS_PORT_NAME: the device's name for its port. */
  physPortName?: string;
  /** IFLA_PROTO_DOWN: 1 if a protocol holds it down. */
  protoDown?: number;
  /** IFLA_GSO_MAX_SEGS: segments. */
  gsoMaxSegs?: number;
  /** IFLA_GSO_MAX_SIZE: bytes. */
  gsoMaxSize?: number;
  /** IFLA_XDP: the XDP program on it. */
  xdp?: LinkXdp;
  /** IFLA_EVENT: why a notification was sent: IFLA_EVENT_*. */
  event?: number;
  /** IFLA_NEW_NETNSID: the namespace that it has gone to. */
  newNetnsid?: number;
  /** IFLA_TARGET_NETNSID: the namespace that is asked for. */
  targetNetnsid?: number;
  /** IFLA_CARRIER_UP_COUNT: how often the carrier came. */
  carrierUpCount?: number;
  /** IFLA_CARRIER_DOWN_COUNT: how often the carrier went. */
  carrierDownCount?: number;
  /** IFLA_NEW_IFINDEX: its index in the namespace that it has gone to. */
  newIfindex?: number;
  /** IFLA_MIN_MTU: bytes. */
  minMtu?: number;
  /** IFLA_MAX_MTU: bytes, 0: no limit. */
  maxMtu?: number;
  /** IFLA_PROP_LIST: its other names (IFLA_ALT_IFNAME). */
  propList?: string[];
  /** IFLA_ALT_IFNAME: another name that it is asked for by. */
  altIfname?: string;
  /** IFLA_PERM_ADDRESS: the address that the device came with. */
  permAddress?: string;
  /** IFLA_PARENT_DEV_NAME: the device's name on its bus. */
  parentDevName?: string;
  /** IFLA_PARENT_DEV_BUS_NAME: the bus: pci, virtio, usb, …. */
  parentDevBusName?: string;
  /** IFLA_GRO_MAX_SIZE: bytes. */
  groMaxSize?: number;
  /** IFLA_TSO_MAX_SIZE: bytes. */
  tsoMaxSize?: number;
  /** IFLA_TSO_MAX_SEGS: segments. */
  tsoMaxSegs?: number;
  /** IFLA_ALLMULTI: how many want it to take all multicast packets. */
  allmulti?: number;
  /** IFLA_GSO_IPV4_MAX_SIZE: bytes. */
  gsoIpv4MaxSize?: number;
  /** IFLA_GRO_IPV4_MAX_SIZE: bytes. */
  groIpv4MaxSize?: number;
}
/** IFA_*: what an address has. */
export interface AddrAttributes {
  /** IFA_ADDRESS: of a point-to-point link the peer's, else the same as `local`. */
  address?: string;
  /** IFA_LOCAL: the interface's own; IPv6 has it in `address` unless there is a peer. */
  local?: string;
  /** IFA_LABEL: the interface's name, or one that begins with it and a colon. */
  label?: string;
  /** IFA_BROADCAST. */
  broadcast?: string;
  /** IFA_ANYCAST. */
  anycast?: string;
  /** IFA_CACHEINFO: how long it lives. */
  cacheinfo?: IfaCacheinfo;
  /** IFA_MULTICAST. */
  multicast?: string;
  /** IFA_FLAGS: IFA_F_*, all 32 bits. */
  flags?: number;
  /** IFA_RT_PRIORITY: the priority of the route to its prefix. */
  rtPriority?: number;
  /** IFA_TARGET_NETNSID: the namespace that is asked for. */
  targetNetnsid?: number;
  /** IFA_PROTO: who made it: IFAPROT_*. */
  proto?: number;
}
/** RTA_VIA: a gateway, and its family (AF_INET, AF_INET6). */
export interface RouteVia {
  /** AF_INET or AF_INET6. */
  family: number;
  /** The gateway's address, in the family's text. */
  addr: string;
}
/** RTA_METRICS: RTAX_*, what is known of the path to a destination. */
export interface RouteMetrics {
  /** RTAX_LOCK: a bit `1 << RTAX_*` for each that is fixed. */
  lock?: number;
  /** RTAX_MTU: bytes. */
  mtu?: number;
  /** RTAX_WINDOW: bytes. */
  window?: number;
  /** RTAX_RTT: eighths of a millisecond. */
  rtt?: number;
  /** RTAX_RTTVAR: quarters of a millisecond. */
  rttvar?: number;
  /** RTAX_SSTHRESH: segments. */
  ssthresh?: number;
  /** RTAX_CWND: segments. */
  cwnd?: number;
  /** RTAX_ADVMSS: bytes. */
  advmss?: number;
  /** RTAX_REORDERING: segments. */
  reordering?: number;
  /** RTAX_HOPLIMIT: hops. */
  hoplimit?: number;
  /** RTAX_INITCWND: segments. */
  initcwnd?: number;
  /** RTAX_FEATURES: RTAX_FEATURE_*. */
  features?: number;
  /** RTAX_RTO_MIN: milliseconds. */
  rtoMin?: number;
  /** RTAX_INITRWND: segments. */
  initrwnd?: number;
  /** RTAX_QUICKACK. */
  quickack?: number;
  /** RTAX_CC_ALGO: the congestion control's name. */
  ccAlgo?: string;
  /** RTAX_FASTOPEN_NO_COOKIE. */
  fastopenNoCookie?: number;
  /** Attributes that are not known here. */
  others?: NetlinkAttribute[];
}
/** One path of a route. `flags`: RTNH_F_*; `hops`: its weight less one; `ifindex`: the way out. */
export interface RouteNexthop {
  /** RTNH_F_*. */
  flags?: number;
  /** Its weight less one. */
  hops?: number;
  /** The index of the interface that it leaves by. */
  ifindex: number;
  /** RTA_GATEWAY. */
  gateway?: string;
  /** RTA_VIA: a gateway of another family. */
  via?: RouteVia;
  /** RTA_FLOW: the realm. */
  flow?: number;
  /** Attributes that are not known here. */
  others?: NetlinkAttribute[];
}
/** RTA_*: what a route has. */
export interface RouteAttributes {
  /** RTA_DST: missing for the default route. */
  dst?: string;
  /** RTA_SRC. */
  src?: string;
  /** RTA_IIF: index of the interface that packets come in by. */
  iif?: number;
  /** RTA_OIF: index of the interface that packets go out by. */
  oif?: number;
  /** RTA_GATEWAY. */
  gateway?: string;
  /** RTA_PRIORITY: the metric: a lower one goes first. */
  priority?: number;
  /** RTA_PREFSRC: the source address that packets get. */
  prefsrc?: string;
  /** RTA_METRICS: RTAX_*. */
  metrics?: RouteMetrics;
  /** RTA_MULTIPATH: its paths, where there are several. */
  multipath?: RouteNexthop[];
  /** RTA_FLOW: the realm. */
  flow?: number;
  /** RTA_CACHEINFO: its use and its age. */
  cacheinfo?: RtaCacheinfo;
  /** RTA_TABLE: RT_TABLE_*, all 32 bits. */
  table?: number;
  /** RTA_MARK: SO_MARK of what a look-up is for. */
  mark?: number;
  /** RTA_VIA: a gateway of another family. */
  via?: RouteVia;
  /** RTA_NEWDST. */
  newdst?: string;
  /** RTA_PREF: RFC 4191: 0 medium, 1 high, 3 low. */
  pref?: number;
  /** RTA_ENCAP_TYPE: LWTUNNEL_ENCAP_*. */
  encapType?: number;
  /** RTA_EXPIRES: seconds. */
  expires?: number;
  /** RTA_UID: of whom a look-up is for. */
  uid?: number;
  /** RTA_TTL_PROPAGATE. */
  ttlPropagate?: number;
  /** RTA_IP_PROTO: IPPROTO_* that a look-up is for. */
  ipProto?: number;
  /** RTA_SPORT: the port that a look-up is for. */
  sport?: number;
  /** RTA_DPORT: the port that a look-up is for. */
  dport?: number;
  /** RTA_NH_ID: the number of a nexthop object. */
  nhId?: number;
}
/** NDA_*: what a neighbour has. */
export interface NeighAttributes {
  /** NDA_DST: the neighbour's address. */
  dst?: string;
  /** NDA_LLADDR: its link's address. */
  lladdr?: string;
  /** NDA_CACHEINFO: when it was confirmed and used. */
  cacheinfo?: NdaCacheinfo;
  /** NDA_PROBES: how often it was asked for. */
  probes?: number;
  /** NDA_VLAN: of a bridge's or VXLAN's entry. */
  vlan?: number;
  /** NDA_PORT: of a VXLAN's remote end. */
  port?: number;
  /** NDA_VNI: of a VXLAN. */
  vni?: number;
  /** NDA_IFINDEX: of the interface to a VXLAN's remote end. */
  ifindex?: number;
  /** NDA_MASTER: index of the bridge. */
  master?: number;
  /** NDA_LINK_NETNSID: namespace of `ifindex`. */
  linkNetnsid?: number;
  /** NDA_SRC_VNI. */
  srcVni?: number;
  /** NDA_PROTOCOL: who made it: RTPROT_*. */
  protocol?: number;
  /** NDA_NH_ID: the number of a nexthop object. */
  nhId?: number;
  /** NDA_FLAGS_EXT: NTF_EXT_*. */
  flagsExt?: number;
  /** NDA_NDM_STATE_MASK: NUD_* that a request asks for. */
  ndmStateMask?: number;
  /** NDA_NDM_FLAGS_MASK: NTF_* that a request asks for. */
  ndmFlagsMask?: number;
}

const linkinfo = nested<LinkInfo>("linkinfo", {
  kind: [1, text],
  data: [2, bytes],
  xstats: [3, bytes],
  slaveKind: [4, text],
  slaveData: [5, bytes],
});
const xdp = nested<LinkXdp>("xdp", {
  fd: [1, s32],
  attached: [2, u8],
  flags: [3, u32],
  progId: [4, u32],
  drvProgId: [5, u32],
  skbProgId: [6, u32],
  hwProgId: [7, u32],
});
const metrics = nested<RouteMetrics>("metrics", {
  lock: [1, u32],
  mtu: [2, u32],
  window: [3, u32],
  rtt: [4, u32],
  rttvar: [5, u32],
  ssthresh: [6, u32],
  cwnd: [7, u32],
  advmss: [8, u32],
  reordering: [9, u32],
  hoplimit: [10, u32],
  initcwnd: [11, u32],
  features: [12, u32],
  rtoMin: [13, u32],
  initrwnd: [14, u32],
  quickack: [15, u32],
  ccAlgo: [16, text],
  fastopenNoCookie: [17, u32],
});

/** struct rtvia: the family in two bytes, and an address of 4 or 16. */
const via: Value<RouteVia> = {
  unpack(scope, given) {
    const family = given.length < 2 ? undefined : u16.unpack(scope, part(given, 0, 2));
    const addr = family === undefined ? undefined : address.unpack(scope, part(given, 2));
    return family === undefined || addr === undefined ? undefined : { family, addr };
  },
  pack(scope, name, value) {
    if (typeof value !== "object" || value === null)
      throw new TypeError(`${name} must be { family, addr }, got ${show(value)}`);
    const { family, addr } = value as RouteVia;
    const first = scope.structs.uint16.pack(int(`${name}: family`, family, 0, 0xffff));
    const rest = address.pack(scope, `${name}: addr`, addr) as Uint8Array;
    const out = new Uint8Array(first.length + rest.length);
    out.set(first);
    out.set(rest, first.length);
    return out;
  },
};

type PathAttributes = Pick<RouteNexthop, "gateway" | "via" | "flow" | "others">;
const path = nested<PathAttributes>("multipath", { gateway: [5, address], via: [18, via], flow: [11, u32] });

/** Paths one after another, each with its length: struct rtnexthop, then its attributes. */
const multipath: Value<RouteNexthop[]> = {
  unpack(scope, given) {
    const { rtnexthop } = scope.structs;
    const paths: RouteNexthop[] = [];
    const { size } = rtnexthop;
    for (let at = 0; at < given.length; ) {
      if (given.length - at < size) return undefined;
      const { len, ...fields } = rtnexthop.unpack(part(given, at, at + size));
      if (len < size || len > given.length - at) return undefined;
      const attributes = path.unpack(scope, part(given, at + size, at + len));
      if (attributes === undefined) return undefined;
      paths.push({ ...fields, ...attributes });
      at += scope.wire.calls.netlink_space(len);
    }
    return paths;
  },
  pack(scope, name, value) {
    if (!Array.isArray(value)) throw new TypeError(`${name} must be an array, got ${show(value)}`);
    const { rtnexthop } = scope.structs;
    const parts = Array.from(value as readonly unknown[], (given, i) => {
      if (typeof given !== "object" || given === null)
        throw new TypeError(`${name}[${i}] must be an object, got ${show(given)}`);
      const { flags, hops, ifindex, ...rest } = given as RouteNexthop;
      const packed = scope.messages.packAttributes(path.pack(scope, `${name}[${i}]`, rest) as []);
      const fields: Rtnexthop = { len: rtnexthop.size + lengthOf(packed), ifindex };
      if (flags !== undefined) fields.flags = flags;
      if (hops !== undefined) fields.hops = hops;
      return [rtnexthop.pack(fields), packed];
    }).flat();
    const out = new Uint8Array(parts.reduce((sum, bytes) => sum + bytes.length, 0));
    let at = 0;
    for (const bytes of parts) {
      out.set(bytes, at);
      at += bytes.length;
    }
    return out;
  },
};

export const link = format<Ifinfomsg, LinkAttributes>("link", "ifinfomsg", {
  address: [1, hardware],
  broadcast: [2, hardware],
  ifname: [3, text],
  mtu: [4, u32],
  link: [5, u32],
  qdisc: [6, text],
  stats: [7, struct("rtnl_link_stats")],
  master: [10, u32],
  txqlen: [13, u32],
  weight: [15, u32],
  operstate: [16, u8],
  linkmode: [17, u8],
  linkinfo: [18, linkinfo],
  netNsPid: [19, u32],
  ifalias: [20, text],
  numVf: [21, u32],
  stats64: [23, struct("rtnl_link_stats64")],
  group: [27, u32],
  netNsFd: [28, u32],
  extMask: [29, u32],
  promiscuity: [30, u32],
  numTxQueues: [31, u32],
  numRxQueues: [32, u32],
  carrier: [33, u8],
  carrierChanges: [35, u32],
  linkNetnsid: [37, s32],
  physPortName: [38, text],
  protoDown: [39, u8],
  gsoMaxSegs: [40, u32],
  gsoMaxSize: [41, u32],
  xdp: [43, xdp],
  event: [44, u32],
  newNetnsid: [45, s32],
  targetNetnsid: [46, s32],
  carrierUpCount: [47, u32],
  carrierDownCount: [48, u32],
  newIfindex: [49, u32],
  minMtu: [50, u32],
  maxMtu: [51, u32],
  propList: [52, list(text, 53)],
  altIfname: [53, text],
  permAddress: [54, hardware],
  parentDevName: [56, text],
  parentDevBusName: [57, text],
  groMaxSize: [58, u32],
  tsoMaxSize: [59, u32],
  tsoMaxSegs: [60, u32],
  allmulti: [61, u32],
  gsoIpv4MaxSize: [63, u32],
  groIpv4MaxSize: [64, u32],
});
export const addr = format<Ifaddrmsg, AddrAttributes>("addr", "ifaddrmsg", {
  address: [1, address],
  local: [2, address],
  label: [3, text],
  broadcast: [4, address],
  anycast: [5, address],
  cacheinfo: [6, struct("ifa_cacheinfo")],
  multicast: [7, address],
  flags: [8, u32],
  rtPriority: [9, u32],
  targetNetnsid: [10, s32],
  proto: [11, u8],
});
export const route = format<Rtmsg, RouteAttributes>("route", "rtmsg", {
  dst: [1, address],
  src: [2, address],
  iif: [3, u32],
  oif: [4, u32],
  gateway: [5, address],
  priority: [6, u32],
  prefsrc: [7, address],
  metrics: [8, metrics],
  multipath: [9, multipath],
  flow: [11, u32],
  cacheinfo: [12, struct("rta_cacheinfo")],
  table: [15, u32],
  mark: [16, u32],
  via: [18, via],
  newdst: [19, address],
  pref: [20, u8],
  encapType: [21, u16],
  expires: [23, u32],
  uid: [25, u32],
  ttlPropagate: [26, u8],
  ipProto: [27, u8],
  sport: [28, be16],
  dport: [29, be16],
  nhId: [30, u32],
});
export const neigh = format<Ndmsg, NeighAttributes>("neigh", "ndmsg", {
  dst: [1, address],
  lladdr: [2, hardware],
  cacheinfo: [3, struct("nda_cacheinfo")],
  probes: [4, u32],
  vlan: [5, u16],
  port: [6, be16],
  vni: [7, u32],
  ifindex: [8, u32],
  master: [9, u32],
  linkNetnsid: [10, s32],
  srcVni: [11, u32],
  protocol: [12, u8],
  nhId: [13, u32],
  flagsExt: [15, u32],
  ndmStateMask: [16, u16],
  ndmFlagsMask: [17, u8],
});
