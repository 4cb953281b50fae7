// AF_PACKET in the lab: whole frames between the two ends of a veth, cooked ones on the loopback
// interface, memberships, auxiliary data, statistics, fanout. packet(7).
import { readFileSync } from "node:fs";
import {
  AF_PACKET,
  ARPHRD_ETHER,
  ARPHRD_LOOPBACK,
  CMSG_SPACE,
  ETH_P_ALL,
  PACKET_ADD_MEMBERSHIP,
  PACKET_AUXDATA,
  PACKET_BROADCAST,
  PACKET_DROP_MEMBERSHIP,
  PACKET_FANOUT,
  PACKET_FANOUT_LB,
  PACKET_HOST,
  PACKET_IGNORE_OUTGOING,
  PACKET_MR_MULTICAST,
  PACKET_MR_PROMISC,
  PACKET_MULTICAST,
  PACKET_ORIGDEV,
  PACKET_OTHERHOST,
  PACKET_OUTGOING,
  PACKET_QDISC_BYPASS,
  PACKET_RESERVE,
  PACKET_STATISTICS,
  SOCK_DGRAM,
  SOCK_RAW,
  SOL_PACKET,
  Socket,
  TP_STATUS_USER,
  TimeoutError,
  ancillary,
  htons,
  if_nametoindex,
  structs,
} from "../../ts/index.js";
import type { PacketAddress } from "../../ts/base/types.js";
import { ask } from "../python.js";
import { equal, fails, is, ok, test, throws } from "../suite.js";

const PROTO = 0x88b5; // IEEE 802's for local experiments
const macOf = (name: string) =>
  Buffer.from(readFileSync(`/sys/class/net/${name}/address`, "utf8").trim().replaceAll(":", ""), "hex");
const promiscuous = (name: string) =>
  (Number(readFileSync(`/sys/class/net/${name}/flags`, "utf8")) & 0x100) !== 0;

function open(type: number, name: string, proto = PROTO): Socket<PacketAddress> {
  // bound with its protocol, so that nothing of another interface comes first
  const s = new Socket(AF_PACKET, type, 0);
  s.settimeout(10);
  s.bind([name, proto]);
  return s;
}

const frame = (to: Buffer, from: Buffer, payload: string) =>
  Buffer.concat([to, from, Buffer.of(PROTO >> 8, PROTO & 255), Buffer.from(payload.padEnd(46))]);
const first = macOf("veth0");
const second = macOf("veth1");
const everyone = Buffer.alloc(6, 255);

test("raw: frames between the ends of a veth: to the host, to all, to a group, to another", () => {
  using a = open(SOCK_RAW, "veth0");
  using b = open(SOCK_RAW, "veth1");
  b.setsockopt(
    SOL_PACKET,
    PACKET_ADD_MEMBERSHIP,
    structs.packet_mreq.pack({ ifindex: if_nametoindex("veth1"), type: PACKET_MR_PROMISC }),
  );
  for (const [to, pkttype] of [
    [second, PACKET_HOST],
    [everyone, PACKET_BROADCAST],
    [Buffer.from("01005e000005", "hex"), PACKET_MULTICAST],
    [Buffer.from("0200000000aa", "hex"), PACKET_OTHERHOST],
  ] as const) {
    const sent = frame(to, first, `to ${to.toString("hex")}`);
    is(a.send(sent), sent.length);
    const [data, from] = b.recvfrom(2000);
    is(data.toString("hex"), sent.toString("hex"));
    equal(from, ["veth1", PROTO, pkttype, ARPHRD_ETHER, first]);
  }
  equal(a.getsockname(), ["veth0", PROTO, PACKET_HOST, ARPHRD_ETHER, first]);
});

test(
  "raw: the name is CPython's, and so is what recvfrom gives; theirs goes in again",
  () => {
    using a = open(SOCK_RAW, "veth0");
    const [name, from, again] = ask(
      `
def plain(a): return [*a[:4], a[4].hex()]
with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as b, socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as c:
  b.settimeout(10); b.bind(("veth1", ${PROTO})); c.bind(("veth0", ${PROTO}))
  c.send(bytes.fromhex(data)); got, sender = b.recvfrom(2000)
  again = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0); again.bind(sender[:2])
  print(json.dumps([plain(b.getsockname()), plain(sender), plain(again.getsockname())])); again.close()`,
      frame(second, first, "python").toString("hex"),
    );
    using b = open(SOCK_RAW, "veth1");
    a.send(frame(second, first, "ours"));
    const shown = (address: PacketAddress) => [
      ...address.slice(0, 4),
      Buffer.from(address[4]).toString("hex"),
    ];
    equal(name, shown(b.getsockname()));
    const [, sender] = b.recvfrom(2000);
    equal(from, shown(sender!));
    equal(again, name);
  },
  { seconds: 20 },
);

test("datagram: cooked frames on the loopback interface, both ways", () => {
  using a = open(SOCK_DGRAM, "lo");
  using b = new Socket(AF_PACKET, SOCK_DGRAM, htons(PROTO));
  b.settimeout(10);
  b.bind(["lo", PROTO]);
  a.sendto("cooked", ["lo", PROTO, 0, 0, Buffer.alloc(6)]);
  const [data, from] = b.recvfrom(100);
  equal([String(data), from], ["cooked", ["lo", PROTO, PACKET_HOST, ARPHRD_LOOPBACK, Buffer.alloc(6)]]);
  const [echo, own] = a.recvfrom(100);
  equal([String(echo), own![2]], ["cooked", PACKET_HOST]);
});

test("all protocols: what goes out is seen too, and can be left out", () => {
  using s = open(SOCK_RAW, "veth0", ETH_P_ALL);
  using a = open(SOCK_RAW, "veth0");
  a.send(frame(second, first, "outgoing"));
  for (let i = 0; ; i++) {
    ok(i < 100, "the frame was not seen");
    const [data, from] = s.recvfrom(2000);
    if (!data.includes("outgoing")) continue; // the kernel's own talk
    equal(from!.slice(1, 3), [PROTO, PACKET_OUTGOING]);
    break;
  }
  s.setsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
  is(s.getsockopt(SOL_PACKET, PACKET_IGNORE_OUTGOING), 1);
});

test("auxdata: lengths, where the headers are, and what was cut", () => {
  using a = open(SOCK_RAW, "veth0");
  using b = open(SOCK_RAW, "veth1");
  b.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1);
  is(b.getsockopt(SOL_PACKET, PACKET_AUXDATA), 1);
  a.send(frame(second, first, "x".repeat(100)));
  const [data, items] = b.recvmsg(64, CMSG_SPACE(structs.tpacket_auxdata.size));
  is(data.length, 64);
  const [found] = items.map(item => ancillary.decode(item));
  ok(found?.name === "packetAuxdata");
  const { status, len, snaplen, mac, net, vlanTci } = found.value;
  equal([status & TP_STATUS_USER, len, snaplen, net - mac, vlanTci], [TP_STATUS_USER, 114, 114, 14, 0]);
});

test("statistics: packets and drops since the last look", () => {
  using a = open(SOCK_RAW, "veth0");
  using b = open(SOCK_RAW, "veth1");
  const look = () =>
    structs.tpacket_stats.unpack(b.getsockopt(SOL_PACKET, PACKET_STATISTICS, structs.tpacket_stats.size));
  for (let i = 0; i < 7; i++) a.send(frame(second, first, `${i}`));
  for (let i = 0; i < 7; i++) b.recv(100);
  equal(look(), { packets: 7, drops: 0 });
  equal(look(), { packets: 0, drops: 0 });
});

test(
  "fanout: two sockets share what comes",
  () => {
    using a = open(SOCK_RAW, "veth0");
    using b = open(SOCK_RAW, "veth1");
    using c = open(SOCK_RAW, "veth1");
    const group = structs.fanout_args.pack({ id: 77, typeFlags: PACKET_FANOUT_LB });
    for (const s of [b, c]) s.setsockopt(SOL_PACKET, PACKET_FANOUT, group);
    is(b.getsockopt(SOL_PACKET, PACKET_FANOUT), 77 | (PACKET_FANOUT_LB << 16));
    for (let i = 0; i < 8; i++) a.send(frame(second, first, `${i}`));
    const count = (s: Socket) => {
      let n = 0;
      for (s.settimeout(0.3); ; n++)
        try {
          s.recv(100);
        } catch (error) {
          if (error instanceof TimeoutError) return n;
          throw error;
        }
    };
    equal([count(b), count(c)], [4, 4]);
    fails("EINVAL", () => c.setsockopt(SOL_PACKET, PACKET_FANOUT, group.subarray(0, 3)));
  },
  { seconds: 20 },
);

test("memberships: promiscuous while a socket wants it; groups", () => {
  const member = (type: number, address?: Buffer) =>
    structs.packet_mreq.pack({ ifindex: if_nametoindex("dummy0"), type, ...(address && { address }) });
  using s = open(SOCK_RAW, "dummy0");
  is(promiscuous("dummy0"), false);
  s.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP, member(PACKET_MR_PROMISC));
  is(promiscuous("dummy0"), true);
  s.setsockopt(SOL_PACKET, PACKET_DROP_MEMBERSHIP, member(PACKET_MR_PROMISC));
  is(promiscuous("dummy0"), false);
  const group = Buffer.from("01005e7f0001", "hex");
  s.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP, member(PACKET_MR_MULTICAST, group));
  ok(readFileSync("/proc/net/dev_mcast", "utf8").includes("01005e7f0001"));
  s.setsockopt(SOL_PACKET, PACKET_DROP_MEMBERSHIP, member(PACKET_MR_MULTICAST, group));
  ok(!readFileSync("/proc/net/dev_mcast", "utf8").includes("01005e7f0001"));
  fails("EINVAL", () =>
    s.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP, member(PACKET_MR_MULTICAST, group.subarray(1))),
  );
});

test("options: each is set and read back", () => {
  using s = open(SOCK_RAW, "lo");
  for (const [option, value] of [
    [PACKET_AUXDATA, 1],
    [PACKET_ORIGDEV, 1],
    [PACKET_IGNORE_OUTGOING, 1],
    [PACKET_QDISC_BYPASS, 1],
    [PACKET_RESERVE, 64],
  ] as const) {
    s.setsockopt(SOL_PACKET, option, value);
    is(s.getsockopt(SOL_PACKET, option), value);
  }
});

test("wrong addresses: no such interface, too long a frame, an interface that went", () => {
  using s = open(SOCK_RAW, "veth0");
  is(fails("ENODEV", () => s.sendto("x", ["nosuch0", PROTO])).message, "sendto ENODEV nosuch0");
  fails("EMSGSIZE", () => s.send(Buffer.alloc(3000)));
  throws(
    () => s.sendto("x", ["veth0", PROTO, 0, 0, Buffer.alloc(9)]),
    RangeError,
    "sendto: addr must be 0..8 bytes, got 9",
  );
  fails("ENOTSUP", () => s.connect(["veth0", PROTO]));
  s.settimeout(0.1);
  throws(() => s.recv(10), TimeoutError);
});
