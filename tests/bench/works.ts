// The table of what is measured, and on which side: a new row or a new peer is a line here.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { IDLE } from "./round.js";
import type { Measure } from "./statistics.js";

const built = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const source = (name: string) => fileURLToPath(new URL(`../../../tests/bench/${name}`, import.meta.url));
const installed = (name: string) =>
  fileURLToPath(new URL(`../../../.cache/bench/node_modules/.bin/${name}`, import.meta.url));
/** The folder in which the commit of BENCH_BASE is built; undefined without one. */
const base =
  process.env.BENCH_BASE &&
  execFileSync(source("base.sh"), [process.env.BENCH_BASE], { encoding: "utf8" }).trim();
const python = process.env.PYTHON ?? "python3";

/**
 * Where memory is judged V8's young generation is kept small: how far it grows while connections
 * come, 8 MB or 16, is luck.
 */
const flags = (work: string) => (work.endsWith("-hold") ? ["--max-semi-space-size=1"] : []);

/** How each side is started for a work. */
export const sides = {
  ours: (work: string) => [process.execPath, built("ours.js"), work],
  C: (work: string) => [built("peer"), work],
  CPython: (work: string) => [python, source("peer.py"), work],
  "plain JS": (work: string) => [process.execPath, built("ours.js"), "plain", work],
  "empty program": () => [built("spent"), process.execPath, built("empty.js")],
  import: () => [built("spent"), process.execPath, built("import.js")],
  // The works on an event loop.
  promises: (work: string) => [process.execPath, ...flags(work), built("serve.js"), "ours", work],
  "100 open": () => [process.execPath, built("serve.js"), "ours", "serve-echo"],
  node: (work: string) => [process.execPath, ...flags(work), built("serve.js"), "node", work],
  "C epoll": (work: string) => [built("serve"), work],
  asyncio: (work: string) => [python, source("serve.py"), work],
  Bun: (work: string) => [installed("bun"), source("serve-bun.js"), work],
  Deno: (work: string) => [installed("deno"), "run", "-A", source("serve-deno.js"), work],
} as const;
export type SideName = keyof typeof sides;

/**
 * How the base's side of a work is started: with the programs of this tree; undefined where there
 * is no base, or it has no part in the work.
 */
export function baseOf(ours: SideName, work: string): string[] | undefined {
  if (!base || (ours !== "ours" && ours !== "promises")) return undefined;
  return sides[ours](work).map(word => word.replace(built("../../.."), `${base}/`));
}

/** What the ratio to a peer must be at least; without a bar it is shown for scale. */
export interface Bar {
  against: SideName;
  bar?: number;
  aim?: number;
}

export interface Work {
  name: string;
  /** The sides' word for it, where several works share one. */
  work?: string;
  /** Which side is ours: blocking calls if it isn't said. */
  ours?: SideName;
  /** What is judged, if not CPU time. */
  judge?: Measure;
  /** What one operation is. */
  per: string;
  /** Operations of a round: about 0.1 to 0.3 s. */
  count: number;
  /** The load generator's word for it, where it needs one. */
  load?: string;
  /** Connections that our side has from the beginning, idle. */
  held?: number;
  /** Each round has a process of its own. */
  fresh?: boolean;
  bars: Bar[];
}

const codec: Bar[] = [{ against: "CPython", bar: 1.2, aim: 2 }, { against: "plain JS" }, { against: "C" }];

export const works: Work[] = [
  { name: "inet_pton-4", per: "call", count: 400_000, bars: codec },
  { name: "inet_pton-6", per: "call", count: 400_000, bars: codec },
  { name: "inet_ntop-4", per: "call", count: 400_000, bars: codec },
  { name: "inet_ntop-6", per: "call", count: 400_000, bars: codec },
  {
    name: "address-6",
    per: "connectEx() of a closed socket and getsockname(), both system calls included",
    count: 100_000,
    bars: [{ against: "CPython", bar: 1.2, aim: 2 }, { against: "C" }],
  },
  {
    name: "codec-6",
    per: "encodeAddress() and decodeAddress() of AF_INET6; CPython: inet_pton(), inet_ntop() and struct",
    count: 200_000,
    bars: [{ against: "CPython", bar: 1.2, aim: 2 }],
  },
  {
    name: "tcp-echo",
    per: "message of 64 bytes, 32 in flight",
    count: 20_000,
    load: "tcp-echo",
    bars: [
      { against: "CPython", bar: 1, aim: 1.06 },
      { against: "C", bar: 0.9, aim: 0.96 },
    ],
  },
  {
    name: "udp-echo",
    per: "datagram of 64 bytes, bursts of 64",
    count: 64 * 400,
    load: "udp-echo",
    bars: [
      { against: "CPython", bar: 1.1, aim: 1.25 },
      { against: "C", bar: 0.8, aim: 0.93 },
    ],
  },
  {
    name: "bulk-send",
    per: "64 KiB sendall",
    count: 16_384,
    load: "bulk-send",
    bars: [{ against: "C", bar: 0.95, aim: 1 }, { against: "CPython" }],
  },
  {
    name: "bulk-receive",
    per: "64 KiB through recvInto",
    count: 16_384,
    load: "bulk-receive",
    bars: [{ against: "C", bar: 0.95, aim: 1 }, { against: "CPython" }],
  },

  ...(
    [
      {
        name: "loop-echo-64",
        work: "serve-echo",
        per: "request of 64 bytes, 64 connections, one in flight each",
        count: 100_000,
        load: "crowd 64",
        bars: [
          { against: "node", bar: 1.35, aim: 1.5 },
          { against: "Bun", bar: 0.95, aim: 1.1 },
          { against: "C epoll", bar: 0.85, aim: 1 },
          { against: "Deno" },
          { against: "asyncio" },
        ],
      },
      {
        name: "loop-echo-1",
        work: "serve-echo",
        per: "round trip of 64 bytes, 1 connection",
        count: 30_000,
        load: "crowd 1",
        bars: [{ against: "node", bar: 1.3, aim: 1.5 }, { against: "Bun" }, { against: "C epoll" }],
      },
      {
        name: "loop-udp-receive",
        work: "udp-receive",
        per: "datagram of 64 bytes, flooded",
        count: 200_000,
        load: "crowd flood",
        bars: [
          { against: "node", bar: 1.5, aim: 2 },
          { against: "C epoll", bar: 0.7, aim: 0.9 },
        ],
      },
      {
        name: "loop-udp-trickle",
        work: "udp-receive",
        per: "datagram of 64 bytes, one sent at a time",
        count: 100_000,
        load: "crowd trickle",
        bars: [{ against: "node" }, { against: "C epoll" }],
      },
      {
        name: "loop-udp-send",
        work: "udp-send",
        per: "datagram of 64 bytes",
        count: 64 * 1000,
        load: "crowd sink",
        bars: [
          { against: "node", bar: 1.15 },
          { against: "C epoll", aim: 0.95 },
        ],
      },
      {
        name: "loop-udp-segments",
        work: "udp-segments",
        judge: "wall",
        per: "datagram of 1200 bytes, UDP_SEGMENT",
        count: 54 * 1000,
        load: "crowd sink",
        bars: [{ against: "node", bar: 5, aim: 8 }, { against: "C epoll" }],
      },
      {
        name: "loop-udp-joined",
        work: "udp-joined",
        per: "byte, UDP_GRO",
        count: 200_000_000,
        load: "crowd flood-segments",
        bars: [{ against: "node", bar: 3, aim: 6 }, { against: "C epoll" }],
      },
      {
        name: "loop-udp-echo",
        work: "udp-echo",
        per: "datagram of 64 bytes by recvfrom() and sendto(), bursts of 64",
        count: 64 * 400,
        load: "udp-echo",
        bars: [{ against: "node", bar: 1.7 }, { against: "C" }],
      },
      {
        name: "loop-duplex-echo-64",
        work: "duplex-echo",
        per: "request of 64 bytes over toDuplex(), 64 connections, one in flight each",
        count: 30_000,
        load: "crowd 64",
        bars: [{ against: "node", bar: 1.4 }],
      },
      {
        name: "loop-http-100",
        work: "http-100",
        per: "http request over toDuplex(), answered with 100 bytes, 32 connections",
        count: 8_000,
        load: "crowd http",
        bars: [{ against: "node" }],
      },
      {
        name: "loop-http-100k",
        work: "http-100k",
        per: "http request over toDuplex(), answered with 100 kB, 32 connections",
        count: 4_000,
        load: "crowd http",
        bars: [{ against: "node", bar: 1 }],
      },
      {
        name: "loop-bulk-send",
        work: "serve-send",
        per: "64 KiB sendall",
        count: 16_384,
        load: "bulk-send",
        bars: [
          { against: "node", bar: 1.1 },
          { against: "C epoll", bar: 0.9, aim: 1 },
        ],
      },
      {
        name: "loop-bulk-receive",
        work: "serve-receive",
        per: "64 KiB through recvInto",
        count: 16_384,
        load: "bulk-receive",
        bars: [
          { against: "node", bar: 1.1 },
          { against: "C epoll", bar: 0.9, aim: 1 },
        ],
      },
      {
        name: "loop-file",
        work: "serve-file",
        per: "64 KiB of a file of 256 MiB, sent again and again",
        count: 16_384,
        load: "bulk-send",
        bars: [
          { against: "node", bar: 2 },
          { against: "C epoll", aim: 0.95 },
        ],
      },
      {
        name: "loop-accept",
        work: "serve-accept",
        per: "connection accepted and closed, 32 at a time",
        count: 10_000,
        load: "crowd come-and-go",
        bars: [{ against: "node", bar: 1.2, aim: 1.5 }, { against: "C epoll" }],
      },
      {
        name: "loop-memory",
        work: "serve-hold",
        judge: "bytes",
        per: "idle connection, waiting for its first bytes",
        count: 10_000,
        load: "crowd hold",
        fresh: true,
        bars: [{ against: "node", bar: 2.5, aim: 5 }],
      },
      {
        name: "loop-duplex-memory",
        work: "duplex-hold",
        judge: "bytes",
        per: "idle stream of toDuplex() with a listener for data",
        count: 10_000,
        load: "crowd hold",
        fresh: true,
        bars: [{ against: "node", bar: 1 }],
      },
      {
        name: "loop-among-idle",
        work: "serve-among-idle",
        judge: "wall",
        per: "request of 64 bytes, 100 connections at work among 10,000 idle ones",
        count: 50_000,
        load: "crowd 100",
        held: IDLE,
        bars: [{ against: "100 open", bar: 0.9, aim: 1 }],
      },
    ] satisfies Omit<Work, "ours">[]
  ).map(work => ({ ...work, ours: "promises" as const })),
];

/**
 * What is left of the loop while it has more to do than it can: ticks of an interval, against the
 * peer's and against the clock's.
 */
export const fair = [
  { name: "fair-flood", what: "a flood of small datagrams, recvfrom()", load: "crowd trickle" },
  { name: "fair-pieces", what: "recv(16) from an endless sender", load: "crowd endless" },
  { name: "fair-crowd", what: "accept() at EMFILE, connections waiting", load: "crowd hold" },
] as const;
export const fairBars = { rounds: 5, milliseconds: 1000, peer: 0.9, clock: 0.7 } as const;

/** Bars that are not ratios. */
export const limits = {
  import: { what: "import, CPU above an empty Node program", unit: "ms", bar: 15, aim: 8 },
  codec: { what: "codec.wasm, no imports and a fixed memory", unit: "KiB", bar: 24, aim: 16 },
  memory: { what: "codec.wasm's memory", unit: "KiB", bar: 128, aim: 64 },
  // Counters and feedback may cost a few hundred bytes; a byte a call would be a megabyte.
  growth: { what: "growth of heap and external memory over 1e6 recvInto", unit: "KiB", bar: 64, aim: 16 },
  // What is noted by descriptor number takes some 30 bytes; a buffer of its own would be 64 KiB.
  idle: {
    what: "external memory of an idle stream of toDuplex() that reads",
    unit: "bytes",
    bar: 64,
    aim: 32,
  },
} as const;
/** A program and its word: `load tcp-echo` where only the word is given. */
export const loader = (words: string) =>
  words.includes(" ") ? [built(words.split(" ")[0]!), words.split(" ")[1]!] : [built("load"), words];
export const growth = () => [process.execPath, "--expose-gc", built("growth.js")];
export const idle = () => [process.execPath, "--expose-gc", built("idle.js")];
export const codecFile = built("../../codec.wasm");
