// CAN_RAW and CAN_BCM over vcan0 (can(7) of the kernel: Documentation/networking/can.rst).
import {
  AF_CAN,
  CANFD_BRS,
  CANFD_MTU,
  CANXL_MTU,
  CAN_BCM,
  CAN_BCM_CAN_FD_FRAME,
  CAN_BCM_RX_CHANGED,
  CAN_BCM_RX_DELETE,
  CAN_BCM_RX_FILTER_ID,
  CAN_BCM_RX_SETUP,
  CAN_BCM_RX_TIMEOUT,
  CAN_BCM_SETTIMER,
  CAN_BCM_STARTTIMER,
  CAN_BCM_TX_DELETE,
  CAN_BCM_TX_READ,
  CAN_BCM_TX_SEND,
  CAN_BCM_TX_SETUP,
  CAN_BCM_TX_STATUS,
  CAN_EFF_FLAG,
  CAN_ERR_CRTL,
  CAN_ERR_MASK,
  CAN_INV_FILTER,
  CAN_MTU,
  CAN_RAW,
  CAN_RAW_ERR_FILTER,
  CAN_RAW_FD_FRAMES,
  CAN_RAW_FILTER,
  CAN_RAW_JOIN_FILTERS,
  CAN_RAW_LOOPBACK,
  CAN_RAW_RECV_OWN_MSGS,
  CAN_RAW_XL_FRAMES,
  CAN_RTR_FLAG,
  CAN_SFF_MASK,
  MSG_CONFIRM,
  MSG_DONTROUTE,
  SOCK_DGRAM,
  SOCK_RAW,
  SOL_CAN_RAW,
  SOL_SOCKET,
  SO_TIMESTAMPNS,
  Socket,
  ancillary,
  structs,
} from "../../ts/index.js";
import type { BcmMessage, CanAddress, CanFdFrame, CanFrame } from "../../ts/index.js";
import { Socket as PromiseSocket } from "../../ts/promises/index.js";
import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { equal, fails, is, ok, rejects, test, throws } from "../suite.js";
import { OSError } from "../../ts/base/error.js";
import { bytes, hex } from "../vectors.js";

const WAIT = 20;
const { can_filter, can_frame, canfd_frame, canxl_frame, bcm_msg_head } = structs;

function raw(name = "vcan0"): Socket<CanAddress> {
  const s = new Socket(AF_CAN, SOCK_RAW, CAN_RAW);
  s.settimeout(WAIT);
  s.bind([name]);
  return s;
}

/** There is nothing to receive. */
function nothing(s: Socket): void {
  s.setblocking(false);
  fails("EAGAIN", () => s.recv(100));
  s.settimeout(WAIT);
}

/**
 * Frames that `to` gets: those sent before the last one, by which it is known that no more come.
 */
function got(from: Socket, to: Socket, last: number): CanFrame[] {
  from.send(can_frame.pack({ id: last, data: bytes("") }));
  const frames: CanFrame[] = [];
  for (let i = 0; i < 100; i++) {
    const frame = can_frame.unpack(to.recv(CAN_MTU));
    if (frame.id === last) return frames;
    frames.push(frame);
  }
  throw new Error("no end of frames");
}

test("CAN_RAW: frames of every kind, and their sender", () => {
  using a = raw();
  using b = raw();
  const frames: CanFrame[] = [
    { id: 0x123, data: bytes("") },
    { id: 0x7ff, data: bytes("0102030405060708") },
    { id: 0x1fffffff, eff: true, data: bytes("abcd") },
    { id: 5, rtr: true, data: new Uint8Array(4) },
  ];
  for (const frame of frames) {
    is(a.send(can_frame.pack(frame)), CAN_MTU);
    const [data, address] = b.recvfrom(100);
    is(hex(data), hex(can_frame.pack(frame)));
    equal(
      { ...can_frame.unpack(data), data: hex(can_frame.unpack(data).data) },
      { ...frame, data: hex(frame.data) },
    );
    equal(address, ["vcan0"]);
  }
  equal(a.getsockname(), ["vcan0"]);
  fails("EINVAL", () => a.send(can_frame.pack(frames[0]!).subarray(1)));
  throws(
    () => a.sendto(can_frame.pack(frames[0]!), ["vcan0", 1] as never),
    TypeError,
    'sendto: address must be [interface: string], got ["vcan0", 1]',
  );
});

test("CAN_RAW: FD frames, where both ends want them", () => {
  using a = raw();
  using b = raw();
  using classic = raw();
  const frame: CanFdFrame = {
    id: 0x18da10f1,
    eff: true,
    flags: CANFD_BRS,
    data: new Uint8Array(64).fill(0x5a),
  };
  fails("EINVAL", () => a.send(canfd_frame.pack(frame)));
  for (const s of [a, b]) {
    s.setsockopt(SOL_CAN_RAW, CAN_RAW_FD_FRAMES, 1);
    is(s.getsockopt(SOL_CAN_RAW, CAN_RAW_FD_FRAMES), 1);
  }
  is(a.send(canfd_frame.pack(frame)), CANFD_MTU);
  const { data, ...rest } = canfd_frame.unpack(b.recv(CANFD_MTU));
  is(hex(data), "5a".repeat(64));
  equal([rest.id, rest.eff, rest.flags! & CANFD_BRS], [frame.id, true, CANFD_BRS]);
  equal(got(a, classic, 0x100), [], "who has not asked for FD frames gets none");
  is(b.recv(CANFD_MTU).length, CAN_MTU, "a classic frame is 16 bytes there too");
});

test("CAN_RAW: XL frames on an interface with room for them", () => {
  const ip = (...args: string[]) => {
    const { status, stderr } = spawnSync("ip", args, { encoding: "utf8" });
    is(status, 0, stderr);
  };
  ip("link", "add", "vcanxl", "type", "vcan");
  ip("link", "set", "vcanxl", "mtu", String(CANXL_MTU));
  ip("link", "set", "vcanxl", "up");
  try {
    using a = raw("vcanxl");
    using b = raw("vcanxl");
    for (const s of [a, b]) s.setsockopt(SOL_CAN_RAW, CAN_RAW_XL_FRAMES, 1);
    const frame = { prio: 0x123, sdt: 3, af: 0x89abcdef, data: new Uint8Array(2048).fill(7) };
    is(a.send(canxl_frame.pack(frame)), CANXL_MTU);
    const back = canxl_frame.unpack(b.recv(4096));
    equal(
      [back.prio, back.vcid, back.flags, back.sdt, back.af, back.data.length, back.data[2047]],
      [0x123, 0, 0x80, 3, 0x89abcdef, 2048, 7],
    );
  } finally {
    ip("link", "del", "vcanxl");
  }
});

test("CAN_RAW: filters, read back, inverted, joined, none", () => {
  using a = raw();
  using b = raw();
  const filters = [
    { id: 0x120, mask: 0x7f0 },
    { id: 0x400, mask: CAN_EFF_FLAG + CAN_RTR_FLAG + CAN_SFF_MASK },
    { id: 0x777, mask: 0x7ff },
  ];
  const sent: CanFrame[] = [
    { id: 0x123, data: bytes("01") },
    { id: 0x133, data: bytes("02") },
    { id: 0x400, data: bytes("03") },
    { id: 0x400, eff: true, data: bytes("04") },
  ];
  const passed = () => {
    for (const frame of sent) a.send(can_frame.pack(frame));
    return got(a, b, 0x777).map(frame => frame.data[0]);
  };
  equal(passed(), [1, 2, 3, 4]);
  b.setsockopt(SOL_CAN_RAW, CAN_RAW_FILTER, can_filter.pack(filters));
  equal(can_filter.unpack(b.getsockopt(SOL_CAN_RAW, CAN_RAW_FILTER, 512 * can_filter.size)), filters);
  equal(passed(), [1, 3]);
  b.setsockopt(SOL_CAN_RAW, CAN_RAW_FILTER, can_filter.pack([{ id: CAN_INV_FILTER | 0x120, mask: 0x7f0 }]));
  equal(passed(), [2, 3, 4]);
  b.setsockopt(SOL_CAN_RAW, CAN_RAW_JOIN_FILTERS, 1);
  is(b.getsockopt(SOL_CAN_RAW, CAN_RAW_JOIN_FILTERS), 1);
  b.setsockopt(
    SOL_CAN_RAW,
    CAN_RAW_FILTER,
    can_filter.pack([
      { id: CAN_INV_FILTER | 0x120, mask: 0x7f0 },
      { id: CAN_INV_FILTER | 0x400, mask: 0x7ff },
    ]),
  );
  equal(passed(), [2]);
  b.setsockopt(SOL_CAN_RAW, CAN_RAW_FILTER, can_filter.pack([]));
  a.send(can_frame.pack(sent[0]!));
  nothing(b);
  fails("EINVAL", () => b.setsockopt(SOL_CAN_RAW, CAN_RAW_FILTER, new Uint8Array(7)));
});

test("CAN_RAW: error frames by their mask", () => {
  using a = raw();
  using b = raw();
  const error = (id: number) => a.send(can_frame.pack({ id, err: true, data: new Uint8Array(8) }));
  error(CAN_ERR_CRTL);
  equal(got(a, b, 1), [], "none unless asked for");
  b.setsockopt(SOL_CAN_RAW, CAN_RAW_ERR_FILTER, CAN_ERR_CRTL);
  is(b.getsockopt(SOL_CAN_RAW, CAN_RAW_ERR_FILTER), CAN_ERR_CRTL);
  error(CAN_ERR_CRTL);
  error(2);
  equal(
    got(a, b, 1).map(({ id, err }) => [id, err]),
    [[CAN_ERR_CRTL, true]],
  );
  b.setsockopt(SOL_CAN_RAW, CAN_RAW_ERR_FILTER, CAN_ERR_MASK);
  error(CAN_ERR_CRTL);
  error(2);
  equal(
    got(a, b, 1).map(({ id, err }) => [id, err]),
    [
      [CAN_ERR_CRTL, true],
      [2, true],
    ],
  );
});

test("CAN_RAW: loopback, and one's own frames with their flags", () => {
  using a = raw();
  using b = raw();
  const frame = can_frame.pack({ id: 0x55, data: bytes("01") });
  a.setsockopt(SOL_CAN_RAW, CAN_RAW_LOOPBACK, 0);
  a.send(frame);
  a.setsockopt(SOL_CAN_RAW, CAN_RAW_LOOPBACK, 1);
  equal(got(a, b, 1), [], "sent without loopback, nobody here sees it");
  nothing(a);
  a.setsockopt(SOL_CAN_RAW, CAN_RAW_RECV_OWN_MSGS, 1);
  a.send(frame);
  is(a.recvmsg(100)[2] & (MSG_CONFIRM | MSG_DONTROUTE), MSG_CONFIRM | MSG_DONTROUTE, "own, and of this host");
  is(b.recvmsg(100)[2] & (MSG_CONFIRM | MSG_DONTROUTE), MSG_DONTROUTE);
});

test("CAN_RAW: all interfaces at once, each frame with its own", () => {
  using all = raw("");
  using one = raw("vcan0");
  using two = raw("vcan1");
  equal(all.getsockname(), [""]);
  one.send(can_frame.pack({ id: 1, data: bytes("") }));
  equal(all.recvfrom(100)[1], ["vcan0"]);
  two.send(can_frame.pack({ id: 2, data: bytes("") }));
  equal(all.recvfrom(100)[1], ["vcan1"]);
  fails("ENXIO", () => all.send(can_frame.pack({ id: 3, data: bytes("") })));
  all.sendto(can_frame.pack({ id: 3, data: bytes("") }), ["vcan1"]);
  is(can_frame.unpack(two.recv(100)).id, 3);
  nothing(one);
});

test("CAN_RAW: a frame's time", () => {
  using a = raw();
  using b = raw();
  b.setsockopt(SOL_SOCKET, SO_TIMESTAMPNS, 1);
  a.send(can_frame.pack({ id: 1, data: bytes("") }));
  const [found] = b.recvmsg(100, 200)[1].map(item => ancillary.decode(item));
  ok(found?.name === "timestampns" && Math.abs(Number(found.value / 1_000_000n) - Date.now()) < 60_000);
});

test("AF_CAN: interfaces that are none, by their names", () => {
  for (const [protocol, address] of [
    [CAN_RAW, ["nocan7"]],
    [CAN_BCM, ["nocan7"]],
  ] as const) {
    using s = new Socket(AF_CAN, protocol === CAN_RAW ? SOCK_RAW : SOCK_DGRAM, protocol);
    const error = fails("ENODEV", () =>
      protocol === CAN_RAW ? s.bind([...address]) : s.connect([...address]),
    );
    is(error.message, `${protocol === CAN_RAW ? "bind" : "connect"} ENODEV nocan7`);
    fails("ENODEV", () => (protocol === CAN_RAW ? s.bind(["lo"]) : s.connect(["lo"])));
    is(throws(() => s.bind(["an interface with a long name"]), OSError).message, "interface name too long");
  }
});

test("promises: frames awaited", async () => {
  await using a = new PromiseSocket(AF_CAN, SOCK_RAW, CAN_RAW);
  await using b = new PromiseSocket(AF_CAN, SOCK_RAW, CAN_RAW);
  await a.bind(["vcan0"]);
  await b.bind(["vcan0"]);
  const waiting = b.recvfrom(100);
  await a.send(can_frame.pack({ id: 0x321, data: bytes("0102") }));
  const [data, address] = await waiting;
  is(can_frame.unpack(data).id, 0x321);
  equal(address, ["vcan0"]);
  await rejects(async () => a.sendto(data, ["nocan7"]), OSError, "sendto ENODEV nocan7");
});

// The broadcast manager.

function bcm(name = "vcan0"): Socket<CanAddress> {
  const s = new Socket(AF_CAN, SOCK_DGRAM, CAN_BCM);
  s.settimeout(WAIT);
  s.connect([name]);
  return s;
}
const tell = (s: Socket, message: BcmMessage) => s.send(bcm_msg_head.pack(message));
const hear = (s: Socket): BcmMessage => bcm_msg_head.unpack(s.recv(4096));

test("CAN_BCM: a frame sent once, classic and FD", () => {
  using s = bcm();
  using r = raw();
  r.setsockopt(SOL_CAN_RAW, CAN_RAW_FD_FRAMES, 1);
  tell(s, { opcode: CAN_BCM_TX_SEND, id: 0x321, frames: [{ id: 0x321, data: bytes("626364") }] });
  is(hex(r.recv(100)), hex(can_frame.pack({ id: 0x321, data: bytes("626364") })));
  tell(s, {
    opcode: CAN_BCM_TX_SEND,
    flags: CAN_BCM_CAN_FD_FRAME,
    id: 0x321,
    frames: [{ id: 0x321, flags: 0, data: new Uint8Array(64).fill(1) }],
  });
  is(canfd_frame.unpack(r.recv(100)).data.length, 64);
});

test("CAN_BCM: frames in turns, at intervals, and what the manager says of its task", () => {
  using s = bcm();
  using r = raw();
  const frames: CanFrame[] = [
    { id: 0x42, data: bytes("01") },
    { id: 0x42, data: bytes("02") },
  ];
  tell(s, {
    opcode: CAN_BCM_TX_SETUP,
    flags: CAN_BCM_SETTIMER | CAN_BCM_STARTTIMER,
    count: 3,
    ival1: 0.01,
    ival2: 0.02,
    id: 0x42,
    frames,
  });
  equal(
    [1, 2, 3, 4, 5].map(() => can_frame.unpack(r.recv(100)).data[0]),
    [1, 2, 1, 2, 1],
  );
  tell(s, { opcode: CAN_BCM_TX_READ, id: 0x42 });
  const said = hear(s);
  equal(
    [said.opcode, said.id, said.ival2, said.frames?.map(frame => frame.data[0])],
    [CAN_BCM_TX_STATUS, 0x42, 0.02, [1, 2]],
  );
  tell(s, { opcode: CAN_BCM_TX_DELETE, id: 0x42 });
  fails("EINVAL", () => tell(s, { opcode: CAN_BCM_TX_READ, id: 0x42 }));
});

test("CAN_BCM: changes of what is received", () => {
  using s = bcm();
  using r = raw();
  // Only the first byte's bits count.
  tell(s, { opcode: CAN_BCM_RX_SETUP, id: 0x55, frames: [{ id: 0x55, data: bytes("ff00000000000000") }] });
  const send = (data: string) => r.send(can_frame.pack({ id: 0x55, data: bytes(data) }));
  send("0101");
  send("0102");
  send("0203");
  equal(
    [hear(s), hear(s)].map(({ opcode, id, frames }) => [opcode, id, hex(frames![0]!.data)]),
    [
      [CAN_BCM_RX_CHANGED, 0x55, "0101"],
      [CAN_BCM_RX_CHANGED, 0x55, "0203"],
    ],
  );
  tell(s, { opcode: CAN_BCM_RX_DELETE, id: 0x55 });
  send("0505");
  nothing(s);
});

test("CAN_BCM: what is not received in time, and from whom what is", () => {
  using s = bcm();
  using r = raw();
  tell(s, {
    opcode: CAN_BCM_RX_SETUP,
    flags: CAN_BCM_RX_FILTER_ID | CAN_BCM_SETTIMER | CAN_BCM_STARTTIMER,
    ival1: 0.05,
    id: 0x66,
  });
  const late = hear(s);
  equal([late.opcode, late.id, late.frames], [CAN_BCM_RX_TIMEOUT, 0x66, []]);
  r.send(can_frame.pack({ id: 0x66, data: bytes("07") }));
  const [data, address] = s.recvfrom(4096);
  const { opcode, frames } = bcm_msg_head.unpack(data);
  equal([opcode, hex(frames![0]!.data), address], [CAN_BCM_RX_CHANGED, "07", ["vcan0"]]);
});

test("CAN_BCM: what it refuses", () => {
  using s = bcm();
  fails("EINVAL", () => tell(s, { opcode: 99, id: 1 }));
  fails("EINVAL", () => tell(s, { opcode: CAN_BCM_TX_SEND, id: 1 }));
  using unconnected = new Socket(AF_CAN, SOCK_DGRAM, CAN_BCM);
  fails("ENOTCONN", () =>
    tell(unconnected, { opcode: CAN_BCM_TX_SEND, id: 1, frames: [{ id: 1, data: bytes("") }] }),
  );
});

test("examples/can: sends back what it gets, and a frame of its own", async () => {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL("../../examples/can.js", import.meta.url)), "vcan1", "1"],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const ended = new Promise<number | null>(resolve => child.on("close", resolve));
  const lines: string[] = [];
  using s = raw("vcan1");
  for await (const line of createInterface(child.stdout)) {
    lines.push(line);
    if (line.startsWith("Listening")) s.send(can_frame.pack({ id: 0x7f, data: bytes("0a0b") }));
  }
  is(await ended, 0);
  equal(lines, ['Listening on ["vcan1"]', "Received on vcan1: can_id=7f, can_dlc=2, data=0a0b"]);
  equal(
    [1, 2].map(() => {
      const { id, data } = can_frame.unpack(s.recv(CAN_MTU));
      return [id, hex(data)];
    }),
    [
      [0x7f, "0a0b"],
      [1, "010203"],
    ],
  );
});
