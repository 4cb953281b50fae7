// getsockopt, setsockopt, ioctl. A row of `settable` is a test of one option: set, read back, the
// same as in Python.
import * as S from "../../ts/index.js";
import { noIPv6, notRoot } from "../have.js";
import { tcp, udp } from "../pairs.js";
import { ask } from "../python.js";
import { equal, fails, is, ok, test, throws } from "../suite.js";

const {
  AF_INET,
  AF_UNIX,
  IPPROTO_TCP,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  SO_LINGER,
  SO_RCVBUF,
  SO_REUSEADDR,
  Socket,
  TCP_NODELAY,
} = S;
const value = (name: string): number => (S as unknown as Record<string, number>)[name]!;

type Kind = "tcp" | "udp" | "tcp6" | "udp6" | "unix" | "raw";
const kinds: Record<Kind, [family: number, type: number, protocol: number]> = {
  tcp: [S.AF_INET, S.SOCK_STREAM, 0],
  udp: [S.AF_INET, S.SOCK_DGRAM, 0],
  tcp6: [S.AF_INET6, S.SOCK_STREAM, 0],
  udp6: [S.AF_INET6, S.SOCK_DGRAM, 0],
  unix: [S.AF_UNIX, S.SOCK_STREAM, 0],
  raw: [S.AF_INET, S.SOCK_RAW, S.IPPROTO_ICMP],
};

/** The option, what is set, what is read (the same, if left out). */
type Row = [kind: Kind, level: string, name: string, set: number, read?: number];
const settable: Row[] = [
  ["tcp", "SOL_SOCKET", "SO_REUSEADDR", 1],
  ["tcp", "SOL_SOCKET", "SO_KEEPALIVE", 1],
  ["tcp", "SOL_SOCKET", "SO_OOBINLINE", 1],
  ["tcp", "SOL_SOCKET", "SO_REUSEPORT", 1],
  ["tcp", "SOL_SOCKET", "SO_RCVBUF", 10000, 20000],
  ["tcp", "SOL_SOCKET", "SO_SNDBUF", 10000, 20000],
  ["tcp", "SOL_SOCKET", "SO_RCVLOWAT", 9],
  ["tcp", "SOL_SOCKET", "SO_PRIORITY", 5],
  ["tcp", "SOL_SOCKET", "SO_BUSY_POLL", 0],
  ["tcp", "SOL_SOCKET", "SO_INCOMING_CPU", 0],
  ["tcp", "SOL_SOCKET", "SO_TIMESTAMP", 1],
  ["tcp", "SOL_SOCKET", "SO_TIMESTAMPNS", 1],
  ["udp", "SOL_SOCKET", "SO_BROADCAST", 1],
  ["udp", "SOL_SOCKET", "SO_DONTROUTE", 1],
  ["udp", "SOL_SOCKET", "SO_NO_CHECK", 1],
  ["udp", "SOL_SOCKET", "SO_RXQ_OVFL", 1],
  ["unix", "SOL_SOCKET", "SO_PASSCRED", 1],
  ["unix", "SOL_SOCKET", "SO_PASSSEC", 1],
  ["unix", "SOL_SOCKET", "SO_PEEK_OFF", 3],
  ["tcp", "IPPROTO_TCP", "TCP_NODELAY", 1],
  ["tcp", "IPPROTO_TCP", "TCP_CORK", 1],
  ["tcp", "IPPROTO_TCP", "TCP_KEEPIDLE", 77],
  ["tcp", "IPPROTO_TCP", "TCP_KEEPINTVL", 7],
  ["tcp", "IPPROTO_TCP", "TCP_KEEPCNT", 5],
  ["tcp", "IPPROTO_TCP", "TCP_SYNCNT", 3],
  ["tcp", "IPPROTO_TCP", "TCP_LINGER2", 20],
  ["tcp", "IPPROTO_TCP", "TCP_DEFER_ACCEPT", 1],
  ["tcp", "IPPROTO_TCP", "TCP_WINDOW_CLAMP", 100000],
  ["tcp", "IPPROTO_TCP", "TCP_QUICKACK", 0],
  ["tcp", "IPPROTO_TCP", "TCP_USER_TIMEOUT", 1500],
  ["tcp", "IPPROTO_TCP", "TCP_NOTSENT_LOWAT", 16384],
  ["tcp", "IPPROTO_TCP", "TCP_FASTOPEN_CONNECT", 1],
  ["udp", "IPPROTO_IP", "IP_TTL", 42],
  ["udp", "IPPROTO_IP", "IP_TOS", 0x10],
  ["udp", "IPPROTO_IP", "IP_MULTICAST_TTL", 3],
  ["udp", "IPPROTO_IP", "IP_MULTICAST_LOOP", 0],
  ["udp", "IPPROTO_IP", "IP_PKTINFO", 1],
  ["udp", "IPPROTO_IP", "IP_RECVTTL", 1],
  ["udp", "IPPROTO_IP", "IP_RECVTOS", 1],
  ["udp", "IPPROTO_IP", "IP_RECVERR", 1],
  ["udp", "IPPROTO_IP", "IP_RECVOPTS", 1],
  ["udp", "IPPROTO_IP", "IP_RETOPTS", 1],
  ["udp", "IPPROTO_IP", "IP_MTU_DISCOVER", 2],
  ["udp", "IPPROTO_IP", "IP_FREEBIND", 1],
  ["udp", "IPPROTO_IP", "IP_BIND_ADDRESS_NO_PORT", 1],
  ["udp", "IPPROTO_IP", "IP_RECVORIGDSTADDR", 1],
  ["raw", "IPPROTO_IP", "IP_HDRINCL", 1],
  ["tcp6", "IPPROTO_IPV6", "IPV6_V6ONLY", 1],
  ["udp6", "IPPROTO_IPV6", "IPV6_UNICAST_HOPS", 9],
  ["udp6", "IPPROTO_IPV6", "IPV6_MULTICAST_HOPS", 9],
  ["udp6", "IPPROTO_IPV6", "IPV6_MULTICAST_LOOP", 0],
  ["udp6", "IPPROTO_IPV6", "IPV6_RECVPKTINFO", 1],
  ["udp6", "IPPROTO_IPV6", "IPV6_RECVHOPLIMIT", 1],
  ["udp6", "IPPROTO_IPV6", "IPV6_RECVTCLASS", 1],
  ["udp6", "IPPROTO_IPV6", "IPV6_TCLASS", 0x20],
  ["udp6", "IPPROTO_IPV6", "IPV6_DONTFRAG", 1],
  ["udp6", "IPPROTO_IPV6", "IPV6_RECVRTHDR", 1],
  ["udp6", "IPPROTO_IPV6", "IPV6_RECVDSTOPTS", 1],
  ["udp6", "IPPROTO_IPV6", "IPV6_RECVHOPOPTS", 1],
];

// One process asks for them all.
type Answer = { first: number; bytes: string; read: number; error: number };
const python = ask<Answer[]>(
  `
out = []
for family, type, proto, level, name, value in data:
    try: s = socket.socket(family, type, proto)
    except OSError as e:
        out.append({"error": e.errno}); continue
    try:
        first = s.getsockopt(level, name)
        s.setsockopt(level, name, value)
        out.append({"first": first, "read": s.getsockopt(level, name), "bytes": s.getsockopt(level, name, 64).hex(), "error": 0})
    except OSError as e: out.append({"error": e.errno})
    s.close()
print(json.dumps(out))`,
  settable.map(([kind, level, name, set]) => [...kinds[kind], value(level), value(name), set]),
);

for (const [i, [kind, level, name, set, read = set]] of settable.entries()) {
  test(
    `${name}: ${kind}, ${set}`,
    () => {
      const theirs = python[i]!;
      using s = new Socket(...kinds[kind]);
      if (theirs.error !== 0) {
        is(throws(() => s.setsockopt(value(level), value(name), set), S.OSError).errno, theirs.error);
        return;
      }
      is(s.getsockopt(value(level), value(name)), theirs.first);
      s.setsockopt(value(level), value(name), set);
      is(s.getsockopt(value(level), value(name)), theirs.read);
      is(s.getsockopt(value(level), value(name)), read);
      is(s.getsockopt(value(level), value(name), 64).toString("hex"), theirs.bytes);
    },
    { skip: kind.endsWith("6") ? noIPv6 : kind === "raw" ? notRoot : undefined },
  );
}

test("getsockopt: read-only facts", () => {
  using s = new Socket(AF_INET, SOCK_DGRAM);
  equal(
    ["SO_TYPE", "SO_DOMAIN", "SO_PROTOCOL", "SO_ERROR", "SO_ACCEPTCONN"].map(name =>
      s.getsockopt(SOL_SOCKET, value(name)),
    ),
    [SOCK_DGRAM, AF_INET, S.IPPROTO_UDP, 0, 0],
  );
});

test("getsockopt: with a length the bytes, as many as there are", () => {
  using s = new Socket();
  const linger = s.getsockopt(SOL_SOCKET, SO_LINGER, 8);
  ok(Buffer.isBuffer(linger));
  is(linger.toString("hex"), "0000000000000000");
  is(s.getsockopt(SOL_SOCKET, SO_LINGER, 100).length, 8);
  is(s.getsockopt(SOL_SOCKET, SO_LINGER, 3).length, 3);
  is(s.getsockopt(SOL_SOCKET, SO_REUSEADDR, 0), 0); // 0: the int form, as in Python
  is(s.getsockopt(IPPROTO_TCP, S.TCP_CONGESTION, 16).toString("latin1").replace(/\0+$/, "").length > 0, true);
  ok(s.getsockopt(IPPROTO_TCP, S.TCP_INFO, 1024).length >= 100);
});

test("setsockopt: an int, bytes of any kind, null with a length", () => {
  using s = new Socket();
  s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1);
  is(s.getsockopt(SOL_SOCKET, SO_REUSEADDR), 1);
  s.setsockopt(SOL_SOCKET, SO_REUSEADDR, new Uint8Array(4));
  is(s.getsockopt(SOL_SOCKET, SO_REUSEADDR), 0);
  for (const bytes of [
    Int32Array.of(1),
    Int32Array.of(1).buffer,
    new DataView(Int32Array.of(1).buffer),
    Buffer.from(Int32Array.of(1).buffer),
  ]) {
    s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 0);
    s.setsockopt(SOL_SOCKET, SO_REUSEADDR, bytes);
    is(s.getsockopt(SOL_SOCKET, SO_REUSEADDR), 1);
  }
  s.setsockopt(IPPROTO_TCP, S.TCP_CONGESTION, "reno");
  is(s.getsockopt(IPPROTO_TCP, S.TCP_CONGESTION, 16).toString("latin1").replace(/\0+$/, ""), "reno");
  s.setsockopt(SOL_SOCKET, SO_LINGER, Int32Array.of(1, 5));
  equal([...new Int32Array(new Uint8Array(s.getsockopt(SOL_SOCKET, SO_LINGER, 8)).buffer)], [1, 5]);
  fails("EFAULT", () => s.setsockopt(SOL_SOCKET, SO_REUSEADDR, null, 4)); // NULL reaches the kernel, which reads there
});

test(
  "setsockopt: numbers to 2^32-1, since masks and marks are unsigned",
  () => {
    using s = new Socket();
    s.setsockopt(SOL_SOCKET, S.SO_MARK, 0xdeadbeef);
    is(s.getsockopt(SOL_SOCKET, S.SO_MARK) >>> 0, 0xdeadbeef);
  },
  { skip: notRoot },
);

test("getsockopt, setsockopt: errors are the system's, as Python gets them", () => {
  const misuse: [kind: Kind, level: number, name: number, value: number | string | null][] = [
    ["tcp", SOL_SOCKET, 9999, 1],
    ["tcp", 9999, 1, 1],
    ["udp", IPPROTO_TCP, TCP_NODELAY, 1],
    ["unix", IPPROTO_TCP, TCP_NODELAY, 1],
    ["tcp", SOL_SOCKET, SO_REUSEADDR, ""],
    ["tcp", SOL_SOCKET, SO_REUSEADDR, "ab"],
    ["tcp", SOL_SOCKET, S.SO_TYPE, 1],
    ["tcp", SOL_SOCKET, SO_LINGER, 1],
    ["udp", S.IPPROTO_IP, S.IP_TTL, 256],
    ["udp", S.IPPROTO_IP, S.IP_TTL, -2],
    ["tcp", IPPROTO_TCP, S.TCP_CONGESTION, "nosuch"],
    ["tcp", SOL_SOCKET, SO_RCVBUF, -1],
    ["udp", S.IPPROTO_IP, S.IP_ADD_MEMBERSHIP, "12345678"],
    ["tcp", IPPROTO_TCP, S.TCP_KEEPCNT, 1000],
  ];
  const theirs = ask<[number, number][]>(
    `
def errno(call):
    try: call(); return 0
    except OSError as e: return e.errno
out = []
for family, type, proto, level, name, value in data:
    s = socket.socket(family, type, proto)
    out.append([errno(lambda: s.setsockopt(level, name, value.encode() if isinstance(value, str) else value)), errno(lambda: s.getsockopt(level, name))])
print(json.dumps(out))`,
    misuse.map(([kind, level, name, v]) => [...kinds[kind], level, name, v]),
  );
  const errno = (body: () => unknown) => {
    try {
      body();
      return 0;
    } catch (error) {
      return (error as S.OSError).errno;
    }
  };
  const ours = misuse.map(([kind, level, name, v]) => {
    using s = new Socket(...kinds[kind]);
    return [errno(() => s.setsockopt(level, name, v!)), errno(() => s.getsockopt(level, name))];
  });
  equal(ours, theirs);
  ok(ours.filter(([set]) => set !== 0).length >= 12, JSON.stringify(ours));
});

test("getsockopt, setsockopt: bad arguments, before any call", () => {
  using s = new Socket();
  throws(() => s.getsockopt("1" as never, 2), TypeError, 'level must be a number, got "1"');
  throws(
    () => s.getsockopt(SOL_SOCKET, 2 ** 31),
    RangeError,
    /name must be an integer -2147483648\.\.2147483647, got 2147483648/,
  );
  throws(() => s.getsockopt(SOL_SOCKET, 2, -1), RangeError, "length must be an integer 0..65536, got -1");
  throws(() => s.getsockopt(SOL_SOCKET, 2, 65537), RangeError, /got 65537/);
  throws(
    () => s.getsockopt(SOL_SOCKET, S.SO_EXCLUSIVEADDRUSE),
    RangeError,
    /got NaN \(a constant that this system lacks\?\)/,
  );
  throws(
    () => s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 2 ** 32),
    RangeError,
    "value must be an integer -2147483648..4294967295, got 4294967296",
  );
  throws(() => s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1.5), RangeError, /got 1.5/);
  throws(
    () => s.setsockopt(SOL_SOCKET, SO_REUSEADDR, true as never),
    TypeError,
    /value must be .*, got true/,
  );
  throws(
    () => s.setsockopt(SOL_SOCKET, SO_REUSEADDR, undefined as never),
    TypeError,
    /value must be .*, got undefined/,
  );
  throws(
    () => (s.setsockopt as any)(SOL_SOCKET, SO_REUSEADDR, null),
    TypeError,
    "length must be a number, got undefined",
  );
  throws(
    () => (s.setsockopt as any)(SOL_SOCKET, SO_REUSEADDR, 1, 4),
    TypeError,
    "setsockopt: length goes with a null value only",
  );
  throws(() => s.setsockopt(SOL_SOCKET, SO_REUSEADDR, null, -1), RangeError, /length must be an integer 0/);
  is(s.getsockopt(SOL_SOCKET, SO_REUSEADDR), 0);
});

const FIONREAD = 0x541b;
const FIONBIO = 0x5421;
const SIOCGIFINDEX = 0x8933;
const SIOCATMARK = 0x8905;

test("ioctl: FIONREAD tells how much waits to be read", () => {
  const [a, b] = tcp();
  using _a = a;
  using _b = b;
  const count = new Int32Array(1);
  a.sendall("seven..");
  b.recv(1, S.MSG_PEEK);
  is(b.ioctl(FIONREAD, count), 0);
  is(count[0], 7);
});

test("ioctl: bytes go in and come out", () => {
  using s = new Socket(AF_UNIX, SOCK_DGRAM);
  const ifreq = Buffer.alloc(40);
  ifreq.write("lo");
  s.ioctl(SIOCGIFINDEX, ifreq);
  equal([ifreq.toString("latin1", 0, 2), ifreq.readInt32LE(16)], ["lo", S.if_nametoindex("lo")]);
  ifreq.fill(0).write("nosuch0");
  fails("ENODEV", () => s.ioctl(SIOCGIFINDEX, ifreq));
});

test("ioctl: a buffer that is too short is not written beyond", () => {
  const [a, b] = udp();
  using _a = a;
  using _b = b;
  a.send(new Uint8Array(0x101));
  b.recv(1, S.MSG_PEEK);
  const all = new Uint8Array(8).fill(0xa5);
  b.ioctl(FIONREAD, all.subarray(2, 4));
  equal([...all], [0xa5, 0xa5, 1, 1, 0xa5, 0xa5, 0xa5, 0xa5]);
  b.ioctl(FIONREAD, all.subarray(0, 0));
  is(all[0], 0xa5);
});

test("ioctl: numbers, and errors", () => {
  using s = new Socket(AF_INET, SOCK_STREAM);
  fails("EFAULT", () => s.ioctl(FIONBIO, 0));
  fails("ENOTTY", () => s.ioctl(0xdead, 0));
  throws(() => s.ioctl(-1), RangeError, "request must be an integer 0..4294967295, got -1");
  throws(() => s.ioctl(SIOCATMARK, "x" as never), TypeError, /argument must be a Uint8Array/);
  throws(() => s.ioctl(SIOCATMARK, 2 ** 31), RangeError, /argument must be an integer/);
});
