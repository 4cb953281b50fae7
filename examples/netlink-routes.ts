// Links and routes as `ip link` and `ip route` have them: two dumps over AF_NETLINK (rtnetlink(7)).
import {
  AF_INET,
  AF_NETLINK,
  AF_UNSPEC,
  IFF_UP,
  NETLINK_ROUTE,
  NLM_F_DUMP,
  RTM_GETLINK,
  RTM_GETROUTE,
  SOCK_RAW,
  Socket,
  netlink,
} from "berkeley-sockets";

using socket = new Socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
socket.settimeout(5);

// request() gives all answers at once, of one state of the table; dump() one after another.
const links = netlink
  .request(socket, {
    type: RTM_GETLINK,
    flags: NLM_F_DUMP,
    data: netlink.link.pack({ family: AF_UNSPEC, index: 0 }),
  })
  .map(message => netlink.link.unpack(message.data));
for (const { index, flags = 0, attributes } of links) {
  const { ifname, mtu, address = "", stats64 } = attributes;
  console.log(
    `link ${index} ${ifname} ${flags & IFF_UP ? "up" : "down"} mtu ${mtu} ${address} received ${stats64?.rxBytes ?? 0n} bytes`,
  );
}
const nameOf = (index: number) => links.find(link => link.index === index)?.attributes.ifname ?? index;

for (const message of netlink.dump(socket, {
  type: RTM_GETROUTE,
  data: netlink.route.pack({ family: AF_INET, dstLen: 0 }),
})) {
  const { dstLen, attributes } = netlink.route.unpack(message.data);
  const { dst = "0.0.0.0", gateway, oif, table } = attributes;
  console.log(
    `route ${dst}/${dstLen}${gateway ? ` via ${gateway}` : ""}${oif ? ` dev ${nameOf(oif)}` : ""} table ${table}`,
  );
}
