// CAN_ISOTP and CAN_J1939 over vcan0 (linux/can/isotp.h; Documentation/networking/j1939.rst), and
// every address of AF_CAN against CPython's.
import {
  AF_CAN,
  CANFD_MTU,
  CAN_BCM,
  CAN_EFF_FLAG,
  CAN_ISOTP,
  CAN_ISOTP_LL_OPTS,
  CAN_ISOTP_OPTS,
  CAN_ISOTP_RECV_FC,
  CAN_ISOTP_TX_PADDING,
  CAN_ISOTP_TX_STMIN,
  CAN_ISOTP_WAIT_TX_DONE,
  CAN_J1939,
  CAN_MTU,
  CAN_RAW,
  J1939_NLA_BYTES_ACKED,
  J1939_NO_ADDR,
  J1939_NO_PGN,
  J1939_PGN_ADDRESS_CLAIMED,
  MSG_ERRQUEUE,
  SCM_TIMESTAMPING_OPT_STATS,
  SCM_TSTAMP_ACK,
  SOCK_DGRAM,
  SOCK_RAW,
  SOF_TIMESTAMPING_OPT_CMSG,
  SOF_TIMESTAMPING_OPT_ID,
  SOF_TIMESTAMPING_OPT_STATS,
  SOF_TIMESTAMPING_OPT_TSONLY,
  SOF_TIMESTAMPING_SOFTWARE,
  SOF_TIMESTAMPING_TX_ACK,
  SOL_CAN_ISOTP,
  SOL_CAN_J1939,
  SOL_SOCKET,
  SO_BROADCAST,
  SO_J1939_ERRQUEUE,
  SO_J1939_FILTER,
  SO_J1939_PROMISC,
  SO_J1939_SEND_PRIO,
  SO_TIMESTAMPING,
  Socket,
  ancillary,
  netlink,
  structs,
} from "../../ts/index.js";
import type { AncillaryItem, CanIsotpAddress, CanJ1939Address } from "../../ts/index.js";
import { ask } from "../python.js";
import { equal, fails, is, ok, test, throws } from "../suite.js";
import { hex } from "../vectors.js";

const WAIT = 20;
const { can_frame, can_isotp_options, can_isotp_fc_options, can_isotp_ll_options, j1939_filter } = structs;
const sample = (length: number) => Uint8Array.from({ length }, (_, i) => i * 7);

function isotp(address: CanIsotpAddress | undefined): Socket<CanIsotpAddress> {
  const s = new Socket(AF_CAN, SOCK_DGRAM, CAN_ISOTP);
  s.settimeout(WAIT);
  if (address) s.bind(address);
  return s;
}

/** There is nothing to receive. */
function nothing(s: Socket): void {
  s.setblocking(false);
  fails("EAGAIN", () => s.recv(100));
  s.settimeout(WAIT);
}

test("CAN_ISOTP: messages of any length, both ways", () => {
  for (const [one, two] of [
    [0x700, 0x701],
    [CAN_EFF_FLAG + 0x18da10f1, CAN_EFF_FLAG | 0x18daf110],
  ] as const) {
    using a = isotp(["vcan0", one, two]);
    using b = isotp(["vcan0", two, one]);
    equal(a.getsockname(), ["vcan0", one >>> 0, two >>> 0]);
    for (const length of [1, 7, 8, 1000, 4095, 6000]) {
      const message = sample(length);
      is(a.send(message), length);
      const [data, address] = b.recvfrom(9000);
      is(hex(data), hex(message));
      equal(address, ["vcan0", 0, 0], "it came by this interface; its ids are known");
    }
    b.send("answer");
    is(a.recv(100).toString(), "answer");
  }
});

test("CAN_ISOTP: options, set and read back, and the frames that they make", () => {
  using a = isotp(undefined);
  using b = isotp(undefined);
  using raw = new Socket(AF_CAN, SOCK_RAW, CAN_RAW);
  raw.settimeout(WAIT);
  raw.bind(["vcan0"]);
  equal(can_isotp_options.unpack(a.getsockopt(SOL_CAN_ISOTP, CAN_ISOTP_OPTS, can_isotp_options.size)), {
    flags: 0,
    frameTxtime: 50_000,
    extAddress: 0,
    txpadContent: 0xcc,
    rxpadContent: 0xcc,
    rxExtAddress: 0,
  });
  const options = {
    flags: CAN_ISOTP_TX_PADDING,
    frameTxtime: 10_000,
    extAddress: 0,
    txpadContent: 0xaa,
    rxpadContent: 0xbb,
    rxExtAddress: 0,
  };
  a.setsockopt(SOL_CAN_ISOTP, CAN_ISOTP_OPTS, can_isotp_options.pack(options));
  equal(
    can_isotp_options.unpack(a.getsockopt(SOL_CAN_ISOTP, CAN_ISOTP_OPTS, can_isotp_options.size)),
    options,
  );
  b.setsockopt(SOL_CAN_ISOTP, CAN_ISOTP_RECV_FC, can_isotp_fc_options.pack({ bs: 8, stmin: 0, wftmax: 1 }));
  equal(
    can_isotp_fc_options.unpack(b.getsockopt(SOL_CAN_ISOTP, CAN_ISOTP_RECV_FC, can_isotp_fc_options.size)),
    { bs: 8, stmin: 0, wftmax: 1 },
  );
  equal(
    can_isotp_ll_options.unpack(a.getsockopt(SOL_CAN_ISOTP, CAN_ISOTP_LL_OPTS, can_isotp_ll_options.size)),
    { mtu: CAN_MTU, txDl: 8, txFlags: 0 },
  );
  a.setsockopt(SOL_CAN_ISOTP, CAN_ISOTP_TX_STMIN, structs.uint32.pack(1000));
  a.bind(["vcan0", 0x710, 0x711]);
  b.bind(["vcan0", 0x711, 0x710]);
  fails("EISCONN", () => a.setsockopt(SOL_CAN_ISOTP, CAN_ISOTP_OPTS, can_isotp_options.pack(options)));
  a.send("ab");
  is(hex(can_frame.unpack(raw.recv(CAN_MTU)).data), "026162aaaaaaaaaa", "filled up");
  is(b.recv(100).toString(), "ab");
  a.send(sample(20));
  is(b.recv(100).length, 20);
  equal(
    [1, 2, 3, 4].map(() => {
      const { id, data } = can_frame.unpack(raw.recv(CAN_MTU));
      return [id, hex(data.subarray(0, 3))];
    }),
    [
      [0x711, "101400"],
      [0x710, "300800"],
      [0x711, "212a31"],
      [0x711, "225b62"],
    ],
    "first frame, flow control of 8, two more",
  );
});

test("CAN_ISOTP: over CAN FD frames", () => {
  using a = isotp(undefined);
  using b = isotp(undefined);
  const ll = { mtu: CANFD_MTU, txDl: 64, txFlags: 1 };
  for (const s of [a, b]) s.setsockopt(SOL_CAN_ISOTP, CAN_ISOTP_LL_OPTS, can_isotp_ll_options.pack(ll));
  equal(
    can_isotp_ll_options.unpack(a.getsockopt(SOL_CAN_ISOTP, CAN_ISOTP_LL_OPTS, can_isotp_ll_options.size)),
    ll,
  );
  fails("EINVAL", () =>
    a.setsockopt(SOL_CAN_ISOTP, CAN_ISOTP_LL_OPTS, can_isotp_ll_options.pack({ ...ll, txDl: 9 })),
  );
  a.bind(["vcan0", 0x720, 0x721]);
  b.bind(["vcan0", 0x721, 0x720]);
  a.send(sample(500));
  is(hex(b.recv(1000)), hex(sample(500)));
});

test("CAN_ISOTP: nobody takes it; wrong addresses", () => {
  using a = isotp(undefined);
  a.setsockopt(SOL_CAN_ISOTP, CAN_ISOTP_OPTS, can_isotp_options.pack({ flags: CAN_ISOTP_WAIT_TX_DONE }));
  fails("EADDRNOTAVAIL", () => a.send("x"));
  a.bind(["vcan0", 0x730, 0x731]);
  a.settimeout(null);
  fails("ECOMM", () => a.send(sample(100)));
  fails("EINVAL", () => a.bind(["vcan0", 1, 2]));
  using b = isotp(undefined);
  is(fails("ENODEV", () => b.bind(["nocan7", 1, 2])).message, "bind ENODEV nocan7");
  fails("ENODEV", () => b.bind(["", 1, 2]));
  fails("EADDRNOTAVAIL", () => b.bind(["vcan0", 5, 5]));
  throws(
    () => b.bind(["vcan0", 0x800, 1]),
    RangeError,
    /^bind: rxId must be an integer 0\.\.2047, or with CAN_EFF_FLAG/,
  );
});

const PGN = 0x12300;
const J1939_ANY = ["vcan0", 0n, J1939_NO_PGN] as const;
function j1939(addr: number, name = 0n, pgn = J1939_NO_PGN): Socket<CanJ1939Address> {
  const s = new Socket(AF_CAN, SOCK_DGRAM, CAN_J1939);
  s.settimeout(WAIT);
  s.bind(["vcan0", name, pgn, addr]);
  return s;
}
const told = (s: Socket<CanJ1939Address>) => {
  const [data, items, , address] = s.recvmsg(10_000, 1000);
  return {
    data,
    address,
    ...Object.fromEntries(items.map(item => ancillary.decode(item)).map(({ name, value }) => [name, value])),
  };
};

test("CAN_J1939: from one address to another, short and in packets, with what the message says of itself", () => {
  using a = j1939(0x20);
  using b = j1939(0x30);
  using other = j1939(0x40);
  equal(a.getsockname(), [...J1939_ANY, 0x20]);
  for (const length of [1, 8, 9, 100, 1785, 3000]) {
    is(a.sendto(sample(length), ["vcan0", 0n, PGN, 0x30]), length);
    const { data, ...rest } = told(b);
    is(hex(data), hex(sample(length)));
    // Of a message in packets the kernel tells no interface.
    equal(rest, { address: [length > 8 ? "" : "vcan0", 0n, PGN, 0x20], j1939DestAddr: 0x30, j1939Prio: 6 });
  }
  nothing(other);
  b.sendto("back", ["vcan0", 0n, PGN, 0x20]);
  is(a.recv(10).toString(), "back");
});

test("CAN_J1939: connected, with a priority", () => {
  using a = j1939(0x21);
  using b = j1939(0x31);
  a.setsockopt(SOL_CAN_J1939, SO_J1939_SEND_PRIO, 3);
  is(a.getsockopt(SOL_CAN_J1939, SO_J1939_SEND_PRIO), 3);
  a.connect(["vcan0", 0n, PGN, 0x31]);
  equal(a.getpeername(), ["vcan0", 0n, PGN, 0x31]);
  a.send("to one");
  const { data, ...rest } = told(b);
  is(data.toString(), "to one");
  equal(rest, { address: ["vcan0", 0n, PGN, 0x21], j1939DestAddr: 0x31, j1939Prio: 3 });
});

test("CAN_J1939: to all", () => {
  using a = j1939(0x26);
  using b = j1939(0x37);
  using c = j1939(0x38);
  const everybody: CanJ1939Address = ["vcan0", 0n, 0x0feca, J1939_NO_ADDR];
  fails("EACCES", () => a.sendto("x", everybody));
  for (const s of [a, b, c]) s.setsockopt(SOL_SOCKET, SO_BROADCAST, 1);
  a.sendto("to all, in packets", everybody);
  for (const s of [b, c]) {
    const { data, ...rest } = told(s);
    is(data.toString(), "to all, in packets");
    equal(rest, { address: ["", 0n, 0x0feca, 0x26], j1939Prio: 6 });
  }
});

test("CAN_J1939: by name, once an address is claimed for it", async () => {
  const name = 0x8000_0000_0012_3456n;
  const claim = new Uint8Array(new BigUint64Array([name]).buffer);
  using a = j1939(0x22);
  using b = j1939(0x33, name);
  equal(b.getsockname(), ["vcan0", name, J1939_NO_PGN, 0x33]);
  b.setsockopt(SOL_SOCKET, SO_BROADCAST, 1);
  b.sendto(claim, ["vcan0", 0n, J1939_PGN_ADDRESS_CLAIMED, J1939_NO_ADDR]);
  await new Promise(done => setTimeout(done, 400)); // an address is one's own 250 ms after the claim
  a.sendto("by name", ["vcan0", name, PGN, J1939_NO_ADDR]);
  const { data, ...rest } = told(b);
  is(data.toString(), "by name");
  equal(rest, { address: ["vcan0", 0n, PGN, 0x22], j1939DestAddr: 0x33, j1939DestName: name, j1939Prio: 6 });
  b.sendto("named", ["vcan0", 0n, PGN, 0x22]);
  equal(a.recvfrom(100)[1], ["vcan0", name, PGN, 0x33]);
});

test("CAN_J1939: filters, and promiscuous sockets", () => {
  using a = j1939(0x23);
  using b = j1939(0x34);
  using spy = j1939(0x35);
  b.setsockopt(
    SOL_CAN_J1939,
    SO_J1939_FILTER,
    j1939_filter.pack([
      { pgn: 0x12300, pgnMask: 0x3ff00 },
      { addr: 0x99, addrMask: 0xff },
    ]),
  );
  spy.setsockopt(SOL_CAN_J1939, SO_J1939_PROMISC, 1);
  is(spy.getsockopt(SOL_CAN_J1939, SO_J1939_PROMISC), 1);
  a.sendto("no", ["vcan0", 0n, 0x12500, 0x34]);
  a.sendto("yes", ["vcan0", 0n, 0x12300, 0x34]);
  is(b.recv(100).toString(), "yes");
  nothing(b);
  equal([spy.recv(100).toString(), spy.recv(100).toString()], ["no", "yes"]);
  fails("EINVAL", () => b.setsockopt(SOL_CAN_J1939, SO_J1939_FILTER, new Uint8Array(5)));
});

test("CAN_J1939: the error queue says what was acknowledged", async () => {
  using a = j1939(0x24);
  using b = j1939(0x36);
  a.setsockopt(SOL_CAN_J1939, SO_J1939_ERRQUEUE, 1);
  a.setsockopt(
    SOL_SOCKET,
    SO_TIMESTAMPING,
    SOF_TIMESTAMPING_OPT_CMSG |
      SOF_TIMESTAMPING_OPT_ID |
      SOF_TIMESTAMPING_OPT_STATS |
      SOF_TIMESTAMPING_OPT_TSONLY |
      SOF_TIMESTAMPING_SOFTWARE |
      SOF_TIMESTAMPING_TX_ACK,
  );
  a.sendto(sample(100), ["vcan0", 0n, PGN, 0x36]);
  is(b.recv(1000).length, 100);
  let items: AncillaryItem[] = [];
  a.setblocking(false);
  for (let i = 0; i < 100 && items.length === 0; i++) {
    await new Promise(done => setTimeout(done, 20));
    try {
      items = a.recvmsg(1000, 1000, MSG_ERRQUEUE)[1];
    } catch (error) {
      is((error as { code?: string }).code, "EAGAIN");
    }
  }
  const error = items.map(item => ancillary.decode(item)).find(item => item.name === "j1939Errqueue");
  ok(error?.name === "j1939Errqueue", "nothing on the error queue");
  equal([error.value.info, error.value.offender], [SCM_TSTAMP_ACK, null]);
  const [, , attributes] = items.find(
    ([level, type]) => level === SOL_SOCKET && type === SCM_TIMESTAMPING_OPT_STATS,
  )!;
  const acknowledged = netlink
    .parseAttributes(attributes)
    .items.find(({ type }) => type === J1939_NLA_BYTES_ACKED)!;
  is(structs.uint32.unpack(acknowledged.data), 100);
});

test("CAN_J1939: wrong addresses", () => {
  using s = new Socket(AF_CAN, SOCK_DGRAM, CAN_J1939);
  is(fails("ENODEV", () => s.bind(["nocan7", 0n, J1939_NO_PGN, 1])).message, "bind ENODEV nocan7");
  fails("ENODEV", () => s.bind(["lo", 0n, J1939_NO_PGN, 1]));
  fails("ENODEV", () => s.bind(["", 0n, J1939_NO_PGN, 1]));
  throws(
    () => s.bind(["vcan0", 0n, 0x40001, 1]),
    RangeError,
    "bind: pgn must be an integer 0..262144, got 262145",
  );
  fails("EBADFD", () => s.sendto("x", ["vcan0", 0n, PGN, 0x30]));
  s.bind(["vcan0", 0n, J1939_NO_PGN, 0x25]);
  fails("EBADFD", () => s.sendto("x", ["vcan1", 0n, PGN, 0x30]));
  throws(
    () => s.sendto("x", ["vcan0", 0.5, PGN, 0x30] as never),
    TypeError,
    "sendto: name must be a bigint or a safe integer, got 0.5",
  );
});

// One socket, bound by one side, told by both. The kernel tells no protocol but CAN_J1939, so both
// are given it.
const bound: readonly (readonly [
  name: string,
  protocol: number,
  address: readonly unknown[],
  told?: readonly unknown[],
])[] = [
  ["CAN_RAW", CAN_RAW, ["vcan1"]],
  ["CAN_RAW", CAN_RAW, [""]],
  ["CAN_ISOTP", CAN_ISOTP, ["vcan1", 0x123, 0x7ff]],
  ["CAN_ISOTP", CAN_ISOTP, ["vcan1", 0x98da10f1, 0x80000000]],
  ["CAN_J1939", CAN_J1939, ["vcan1", 0n, J1939_NO_PGN, J1939_NO_ADDR]],
  ["CAN_J1939", CAN_J1939, ["vcan1", 1n, J1939_NO_PGN, 0]],
  // The parameter group is a filter, no part of the name.
  [
    "CAN_J1939",
    CAN_J1939,
    ["vcan1", 2n ** 64n - 1n, 0x12300, 0x80],
    ["vcan1", 2n ** 64n - 1n, J1939_NO_PGN, 0x80],
  ],
];
// Numbers as text, since JSON's are too small for names.
const text = (address: readonly unknown[]) =>
  address.map(value => (typeof value === "string" ? value : `#${String(value)}`));
const TELL = `
import ctypes
libc = ctypes.CDLL(None)
def told(fd, family, type, proto, address):
    s = socket.socket(family, type, proto, fileno=fd)
    if address: s.bind(tuple(int(v[1:]) if v[:1] == "#" else v for v in address))
    raw, size = ctypes.create_string_buffer(64), ctypes.c_uint(64)
    assert libc.getsockname(fd, raw, ctypes.byref(size)) == 0
    name = s.getsockname()
    s.detach()
    return [["#%d" % v if isinstance(v, int) else v for v in name], raw.raw[:size.value].hex()]
print(json.dumps([[told(3 + 2 * i, *kind, None), told(4 + 2 * i, *kind, address)] for i, (kind, address) in enumerate(data)]))`;

test("AF_CAN: addresses as CPython has them, both ways", () => {
  const sockets: Socket[] = [];
  const kinds = bound.map(
    ([, protocol]) => [AF_CAN, protocol === CAN_RAW ? SOCK_RAW : SOCK_DGRAM, protocol] as const,
  );
  try {
    bound.forEach(([, , address], i) => {
      const ours = new Socket<any>(...kinds[i]!);
      const theirs = new Socket<any>(...kinds[i]!);
      sockets.push(ours, theirs);
      ours.bind(address);
    });
    const told = ask<[tuple: string[], bytes: string][][]>(
      TELL,
      bound.map(([, , address], i) => [kinds[i], text(address)]),
      undefined,
      sockets.map(s => s.fileno()),
    );
    bound.forEach(([name, , address, reported = address], i) => {
      const [ours, theirs] = told[i]!;
      equal(ours![0], text(reported), `${name}, bound by us, told by CPython`);
      equal(theirs, ours, `${name}, bound by either, the kernel has the same bytes`);
      for (const s of sockets.slice(2 * i, 2 * i + 2))
        equal(s.getsockname(), reported, `${name}, told by us`);
    });
  } finally {
    for (const s of sockets) s.close();
  }
});

test("CAN_BCM: an address to connect to, as CPython has it", () => {
  using ours = new Socket(AF_CAN, SOCK_DGRAM, CAN_BCM);
  using theirs = new Socket(AF_CAN, SOCK_DGRAM, CAN_BCM);
  ours.connect(["vcan0"]);
  ask(
    "s = socket.socket(*data, fileno=3)\ns.connect(('vcan0',))\ns.detach()\nprint(0)",
    [AF_CAN, SOCK_DGRAM, CAN_BCM],
    undefined,
    [theirs.fileno()],
  );
  // The manager tells no address, but refuses a second one.
  for (const s of [ours, theirs]) {
    fails("EISCONN", () => s.connect(["vcan0"]));
    fails("ENOTSUP", () => s.getsockname());
  }
});
