// The table of what is measured, and on which side: a new row or a new peer is a line here.
import { fileURLToPath } from "node:url";

const built = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const source = (name: string) => fileURLToPath(new URL(`../../../tests/bench/${name}`, import.meta.url));
const python = process.env.PYTHON ?? "python3";

/** How each side is started for a work. */
export const sides = {
  ours: (work: string) => [process.execPath, built("ours.js"), work],
  C: (work: string) => [built("peer"), work],
  CPython: (work: string) => [python, source("peer.py"), work],
  "plain JS": (work: string) => [process.execPath, built("ours.js"), "plain", work],
  "empty program": () => [built("spent"), process.execPath, built("empty.js")],
  "import": () => [built("spent"), process.execPath, built("import.js")],
} as const;
export type SideName = keyof typeof sides;

/** What the ratio to a peer must be at least; without a bar it is shown for scale. */
export interface Bar { against: SideName; bar?: number; aim?: number }

export interface Work {
  name: string;
  /** What one operation is. */
  per: string;
  /** Operations of a round: about 0.1 to 0.3 s. */
  count: number;
  /** The load generator's word for it, where it needs one. */
  load?: string;
  bars: Bar[];
}

const codec: Bar[] = [{ against: "CPython", bar: 1.2, aim: 2 }, { against: "plain JS" }, { against: "C" }];

export const works: Work[] = [
  { name: "inet_pton-4", per: "call", count: 400_000, bars: codec },
  { name: "inet_pton-6", per: "call", count: 400_000, bars: codec },
  { name: "inet_ntop-4", per: "call", count: 400_000, bars: codec },
  { name: "inet_ntop-6", per: "call", count: 400_000, bars: codec },
  { name: "address-6", per: "connectEx() of a closed socket and getsockname(), both system calls included", count: 100_000,
    bars: [{ against: "CPython", bar: 1.2, aim: 2 }, { against: "C" }] },
  { name: "tcp-echo", per: "message of 64 bytes, 32 in flight", count: 20_000, load: "tcp-echo",
    bars: [{ against: "CPython", bar: 1, aim: 1.06 }, { against: "C", bar: 0.9, aim: 0.96 }] },
  { name: "udp-echo", per: "datagram of 64 bytes, bursts of 64", count: 64 * 400, load: "udp-echo",
    bars: [{ against: "CPython", bar: 1.1, aim: 1.25 }, { against: "C", bar: 0.8, aim: 0.93 }] },
  { name: "bulk-send", per: "64 KiB sendall", count: 4096, load: "bulk-send", bars: [{ against: "C", bar: 0.95, aim: 1 }, { against: "CPython" }] },
  { name: "bulk-receive", per: "64 KiB through recvInto", count: 4096, load: "bulk-receive", bars: [{ against: "C", bar: 0.95, aim: 1 }, { against: "CPython" }] },
];

/** Bars that are not ratios. */
export const limits = {
  import: { what: "import, CPU above an empty Node program", unit: "ms", bar: 15, aim: 8 },
  codec: { what: "codec.wasm, no imports and a fixed memory", unit: "KiB", bar: 24, aim: 16 },
  memory: { what: "codec.wasm's memory", unit: "KiB", bar: 128, aim: 64 },
  // Counters and feedback may cost a few hundred bytes; a byte a call would be a megabyte.
  growth: { what: "growth of heap and external memory over 1e6 recvInto", unit: "KiB", bar: 64, aim: 16 },
} as const;
export const loader = (word: string) => [built("load"), word];
export const growth = () => [process.execPath, "--expose-gc", built("growth.js")];
export const codecFile = built("../../codec.wasm");
