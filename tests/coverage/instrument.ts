// wasm/: a codec that notes which of its statements ran. Each statement, in the text that binaryen
// writes of an unoptimized build, first sets a global of its own, which is exported; nothing is
// imported, and the memory is as it was. Whether a table of fields was used the globals do not tell.
//   instrument.js config ASCONFIG        the configuration of that build
//   instrument.js text WAT POINTS        the text with its globals; where each stands, as JSON
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Sources } from "./lines.js";

/** The name of a global before its number (recorder.cts has it too). */
const PREFIX = "reached ";

interface Point {
  path: string;
  line: number;
}

/** Whose children follow each other, so that one more may stand between them. */
const SEQUENCES = new Set(["func", "block", "loop", "then", "else"]);
const HEADERS = /^\((type|param|result|local|export)\b/;

function instrument(text: string): { text: string; points: Point[] } {
  const points: Point[] = [];
  const out: string[] = [];
  const parents: string[] = [];
  let place: Point | undefined;
  const lines = text.trimEnd().split("\n");
  const end = lines.pop();
  for (const line of lines) {
    const code = line.trim();
    const at = /^;;@ (wasm\/[^:]+):(\d+):/.exec(code);
    if (at) place = { path: at[1]!, line: Number(at[2]) };
    if (code.startsWith(";;")) continue;
    const isFunction = parents.length === 0 && code.startsWith("(func ");
    if (parents.length === 0 && !isFunction) {
      out.push(line);
      continue;
    }
    if (place && code.startsWith("(") && SEQUENCES.has(parents.at(-1)!) && !HEADERS.test(code)) {
      out.push(`(global.set $reached${points.length} (i32.const 1))`);
      points.push(place);
    }
    place = undefined;
    out.push(line);
    const open = (code.match(/\(/g)?.length ?? 0) - (code.match(/\)/g)?.length ?? 0);
    if (open > 0) parents.push(/^\((\w+)/.exec(code)![1]!);
    if (open < 0) parents.length += open;
  }
  const globals = points.map(
    (_, i) => `(global $reached${i} (export "${PREFIX}${i}") (mut i32) (i32.const 0))`,
  );
  return { text: `${[...out, ...globals, end].join("\n")}\n`, points };
}

/** The lines of wasm/: those where a statement begins; `points` and `counts` are what was written. */
export function codecLines(points: string, counts: string): Sources {
  const reached = new Set<number>();
  for (const name of readdirSync(counts))
    for (const i of JSON.parse(readFileSync(join(counts, name), "utf8")) as number[]) reached.add(i);
  const sources = new Sources();
  for (const [i, { path, line }] of (JSON.parse(readFileSync(points, "utf8")) as Point[]).entries())
    sources.of(path).add(line, reached.has(i));
  return sources;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const [, , what, from, to] = process.argv as string[];
  const given = readFileSync(from!, "utf8");
  if (what === "config") {
    const { entries, options } = JSON.parse(given);
    const { converge, ...rest } = options;
    const plain = { ...rest, optimizeLevel: 0, shrinkLevel: 0, debug: true, sourceMap: true };
    console.log(JSON.stringify({ entries, options: plain }));
  } else {
    const { text, points } = instrument(given);
    writeFileSync(to!, JSON.stringify(points));
    process.stdout.write(text);
  }
}
