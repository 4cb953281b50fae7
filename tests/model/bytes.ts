// Bytes that say whose they are and which they are: each is a function of its stream and its place
// there.

/** Four bytes of a stream at once, as a number. */
function word(stream: number, at: number): number {
  let h = Math.imul(stream + 1, 0x9e3779b1) ^ Math.imul(at + 0x7f4a7c15, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return (h ^ (h >>> 15)) >>> 0;
}

/** The byte of `stream` at `at`. */
export function byteAt(stream: number, at: number): number {
  return (word(stream, at >>> 2) >>> (8 * (at & 3))) & 0xff;
}

/** A stretch of a stream: [from, to). */
export interface Run {
  stream: number;
  from: number;
  to: number;
}

export function fill(run: Run, into: Uint8Array): Uint8Array {
  for (let i = 0; i < run.to - run.from; i++) into[i] = byteAt(run.stream, run.from + i);
  return into;
}

export function bytesOf(run: Run): Uint8Array {
  return fill(run, new Uint8Array(run.to - run.from));
}

/** Several stretches, one after another. */
export function joined(runs: readonly Run[]): Uint8Array {
  const bytes = new Uint8Array(lengthOf(runs));
  let at = 0;
  for (const run of runs) {
    fill(run, bytes.subarray(at));
    at += run.to - run.from;
  }
  return bytes;
}

export function lengthOf(runs: readonly Run[]): number {
  return runs.reduce((sum, run) => sum + run.to - run.from, 0);
}

/** The first `count` bytes of several stretches, and what is left of these. */
export function split(runs: readonly Run[], count: number): [taken: Run[], left: Run[]] {
  const taken: Run[] = [];
  const left: Run[] = [];
  for (const run of runs) {
    const length = Math.min(count, run.to - run.from);
    if (length > 0) taken.push({ ...run, to: run.from + length });
    if (length < run.to - run.from) left.push({ ...run, from: run.from + length });
    count -= length;
  }
  return [taken, left];
}

/** How far a search for lost bytes looks. */
const STREAMS = 64;
const FAR = 400_000;
const ENOUGH = 4;

/** Whose bytes these are, in words: it looks through the streams of a program. */
export function whose(bytes: Uint8Array): string {
  if (bytes.length === 0) return "none";
  if (bytes.every(byte => byte === 0)) return `${bytes.length} zeros`;
  if (bytes.length < ENOUGH) return `${bytes.length} bytes [${bytes.join()}]`;
  for (let stream = 0; stream < STREAMS; stream++) {
    for (let at = 0; at < FAR; at++) {
      let same = 0;
      while (same < bytes.length && byteAt(stream, at + same) === bytes[same]) same++;
      if (same < ENOUGH) continue;
      const rest = same < bytes.length ? `, then ${whose(bytes.subarray(same))}` : "";
      return `bytes ${at} to ${at + same} of stream ${stream}${rest}`;
    }
  }
  return `${bytes.length} bytes of nobody`;
}

/** A run in so many pieces of one size; the last may be shorter. */
export function pieces(run: Run, parts: number): Run[] {
  const size = Math.ceil((run.to - run.from) / parts);
  const list: Run[] = [];
  for (let from = run.from; from < run.to; from += size)
    list.push({ ...run, from, to: Math.min(run.to, from + size) });
  return list;
}

/** Where what came differs from what was sent. */
export function compare(got: Uint8Array, wanted: Uint8Array): string | undefined {
  let at = 0;
  while (at < got.length && at < wanted.length && got[at] === wanted[at]) at++;
  if (at === got.length && at === wanted.length) return undefined;
  return `of ${wanted.length} bytes ${got.length} came; after ${at} came ${whose(got.slice(at, at + 64))}, not ${whose(wanted.slice(at, at + 64))}`;
}
