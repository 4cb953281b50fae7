// ./build.sh bench: ours and its peers in one run, side by side. CPU time (user and system) of the process under test per
// operation is what is judged; wall-clock time stands beside it. Ratios are peer / ours of medians, so higher is
// better; in brackets the middle half of the pairs' own ratios. Words choose works: BENCH=udp ./build.sh bench.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { wasm } from "../../ts/webassembly.js";
import { Side, type Spent } from "./side.js";
import { codecFile, growth, limits, loader, sides, works, type SideName, type Work } from "./works.js";

const PAIRS = Number(process.env.BENCH_PAIRS ?? 9);
/** Programs started in a round of the import. */
const IMPORTS = 3;
const words = process.argv.slice(2);
const wanted = (name: string) => words.length === 0 || words.some(word => name.includes(word));

function quantile(values: number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b), at = (sorted.length - 1) * q, low = Math.floor(at);
  return sorted[low]! + (sorted[Math.ceil(at)]! - sorted[low]!) * (at - low);
}
const median = (values: number[]) => quantile(values, 0.5);

/** Rounds of every side in turn, back and forth: A B C, C B A, …. The first of each is not counted. */
async function measure(names: SideName[], work: string, count: number, load?: string): Promise<Map<SideName, Spent[]>> {
  const started = new Map<SideName, Side>();
  const spent = new Map<SideName, Spent[]>(names.map(name => [name, []]));
  try {
    for (const name of names) started.set(name, await Side.start(name, sides[name](work)));
    for (let pair = -1; pair < PAIRS; pair++) {
      for (const name of pair & 1 ? names : [...names].reverse()) {
        const round = await started.get(name)!.round(count, load === undefined ? undefined : loader(load));
        if (pair >= 0) spent.get(name)!.push({ cpu: round.cpu / count, wall: round.wall / count });
      }
    }
  } finally {
    for (const side of started.values()) await side.stop();
  }
  return spent;
}

let met = 0, judged = 0;
function verdict(ratio: number, bar?: number, aim?: number): string {
  if (bar === undefined) return "";
  judged++;
  if (ratio < bar) return "FALLS SHORT";
  met++;
  return aim === undefined || ratio >= aim ? "pass, aim met" : "pass";
}
const cell = (text: string, width: number) => text.padEnd(width);
const number = (value: number) => value >= 100 ? value.toFixed(0) : value.toPrecision(3);

async function ratios({ name, work = name, ours: side = "ours", judge = "cpu", per, count, load, bars }: Work): Promise<void> {
  const spent = await measure([side, ...bars.map(bar => bar.against)], work, count, load);
  const ours = spent.get(side)!, cpu = median(ours.map(s => s.cpu));
  console.log(`\n${name}: ours ${number(cpu * 1000)} ns CPU, ${number(median(ours.map(s => s.wall)) * 1000)} ns wall per ${per}`);
  for (const { against, bar, aim } of bars) {
    const peer = spent.get(against)!, of = (key: keyof Spent) => median(peer.map(s => s[key])) / median(ours.map(s => s[key]));
    const pairs = peer.map((s, i) => s[judge] / ours[i]![judge]), ratio = of(judge), other = judge === "cpu" ? "wall" : "cpu";
    console.log("  " + cell(against, 10) + cell(`${number(median(peer.map(s => s.cpu)) * 1000)} ns`, 10)
      + cell(`ratio ${ratio.toFixed(2)} (${quantile(pairs, 0.25).toFixed(2)}..${quantile(pairs, 0.75).toFixed(2)})`, 26)
      + cell(`${other} ${of(other).toFixed(2)}`, 12) + cell([bar && `bar ${bar}`, aim && `aim ${aim}`].filter(Boolean).join(", ") || "for scale", 22) + verdict(ratio, bar, aim));
  }
}

function limit({ what, unit, bar, aim }: { what: string; unit: string; bar: number; aim: number }, value: number, note = ""): void {
  console.log("  " + cell(what, 58) + cell(`${number(value)} ${unit}${note}`, 26) + cell(`bar ${bar}, aim ${aim}`, 18) + verdict(-value, -bar, -aim));
}

async function importing(): Promise<void> {
  const spent = await measure(["empty program", "import"], "", IMPORTS), empty = spent.get("empty program")!, full = spent.get("import")!;
  const above = (key: keyof Spent) => full.map((s, i) => (s[key] - empty[i]![key]) / 1000), cpu = above("cpu");
  limit(limits.import, median(cpu), ` (${number(quantile(cpu, 0.25))}..${number(quantile(cpu, 0.75))}, wall ${number(median(above("wall")))})`);
}

function codec(): void {
  const bytes = readFileSync(codecFile), module = new wasm.Module(bytes);
  const { memory } = new wasm.Instance(module).exports as { memory: { buffer: ArrayBuffer; grow(pages: number): number } };
  limit(limits.codec, bytes.length / 1024);
  limit(limits.memory, memory.buffer.byteLength / 1024);
  let grew = true;
  try { memory.grow(1); } catch { grew = false; }
  if (grew) throw new Error("codec.wasm's memory grows");
}

function growing(): void {
  const [program, ...args] = growth();
  const { heap, external } = JSON.parse(execFileSync(program!, args, { encoding: "utf8" })) as { heap: number; external: number };
  limit(limits.growth, Math.max(0, heap) / 1024 + Math.max(0, external) / 1024);
}

// What the works that send a file send.
const folder = mkdtempSync(join(tmpdir(), "berkeley-sockets-"));
process.env.BENCH_FILE = join(folder, "file");
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
if (works.some(({ name }) => name === "loop-file" && wanted(name))) writeFileSync(process.env.BENCH_FILE, Buffer.alloc(256 << 20, "file"));

const began = performance.now();
console.log(`Node ${process.version}, ${execFileSync(sides.CPython("")[0]!, ["--version"], { encoding: "utf8" }).trim()}, ${cpus().length} processors, load ${loadavg()[0]!.toFixed(1)}, ${PAIRS} pairs`);
for (const work of works) if (wanted(work.name)) await ratios(work);
console.log();
if (wanted("import")) await importing();
if (wanted("codec")) codec();
if (wanted("growth")) growing();
console.log(`\n${met} of ${judged} bars met in ${((performance.now() - began) / 1000).toFixed(0)} s`);
