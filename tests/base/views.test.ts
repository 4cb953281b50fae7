// Views of the caller's: those that lie or come from another realm, and values that are none.
import { bytesOf, octets, room, writableOf } from "../../ts/base/check.js";
import * as promises from "../../ts/promises/index.js";
import {
  AF_INET,
  AF_UNIX,
  IPPROTO_IP,
  IP_TTL,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  SO_RCVBUF,
  Socket,
  inet_ntop,
  socketpair,
} from "../../ts/index.js";
import { honest, part, viewOf } from "../../ts/base/views.js";
import { equal, is, ok, test, throws } from "../suite.js";
import { codec, hex } from "../vectors.js";
import { foreign, liar, meddler } from "../hostile-values.js";

test("views: those of another realm, subclasses and other views are their bytes", () => {
  const expected = "01020304";
  for (const [name, value] of Object.entries({
    plain: Uint8Array.of(1, 2, 3, 4),
    Buffer: Buffer.from([1, 2, 3, 4]),
    liar: liar(1, 2, 3, 4),
    "own length": Object.defineProperty(Uint8Array.of(1, 2, 3, 4), "length", { get: () => 99 }),
    "no prototype": Object.setPrototypeOf(Uint8Array.of(1, 2, 3, 4), null) as Uint8Array,
    "another realm's": foreign("Uint8Array.of(1, 2, 3, 4)"),
    "its buffer": foreign("Uint8Array.of(1, 2, 3, 4).buffer"),
    "its DataView": foreign("new DataView(Uint8Array.of(0, 1, 2, 3, 4).buffer, 1)"),
    "its shared memory": foreign(
      "const s = new SharedArrayBuffer(4); new Uint8Array(s).set([1, 2, 3, 4]); s",
    ),
    "16 bits": new Uint16Array(Uint8Array.of(1, 2, 3, 4).buffer),
    clamped: Uint8ClampedArray.of(1, 2, 3, 4),
    "a buffer": Uint8Array.of(1, 2, 3, 4).buffer,
  })) {
    for (const read of [bytesOf, writableOf]) {
      const view = read("data", value as Uint8Array);
      equal([view.length, hex(part(view, 0)), view.subarray(1, 2).length], [4, expected, 1], name);
    }
  }
  const shared = new SharedArrayBuffer(4);
  const same = Buffer.from("abc");
  is(writableOf("data", shared as never).buffer, shared as never);
  is(bytesOf("data", same), same);
  is(honest(same), same);
  is(room(liar(1, 2, 3), undefined), 3);
  throws(() => room(liar(1, 2, 3), 4), RangeError, "nbytes must be 0..3, the buffer's length, got 4");
  is(hex(octets("data", foreign("new Uint8Array(2)"))), "0000");
});

test("views: buffers that are gone, that shrink and grow", () => {
  const gone = new ArrayBuffer(8);
  const views = [new Uint8Array(gone), new DataView(gone), new Uint16Array(gone), gone];
  structuredClone(gone, { transfer: [gone] });
  for (const view of views) is(viewOf(view)!.length, 0);
  is(part(views[0] as Uint8Array, 3).length, 0);
  type Resizable = ArrayBuffer & { resize(size: number): void };
  const growing = new (ArrayBuffer as unknown as new (size: number, options: object) => Resizable)(8, {
    maxByteLength: 64,
  });
  const tail = new DataView(growing, 4);
  const fixed = new DataView(growing, 4, 4);
  equal([viewOf(growing)!.length, viewOf(tail)!.length, viewOf(fixed)!.length], [8, 4, 4]);
  growing.resize(16);
  equal([viewOf(growing)!.length, viewOf(tail)!.length, viewOf(fixed)!.length], [16, 12, 4]);
  growing.resize(2);
  equal([viewOf(growing)!.length, viewOf(tail)!.length, viewOf(fixed)!.length], [2, 0, 0]);
});

test("views: what is none", () => {
  for (const value of [
    undefined,
    null,
    5,
    true,
    Symbol("s"),
    {},
    [1, 2],
    () => 1,
    { length: 3 },
    new Proxy(new Uint8Array(2), {}),
    Object.create(Uint8Array.prototype),
    { buffer: new ArrayBuffer(2) },
  ]) {
    is(viewOf(value), undefined);
    throws(
      () => bytesOf("data", value as never),
      TypeError,
      /^data must be a string, a Uint8Array, another view or an ArrayBuffer, got /,
    );
    throws(
      () => writableOf("data", value as never),
      TypeError,
      /^data must be a Uint8Array, another view or an ArrayBuffer, got /,
    );
  }
  throws(
    () => octets("data", new Uint16Array(1)),
    TypeError,
    "data must be a Uint8Array, got Uint16Array(2)",
  );
});

test("setsockopt, send, bind, inet_ntop: a view's own length is what counts", () => {
  using s = new Socket(AF_INET, SOCK_DGRAM);
  const before = s.getsockopt(SOL_SOCKET, SO_RCVBUF, 4);
  const [a, b] = socketpair(AF_UNIX, SOCK_DGRAM);
  s.setsockopt(SOL_SOCKET, SO_RCVBUF, liar(0, 32, 0, 0));
  is(s.getsockopt(SOL_SOCKET, SO_RCVBUF), 16384);
  is(before.length, 4);
  s.setsockopt(IPPROTO_IP, IP_TTL, foreign("Uint8Array.of(9, 0, 0, 0)"));
  is(s.getsockopt(IPPROTO_IP, IP_TTL), 9);
  a.send(liar(1, 2, 3));
  is(hex(b.recv(10)), "010203");
  a.sendmsg([liar(4), foreign("Uint8Array.of(5)")]);
  is(hex(b.recv(10)), "0405");
  const room = liar(0, 0, 0, 0, 0);
  a.send("ab");
  is(b.recvInto(room), 2);
  is(hex(part(room, 0)), "6162000000");
  is(inet_ntop(AF_INET, liar(127, 0, 0, 1)), "127.0.0.1");
  using u = new Socket(AF_UNIX, SOCK_STREAM);
  u.bind(liar(0, ...Buffer.from(`values-${process.pid}`)));
  is(String(u.getsockname()).slice(1), `values-${process.pid}`);
  a.close();
  b.close();
});

test("sockets, files, batches, structs: no method of the caller's views is called", async () => {
  for (const view of [meddler, (text: string) => liar(...Buffer.from(text))]) {
    const [a, b] = socketpair(AF_UNIX, SOCK_STREAM);
    const reader = b.makefile("rb", 16);
    const writer = a.makefile("wb", 8);
    const raw = a.makefile("rwb", 0);
    writer.write(view("a line that is longer than the buffer\n"));
    writer.write(view("short\n"));
    writer.writelines([view("l1\n")]);
    writer.flush();
    raw.writelines([view("raw\n")]);
    a.sendall(view("all\n"));
    a.sendmsg([view("m"), view("sg\n")]);
    a.shutdown(1);
    const room = view(".....................");
    const first = view("....");
    is(reader.readinto(first), 4);
    is(String(part(first, 0)), String(Buffer.from("a li").join()));
    is(reader.readinto(room), 21);
    is(Buffer.from(part(room, 0)).toString(), "ne that is longer tha");
    is(String(reader.read()), "n the buffer\nshort\nl1\nraw\nall\nmsg\n");
    for (const file of [reader, writer, raw, a, b]) file.close();

    const [c, d] = socketpair(AF_UNIX, SOCK_DGRAM);
    const batch = c.batch({ count: 2, size: 4, buffer: view("........") });
    const into = d.batch({ count: 2, size: 4, buffer: view("........") });
    ok(batch.push(view("b1")) && batch.push(view("b2b2")));
    throws(
      () => {
        batch.clear();
        batch.push(view("12345"));
      },
      RangeError,
      "data must be at most 4 bytes long, the batch's size, got 5",
    );
    ok(batch.push(view("b1")) && batch.push(view("b2b2")));
    is(c.sendmmsg(batch), 2);
    is(d.recvmmsg(into), 2);
    equal(
      [0, 1].map(i => into.data(i).toString()),
      ["b1", "b2b2"],
    );
    const t = codec.target("linux64");
    is(
      hex(t.structs.can_frame.pack({ id: 1, data: view("abc") })),
      hex(t.structs.can_frame.pack({ id: 1, data: Buffer.from("abc") })),
    );
    is(
      hex(t.encodeAddress("AF_UNIX", view("\0name"))),
      hex(t.encodeAddress("AF_UNIX", Buffer.from("\0name"))),
    );
    is(
      hex(t.encodeAddress("AF_PACKET", ["3", 1, 2, 3, view("abc")])),
      hex(t.encodeAddress("AF_PACKET", ["3", 1, 2, 3, Buffer.from("abc")])),
    );
    equal(t.parseControl(Object.assign(view("."))).whole, false);
    is(
      t.annotate(view("abcdef"), "address").reduce((sum, row) => sum + row.bytes.length, 0),
      6,
    );
    c.close();
    d.close();

    const [p, q] = await promises.socketpair(AF_UNIX, SOCK_STREAM);
    await p.sendall(view("promised"));
    const to = view("........");
    is(await q.recvInto(to), 8);
    is(Buffer.from(part(to, 0)).toString(), "promised");
    p.close();
    q.close();
  }
});
