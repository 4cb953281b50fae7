// recvmsg, recvmsgInto, sendmsg: many buffers and control messages.
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  CMSG_LEN,
  CMSG_SPACE,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_PKTINFO,
  IPV6_RECVPKTINFO,
  IP_PKTINFO,
  IP_RECVTTL,
  IP_TTL,
  MSG_CMSG_CLOEXEC,
  MSG_CTRUNC,
  MSG_DONTWAIT,
  MSG_EOR,
  MSG_PEEK,
  MSG_TRUNC,
  SCM_CREDENTIALS,
  SCM_RIGHTS,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
  SO_PASSCRED,
  Socket,
  close,
  socketpair,
} from "../../ts/index.js";
import type { AncillaryItem } from "../../ts/base/types.js";
import { noIPv6 } from "../have.js";
import { fillSendBuffer, tcp, udp } from "../pairs.js";
import { ask } from "../python.js";
import { scripted } from "../scripted.js";
import { equal, fails, is, ok, openDescriptors, test, throws } from "../suite.js";

const ints = (...values: number[]) => new Uint8Array(Int32Array.from(values).buffer);
const numbers = (data: Uint8Array) => [
  ...new Int32Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.length)),
];

test("sendmsg: buffers of every kind become one message", () => {
  const [a, b] = udp();
  using _a = a;
  using _b = b;
  is(
    a.sendmsg([
      "é",
      Buffer.from("b"),
      new Uint16Array([0x4343]),
      new DataView(new ArrayBuffer(1)),
      new ArrayBuffer(0),
      new Uint8Array(new SharedArrayBuffer(1)),
    ]),
    7,
  );
  is(b.recv(99).toString("latin1"), "Ã©bCC\0\0");
  is(a.sendmsg([]), 0);
  is(b.recv(9).length, 0);
  is(a.sendmsg(new Set(["x", "y"])), 2);
  is(
    a.sendmsg(
      (function* () {
        yield "1";
        yield "2";
      })(),
    ),
    2,
  );
  equal([b.recv(9), b.recv(9)].map(String), ["xy", "12"]);
});

test("recvmsg: data, no control messages, flags, address", () => {
  const [a, b] = udp();
  using _a = a;
  using _b = b;
  a.send("hello");
  equal(b.recvmsg(10), [Buffer.from("hello"), [], 0, a.getsockname()]);
  a.send("hello");
  equal(b.recvmsg(2), [Buffer.from("he"), [], MSG_TRUNC, a.getsockname()]);
  const [c, d] = tcp();
  using _c = c;
  using _d = d;
  c.send("x");
  equal(d.recvmsg(10), [Buffer.from("x"), [], 0, null]);
  const [e, f] = socketpair(AF_UNIX, SOCK_SEQPACKET);
  using _e = e;
  using _f = f;
  e.send("x");
  const [, , flags] = f.recvmsg(10);
  is(flags & ~MSG_EOR, 0);
});

test("recvmsg: MSG_TRUNC as a flag does not make more data than fit", () => {
  const [a, b] = udp();
  using _a = a;
  using _b = b;
  a.send("0123456789");
  const [data, , flags] = b.recvmsg(4, 0, MSG_TRUNC);
  equal([data.toString(), flags], ["0123", MSG_TRUNC]);
});

test("recvmsgInto: fills the buffers in turn, and only them", () => {
  const [a, b] = udp();
  using _a = a;
  using _b = b;
  const all = new Uint8Array(12).fill(0xa5);
  const parts = [
    new Uint8Array(all.buffer, 1, 2),
    new Uint8Array(0),
    new DataView(all.buffer, 4, 3),
    new Uint8Array(all.buffer, 8, 3),
  ];
  a.send("abcdef");
  equal(b.recvmsgInto(parts), [6, [], 0, a.getsockname()]);
  equal([...all], [0xa5, 0x61, 0x62, 0xa5, 0x63, 0x64, 0x65, 0xa5, 0x66, 0xa5, 0xa5, 0xa5]);
  a.send("x");
  equal(b.recvmsgInto([]), [0, [], MSG_TRUNC, a.getsockname()]);
});

test("sendmsg, recvmsgInto: IOV_MAX buffers, and not one more", () => {
  const [a, b] = socketpair();
  using _a = a;
  using _b = b;
  const one = new Uint8Array([7]);
  const into = new Uint8Array(1024);
  const parts = Array.from({ length: 1024 }, (_, i) => into.subarray(i, i + 1));
  is(a.sendmsg(Array(1024).fill(one)), 1024);
  is(b.recvmsgInto(parts)[0], 1024);
  ok(into.every(byte => byte === 7));
  fails("EMSGSIZE", () => a.sendmsg(Array(1025).fill(one)));
  a.send("x");
  fails("EMSGSIZE", () => b.recvmsgInto([...parts, one]));
  is(b.recv(9).toString(), "x"); // nothing was sent, nothing was taken
});

test("sendmsg: to an address, with flags", () => {
  using to = new Socket(AF_INET, SOCK_DGRAM);
  using from = new Socket(AF_INET, SOCK_DGRAM);
  to.bind(["127.0.0.1", 0]);
  is(from.sendmsg(["a", "b"], [], 0, to.getsockname()), 2);
  is(from.sendmsg(["c"], [], MSG_DONTWAIT, ["localhost", to.getsockname()[1]]), 1);
  equal([to.recv(9), to.recv(9)].map(String), ["ab", "c"]);
  fails("EDESTADDRREQ", () => from.sendmsg(["x"], [], 0, null));
  fails("EDESTADDRREQ", () => from.sendmsg(["x"]));
  const [c, d] = socketpair();
  using _c = c;
  using _d = d;
  fillSendBuffer(c);
  fails("EAGAIN", () => c.sendmsg(["x"], [], MSG_DONTWAIT));
});

test("sendmsg, recvmsg: descriptors arrive close-on-exec, also over a peek", () => {
  const [a, b] = socketpair();
  using _a = a;
  using _b = b;
  a.sendmsg(["x"], [[SOL_SOCKET, SCM_RIGHTS, ints(b.fileno(), b.fileno())]]);
  for (const flags of [MSG_PEEK, 0, MSG_CMSG_CLOEXEC]) {
    const [data, [item], msgFlags] = b.recvmsg(10, CMSG_SPACE(8), flags);
    equal(
      [data.toString(), item![0], item![1], item![2].length, msgFlags],
      ["x", SOL_SOCKET, SCM_RIGHTS, 8, flags & MSG_CMSG_CLOEXEC],
    );
    for (const fd of numbers(item![2])) {
      const s = new Socket(AF_UNIX, SOCK_STREAM, 0, fd);
      is(s.getInheritable(), false);
      s.close();
    }
    if (flags === 0) a.sendmsg(["x"], [[SOL_SOCKET, SCM_RIGHTS, ints(b.fileno(), b.fileno())]]);
  }
});

test("sendmsg: control messages of several items; empty ones", () => {
  const [a, b] = socketpair();
  using _a = a;
  using _b = b;
  a.sendmsg(
    ["x"],
    [
      [SOL_SOCKET, SCM_RIGHTS, ints(a.fileno())],
      [SOL_SOCKET, SCM_RIGHTS, ints(b.fileno())],
    ],
  );
  const [, items] = b.recvmsg(10, 2 * CMSG_SPACE(4));
  const fds = items.flatMap(([, , data]) => numbers(data));
  is(fds.length, 2); // Linux merges them
  fds.forEach(close);
  a.sendmsg(["y"], new Set<AncillaryItem>());
  equal(b.recvmsg(10, 100).slice(0, 3), [Buffer.from("y"), [], 0]);
  fails("EINVAL", () => a.sendmsg(["x"], [[SOL_SOCKET, 0x7fff, ""]]));
});

test("recvmsg: no room for control messages is MSG_CTRUNC, and no descriptor stays", () => {
  const [a, b] = socketpair();
  using _a = a;
  using _b = b;
  const before = openDescriptors().length;
  for (const [room, arrive] of [
    [0, 0],
    [1, 0],
    [CMSG_LEN(0) - 1, 0],
    [CMSG_LEN(0), 0],
    [CMSG_LEN(3), 0],
    [CMSG_LEN(4), 1],
    [CMSG_LEN(4) + 3, 1],
    [CMSG_LEN(8), 2],
  ] as const) {
    a.sendmsg(["x"], [[SOL_SOCKET, SCM_RIGHTS, ints(0, 1, 2)]]);
    const [data, items, flags] = b.recvmsg(10, room);
    is(data.toString(), "x");
    ok(flags & MSG_CTRUNC, `room ${room}`);
    const fds = items.flatMap(([, , bytes]) => numbers(bytes.subarray(0, bytes.length & ~3)));
    is(fds.length, arrive, `room ${room}`);
    fds.forEach(close);
    is(openDescriptors().length, before, `room ${room}`);
  }
});

test("recvmsg: credentials of the sender", () => {
  const [a, b] = socketpair();
  using _a = a;
  using _b = b;
  b.setsockopt(SOL_SOCKET, SO_PASSCRED, 1);
  a.send("x");
  const [, [item]] = b.recvmsg(10, CMSG_SPACE(12));
  equal(
    [item![0], item![1], numbers(item![2])],
    [SOL_SOCKET, SCM_CREDENTIALS, [process.pid, process.getuid!(), process.getgid!()]],
  );
  a.sendmsg(["x"], [[SOL_SOCKET, SCM_CREDENTIALS, ints(process.pid, process.getuid!(), process.getgid!())]]);
  equal(numbers(b.recvmsg(10, CMSG_SPACE(12))[1][0]![2]), [
    process.pid,
    process.getuid!(),
    process.getgid!(),
  ]);
});

test("recvmsg: truncated credentials are cut where the kernel cut them", () => {
  const [a, b] = socketpair();
  using _a = a;
  using _b = b;
  b.setsockopt(SOL_SOCKET, SO_PASSCRED, 1);
  a.send("x");
  const [, items, flags] = b.recvmsg(10, CMSG_LEN(6));
  is(flags & MSG_CTRUNC, MSG_CTRUNC);
  equal(
    items.map(([level, type, data]) => [level, type, data.length]),
    [[SOL_SOCKET, SCM_CREDENTIALS, 6]],
  );
});

test("recvmsg: IP_PKTINFO and IP_TTL, as Python gets them", () => {
  using to = new Socket(AF_INET, SOCK_DGRAM);
  using from = new Socket(AF_INET, SOCK_DGRAM);
  to.bind(["127.0.0.1", 0]);
  to.setsockopt(IPPROTO_IP, IP_PKTINFO, 1);
  to.setsockopt(IPPROTO_IP, IP_RECVTTL, 1);
  from.setsockopt(IPPROTO_IP, IP_TTL, 42);
  from.sendto("x", to.getsockname());
  const items = to
    .recvmsg(10, CMSG_SPACE(12) + CMSG_SPACE(4))[1]
    .map(([level, type, data]) => [level, type, Buffer.from(data).toString("hex")]);
  const python = ask(
    `
to = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); to.bind(("127.0.0.1", 0))
to.setsockopt(socket.IPPROTO_IP, data[0], 1); to.setsockopt(socket.IPPROTO_IP, data[1], 1)
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 42)
s.sendto(b"x", to.getsockname())
print(json.dumps([[l, t, d.hex()] for l, t, d in to.recvmsg(10, 100)[1]]))`,
    [IP_PKTINFO, IP_RECVTTL],
  );
  equal(items, python);
  is(items.length, 2);
});

test("sendmsg: IP_PKTINFO chooses the source address", () => {
  using to = new Socket(AF_INET, SOCK_DGRAM);
  using from = new Socket(AF_INET, SOCK_DGRAM);
  to.bind(["127.0.0.1", 0]);
  from.sendmsg(
    ["x"],
    [[IPPROTO_IP, IP_PKTINFO, Uint8Array.of(0, 0, 0, 0, 127, 0, 0, 9, 0, 0, 0, 0)]],
    0,
    to.getsockname(),
  );
  is(to.recvfrom(9)[1]?.[0], "127.0.0.9");
});

test(
  "recvmsg: IPV6_PKTINFO",
  () => {
    using to = new Socket(AF_INET6, SOCK_DGRAM);
    using from = new Socket(AF_INET6, SOCK_DGRAM);
    to.bind(["::1", 0]);
    to.setsockopt(IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
    from.sendto("x", to.getsockname());
    const [, [item]] = to.recvmsg(10, CMSG_SPACE(20));
    equal(
      [item![0], item![1], Buffer.from(item![2]).subarray(0, 16).toString("hex")],
      [IPPROTO_IPV6, IPV6_PKTINFO, "00000000000000000000000000000001"],
    );
  },
  { skip: noIPv6 },
);

// A control buffer that lies: what a kernel would not write.
const header = (length: number, level: number, type: number) => [
  ...new Uint8Array(BigUint64Array.of(BigInt(length)).buffer),
  ...ints(level, type),
];
const RIGHTS = (...fds: number[]) => [
  ...header(16 + 4 * fds.length, SOL_SOCKET, SCM_RIGHTS),
  ...ints(...fds),
  ...(fds.length % 2 ? [0, 0, 0, 0] : []),
];

/** A module whose kernel received these control bytes. */
function receiving(control: number[], more: Parameters<typeof scripted>[0] = {}) {
  let block!: Uint8Array;
  return scripted({
    attach: bytes => {
      block = bytes;
      return 0;
    },
    recvmsg(_fd, _buffers, into) {
      into!.set(control);
      const words = new DataView(block.buffer, block.byteOffset);
      words.setUint32(0, 0, true);
      words.setUint32(4, control.length, true);
      words.setUint32(8, 0, true);
      return 1;
    },
    ...more,
  });
}

const lies: [name: string, control: number[], whole: [level: number, type: number, bytes: number][]][] = [
  ["a length beyond the buffer", header(1000, 1, 2), [[1, 2, 0]]],
  [
    "a length of 2^63 after a whole one",
    [
      ...header(20, 1, 3),
      9,
      9,
      9,
      9,
      0,
      0,
      0,
      0,
      ...[...header(0, 1, 2)].map((b, i) => (i === 7 ? 0x80 : b)),
      5,
      5,
    ],
    [
      [1, 3, 4],
      [1, 2, 2],
    ],
  ],
  [
    "a length below a header's",
    [...header(20, 1, 3), 9, 9, 9, 9, 0, 0, 0, 0, ...header(15, 1, 2)],
    [[1, 3, 4]],
  ],
  ["a length of 0", header(0, 1, 2), []],
  ["half a header", header(20, 1, 2).slice(0, 9), []],
];
for (const [name, control, whole] of lies)
  test(`recvmsg: control data with ${name} warns and gives what is whole`, () => {
    const m = receiving(control);
    const s = new m.Socket(AF_UNIX, SOCK_STREAM);
    const [n, items] = s.recvmsgInto([new Uint8Array(1)], 200);
    is(n, 1);
    equal(
      items.map(([level, type, data]) => [level, type, data.length]),
      whole,
    );
    equal(m.warnings, [["received malformed or improperly-truncated ancillary data", "RuntimeWarning"]]);
  });

test("recvmsg: whole control data warns of nothing", () => {
  const m = receiving([...RIGHTS(5, 6), ...header(20, 1, 9), 1, 2, 3, 4]);
  const [, items] = new m.Socket(AF_UNIX, SOCK_STREAM).recvmsg(1, 200);
  equal(
    items.map(([level, type, data]) => [level, type, [...data]]),
    [
      [SOL_SOCKET, SCM_RIGHTS, [...ints(5, 6)]],
      [1, 9, [1, 2, 3, 4]],
    ],
  );
  equal(m.warnings, []);
});

test("recvmsg: received descriptors are closed when something fails after the call", () => {
  const closed: number[] = [];
  const m = receiving([...RIGHTS(71, 72), ...RIGHTS(73), ...header(1000, 1, 2)], {
    close: fd => {
      closed.push(fd);
      return 0;
    },
    warn() {
      throw new Error("warnings are errors");
    },
  });
  const s = new m.Socket(AF_UNIX, SOCK_STREAM);
  throws(() => s.recvmsg(1, 200), Error, "warnings are errors");
  equal(closed, [71, 72, 73]);
});

test("sendmsg: bad buffers and control messages, before anything is sent", () => {
  const [a, b] = socketpair();
  using _a = a;
  using _b = b;
  throws(() => a.sendmsg("text" as never), TypeError, 'buffers must be an iterable of buffers, got "text"');
  throws(
    () => a.sendmsg(new Uint8Array(2) as never),
    TypeError,
    "buffers must be an iterable of buffers, got Uint8Array(2)",
  );
  throws(
    () => a.sendmsg([1] as never),
    TypeError,
    /buffers must be a string, a Uint8Array, another view or an ArrayBuffer, got 1/,
  );
  throws(
    () => a.sendmsg(["x"], [[1, 1]] as never),
    TypeError,
    /sendmsg: ancillary item must be \[level, type, data\], got \[1, 1\]/,
  );
  throws(() => a.sendmsg(["x"], [["1", 1, "x"]] as never), TypeError, 'level must be a number, got "1"');
  throws(
    () => a.sendmsg(["x"], [[1, NaN, "x"]]),
    RangeError,
    /type must be an integer .*, got NaN \(a constant that this system lacks\?\)/,
  );
  throws(() => a.sendmsg(["x"], [[1, 2, 3]] as never), TypeError, /data must be a string/);
  throws(() => a.sendmsg(["x"], 5 as never), TypeError);
  fails("EBADF", () => a.sendmsg(["x"], [[SOL_SOCKET, SCM_RIGHTS, ints(1 << 20)]]));
  fails("EINVAL", () => a.sendmsg(["x"], [[SOL_SOCKET, SCM_RIGHTS, ints(...Array(254).fill(0))]]));
  throws(() => b.recvmsgInto(["text"] as never), TypeError, /buffers must be a Uint8Array/);
  throws(() => b.recvmsg(1, -1), RangeError, /ancbufsize must be an integer 0\.\.2147483647, got -1/);
  throws(() => b.recvmsg(-1), RangeError, /bufsize must be an integer/);
  b.setblocking(false);
  fails("EAGAIN", () => b.recv(1));
});

test("sendmsg: what the caller's iterables do does not reach the scratch area", () => {
  using to = new Socket(AF_INET, SOCK_DGRAM);
  using from = new Socket(AF_INET, SOCK_DGRAM);
  using other = new Socket(AF_INET, SOCK_DGRAM);
  to.bind(["127.0.0.1", 0]);
  other.bind(["127.0.0.1", 0]);
  function* meddling() {
    yield "x";
    from.sendto("meddled", other.getsockname());
  }
  from.sendmsg(meddling(), [], 0, to.getsockname());
  equal([to.recv(9), other.recv(9)].map(String), ["x", "meddled"]);
});
