// ip-monitor: what changes about links, addresses, routes and neighbours, as `ip monitor` tells it,
// by multicast groups of NETLINK_ROUTE (rtnetlink(7)). ip-monitor [COUNT]: ends after so many
// changes.
import {
  AF_INET,
  AF_INET6,
  AF_NETLINK,
  IFF_UP,
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_ROUTE,
  RTM_DELADDR,
  RTM_DELLINK,
  RTM_DELNEIGH,
  RTM_DELROUTE,
  RTM_NEWADDR,
  RTM_NEWLINK,
  RTM_NEWNEIGH,
  RTM_NEWROUTE,
  RTNLGRP_IPV4_IFADDR,
  RTNLGRP_IPV4_ROUTE,
  RTNLGRP_IPV6_IFADDR,
  RTNLGRP_IPV6_ROUTE,
  RTNLGRP_LINK,
  RTNLGRP_NEIGH,
  SOCK_RAW,
  SOL_NETLINK,
  Socket,
  netlink,
  type NetlinkMessage,
} from "berkeley-sockets/promises";

const COUNT = Number(process.argv[2] ?? Infinity);

await using socket = new Socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
await socket.bind([0, 0]);
for (const group of [
  ...[RTNLGRP_LINK, RTNLGRP_NEIGH, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR],
  ...[RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE],
])
  socket.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group);

/** What a notification says, undefined for one of another kind. */
function told({ type, data }: NetlinkMessage): string | undefined {
  const gone = [RTM_DELLINK, RTM_DELADDR, RTM_DELROUTE, RTM_DELNEIGH].includes(type) ? "deleted " : "";
  switch (type) {
    case RTM_NEWLINK:
    case RTM_DELLINK: {
      const { index, flags = 0, attributes } = netlink.link.unpack(data);
      return `${gone}link ${index} ${attributes.ifname} ${flags & IFF_UP ? "up" : "down"} mtu ${attributes.mtu}`;
    }
    case RTM_NEWADDR:
    case RTM_DELADDR: {
      const { index, prefixlen, attributes } = netlink.addr.unpack(data);
      return `${gone}address ${attributes.local ?? attributes.address}/${prefixlen} of link ${index}`;
    }
    case RTM_NEWROUTE:
    case RTM_DELROUTE: {
      const { family, dstLen, attributes } = netlink.route.unpack(data);
      // IPv4's and IPv6's; the kernel tells of MPLS and multicast here, too.
      if (family !== AF_INET && family !== AF_INET6) return undefined;
      const { dst, gateway, oif, table } = attributes;
      const to = dst === undefined ? "default" : `${dst}/${dstLen}`;
      return `${gone}route ${to}${gateway ? ` via ${gateway}` : ""} by link ${oif} in table ${table}`;
    }
    case RTM_NEWNEIGH:
    case RTM_DELNEIGH: {
      const { ifindex, state, attributes } = netlink.neigh.unpack(data);
      return `${gone}neighbour ${attributes.dst} at ${attributes.lladdr ?? "?"} on link ${ifindex}, state ${state}`;
    }
    default:
      return undefined;
  }
}

console.log("Watching");
let count = 0;
for (; count < COUNT; ) {
  // Longer than any notification. ENOBUFS would say that some were lost: then all is to be asked anew.
  const [data, address] = await socket.recvfrom(65536);
  // Any process may send; the kernel is 0.
  if (address?.[0] !== 0) continue;
  for (const message of netlink.parse(data).items) {
    const text = told(message);
    if (text === undefined) continue;
    console.log(text);
    count++;
  }
}
