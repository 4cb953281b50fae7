// Netlink traffic of the lab's kernel: dumps, a link made and told of, errors in words, events.
// rtnetlink(7), netlink(7).
import {
  AF_INET,
  AF_NETLINK,
  AF_UNSPEC,
  IFA_LOCAL,
  IFF_UP,
  IFLA_ADDRESS,
  IFLA_IFNAME,
  IFLA_INFO_KIND,
  IFLA_LINKINFO,
  IFLA_MTU,
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_CAP_ACK,
  NETLINK_DROP_MEMBERSHIP,
  NETLINK_EXT_ACK,
  NETLINK_GENERIC,
  NETLINK_GET_STRICT_CHK,
  NETLINK_KOBJECT_UEVENT,
  NETLINK_LIST_MEMBERSHIPS,
  NETLINK_NO_ENOBUFS,
  NETLINK_PKTINFO,
  NETLINK_ROUTE,
  NETLINK_USERSOCK,
  NLM_F_ACK,
  NLM_F_CREATE,
  NLM_F_DUMP,
  NLM_F_EXCL,
  NLM_F_REQUEST,
  NLMSGERR_ATTR_MSG,
  NLMSG_DONE,
  NLMSG_ERROR,
  RTA_DST,
  RTA_OIF,
  RTM_DELLINK,
  RTM_GETADDR,
  RTM_GETLINK,
  RTM_GETROUTE,
  RTM_NEWADDR,
  RTM_NEWLINK,
  RTM_NEWROUTE,
  RTNLGRP_LINK,
  SOCK_RAW,
  SOL_NETLINK,
  Socket,
  TimeoutError,
  ancillary,
  if_nameindex,
  if_nametoindex,
  inet_ntop,
  netlink,
  structs,
  type NetlinkMessage,
} from "../../ts/index.js";
import type { NetlinkAddress } from "../../ts/base/types.js";
import { equal, fails, is, ok, test, throws } from "../suite.js";

const CTRL_ID = 16;
const CTRL_CMD_GETFAMILY = 3;
const CTRL_ATTR_FAMILY_ID = 1;
const CTRL_ATTR_FAMILY_NAME = 2;

/** A socket of this protocol that talks with the kernel. */
function open(protocol = NETLINK_ROUTE, groups = 0): Socket<NetlinkAddress> {
  const s = new Socket(AF_NETLINK, SOCK_RAW, protocol);
  s.settimeout(10);
  s.bind([0, groups]);
  return s;
}

/** All messages that answer a request, up to the last. */
function ask(s: Socket<NetlinkAddress>, request: Uint8Array): NetlinkMessage[] {
  s.sendto(request, [0, 0]);
  const answers: NetlinkMessage[] = [];
  for (let i = 0; i < 1000; i++) {
    const [data, from] = s.recvfrom(65536);
    const { items, whole } = netlink.parse(data);
    ok(whole);
    equal(from, [0, 0]);
    for (const item of items) {
      if (item.type === NLMSG_DONE) return answers;
      answers.push(item);
      if (item.type === NLMSG_ERROR) return answers;
    }
  }
  throw new Error("the answer has no end");
}

const attributesOf = (message: NetlinkMessage, size: number) =>
  netlink.parseAttributes(message.data.subarray(size)).items;
const text = (data: Uint8Array) => Buffer.from(data).toString("utf8").replace(/\0$/, "");
const dump = (type: number, part: Uint8Array) =>
  netlink.pack({ type, flags: NLM_F_REQUEST | NLM_F_DUMP, seq: 1 }, part);
const anyLink = structs.ifinfomsg.pack({ family: AF_UNSPEC, index: 0 });

const NAME = "lab-dummy";
const create = (name = NAME) =>
  netlink.pack(
    { type: RTM_NEWLINK, flags: NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, seq: 2 },
    anyLink,
    netlink.packAttributes([
      [IFLA_IFNAME, `${name}\0`],
      [IFLA_MTU, structs.uint32.pack(1234)],
      [IFLA_LINKINFO, [[IFLA_INFO_KIND, "dummy"]]],
    ]),
  );
const remove = (index: number) =>
  netlink.pack(
    { type: RTM_DELLINK, flags: NLM_F_REQUEST | NLM_F_ACK, seq: 3 },
    structs.ifinfomsg.pack({ family: AF_UNSPEC, index }),
  );
const outcome = (answers: NetlinkMessage[]) => netlink.parseError(answers.at(-1)!).errno;

test("route: a dump of links has all that if_nameindex has", () => {
  using s = open();
  const links = ask(s, dump(RTM_GETLINK, anyLink)).map(message => {
    is(message.type, RTM_NEWLINK);
    const { index, flags } = structs.ifinfomsg.unpack(message.data.subarray(0, structs.ifinfomsg.size));
    const attributes = attributesOf(message, structs.ifinfomsg.size);
    return {
      index,
      flags: flags!,
      name: text(attributes.find(({ type }) => type === IFLA_IFNAME)!.data),
      mtu: structs.uint32.unpack(attributes.find(({ type }) => type === IFLA_MTU)!.data),
    };
  });
  equal(
    links.map(({ index, name }) => [index, name]),
    if_nameindex(),
  );
  is(links.find(({ name }) => name === "veth0")!.mtu, 1500);
  ok(links.find(({ name }) => name === "lo")!.flags & IFF_UP);
});

test("route: dumps of addresses and routes know the loopback interface", () => {
  using s = open();
  const addresses = ask(
    s,
    dump(RTM_GETADDR, structs.ifaddrmsg.pack({ family: AF_INET, prefixlen: 0, index: 0 })),
  ).map(message => {
    is(message.type, RTM_NEWADDR);
    const { prefixlen, index } = structs.ifaddrmsg.unpack(message.data.subarray(0, structs.ifaddrmsg.size));
    return [
      index,
      inet_ntop(
        AF_INET,
        attributesOf(message, structs.ifaddrmsg.size).find(({ type }) => type === IFA_LOCAL)!.data,
      ),
      prefixlen,
    ];
  });
  ok(
    addresses.some(
      ([index, host, prefix]) => index === if_nametoindex("lo") && host === "127.0.0.1" && prefix === 8,
    ),
  );
  const routes = ask(s, dump(RTM_GETROUTE, structs.rtmsg.pack({ family: AF_INET, dstLen: 0 }))).map(
    message => {
      is(message.type, RTM_NEWROUTE);
      const attributes = attributesOf(message, structs.rtmsg.size);
      const out = attributes.find(({ type }) => type === RTA_OIF);
      const to = attributes.find(({ type }) => type === RTA_DST);
      return [
        to && inet_ntop(AF_INET, to.data),
        structs.rtmsg.unpack(message.data.subarray(0, structs.rtmsg.size)).dstLen,
        out && structs.uint32.unpack(out.data),
      ];
    },
  );
  ok(
    routes.some(([to, length, out]) => to === "127.0.0.0" && length === 8 && out === if_nametoindex("lo")),
    JSON.stringify(routes),
  );
});

test(
  "route: a link is made, a member of the group is told, with the group's number, and of its end",
  () => {
    using s = open();
    using member = open();
    member.setsockopt(SOL_NETLINK, NETLINK_PKTINFO, 1);
    member.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, RTNLGRP_LINK);
    equal(member.getsockname()[1], 1 << (RTNLGRP_LINK - 1));
    is(
      structs.uint32.unpack(member.getsockopt(SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS, 4)),
      1 << (RTNLGRP_LINK - 1),
    );
    is(outcome(ask(s, create())), 0);
    const index = if_nametoindex(NAME);
    const told = (wanted: number) => {
      for (let i = 0; i < 100; i++) {
        const [data, items, , from] = member.recvmsg(65536, 64);
        const [message] = netlink.parse(data).items;
        equal(from, [0, 1 << (RTNLGRP_LINK - 1)]);
        equal(
          items.map(item => ancillary.decode(item)),
          [{ name: "netlinkPktinfo", value: { group: RTNLGRP_LINK } }],
        );
        if (
          message!.type !== wanted ||
          structs.ifinfomsg.unpack(message!.data.subarray(0, structs.ifinfomsg.size)).index !== index
        )
          continue;
        const attributes = attributesOf(message!, structs.ifinfomsg.size);
        const info = netlink.parseAttributes(
          attributes.find(({ type }) => type === IFLA_LINKINFO)!.data,
        ).items;
        return [
          text(attributes.find(({ type }) => type === IFLA_IFNAME)!.data),
          structs.uint32.unpack(attributes.find(({ type }) => type === IFLA_MTU)!.data),
          attributes.find(({ type }) => type === IFLA_ADDRESS)!.data.length,
          text(info.find(({ type }) => type === IFLA_INFO_KIND)!.data),
        ];
      }
      throw new Error("nobody told");
    };
    equal(told(RTM_NEWLINK), [NAME, 1234, 6, "dummy"]);
    is(outcome(ask(s, remove(index))), 0);
    equal(told(RTM_DELLINK), [NAME, 1234, 6, "dummy"]);
    fails("ENODEV", () => if_nametoindex(NAME));
    member.setsockopt(SOL_NETLINK, NETLINK_DROP_MEMBERSHIP, RTNLGRP_LINK);
    is(outcome(ask(s, create())), 0);
    is(outcome(ask(s, remove(if_nametoindex(NAME)))), 0);
    member.settimeout(0.2);
    throws(() => member.recv(65536), TimeoutError);
  },
  { seconds: 20 },
);

test("route: errors: the number, and with NETLINK_EXT_ACK the kernel's own words, with the request and without", () => {
  using s = open();
  const gone = remove(0x7ffffff0);
  const bad = create("lo");
  is(outcome(ask(s, gone)), 19); // ENODEV
  const [plain] = ask(s, bad);
  const error = netlink.parseError(plain!);
  // EEXIST
  equal([error.errno, error.header.type, error.header.seq, error.attributes], [17, RTM_NEWLINK, 2, []]);
  is(plain!.data.length, structs.nlmsgerr.size + bad.length - structs.nlmsghdr.size);
  s.setsockopt(SOL_NETLINK, NETLINK_EXT_ACK, 1);
  const long = create("a name of more than 15 characters");
  for (const capped of [0, 1]) {
    s.setsockopt(SOL_NETLINK, NETLINK_CAP_ACK, capped);
    is(s.getsockopt(SOL_NETLINK, NETLINK_CAP_ACK), capped);
    const [answer] = ask(s, long);
    const { errno, attributes } = netlink.parseError(answer!);
    ok(errno === 34 || errno === 22, String(errno)); // ERANGE, EINVAL of older kernels
    ok(text(attributes.find(({ type }) => type === NLMSGERR_ATTR_MSG)!.data).length > 5);
  }
});

test("options: each is set and read back", () => {
  using s = open();
  for (const option of [
    NETLINK_PKTINFO,
    NETLINK_NO_ENOBUFS,
    NETLINK_CAP_ACK,
    NETLINK_EXT_ACK,
    NETLINK_GET_STRICT_CHK,
  ]) {
    for (const value of [1, 0]) {
      s.setsockopt(SOL_NETLINK, option, value);
      is(s.getsockopt(SOL_NETLINK, option), value);
    }
  }
  fails("EINVAL", () => s.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, 0));
  fails("EINVAL", () => s.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, 100000));
  fails("ENOPROTOOPT", () => s.setsockopt(SOL_NETLINK, 999, 1));
});

test(
  "uevent: a link's coming is an event",
  () => {
    using s = open();
    using events = open(NETLINK_KOBJECT_UEVENT, 1);
    is(outcome(ask(s, create())), 0);
    try {
      const seen: string[] = [];
      for (let i = 0; i < 100; i++) {
        const [data, from] = events.recvfrom(8192);
        const [action, ...pairs] = data.toString().split("\0");
        equal(from, [0, 1]);
        seen.push(action!);
        if (!action!.startsWith("add@") || !action!.endsWith(`/net/${NAME}`)) continue;
        ok(pairs.includes(`INTERFACE=${NAME}`) && pairs.includes("SUBSYSTEM=net"));
        return;
      }
      throw new Error(`no event: ${seen.join()}`);
    } finally {
      ask(s, remove(if_nametoindex(NAME)));
    }
  },
  { seconds: 20 },
);

test("generic: the controller knows itself, and no family that isn't", () => {
  using s = open(NETLINK_GENERIC);
  const query = (name: string) =>
    ask(
      s,
      netlink.pack(
        { type: CTRL_ID, flags: NLM_F_REQUEST | NLM_F_ACK, seq: 4 },
        structs.genlmsghdr.pack({ cmd: CTRL_CMD_GETFAMILY, version: 1 }),
        netlink.packAttributes([[CTRL_ATTR_FAMILY_NAME, `${name}\0`]]),
      ),
    );
  const [answer, done] = query("nlctrl");
  const attributes = attributesOf(answer!, structs.genlmsghdr.size);
  is(structs.uint16.unpack(attributes.find(({ type }) => type === CTRL_ATTR_FAMILY_ID)!.data), CTRL_ID);
  is(netlink.parseError(done!).errno, 0);
  is(outcome(query("no such family")), 2);
});

test("addresses: two sockets, and one that isn't there", () => {
  using a = open(NETLINK_USERSOCK);
  using b = open(NETLINK_USERSOCK);
  a.sendto("hello", [b.getsockname()[0], 0]);
  const [data, from] = b.recvfrom(100);
  is(String(data), "hello");
  equal(from, [a.getsockname()[0], 0]);
  fails("ECONNREFUSED", () => a.sendto("x", [0x7ffffff0, 0]));
});
