// recvmmsg, sendmmsg, UDP_SEGMENT and UDP_GRO, over loopback.
import type { InetAddress } from "../../ts/index.js";
import { blockingModule, equal, fails, is, ok, promiseModule, rejects, test, throws } from "../suite.js";

const {
  AF_INET,
  AF_UNIX,
  CMSG_SPACE,
  IPPROTO_IP,
  IP_PKTINFO,
  MSG_DONTWAIT,
  MSG_TRUNC,
  OSError,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  Socket,
  socketpair,
} = await blockingModule();
type Socket<A = any> = import("../../ts/index.js").Socket<A>;
type OSError = InstanceType<typeof OSError>;
const promises = await promiseModule();

function udp(): Socket<InetAddress> {
  const s = new Socket(AF_INET, SOCK_DGRAM);
  s.bind(["127.0.0.1", 0]);
  return s;
}

test("sendmmsg: a batch to several addresses, recvmmsg takes it in one call", () => {
  using a = udp();
  using b = udp();
  using c = udp();
  const out = a.batch({ count: 3, size: 100 });
  ok(
    out.push("one", b.getsockname()) &&
      out.push("two", b.getsockname()) &&
      out.push("three", c.getsockname()),
  );
  is(out.push("four", c.getsockname()), false);
  is(a.sendmmsg(out), 3);
  const into = b.batch({ count: 8, size: 100 });
  is(b.recvmmsg(into), 2);
  equal(
    [...into].map(([data, address]) => [data.toString(), address]),
    [
      ["one", a.getsockname()],
      ["two", a.getsockname()],
    ],
  );
  is(c.recvmmsg(into), 1);
  is(into.data(0).toString(), "three");
  throws(() => into.data(1), RangeError, "i must be an integer 0..0, got 1");
});

test("recvmmsg: what was received can be sent back as it is", () => {
  using a = udp();
  using b = udp();
  b.setsockopt(IPPROTO_IP, IP_PKTINFO, 1);
  for (const word of ["x", "yy"]) a.sendto(word, b.getsockname());
  const batch = b.batch({ count: 4, control: CMSG_SPACE(12) });
  is(b.recvmmsg(batch), 2);
  equal(
    batch.ancdata(1).map(([level, type, data]) => [level, type, data.length]),
    [[IPPROTO_IP, IP_PKTINFO, 12]],
  );
  is(b.sendmmsg(batch), 2);
  is(a.recv(10).toString(), "x");
  is(a.recv(10).toString(), "yy");
});

test("recvmmsg: a longer datagram is cut and flagged", () => {
  using a = udp();
  using b = udp();
  a.sendto("0123456789", b.getsockname());
  const batch = b.batch({ count: 2, size: 4 });
  is(b.recvmmsg(batch), 1);
  is(batch.data(0).toString(), "0123");
  is(batch.flags(0), MSG_TRUNC);
});

test("recvmmsg: the socket's mode decides whether it waits", () => {
  using s = udp();
  const batch = s.batch();
  fails("EAGAIN", () => s.recvmmsg(batch, MSG_DONTWAIT));
  s.settimeout(0.02);
  fails("ETIMEDOUT", () => s.recvmmsg(batch));
});

test("recvmmsg: a datagram without an address", () => {
  const [a, b] = socketpair(AF_UNIX, SOCK_DGRAM);
  using _a = a;
  using _b = b;
  a.send("x");
  const batch = b.batch({ count: 1 });
  is(b.recvmmsg(batch), 1);
  is(batch.address(0), null);
});

test("batch: bad arguments", () => {
  using s = udp();
  throws(() => s.batch({ count: 0 }), RangeError, "count must be an integer 1..1024, got 0");
  throws(() => s.batch({ size: 65536 }), RangeError, /size must be an integer 1\.\.65535/);
  throws(
    () => s.batch({ count: 2, size: 10, buffer: new Uint8Array(19) }),
    RangeError,
    "buffer must be count * size = 20 bytes long, got 19",
  );
  const batch = s.batch({ count: 1, size: 4 });
  throws(() => batch.push("12345", s.getsockname()), RangeError, /data must be at most 4 bytes long/);
  throws(
    () => batch.push("1", s.getsockname(), [[0, 0, "x"]]),
    RangeError,
    /ancdata must fit the batch's 0 bytes/,
  );
  throws(() => batch.push("1", ["localhost", 1]), TypeError, /must be numeric/);
  is(batch.length, 0);
  fails("EDESTADDRREQ", () => {
    batch.push("1");
    s.sendmmsg(batch);
  });
});

test("sendSegments: datagrams of one size out of one buffer", () => {
  using a = udp();
  using b = udp();
  const data = Buffer.from(Array.from({ length: 2500 }, (_, i) => i & 255));
  is(a.sendSegments(data, 1000, b.getsockname()), 2500);
  equal(
    [b.recv(5000), b.recv(5000), b.recv(5000)],
    [data.subarray(0, 1000), data.subarray(1000, 2000), data.subarray(2000)],
  );
  a.connect(b.getsockname());
  is(a.sendSegments(data, 2500), 2500);
  is(b.recv(5000).length, 2500);
  throws(() => a.sendSegments(data, 0), RangeError, /size must be an integer 1\.\.65507/);
});

test("sendSegments: more than one call can carry, and one by one where the kernel refuses", () => {
  using a = udp();
  using b = udp();
  const data = Buffer.alloc(100_000, 7);
  is(a.sendSegments(data, 1200, b.getsockname()), data.length);
  let got = 0;
  while (got < data.length) got += b.recv(2000, MSG_DONTWAIT).length;
  // Segments above the device's MTU are refused (EINVAL): each then goes as a datagram of its own.
  using big = udp();
  const large = Buffer.alloc(140_000, 8);
  let received = 0;
  is(big.sendSegments(large.subarray(0, 130_000), 65_000, b.getsockname()), 130_000);
  while (received < 130_000) received += b.recv(65_535, MSG_DONTWAIT).length;
});

test("sendSegments: where there is no UDP_SEGMENT, each datagram goes by itself", async () => {
  for (const type of [SOCK_DGRAM, SOCK_SEQPACKET]) {
    const [a, b] = socketpair(AF_UNIX, type);
    const [c, d] = await promises.socketpair(AF_UNIX, type);
    using _a = a;
    using _b = b;
    using _c = c;
    using _d = d;
    is(a.sendSegments(Buffer.alloc(5000), 1000), 5000);
    is(await c.sendSegments(Buffer.alloc(5000), 1000), 5000);
    for (let i = 0; i < 5; i++) equal([b.recv(9000).length, (await d.recv(9000)).length], [1000, 1000]);
    is(a.setGro(true), false);
    is(c.setGro(true), false);
  }
});

test("sendmmsg: a stream, to which a message may go in part, has none", async () => {
  const [a, b] = socketpair(AF_UNIX, SOCK_STREAM);
  const [c, d] = await promises.socketpair(AF_UNIX, SOCK_STREAM);
  using _a = a;
  using _b = b;
  using _c = c;
  using _d = d;
  const batch = a.batch({ count: 1 });
  const another = c.batch({ count: 1 });
  batch.push("x");
  another.push("x");
  fails("ENOTSUP", () => a.sendmmsg(batch));
  is(((await rejects(() => c.sendmmsg(another), OSError)) as OSError).code, "ENOTSUP");
  fails("EAGAIN", () => b.recv(1, MSG_DONTWAIT));
});

test("setGro: joined datagrams tell their size", () => {
  using a = udp();
  using b = udp();
  if (!b.setGro(true)) return is(b.setGro(true), false);
  a.sendSegments(Buffer.alloc(5000, 1), 1000, b.getsockname());
  const batch = b.batch({ count: 4, size: 65535, control: CMSG_SPACE(4) });
  let bytes = 0;
  while (bytes < 5000) {
    const n = b.recvmmsg(batch);
    for (let i = 0; i < n; i++) {
      bytes += batch.data(i).length;
      is(batch.segmentSize(i), 1000);
    }
  }
  is(bytes, 5000);
});

test("promises: recvmmsg waits, sendmmsg sends, sendSegments too", async () => {
  using s = new promises.Socket(AF_INET, SOCK_DGRAM);
  using t = new promises.Socket(AF_INET, SOCK_DGRAM);
  await s.bind(["127.0.0.1", 0]);
  await t.bind(["127.0.0.1", 0]);
  const into = s.batch();
  const out = t.batch();
  const waiting = s.recvmmsg(into);
  out.push("a", s.getsockname());
  out.push("b", s.getsockname());
  is(await t.sendmmsg(out), 2);
  let got = await waiting;
  if (got < 2) got += await s.recvmmsg(into);
  is(got, 2);
  is(await t.sendSegments(Buffer.alloc(300), 100, s.getsockname()), 300);
  is((await s.recv(1000)).length, 100);
});

test("Batch.length: can be set to send fewer, and to nothing that is no count of its datagrams", () => {
  using s = udp();
  using receiver = udp();
  s.connect(receiver.getsockname());
  receiver.settimeout(1);
  const batch = s.batch({ count: 4, size: 100 });
  for (const text of ["a", "b", "c"]) batch.push(text);
  for (const length of [1.5, NaN, -1, 5, 2000, Infinity])
    throws(
      () => {
        batch.length = length;
      },
      RangeError,
      /^length must be/,
    );
  for (const length of ["2", null, undefined, 2n])
    throws(
      () => {
        (batch as { length: unknown }).length = length;
      },
      TypeError,
      /^length must be/,
    );
  is(batch.length, 3);
  batch.length = 2;
  is(s.sendmmsg(batch), 2);
  equal([String(receiver.recv(9)), String(receiver.recv(9))], ["a", "b"]);
  batch.length = 0;
  is(s.sendmmsg(batch), 0);
  ok(batch.push("d"));
  equal(
    [...batch].map(([data]) => String(data)),
    ["d"],
  );
});
