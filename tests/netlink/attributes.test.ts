// Attributes as values: rtnetlink(7), sock_diag(7), linux/genetlink.h. Literal bytes, hostile bytes,
// and the kernel's own answers beside those of ip(8) and ss(8).
import { spawnSync } from "node:child_process";
import * as S from "../../ts/index.js";
import {
  AF_NETLINK,
  AF_UNSPEC,
  NETLINK_ROUTE,
  NLM_F_DUMP,
  RTM_GETADDR,
  RTM_GETLINK,
  RTM_GETROUTE,
  SOCK_RAW,
  Socket,
  netlink,
} from "../../ts/index.js";
import { noNetlink } from "../have.js";
import { equal, is, ok, test, throws } from "../suite.js";
import { bytes, codec, hex, random } from "../vectors.js";

const little = codec.target("linux64").netlink;
const big = codec.target("linux64be").netlink;

test("attributes: the names are those of the kernel's constants, with their numbers", () => {
  const one = new Uint8Array(1);
  const constants = S as unknown as Readonly<Record<string, number>>;
  const upper = (name: string) => name.replace(/[A-Z]/g, "_$&").toUpperCase();
  // What an attribute's number is shows where its name is packed.
  const samples = {
    IFLA: [
      little.link,
      { family: 0, index: 0 },
      {
        mtu: 1,
        ifname: "a",
        address: "00",
        txqlen: 1,
        operstate: 1,
        carrier: 1,
        propList: [],
        permAddress: "00",
      },
    ],
    IFA: [
      little.addr,
      { family: 2, prefixlen: 8, index: 1 },
      { address: "::", local: "::", label: "a", broadcast: "::", flags: 1, rtPriority: 1, proto: 1 },
    ],
    RTA: [
      little.route,
      { family: 2, dstLen: 8 },
      {
        dst: "::",
        gateway: "::",
        oif: 1,
        iif: 1,
        priority: 1,
        prefsrc: "::",
        table: 1,
        mark: 1,
        uid: 1,
        nhId: 1,
      },
    ],
    NDA: [
      little.neigh,
      { family: 2, ifindex: 1 },
      { dst: "::", lladdr: "00", probes: 1, vlan: 1, master: 1 },
    ],
    CTRL_ATTR: [
      little.ctrl,
      { cmd: 1, version: 1 },
      { familyId: 1, familyName: "a", version: 1, mcastGroups: [] },
    ],
  } as const;
  for (const [prefix, [format, head, attributes]] of Object.entries(samples)) {
    for (const [name, value] of Object.entries(attributes)) {
      const empty = format.pack(head as never).length;
      const packed = format.pack({ ...head, attributes: { [name]: value } } as never);
      const { type } = little.parseAttributes(packed.subarray(empty)).items[0]!;
      is(type, constants[`${prefix}_${upper(name)}`], `${prefix}_${upper(name)}`);
    }
  }
  is(one.length, 1);
});

test("link: bytes both ways, in both byte orders", () => {
  const value = {
    family: 0,
    type: 1,
    index: 7,
    flags: 0x1043,
    change: 0,
    attributes: {
      ifname: "veth0",
      mtu: 1500,
      address: "02:00:00:00:00:01",
      linkNetnsid: -1,
      linkinfo: { kind: "veth", data: bytes("01020304") },
      propList: ["a", "b"],
      altIfname: "\udcff",
    },
    others: [{ type: 99, flags: 0, data: bytes("aabb") }],
  };
  const head = "0000 0100 07000000 43100000 00000000";
  const attributes =
    "0a00 0300 76657468 3000 0000 0800 0400 dc050000 0a00 0100 02000000 0001 0000 0800 2500 ffffffff " +
    "1800 1280 0900 0100 76657468 00 000000 0800 0200 01020304 " +
    "1400 3480 0600 3500 6100 0000 0600 3500 6200 0000 0600 3500 ff00 0000 0600 6300 aabb 0000";
  is(hex(little.link.pack(value)), (head + attributes).replaceAll(" ", ""));
  equal(little.link.unpack(bytes(head + attributes)), value);
  is(hex(big.link.pack({ family: 0, index: 7, attributes: { mtu: 1500 } })).slice(32), "00080004000005dc");
  equal(big.link.unpack(big.link.pack(value)), value);
});

test("route, addr, neigh: what they hold, both ways", () => {
  const route = {
    family: 2,
    dstLen: 8,
    srcLen: 0,
    tos: 0,
    table: 254,
    protocol: 4,
    scope: 0,
    type: 1,
    flags: 0,
    attributes: {
      dst: "10.0.0.0",
      metrics: { mtu: 1400, ccAlgo: "cubic", others: [{ type: 60, flags: 0, data: bytes("01") }] },
      multipath: [
        { flags: 4, hops: 0, ifindex: 2, gateway: "192.0.2.1" },
        { flags: 0, hops: 9, ifindex: 3, via: { family: 10, addr: "fe80::1" } },
      ],
      via: { family: 2, addr: "192.0.2.9" },
      sport: 0x1f90,
    },
    others: [],
  };
  const packed = little.route.pack(route);
  equal(little.route.unpack(packed), route);
  ok(hex(packed).includes("060 01c00 1f90".replaceAll(" ", "")), "a port is in network order");
  ok(hex(packed).includes("1000 0400 02000000 0800 0500 c0000201".replaceAll(" ", "")), "a path");
  const neigh = {
    family: 10,
    ifindex: 2,
    state: 2,
    flags: 0,
    type: 1,
    attributes: { dst: "fe80::1", lladdr: "", port: 4789 },
    others: [],
  };
  equal(little.neigh.unpack(little.neigh.pack(neigh)), neigh);
  const addr = {
    family: 2,
    prefixlen: 24,
    flags: 0,
    scope: 0,
    index: 2,
    attributes: { local: "192.0.2.2", cacheinfo: { prefered: 1, valid: 2, cstamp: 3, tstamp: 4 } },
    others: [],
  };
  equal(big.addr.unpack(big.addr.pack(addr)), addr);
});

test("attributes: what is unknown, of another length or there twice stays bytes", () => {
  const head = little.link.pack({ family: 0, index: 1 });
  const unpack = (...attributes: [number, Uint8Array | string][]) =>
    little.link.unpack(Buffer.concat([head, little.packAttributes(attributes)]));
  for (const [type, data] of [
    [4, "05"],
    [4, "0102030405"],
    [3, "61006200"],
    [7, "00".repeat(91)],
    [18, "ffff0100"],
    [18, "01"],
    [52, "0500360061"],
    [52, "0800350061000000ff"],
    [999, "01"],
  ] as const) {
    const { attributes, others } = unpack([type, bytes(data)]);
    equal(attributes, {}, `${type} ${data}`);
    equal(others, [{ type, flags: 0, data: bytes(data) }]);
  }
  for (const [length, kept] of [
    [23 * 8, 0],
    [200, 0],
    [199, 1],
    [208, 1],
  ] as const) {
    const counters = new Uint8Array(length).fill(1);
    const { attributes, others } = unpack([23, counters]);
    is(attributes.stats64!.rxBytes, 0x0101010101010101n, `${length}`);
    equal(others, kept ? [{ type: 23, flags: 0, data: counters }] : [], `${length}`);
  }
  const twice = unpack([4, bytes("01000000")], [4, bytes("02000000")]);
  is(twice.attributes.mtu, 1);
  equal(twice.others, [{ type: 4, flags: 0, data: bytes("02000000") }]);
  const network = unpack([0x4004, bytes("00000001")]);
  equal(network.attributes, {});
  equal(network.others, [{ type: 4, flags: 0x4000, data: bytes("00000001") }]);
  equal(
    little.link.unpack(little.link.pack({ family: 0, index: 1, others: network.others })).others,
    network.others,
  );
});

test("attributes: a path of a route that lies about its length ends nowhere", () => {
  const head = little.route.pack({ family: 2, dstLen: 0 });
  for (const path of [
    "0000 0000 01000000",
    "0700 0000 01000000",
    "0900 0000 01000000",
    "ffff 0000 01000000",
    "0800 0000 01000000 08",
    "0c00 0000 01000000 0000 0500",
    "0c00 0000 01000000 ffff 0500",
  ]) {
    const { attributes, others } = little.route.unpack(
      Buffer.concat([head, little.packAttributes([[9, bytes(path)]])]),
    );
    equal(attributes, {}, path);
    equal(others, [{ type: 9, flags: 0, data: bytes(path) }]);
  }
});

test("attributes: bytes too few, and chains that lie, are refused", () => {
  throws(
    () => little.link.unpack(new Uint8Array(15)),
    RangeError,
    "ifinfomsg is 16 bytes on linux64, got 15: too few",
  );
  for (const tail of ["00", "0000 0000", "0300 0400", "0900 0400 01000000", "ffff 0400 01000000"])
    throws(
      () => little.link.unpack(Buffer.concat([new Uint8Array(16), bytes(tail)])),
      RangeError,
      `link: attributes claim more than their ${bytes(tail).length} bytes`,
    );
});

test("attributes: random bytes are values, or a RangeError", () => {
  const below = random(11);
  const formats = ["link", "addr", "route", "neigh", "inetDiag", "unixDiag", "ctrl"] as const;
  let values = 0;
  for (let i = 0; i < 4000; i++) {
    const name = formats[i % formats.length]!;
    const head = { link: 16, addr: 8, route: 12, neigh: 12, inetDiag: 72, unixDiag: 16, ctrl: 4 }[name];
    const chain = Array.from({ length: below(4) }, (): [number, Uint8Array] => [
      below(70),
      Uint8Array.from({ length: below(50) }, () => below(i % 3 ? 8 : 256)),
    ]);
    const data = Buffer.concat([new Uint8Array(head), little.packAttributes(chain)]);
    if (i % 2) data[below(data.length)] = below(256);
    try {
      const { attributes, others } = little[name].unpack(data);
      ok(Object.keys(attributes).length + others.length <= chain.length + 60);
      values++;
    } catch (error) {
      ok(error instanceof RangeError, String(error));
    }
  }
  ok(values > 2000, `${values}`);
});

test("attributes: bad values are refused, by name", () => {
  const link = (attributes: object) => () =>
    little.link.pack({ family: 0, index: 1, attributes: attributes as never });
  throws(link({ mtu: -1 }), RangeError, "link: mtu must be an integer 0..4294967295, got -1");
  throws(link({ mtu: "1" }), TypeError, 'link: mtu must be a number, got "1"');
  throws(link({ ifname: 5 }), TypeError, "link: ifname must be a string, got 5");
  throws(link({ ifname: "a\0b" }), TypeError, "link: ifname must not hold a zero byte");
  throws(link({ address: "0:1" }), RangeError, 'link: address must be bytes as XX:XX:XX:XX:XX:XX, got "0:1"');
  throws(link({ speed: 1 }), TypeError, 'link has no attribute "speed"');
  throws(link({ toString: 1 }), TypeError, 'link has no attribute "toString"');
  throws(link({ linkinfo: 5 }), TypeError, "link: linkinfo must be an object, got 5");
  throws(link({ linkinfo: { kinds: "x" } }), TypeError, 'linkinfo has no attribute "kinds"');
  throws(link({ propList: "a" }), TypeError, 'link: propList must be an array, got "a"');
  throws(link({ propList: [1] }), TypeError, "link: propList[0] must be a string, got 1");
  throws(link(5 as never), TypeError, "link: attributes must be an object, got 5");
  throws(() => little.link.pack(5 as never), TypeError, "link must be an object, got 5");
  throws(() => little.link.unpack("x" as never), TypeError, 'link must be a Uint8Array, got "x"');
  throws(
    () => little.link.pack({ family: 0, index: 1, others: [5 as never] }),
    TypeError,
    "link: an attribute must be { type, flags, data }, got 5",
  );
  throws(
    () => little.link.pack({ family: 0, index: 1, others: 5 as never }),
    TypeError,
    "link: others must be an array of attributes, got 5",
  );
  const route = (attributes: object) => () =>
    little.route.pack({ family: 2, dstLen: 1, attributes: attributes as never });
  throws(route({ dst: "x" }), RangeError, 'route: dst must be an IPv4 or IPv6 address, got "x"');
  throws(route({ via: 1 }), TypeError, "route: via must be { family, addr }, got 1");
  throws(route({ multipath: [1] }), TypeError, "route: multipath[0] must be an object, got 1");
  throws(
    () => codec.target("darwin64").netlink.link.pack({ family: 0, index: 1 }),
    RangeError,
    "darwin64 has no struct ifinfomsg",
  );
});

const noIp =
  noNetlink ?? (spawnSync("ip", ["-V"]).status === 0 ? undefined : "no ip(8) here: apt-get install iproute2");
/** What ip(8) says, as JSON. */
function ip(...args: string[]): any[] {
  const { LD_PRELOAD: _, ...env } = process.env; // a sanitizer would print into its answer
  return JSON.parse(spawnSync("ip", ["-j", "-d", ...args], { encoding: "utf8", env }).stdout) as any[];
}

/** Compares with ip(8), which is asked after us: others may change an interface in between. */
function beside(compare: () => void): void {
  for (let tries = 2; ; tries--) {
    try {
      return compare();
    } catch (error) {
      if (tries === 0) throw error;
    }
  }
}

test(
  "link, addr, route: the kernel's answers are those of ip(8)",
  () =>
    beside(() => {
      using s = new Socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
      s.settimeout(5);
      const dump = (type: number, data: Uint8Array) =>
        netlink.request(s, { type, flags: NLM_F_DUMP, data }).map(message => message.data);
      const links = dump(RTM_GETLINK, netlink.link.pack({ family: AF_UNSPEC, index: 0 })).map(
        netlink.link.unpack,
      );
      equal(
        links.map(
          ({ index, attributes: { ifname, mtu, txqlen, address, numTxQueues, minMtu, linkinfo } }) => [
            index,
            ifname,
            mtu,
            txqlen ?? 0,
            address ?? "",
            numTxQueues,
            minMtu,
            linkinfo?.kind,
          ],
        ),
        ip("link").map(link => [
          link.ifindex,
          link.ifname,
          link.mtu,
          link.txqlen ?? 0,
          link.address ?? "",
          link.num_tx_queues,
          link.min_mtu,
          link.linkinfo?.info_kind,
        ]),
      );
      const stats = ip("-s", "link").find(link => link.ifname === "lo").stats64;
      const lo = links.find(({ index }) => index === 1)!.attributes;
      ok(lo.stats64!.rxBytes <= BigInt(stats.rx.bytes) && lo.stats64!.rxBytes > BigInt(stats.rx.bytes) / 2n);
      equal(
        dump(RTM_GETADDR, netlink.addr.pack({ family: AF_UNSPEC, prefixlen: 0, index: 0 }))
          .map(netlink.addr.unpack)
          .map(({ index, prefixlen, attributes: { local, address, broadcast } }) =>
            [index, local ?? address, prefixlen, broadcast ?? ""].join(),
          )
          .sort(),
        ip("addr")
          .flatMap(link =>
            link.addr_info.map((info: any) =>
              [link.ifindex, info.local, info.prefixlen, info.broadcast ?? ""].join(),
            ),
          )
          .sort(),
      );
      equal(
        dump(RTM_GETROUTE, netlink.route.pack({ family: S.AF_INET, dstLen: 0 }))
          .map(netlink.route.unpack)
          .map(({ dstLen, attributes: { dst, gateway, prefsrc, priority } }) =>
            [
              dst === undefined ? "default" : dstLen === 32 ? dst : `${dst}/${dstLen}`,
              gateway ?? "",
              prefsrc ?? "",
              priority ?? "",
            ].join(),
          )
          .sort(),
        ip("-4", "route", "show", "table", "all")
          .map(route => [route.dst, route.gateway ?? "", route.prefsrc ?? "", route.metric ?? ""].join())
          .sort(),
      );
    }),
  { skip: noIp },
);

test("unixDiag: sockets that wait to be accepted, as an array of their numbers", () => {
  const head = little.unixDiag.unpack(new Uint8Array(16));
  const pack = (icons: number[]) => little.unixDiag.pack({ ...head, attributes: { icons } });
  is(hex(pack([1, 0xfffffffe]).subarray(16)), "0c00030001000000feffffff");
  equal(little.unixDiag.unpack(pack([1, 0xfffffffe])).attributes.icons, [1, 0xfffffffe]);
  throws(() => pack(7 as never), TypeError, "unixDiag: icons must be an array, got 7");
  throws(() => pack([1, -1]), RangeError, /icons\[1\] must be an integer/);
});

test(
  "inetDiag, unixDiag: sockets of this process as they are",
  () => {
    using s = new Socket(AF_NETLINK, SOCK_RAW, S.NETLINK_SOCK_DIAG);
    s.settimeout(5);
    using listener = S.createServer(["127.0.0.1", 0]);
    using client = S.createConnection(listener.getsockname());
    client.setsockopt(S.IPPROTO_IP, S.IP_TOS, 0x10);
    const [connection] = listener.accept();
    using _ = connection;
    client.sendall("four");
    const data = S.structs.inet_diag_req_v2.pack({
      family: S.AF_INET,
      protocol: S.IPPROTO_TCP,
      ext: (1 << (S.INET_DIAG_INFO - 1)) | (1 << (S.INET_DIAG_SKMEMINFO - 1)) | (1 << (S.INET_DIAG_CONG - 1)),
      states: 0xfff,
    });
    const all = netlink
      .request(s, { type: S.SOCK_DIAG_BY_FAMILY, flags: NLM_F_DUMP, data })
      .map(message => netlink.inetDiag.unpack(message.data));
    const at = (socket: Socket, state: number) =>
      all.find(({ id, state: is }) => id.sport === socket.getsockname()[1] && is === state)!;
    const waiting = all.find(
      ({ id }) => id.dport === client.getsockname()[1] && id.sport === listener.getsockname()[1],
    )!;
    equal([waiting.rqueue, waiting.id.src, waiting.state], [4, "127.0.0.1", S.TCP_ESTABLISHED]);
    const info = S.structs.tcp_info.unpack(waiting.attributes.info!);
    is(info.state, S.TCP_ESTABLISHED);
    ok(info.bytesReceived === 4n && waiting.attributes.cong!.length > 1);
    is(waiting.attributes.skmeminfo!.rcvbuf, connection.getsockopt(S.SOL_SOCKET, S.SO_RCVBUF));
    is(at(listener, S.TCP_LISTEN).id.dst, "0.0.0.0");
    is(at(client, S.TCP_ESTABLISHED).id.dport, listener.getsockname()[1]);

    const name = `\0netlink-attributes-${process.pid}`;
    using named = new Socket(S.AF_UNIX, S.SOCK_STREAM);
    named.bind(Buffer.from(name));
    named.listen(7);
    const [left, right] = S.socketpair();
    using _left = left;
    using _right = right;
    const show = S.UDIAG_SHOW_NAME | S.UDIAG_SHOW_PEER | S.UDIAG_SHOW_RQLEN | S.UDIAG_SHOW_UID;
    const sockets = netlink
      .request(s, {
        type: S.SOCK_DIAG_BY_FAMILY,
        flags: NLM_F_DUMP,
        data: S.structs.unix_diag_req.pack({ family: S.AF_UNIX, states: 0xffffffff, show }),
      })
      .map(message => netlink.unixDiag.unpack(message.data));
    const found = sockets.find(
      ({ attributes }) => attributes.name instanceof Uint8Array && String(attributes.name) === name,
    )!;
    equal(
      [found.state, found.type, found.attributes.rqlen!.wqueue, found.attributes.uid],
      [S.TCP_LISTEN, S.SOCK_STREAM, 7, process.getuid!()],
    );
    const inode = (socket: Socket) => spawnedInode(socket.fileno());
    is(sockets.find(({ ino }) => ino === inode(left))!.attributes.peer, inode(right));
  },
  { skip: noNetlink },
);

/** The inode of a descriptor's socket, as /proc has it. */
function spawnedInode(fd: number): number {
  const { stdout } = spawnSync("readlink", [`/proc/${process.pid}/fd/${fd}`], { encoding: "utf8" });
  return Number(/\d+/.exec(stdout)![0]);
}
