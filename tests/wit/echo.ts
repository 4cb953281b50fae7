// The cases that go through a system which gives back what it was given: each function of `sockets` and
// `codec`, each kind of address, in any glue.
import * as interfaces from "../../shim/jco/interfaces.js";
import type { Address, Codec, ControlMessage, Datagram, Socket, Sockets } from "../../shim/jco/values.js";
import { targets, type Target } from "../../shim/contract.js";
import { equal, is, ok } from "../suite.js";
import { errnoOf, type EchoSystem } from "./echo-system.js";
import { random, valueOf } from "./values.js";

/** Addresses of each case that a target has, at their limits. */
export const ADDRESSES: readonly (readonly [
  targets: readonly Target[],
  protocol: string,
  address: Address,
])[] = (() => {
  const linux: readonly Target[] = ["linux64", "linux64be", "linux32"];
  const bsd: readonly Target[] = ["darwin64", "freebsd64"];
  const on = (where: readonly Target[], protocol: string, ...addresses: Address[]) =>
    addresses.map(address => [where, protocol, address] as const);
  const bytes = (text: string) => new TextEncoder().encode(text);
  return [
    ...on(
      targets,
      "default",
      { tag: "inet", val: { host: "0.0.0.0", port: 0 } },
      { tag: "inet", val: { host: "255.255.255.255", port: 65535 } },
      { tag: "inet6", val: { host: "::", port: 1, flowInfo: 0, scopeId: 0 } },
      { tag: "inet6", val: { host: "fe80::1", port: 65535, flowInfo: 0xfffff, scopeId: 0xffffffff } },
      { tag: "unix", val: bytes("/run/x") },
      { tag: "other", val: { family: 200, data: Uint8Array.of(1, 2, 3) } },
      { tag: "other", val: { family: 255, data: new Uint8Array(253).fill(7) } },
    ),
    ...on(
      linux,
      "default",
      { tag: "unix", val: new Uint8Array(0) },
      { tag: "unix", val: bytes("\0abstract\0name") },
      { tag: "unix", val: new Uint8Array(107).fill(97) },
      { tag: "other", val: { family: 65535, data: new Uint8Array(0) } },
      { tag: "netlink", val: { portId: 0xffffffff, groups: 0x80000001 } },
      {
        tag: "packet",
        val: {
          interfaceIndex: -1,
          protocol: 65535,
          hardwareType: 65534,
          packetType: 255,
          hardwareAddress: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
        },
      },
      { tag: "can", val: { interfaceIndex: 3 } },
      { tag: "tipc", val: { addrType: 1, v1: 1, v2: 2, v3: 3, scope: -2 } },
      { tag: "tipc", val: { addrType: 3, v1: 0xffffffff, v2: 7, v3: 0, scope: 3 } },
      { tag: "vsock", val: { cid: 0xffffffff, port: 0xfffffffe } },
      { tag: "qipcrtr", val: { node: 1, port: 0xffffffff } },
      { tag: "xdp", val: { interfaceIndex: 1, queueId: 2, bindFlags: 0xfffe } },
      { tag: "l2cap", val: { bdaddr: "01:23:45:67:89:AB", psm: 65535, cid: 3, bdaddrType: 2 } },
      { tag: "alg", val: { algType: "hash", name: "sha256", feat: 1, mask: 2 } },
      { tag: "alg", val: { algType: "x".repeat(13), name: "y".repeat(63), feat: 0, mask: 0 } },
    ),
    ...on(linux, "can-isotp", {
      tag: "can-isotp",
      val: { interfaceIndex: 1, rxId: 0x7ff, txId: 0x9fffffff },
    }),
    ...on(linux, "can-j1939", {
      tag: "can-j1939",
      val: { interfaceIndex: 1, name: 2n ** 64n - 2n, pgn: 0x40000, addr: 255 },
    }),
    ...on(linux, "rfcomm", { tag: "rfcomm", val: { bdaddr: "FF:00:00:00:00:01", channel: 30 } }),
    ...on(linux, "hci", { tag: "hci", val: { device: 65535, channel: 3 } }),
    ...on(linux, "sco", { tag: "sco", val: "01:23:45:67:89:AB" }),
    ...on(linux, "iso", { tag: "iso", val: { bdaddr: "01:23:45:67:89:AB", bdaddrType: 1 } }),
    ...on(["darwin64"], "default", { tag: "system", val: { id: 0xffffffff, unit: 1 } }),
    ...on(["darwin64"], "default", { tag: "vsock", val: { cid: 2, port: 3 } }),
    ...on(["freebsd64"], "default", { tag: "netlink", val: { portId: 1, groups: 2 } }),
    ...on(bsd, "default", {
      tag: "link",
      val: { index: 65535, linkType: 6, name: "en0", address: Uint8Array.of(1, 2, 3, 4, 5, 6) },
    }),
    ...on(["windows64"], "default", {
      tag: "hyperv",
      val: {
        vmId: "00112233-4455-6677-8899-aabbccddeeff",
        serviceId: "ffffffff-ffff-ffff-ffff-fffffffffff0",
      },
    }),
  ];
})();

/** The family and protocol of a socket whose addresses are these, on Linux. */
const SOCKETS: Readonly<Record<string, readonly [family: number, protocol: number]>> = {
  default: [2, 0],
  "can-isotp": [29, 6],
  "can-j1939": [29, 7],
  l2cap: [31, 0],
  rfcomm: [31, 3],
  hci: [31, 1],
  sco: [31, 2],
  iso: [31, 8],
};

/** What a door makes of a system of calls. */
export interface Door {
  readonly sockets: Sockets;
  readonly codec: Codec;
  /** jco 1.35 drops the last socket of a list whichever is dropped: its loop has one variable for all. */
  readonly dropsLastOfList?: boolean;
}

const NONE: Address = { tag: "unspecified" };

export type Case = readonly [name: string, body: (door: Door, system: EchoSystem) => void];
const payloadOf = (body: () => unknown): unknown => {
  try {
    body();
  } catch (error) {
    return (error as { payload?: unknown }).payload;
  }
  return "no error";
};

/** Each with a door of its own, over an echo system of linux64. */
export const cases: readonly Case[] = [
  [
    "open, pair, accept, duplicate: arguments go down, sockets come up; a drop closes each",
    ({ sockets: { Socket } }, system) => {
      const s = Socket.open(-1, 0x7fffffff, -0x80000000);
      const [a, b] = Socket.pair(1, 2, 3);
      const [connection, peer] = s.accept();
      const copy = s.duplicate();
      equal(peer, NONE);
      is(system.open, 5);
      for (const one of [s, a, b, connection, copy]) one[Symbol.dispose]();
      is(system.open, 0);
      equal(system.log.slice(0, 4), [
        ["open", -1, 0x7fffffff, -0x80000000],
        ["pair", 1, 2, 3],
        ["accept"],
        ["duplicate"],
      ]);
    },
  ],
  [
    "bind, connect, getsockname, getpeername, recvfrom, sendto, accept: each address comes back",
    ({ sockets: { Socket } }) => {
      for (const [where, protocol, address] of ADDRESSES) {
        if (!where.includes("linux64")) continue;
        const [family, number] = SOCKETS[protocol]!;
        const s = Socket.open(family, 2, number);
        s.bind(address);
        equal(s.getsockname(), address);
        equal(s.getpeername(), address);
        s.connect(address);
        const [accepted, peer] = s.accept();
        equal(peer, address);
        is(s.sendto(Uint8Array.of(1, 2), 3, address), 2);
        equal(s.recvfrom(9, 4), [Uint8Array.of(1, 2), address]);
        equal(s.duplicate().getsockname(), address);
        accepted[Symbol.dispose]();
        s[Symbol.dispose]();
      }
    },
  ],
  [
    "send, recv: data of any length, also more than the adapter's memory has",
    ({ sockets: { Socket } }, system) => {
      using s = Socket.open(2, 2, 0);
      for (const length of [0, 1, 65535, 1 << 20]) {
        const data = new Uint8Array(length).map((_, i) => i * 7);
        is(s.send(data, -1), length);
        equal(s.recv(0xffffffff, 5), data);
        const [call, , flags] = system.log.at(-1)!;
        equal([call, flags], ["recv", 5]);
      }
    },
  ],
  [
    "sendmsg, recvmsg: data, control messages, sockets, flags and address come back",
    ({ sockets: { Socket }, dropsLastOfList }, system) => {
      const next = random(42);
      using s = Socket.open(2, 2, 0);
      const control = interfaces.codec["encode-control"]!.params[1]!;
      for (let i = 0; i < 30; i++) {
        const [, , address] = ADDRESSES[next(5)]!;
        const messages = valueOf(control, next, () => 0) as ControlMessage[];
        const rights = Array.from({ length: next(4) }, () => Socket.open(29, 3, 7));
        const data = new Uint8Array(next(3000)).fill(i);
        is(s.sendmsg(data, messages, rights, i, address), data.length);
        const message = s.recvmsg(1, 2, 3);
        equal(message.data, data);
        equal(message.control, messages);
        equal(message.msgFlags, i);
        equal(message.address, address);
        is(message.rights.length, rights.length);
        // A socket that came knows the addresses of its protocol.
        const name: Address = { tag: "can-j1939", val: { interfaceIndex: 1, name: 1n, pgn: 1, addr: 1 } };
        for (const one of message.rights) {
          one.bind(name);
          equal(one.getsockname(), name);
        }
        for (const one of rights) one[Symbol.dispose]();
        if (dropsLastOfList !== true) for (const one of message.rights) one[Symbol.dispose]();
      }
      if (dropsLastOfList !== true) is(system.open, 1);
      is(s.sendmsg(new Uint8Array(1), [], [], 0, NONE), 1);
      equal(system.log.at(-1), ["sendmsg", new Uint8Array(1), new Uint8Array(0), 0, 0, new Uint8Array(0)]);
      equal(s.recvmsg(0, 0, 0).address, NONE);
    },
  ],
  [
    "sendMany, receiveMany: each datagram comes back; one that can't be sent ends them",
    ({ sockets: { Socket } }) => {
      const next = random(7);
      using s = Socket.open(2, 2, 0);
      const control = interfaces.codec["encode-control"]!.params[1]!;
      const datagrams = Array.from({ length: 20 }, (_, i): Datagram => {
        const [, , address] = ADDRESSES[next(5)]!;
        const messages = valueOf(control, next, () => 0) as ControlMessage[];
        return { data: new Uint8Array(next(99)).fill(i), control: messages, msgFlags: -3, address };
      });
      is(s.sendMany(datagrams, -3), 20);
      equal(s.receiveMany(1, 2, 3, 4), datagrams);
      const bad: Datagram = { ...datagrams[0]!, address: { tag: "inet", val: { host: "no", port: 1 } } };
      is(s.sendMany([datagrams[0]!, bad, datagrams[1]!], 0), 1);
      is(
        payloadOf(() => s.sendMany([bad], 0)),
        "einval",
      );
      is(s.sendMany([], 0), 0);
    },
  ],
  [
    "options, ioctl, modes, listen, shutdown, poll, constants: arguments and results as they are",
    ({ sockets: { Socket, constants, poll } }, system) => {
      using s = Socket.open(2, 2, 0);
      s.setsockopt(-1, -2, Uint8Array.of(1, 2, 3));
      equal(s.getsockopt(-1, -2, 0xffffffff), Uint8Array.of(1, 2, 3));
      equal(s.ioctl(0xffffffff, Uint8Array.of(1, 2)), Uint8Array.of(2, 1));
      is(s.isNonblocking(), false);
      s.setNonblocking(true);
      is(s.isNonblocking(), true);
      s.listen(-5);
      s.shutdown(2);
      equal(system.log.slice(-2), [
        ["listen", -5],
        ["shutdown", 2],
      ]);
      const entries: [Socket, number][] = [
        [s, -0x8000],
        [s, 0x7fff],
      ];
      equal([...poll(entries, -1)], [-0x8000, 0x7fff]);
      equal([...poll([], 5)], []);
      equal(constants(["SOL_SOCKET", "NOPE", ""]), [1n, undefined, undefined]);
      equal(constants([]), []);
    },
  ],
  [
    "errors: each errno by its name, asked once; one without a name is other; lists are no sockets",
    ({ sockets: { Socket, poll } }, system) => {
      using s = Socket.open(2, 2, 0);
      const fails = (errno: number, call: () => unknown) => {
        system.fail = errno;
        return payloadOf(call);
      };
      for (const code of interfaces.errorCodes)
        if (code !== "other")
          is(
            fails(errnoOf(code), () => s.listen(1)),
            code,
          );
      const all: (() => unknown)[] = [
        () => Socket.open(1, 1, 1),
        () => Socket.pair(1, 1, 1),
        () => s.bind(ADDRESSES[0]![2]),
        () => s.connect(ADDRESSES[0]![2]),
        () => s.accept(),
        () => s.shutdown(0),
        () => s.getsockname(),
        () => s.getpeername(),
        () => s.recv(1, 0),
        () => s.recvfrom(1, 0),
        () => s.recvmsg(1, 1, 0),
        () => s.receiveMany(1, 1, 1, 0),
        () => s.send(new Uint8Array(1), 0),
        () => s.sendto(new Uint8Array(1), 0, ADDRESSES[0]![2]),
        () => s.sendmsg(new Uint8Array(1), [], [], 0, NONE),
        () => s.sendMany([], 0),
        () => s.getsockopt(1, 1, 1),
        () => s.setsockopt(1, 1, new Uint8Array(1)),
        () => s.ioctl(1, new Uint8Array(1)),
        () => s.duplicate(),
        () => s.isNonblocking(),
        () => s.setNonblocking(true),
        () => s.close(),
        () => poll([[s, 1]], 0),
      ];
      for (const call of all) {
        is(fails(errnoOf("econnreset"), call), "econnreset");
        is(fails(1, call), "other");
      }
      is(system.log.filter(([call]) => call === "constants").length, 1);
      is(system.open, 1);
    },
  ],
  [
    "addresses that are none: einval; of a family that the target lacks: eafnosupport; nothing is called",
    ({ sockets: { Socket } }, system) => {
      using s = Socket.open(2, 2, 0);
      const calls = system.log.length;
      const bind = (address: Address) => payloadOf(() => s.bind(address));
      is(bind({ tag: "inet", val: { host: "localhost", port: 1 } }), "einval");
      is(bind({ tag: "inet", val: { host: "1.2.3.4".repeat(40), port: 1 } }), "einval");
      is(bind({ tag: "inet6", val: { host: "::1%lo", port: 1, flowInfo: 0, scopeId: 0 } }), "einval");
      is(bind({ tag: "inet6", val: { host: "::1", port: 1, flowInfo: 0x100000, scopeId: 0 } }), "einval");
      is(bind({ tag: "unix", val: new Uint8Array(109).fill(97) }), "einval");
      is(bind({ tag: "unix", val: new Uint8Array(300) }), "einval");
      is(bind({ tag: "unix", val: Uint8Array.of(97, 0, 97) }), "einval");
      is(bind({ tag: "can-isotp", val: { interfaceIndex: 1, rxId: 0x800, txId: 0 } }), "einval");
      is(bind({ tag: "tipc", val: { addrType: 9, v1: 0, v2: 0, v3: 0, scope: 0 } }), "einval");
      is(bind({ tag: "sco", val: "01:23:45:67:89:AG" }), "einval");
      is(bind({ tag: "sco", val: "01:23:45:67:89:AB:" }), "einval");
      is(bind({ tag: "alg", val: { algType: "x".repeat(14), name: "", feat: 0, mask: 0 } }), "einval");
      is(bind({ tag: "other", val: { family: 9, data: new Uint8Array(255) } }), "einval");
      is(bind({ tag: "system", val: { id: 1, unit: 1 } }), "eafnosupport");
      is(bind({ tag: "xdp", val: { interfaceIndex: 1, queueId: 1, bindFlags: 1 } }), "eafnosupport");
      is(system.log.length, calls);
    },
  ],
  [
    "codec: each address of each target; what is wrong with others",
    ({ codec }) => {
      let some = 0;
      for (const [where, protocol, address] of ADDRESSES)
        for (const target of targets) {
          if (!where.includes(target)) continue;
          const bytes = codec.encodeAddress(target, address);
          equal(codec.decodeAddress(target, protocol as "default", bytes), address);
          some++;
        }
      ok(some > 80);
      for (const target of targets) {
        is(codec.encodeAddress(target, NONE).length, 16);
        equal(codec.decodeAddress(target, "default", new Uint8Array(16)), NONE);
        equal(codec.decodeAddress(target, "default", new Uint8Array(0)), NONE);
        is(
          payloadOf(() => codec.decodeAddress(target, "default", new Uint8Array(1))),
          "too-short",
        );
        is(
          payloadOf(() => codec.decodeAddress(target, "default", new Uint8Array(257))),
          "too-long",
        );
        const inet = codec.encodeAddress(target, { tag: "inet", val: { host: "1.2.3.4", port: 5 } });
        is(
          payloadOf(() => codec.decodeAddress(target, "default", inet.subarray(0, 15))),
          "too-short",
        );
        const longer = new Uint8Array([...inet, 0]);
        is(
          payloadOf(() => codec.decodeAddress(target, "default", longer)),
          "too-long",
        );
      }
      const alg: Address = { tag: "alg", val: { algType: "", name: "", feat: 0, mask: 0 } };
      is(
        payloadOf(() => codec.encodeAddress("darwin64", alg)),
        "unsupported",
      );
      const far: Address = { tag: "other", val: { family: 256, data: new Uint8Array(0) } };
      is(
        payloadOf(() => codec.encodeAddress("freebsd64", far)),
        "unsupported",
      );
      const pgn: Address = { tag: "can-j1939", val: { interfaceIndex: 1, name: 0n, pgn: 0x40001, addr: 0 } };
      is(
        payloadOf(() => codec.encodeAddress("linux64", pgn)),
        "out-of-range",
      );
    },
  ],
  [
    "codec: texts and control messages of each target",
    ({ codec }) => {
      equal(codec.pton("127.0.0.1"), Uint8Array.of(127, 0, 0, 1));
      is(codec.ntop(codec.pton("2001:db8::ff")), "2001:db8::ff");
      is(codec.ntop(Uint8Array.of(1, 2, 3, 4)), "1.2.3.4");
      for (const text of ["", "1.2.3", "::g", "1.2.3.4 ", "é", "1".repeat(65)])
        is(
          payloadOf(() => codec.pton(text)),
          "bad-text",
        );
      is(
        payloadOf(() => codec.ntop(new Uint8Array(3))),
        "too-short",
      );
      is(
        payloadOf(() => codec.ntop(new Uint8Array(7))),
        "too-short",
      );
      is(
        payloadOf(() => codec.ntop(new Uint8Array(17))),
        "too-long",
      );
      const next = random(3);
      const control = interfaces.codec["encode-control"]!.params[1]!;
      for (const target of targets) {
        for (let i = 0; i < 20; i++) {
          const messages = valueOf(control, next, () => 0) as ControlMessage[];
          const bytes = codec.encodeControl(target, messages);
          equal(codec.decodeControl(target, bytes), messages);
        }
        const one = codec.encodeControl(target, [{ level: 1, kind: 2, data: new Uint8Array(100) }]);
        equal(codec.decodeControl(target, one.subarray(0, 50))[0]!.data.length < 50, true);
        equal(codec.decodeControl(target, one.subarray(0, 3)), []);
        is(
          payloadOf(() => codec.decodeControl(target, new Uint8Array(40))),
          "too-short",
        );
        const much = [{ level: 1, kind: 2, data: new Uint8Array(65536) }];
        is(
          payloadOf(() => codec.encodeControl(target, much)),
          "too-long",
        );
      }
    },
  ],
  [
    "getsockname: bytes that are no address of their family come as they are",
    ({ sockets: { Socket } }) => {
      using s = Socket.open(2, 2, 0);
      s.bind({ tag: "other", val: { family: 16, data: Uint8Array.of(1, 2, 3) } });
      equal(s.getsockname(), { tag: "other", val: { family: 16, data: Uint8Array.of(1, 2, 3) } });
      s.bind({ tag: "other", val: { family: 29, data: new Uint8Array(1) } });
      equal(s.getsockname(), { tag: "other", val: { family: 29, data: new Uint8Array(1) } });
    },
  ],
];
