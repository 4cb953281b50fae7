// Behaviours of a stream's traffic: timers, counters, writing, reading, memory.
import { once } from "node:events";
import type * as net from "node:net";
import { finished, pipeline, Readable, Writable } from "node:stream";
import { answers, reset, collect, KiB, MiB, type Behaviour } from "./behaviour.js";
import { later, thrown, told } from "./sides.js";

export const traffic: readonly Behaviour[] = [
  answers("setTimeout: fires when idle, once", async stream => {
    let fired = 0;
    stream.setTimeout(20, () => {
      fired++;
    });
    await later(100);
    return [fired, stream.destroyed];
  }),
  answers("setTimeout: traffic puts it off, both ways", async (stream, peer) => {
    let fired = 0;
    stream.resume().setTimeout(80, () => {
      fired++;
    });
    peer.resume();
    for (let i = 0; i < 8; i++) {
      if (i % 2) peer.write("x");
      else stream.write("x");
      await later(25);
    }
    const before = fired;
    await later(160);
    return [before, fired];
  }),
  answers("setTimeout: fires again after more traffic", async (stream, peer) => {
    let fired = 0;
    stream.resume().setTimeout(20);
    stream.on("timeout", () => {
      fired++;
    });
    await later(60);
    peer.write("x");
    await later(80);
    return fired;
  }),
  answers("setTimeout: 0 ends it and removes the callback", async stream => {
    let fired = 0;
    const callback = (): void => {
      fired++;
    };
    stream.setTimeout(10, callback);
    stream.setTimeout(0, callback);
    await later(40);
    return [fired, stream.listenerCount("timeout")];
  }),
  answers("setTimeout: not after destroy()", async stream => {
    let fired = 0;
    stream.setTimeout(10, () => {
      fired++;
    });
    stream.destroy();
    await later(40);
    return fired;
  }),
  answers("setTimeout: a large write that nobody takes is idle", async stream => {
    let fired = 0;
    stream.setTimeout(50, () => {
      fired++;
    });
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
    peer
      .on("data", data => {
        got += data.toString("hex");
      })
      .resume();
    for (const encoding of ["utf8", "latin1", "ascii", "ucs2", "hex", "base64", "base64url"] as const)
      stream.write("abcd12", encoding);
    stream.write(new Uint8Array([1, 2, 3]));
    stream.write("");
    stream.write(Buffer.alloc(0));
    await later(20);
    return got;
  }),
  answers("write: what is refused", stream =>
    [5, null, undefined, {}, [1]].map(value => thrown(() => stream.write(value as never))),
  ),
  answers("write: an unknown encoding", stream => thrown(() => stream.write("x", "klingon" as never))),
  answers("write: what it returns, and drain", async (stream, peer) => {
    const small = stream.write("x");
    const large = stream.write(Buffer.alloc(8 * MiB));
    const needs = stream.writableNeedDrain;
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
    peer
      .on("data", data => {
        got += data;
      })
      .resume();
    stream.cork();
    stream.write("a");
    stream.write(Buffer.from("b"));
    await later(10);
    const before = got;
    const corked = stream.writableCorked;
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
    stream.setEncoding("utf8").on("data", data => {
      got += data;
    });
    peer.write(Buffer.from([0xc3]));
    await later(10);
    peer.write(Buffer.from([0xbc]));
    await later(20);
    return got;
  }),
  answers("read: pause() and resume()", async (stream, peer) => {
    let got = "";
    stream.on("data", data => {
      got += data;
    });
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
    stream.on("readable", () => {
      for (;;) {
        const part = stream.read(3);
        if (part === null) break;
        got.push(String(part));
      }
    });
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
  answers(
    "read: bytes that nobody reads wait, up to highWaterMark",
    async (stream, peer) => {
      peer.write(Buffer.alloc(4 * MiB));
      await later(30);
      const length = stream.readableLength;
      return [length >= 10 * KiB, length < 256 * KiB, stream.bytesRead === length];
    },
    { highWaterMark: 10 * KiB },
  ),
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
    try {
      for await (const _ of stream);
    } catch (error) {
      return told(error);
    }
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
    const result = new Promise(done =>
      pipeline(
        Readable.from(
          (function* () {
            for (let i = 0; i < 50; i++) yield Buffer.alloc(64 * KiB, i);
          })(),
        ),
        stream,
        error => done(told(error)),
      ),
    );
    let got = 0;
    await pipeline(
      stream,
      new Writable({
        write(chunk, _encoding, done) {
          got += chunk.length;
          done();
        },
      }),
      () => {},
    );
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
    const control = new AbortController();
    const waiting = once(stream, "data", { signal: control.signal }).catch((error: Error) => error.name);
    control.abort();
    return [await waiting, stream.destroyed];
  }),

  {
    name: "memory: a buffer that is queued many times is not copied",
    alone: true,
    async run(side) {
      const [stream, peer] = await side.connect();
      const buffer = Buffer.alloc(MiB);
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
      const [stream, peer] = await side.connect();
      const chunks: Buffer[] = [];
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
      const before = process.memoryUsage().external;
      const kept: net.Socket[] = [first, other];
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
