// Behaviours of a stream's life: what it is when fresh, how it ends, what is left afterwards.
import { once } from "node:events";
import * as net from "node:net";
import { events, answers, reset, MiB, type Behaviour } from "./behaviour.js";
import { type Recording, later, thrown, told } from "./sides.js";

/** Destroyed in the middle of something. */
const points: readonly [
  name: string,
  body: (stream: net.Socket, peer: net.Socket, recording: Recording) => unknown,
][] = [
  [
    "at once",
    stream => {
      stream.destroy();
    },
  ],
  [
    "at once, with an error",
    stream => {
      stream.destroy(new Error("mine"));
    },
  ],
  [
    "twice",
    stream => {
      stream.destroy();
      stream.destroy(new Error("late"));
    },
  ],
  [
    "while it waits to read",
    async stream => {
      stream.resume();
      await later(5);
      stream.destroy();
    },
  ],
  [
    "while a large write waits",
    async stream => {
      stream.write(Buffer.alloc(16 * MiB));
      await later(5);
      stream.destroy();
    },
  ],
  [
    "after a write",
    (stream, _peer, r) => {
      stream.write("x", r.callback("written"));
      stream.destroy();
    },
  ],
  [
    "after end()",
    stream => {
      stream.end("x");
      stream.destroy();
    },
  ],
  [
    "in its own data listener",
    (stream, peer) => {
      stream.on("data", () => stream.destroy());
      peer.write("x");
    },
  ],
  [
    "in its own end listener",
    (stream, peer) => {
      stream.resume().on("end", () => stream.destroy());
      peer.end();
    },
  ],
  [
    "in its own error listener",
    (stream, peer) => {
      stream.resume().on("error", () => stream.destroy());
      reset(peer);
    },
  ],
  [
    "soon, with nothing written",
    stream => {
      stream.destroySoon();
    },
  ],
  [
    "soon, with a large write",
    (stream, peer) => {
      peer.resume();
      stream.write(Buffer.alloc(4 * MiB));
      stream.destroySoon();
    },
  ],
  [
    "by a reset",
    stream => {
      stream.on("error", () => {});
      try {
        stream.resetAndDestroy();
      } catch (error) {
        stream.destroy(error as Error);
      }
    },
  ],
];

/** Calls on a stream that is destroyed. */
const afterwards: readonly [name: string, call: (stream: net.Socket) => unknown][] = [
  ["write", stream => stream.write("x")],
  ["end", stream => stream.end("x") === stream],
  ["read", stream => stream.read()],
  ["pause", stream => stream.pause() === stream],
  ["resume", stream => stream.resume() === stream],
  ["setTimeout", stream => stream.setTimeout(5) === stream],
  ["setNoDelay", stream => stream.setNoDelay() === stream],
  ["setKeepAlive", stream => stream.setKeepAlive(true, 5000) === stream],
  ["ref", stream => stream.ref() === stream],
  ["unref", stream => stream.unref() === stream],
  ["address", stream => JSON.stringify(stream.address())],
  ["readyState", stream => stream.readyState],
  ["pending", stream => stream.pending],
  ["connecting", stream => stream.connecting],
  ["localAddress", stream => stream.localAddress],
  ["bytesRead", stream => stream.bytesRead],
  ["closed", stream => stream.closed],
  ["resetAndDestroy", stream => stream.resetAndDestroy() === stream],
  ["destroySoon", stream => stream.destroySoon()],
];

export const lifecycle: readonly Behaviour[] = [
  answers("members: each public one of net.Socket.prototype", stream =>
    Object.getOwnPropertyNames(net.Socket.prototype)
      .filter(name => !name.startsWith("_") && name !== "bufferSize")
      .map(name => `${name} ${name in stream ? typeof (stream as never)[name] : "lacking"}`),
  ),
  answers("members: its class and its handle", stream => [stream instanceof net.Socket, "_handle" in stream]),
  answers("members: what a fresh stream says", stream =>
    [
      stream.readyState,
      stream.pending,
      stream.connecting,
      stream.destroyed,
      stream.closed,
      stream.readable,
      stream.writable,
      stream.bytesRead,
      stream.bytesWritten,
      stream.timeout,
      stream.allowHalfOpen,
      stream.autoSelectFamilyAttemptedAddresses,
      stream.readableFlowing,
      stream.readableLength,
      stream.writableLength,
      stream.writableNeedDrain,
      stream.errored,
    ].map(String),
  ),
  answers("members: listeners of a fresh stream", stream =>
    stream.eventNames().map(name => `${String(name)} ${stream.listenerCount(name)}`),
  ),
  answers("highWaterMark: the default", stream => [
    stream.readableHighWaterMark,
    stream.writableHighWaterMark,
  ]),
  answers(
    "highWaterMark: 1000 bytes of it",
    async (stream, peer) => {
      const first = stream.write(Buffer.alloc(999));
      const second = stream.write(Buffer.alloc(1));
      peer.write(Buffer.alloc(5000));
      await later(20);
      return [stream.readableHighWaterMark, first, second, stream.readableLength >= 1000];
    },
    { highWaterMark: 1000 },
  ),
  answers("addresses: the stream's and the peer's", (stream, peer) =>
    [
      stream.localAddress,
      stream.localFamily,
      stream.localPort === peer.remotePort,
      stream.remoteAddress,
      stream.remoteFamily,
      stream.remotePort === peer.localPort,
      Object.keys(stream.address()).join(),
    ].map(String),
  ),
  answers("addresses: after close, asked before", async stream => {
    const before = [stream.remoteAddress, stream.remoteFamily, stream.localAddress];
    stream.destroy();
    await once(stream, "close");
    return [
      before,
      stream.remoteAddress,
      stream.remoteFamily,
      typeof stream.remotePort,
      stream.localAddress,
      JSON.stringify(stream.address()),
    ].map(String);
  }),
  answers("addresses: after close, never asked", async stream => {
    stream.destroy();
    await once(stream, "close");
    return [
      stream.remoteAddress,
      stream.remotePort,
      stream.localAddress,
      JSON.stringify(stream.address()),
    ].map(String);
  }),
  answers("options: what setNoDelay, setKeepAlive and their likes return and refuse", stream => [
    stream.setNoDelay() === stream,
    stream.setNoDelay(false) === stream,
    stream.setNoDelay(1 as never) === stream,
    stream.setKeepAlive() === stream,
    stream.setKeepAlive(true) === stream,
    stream.setKeepAlive(true, 5000) === stream,
    stream.setKeepAlive(false, 0) === stream,
    stream.ref() === stream,
    stream.unref() === stream,
    stream.setEncoding("utf8") === stream,
  ]),
  answers("setTimeout: values that are refused", stream =>
    [Infinity, -1, NaN, "5", undefined, null, {}, 0, 1.5].map(value =>
      thrown(() => stream.setTimeout(value as number)),
    ),
  ),
  answers("setTimeout: callbacks that are refused", stream =>
    [5, null, "x"].map(value => thrown(() => stream.setTimeout(1000, value as never))),
  ),
  answers("setTimeout: what timeout says", stream => {
    const seen: unknown[] = [];
    for (const value of [1000, 0, 5]) {
      stream.setTimeout(value);
      seen.push(stream.timeout);
    }
    return seen;
  }),

  ...points.map(([name, body]) => events(`destroy: ${name}`, body)),
  ...afterwards.map(([name, call]) =>
    events(`destroyed: ${name}`, async (stream, _peer, recording) => {
      stream.destroy();
      await once(stream, "close");
      try {
        recording.note(name, call(stream));
      } catch (error) {
        recording.note(name, "throws", told(error));
      }
      await later(10);
    }),
  ),

  events("end: the peer's, then ours by itself", (stream, peer) => {
    stream.resume();
    peer.end("bye");
  }),
  events("end: the peer's, read by nobody, with nothing sent", (_stream, peer) => {
    peer.end();
  }),
  events("end: the peer's, read by nobody, with bytes sent", (_stream, peer) => {
    peer.end("unread");
  }),
  events("end: ours, then the peer's", (stream, peer) => {
    stream.resume().end("bye");
    peer.resume().on("end", () => peer.end());
  }),
  events("end: ours, the peer stays", stream => {
    stream.resume().end("bye");
  }),
  events("end: both at once", (stream, peer) => {
    stream.resume().end("1");
    peer.resume().end("2");
  }),
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
  events(
    "half open: the peer's end leaves our side",
    async (stream, peer, r) => {
      peer.resume().end();
      stream.resume();
      await once(stream, "end");
      r.note(stream.readyState);
      stream.write("still", r.callback("written"));
      await later(10);
      stream.end();
    },
    { allowHalfOpen: true },
  ),
  events(
    "half open: ours ends first, and the peer goes on",
    async (stream, peer, r) => {
      let got = "";
      stream.on("data", data => {
        got += data;
      });
      stream.end("mine");
      peer.resume();
      await once(peer, "end");
      r.note(stream.readyState);
      peer.end("yours");
      await once(stream, "end");
      r.note(got);
    },
    { allowHalfOpen: true },
  ),
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

  events("reset: while nothing goes on", (stream, peer) => {
    stream.resume();
    reset(peer);
  }),
  events("reset: read by nobody", (_stream, peer) => {
    reset(peer);
  }),
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
    const error = await Promise.race([
      once(stream, "error").then(([each]) => each as NodeJS.ErrnoException),
      later(20),
    ]);
    return error ? [error.constructor.name, error.errno] : "none";
  }),
  events("reset: ours, the peer hears of it", async (stream, peer, r) => {
    if (peer.remotePort === undefined) return void stream.destroy();
    peer.resume().on("error", error => r.note("peer", told(error)));
    stream.resetAndDestroy();
    await later(20);
  }),
  answers("reset: only TCP has it", stream => thrown(() => stream.resetAndDestroy())),
  events(
    "closed peer: writes until one fails",
    async (stream, peer, r) => {
      peer.destroy();
      await later(10);
      for (let i = 0; i < 5 && !stream.destroyed; i++) {
        stream.write("x", error => {
          if (error) r.note("failed");
        });
        await later(5);
      }
    },
    { allowHalfOpen: true },
  ),
];
