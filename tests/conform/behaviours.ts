// The behaviours that are compared: each is run on a net.Socket and on one of our streams, and tells what it saw.
import { once } from "node:events";
import * as net from "node:net";
import { finished, pipeline, Readable, Writable } from "node:stream";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Recording, later, thrown, told, type Side } from "./sides.js";

export interface Behaviour {
  readonly name: string;
  /** One side at a time: what it measures is the process's. */
  readonly alone?: boolean;
  run(side: Side): Promise<unknown>;
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const KiB = 1024, MiB = 1024 * KiB;

/** Whatever way a stream is left, the same events follow. */
function events(name: string, body: (stream: net.Socket, peer: net.Socket, recording: Recording) => unknown, options = {}): Behaviour {
  return {
    name,
    async run(side) {
      const [stream, peer] = await side.connect(options), recording = new Recording(stream);
      await body(stream, peer, recording);
      const lines = await recording.closed();
      peer.destroy();
      return lines;
    },
  };
}

/** What a stream answers at once. */
function answers(name: string, body: (stream: net.Socket, peer: net.Socket) => unknown, options = {}): Behaviour {
  return {
    name,
    async run(side) {
      const [stream, peer] = await side.connect(options);
      stream.on("error", () => {});
      const answer = await body(stream, peer);
      stream.destroy();
      peer.destroy();
      return answer;
    },
  };
}

/** Reset by the peer, where there is such a thing. */
function reset(peer: net.Socket): void {
  if (peer.remotePort === undefined) peer.destroy();
  else peer.resetAndDestroy();
}

/** Destroyed in the middle of something. */
const points: readonly [name: string, body: (stream: net.Socket, peer: net.Socket, recording: Recording) => unknown][] = [
  ["at once", stream => { stream.destroy(); }],
  ["at once, with an error", stream => { stream.destroy(new Error("mine")); }],
  ["twice", stream => { stream.destroy(); stream.destroy(new Error("late")); }],
  ["while it waits to read", async stream => { stream.resume(); await later(5); stream.destroy(); }],
  ["while a large write waits", async stream => { stream.write(Buffer.alloc(16 * MiB)); await later(5); stream.destroy(); }],
  ["after a write", (stream, _peer, r) => { stream.write("x", r.callback("written")); stream.destroy(); }],
  ["after end()", stream => { stream.end("x"); stream.destroy(); }],
  ["in its own data listener", (stream, peer) => { stream.on("data", () => stream.destroy()); peer.write("x"); }],
  ["in its own end listener", (stream, peer) => { stream.resume().on("end", () => stream.destroy()); peer.end(); }],
  ["in its own error listener", (stream, peer) => { stream.resume().on("error", () => stream.destroy()); reset(peer); }],
  ["soon, with nothing written", stream => { stream.destroySoon(); }],
  ["soon, with a large write", (stream, peer) => { peer.resume(); stream.write(Buffer.alloc(4 * MiB)); stream.destroySoon(); }],
  ["by a reset", stream => { stream.on("error", () => {}); try { stream.resetAndDestroy(); } catch (error) { stream.destroy(error as Error); } }],
];

/** Calls on a stream that is destroyed. */
const afterwards: readonly [name: string, call: (stream: net.Socket) => unknown][] = [
  ["write", stream => stream.write("x")], ["end", stream => stream.end("x") === stream], ["read", stream => stream.read()],
  ["pause", stream => stream.pause() === stream], ["resume", stream => stream.resume() === stream],
  ["setTimeout", stream => stream.setTimeout(5) === stream], ["setNoDelay", stream => stream.setNoDelay() === stream],
  ["setKeepAlive", stream => stream.setKeepAlive(true, 5000) === stream], ["ref", stream => stream.ref() === stream],
  ["unref", stream => stream.unref() === stream], ["address", stream => JSON.stringify(stream.address())],
  ["readyState", stream => stream.readyState], ["pending", stream => stream.pending], ["connecting", stream => stream.connecting],
  ["localAddress", stream => stream.localAddress], ["bytesRead", stream => stream.bytesRead], ["closed", stream => stream.closed],
  ["resetAndDestroy", stream => stream.resetAndDestroy() === stream], ["destroySoon", stream => stream.destroySoon()],
];

export const behaviours: readonly Behaviour[] = [
  answers("members: each public one of net.Socket.prototype", stream =>
    Object.getOwnPropertyNames(net.Socket.prototype)
      .filter(name => !name.startsWith("_") && name !== "bufferSize")
      .map(name => `${name} ${name in stream ? typeof (stream as never)[name] : "lacking"}`)),
  answers("members: its class and its handle", stream => [stream instanceof net.Socket, "_handle" in stream]),
  answers("members: what a fresh stream says", stream => [
    stream.readyState, stream.pending, stream.connecting, stream.destroyed, stream.closed, stream.readable, stream.writable,
    stream.bytesRead, stream.bytesWritten, stream.timeout, stream.allowHalfOpen, stream.autoSelectFamilyAttemptedAddresses,
    stream.readableFlowing, stream.readableLength, stream.writableLength, stream.writableNeedDrain, stream.errored,
  ].map(String)),
  answers("members: listeners of a fresh stream", stream => stream.eventNames().map(name => `${String(name)} ${stream.listenerCount(name)}`)),
  answers("highWaterMark: the default", stream => [stream.readableHighWaterMark, stream.writableHighWaterMark]),
  answers("highWaterMark: 1000 bytes of it", async (stream, peer) => {
    const first = stream.write(Buffer.alloc(999)), second = stream.write(Buffer.alloc(1));
    peer.write(Buffer.alloc(5000));
    await later(20);
    return [stream.readableHighWaterMark, first, second, stream.readableLength >= 1000];
  }, { highWaterMark: 1000 }),
  answers("addresses: the stream's and the peer's", (stream, peer) => [
    stream.localAddress, stream.localFamily, stream.localPort === peer.remotePort, stream.remoteAddress, stream.remoteFamily,
    stream.remotePort === peer.localPort, Object.keys(stream.address()).join(),
  ].map(String)),
  answers("addresses: after close, asked before", async stream => {
    const before = [stream.remoteAddress, stream.remoteFamily, stream.localAddress];
    stream.destroy();
    await once(stream, "close");
    return [before, stream.remoteAddress, stream.remoteFamily, typeof stream.remotePort, stream.localAddress, JSON.stringify(stream.address())].map(String);
  }),
  answers("addresses: after close, never asked", async stream => {
    stream.destroy();
    await once(stream, "close");
    return [stream.remoteAddress, stream.remotePort, stream.localAddress, JSON.stringify(stream.address())].map(String);
  }),
  answers("options: what setNoDelay, setKeepAlive and their likes return and refuse", stream => [
    stream.setNoDelay() === stream, stream.setNoDelay(false) === stream, stream.setNoDelay(1 as never) === stream,
    stream.setKeepAlive() === stream, stream.setKeepAlive(true) === stream, stream.setKeepAlive(true, 5000) === stream,
    stream.setKeepAlive(false, 0) === stream, stream.ref() === stream, stream.unref() === stream, stream.setEncoding("utf8") === stream,
  ]),
  answers("setTimeout: values that are refused", stream =>
    [Infinity, -1, NaN, "5", undefined, null, {}, 0, 1.5].map(value => thrown(() => stream.setTimeout(value as number)))),
  answers("setTimeout: callbacks that are refused", stream => [5, null, "x"].map(value => thrown(() => stream.setTimeout(1000, value as never)))),
  answers("setTimeout: what timeout says", stream => {
    const seen: unknown[] = [];
    for (const value of [1000, 0, 5]) {
      stream.setTimeout(value);
      seen.push(stream.timeout);
    }
    return seen;
  }),

  ...points.map(([name, body]) => events(`destroy: ${name}`, body)),
  ...afterwards.map(([name, call]) => events(`destroyed: ${name}`, async (stream, _peer, recording) => {
    stream.destroy();
    await once(stream, "close");
    try { recording.note(name, call(stream)); } catch (error) { recording.note(name, "throws", told(error)); }
    await later(10);
  })),

  events("end: the peer's, then ours by itself", (stream, peer) => { stream.resume(); peer.end("bye"); }),
  events("end: the peer's, read by nobody, with nothing sent", (_stream, peer) => { peer.end(); }),
  events("end: the peer's, read by nobody, with bytes sent", (_stream, peer) => { peer.end("unread"); }),
  events("end: ours, then the peer's", (stream, peer) => { stream.resume().end("bye"); peer.resume().on("end", () => peer.end()); }),
  events("end: ours, the peer stays", stream => { stream.resume().end("bye"); }),
  events("end: both at once", (stream, peer) => { stream.resume().end("1"); peer.resume().end("2"); }),
  events("end: twice, and a write after it", (stream, _peer, r) => {
    stream.end("x", r.callback("ended"));
    stream.end(r.callback("ended again"));
    stream.write("y", r.callback("written"));
  }),
  events("end: a callback of each write before it", (stream, peer, r) => {
    peer.resume().on("end", () => peer.end());
    stream.resume();
    stream.write("1", r.callback("one"));
    stream.write("2", r.callback("two"));
    stream.end("3", r.callback("ended"));
  }),
  events("half open: the peer's end leaves our side", async (stream, peer, r) => {
    peer.resume().end();
    stream.resume();
    await once(stream, "end");
    r.note(stream.readyState);
    stream.write("still", r.callback("written"));
    await later(10);
    stream.end();
  }, { allowHalfOpen: true }),
  events("half open: ours ends first, and the peer goes on", async (stream, peer, r) => {
    let got = "";
    stream.on("data", data => { got += data; });
    stream.end("mine");
    peer.resume();
    await once(peer, "end");
    r.note(stream.readyState);
    peer.end("yours");
    await once(stream, "end");
    r.note(got);
  }, { allowHalfOpen: true }),
  events("half closed: a write after the peer's end is EPIPE", async (stream, peer, r) => {
    stream.resume();
    peer.end();
    await once(stream, "end");
    await later(20);
    if (!stream.destroyed) stream.write("late", r.callback("written"));
  }),
  events("half closed: a write that is under way when the peer ends", async (stream, peer, r) => {
    stream.resume();
    stream.write(Buffer.alloc(4 * MiB), r.callback("written"));
    peer.end();
    await once(stream, "end");
    await later(10);
    stream.write("late", r.callback("late"));
    await later(5);
    peer.resume();
  }),

  events("reset: while nothing goes on", (stream, peer) => { stream.resume(); reset(peer); }),
  events("reset: read by nobody", (_stream, peer) => { reset(peer); }),
  events("reset: while a large write waits", async (stream, peer) => {
    stream.resume();
    stream.write(Buffer.alloc(16 * MiB));
    await later(5);
    reset(peer);
  }),
  answers("destroy: what the callback of a write in flight gets", async stream => {
    const answer = new Promise(done => stream.write(Buffer.alloc(16 * MiB), error => done(told(error))));
    await later(5);
    stream.destroy();
    return answer;
  }),
  answers("destroy: what the callbacks of writes that wait get", async stream => {
    stream.write(Buffer.alloc(16 * MiB));
    const answer = new Promise(done => stream.write("x", error => done(told(error))));
    await later(5);
    stream.destroy();
    return answer;
  }),
  answers("errors: the class and number of a reset", async (stream, peer) => {
    stream.resume();
    reset(peer);
    const error = await Promise.race([once(stream, "error").then(([each]) => each as NodeJS.ErrnoException), later(20)]);
    return error ? [error.constructor.name, error.errno] : "none";
  }),
  events("reset: ours, the peer hears of it", async (stream, peer, r) => {
    if (peer.remotePort === undefined) return void stream.destroy();
    peer.resume().on("error", error => r.note("peer", told(error)));
    stream.resetAndDestroy();
    await later(20);
  }),
  answers("reset: only TCP has it", stream => thrown(() => stream.resetAndDestroy())),
  events("closed peer: writes until one fails", async (stream, peer, r) => {
    peer.destroy();
    await later(10);
    for (let i = 0; i < 5 && !stream.destroyed; i++) {
      stream.write("x", error => { if (error) r.note("failed"); });
      await later(5);
    }
  }, { allowHalfOpen: true }),

  answers("setTimeout: fires when idle, once", async stream => {
    let fired = 0;
    stream.setTimeout(20, () => { fired++; });
    await later(100);
    return [fired, stream.destroyed];
  }),
  answers("setTimeout: traffic puts it off, both ways", async (stream, peer) => {
    let fired = 0;
    stream.resume().setTimeout(80, () => { fired++; });
    peer.resume();
    for (let i = 0; i < 8; i++) {
      if (i % 2) peer.write("x"); else stream.write("x");
      await later(25);
    }
    const before = fired;
    await later(160);
    return [before, fired];
  }),
  answers("setTimeout: fires again after more traffic", async (stream, peer) => {
    let fired = 0;
    stream.resume().setTimeout(20);
    stream.on("timeout", () => { fired++; });
    await later(60);
    peer.write("x");
    await later(80);
    return fired;
  }),
  answers("setTimeout: 0 ends it and removes the callback", async stream => {
    let fired = 0;
    const callback = (): void => { fired++; };
    stream.setTimeout(10, callback);
    stream.setTimeout(0, callback);
    await later(40);
    return [fired, stream.listenerCount("timeout")];
  }),
  answers("setTimeout: not after destroy()", async stream => {
    let fired = 0;
    stream.setTimeout(10, () => { fired++; });
    stream.destroy();
    await later(40);
    return fired;
  }),
  answers("setTimeout: a large write that nobody takes is idle", async stream => {
    let fired = 0;
    stream.setTimeout(50, () => { fired++; });
    stream.write(Buffer.alloc(16 * MiB));
    await later(200);
    return fired > 0;
  }),

  answers("counters: small writes and what was read", async (stream, peer) => {
    stream.resume();
    peer.resume();
    for (const part of ["one", "gr\u00fc\u00dfe", Buffer.alloc(10)]) stream.write(part);
    peer.write("12345");
    await later(20);
    const open = [stream.bytesRead, stream.bytesWritten];
    stream.destroy();
    return [open, stream.bytesRead, stream.bytesWritten];
  }),
  answers("counters: a write that nobody takes", async stream => {
    stream.write(Buffer.alloc(16 * MiB));
    await later(10);
    return stream.bytesWritten === 16 * MiB;
  }),
  answers("counters: writableLength of strings", stream => {
    stream.cork();
    stream.write("gr\u00fc\u00dfe");
    stream.write("ff", "hex");
    return stream.writableLength;
  }),

  answers("write: strings in every encoding", async (stream, peer) => {
    let got = "";
    peer.on("data", data => { got += data.toString("hex"); }).resume();
    for (const encoding of ["utf8", "latin1", "ascii", "ucs2", "hex", "base64", "base64url"] as const) stream.write("abcd12", encoding);
    stream.write(new Uint8Array([1, 2, 3]));
    stream.write("");
    stream.write(Buffer.alloc(0));
    await later(20);
    return got;
  }),
  answers("write: what is refused", stream => [5, null, undefined, {}, [1]].map(value => thrown(() => stream.write(value as never)))),
  answers("write: an unknown encoding", stream => thrown(() => stream.write("x", "klingon" as never))),
  answers("write: what it returns, and drain", async (stream, peer) => {
    const small = stream.write("x"), large = stream.write(Buffer.alloc(8 * MiB)), needs = stream.writableNeedDrain;
    peer.resume();
    await once(stream, "drain");
    return [small, large, needs, stream.writableLength];
  }),
  answers("write: callbacks are called later, in order", async (stream, peer) => {
    const order: string[] = [];
    peer.resume();
    stream.write("a", () => order.push("a"));
    order.push("returned");
    process.nextTick(() => order.push("tick"));
    stream.write("b", () => order.push("b"));
    await later(20);
    return order.filter(each => each !== "tick");
  }),
  answers("cork: nothing goes before uncork()", async (stream, peer) => {
    let got = "";
    peer.on("data", data => { got += data; }).resume();
    stream.cork();
    stream.write("a");
    stream.write(Buffer.from("b"));
    await later(10);
    const before = got, corked = stream.writableCorked;
    stream.uncork();
    await later(20);
    return [before, corked, got];
  }),
  answers("cork: thousands of parts arrive in order", async (stream, peer) => {
    const parts = Array.from({ length: 2500 }, (_, i) => Buffer.alloc(i % 11 === 0 ? 3000 : i % 40, i));
    const got: Buffer[] = [];
    peer.on("data", data => got.push(data)).resume();
    stream.cork();
    for (const part of parts) stream.write(part);
    stream.uncork();
    stream.end();
    await once(peer, "end");
    return Buffer.concat(got).equals(Buffer.concat(parts));
  }),

  answers("read: setEncoding over a split character", async (stream, peer) => {
    let got = "";
    stream.setEncoding("utf8").on("data", data => { got += data; });
    peer.write(Buffer.from([0xc3]));
    await later(10);
    peer.write(Buffer.from([0xbc]));
    await later(20);
    return got;
  }),
  answers("read: pause() and resume()", async (stream, peer) => {
    let got = "";
    stream.on("data", data => { got += data; });
    stream.pause();
    peer.write("one");
    await later(15);
    const paused = [got, stream.isPaused(), stream.readableFlowing];
    stream.resume();
    await later(15);
    return [paused, got];
  }),
  answers("read: the readable event and read(n)", async (stream, peer) => {
    const got: string[] = [];
    stream.on("readable", () => { for (let part; (part = stream.read(3)) !== null;) got.push(String(part)); });
    peer.write("abcdefgh");
    await later(15);
    peer.end();
    await later(20);
    return [got, stream.readableEnded];
  }),
  answers("read: read() and unshift() by hand", async (stream, peer) => {
    peer.write("abcdef");
    await later(20);
    const first = String(stream.read(2));
    stream.unshift(Buffer.from("X"));
    return [first, String(stream.read())];
  }),
  answers("read: bytes that nobody reads wait, up to highWaterMark", async (stream, peer) => {
    peer.write(Buffer.alloc(4 * MiB));
    await later(30);
    const length = stream.readableLength;
    return [length >= 10 * KiB, length < 256 * KiB, stream.bytesRead === length];
  }, { highWaterMark: 10 * KiB }),
  answers("read: async iteration to the end", async (stream, peer) => {
    peer.write("one");
    setTimeout(() => peer.end("two"), 10);
    let got = "";
    for await (const chunk of stream) got += chunk;
    return [got, stream.destroyed];
  }),
  answers("read: leaving an iteration destroys", async (stream, peer) => {
    peer.write("one");
    for await (const chunk of stream) if (String(chunk) !== "") break;
    return stream.destroyed;
  }),
  answers("read: an iteration that a reset ends", async (stream, peer) => {
    setTimeout(() => reset(peer), 5);
    try { for await (const _ of stream); } catch (error) { return told(error); }
    return "end";
  }),
  answers("read: toArray and other helpers", async (stream, peer) => {
    peer.end("abc");
    return Buffer.concat(await stream.toArray()).toString();
  }),

  answers("pipe: to itself is an echo", async (stream, peer) => {
    stream.pipe(stream);
    peer.end("echo");
    let got = "";
    for await (const chunk of peer) got += chunk;
    return got;
  }),
  answers("pipeline: a large one through it, and its callback", async (stream, peer) => {
    peer.pipe(peer);
    const result = new Promise(done => pipeline(Readable.from((function* () { for (let i = 0; i < 50; i++) yield Buffer.alloc(64 * KiB, i); })()), stream, error => done(told(error))));
    let got = 0;
    await pipeline(stream, new Writable({ write(chunk, _encoding, done) { got += chunk.length; done(); } }), () => {});
    const told1 = await result;
    for (let i = 0; i < 100 && got < 50 * 64 * KiB; i++) await later(5);
    return [told1, got];
  }),
  answers("finished: after both ends", async (stream, peer) => {
    const result = new Promise(done => finished(stream, error => done(told(error))));
    stream.resume().end();
    peer.resume().end();
    return result;
  }),
  answers("finished: after destroy()", async stream => {
    const result = new Promise(done => finished(stream, error => done(told(error))));
    stream.destroy();
    return result;
  }),
  answers("finished: after a reset", async (stream, peer) => {
    const result = new Promise(done => finished(stream, error => done(told(error))));
    stream.resume();
    reset(peer);
    return Promise.race([result, later(200).then(() => "never")]);
  }),
  answers("abort: of a once() on it", async stream => {
    const control = new AbortController(), waiting = once(stream, "data", { signal: control.signal }).catch((error: Error) => error.name);
    control.abort();
    return [await waiting, stream.destroyed];
  }),

  {
    name: "memory: a buffer that is queued many times is not copied",
    alone: true,
    async run(side) {
      const [stream, peer] = await side.connect(), buffer = Buffer.alloc(MiB);
      stream.on("error", () => {});
      collect();
      const before = process.memoryUsage().arrayBuffers;
      for (let i = 0; i < 100; i++) stream.write(buffer);
      await later(10);
      const queued = process.memoryUsage().arrayBuffers - before;
      peer.resume();
      await later(20);
      const flowing = process.memoryUsage().arrayBuffers - before;
      stream.destroy();
      peer.destroy();
      return [queued < 8 * MiB, flowing < 32 * MiB];
    },
  },
  {
    name: "memory: small chunks that are kept",
    alone: true,
    async run(side) {
      const [stream, peer] = await side.connect(), chunks: Buffer[] = [];
      stream.on("data", chunk => chunks.push(chunk));
      collect();
      const before = process.memoryUsage().arrayBuffers;
      for (let i = 1; i <= 100; i++) {
        peer.write("0123456789");
        while (stream.bytesRead < 10 * i) await new Promise(done => setImmediate(done));
      }
      collect();
      const kept = process.memoryUsage().arrayBuffers - before;
      stream.destroy();
      peer.destroy();
      return [Buffer.concat(chunks).length, kept < 100 * KiB];
    },
  },
  {
    name: "memory: streams that wait hold none outside of the heap",
    alone: true,
    async run(side) {
      const [first, other] = await side.connect();
      first.on("data", () => {});
      other.write("x");
      await later(10);
      collect();
      const before = process.memoryUsage().external, kept: net.Socket[] = [first, other];
      for (let i = 0; i < 40; i++) {
        const [stream, peer] = await side.connect();
        stream.on("data", () => {});
        kept.push(stream, peer);
      }
      await later(10);
      collect();
      const each = (process.memoryUsage().external - before) / 40;
      for (const stream of kept) stream.destroy();
      return each < 2 * KiB;
    },
  },
];
