// ./build.sh bench: ours and its peers in one run, side by side. CPU time (user and system) of the
// process under test per operation is what is judged; wall-clock time stands beside it. Ratios are
// peer / ours of medians, so higher is better; in brackets the middle half of the pairs' own
// ratios. Words choose works: BENCH=udp ./build.sh bench. BENCH_BASE=COMMIT builds that commit
// under .cache and runs it beside ours. BENCH_PLOT=docs keeps the results there too;
// BENCH_PROFILE=promises records what that side does with perf(1).
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { wasm } from "../../ts/codec/webassembly.js";
import { machine, today, write, type Results, type Rounds } from "./results.js";
import { Side } from "./side.js";
import { compare, median, quantile, slower, verdict, type Measure } from "./statistics.js";
import {
  baseOf,
  codecFile,
  fair,
  fairBars,
  growth,
  idle,
  limits,
  loader,
  sides,
  works,
  type SideName,
  type Work,
} from "./works.js";

const PAIRS = Number(process.env.BENCH_PAIRS ?? 9);
/** Programs started in a round of the import. */
const IMPORTS = 3;
const words = process.argv.slice(2);
const wanted = (name: string) => words.length === 0 || words.some(word => name.includes(word));

const results: Results = { machine: machine(), works: [], values: [] };

/** A side, or ours as it was in the commit of BENCH_BASE. */
type Name = SideName | "base";

/**
 * Rounds of every side in turn, back and forth: A B C, C B A, …. The first of each is not counted,
 * save where each round has a process of its own. The base has none where it lacks what the work
 * needs.
 */
async function measure(
  names: Name[],
  what: Partial<Work> & Pick<Work, "count">,
): Promise<{ [name in Name]?: Rounds }> {
  const { work = "", count, load, held, fresh = false, ours, judge = "cpu" } = what;
  const first: Measure = judge === "bytes" ? "bytes" : "cpu";
  const started = new Map<Name, Side>();
  const rounds: { [name in Name]?: Rounds } = {};
  const start = async (name: Name) => {
    const side = await Side.start(name, name === "base" ? baseOf(ours!, work)! : sides[name](work));
    started.set(name, side);
    if (held !== undefined && (name === ours || name === "base")) await side.hold(loader("crowd hold"), held);
    return side;
  };
  const stop = async (name: Name) => {
    const side = started.get(name);
    started.delete(name);
    await side?.stop();
  };
  baseLacks = undefined;
  try {
    for (let pair = fresh ? 0 : -1; pair < PAIRS; pair++) {
      for (const name of pair & 1 ? names : [...names].reverse()) {
        if (name === "base" && baseLacks !== undefined) continue;
        let spent: number;
        let wall: number;
        try {
          const side = started.get(name) ?? (await start(name));
          ({ spent, wall } = await side.round(count, load === undefined ? undefined : loader(load)));
        } catch (error) {
          if (name !== "base") throw error;
          baseLacks = (error as Error).message;
          delete rounds.base;
          await started.get(name)?.abandon();
          started.delete(name);
          continue;
        }
        if (fresh) await stop(name);
        if (pair < 0) continue;
        rounds[name] ??= { [first]: [], wall: [] };
        const { [first]: values, wall: walls } = rounds[name];
        values!.push(spent);
        walls!.push(wall);
      }
    }
  } finally {
    for (const name of names) await stop(name);
  }
  return rounds;
}

/** Why the base has no rounds of the work that was measured last. */
let baseLacks: string | undefined;
const slow: string[] = [];

let met = 0;
let judged = 0;
function judgement(value: number, bar?: number, aim?: number): string {
  const said = verdict(value, bar, aim);
  if (said === "for scale") return "";
  judged++;
  if (said === "falls short") return "FALLS SHORT";
  met++;
  return said === "aim met" ? "pass, aim met" : said;
}
const cell = (text: string, width: number) => text.padEnd(width - 1) + " ";
const number = (value: number) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

async function ratios({
  name,
  work = name,
  ours: side = "ours",
  judge = "cpu",
  per,
  count,
  bars,
  ...rest
}: Work): Promise<void> {
  const hasBase = baseOf(side, work) !== undefined;
  const peers = bars.map(bar => bar.against);
  const { base, ...rounds } = await measure([side, ...(hasBase ? ["base" as const] : []), ...peers], {
    ...rest,
    work,
    count,
    judge,
    ours: side,
  });
  const ours = rounds[side]!;
  const first: Measure = judge === "bytes" ? "bytes" : "cpu";
  const other = judge === "wall" ? "cpu" : "wall";
  const one = (of: Rounds, measure: Measure) =>
    measure === "bytes"
      ? `${number(median(of.bytes!) / count)} bytes`
      : `${number((median(of[measure]!) / count) * 1000)} ns`;
  console.log(
    `\n${name}: ours ${one(ours, first)}${judge === "bytes" ? "" : ` CPU, ${one(ours, "wall")} wall`} per ${per}`,
  );
  for (const { against, bar, aim } of bars) {
    const peer = rounds[against]!;
    const { ratio, low, high } = compare(peer, ours, judge);
    console.log(
      "  " +
        cell(against, 12) +
        cell(one(peer, first), 12) +
        cell(`ratio ${ratio.toFixed(2)} (${low.toFixed(2)}..${high.toFixed(2)})`, 27) +
        cell(judge === "bytes" ? "" : `${other} ${compare(peer, ours, other).ratio.toFixed(2)}`, 12) +
        cell([bar && `bar ${bar}`, aim && `aim ${aim}`].filter(Boolean).join(", ") || "for scale", 22) +
        judgement(ratio, bar, aim),
    );
  }
  if (base !== undefined) {
    const found = compare(base, ours, judge);
    if (slower(found)) slow.push(name);
    console.log(
      "  " +
        cell("base", 12) +
        cell(one(base, first), 12) +
        cell(`ratio ${found.ratio.toFixed(2)} (${found.low.toFixed(2)}..${found.high.toFixed(2)})`, 39) +
        (slower(found) ? "SLOWER" : ""),
    );
  } else if (hasBase) console.log(`  base can't run it: ${baseLacks}`);
  results.works.push({ name, per, count, judge, ours: side, bars, rounds, date: today() });
}

function limit(name: keyof typeof limits, value: number, note = ""): void {
  const { what, unit, bar, aim } = limits[name];
  console.log(
    "  " +
      cell(what, 58) +
      cell(`${number(value)} ${unit}${note}`, 26) +
      cell(`bar ${bar}, aim ${aim}`, 18) +
      judgement(-value, -bar, -aim),
  );
  results.values.push({ name, what, unit, value, bar, aim, date: today() });
}

/** A process for each round, ours and Node's in turn. */
async function fairness({ name, what, load }: (typeof fair)[number]): Promise<void> {
  const ticks = { promises: [] as number[], node: [] as number[] };
  const { milliseconds, peer, clock } = fairBars;
  for (let i = 0; i < fairBars.rounds; i++) {
    for (const side of i & 1 ? (["promises", "node"] as const) : (["node", "promises"] as const)) {
      const started = await Side.start(side, sides[side](name));
      ticks[side].push((await started.round(milliseconds, loader(load))).spent / 1000);
      await started.stop();
    }
  }
  const ours = median(ticks.promises);
  const theirs = median(ticks.node);
  const part = (value: number) => value.toFixed(2);
  console.log(`\n${name}: ${part(ours)} of the ticks of a 10 ms interval, beside ${what}`);
  for (const [against, whole, bar] of [
    ["node", theirs, peer],
    ["the clock", 1, clock],
  ] as const) {
    console.log(
      "  " +
        cell(against, 12) +
        cell(part(whole), 12) +
        cell(`ratio ${part(ours / whole)}`, 39) +
        cell(`bar ${bar}`, 22) +
        judgement(ours / whole, bar),
    );
  }
}

async function importing(): Promise<void> {
  const rounds = await measure(["empty program", "import"], { count: IMPORTS });
  const above = (key: Measure) =>
    rounds.import![key]!.map((spent, i) => (spent - rounds["empty program"]![key]![i]!) / IMPORTS / 1000);
  const cpu = above("cpu");
  limit(
    "import",
    median(cpu),
    ` (${number(quantile(cpu, 0.25))}..${number(quantile(cpu, 0.75))}, wall ${number(median(above("wall")))})`,
  );
}

function codec(): void {
  const bytes = readFileSync(codecFile);
  const module = new wasm.Module(bytes);
  const { memory } = new wasm.Instance(module).exports as {
    memory: { buffer: ArrayBuffer; grow(pages: number): number };
  };
  limit("codec", bytes.length / 1024);
  limit("memory", memory.buffer.byteLength / 1024);
  let grew = true;
  try {
    memory.grow(1);
  } catch {
    grew = false;
  }
  if (grew) throw new Error("codec.wasm's memory grows");
}

function growing(): void {
  const [program, ...args] = growth();
  const { heap, external } = JSON.parse(execFileSync(program!, args, { encoding: "utf8" })) as {
    heap: number;
    external: number;
  };
  limit("growth", Math.max(0, heap) / 1024 + Math.max(0, external) / 1024);
}

function idling(): void {
  const [program, ...args] = idle();
  const { external } = JSON.parse(execFileSync(program!, args, { encoding: "utf8" })) as { external: number };
  limit("idle", Math.max(0, external));
}

// What the works that send a file send.
const folder = mkdtempSync(join(tmpdir(), "berkeley-sockets-"));
process.env.BENCH_FILE = join(folder, "file");
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
if (works.some(({ name }) => name === "loop-file" && wanted(name)))
  writeFileSync(process.env.BENCH_FILE, Buffer.alloc(256 << 20, "file"));

const began = performance.now();
console.log(
  `${Object.entries(results.machine)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ")}; load ${loadavg()[0]!.toFixed(1)}, ${PAIRS} pairs`,
);
for (const work of works) if (wanted(work.name)) await ratios(work);
for (const one of fair) if (wanted(one.name)) await fairness(one);
console.log();
if (wanted("import")) await importing();
if (wanted("codec")) codec();
if (wanted("growth")) growing();
if (wanted("idle")) idling();
if (process.env.BENCH_PLOT) write(process.env.BENCH_PLOT, results);
if (slow.length > 0) console.log(`\nslower than ${process.env.BENCH_BASE}: ${slow.join(", ")}`);
console.log(`\n${met} of ${judged} bars met in ${((performance.now() - began) / 1000).toFixed(0)} s`);
