// A stream's two sides in calls of every kind, for promise sockets and, in a worker, for blocking
// ones: both by the same rules.
import { bytesOf, type Run } from "./bytes.js";
import type { Random } from "./random.js";

/**
 * What a side needs. `promises`: its calls may be aborted. `file`: a file that holds these bytes.
 */
export interface Side {
  readonly socket: any;
  readonly constants: Readonly<Record<string, number>>;
  readonly promises: boolean;
  readonly calm: boolean;
  file?(bytes: Uint8Array): { fd: number; close(): void };
}

/**
 * Errors that say "later", or that were injected: nothing is lost by them that they do not tell.
 */
const PASSING = ["EAGAIN", "ETIMEDOUT", "ECANCELED", "ENOBUFS", "ENOMEM"];

const turn = (): Promise<void> =>
  new Promise(done => {
    setImmediate(done);
  });

/** How one call is troubled: its timeout, and when its signal is aborted. */
function trouble(
  random: Random,
  side: Side,
): { timeout: number | null; options: { signal: AbortSignal }[]; reason: Error | undefined } {
  const kind = side.calm
    ? "none"
    : random.weighted({ none: 12, zero: 2, short: 2, abort: side.promises ? 3 : 0 });
  if (kind !== "abort")
    return {
      timeout: kind === "none" ? null : kind === "zero" ? 0 : random.pick([0.001, 0.003]),
      options: [],
      reason: undefined,
    };
  const controller = new AbortController();
  const reason = new Error("aborted");
  const abort = () => controller.abort(reason);
  const when = random.pick(["microtask", "turn", "timer"]);
  if (when === "microtask") queueMicrotask(abort);
  else if (when === "turn") setImmediate(abort);
  else setTimeout(abort, 1);
  return { timeout: null, options: [{ signal: controller.signal }], reason };
}

/** What an error of a sending call says that was sent; an error that may not come is thrown. */
function sentOf(error: any, reason: Error | undefined): number {
  if (reason !== undefined && error === reason) return 0;
  if (!PASSING.includes(error?.code)) throw error;
  const sent = error.bytesSent ?? 0;
  if (error.code === "ECANCELED" && !(sent > 0)) throw new Error(`ECANCELED with bytesSent ${sent}`);
  return sent;
}

/**
 * Sends so many bytes of a stream, in calls of any kind, several at once. Returns what was taken,
 * in its order.
 */
export async function sends(side: Side, stream: number, total: number, random: Random): Promise<Run[]> {
  const { socket } = side;
  const runs: Run[] = [];
  const all = bytesOf({ stream, from: 0, to: total });
  if (side.promises) await turn();
  for (let at = 0; at < total; ) {
    const several = side.promises && random.chance(0.3) ? 1 + random.below(3) : 1;
    const made: { run: Run; reason: Error | undefined; call: Promise<unknown> }[] = [];
    for (let i = 0; i < several && at < total; i++) {
      const run = {
        stream,
        from: at,
        to: Math.min(total, at + random.pick([1, 10, 100, 1000, 5000, 50_000])),
      };
      const data = all.subarray(run.from, run.to);
      const { timeout, options, reason } = trouble(random, side);
      const name = random.weighted({
        sendall: 4,
        send: 3,
        sendmsg: 2,
        sendfile: side.file !== undefined && timeout !== 0 ? 1 : 0,
      });
      socket.settimeout(timeout);
      made.push({
        run,
        reason,
        call: (async () => {
          if (name === "send") return await socket.send(data, ...options);
          if (name === "sendmsg")
            return await socket.sendmsg(
              [data.subarray(0, data.length >> 1), data.subarray(data.length >> 1)],
              ...options,
            );
          if (name === "sendfile") {
            const file = side.file!(data);
            try {
              return await socket.sendfile(file.fd, 0, undefined, ...options);
            } finally {
              file.close();
            }
          }
          await socket.sendall(data, ...options);
          return data.length;
        })(),
      });
      at = run.to;
    }
    for (const [i, { status, ...result }] of (
      await Promise.allSettled(made.map(({ call }) => call))
    ).entries()) {
      const { run, reason } = made[i]!;
      const sent =
        status === "fulfilled"
          ? (result as { value: number }).value
          : sentOf((result as { reason: unknown }).reason, reason);
      if (sent > 0) runs.push({ ...run, to: run.from + sent });
    }
    if (side.promises && random.chance(0.3)) await turn();
  }
  socket.settimeout(null);
  socket.shutdown(side.constants.SHUT_WR);
  return runs;
}

/** Receives until the stream ends, in calls of any kind, several at once. */
export async function receives(side: Side, random: Random): Promise<Uint8Array[]> {
  const { socket, constants: c } = side;
  const chunks: Uint8Array[] = [];
  for (let ended = false; !ended; ) {
    const several = side.promises && random.chance(0.3) ? 1 + random.below(3) : 1;
    const made: { reason: Error | undefined; call: Promise<Uint8Array> }[] = [];
    for (let i = 0; i < several; i++) {
      const size = random.pick([1, 10, 100, 1000, 5000, 70_000]);
      const flags = random.chance(0.2) ? c.MSG_WAITALL! : 0;
      const buffer = new Uint8Array(size);
      const { timeout, options, reason } = trouble(random, side);
      const name = random.weighted({
        recv: 3,
        recvInto: 3,
        recvfrom: 1,
        recvfromInto: 1,
        recvmsg: 1,
        recvmsgInto: 1,
      });
      socket.settimeout(timeout);
      made.push({
        reason,
        call: (async () => {
          switch (name) {
            case "recv":
              return await socket.recv(size, flags, ...options);
            case "recvfrom":
              return (await socket.recvfrom(size, flags, ...options))[0];
            case "recvmsg":
              return (await socket.recvmsg(size, 0, flags, ...options))[0];
            case "recvInto":
              return buffer.subarray(0, await socket.recvInto(buffer, size, flags, ...options));
            case "recvfromInto":
              return buffer.subarray(0, (await socket.recvfromInto(buffer, size, flags, ...options))[0]);
            case "recvmsgInto":
              return buffer.subarray(0, (await socket.recvmsgInto([buffer], 0, flags, ...options))[0]);
          }
        })(),
      });
    }
    for (const [i, result] of (await Promise.allSettled(made.map(({ call }) => call))).entries()) {
      if (result.status === "rejected") sentOf(result.reason, made[i]!.reason);
      else if (result.value.length === 0) ended = true;
      else if (ended) throw new Error("bytes behind the end");
      else chunks.push(result.value);
    }
    // A loop that asks again and again without a wait would leave nobody else the thread.
    if (side.promises && random.chance(0.2)) await turn();
  }
  return chunks;
}

/** How much an injected error says that was sent. */
export function passing(error: unknown, what: string): number {
  const { code, [what]: sent = 0 } = error as Record<string, any>;
  if (!["ENOBUFS", "ENOMEM"].includes(code)) throw error;
  return sent;
}

/** All of it, whatever passing errors come. */
export async function surely(socket: any, data: Uint8Array): Promise<void> {
  for (let at = 0; at < data.length; ) {
    try {
      await socket.sendall(data.subarray(at));
      return;
    } catch (error) {
      at += passing(error, "bytesSent");
    }
  }
}
