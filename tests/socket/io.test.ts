// recv, recvfrom, recvInto, recvfromInto, send, sendall, sendto: bytes in every form, flags, short
// counts.
import {
  AF_INET,
  AF_UNIX,
  IPPROTO_TCP,
  MSG_DONTWAIT,
  MSG_OOB,
  MSG_PEEK,
  MSG_TRUNC,
  MSG_WAITALL,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
  SO_OOBINLINE,
  SO_RCVBUF,
  Socket,
  TCP_NODELAY,
  socketpair,
} from "../../ts/index.js";
import type { Data, WritableBytes } from "../../ts/base/types.js";
import { Child } from "../child.js";
import { tcp, udp } from "../pairs.js";
import { ask } from "../python.js";
import { equal, fails, is, ok, test, throws } from "../suite.js";

const { Memory } = (
  globalThis as unknown as {
    WebAssembly: { Memory: new (size: { initial: number }) => { buffer: ArrayBuffer } };
  }
).WebAssembly;

const BYTES = [0x00, 0x7f, 0x80, 0xff, 0x41, 0x0a, 0xc3, 0xa9];

function view(kind: string): WritableBytes {
  const buffer = new ArrayBuffer(16);
  switch (kind) {
    case "Uint8Array":
      return new Uint8Array(8);
    case "Buffer":
      return Buffer.alloc(8);
    case "a part of a Uint8Array":
      return new Uint8Array(buffer, 4, 8);
    case "Int8Array":
      return new Int8Array(8);
    case "Uint16Array":
      return new Uint16Array(buffer, 4, 4);
    case "Float64Array":
      return new Float64Array(buffer, 8, 1);
    case "BigInt64Array":
      return new BigInt64Array(1);
    case "DataView":
      return new DataView(buffer, 3, 8);
    case "ArrayBuffer":
      return new ArrayBuffer(8);
    case "SharedArrayBuffer":
      return new SharedArrayBuffer(8);
    case "a view of a SharedArrayBuffer":
      return new Uint8Array(new SharedArrayBuffer(16), 5, 8);
    case "WebAssembly memory":
      return new Uint8Array(new Memory({ initial: 1 }).buffer, 100, 8);
    default:
      throw new Error(kind);
  }
}
const kinds = [
  "Uint8Array",
  "Buffer",
  "a part of a Uint8Array",
  "Int8Array",
  "Uint16Array",
  "Float64Array",
  "BigInt64Array",
  "DataView",
  "ArrayBuffer",
  "SharedArrayBuffer",
  "a view of a SharedArrayBuffer",
  "WebAssembly memory",
];

function bytesIn(data: WritableBytes): number[] {
  return ArrayBuffer.isView(data)
    ? [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]
    : [...new Uint8Array(data)];
}

for (const kind of kinds)
  test(`recvInto, send: ${kind}`, () => {
    const [a, b] = socketpair();
    using _a = a;
    using _b = b;
    const into = view(kind);
    a.sendall(new Uint8Array(BYTES));
    is(b.recvInto(into), 8);
    equal(bytesIn(into), BYTES);
    for (const send of [
      (d: Data) => a.send(d),
      (d: Data) => {
        a.sendall(d);
        return 8;
      },
      (d: Data) => a.sendmsg([d]),
    ]) {
      is(send(into), 8);
      equal([...b.recv(100)], BYTES);
    }
    a.sendall(new Uint8Array(8));
    equal([b.recvfromInto(into)[0], bytesIn(into)], [8, [0, 0, 0, 0, 0, 0, 0, 0]]);
  });

test("recvInto: nothing outside the view is touched", () => {
  const [a, b] = socketpair();
  using _a = a;
  using _b = b;
  const all = new Uint8Array(16).fill(0xa5);
  a.sendall("abcdefgh");
  is(b.recvInto(new Uint8Array(all.buffer, 4, 8)), 8);
  equal([...all], [...Array(4).fill(0xa5), ...Buffer.from("abcdefgh"), ...Array(4).fill(0xa5)]);
});

test("send: a string is UTF-8", () => {
  const [a, b] = socketpair();
  using _a = a;
  using _b = b;
  is(a.send("é€😀\0x"), 11);
  is(b.recv(100).toString("hex"), "c3a9e282acf09f98800078");
});

test("recv: a Buffer with at most bufsize bytes, then the rest, then the end", () => {
  const [a, b] = socketpair();
  using _b = b;
  a.sendall("hello world");
  const first = b.recv(5);
  ok(Buffer.isBuffer(first));
  is(first.toString(), "hello");
  is(b.recv(100).toString(), " world");
  is(first.toString(), "hello"); // not overwritten
  a.close();
  is(b.recv(100).length, 0);
  is(b.recvInto(new Uint8Array(4)), 0);
});

test("recv: large sizes", () => {
  const [a, b] = socketpair();
  using _a = a;
  using _b = b;
  const data = Buffer.alloc(100_000, "0123456789");
  a.sendall(data);
  const whole = b.recv(1 << 20);
  ok(whole.equals(data.subarray(0, whole.length)));
  is(whole.length, data.length);
  a.sendall("few");
  is(b.recv(1 << 20).toString(), "few");
  a.sendall("x");
  is(b.recv(65536).toString(), "x");
});

test("recv: a bufsize of 0 takes nothing", () => {
  const [a, b] = udp();
  using _a = a;
  using _b = b;
  a.send("datagram");
  is(b.recv(0).length, 0); // touches nothing, as Python's; recvfrom() makes the call
  is(b.recvInto(new Uint8Array(0)), 0);
  is(b.recv(0, MSG_PEEK).length, 0);
  is(b.recvfrom(0)[0].length, 0);
  b.setblocking(false);
  fails("EAGAIN", () => b.recv(1));
  is(b.recv(0).length, 0);
  const [c, d] = socketpair();
  using _c = c;
  using _d = d;
  c.send("stream");
  is(d.recv(0).length, 0);
  is(d.recv(10).toString(), "stream");
});

test("recvInto, recvfromInto: 0 bytes or none given means the whole buffer", () => {
  const [a, b] = socketpair();
  using _a = a;
  using _b = b;
  const buffer = new Uint8Array(6);
  for (const call of [(n?: number) => b.recvInto(buffer, n), (n?: number) => b.recvfromInto(buffer, n)[0]]) {
    for (const [nbytes, count] of [
      [undefined, 6],
      [0, 6],
      [6, 6],
      [2, 2],
    ] as const) {
      a.send("abcdefgh");
      is(call(nbytes), count);
      is(b.recv(100).length, 8 - count);
    }
  }
  a.send("x");
  is(b.recvInto(new Uint8Array(0)), 0);
});

test("recvInto: nbytes beyond the buffer, negative, or no number", () => {
  const [a, b] = socketpair();
  using _a = a;
  using _b = b;
  a.send("kept");
  const buffer = new Uint8Array(3);
  for (const call of [(n: any) => b.recvInto(buffer, n), (n: any) => b.recvfromInto(buffer, n)]) {
    throws(() => call(4), RangeError, "nbytes must be 0..3, the buffer's length, got 4");
    throws(() => call(-1), RangeError, /nbytes must be an integer 0\.\.2147483647, got -1/);
    throws(() => call(1.5), RangeError, /got 1.5/);
    throws(() => call("1"), TypeError, 'nbytes must be a number, got "1"');
  }
  is(b.recv(10).toString(), "kept");
});

test("recvfrom: the sender's address; null on a stream, where the kernel names none", () => {
  const [a, b] = udp();
  using _a = a;
  using _b = b;
  a.send("x");
  const [data, from] = b.recvfrom(10);
  equal([data.toString(), from], ["x", a.getsockname()]);
  a.send("yz");
  const buffer = new Uint8Array(4);
  equal(
    [b.recvfromInto(buffer), [...buffer]],
    [
      [2, a.getsockname()],
      [0x79, 0x7a, 0, 0],
    ],
  );
  const [c, d] = tcp();
  using _c = c;
  using _d = d;
  c.send("x");
  equal(d.recvfrom(10), [Buffer.from("x"), null]);
});

test("recvfrom: UNIX datagrams come from a path, an abstract name, or nobody", () => {
  using to = new Socket(AF_UNIX, SOCK_DGRAM);
  using from = new Socket(AF_UNIX, SOCK_DGRAM);
  to.bind("");
  from.sendto("x", to.getsockname());
  equal(to.recvfrom(10), [Buffer.from("x"), null]);
  from.bind("");
  from.sendto("y", to.getsockname());
  equal(to.recvfrom(10), [Buffer.from("y"), from.getsockname()]);
});

test("sendto: with and without flags; a name is resolved; connected sockets take none", () => {
  using to = new Socket(AF_INET, SOCK_DGRAM);
  using from = new Socket(AF_INET, SOCK_DGRAM);
  to.bind(["127.0.0.1", 0]);
  const [, port] = to.getsockname();
  is(from.sendto("abc", ["127.0.0.1", port]), 3);
  is(from.sendto("de", MSG_DONTWAIT, ["localhost", port]), 2);
  is(from.sendto("", ["127.0.0.1", port]), 0);
  equal([to.recv(9), to.recv(9), to.recv(9)].map(String), ["abc", "de", ""]);
  fails("EDESTADDRREQ", () => from.send("x"));
  const [c, d] = tcp();
  using _c = c;
  using _d = d;
  c.sendto("x", ["127.0.0.1", port]); // TCP passes over the address
  is(d.recv(9).toString(), "x");
});

test("MSG_PEEK: leaves the data", () => {
  const [a, b] = udp();
  using _a = a;
  using _b = b;
  a.send("peek");
  is(b.recv(2, MSG_PEEK).toString(), "pe");
  is(b.recvfrom(9, MSG_PEEK)[0].toString(), "peek");
  is(b.recvInto(new Uint8Array(9), 0, MSG_PEEK), 4);
  is(b.recv(9).toString(), "peek");
});

test("MSG_TRUNC: the count is the datagram's, the bytes are those that fit", () => {
  const [a, b] = udp();
  using _a = a;
  using _b = b;
  a.send("0123456789");
  is(b.recvInto(new Uint8Array(4), 0, MSG_PEEK | MSG_TRUNC), 10);
  is(b.recvfromInto(new Uint8Array(4), 2, MSG_PEEK | MSG_TRUNC)[0], 10);
  is(b.recv(4, MSG_PEEK | MSG_TRUNC).toString(), "0123");
  is(b.recv(0, MSG_PEEK | MSG_TRUNC).length, 0);
  is(b.recv(4).toString(), "0123");
});

test("MSG_DONTWAIT: one call that does not wait, in blocking mode", () => {
  const [a, b] = udp();
  using _a = a;
  using _b = b;
  for (const call of [
    () => b.recv(9, MSG_DONTWAIT),
    () => b.recvfrom(9, MSG_DONTWAIT),
    () => b.recvInto(new Uint8Array(9), 0, MSG_DONTWAIT),
    () => b.recvmsg(9, 0, MSG_DONTWAIT),
  ]) {
    fails("EAGAIN", call);
  }
  a.send("x", MSG_DONTWAIT);
  is(b.recv(9, MSG_DONTWAIT).toString(), "x");
});

test(
  "MSG_WAITALL: waits for all of it",
  async () => {
    const [a, b] = socketpair();
    using _a = a;
    using _b = b;
    const child = new Child(
      `const s = new S.Socket(undefined, undefined, undefined, 3); console.log("ready");
    let i = 0; const timer = setInterval(() => { s.send("0123".slice(i, ++i));
      if (i === 4) clearInterval(timer); }, 30);`,
      { inherit: [a.fileno()] },
    );
    await child.prints("ready");
    is(b.recv(4, MSG_WAITALL).toString(), "0123");
    await child.ended;
  },
  { seconds: 20 },
);

test("MSG_OOB: urgent data", () => {
  const [a, b] = tcp();
  using _a = a;
  using _b = b;
  fails("EINVAL", () => b.recv(1, MSG_OOB));
  a.send("ab!", MSG_OOB);
  is(b.recv(9).toString(), "ab");
  is(b.recv(1, MSG_OOB).toString(), "!");
  const [c, d] = tcp();
  using _c = c;
  using _d = d;
  d.setsockopt(SOL_SOCKET, SO_OOBINLINE, 1);
  c.send("?", MSG_OOB);
  is(d.recv(9).toString(), "?");
});

test(
  "send: a short count when no more fits; sendall goes on",
  async () => {
    const [a, b] = socketpair();
    using _a = a;
    using _b = b;
    a.setblocking(false);
    const data = Buffer.alloc(4 << 20, "the quick brown fox ");
    const n = a.send(data);
    ok(n > 0 && n < data.length, String(n));
    for (let left = n; left > 0; ) left -= b.recv(left).length;
    const child = new Child(
      `const s = new S.Socket(undefined, undefined, undefined, 3); s.setblocking(true); let n = 0, chunk;
    const { createHash } = await import("node:crypto"); const hash = createHash("sha1"); console.log("ready");
    while ((chunk = s.recv(65536)).length) { hash.update(chunk); n += chunk.length; }
    console.log(n, hash.digest("hex"));`,
      { inherit: [b.fileno()] },
    );
    await child.prints("ready");
    a.setblocking(true);
    a.sendall(data);
    a.shutdown(1);
    const { createHash } = await import("node:crypto");
    ok(
      (await child.ended).stdout.includes(`${data.length} ${createHash("sha1").update(data).digest("hex")}`),
    );
  },
  { seconds: 20 },
);

test("send: a datagram that is too long is EMSGSIZE", () => {
  const [a, b] = udp();
  using _a = a;
  using _b = b;
  fails("EMSGSIZE", () => a.send(new Uint8Array(65508)));
  fails("EMSGSIZE", () => a.sendall(new Uint8Array(70000)));
  is(a.send(new Uint8Array(65507)), 65507);
  is(b.recv(70000).length, 65507);
});

test("send: empty data; a datagram of no bytes arrives", () => {
  const [a, b] = udp();
  using _a = a;
  using _b = b;
  is(a.send(""), 0);
  a.sendall(new Uint8Array(0));
  equal([b.recv(9).length, b.recv(9).length], [0, 0]);
  const [c, d] = socketpair();
  using _c = c;
  using _d = d;
  is(c.send(""), 0);
  c.sendall("");
  d.setblocking(false);
  fails("EAGAIN", () => d.recv(9));
});

test("send: to a closed peer is EPIPE, not the end of the process", () => {
  const [a, b] = socketpair();
  using _a = a;
  b.close();
  fails("EPIPE", () => a.send("x"));
  fails("EPIPE", () => a.sendall("x"));
  fails("EPIPE", () => a.sendmsg(["x"]));
});

test("recv: a reset is ECONNRESET once, then the end", () => {
  const [a, b] = tcp();
  using _a = a;
  a.send("unread");
  b.getsockname();
  b.recv(1);
  b.close(); // with unread data: RST
  fails("ECONNRESET", () => a.recv(9));
  is(a.recv(9).length, 0);
});

test("SOCK_SEQPACKET: boundaries are kept", () => {
  const [a, b] = socketpair(AF_UNIX, SOCK_SEQPACKET);
  using _a = a;
  using _b = b;
  a.send("one");
  a.send("two");
  equal([b.recv(2), b.recv(9)].map(String), ["on", "two"]);
});

test("recv, send: nothing that was given is kept or changed", () => {
  const [a, b] = socketpair();
  using _a = a;
  using _b = b;
  const data = Buffer.from("immutable");
  a.sendall(data);
  is(data.toString(), "immutable");
  const received = b.recv(9);
  received.fill(0);
  a.sendall(data);
  is(b.recv(9).toString(), "immutable");
});

test(
  "send: interoperates with Python over TCP, both ways",
  async () => {
    using server = new Socket(AF_INET, SOCK_STREAM);
    server.bind(["127.0.0.1", 0]);
    server.listen();
    server.setsockopt(SOL_SOCKET, SO_RCVBUF, 65536);
    const child = new Child(
      `const s = new S.Socket(undefined, undefined, undefined, 3); const [c] = s.accept();
        c.setsockopt(${IPPROTO_TCP}, ${TCP_NODELAY}, 1);
    let chunk; while ((chunk = c.recv(10)).length) c.sendall(chunk); c.close();`,
      { inherit: [server.fileno()] },
    );
    const answer = ask<string>(
      `
s = socket.create_connection(tuple(data))
s.sendall(bytes(range(256)) * 4)
s.shutdown(socket.SHUT_WR)
out = b""
while chunk := s.recv(1000): out += chunk
print(json.dumps(out.hex()))`,
      server.getsockname(),
    );
    is(answer, Buffer.from(Array.from({ length: 1024 }, (_, i) => i % 256)).toString("hex"));
    is((await child.ended).status, 0);
  },
  { seconds: 20 },
);
