// toWeb(): a socket as a byte stream to read and a stream to write.
import type { Socket } from "../../ts/promises/index.js";
import { equal, is, ok, promiseModule, rejects, test } from "../suite.js";
import { pair } from "./connected.js";
import { handles } from "./loop.js";

const { socketpair } = await promiseModule();

const later = (ms: number) => new Promise(done => setTimeout(done, ms));
const codeOf = (error: Error) => (error as { code?: string }).code;
/** SO_LINGER with 0 seconds: close(2) sends RST. */
function reset(s: Socket): void {
  s.setsockopt(1, 13, new Uint8Array(Int32Array.of(1, 0).buffer));
  s.close();
}

test("toWeb: a byte stream and a writable stream", async () => {
  const [a, b] = await pair();
  const left = a.toWeb();
  const right = b.toWeb();
  const writer = left.writable.getWriter();
  await writer.write("hello ");
  await writer.write(Buffer.from("web"));
  await writer.close();
  let text = "";
  for await (const chunk of right.readable) text += Buffer.from(chunk).toString();
  is(text, "hello web");
  await right.writable.close();
  for await (const chunk of left.readable) throw new Error(`not expected: ${chunk}`);
  is(a.fileno(), -1);
  is(b.fileno(), -1);
});

test("toWeb: a reader brings its own buffers, of any size", async () => {
  const [a, b] = await pair();
  using _a = a;
  await a.sendall("0123456789");
  const { readable, writable } = b.toWeb();
  const reader = readable.getReader({ mode: "byob" });
  let buffer = new ArrayBuffer(4);
  const got: string[] = [];
  while (got.join("").length < 10) {
    const { value, done } = await reader.read(new Uint8Array(buffer));
    is(done, false);
    is(buffer.byteLength, 0); // it is the stream's while it is read into
    got.push(Buffer.from(value!).toString());
    buffer = value!.buffer as ArrayBuffer;
    is(buffer.byteLength, 4);
  }
  equal(got, ["0123", "4567", "89"]);
  const waiting = reader.read(new Uint16Array(8)); // of another kind, and nothing there yet
  await a.sendall("ab");
  equal(
    Buffer.from((await waiting).value!.buffer as ArrayBuffer)
      .subarray(0, 2)
      .toString(),
    "ab",
  );
  a.close();
  const { done, value } = await reader.read(new Uint8Array(5));
  equal([done, value!.byteLength], [true, 0]);
  await writable.close();
  is(b.fileno(), -1);
});

test("toWeb: cancel() ends the wait of a read, and the other side goes on", async () => {
  const [a, b] = await pair();
  using _a = a;
  await later(1);
  const before = await handles();
  const { readable, writable } = b.toWeb();
  const reader = readable.getReader();
  const waiting = reader.read();
  await later(2);
  is(b._readiness.waiting, 1);
  await reader.cancel("enough");
  equal(await waiting, { value: undefined, done: true });
  is(b._readiness.waiting, 0);
  const writer = writable.getWriter();
  await writer.write("still here");
  is((await a.recv(100)).toString(), "still here");
  await writer.close();
  is(b.fileno(), -1);
  equal(await handles(), before);
});

test("toWeb: a reset fails both sides, and closes the socket", async () => {
  const [a, b] = await pair();
  const { readable, writable } = b.toWeb();
  const writer = writable.getWriter();
  const reading = readable.getReader().read();
  const closed = rejects(() => writer.closed, Error);
  reset(a);
  is(codeOf(await rejects(() => reading, Error)), "ECONNRESET");
  is(codeOf(await closed), "ECONNRESET");
  is(b.fileno(), -1);
});

test("toWeb: a failed write fails both sides, and closes the socket", async () => {
  const [a, b] = socketpair();
  const { readable, writable } = b.toWeb();
  const writer = writable.getWriter();
  void writer.closed.catch(() => {});
  a.close();
  is(codeOf(await rejects(() => writer.write("x"), Error)), "EPIPE");
  is(b.fileno(), -1);
  is(codeOf(await rejects(() => readable.getReader().read(), Error)), "EPIPE");
  const [c, d] = socketpair();
  using _ = c;
  const bad = d.toWeb();
  const closed = rejects(() => bad.readable.getReader().read(), TypeError, /chunk must be/);
  await rejects(() => bad.writable.getWriter().write(5 as never), TypeError, /chunk must be/);
  await closed;
  is(d.fileno(), -1);
});

test("toWeb: abort() closes the socket at once, though a write waits for a slow reader", async () => {
  const [a, b] = socketpair();
  const reason = new Error("enough");
  using _ = a;
  const { readable, writable } = b.toWeb();
  const writer = writable.getWriter();
  void writer.closed.catch(() => {});
  const reading = rejects(() => readable.getReader().read(), Error);
  const writing = rejects(() => writer.write(Buffer.alloc(8 << 20)), Error);
  await later(5);
  is(b._readiness.waiting, 2);
  await writer.abort(reason);
  equal([await reading, await writing], [reason, reason]);
  equal([b.fileno(), b._readiness.waiting], [-1, 0]);
});

test("toWeb: close() after a reset is no error", async () => {
  const [a, b] = await pair();
  const { readable, writable } = b.toWeb();
  await readable.cancel();
  reset(a);
  await later(5);
  await writable.close();
  is(b.fileno(), -1);
});

test("toWeb: a slow reader bounds what is written", async () => {
  const [a, b] = await pair();
  const { readable } = a.toWeb();
  const { writable } = b.toWeb();
  const writer = writable.getWriter();
  let written = 0;
  for (let full = false; !full; ) {
    await writer.ready;
    const writing = writer.write(Buffer.alloc(65_536)).then(() => {
      written += 65_536;
    });
    full = !(await Promise.race([writing.then(() => true), later(50).then(() => false)]));
    ok(written < 64 << 20);
  }
  let got = 0;
  const reader = readable.getReader({ mode: "byob" });
  const closing = writer.close();
  for (let buffer = new ArrayBuffer(1 << 20); ; ) {
    const { value, done } = await reader.read(new Uint8Array(buffer));
    if (done) break;
    got += value.length;
    buffer = value.buffer as ArrayBuffer;
  }
  await closing;
  is(got, written);
  reader.releaseLock();
  a.close();
  b.close();
});

test("toWeb: the socket's timeout bounds neither stream", async () => {
  for (const timeout of [0, 0.02]) {
    const [a, b] = socketpair();
    using _ = a;
    b.settimeout(timeout);
    const { readable, writable } = b.toWeb();
    is(b.gettimeout(), null);
    const reading = readable.getReader().read();
    const writer = writable.getWriter();
    const writing = writer.write(Buffer.alloc(1 << 20));
    await later(50);
    await a.send("late");
    is(Buffer.from((await reading).value!).toString(), "late");
    for (let left = 1 << 20; left > 0; ) left -= (await a.recv(left)).length;
    await writing;
    b.close();
  }
});

test("toWeb: pipeTo, from one socket to another", async () => {
  const [a, b] = await pair();
  const [c, d] = socketpair();
  const data = Buffer.alloc(3 << 20, "0123456789");
  const piping = b.toWeb().readable.pipeTo(c.toWeb().writable);
  const sending = a.sendall(data).then(() => a.close());
  const parts: Buffer[] = [];
  for (;;) {
    const part = await d.recv(1 << 16);
    if (part.length === 0) break;
    parts.push(part);
  }
  await Promise.all([piping, sending]);
  ok(Buffer.concat(parts).equals(data));
  for (const s of [b, c, d]) s.close();
});
