// The crowded driver: many actors at once. Whatever the interleaving, each stream has its own bytes, all of them, in order, once; every
// call settles; the loop keeps turning.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { byteAt, fill, joined, whose, type Run } from "./bytes.js";
import type { Actor, Crowd } from "./crowd.js";
import { Random } from "./random.js";
import { pairOf } from "./pair.js";
import { receives, sends, type Side } from "./traffic.js";
import { Fault, pause, slow, turn, type Under } from "./under.js";
import type { Task } from "./worker.js";

/** Seconds that all actors may take; milliseconds of CPU time that a turn of the loop may take, and how often that is looked at. */
const MOST_SECONDS = 25, TURN = 50, LOOK = 5;
/** Bytes of a stream that a datagram may have. */
const MESSAGE = 64;

/** What is compared when all is over. */
type Judgement = () => string | undefined;

export async function crowded(program: Crowd, under: Under): Promise<void> {
  const watch = new Watch(under), acts: Promise<Judgement>[] = [];
  for (const [i, actor] of program.steps.entries()) {
    const one = act(actor, 2 * i, under);
    one.catch(() => {}); // it is looked at with all the others
    acts.push(one);
    await turn();
  }
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"late">(done => { timer = setTimeout(done, MOST_SECONDS * 1000 * slow, "late"); });
  const outcome = await Promise.race([Promise.allSettled(acts), late]);
  clearTimeout(timer);
  const slowest = watch.end();
  if (outcome === "late") {
    const state = await Promise.all(acts.map(async (one, i) => await Promise.race([one.then(() => "", () => ""), turn().then(() => `${i} (${program.steps[i]!.op})`)])));
    throw new Fault(`actors that do not end: ${state.filter(Boolean).join(", ")}`);
  }
  for (const [i, result] of outcome.entries()) {
    const fault = result.status === "rejected" ? String((result.reason as Error)?.stack ?? result.reason) : result.value();
    if (fault) throw new Fault(`actor ${i} (${program.steps[i]!.op}): ${fault}`);
  }
  if (slowest > TURN * slow) throw new Fault(`the loop did not turn for ${slowest.toFixed(0)} ms of the thread's CPU time`);
}

/** Looks how much CPU time the thread has spent between two turns of the loop that ran a timer. */
class Watch {
  #slowest = 0;
  #last: number;
  readonly #timer: NodeJS.Timeout;

  constructor(readonly under: Under) {
    this.#last = under.cpu();
    this.#timer = setInterval(() => this.#look(), LOOK);
  }

  #look(): void {
    const now = this.under.cpu();
    this.#slowest = Math.max(this.#slowest, now - this.#last);
    this.#last = now;
  }

  end(): number {
    this.#look();
    clearInterval(this.#timer);
    return this.#slowest;
  }
}

function act(actor: Actor, stream: number, under: Under): Promise<Judgement> {
  switch (actor.op) {
    case "stream": return streams(actor, stream, under);
    case "datagrams": return datagrams(actor, stream, under);
    case "endless": return endless(actor, under);
    case "through": return through(actor, stream, under);
    case "churn": return churn(actor, stream, under);
    case "terminate": return terminate(actor, under);
    case "serve": return serve(actor, stream, under);
  }
}

/** A promise socket in place of a blocking one. */
function promised(under: Under, socket: any): any { return new under.promises.Socket(socket.family, socket.type, socket.proto, socket.detach()); }

/** Has a worker do its part; what it answers. */
async function inWorker(under: Under, socket: any, task: Pick<Task, "role" | "stream" | "total" | "seed" | "calm">): Promise<any> {
  const { family, type, proto } = socket;
  const workerData: Task = { ...task, module: under.blockingModule, constants: { ...under.constants }, socket: { family, type, proto, fd: socket.detach() } };
  const worker = new Worker(new URL("worker.js", import.meta.url), { workerData });
  const [[answer]] = await Promise.all([once(worker, "message"), once(worker, "exit")]);
  if (answer.error) throw new Error(`in a worker: ${answer.error}`);
  return answer;
}

async function streams(actor: Extract<Actor, { op: "stream" }>, stream: number, under: Under): Promise<Judgement> {
  const [from, to] = pairOf(under, actor.kind), { seed, bytes: total } = actor, calm = actor.calm === true, { constants, file } = under;
  const sending = actor.from === "worker" ? inWorker(under, from, { role: "send", stream, total, seed, calm }).then(({ runs }) => runs as Run[]) : (async () => {
    const socket = promised(under, from), side: Side = { socket, constants, promises: true, calm, file };
    const runs = await sends(side, stream, total, new Random(seed));
    socket.close();
    return runs;
  })();
  const receiving = actor.to === "worker" ? inWorker(under, to, { role: "receive", stream, total, seed: seed + 1, calm }).then(({ chunks }) => chunks as Uint8Array[]) : (async () => {
    const socket = promised(under, to), chunks = await receives({ socket, constants, promises: true, calm }, new Random(seed + 1));
    socket.close();
    return chunks;
  })();
  const [runs, chunks] = await Promise.all([sending, receiving]);
  return () => compare(Buffer.concat(chunks), joined(runs));
}

/** Where what came differs from what was sent. */
function compare(got: Uint8Array, wanted: Uint8Array): string | undefined {
  let at = 0;
  while (at < got.length && at < wanted.length && got[at] === wanted[at]) at++;
  if (at === got.length && at === wanted.length) return undefined;
  return `of ${wanted.length} bytes ${got.length} came; after ${at} came ${whose(got.slice(at, at + 64))}, not ${whose(wanted.slice(at, at + 64))}`;
}

async function datagrams(actor: Extract<Actor, { op: "datagrams" }>, stream: number, under: Under): Promise<Judgement> {
  const [a, b] = pairOf(under, actor.kind).map(socket => promised(under, socket)) as [any, any], random = new Random(actor.seed), got: number[] = [];
  const { count } = actor;
  const wrong: string[] = [];
  /** Datagram i is [i in two bytes, then the stream's bytes from i on]. */
  const take = (bytes: Uint8Array) => {
    const i = bytes[0]! << 8 | bytes[1]!;
    for (let k = 2; k < bytes.length; k++) if (bytes[k] !== byteAt(stream, i * MESSAGE + k)) return void wrong.push(`datagram ${i} has ${whose(bytes.slice(2))} in it`);
    if (i < count) got.push(i);
    else return "end";
    return undefined;
  };
  const make = (i: number): Uint8Array => {
    const bytes = fill({ stream, from: i * MESSAGE, to: i * MESSAGE + 2 + i % (MESSAGE - 2) }, new Uint8Array(2 + i % (MESSAGE - 2)));
    bytes[0] = i >> 8, bytes[1] = i & 0xff;
    return bytes;
  };
  const receiving = (async () => {
    const batch = b.batch({ count: 8, size: 100 });
    for (let ended = false; !ended;) {
      const call = random.weighted({ recv: 3, recvmmsg: 2, peek: 1, abort: actor.calm ? 0 : 1, recvmsg: 1 });
      if (call === "recv") ended = take(await b.recv(100)) === "end";
      else if (call === "recvmsg") ended = take((await b.recvmsg(100))[0]) === "end";
      else if (call === "peek") await b.recv(100, under.constants.MSG_PEEK);
      else if (call === "abort") {
        const controller = new AbortController(), coming = b.recv(100, { signal: controller.signal }).then(take, (error: unknown) => { if (error !== controller.signal.reason) throw error; });
        setImmediate(() => controller.abort());
        ended = await coming === "end";
      } else {
        const n = await b.recvmmsg(batch);
        for (let i = 0; i < n; i++) if (take(batch.data(i)) === "end") ended = true;
      }
    }
  })();
  for (let i = 0; i < count;) {
    if (random.chance(0.2)) {
      const batch = a.batch({ count: 4, size: 100 });
      let pushed = 0;
      while (pushed < 4 && i + pushed < count) batch.push(make(i + pushed++));
      try { i += await a.sendmmsg(batch); } catch (error) { i += passing(error, "messagesSent"); }
    } else {
      try {
        await a.send(make(i));
        i++;
      } catch (error) { passing(error, "bytesSent"); }
    }
    if (random.chance(0.3)) await turn();
  }
  // UDP may lose what comes too fast: the last one goes until it has come.
  const over = receiving.then(() => true);
  do await a.send(make(count)).catch((error: unknown) => passing(error, "bytesSent")); while (!await Promise.race([over, pause(20)]));
  a.close(), b.close();
  return () => {
    if (wrong.length) return wrong[0];
    for (let i = 1; i < got.length; i++) if (got[i]! <= got[i - 1]!) return `datagram ${got[i]} came after ${got[i - 1]}`;
    return actor.kind !== "udp" && got.length !== count ? `of ${count} datagrams ${got.length} came` : undefined;
  };
}

/** How much an injected error says that was sent. */
function passing(error: unknown, what: string): number {
  const { code, [what]: sent = 0 } = error as Record<string, any>;
  if (!["ENOBUFS", "ENOMEM"].includes(code)) throw error;
  return sent;
}

async function endless(actor: Extract<Actor, { op: "endless" }>, under: Under): Promise<Judgement> {
  const [from, to] = pairOf(under, "tcp"), sending = inWorker(under, from, { role: "endless", stream: 0, total: 0, seed: 0, calm: true });
  const socket = promised(under, to);
  await socket.recv(1);
  const end = performance.now() + actor.milliseconds * slow;
  while (performance.now() < end) await socket.recv(actor.size);
  socket.close();
  await sending;
  return () => undefined;
}

async function through(actor: Extract<Actor, { op: "through" }>, stream: number, under: Under): Promise<Judgement> {
  const [a, b] = pairOf(under, actor.kind).map(socket => promised(under, socket)) as [any, any], random = new Random(actor.seed);
  const total = actor.bytes, chunks: Uint8Array[] = [], pieces: Uint8Array[] = [];
  await turn();
  for (let at = 0; at < total;) {
    const to = Math.min(total, at + random.pick([10, 1000, 20_000]));
    pieces.push(fill({ stream, from: at, to }, new Uint8Array(to - at)));
    at = to;
  }
  if (actor.what === "duplex") {
    const writer = a.toDuplex(), reader = b.toDuplex(), closed = Promise.all([once(writer, "close"), once(reader, "close")]);
    writer.resume();
    const ended = once(reader, "end");
    reader.on("data", (chunk: Uint8Array) => { chunks.push(Uint8Array.from(chunk)); });
    for (const piece of pieces) if (!writer.write(piece)) await once(writer, "drain");
    writer.end();
    await ended;
    reader.end();
    await closed;
  } else {
    const writer = a.toWeb().writable.getWriter(), web = b.toWeb(), reader = web.readable.getReader();
    const writing = (async () => {
      for (const piece of pieces) await writer.write(piece);
      await writer.close();
    })();
    for (let result; !(result = await reader.read()).done;) chunks.push(Uint8Array.from(result.value));
    await Promise.all([writing, web.writable.close()]);
    a.close(), b.close();
  }
  return () => compare(Buffer.concat(chunks), joined([{ stream, from: 0, to: total }]));
}

/** Sockets that come and go, each with a byte or two of its own. */
async function churn(actor: Extract<Actor, { op: "churn" }>, stream: number, under: Under): Promise<Judgement> {
  const random = new Random(actor.seed), { constants: c, blocking, promises } = under, wrong: string[] = [];
  const open = () => blocking.socketpair(c.AF_UNIX, c.SOCK_STREAM).map(socket => new promises.Socket(c.AF_UNIX, c.SOCK_STREAM, 0, socket.detach())) as any[];
  const kept: any[][] = [];
  for (let round = 0; round < actor.rounds; round++) {
    const pair = kept.length > 4 ? kept.splice(random.below(kept.length), 1)[0]! : open(), [a, b] = pair;
    const bytes = fill({ stream, from: round * 8, to: round * 8 + 8 }, new Uint8Array(8));
    const coming = b.recv(100);
    if (random.chance(0.5)) await turn();
    await surely(a, bytes);
    let got: Uint8Array = await coming;
    while (got.length < bytes.length) got = Buffer.concat([got, await b.recv(bytes.length - got.length)]);
    if (compare(got, bytes)) wrong.push(`round ${round}: ${compare(got, bytes)}`);
    const end = random.weighted({ keep: 4, close: 3, number: 1, duplicate: 2, waiting: 2, drop: under.capabilities.collector ? 1 : 0 });
    if (end === "keep") kept.push(pair);
    else if (end === "close") a.close(), b.close();
    else if (end === "number") {
      blocking.close(b.fileno());
      b.detach();
      a.close();
    } else if (end === "duplicate") {
      const copy = b.dup();
      b.close();
      kept.push([a, copy]);
    } else if (end === "drop") {
      // The old object of a duplicated descriptor is left to the collector.
      kept.push([a, b.dup()]);
      if (random.chance(0.3)) await under.collect();
    } else {
      const waiting = b.recv(10).then(() => "an answer", (error: { code: string }) => error.code);
      if (random.chance(0.5)) await turn();
      b.close(), a.close();
      const code = await waiting;
      if (code !== "EBADF") wrong.push(`a call of a closed socket: ${code}`);
    }
  }
  for (const socket of kept.flat()) socket.close();
  return () => wrong[0];
}

async function terminate(actor: Extract<Actor, { op: "terminate" }>, under: Under): Promise<Judgement> {
  const { constants: c } = under, [a, b] = under.blocking.socketpair(c.AF_UNIX, c.SOCK_STREAM) as [any, any];
  const workerData: Task = {
    module: under.blockingModule, constants: { ...c }, role: "busy", stream: 0, total: 0, seed: actor.seed, calm: true,
    socket: { family: b.family, type: b.type, proto: b.proto, fd: b.detach() },
  };
  const worker = new Worker(new URL("worker.js", import.meta.url), { workerData });
  await once(worker, "message");
  await pause(actor.milliseconds);
  await worker.terminate();
  a.close();
  return () => undefined;
}

async function serve(actor: Extract<Actor, { op: "serve" }>, stream: number, under: Under): Promise<Judgement> {
  const { constants: c, promises: { Socket }, address } = under, wrong: string[] = [], listener = new Socket(c.AF_INET!, c.SOCK_STREAM) as any;
  await listener.bind([address, 0]);
  listener.listen(64);
  const echoes: Promise<void>[] = [];
  const serving = (async () => {
    for await (const [connection] of listener.connections({ onError() {} })) {
      echoes.push((async () => {
        for (let data: Uint8Array; (data = await connection.recv(100)).length > 0;) await surely(connection, data);
        connection.close();
      })());
    }
  })();
  await Promise.all(Array.from({ length: actor.clients }, async (_, i) => {
    const client = new Socket(c.AF_INET!, c.SOCK_STREAM) as any, bytes = fill({ stream, from: 100 * i, to: 100 * i + 100 }, new Uint8Array(100));
    await client.connect(listener.getsockname());
    await surely(client, bytes);
    client.shutdown(c.SHUT_WR);
    const chunks: Uint8Array[] = [];
    for (let data: Uint8Array; (data = await client.recv(100)).length > 0;) chunks.push(data);
    client.close();
    const difference = compare(Buffer.concat(chunks), bytes);
    if (difference) wrong.push(`client ${i}: ${difference}`);
  }));
  listener.close();
  await serving;
  await Promise.all(echoes);
  return () => wrong[0];
}

/** All of it, whatever passing errors come. */
async function surely(socket: any, data: Uint8Array): Promise<void> {
  for (let at = 0; at < data.length;) {
    try {
      await socket.sendall(data.subarray(at));
      return;
    } catch (error) { at += passing(error, "bytesSent"); }
  }
}
