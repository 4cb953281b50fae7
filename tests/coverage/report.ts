// What the suite reached, file by file; what it did not, with the reasons that reasons.txt has; and
// the totals, held to their bar. The last line is the count of what was held.
//   report.js FOLDER STATUS: what run.sh measured in FOLDER, and how the suite ended
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { codecLines } from "./instrument.js";
import type { SourceLines, Sources } from "./lines.js";
import { nativeLines } from "./native.js";
import { reasonsOf } from "./reasons.js";
import { scriptLines } from "./scripts.js";

const BAR = 95;
const [, , at, status] = process.argv as [string, string, string, string];
const tree = join(at, "tree");

const reasons = reasonsOf(readFileSync(join(tree, "tests/coverage/reasons.txt"), "utf8"));
const textOf = (path: string) => readFileSync(join(tree, path), "utf8").split("\n");

/** Runs of missed lines, with no reached one between them. */
function gaps(file: SourceLines): [first: number, last: number][] {
  const missed = new Set(file.missed);
  const found: [number, number][] = [];
  let open = false;
  for (const line of file.all) {
    if (!missed.has(line)) open = false;
    else if (open) found.at(-1)![1] = line;
    else found.push([line, line]);
    open = missed.has(line);
  }
  return found;
}

function percent(files: readonly SourceLines[]): { reached: number; all: number; part: number } {
  const all = files.reduce((sum, file) => sum + file.all.length, 0);
  const missed = files.reduce((sum, file) => sum + file.missed.length, 0);
  return { reached: all - missed, all, part: all === 0 ? 0 : (100 * (all - missed)) / all };
}
const figure = ({ reached, all, part }: ReturnType<typeof percent>) =>
  `${(Math.floor(part * 10) / 10).toFixed(1).padStart(5)} %  ${String(reached).padStart(5)} of ${String(all).padStart(5)}`;

const parts: [name: string, unit: string, sources: Sources, bar?: number][] = [
  ["ts/ and shim/", "lines", scriptLines(tree, join(at, "counts/v8"), join(at, "maps")), BAR],
  ["host/", "lines", nativeLines(tree), BAR],
  [
    "wasm/",
    "lines where a statement begins",
    codecLines(join(at, "codec/points.json"), join(at, "counts/codec")),
  ],
];

console.log("== by file");
for (const [, , sources] of parts)
  for (const file of sources.all) console.log(`${figure(percent([file]))}  ${file.path}`);

console.log("== not reached");
let unexplained = 0;
const used = new Set<string>();
for (const file of parts.flatMap(([, , sources]) => sources.all)) {
  const lines = file.missed.length > 0 ? textOf(file.path) : [];
  for (const [first, last] of gaps(file)) {
    const text = lines[first - 1]!.trim();
    const reason = reasons.find(each => each.path === file.path && each.text === text);
    if (reason) used.add(`${reason.path} ${reason.text}`);
    else unexplained++;
    console.log(`${file.path}:${first}${last > first ? `-${last}` : ""}: ${text}`);
    console.log(`    ${reason ? reason.why : "NO REASON in tests/coverage/reasons.txt"}`);
  }
}
for (const { path, text } of reasons) {
  const stands = existsSync(join(tree, path)) && textOf(path).some(line => line.trim() === text);
  if (!stands) console.log(`reasons.txt: ${path} has no line ${text}`);
  else if (!used.has(`${path} ${text}`)) console.log(`reasons.txt: ${path} was reached: ${text}`);
}

console.log("== in all");
let failed = 0;
for (const [name, unit, sources, bar] of parts) {
  const total = percent(sources.all);
  const held = bar === undefined || total.part >= bar;
  if (!held) failed++;
  console.log(
    `${held ? "ok  " : "FAIL"} ${figure(total)} ${unit} of ${name}${bar === undefined ? "" : `, at least ${bar} %`}`,
  );
}
console.log(`${unexplained} places without a reason`);
if (status !== "0") failed++;
console.log(`${status === "0" ? "ok  " : "FAIL"} the suite, and the guests`);
console.log(`${parts.length + 1 - failed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
