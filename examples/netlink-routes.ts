// Links and routes as `ip link` and `ip route` have them: two dumps over AF_NETLINK (rtnetlink(7)).
import {
  AF_INET,
  AF_NETLINK,
  AF_UNSPEC,
  IFF_UP,
  IFLA_ADDRESS,
  IFLA_IFNAME,
  IFLA_MTU,
  NETLINK_ROUTE,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
  RTA_DST,
  RTA_GATEWAY,
  RTA_OIF,
  RTM_GETLINK,
  RTM_GETROUTE,
  SOCK_RAW,
  Socket,
  if_indextoname,
  inet_ntop,
  netlink,
  structs,
} from "berkeley-sockets";

using socket = new Socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
socket.settimeout(5);
socket.bind([0, 0]);

/**
 * Asks the kernel for all there is of a kind; gives each answer's fixed part, of `size` bytes, and
 * its attributes by type.
 */
function* dump(type: number, part: Uint8Array) {
  socket.sendto(netlink.pack({ type, flags: NLM_F_REQUEST | NLM_F_DUMP, seq: 1 }, part), [0, 0]);
  for (;;) {
    for (const message of netlink.parse(socket.recv(1 << 16)).items) {
      if (message.type === NLMSG_DONE) return;
      if (message.type === NLMSG_ERROR)
        throw new Error(`the kernel answers with errno ${netlink.parseError(message).errno}`);
      const attributes = netlink.parseAttributes(message.data.subarray(part.length)).items;
      yield {
        head: message.data.subarray(0, part.length),
        attributes: new Map(attributes.map(({ type, data }) => [type, Buffer.from(data)])),
      };
    }
  }
}

for (const { head, attributes } of dump(
  RTM_GETLINK,
  structs.ifinfomsg.pack({ family: AF_UNSPEC, index: 0 }),
)) {
  const { index, flags = 0 } = structs.ifinfomsg.unpack(head);
  const name = attributes.get(IFLA_IFNAME)!.toString().replace("\0", "");
  const address = attributes
    .get(IFLA_ADDRESS)
    ?.toString("hex")
    .replace(/..(?=.)/g, "$&:");
  console.log(
    `link ${index} ${name} ${flags & IFF_UP ? "up" : "down"} mtu ${structs.uint32.unpack(attributes.get(IFLA_MTU)!)} ${address ?? ""}`,
  );
}

for (const { head, attributes } of dump(RTM_GETROUTE, structs.rtmsg.pack({ family: AF_INET, dstLen: 0 }))) {
  const { dstLen, table } = structs.rtmsg.unpack(head);
  const to = attributes.get(RTA_DST);
  const gateway = attributes.get(RTA_GATEWAY);
  const out = attributes.get(RTA_OIF);
  console.log(
    `route ${to ? inet_ntop(AF_INET, to) : "0.0.0.0"}/${dstLen}${gateway ? ` via ${inet_ntop(AF_INET, gateway)}` : ""}` +
      `${out ? ` dev ${if_indextoname(structs.uint32.unpack(out))}` : ""} table ${table}`,
  );
}
