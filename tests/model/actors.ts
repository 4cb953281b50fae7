// What goes on in a crowded program over streams: each actor has sockets and bytes of its own, and
// says in the end what was wrong.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { compare, fill, joined, type Run } from "./bytes.js";
import type { Actor } from "./crowd.js";
import { pairOf, promised } from "./pair.js";
import { Random } from "./random.js";
import { receives, sends, surely, type Side } from "./traffic.js";
import { pause, slow, turn, type Judgement, type Under } from "./under.js";
import type { Task } from "./worker.js";

/** Has a worker do its part; what it answers. */
async function inWorker(
  under: Under,
  socket: any,
  task: Pick<Task, "role" | "stream" | "total" | "seed" | "calm">,
): Promise<any> {
  const { family, type, proto } = socket;
  const workerData: Task = {
    ...task,
    module: under.blockingModule,
    constants: { ...under.constants },
    socket: { family, type, proto, fd: socket.detach() },
  };
  const worker = new Worker(new URL("worker.js", import.meta.url), { workerData });
  const [[answer]] = await Promise.all([once(worker, "message"), once(worker, "exit")]);
  if (answer.error) throw new Error(`in a worker: ${answer.error}`);
  return answer;
}

export async function streams(
  actor: Extract<Actor, { op: "stream" }>,
  stream: number,
  under: Under,
): Promise<Judgement> {
  const [from, to] = pairOf(under, actor.kind);
  const { seed, bytes: total } = actor;
  const calm = actor.calm === true;
  const { constants, file } = under;
  const sending =
    actor.from === "worker"
      ? inWorker(under, from, { role: "send", stream, total, seed, calm }).then(({ runs }) => runs as Run[])
      : (async () => {
          const socket = promised(under, from);
          const side: Side = { socket, constants, promises: true, calm, file };
          const runs = await sends(side, stream, total, new Random(seed));
          socket.close();
          return runs;
        })();
  const receiving =
    actor.to === "worker"
      ? inWorker(under, to, { role: "receive", stream, total, seed: seed + 1, calm }).then(
          ({ chunks }) => chunks as Uint8Array[],
        )
      : (async () => {
          const socket = promised(under, to);
          const chunks = await receives({ socket, constants, promises: true, calm }, new Random(seed + 1));
          socket.close();
          return chunks;
        })();
  const [runs, chunks] = await Promise.all([sending, receiving]);
  return () => compare(Buffer.concat(chunks), joined(runs));
}

export async function endless(actor: Extract<Actor, { op: "endless" }>, under: Under): Promise<Judgement> {
  const [from, to] = pairOf(under, "tcp");
  const sending = inWorker(under, from, { role: "endless", stream: 0, total: 0, seed: 0, calm: true });
  const socket = promised(under, to);
  await socket.recv(1);
  const end = performance.now() + actor.milliseconds * slow;
  while (performance.now() < end) await socket.recv(actor.size);
  socket.close();
  await sending;
  return () => undefined;
}

export async function through(
  actor: Extract<Actor, { op: "through" }>,
  stream: number,
  under: Under,
): Promise<Judgement> {
  const [a, b] = pairOf(under, actor.kind).map(socket => promised(under, socket)) as [any, any];
  const random = new Random(actor.seed);
  const total = actor.bytes;
  const chunks: Uint8Array[] = [];
  const pieces: Uint8Array[] = [];
  await turn();
  for (let at = 0; at < total; ) {
    const to = Math.min(total, at + random.pick([10, 1000, 20_000]));
    pieces.push(fill({ stream, from: at, to }, new Uint8Array(to - at)));
    at = to;
  }
  if (actor.what === "duplex") {
    const writer = a.toDuplex();
    const reader = b.toDuplex();
    const closed = Promise.all([once(writer, "close"), once(reader, "close")]);
    writer.resume();
    const ended = once(reader, "end");
    reader.on("data", (chunk: Uint8Array) => {
      chunks.push(Uint8Array.from(chunk));
    });
    for (const piece of pieces) if (!writer.write(piece)) await once(writer, "drain");
    writer.end();
    await ended;
    reader.end();
    await closed;
  } else {
    const writer = a.toWeb().writable.getWriter();
    const web = b.toWeb();
    const reader = web.readable.getReader();
    const writing = (async () => {
      for (const piece of pieces) await writer.write(piece);
      await writer.close();
    })();
    for (;;) {
      const result = await reader.read();
      if (result.done) break;
      chunks.push(Uint8Array.from(result.value));
    }
    await Promise.all([writing, web.writable.close()]);
    a.close();
    b.close();
  }
  return () => compare(Buffer.concat(chunks), joined([{ stream, from: 0, to: total }]));
}

/** Sockets that come and go, each with a byte or two of its own. */
export async function churn(
  actor: Extract<Actor, { op: "churn" }>,
  stream: number,
  under: Under,
): Promise<Judgement> {
  const random = new Random(actor.seed);
  const { constants: c, blocking, promises } = under;
  const wrong: string[] = [];
  const open = () =>
    blocking
      .socketpair(c.AF_UNIX, c.SOCK_STREAM)
      .map(socket => new promises.Socket(c.AF_UNIX, c.SOCK_STREAM, 0, socket.detach())) as any[];
  const kept: any[][] = [];
  for (let round = 0; round < actor.rounds; round++) {
    const pair = kept.length > 4 ? kept.splice(random.below(kept.length), 1)[0]! : open();
    const [a, b] = pair;
    const bytes = fill({ stream, from: round * 8, to: round * 8 + 8 }, new Uint8Array(8));
    const coming = b.recv(100);
    if (random.chance(0.5)) await turn();
    await surely(a, bytes);
    let got: Uint8Array = await coming;
    while (got.length < bytes.length) got = Buffer.concat([got, await b.recv(bytes.length - got.length)]);
    if (compare(got, bytes)) wrong.push(`round ${round}: ${compare(got, bytes)}`);
    const end = random.weighted({
      keep: 4,
      close: 3,
      number: 1,
      duplicate: 2,
      waiting: 2,
      drop: under.capabilities.collector ? 1 : 0,
    });
    if (end === "keep") kept.push(pair);
    else if (end === "close") {
      a.close();
      b.close();
    } else if (end === "number") {
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
      const waiting = b.recv(10).then(
        () => "an answer",
        (error: { code: string }) => error.code,
      );
      if (random.chance(0.5)) await turn();
      b.close();
      a.close();
      const code = await waiting;
      if (code !== "EBADF") wrong.push(`a call of a closed socket: ${code}`);
    }
  }
  for (const socket of kept.flat()) socket.close();
  return () => wrong[0];
}

export async function terminate(
  actor: Extract<Actor, { op: "terminate" }>,
  under: Under,
): Promise<Judgement> {
  const { constants: c } = under;
  const [a, b] = under.blocking.socketpair(c.AF_UNIX, c.SOCK_STREAM) as [any, any];
  const workerData: Task = {
    module: under.blockingModule,
    constants: { ...c },
    role: "busy",
    stream: 0,
    total: 0,
    seed: actor.seed,
    calm: true,
    socket: { family: b.family, type: b.type, proto: b.proto, fd: b.detach() },
  };
  const worker = new Worker(new URL("worker.js", import.meta.url), { workerData });
  await once(worker, "message");
  await pause(actor.milliseconds);
  await worker.terminate();
  a.close();
  return () => undefined;
}
