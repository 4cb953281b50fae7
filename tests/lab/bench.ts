// AF_ALG: sha256 of 8 MiB by ours and by CPython's module, in turn: LAB="node
// dist/tests/lab/bench.js" ./build.sh lab. What is judged is wall-clock time, since the kernel
// computes; the ratio is CPython / ours of medians, in brackets the middle half of the pairs' own.
import { createHash } from "node:crypto";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { AF_ALG, SOCK_SEQPACKET, Socket } from "../../ts/index.js";

const SIZE = 8 << 20;
const PAIRS = Number(process.env.BENCH_PAIRS ?? 15);
const BAR = 0.95;
const data = Buffer.alloc(SIZE, "sha256 of 8 MiB");
const wanted = createHash("sha256").update(data).digest("hex");

/** For each line one hash: its digest and its milliseconds. */
const script = `
import socket, sys, time
data = (b"sha256 of 8 MiB" * (${SIZE} // 15 + 1))[:${SIZE}]
with socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET) as s:
  s.bind(("hash", "sha256"))
  with s.accept()[0] as op:
    for line in sys.stdin:
      began = time.perf_counter(); op.sendall(data); digest = op.recv(32); spent = time.perf_counter() - began
      print(digest.hex(), spent * 1000, flush=True)`;

const quantile = (values: readonly number[], q: number) => {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const low = Math.floor(at);
  return sorted[low]! + (sorted[Math.ceil(at)]! - sorted[low]!) * (at - low);
};

const child = spawn(process.env.PYTHON ?? "python3", ["-u", "-c", script], {
  stdio: ["pipe", "pipe", "inherit"],
});
const closed = once(child, "close");
const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
using s = new Socket(AF_ALG, SOCK_SEQPACKET);
s.bind(["hash", "sha256"]);
const [op] = s.accept();
using used = op;

function ours(): [digest: string, milliseconds: number] {
  const began = performance.now();
  used.sendall(data);
  const digest = used.recv(32);
  return [digest.toString("hex"), performance.now() - began];
}

async function theirs(): Promise<[digest: string, milliseconds: number]> {
  child.stdin.write("\n");
  const { value, done } = await lines.next();
  if (done) throw new Error("CPython ended");
  const [digest, milliseconds] = value.split(" ");
  return [digest!, Number(milliseconds)];
}

const spent: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] };
for (let pair = -1; pair < PAIRS; pair++) {
  for (const side of pair & 1 ? (["ours", "theirs"] as const) : (["theirs", "ours"] as const)) {
    const [digest, milliseconds] = side === "ours" ? ours() : await theirs();
    if (digest !== wanted) throw new Error(`${side}: digest ${digest}, not ${wanted}`);
    if (pair >= 0) spent[side].push(milliseconds);
  }
}
child.stdin.end();
await closed;
const ratio = quantile(spent.theirs, 0.5) / quantile(spent.ours, 0.5);
const pairs = spent.theirs.map((t, i) => t / spent.ours[i]!);
console.log(
  `ALG sha256 of 8 MiB: ours ${quantile(spent.ours, 0.5).toFixed(1)} ms, CPython ${quantile(spent.theirs, 0.5).toFixed(1)} ms, ` +
    `ratio ${ratio.toFixed(2)} (${quantile(pairs, 0.25).toFixed(2)}..${quantile(pairs, 0.75).toFixed(2)}), bar ${BAR}: ${ratio >= BAR ? "pass" : "FALLS SHORT"}`,
);
process.exitCode = ratio >= BAR ? 0 : 1;
