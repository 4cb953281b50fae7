// Behaviours in which both directions go at once, or one's end meets the other: iteration, servers,
// timeouts and memory of large writes.
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import * as http from "node:http";
import type * as net from "node:net";
import { finished, pipeline } from "node:stream/promises";
import { PassThrough } from "node:stream";
import { answers, collect, events, KiB, MiB, reset, type Behaviour } from "./behaviour.js";
import { later, thrown, told, type Side, type StreamOptions } from "./sides.js";

type Iterate = (stream: net.Socket) => AsyncIterable<Buffer>;
const SIZE = 5_000_000;
const PIECE = 50_000;
const keeping: Iterate = stream => stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
const hashed = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

async function written(stream: net.Socket, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; at += PIECE)
    if (!stream.write(bytes.subarray(at, at + PIECE))) await once(stream, "drain");
  stream.end();
}

async function read(stream: net.Socket, iterate: Iterate): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of iterate(stream)) hash.update(chunk);
  return hash.digest("hex");
}

/** Random bytes both ways at once: whether each side got what the other sent. */
function exchange(name: string, iterate: Iterate, options: StreamOptions): Behaviour {
  return {
    name,
    async run(side: Side) {
      const [left, right] = await side.both(options);
      const [a, b] = [randomBytes(SIZE), randomBytes(SIZE)];
      const [toLeft, toRight] = await Promise.all([
        read(left, iterate),
        read(right, iterate),
        written(left, a),
        written(right, b),
      ]);
      return [toLeft === hashed(b), toRight === hashed(a)];
    },
  };
}

/** Bytes that `count` steps leave in the heap and outside of it, each. */
async function kept(count: number, steps: () => unknown): Promise<number> {
  collect();
  await later(1);
  collect();
  const before = process.memoryUsage();
  const holding = await steps();
  collect();
  await later(1);
  collect();
  const after = process.memoryUsage();
  if (holding === undefined) throw new Error("nothing is held");
  return (after.heapUsed + after.external - before.heapUsed - before.external) / count;
}

export const duplex: readonly Behaviour[] = [
  exchange("iteration: random bytes both ways at once", keeping, { allowHalfOpen: true }),
  answers("iteration: a stream that was read to its end", async (stream, peer) => {
    peer.end("x");
    for await (const _ of stream);
    return [stream.destroyed, told(stream.errored), stream.readyState, stream.writable];
  }),
  answers(
    "iteration: whether a stream that was read to its end has ended its own side",
    async (stream, peer) => {
      peer.end("x");
      for await (const _ of stream);
      return stream.writableEnded;
    },
  ),
  answers("iteration: the peer's end while a write waits", async (stream, peer) => {
    stream.write(Buffer.alloc(16 * MiB));
    peer.end("x");
    const drain = once(stream, "drain").then(() => "drained", told);
    for await (const _ of stream);
    return [stream.destroyed, await Promise.race([drain, later(20).then(() => "never")])];
  }),
  answers(
    "iteration: the peer's end while a write waits, half open",
    async (stream, peer) => {
      stream.write(Buffer.alloc(16 * MiB));
      peer.end("x");
      const drain = once(stream, "drain").then(() => "drained", told);
      for await (const _ of stream);
      return [
        stream.destroyed,
        told(stream.errored),
        await Promise.race([drain, later(50).then(() => "never")]),
      ];
    },
    { allowHalfOpen: true },
  ),
  ...[false, true].map(allowHalfOpen =>
    answers(
      `end: what the stream says one tick after, ${allowHalfOpen ? "half open" : "by default"}`,
      async (stream, peer) => {
        stream.resume();
        peer.resume().end();
        await once(stream, "end");
        await new Promise<void>(done => {
          process.nextTick(done);
        });
        return [stream.readyState, stream.readable, stream.writable, stream.destroyed];
      },
      { allowHalfOpen },
    ),
  ),
  events("end: destroySoon() in its listener", (stream, peer) => {
    stream.resume().on("end", () => stream.destroySoon());
    peer.resume().end();
  }),
  events("end: a large write in its listener", (stream, peer, r) => {
    stream.resume().on("end", () => {
      stream.write(Buffer.alloc(5 * MiB), r.callback("written"));
    });
    peer.resume().end();
    stream.removeAllListeners("drain");
  }),
  answers("destroy: errored, where a write is in flight", async stream => {
    stream.write(Buffer.alloc(16 * MiB));
    await later(5);
    stream.destroy();
    await later(5);
    return told(stream.errored);
  }),
  answers("http: an answer to a client that has ended its side", async (stream, peer) => {
    const server = http.createServer((_, response) => {
      response.end("answer");
    });
    server.emit("connection", stream);
    peer.end("GET / HTTP/1.0\r\n\r\n");
    let text = "";
    for await (const chunk of peer) text += chunk;
    return [text.split("\r\n")[0], text.split("\r\n\r\n")[1]];
  }),
  answers("finished: after an error, and asked too late", async stream => {
    const before = finished(stream).then(() => "none", told);
    stream.destroy(new Error("mine"));
    return [await before, await finished(stream).then(() => "none", told)];
  }),
  answers("pipeline: from a stream that is reset", async (stream, peer) => {
    const sink = new PassThrough().resume();
    const result = pipeline(stream, sink).then(() => "none", told);
    await later(10);
    reset(peer);
    return [await result, sink.destroyed];
  }),
  answers("setTimeout: a large write that flows is traffic", async (stream, peer) => {
    let timeouts = 0;
    let done = false;
    stream.setTimeout(400, () => {
      timeouts++;
    });
    stream.write(Buffer.alloc(16 * MiB), () => {
      done = true;
      stream.setTimeout(0);
    });
    for (let i = 0; i < 50; i++) {
      peer.resume();
      await later(1);
      peer.pause();
      await later(15);
    }
    peer.resume();
    while (!done) await later(5);
    return timeouts;
  }),
  answers("counters: what is corked, and a text of hex", stream => {
    stream.cork();
    stream.write("äöü");
    stream.write("ff00", "hex");
    return [stream.bytesWritten, stream.writableLength];
  }),
  answers("write: views that are no Uint8Array", async (stream, peer) => {
    peer.resume();
    const results = [new Uint16Array([1]), new DataView(new ArrayBuffer(3))].map(each =>
      thrown(() => stream.write(each as never)),
    );
    await later(10);
    return [results, stream.bytesWritten];
  }),

  {
    name: "memory: a write that waits takes no more than in net.Socket",
    alone: true,
    async run(side) {
      const [stream, peer] = await side.connect();
      const count = 20_000;
      stream.on("error", () => {}).write(Buffer.alloc(16 * MiB));
      await later(5);
      const each = await kept(count, () => {
        for (let i = 0; i < count; i++) stream.write("0123456789");
        return stream;
      });
      stream.destroy();
      peer.destroy();
      return each < 250;
    },
  },
  {
    name: "memory: a small chunk that is kept holds no page",
    alone: true,
    async run(side) {
      const [stream, peer] = await side.connect();
      const count = 500;
      const chunks: Buffer[] = [];
      stream.on("data", chunk => {
        chunks.push(chunk);
      });
      const each = await kept(count, async () => {
        for (let i = 1; i <= count; i++) {
          peer.write("0123456789");
          while (stream.bytesRead < 10 * i)
            await new Promise(done => {
              setImmediate(done);
            });
        }
        return chunks;
      });
      stream.destroy();
      peer.destroy();
      return each < KiB;
    },
  },
];
