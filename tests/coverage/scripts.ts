// ts/ and shim/: what V8 counted in every process of the suite (NODE_V8_COVERAGE), brought back to
// the lines of the sources by the compiler's maps and the bundler's. A line is reached where any
// part of it ran.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { lineStarts, pieces, type Piece } from "./maps.js";
import { Sources } from "./lines.js";

interface Script {
  url: string;
  functions: { ranges: { startOffset: number; endOffset: number; count: number }[] }[];
}

/** Marks in `reached` what ran in one process; an inner range's count outdoes the outer one's. */
function mark(script: Script, reached: Uint8Array): void {
  const ranges = script.functions.flatMap(({ ranges }) => ranges);
  ranges.sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
  const here = new Uint8Array(reached.length);
  for (const { startOffset, endOffset, count } of ranges)
    here.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  for (let i = 0; i < here.length; i++) reached[i]! |= here[i]!;
}

/** What ran of each generated file below `folder`, by path: a byte a character. */
function generated(folder: string, counts: string): Map<string, Uint8Array> {
  const base = pathToFileURL(`${folder}/`).href;
  const files = new Map<string, Uint8Array>();
  for (const name of readdirSync(counts)) {
    const { result } = JSON.parse(readFileSync(join(counts, name), "utf8")) as { result: Script[] };
    for (const script of result) {
      if (!script.url.startsWith(base)) continue;
      const path = decodeURIComponent(script.url.slice(base.length)).replace(/\?.*/, "");
      if (!/^(ts|shim|lib)\//.test(path)) continue;
      let reached = files.get(path);
      if (!reached) {
        reached = new Uint8Array(readFileSync(join(folder, path), "utf8").length);
        files.set(path, reached);
      }
      mark(script, reached);
    }
  }
  return files;
}

/** What ran of the bundle ran of the compiler's files that it was made of. */
function unbundle(folder: string, maps: string, files: Map<string, Uint8Array>): void {
  for (const [path, reached] of [...files].filter(([path]) => path.startsWith("lib/"))) {
    const at = join(maps, `${path}.map`);
    const text = readFileSync(join(folder, path), "utf8");
    const starts = new Map<string, number[]>();
    for (const { offset, source, line, column } of pieces(JSON.parse(readFileSync(at, "utf8")), text)) {
      const of = relative(folder, join(dirname(at), source).replace(/\?.*/, "")).replace(
        /^.*?((ts|shim)\/)/,
        "$1",
      );
      const target = files.get(of);
      if (!target || !reached[offset]) continue;
      if (!starts.has(of)) starts.set(of, lineStarts(readFileSync(join(folder, of), "utf8")));
      target[starts.get(of)![line]! + column] = 1;
    }
  }
}

/** No code of their own: lines of brackets alone, comments, and imports, which the bundle does without. */
const NO_CODE = /^[\s{}()[\];,]*$|^\s*(\/\/|\/?\*)|^import .* from "[^"]*";$/;

/**
 * The lines of ts/ and shim/ below `root`, whose dist/ ran. `counts` is what V8 wrote, `maps` a folder
 * like dist/ that has the maps.
 */
export function scriptLines(root: string, counts: string, maps: string): Sources {
  const folder = join(root, "dist");
  const files = generated(folder, counts);
  const sources = new Sources();
  const compiled = ["ts", "shim"].flatMap(top =>
    readdirSync(join(folder, top), { recursive: true, encoding: "utf8" })
      .filter(name => name.endsWith(".js"))
      .map(name => join(top, name)),
  );
  for (const path of compiled) {
    const text = readFileSync(join(folder, path), "utf8");
    if (!files.has(path)) files.set(path, new Uint8Array(text.length));
  }
  unbundle(folder, maps, files);
  for (const path of compiled) {
    const name = path.replace(/\.js$/, ".ts");
    if (name.endsWith(".gen.ts") || !existsSync(join(root, name))) continue;
    const reached = files.get(path)!;
    const lines = readFileSync(join(root, name), "utf8").split("\n");
    const map = JSON.parse(readFileSync(join(maps, `${path}.map`), "utf8"));
    for (const { offset, line } of pieces(map, readFileSync(join(folder, path), "utf8")) satisfies Piece[])
      if (!NO_CODE.test(lines[line]!)) sources.of(name).add(line + 1, reached[offset] === 1);
  }
  return sources;
}
