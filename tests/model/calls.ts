// The calls of a stepwise program: how each is made, and how its answer is read.
import type { Actual } from "./answers.js";
import { bytesOf, joined, pieces, whose, type Run } from "./bytes.js";
import { BATCH } from "./kernel.js";
import type { Step } from "./program.js";
import { Fault, pause, slow, type Under } from "./under.js";

/** A call that is yet to be made. */
export interface Call {
  made: () => unknown;
  read: (value: any) => Actual;
  /** When it has settled. */
  close?: () => void;
}

const UNTOUCHED = 0xee;
const GUARD = 8;
/** Seconds in which a call must settle whose answer is known. */
export const SETTLES = 5;

/** A receiving call: how it is made, and how its answer is read. */
export function receiving(
  step: Extract<Step, { op: "receive" }>,
  socket: any,
  c: Readonly<Record<string, number>>,
  options: unknown[],
): Call & { buffer: ArrayBuffer } {
  const { size, call } = step;
  const flags = step.flags.reduce((all, name) => all | c[name]!, 0);
  const truncates = step.flags.includes("MSG_TRUNC");
  const buffer = new ArrayBuffer(size + GUARD);
  const view = new Uint8Array(buffer).fill(UNTOUCHED);
  const into = (n: number): Actual => {
    if (view.subarray(truncates ? 0 : n).some(byte => byte !== UNTOUCHED))
      throw new Fault(`bytes behind the ${n} received were written`);
    return truncates && n > 0 ? { zeros: n } : { bytes: view.slice(0, n) };
  };
  const whole = (bytes: Uint8Array): Actual =>
    truncates && bytes.length > 0 && bytes.every(byte => byte === 0) ? { zeros: bytes.length } : { bytes };
  const msgFlags = (n: number): { truncated: boolean } => ({ truncated: (n & c.MSG_TRUNC!) !== 0 });
  const half = size >> 1;
  let made: () => unknown;
  let read: (value: any) => Actual;
  switch (call) {
    case "recv":
      made = () => socket.recv(size, flags, ...options);
      read = whole;
      break;
    case "recvfrom":
      made = () => socket.recvfrom(size, flags, ...options);
      read = ([bytes]) => whole(bytes);
      break;
    case "recvmsg":
      made = () => socket.recvmsg(size, 0, flags, ...options);
      read = ([bytes, , n]) => ({ ...whole(bytes), ...(truncates ? {} : msgFlags(n)) });
      break;
    case "recvInto":
      made = () => socket.recvInto(view, size, flags, ...options);
      read = into;
      break;
    case "recvfromInto":
      made = () => socket.recvfromInto(view, size, flags, ...options);
      read = ([n]) => into(n);
      break;
    case "recvmsgInto":
      made = () =>
        socket.recvmsgInto([view.subarray(0, half), view.subarray(half, size)], 0, flags, ...options);
      read = ([n, , f]) => ({ ...into(n), ...(truncates ? {} : msgFlags(f)) });
      break;
    case "recvmmsg": {
      const batch = socket.batch({ count: BATCH, size });
      made = () => socket.recvmmsg(batch, flags, ...options);
      read = n => ({ batch: Array.from({ length: n }, (_, i) => Uint8Array.from(batch.data(i))) });
    }
  }
  return { made, read, buffer };
}

/** A sending call of any kind, of the bytes of a run. */
export function sending(
  step: Extract<Step, { op: "send" }>,
  socket: any,
  run: Run,
  under: Under,
  options: unknown[],
  promises: boolean,
): Call {
  const { call, parts } = step;
  const data = bytesOf(run);
  const read = (n: number): Actual => ({ count: n });
  switch (call) {
    case "send":
      return { made: () => socket.send(data, ...options), read };
    case "sendall":
      return { made: () => socket.sendall(data, ...options), read: () => ({ done: true }) };
    case "sendmsg":
      return { made: () => socket.sendmsg(pieces(run, parts).map(bytesOf), ...options), read };
    case "sendto": {
      const to = socket.fileno() < 0 ? [under.address, 9] : socket.getpeername();
      return { made: () => socket.sendto(data, to, ...options), read };
    }
    case "sendmmsg": {
      const batch = socket.batch({ count: 8, size: data.length });
      for (const piece of pieces(run, parts)) batch.push(bytesOf(piece));
      return { made: () => socket.sendmmsg(batch, ...options), read };
    }
    case "sendSegments":
      return { made: () => socket.sendSegments(data, Math.ceil(data.length / parts), ...options), read };
    case "sendfile":
      return sendingFile(data, parts, socket, under, promises);
  }
}

const PIECE = 500;

/**
 * From a descriptor, from an object that gives bytes, or (where a promise is taken) from a
 * thenable, which answers at once.
 */
function sendingFile(data: Uint8Array, parts: number, socket: any, under: Under, promises: boolean): Call {
  const read = (n: number): Actual => ({ count: n });
  if (parts === 1) {
    const file = under.file(data);
    return { made: () => socket.sendfile(file.fd), read, close: () => file.close() };
  }
  let at = 0;
  const next = (size: number): Uint8Array => {
    const from = at;
    at = Math.min(data.length, at + Math.min(size, PIECE));
    return data.subarray(from, at);
  };
  const later = (size: number) => ({ then: (done: (bytes: Uint8Array) => void) => done(next(size)) });
  return { made: () => socket.sendfile({ read: parts === 3 && promises ? later : next }), read };
}

/** Receives all that the model says is on its way. */
export async function drain(
  step: Extract<Step, { op: "drain" }>,
  socket: any,
  runs: Run[],
  blocks: boolean,
): Promise<void> {
  const expected = joined(runs);
  const total = expected.length;
  const limit = performance.now() + 2 * SETTLES * 1000 * slow;
  socket.settimeout(blocks ? 0 : SETTLES * slow);
  let at = 0;
  while (at < total) {
    const buffer = new Uint8Array(Math.min(step.size, total - at));
    let n: number;
    try {
      if (step.call === "recv" || step.call === "recvfrom" || step.call === "recvmsg") {
        const result = await socket[step.call](buffer.length);
        const bytes = step.call === "recv" ? result : result[0];
        buffer.set(bytes);
        n = bytes.length;
      } else {
        const result = await socket[step.call](step.call === "recvmsgInto" ? [buffer] : buffer);
        n = typeof result === "number" ? result : result[0];
      }
    } catch (error) {
      if (!blocks || (error as { code?: string }).code !== "EAGAIN" || performance.now() > limit)
        throw new Fault(`drain: after ${at} of ${total} bytes: ${error}`);
      await pause(1);
      continue;
    }
    if (n === 0) throw new Fault(`drain: the stream ends after ${at} of ${total} bytes`);
    const got = buffer.subarray(0, n);
    const wanted = expected.subarray(at, at + n);
    if (Buffer.compare(got, wanted) !== 0)
      throw new Fault(
        `drain: after ${at} of ${total} bytes came ${whose(got.slice(0, 64))}, not ${whose(wanted.slice(0, 64))}`,
      );
    at += n;
  }
}
