// toDuplex() in what one operation is not one event for: large writes, idle streams, chunks,
// streams that nobody reads.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import * as http from "node:http";
import * as net from "node:net";
import type { Duplex } from "node:stream";
import * as tls from "node:tls";
import { setImmediate as turn, setTimeout as later } from "node:timers/promises";
import { SOL_SOCKET, SO_RCVBUF, SO_SNDBUF, type Socket, socketpair } from "../../ts/promises/index.js";
import type { SocketDuplex } from "../../ts/promises/duplex.js";
import { Child } from "../child.js";
import { equal, is, ok, slow, test, throws } from "../suite.js";
import { pair } from "./connected.js";

const fixture = (name: string) => readFileSync(new URL(`../../../tests/fixtures/${name}`, import.meta.url));
const gc = (globalThis as { gc?: () => void }).gc!;
const MiB = 1 << 20;

async function closed(...streams: Duplex[]): Promise<void> {
  await Promise.all(
    streams.map(each =>
      each.destroyed && (each as SocketDuplex).readyState === "closed" ? turn() : once(each, "close"),
    ),
  );
}

/** Little lies between the two: the sender hears often of what the receiver takes. */
function small(sender: Socket, receiver: Socket): void {
  sender.setsockopt(SOL_SOCKET, SO_SNDBUF, 65536);
  receiver.setsockopt(SOL_SOCKET, SO_RCVBUF, 65536);
}

/** Reads a socket slowly: a piece every few milliseconds. Returns how many bytes came. */
async function slowly(from: Socket, piece: number, pause: number): Promise<number> {
  const buffer = Buffer.alloc(piece);
  let total = 0;
  for (;;) {
    const n = await from.recvInto(buffer);
    if (n <= 0) break;
    await later(pause);
    total += n;
  }
  return total;
}

test("toDuplex: every public member of net.Socket is there", () => {
  const [a, b] = socketpair();
  const stream = a.toDuplex();
  const members = Object.getOwnPropertyNames(net.Socket.prototype).filter(
    name => !name.startsWith("_") && name !== "bufferSize",
  );
  equal(
    members.filter(name => !(name in stream)),
    [],
  );
  ok(members.length > 20);
  stream.destroy();
  b.close();
});

test(
  "toDuplex: a TLS server's answer arrives whole though its client ends first",
  async () => {
    const size = 20 * MiB;
    const answer = Buffer.alloc(size, "0123456789");
    const [a, b] = await pair();
    const server = new tls.TLSSocket(b.toDuplex(), {
      isServer: true,
      key: fixture("key.pem"),
      cert: fixture("cert.pem"),
    });
    const client = tls.connect({
      socket: a.toDuplex({ allowHalfOpen: true }),
      ca: fixture("cert.pem"),
      servername: "localhost",
    });
    server.on("data", () => {
      for (let i = 0; i < 320; i++) server.write(answer.subarray(0, 65536));
      server.end();
    });
    await once(client, "secureConnect");
    client.end("please");
    let got = 0;
    for await (const chunk of client.iterator({ destroyOnReturn: false })) got += (chunk as Buffer).length;
    is(got, size);
    client.destroy();
    server.destroy();
    for (let i = 0; i < 100 && (a.fileno() >= 0 || b.fileno() >= 0); i++) await later(5);
  },
  { seconds: 30 },
);

test(
  "toDuplex: a TLS server's answer of many writes arrives whole, its client a net.Socket that ends its side at once",
  async () => {
    const piece = Buffer.alloc(65_536, "0123456789");
    const size = 20_971_520;
    const server = tls.createServer({ key: fixture("key.pem"), cert: fixture("cert.pem") });
    const errors: unknown[] = [];
    server.on("secureConnection", connection => {
      connection.on("error", error => errors.push(error));
      connection.once("data", () => {
        for (let i = 0; i < size / piece.length; i++) connection.write(piece);
        connection.end();
      });
    });
    const [a, b] = await pair();
    server.emit("connection", b.toDuplex());
    const client = tls.connect({
      socket: (await a.toNode()) as net.Socket,
      ca: fixture("cert.pem"),
      servername: "localhost",
    });
    await once(client, "secureConnect");
    let got = 0;
    client
      .on("data", (chunk: Buffer) => {
        got += chunk.length;
      })
      .end("please");
    await once(client, "end"); // Deno's iterator waits for ever: tests/runtimes/programs/deno-tls-iterator.mjs
    equal([got, errors], [size, []]);
    for (let i = 0; i < 100 && b.fileno() >= 0; i++) await later(5);
  },
  { seconds: 30 },
);

test(
  "toDuplex: what the kernel takes of one large write is traffic, and is counted",
  async () => {
    const [a, b] = await pair();
    const stream = a.toDuplex();
    const size = 16 * MiB;
    small(a, b);
    let timeouts = 0;
    let written = 0;
    const seen: number[] = [];
    stream.setTimeout(200 * slow, () => {
      timeouts++;
    });
    stream.write(Buffer.alloc(size), () => {
      written++;
    });
    const reading = slowly(b, 256 << 10, 5);
    while (written === 0) {
      seen.push(stream.bytesWritten);
      await later(20);
    }
    equal([timeouts, stream.bytesWritten], [0, size]);
    ok(new Set(seen).size > 5, String(seen));
    equal(
      seen,
      [...seen].sort((x, y) => x - y),
    );
    stream.end();
    is(await reading, size);
    b.close();
    await closed(stream);
  },
  { seconds: 60 },
);

test(
  "toDuplex: an http server's timeout does not cut an answer that flows",
  async () => {
    const size = 16 * MiB;
    const server = http.createServer((_, response) => response.end(Buffer.alloc(size)));
    server.timeout = 150 * slow;
    const [a, b] = await pair();
    small(b, a);
    server.emit("connection", b.toDuplex());
    await a.sendall("GET / HTTP/1.0\r\n\r\n");
    ok((await slowly(a, 256 << 10, 5)) > size);
    a.close();
    for (let i = 0; i < 100 && b.fileno() >= 0; i++) await later(5);
  },
  { seconds: 60 },
);

test("toDuplex: a write that nobody takes is idleness", async () => {
  const [a, b] = await pair();
  const stream = a.toDuplex();
  stream.write(Buffer.alloc(16 * MiB));
  stream.on("error", () => {});
  stream.setTimeout(50 * slow);
  await once(stream, "timeout");
  stream.destroy();
  b.close();
  await once(stream, "close");
});

test("setTimeout: fires again after more traffic, never after close, and checks its arguments", async () => {
  const [a, b] = await pair();
  const stream = a.toDuplex();
  let fired = 0;
  stream
    .setTimeout(30, () => {})
    .on("timeout", () => {
      fired++;
    });
  await later(90 * slow);
  is(fired, 1);
  await b.sendall("x");
  stream.resume();
  await later(90 * slow);
  is(fired, 2);
  for (const [value, kind, code] of [
    [Infinity, RangeError, "ERR_OUT_OF_RANGE"],
    [-1, RangeError, "ERR_OUT_OF_RANGE"],
    [NaN, RangeError, "ERR_OUT_OF_RANGE"],
    ["5", TypeError, "ERR_INVALID_ARG_TYPE"],
    [undefined, TypeError, "ERR_INVALID_ARG_TYPE"],
  ] as const)
    is((throws(() => stream.setTimeout(value as number), kind) as unknown as { code: string }).code, code);
  is(
    (throws(() => stream.setTimeout(5, 5 as never), TypeError) as unknown as { code: string }).code,
    "ERR_INVALID_ARG_TYPE",
  );
  stream.setTimeout(10);
  stream.destroy();
  await later(60 * slow);
  is(fired, 2);
  b.close();
});

test("toDuplex: a stream that nobody reads learns that its peer has left", async () => {
  for (const make of [pair, async () => socketpair()]) {
    const [a, b] = await make();
    const stream = a.toDuplex();
    const events: string[] = [];
    for (const name of ["end", "finish", "close", "error"]) stream.on(name, () => events.push(name));
    b.close();
    await once(stream, "close");
    equal([events, a.fileno()], [["end", "finish", "close"], -1]);
  }
});

test("toDuplex: an open stream that was dropped is not collected, unref'ed or not", async () => {
  const [a, b] = socketpair();
  const [c, d] = socketpair();
  (() => {
    a.toDuplex({ highWaterMark: 1 }).on("data", () => {});
    c.toDuplex({ highWaterMark: 1 }).unref();
  })();
  const streams = [a, c].map(each => new WeakRef(each));
  for (let i = 0; i < 5; i++) {
    gc();
    await later(1);
  }
  ok(streams.every(each => each.deref() !== undefined && each.deref()!.fileno() >= 0));
  await d.sendall("beyond its mark");
  gc();
  await later(5);
  ok(streams.every(each => each.deref()!.fileno() >= 0));
  b.close();
  d.close();
  const [left] = streams;
  for (let i = 0; i < 100 && left!.deref()!.fileno() >= 0; i++) await later(5);
  c.close();
});

test(
  "toDuplex: idle streams that read hold no memory outside of the heap",
  async () => {
    const { status, stdout, stderr } = await new Child(
      `
    import { socketpair } from ${JSON.stringify(new URL("../../ts/promises/index.js", import.meta.url).href)};
    import { setTimeout as later } from "node:timers/promises";
    const N = 400, streams = globalThis.kept = []; // Bun collects a constant that nothing uses any more
    const make = async () => {
      for (let i = 0; i < N; i++) streams.push(...socketpair().map(each => each.toDuplex().on("data", () => {})));
      streams.at(-1).write("x");
      await later(50);
      gc();
    };
    await make(); // Bun counts what it compiled, too
    const { external, arrayBuffers } = process.memoryUsage();
    await make();
    const after = process.memoryUsage();
    console.log((after.external - external) / (2 * N), (after.arrayBuffers - arrayBuffers) / (2 * N));
    process.exit();
  `,
      { flags: ["--expose-gc"] },
    ).ended;
    equal([status, stderr], [0, ""]);
    for (const each of stdout.trim().split(" ").map(Number)) ok(each < 300, stdout);
  },
  { seconds: 30 },
);

test(
  "toDuplex: chunks are as large as what came, and keep nothing else",
  async () => {
    const [a, b] = await pair();
    const stream = a.toDuplex();
    const chunks: Buffer[] = [];
    stream.on("data", chunk => chunks.push(chunk));
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 300; i++) {
      await b.sendall("x".repeat(10));
      while (stream.bytesRead < 10 * (i + 1)) await turn();
    }
    gc();
    const kept = process.memoryUsage().arrayBuffers - before;
    is(Buffer.concat(chunks).length, 3000);
    ok(kept < 300 * 200, `${kept} bytes kept for 3000`);
    // What came before stays as it was while more comes.
    chunks.length = 0;
    for (let i = 0; i < 20; i++) {
      const want = stream.bytesRead + 150_000;
      await b.sendall(Buffer.alloc(150_000, i));
      while (stream.bytesRead < want) await turn();
    }
    let at = 0;
    for (const byte of Buffer.concat(chunks))
      if (byte !== Math.floor(at++ / 150_000)) throw new Error(`byte ${at - 1} is ${byte}`);
    is(at, 3_000_000);
    stream.destroy();
    b.close();
    await once(stream, "close");
  },
  { seconds: 30 },
);

test("toWeb: a chunk of ten bytes keeps ten bytes, and can be transferred", async () => {
  const [a, b] = await pair();
  const { readable, writable } = a.toWeb();
  const reader = readable.getReader();
  const chunks: Uint8Array[] = [];
  for (let i = 0; i < 50; i++) {
    await b.sendall("0123456789");
    for (let n = 0; n < 10; n += chunks.at(-1)!.length) chunks.push((await reader.read()).value!);
  }
  for (const each of chunks) is(each.buffer.byteLength, each.length);
  is(structuredClone(chunks[0]!, { transfer: [chunks[0]!.buffer as ArrayBuffer] }).length, 10);
  is(chunks[0]!.length, 0);
  b.close();
  is((await reader.read()).done, true);
  await writable.close();
});

test(
  "toDuplex: a buffer that is written many times is not copied",
  async () => {
    const [a, b] = await pair();
    const stream = a.toDuplex();
    const buffer = Buffer.alloc(MiB, "z");
    gc();
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    for (let i = 0; i < 200; i++) stream.write(buffer);
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().arrayBuffers);
    }, 1);
    stream.end();
    const into = Buffer.alloc(MiB);
    let got = 0;
    for (;;) {
      const n = await b.recvInto(into);
      if (n <= 0) break;
      if (into[0] !== 122 || into[n - 1] !== 122) throw new Error("other bytes");
      got += n;
    }
    clearInterval(watch);
    is(got, 200 * MiB);
    ok(most - before < 32 * MiB, `${most - before} bytes more`);
    b.close();
    await once(stream, "close");
  },
  { seconds: 60 },
);

test(
  "toDuplex: corked writes of every size and kind arrive in order, in few calls",
  async () => {
    const [a, b] = await pair();
    const stream = a.toDuplex();
    const parts: Buffer[] = [];
    stream.cork();
    for (let i = 0; i < 3000; i++) {
      const part = Buffer.alloc(i % 100 === 0 ? 70_000 : i % 7 === 0 ? 0 : i % 1500, i);
      parts.push(part);
      if (i % 3 === 0) stream.write(part.toString("hex"), "hex");
      else stream.write(i % 3 === 1 ? part : new Uint8Array(part));
    }
    parts.push(Buffer.from("gr\u00fc\u00dfe"), Buffer.from("gr\u00fc\u00dfe", "latin1"));
    stream.write("gr\u00fc\u00dfe");
    stream.write("gr\u00fc\u00dfe", "latin1");
    stream.uncork();
    stream.end();
    const got: Buffer[] = [];
    for (;;) {
      const part = await b.recv(65536);
      if (part.length === 0) break;
      got.push(part);
    }
    ok(Buffer.concat(got).equals(Buffer.concat(parts)));
    is(stream.bytesWritten, Buffer.concat(parts).length);
    b.close();
    await once(stream, "close");
  },
  { seconds: 20 },
);

test("toDuplex: a buffer that is transferred while its write waits is EFAULT", async () => {
  const [a, b] = await pair();
  const stream = a.toDuplex();
  const buffer = new Uint8Array(16 * MiB);
  const failed = once(stream, "error");
  stream.write(buffer);
  await later(5);
  structuredClone(buffer, { transfer: [buffer.buffer] });
  const reading = slowly(b, MiB, 0);
  is((await failed)[0].code, "EFAULT");
  ok((await reading) < 16 * MiB);
  b.close();
});

test("toDuplex: destroy() answers the write in flight and all that wait with ERR_STREAM_DESTROYED", async () => {
  const [a, b] = await pair();
  const stream = a.toDuplex();
  const answers: (string | undefined)[] = [];
  const events: unknown[] = [];
  stream.on("error", error => events.push(error)).on("close", (had: boolean) => events.push(had));
  stream.write(Buffer.alloc(16 * MiB), error => answers.push((error as NodeJS.ErrnoException | null)?.code));
  stream.write("more", error => answers.push((error as NodeJS.ErrnoException | null)?.code));
  await later(5);
  stream.destroy();
  await once(stream, "close");
  equal([answers.sort(), events], [["ERR_STREAM_DESTROYED", "ERR_STREAM_DESTROYED"], [false]]);
  b.close();
});

test("toDuplex: a listener's exception is uncaught, and reading goes on", async () => {
  const { status, stdout, stderr } = await new Child(`
    import { socketpair } from ${JSON.stringify(new URL("../../ts/promises/index.js", import.meta.url).href)};
    import { setTimeout as later } from "node:timers/promises";
    process.on("uncaughtException", (error, origin) => console.log(error.message, origin));
    const [a, b] = socketpair(), stream = b.toDuplex();
    let first = true;
    stream.on("data", data => {
      if (first) { first = false; throw new Error("mine"); }
      console.log(String(data));
      stream.destroy();
    });
    await a.sendall("one");
    await later(50);
    await a.sendall("two");
  `).ended;
  equal([status, stdout, stderr], [0, "mine uncaughtException\ntwo\n", ""]);
});

test(
  "toDuplex: many fresh streams, one after another, let the loop turn",
  async () => {
    let turns = 0;
    let counting = true;
    const count = (): void => {
      turns++;
      if (counting) setImmediate(count);
    };
    setImmediate(count);
    for (let i = 0; i < 300; i++) {
      const [a, b] = socketpair();
      const left = a.toDuplex();
      const right = b.toDuplex();
      right.on("data", data => right.end(data));
      left.write("ping");
      const [data] = await once(left, "data");
      is(String(data), "ping");
      left.destroy();
      right.destroy();
    }
    counting = false;
    ok(turns >= 300, `${turns} turns`);
  },
  { seconds: 20 },
);

test(
  "toDuplex: a stream does not overtake what its socket still sends",
  async () => {
    const [a, b] = await pair();
    const first = a.sendall(Buffer.alloc(8 * MiB, "a"));
    const stream = a.toDuplex();
    stream.end("b");
    let text = "";
    let got = 0;
    for (;;) {
      const part = await b.recv(MiB);
      if (part.length === 0) break;
      text = part.toString("latin1", part.length - 1);
      got += part.length;
    }
    await first;
    equal([got, text], [8 * MiB + 1, "b"]);
    b.close();
    await once(stream, "close");
  },
  { seconds: 20 },
);

test("toDuplex: bad options and closed sockets are refused before anything", async () => {
  const [a, b] = socketpair();
  throws(() => a.toDuplex(5 as never), TypeError, /options must be an object, got 5/);
  throws(() => a.toDuplex({ halfOpen: true } as never), TypeError, /options has no halfOpen/);
  throws(
    () => a.toDuplex({ allowHalfOpen: 1 } as never),
    TypeError,
    /allowHalfOpen must be a boolean, got 1/,
  );
  throws(() => a.toDuplex({ highWaterMark: -1 }), RangeError, /highWaterMark must be an integer/);
  await b.sendall("still mine");
  is(String(await a.recv(100)), "still mine");
  a.close();
  b.close();
  is((throws(() => a.toDuplex(), Error) as { code?: string }).code, "EBADF");
});

test("toDuplex: the socket's own timeout is not the stream's", async () => {
  const [a, b] = socketpair();
  a.settimeout(0.01);
  const stream = a.toDuplex();
  await later(60 * slow);
  await b.sendall("late");
  is(String((await once(stream, "data"))[0]), "late");
  stream.destroy();
  b.close();
  await once(stream, "close");
});

test("toDuplex: callbacks of writes come in the order of the writes, whatever was done at once", async () => {
  const [a, b] = socketpair();
  const stream = a.toDuplex();
  const called: number[] = [];
  const large = Buffer.alloc(3 * MiB);
  const reading = slowly(b, MiB, 0);
  for (let round = 0; round < 5; round++) {
    await turn();
    await undefined; // in a promise's turn
    stream.write("x", () => {
      called.push(2 * round);
    });
    stream.cork();
    stream.write(large.subarray(1));
    await new Promise<void>(done => {
      stream.write("y", () => {
        called.push(2 * round + 1);
        done();
      });
      stream.uncork();
    });
  }
  equal(called, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  stream.end();
  is(await reading, 5 * (large.length + 1));
  b.close();
  await closed(stream.resume());
});
