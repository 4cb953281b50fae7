// Control messages as values: real ones received on this machine, and each one's builder.
import {
  AF_BLUETOOTH,
  AF_INET,
  AF_INET6,
  AF_UNIX,
  HCI_CMSG_DIR,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_RECVERR,
  IPV6_RECVHOPLIMIT,
  IPV6_RECVPKTINFO,
  IPV6_RECVTCLASS,
  IP_PKTINFO,
  IP_RECVERR,
  IP_RECVTOS,
  IP_RECVTTL,
  CMSG_SPACE,
  MSG_CTRUNC,
  poll,
  MSG_ERRQUEUE,
  SCM_RIGHTS,
  SOCK_DGRAM,
  SOF_TIMESTAMPING_RX_SOFTWARE,
  SOF_TIMESTAMPING_SOFTWARE,
  SOL_SOCKET,
  SOL_UDP,
  SO_EE_ORIGIN_ICMP,
  SO_EE_ORIGIN_ICMP6,
  SO_PASSCRED,
  SO_TIMESTAMP,
  SO_TIMESTAMPING,
  SO_TIMESTAMPNS,
  Socket,
  UDP_GRO,
  ancillary,
  close,
  socketpair,
} from "../ts/index.js";
import type { Ancillary, AncillaryItem, AncillaryName, AncillaryValue } from "../ts/index.js";
import { bindAncillary } from "../ts/ancillary.js";
import { bound, constants } from "../ts/node-module.js";
import { codec } from "./vectors.js";
import { noIPv6 } from "./have.js";
import { equal, is, ok, test, throws } from "./suite.js";
import { is as isType } from "./types/is.js";

const noLinux = process.platform === "linux" ? undefined : "control messages of Linux";
const ROOM = 1024;

/** What a datagram sent to oneself brings along, by name. */
function received(s: Socket, messages: AncillaryItem[] = [], flags = 0): Map<string, unknown> {
  if (!flags) s.sendmsg(["x"], messages, 0, s.getsockname());
  const [, items] = s.recvmsg(100, ROOM, flags);
  return new Map(items.map(item => ancillary.decode(item)).map(({ name, value }) => [name, value]));
}

function udp(family: number, options: [level: number, name: number, value: number][], timeout = 5): Socket {
  const s = new Socket(family, SOCK_DGRAM);
  s.settimeout(timeout);
  s.bind(family === AF_INET ? ["127.0.0.1", 0] : ["::1", 0]);
  for (const option of options) s.setsockopt(...option);
  return s;
}

test(
  "ancillary: what an IPv4 datagram brings along",
  () => {
    using s = udp(AF_INET, [
      [IPPROTO_IP, IP_PKTINFO, 1],
      [IPPROTO_IP, IP_RECVTTL, 1],
      [IPPROTO_IP, IP_RECVTOS, 1],
      [SOL_SOCKET, SO_TIMESTAMP, 1],
    ]);
    const before = Date.now() / 1000;
    const got = received(s, [ancillary.ttl(33), ancillary.tos(0x10)]);
    is(got.get("ttl"), 33);
    is(got.get("tos"), 0x10);
    equal(got.get("pktinfo"), { ifindex: 1, specDst: "127.0.0.1", addr: "127.0.0.1" });
    const stamp = got.get("timestamp") as number;
    ok(stamp > before - 1 && stamp < Date.now() / 1000 + 1, `${stamp}`);
    equal(
      received(s, [ancillary.pktinfo({ ifindex: 1, specDst: "127.0.0.9", addr: "0.0.0.0" })]).get("pktinfo"),
      { ifindex: 1, specDst: "127.0.0.1", addr: "127.0.0.1" },
    );
  },
  { skip: noLinux },
);

test(
  "ancillary: what an IPv6 datagram brings along",
  () => {
    using s = udp(AF_INET6, [
      [IPPROTO_IPV6, IPV6_RECVPKTINFO, 1],
      [IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1],
      [IPPROTO_IPV6, IPV6_RECVTCLASS, 1],
    ]);
    const got = received(s, [ancillary.hoplimit(33), ancillary.tclass(0x28)]);
    is(got.get("hoplimit"), 33);
    is(got.get("tclass"), 0x28);
    equal(got.get("pktinfo6"), { addr: "::1", ifindex: 1 });
  },
  { skip: noLinux ?? noIPv6 },
);

test(
  "ancillary: timestamps in nanoseconds",
  () => {
    using s = udp(AF_INET, [[SOL_SOCKET, SO_TIMESTAMPNS, 1]]);
    const near = (time: bigint) => {
      const off = Number(time / 1_000_000n) - Date.now();
      ok(Math.abs(off) < 5000, `${off} ms off`);
    };
    near(received(s).get("timestampns") as bigint);
    using t = udp(AF_INET, [
      [SOL_SOCKET, SO_TIMESTAMPING, SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE],
    ]);
    // The kernel begins to stamp a moment after the first socket has asked for it.
    let got = received(t);
    for (let i = 0; i < 500 && !got.has("timestamping"); i++) got = received(t);
    const { software, hardware } = got.get("timestamping") as AncillaryValue<"timestamping">;
    near(software);
    is(hardware, 0n);
  },
  { skip: noLinux },
);

for (const [family, level, option, name, origin] of [
  [AF_INET, IPPROTO_IP, IP_RECVERR, "ipError", SO_EE_ORIGIN_ICMP],
  [AF_INET6, IPPROTO_IPV6, IPV6_RECVERR, "ipv6Error", SO_EE_ORIGIN_ICMP6],
] as const) {
  test(
    `ancillary: ${name}: nobody listens there`,
    () => {
      using s = udp(family, [[level, option, 1]]);
      const closed = udp(family, []);
      const address = closed.getsockname();
      closed.close();
      s.sendto("x", address);
      let got = new Map<string, unknown>();
      for (let i = 0; i < 500 && !got.has(name); i++) {
        try {
          got = received(s, [], MSG_ERRQUEUE);
        } catch (error) {
          is((error as { code?: string }).code, "EAGAIN");
        }
      }
      const { errno, origin: told, type, code, offender } = got.get(name) as AncillaryValue<"ipError">;
      equal(
        [errno, told, type, code],
        [constants.ECONNREFUSED, origin, family === AF_INET ? 3 : 1, family === AF_INET ? 3 : 4],
      );
      equal(offender, family === AF_INET ? ["127.0.0.1", 0] : ["::1", 0, 0, 0]);
    },
    { skip: noLinux ?? (family === AF_INET6 && noIPv6) },
  );
}

test(
  "ancillary: segments joined and split",
  () => {
    using s = udp(AF_INET, [[SOL_UDP, UDP_GRO, 1]]);
    s.sendmsg([new Uint8Array(2500)], [ancillary.gsoSize(1000)], 0, s.getsockname());
    const [nbytes, items] = s.recvmsg(9000, ROOM);
    is(nbytes.length, 2500);
    equal(
      items.map(item => ancillary.decode(item)),
      [{ name: "groSize", value: 1000 }],
    );
  },
  { skip: noLinux },
);

test(
  "ancillary: descriptors and credentials over a UNIX socket",
  () => {
    const [a, b] = socketpair(AF_UNIX, SOCK_DGRAM);
    try {
      b.setsockopt(SOL_SOCKET, SO_PASSCRED, 1);
      const me = { pid: process.pid, uid: process.getuid!(), gid: process.getgid!() };
      a.sendmsg(["x"], [ancillary.rights([a.fileno(), b.fileno()]), ancillary.credentials(me)]);
      const got = new Map<string, Ancillary>(
        b
          .recvmsg(1, ROOM)[1]
          .map(item => ancillary.decode(item))
          .map(found => [found.name, found]),
      );
      const rights = got.get("rights");
      ok(rights?.name === "rights" && rights.value.length === 2);
      for (const fd of rights.value) close(fd);
      equal(got.get("credentials")?.value, me);
    } finally {
      a.close();
      b.close();
    }
  },
  { skip: noLinux },
);

test(
  "ancillary: every row, built and decoded",
  () => {
    const error = { errno: 1, origin: 2, type: 3, code: 4, info: 5, data: 6, offender: null };
    const values: { [N in AncillaryName]: AncillaryValue<N> } = {
      rights: [3, 4],
      credentials: { pid: 1, uid: 2, gid: 3 },
      timestamp: 1.5,
      timestampns: 5n,
      timestamping: { software: 1n, legacy: 2n, hardware: 3n },
      txtime: 2n ** 63n,
      dropped: 5,
      mark: 2 ** 31,
      pktinfo: { ifindex: 3, specDst: "127.0.0.1", addr: "127.0.0.2" },
      ttl: 64,
      tos: 8,
      ipError: error,
      pktinfo6: { addr: "::1", ifindex: 3 },
      hoplimit: 64,
      tclass: 8,
      ipv6Error: error,
      groSize: 1400,
      gsoSize: 1400,
      hciDirection: 1,
      hciTimestamp: 1.5,
      canRawErrqueue: error,
      j1939DestAddr: 0xfe,
      j1939DestName: 2n ** 64n - 1n,
      j1939Prio: 6,
      j1939Errqueue: error,
      tipcErrinfo: { code: 2, length: 3 },
      tipcRetdata: Buffer.from("back"),
      tipcDestname: { type: 1, lower: 2, upper: 3 },
      rdsRdmaDest: 5n,
      rdsRdmaStatus: { token: 2n ** 64n - 1n, status: -1 },
      rdsCongUpdate: 2n ** 63n,
      rdsRxpathLatency: { count: 2, positions: Buffer.of(0, 1, 2), trace0: 1n, trace1: 2n, trace2: 3n },
      sctpInit: { numOstreams: 1, maxInstreams: 2, maxAttempts: 3, maxInitTimeo: 4 },
      sctpSndrcv: {
        stream: 1,
        ssn: 2,
        flags: 3,
        ppid: 4,
        context: 5,
        timetolive: 6,
        tsn: 7,
        cumtsn: 8,
        assocId: -1,
      },
      sctpSndinfo: { sid: 1, flags: 2, ppid: 3, context: 4, assocId: 5 },
      sctpRcvinfo: { sid: 1, ssn: 2, flags: 3, ppid: 4, tsn: 5, cumtsn: 6, context: 7, assocId: 8 },
      packetAuxdata: { status: 1, len: 60, snaplen: 60, mac: 14, net: 28, vlanTci: 5, vlanTpid: 0x8100 },
      netlinkPktinfo: { group: 5 },
    };
    for (const name of Object.keys(values) as AncillaryName[]) {
      const item = (ancillary[name] as (value: unknown) => AncillaryItem)(values[name]);
      equal(
        ancillary.decode(item, name.startsWith("hci") ? AF_BLUETOOTH : undefined),
        { name, value: values[name] },
        name,
      );
    }
    equal(
      Object.keys(values).sort(),
      Object.keys(ancillary)
        .filter(name => name !== "decode" && name !== "space")
        .sort(),
    );
  },
  { skip: noLinux },
);

test(
  "ancillary: a level of two families",
  () => {
    is(ancillary.decode([IPPROTO_IP, HCI_CMSG_DIR, Buffer.of(8)]).name, "tos");
    equal(ancillary.decode(ancillary.hciDirection(1), AF_BLUETOOTH), { name: "hciDirection", value: 1 });
    equal(ancillary.decode(ancillary.tos(8), AF_INET), { name: "tos", value: 8 });
  },
  { skip: noLinux },
);

test("ancillary: what nobody knows, what is cut, what is no message", () => {
  const data = Buffer.from("abc");
  equal(ancillary.decode([12345, 6, data]), { name: "unknown", value: data });
  equal(ancillary.decode([SOL_SOCKET, -1, data]), { name: "unknown", value: data });
  throws(
    () => ancillary.decode([SOL_SOCKET, SCM_RIGHTS, data]),
    RangeError,
    /^rights is a multiple of 4 bytes on \w+, got 3: too few$/,
  );
  throws(
    () => ancillary.decode([SOL_SOCKET, SCM_RIGHTS] as never),
    TypeError,
    `ancillary item must be [level, type, data], got [${SOL_SOCKET}, ${SCM_RIGHTS}]`,
  );
  throws(() => ancillary.decode([SOL_SOCKET, SCM_RIGHTS, "x"] as never), TypeError, /ancillary item must be/);
  throws(() => ancillary.decode([NaN, SCM_RIGHTS, data]), RangeError, /^level must be/);
  throws(() => ancillary.tos(256), RangeError, "tos: value must be an integer 0..255, got 256");
});

test("ancillary: a system that lacks some, and one whose types differ by direction", () => {
  const { structs } = codec.target("freebsd64");
  const there = bindAncillary(
    {
      ...constants,
      IPPROTO_IP: 0,
      IP_TTL: 4,
      IP_RECVTTL: 65,
      IP_PKTINFO: NaN,
      SOL_CAN_J1939: NaN,
      SCM_J1939_PRIO: NaN,
    },
    structs,
    bound.core.wire,
  );
  equal(there.ttl(64), [0, 4, Uint8Array.of(64)]);
  equal(there.decode([0, 65, Uint8Array.of(63)]), { name: "ttl", value: 63 });
  throws(
    () => there.j1939Prio(1),
    RangeError,
    "ancillary.j1939Prio: this system lacks SOL_CAN_J1939 and SCM_J1939_PRIO",
  );
  throws(
    () => there.pktinfo({ ifindex: 1, addr: "::" }),
    RangeError,
    "ancillary.pktinfo: this system lacks IP_PKTINFO",
  );
});

// Compiled only: a name narrows its value.
export function types(item: AncillaryItem): void {
  const found = ancillary.decode(item);
  if (found.name === "rights") isType<readonly number[]>()(found.value);
  else if (found.name === "timestampns") isType<bigint>()(found.value);
  else if (found.name === "unknown") isType<Uint8Array>()(found.value);
  isType<AncillaryItem>()(ancillary.ttl(5));
  // @ts-expect-error: text
  ancillary.ttl("5");
  // @ts-expect-error: no such message
  ancillary.toll(5);
}

test("space: room for messages by name, with what comes behind them", () => {
  is(ancillary.space("ttl"), CMSG_SPACE(4));
  is(ancillary.space("ipError", "ttl", "pktinfo"), CMSG_SPACE(16 + 16) + CMSG_SPACE(4) + CMSG_SPACE(12));
  is(ancillary.space("ipv6Error"), CMSG_SPACE(16 + 28));
  is(ancillary.space(["rights", 3], "credentials"), CMSG_SPACE(12) + CMSG_SPACE(12));
  is(ancillary.space(), 0);
  throws(
    () => ancillary.space("tll" as never),
    RangeError,
    /^ancillary.space: there is no message "tll", there are rights, credentials,/,
  );
  throws(
    () => ancillary.space("rights"),
    TypeError,
    "ancillary.space: how many of rights must be a number, got undefined",
  );
  throws(
    () => ancillary.space(["ttl", 2]),
    RangeError,
    "ancillary.space: ttl has a size of its own, got a count",
  );
});

test("space: an error's offender is not lost", () => {
  const nobody = new Socket(AF_INET, SOCK_DGRAM);
  nobody.bind(["127.0.0.1", 0]);
  const to = nobody.getsockname();
  nobody.close();
  using s = new Socket(AF_INET, SOCK_DGRAM);
  s.setsockopt(IPPROTO_IP, IP_RECVERR, 1);
  s.sendto("x", to);
  poll([[s, 0]], 1);
  const [, [item], flags] = s.recvmsg(10, ancillary.space("ipError"), MSG_ERRQUEUE);
  is(flags & MSG_CTRUNC, 0);
  const { value } = ancillary.decode(item!) as { value: { offender: unknown } };
  ok(value.offender !== undefined && value.offender !== null);
});
