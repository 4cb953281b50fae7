// AF_BLUETOOTH over two virtual controllers: HCI, L2CAP, RFCOMM and SCO carry data both ways,
// options and control messages; the addresses are those that CPython tells of the same sockets.
// Numbers of HCI: Bluetooth Core 5.4, volume 4 part E; linux/include/net/bluetooth/hci_sock.h.
import {
  AF_BLUETOOTH,
  BTPROTO_HCI,
  BTPROTO_L2CAP,
  BTPROTO_RFCOMM,
  BTPROTO_SCO,
  BT_SECURITY,
  BT_SECURITY_LOW,
  BT_VOICE,
  BT_VOICE_CVSD_16BIT,
  HCI_CHANNEL_CONTROL,
  HCI_CHANNEL_USER,
  HCI_CMSG_DIR,
  HCI_CMSG_TSTAMP,
  HCI_COMMAND_PKT,
  HCI_DATA_DIR,
  HCI_DEV_NONE,
  HCI_EVENT_PKT,
  HCI_FILTER,
  HCI_TIME_STAMP,
  L2CAP_CONNINFO,
  L2CAP_OPTIONS,
  OSError,
  RFCOMM_CONNINFO,
  SCO_CONNINFO,
  SCO_OPTIONS,
  SOCK_RAW,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_BLUETOOTH,
  SOL_HCI,
  SOL_L2CAP,
  SOL_RFCOMM,
  SOL_SCO,
  Socket,
  structs,
} from "../../ts/index.js";
import * as promises from "../../ts/promises/index.js";
import { ask } from "../python.js";
import { equal, fails, is, ok, rejects, test, throws } from "../suite.js";
import { controllers } from "./controllers.js";

const PING = Buffer.from("ping".repeat(10));
const PONG = Buffer.from("pong".repeat(9));
const ABSENT = "00:AA:01:00:00:07";
const INQUIRY = 0x0401;
const READ_BD_ADDR = 0x1009;
const COMMAND_COMPLETE = 0x0e;
const INQUIRY_COMPLETE = 0x01;
const INQUIRY_RESULT = 0x02;

/** A command packet: type, opcode, length, parameters. */
const command = (opcode: number, ...parameters: number[]) =>
  Uint8Array.of(HCI_COMMAND_PKT, opcode & 0xff, opcode >> 8, parameters.length, ...parameters);
/** A device's address as it goes through the air: the last byte first. */
const onAir = (bdaddr: string) => Buffer.from(bdaddr.replaceAll(":", ""), "hex").reverse();

/**
 * What CPython says of a socket's own address and its peer's: the descriptor is inherited by
 * nobody, so it makes its own the same way.
 */
const script = `
import socket as s
def bound(kind, protocol, address):
  with s.socket(s.AF_BLUETOOTH, kind, protocol) as x:
    x.bind(address)
    return x.getsockname()
a = data["first"]["address"]
print(json.dumps({
  "l2cap": bound(s.SOCK_SEQPACKET, s.BTPROTO_L2CAP, (a, 0x1003)),
  "rfcomm": bound(s.SOCK_STREAM, s.BTPROTO_RFCOMM, (a, 7)),
  "sco": bound(s.SOCK_SEQPACKET, s.BTPROTO_SCO, a.encode()),
  "hci": bound(s.SOCK_RAW, s.BTPROTO_HCI, (data["second"]["id"],)),
}))`;

test("AF_BLUETOOTH: getsockname is what CPython gives for the same address", async () => {
  await using pair = await controllers();
  const { first, second } = pair;
  const told = ask(script, pair);
  {
    using s = new Socket(AF_BLUETOOTH, SOCK_SEQPACKET, BTPROTO_L2CAP);
    s.bind([first.address, 0x1003]);
    equal(s.getsockname(), told.l2cap);
  }
  {
    using s = new Socket(AF_BLUETOOTH, SOCK_STREAM, BTPROTO_RFCOMM);
    s.bind([first.address, 7]);
    equal(s.getsockname(), told.rfcomm);
  }
  {
    using s = new Socket(AF_BLUETOOTH, SOCK_SEQPACKET, BTPROTO_SCO);
    s.bind(first.address);
    equal(s.getsockname(), told.sco);
  }
  {
    using s = new Socket(AF_BLUETOOTH, SOCK_RAW, BTPROTO_HCI);
    s.bind([second.id]);
    equal(s.getsockname(), told.hci);
    is(s.getsockname(), second.id);
  }
});

test("AF_BLUETOOTH: CPython reads our addresses, and we read those of its sockets", async () => {
  await using pair = await controllers();
  const { first, second } = pair;
  // Ours listens, CPython's calls; each tells what it sees of the other.
  using server = new promises.Socket(AF_BLUETOOTH, SOCK_SEQPACKET, BTPROTO_L2CAP);
  await server.bind([second.address, 0x1005]);
  server.listen(1);
  const accepted = server.accept();
  const { spawn } = await import("node:child_process");
  const child = spawn(
    process.env.PYTHON ?? "python3",
    [
      "-c",
      `
import json, socket, sys
with socket.socket(socket.AF_BLUETOOTH, socket.SOCK_SEQPACKET, socket.BTPROTO_L2CAP) as s:
  s.bind((sys.argv[1], 0)); s.connect((sys.argv[2], 0x1005))
  s.send(json.dumps(s.getpeername()).encode())
  s.recv(10)`,
      first.address,
      second.address,
    ],
    { stdio: ["ignore", "inherit", "inherit"] },
  );
  const ended = new Promise(done => child.on("close", done));
  const [connection, caller] = await accepted;
  equal(JSON.parse(String(await connection.recv(100))), [second.address, 0x1005]);
  equal(caller.slice(0, 2), [first.address, 0x1005]);
  await connection.send("done");
  is(await ended, 0);
  connection.close();
});

test("HCI: a filter, a command, its event; direction and time as control messages", async () => {
  await using pair = await controllers();
  const { first } = pair;
  using s = new Socket(AF_BLUETOOTH, SOCK_RAW, BTPROTO_HCI);
  const filter = {
    typeMask: 1 << HCI_EVENT_PKT,
    eventMask: 1n << BigInt(COMMAND_COMPLETE),
    opcode: READ_BD_ADDR,
  };
  s.setsockopt(SOL_HCI, HCI_FILTER, structs.hci_filter.pack(filter));
  equal(structs.hci_filter.unpack(s.getsockopt(SOL_HCI, HCI_FILTER, structs.hci_filter.size)), filter);
  for (const option of [HCI_DATA_DIR, HCI_TIME_STAMP]) {
    is(s.getsockopt(SOL_HCI, option), 0);
    s.setsockopt(SOL_HCI, option, 1);
    is(s.getsockopt(SOL_HCI, option), 1);
  }
  s.bind(first.id);
  s.settimeout(5);
  const before = Date.now() / 1000;
  s.send(command(READ_BD_ADDR));
  const [event, ancillary, , address] = s.recvmsg(260, 200);
  equal(
    [...event],
    [
      HCI_EVENT_PKT,
      COMMAND_COMPLETE,
      10,
      1,
      READ_BD_ADDR & 0xff,
      READ_BD_ADDR >> 8,
      0,
      ...onAir(first.address),
    ],
  );
  is(address, null);
  const found = (type: number) =>
    ancillary.find(item => item[0] === SOL_HCI && item[1] === type)![2] as Buffer;
  is(found(HCI_CMSG_DIR).readInt32LE(), 1, "coming in");
  const seconds = structs.timeval.unpack(found(HCI_CMSG_TSTAMP));
  ok(Math.abs(seconds - before) < 60, `${seconds} is about ${before}`);
});

test("HCI: an inquiry finds the other controller", async () => {
  await using pair = await controllers();
  const { first, second } = pair;
  using s = new Socket(AF_BLUETOOTH, SOCK_RAW, BTPROTO_HCI);
  s.setsockopt(
    SOL_HCI,
    HCI_FILTER,
    structs.hci_filter.pack({
      typeMask: 1 << HCI_EVENT_PKT,
      eventMask: (1n << BigInt(INQUIRY_COMPLETE)) | (1n << BigInt(INQUIRY_RESULT)),
    }),
  );
  s.bind([first.id, 0]);
  s.settimeout(5);
  s.send(command(INQUIRY, 0x33, 0x8b, 0x9e, 1, 0)); // the general access code, 1.28 s, any number
  equal([...s.recv(260).subarray(0, 10)], [HCI_EVENT_PKT, INQUIRY_RESULT, 15, 1, ...onAir(second.address)]);
  equal([...s.recv(260)], [HCI_EVENT_PKT, INQUIRY_COMPLETE, 1, 0]);
});

test("HCI: channels, and devices that are not there", async () => {
  await using pair = await controllers();
  const open = () => new Socket(AF_BLUETOOTH, SOCK_RAW, BTPROTO_HCI);
  {
    using s = open();
    s.bind([HCI_DEV_NONE, HCI_CHANNEL_CONTROL]);
    fails("EBADFD", () => s.getsockname()); // no device, so the kernel has no name
  }
  {
    using s = open();
    fails("EBUSY", () => s.bind([pair.first.id, HCI_CHANNEL_USER])); // it is up
  }
  using s = open();
  is(fails("ENODEV", () => s.bind([999])).message.startsWith("bind ENODEV"), true);
});

test("L2CAP: both directions, options, who called", async () => {
  await using pair = await controllers();
  for (const [from, to] of [
    [pair.first, pair.second],
    [pair.second, pair.first],
  ] as const) {
    using server = new Socket(AF_BLUETOOTH, SOCK_SEQPACKET, BTPROTO_L2CAP);
    using client = new Socket(AF_BLUETOOTH, SOCK_SEQPACKET, BTPROTO_L2CAP);
    const own = structs.l2cap_options.unpack(
      server.getsockopt(SOL_L2CAP, L2CAP_OPTIONS, structs.l2cap_options.size),
    );
    server.setsockopt(SOL_L2CAP, L2CAP_OPTIONS, structs.l2cap_options.pack({ ...own, imtu: 500 }));
    equal(
      structs.l2cap_options.unpack(server.getsockopt(SOL_L2CAP, L2CAP_OPTIONS, structs.l2cap_options.size)),
      { ...own, imtu: 500 },
    );
    server.setsockopt(SOL_BLUETOOTH, BT_SECURITY, structs.bt_security.pack({ level: BT_SECURITY_LOW }));
    equal(
      structs.bt_security.unpack(server.getsockopt(SOL_BLUETOOTH, BT_SECURITY, structs.bt_security.size)),
      { level: BT_SECURITY_LOW, keySize: 0 },
    );
    server.bind([to.address, 0x1001]);
    server.listen(1);
    client.bind([from.address, 0]);
    client.settimeout(10);
    server.settimeout(10);
    client.connect([to.address, 0x1001]);
    const [connection, caller] = server.accept();
    using c = connection;
    // A connection's addresses have its channel ids: dynamic ones, from 0x40 on.
    for (const address of [caller, client.getpeername(), client.getsockname(), c.getpeername()])
      ok(address.length === 3 && address[2]! >= 0x40, String(address));
    is(caller[0], from.address);
    equal(client.getpeername().slice(0, 2), [to.address, 0x1001]);
    is(client.send(PING), PING.length);
    equal(c.recv(100), PING);
    is(c.send(PONG), PONG.length);
    equal(client.recv(100), PONG);
    const { omtu } = structs.l2cap_options.unpack(
      client.getsockopt(SOL_L2CAP, L2CAP_OPTIONS, structs.l2cap_options.size),
    );
    is(omtu, 500, "as the server asked");
    ok(
      structs.l2cap_conninfo.unpack(client.getsockopt(SOL_L2CAP, L2CAP_CONNINFO, structs.l2cap_conninfo.size))
        .hciHandle > 0,
    );
    // A packet longer than the other side takes; one too long for a buffer is cut.
    fails("EMSGSIZE", () => client.send(Buffer.alloc(501)));
    is(client.send(Buffer.alloc(500)), 500);
    const [part, , flags] = c.recvmsg(100);
    is(part.length, 100);
    ok(flags !== 0);
  }
});

test("L2CAP: nobody there, nobody listening, wrong addresses", async () => {
  await using pair = await controllers();
  const { first, second } = pair;
  using s = new Socket(AF_BLUETOOTH, SOCK_SEQPACKET, BTPROTO_L2CAP);
  fails("EINVAL", () => s.bind([first.address, 0x1002]));
  s.bind([first.address, 0]);
  s.settimeout(10);
  const { message } = fails("EHOSTDOWN", () => s.connect([ABSENT, 0x1001]));
  is(message, `connect EHOSTDOWN ${ABSENT}:4097`);
  using t = new Socket(AF_BLUETOOTH, SOCK_SEQPACKET, BTPROTO_L2CAP);
  t.bind([first.address, 0]);
  t.settimeout(10);
  fails("ECONNREFUSED", () => t.connect([second.address, 0x1001]));
  using u = new Socket(AF_BLUETOOTH, SOCK_SEQPACKET, BTPROTO_L2CAP);
  u.bind([ABSENT, 0]);
  fails("EHOSTUNREACH", () => u.connect([second.address, 0x1001])); // no controller has that address
  throws(
    () => u.bind(["nonsense", 0]),
    OSError,
    'bind: bdaddr must be a Bluetooth address, XX:XX:XX:XX:XX:XX, got "nonsense"',
  );
  throws(
    () => u.connect([second.address, 65536]),
    RangeError,
    "connect: psm must be an integer 0..65535, got 65536",
  );
});

test(
  "RFCOMM: a stream both ways, its link, who called",
  async () => {
    await using pair = await controllers();
    const { first, second } = pair;
    using server = new Socket(AF_BLUETOOTH, SOCK_STREAM, BTPROTO_RFCOMM);
    using client = new Socket(AF_BLUETOOTH, SOCK_STREAM, BTPROTO_RFCOMM);
    server.bind([second.address, 5]);
    server.listen(1);
    client.bind([first.address, 0]);
    client.settimeout(10);
    server.settimeout(10);
    client.connect([second.address, 5]);
    const [connection, caller] = server.accept();
    using c = connection;
    equal(caller, [first.address, 5]);
    equal(client.getpeername(), [second.address, 5]);
    equal(c.getpeername(), caller);
    const long = Buffer.alloc(3000, "rfcomm ");
    client.sendall(long);
    let got = Buffer.alloc(0);
    for (let i = 0; i < 100 && got.length < long.length; i++) got = Buffer.concat([got, c.recv(4096)]);
    equal(got, long);
    c.sendall(PONG);
    equal(client.recv(100), PONG);
    ok(
      structs.rfcomm_conninfo.unpack(
        client.getsockopt(SOL_RFCOMM, RFCOMM_CONNINFO, structs.rfcomm_conninfo.size),
      ).hciHandle > 0,
    );
    client.close();
    fails("ECONNRESET", () => c.recv(1)); // net/bluetooth/rfcomm/core.c: a disconnection is no end of file
    using busy = new Socket(AF_BLUETOOTH, SOCK_STREAM, BTPROTO_RFCOMM);
    fails("EADDRINUSE", () => {
      busy.bind([second.address, 5]);
    });
  },
  { seconds: 20 },
);

test(
  "SCO: voice packets both ways, its options",
  async () => {
    await using pair = await controllers();
    const { first, second } = pair;
    using server = new Socket(AF_BLUETOOTH, SOCK_SEQPACKET, BTPROTO_SCO);
    using client = new Socket(AF_BLUETOOTH, SOCK_SEQPACKET, BTPROTO_SCO);
    server.bind(Buffer.from(second.address));
    is(server.getsockname(), second.address);
    server.listen(1);
    client.bind(first.address);
    client.settimeout(10);
    server.settimeout(10);
    equal(structs.bt_voice.unpack(client.getsockopt(SOL_BLUETOOTH, BT_VOICE, structs.bt_voice.size)), {
      setting: BT_VOICE_CVSD_16BIT,
    });
    client.setsockopt(SOL_BLUETOOTH, BT_VOICE, structs.bt_voice.pack({ setting: BT_VOICE_CVSD_16BIT }));
    client.connect(second.address);
    const [connection, caller] = server.accept();
    using c = connection;
    is(caller, first.address);
    is(client.getpeername(), second.address);
    client.send(PING);
    equal(c.recv(100), PING);
    c.send(PONG);
    equal(client.recv(100), PONG);
    equal(structs.sco_options.unpack(client.getsockopt(SOL_SCO, SCO_OPTIONS, structs.sco_options.size)), {
      mtu: 64,
    });
    ok(
      structs.sco_conninfo.unpack(client.getsockopt(SOL_SCO, SCO_CONNINFO, structs.sco_conninfo.size))
        .hciHandle > 0,
    );
  },
  { seconds: 20 },
);

test(
  "AF_BLUETOOTH: promises: a call waits for its peer",
  async () => {
    await using pair = await controllers();
    const { first, second } = pair;
    using server = new promises.Socket(AF_BLUETOOTH, SOCK_STREAM, BTPROTO_RFCOMM);
    using client = new promises.Socket(AF_BLUETOOTH, SOCK_STREAM, BTPROTO_RFCOMM);
    await server.bind([second.address, 6]);
    server.listen(1);
    const accepted = server.accept();
    await client.connect([second.address, 6]);
    const [connection, caller] = await accepted;
    using c = connection;
    equal(caller, [first.address, 6]);
    const received = c.recv(100);
    await client.sendall(PING);
    equal(await received, PING);
    using refused = new promises.Socket(AF_BLUETOOTH, SOCK_STREAM, BTPROTO_RFCOMM);
    await rejects(
      () => refused.connect([second.address, 9]),
      OSError,
      new RegExp(`^connect ECONNREFUSED ${second.address}:9$`),
    );
  },
  { seconds: 20 },
);
