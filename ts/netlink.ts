// Netlink (netlink(7)): messages and attributes, and those of rtnetlink(7), sock_diag(7) and generic
// netlink with their attributes as values. ts/socket/ and ts/promises/ ask the kernel.
import { ctrl, type CtrlAttributes } from "./netlink/ctrl.js";
import type { NetlinkFormat } from "./netlink/attributes.js";
import { bindMessages, type NetlinkMessages } from "./netlink/message.js";
import {
  addr,
  link,
  neigh,
  route,
  type AddrAttributes,
  type LinkAttributes,
  type NeighAttributes,
  type RouteAttributes,
} from "./netlink/rtnetlink.js";
import { inetDiag, unixDiag, type InetDiagAttributes, type UnixDiagAttributes } from "./netlink/sockdiag.js";
import type { Genlmsghdr, Ifaddrmsg, Ifinfomsg, Ndmsg, Rtmsg } from "./struct/netlink.js";
import type { InetDiagMsg, UnixDiagMsg } from "./struct/sockdiag.js";
import type { Structs } from "./structs.js";
import type { Wire } from "./codec/wire.js";

export type { NetlinkFormat, NetlinkValue, NetlinkValueIn } from "./netlink/attributes.js";
export type { CtrlAttributes, CtrlMcastGroup, CtrlOp, GenericFamily } from "./netlink/ctrl.js";
export type {
  NetlinkAttribute,
  NetlinkAttributeIn,
  NetlinkError,
  NetlinkHeaderIn,
  NetlinkItems,
  NetlinkMessage,
  NetlinkMessages,
} from "./netlink/message.js";
export type {
  AddrAttributes,
  LinkAttributes,
  LinkInfo,
  LinkXdp,
  NeighAttributes,
  RouteAttributes,
  RouteMetrics,
  RouteNexthop,
  RouteVia,
} from "./netlink/rtnetlink.js";
export type { InetDiagAttributes, UnixDiagAttributes } from "./netlink/sockdiag.js";

/** Messages, attributes, and the data of messages as values. */
export interface NetlinkCodec extends NetlinkMessages {
  /** RTM_NEWLINK, RTM_GETLINK, RTM_DELLINK, RTM_SETLINK: struct ifinfomsg and IFLA_*. */
  readonly link: NetlinkFormat<Ifinfomsg, LinkAttributes>;
  /** RTM_NEWADDR, RTM_GETADDR, RTM_DELADDR: struct ifaddrmsg and IFA_*. */
  readonly addr: NetlinkFormat<Ifaddrmsg, AddrAttributes>;
  /** RTM_NEWROUTE, RTM_GETROUTE, RTM_DELROUTE of AF_INET and AF_INET6: struct rtmsg and RTA_*. */
  readonly route: NetlinkFormat<Rtmsg, RouteAttributes>;
  /** RTM_NEWNEIGH, RTM_GETNEIGH, RTM_DELNEIGH: struct ndmsg and NDA_*. */
  readonly neigh: NetlinkFormat<Ndmsg, NeighAttributes>;
  /** What SOCK_DIAG_BY_FAMILY answers of AF_INET and AF_INET6: struct inet_diag_msg, INET_DIAG_*. */
  readonly inetDiag: NetlinkFormat<InetDiagMsg, InetDiagAttributes>;
  /** What SOCK_DIAG_BY_FAMILY answers of AF_UNIX: struct unix_diag_msg and UNIX_DIAG_*. */
  readonly unixDiag: NetlinkFormat<UnixDiagMsg, UnixDiagAttributes>;
  /** Generic netlink's families, GENL_ID_CTRL: struct genlmsghdr and CTRL_ATTR_*. */
  readonly ctrl: NetlinkFormat<Genlmsghdr, CtrlAttributes>;
}

/** @internal */
export function bindNetlink(wire: Wire, structs: Structs): NetlinkCodec {
  const messages = bindMessages(wire, structs);
  const scope = { wire, structs, messages };
  return {
    ...messages,
    link: link(scope),
    addr: addr(scope),
    route: route(scope),
    neigh: neigh(scope),
    inetDiag: inetDiag(scope),
    unixDiag: unixDiag(scope),
    ctrl: ctrl(scope),
  };
}
