// What the files of ts/ and shim/ import, types too: no cycle, a layer names only lower ones, and the
// codec's entry can be loaded by a browser.
import { posix } from "node:path";
import type { Rule } from "../check.js";
import { bareText, files, grep } from "./tree.js";

const sources = files.filter(path => /^(ts|shim)\/.*\.ts$/.test(path));

interface Import {
  /** A file of ours by its path, another module by its name. */
  readonly from: string;
  /** Whether only types are meant, which are gone when the program runs. */
  readonly ofTypes: boolean;
}

const STATEMENT =
  /^(?:import|export)(\s+type\b)?(?:[^"';]*?\sfrom)?\s*"([^"]+)"|(\btypeof\s+)?\bimport\("([^"]+)"\)/gm;

function importsOf(path: string): Import[] {
  const ending = path.endsWith(".d.ts") ? ".d.ts" : ".ts";
  return Array.from(bareText(path).matchAll(STATEMENT), ([, type, named, typeOf, called]) => {
    const name = (named ?? called)!;
    const from = name.startsWith(".") ? posix.join(posix.dirname(path), name.replace(/\.js$/, ending)) : name;
    return { from, ofTypes: type !== undefined || typeOf !== undefined };
  });
}

/** What each file imports of the others. */
const imports = new Map(
  sources.map(path => {
    const paths = importsOf(path).map(({ from }) => from);
    return [path, [...new Set(paths)].filter(other => sources.includes(other))];
  }),
);

/** The way from a file back to itself, for each file that has one. */
function cycles(): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]): void => {
    const at = way.indexOf(path);
    if (at >= 0) {
      found.push([...way.slice(at), path].join(" -> "));
      return;
    }
    if (done.has(path)) return;
    for (const other of imports.get(path)!) visit(other, [...way, path]);
    done.add(path);
  };
  for (const path of sources) visit(path, []);
  return found;
}

/** From the lowest to the highest. What stands in one line may name each other. */
const layers: readonly RegExp[] = [
  /^shim\/(contract|builtin|clock|gc|guest-length)\.ts$/,
  /^ts\/base\//,
  /^ts\/(codec|family|struct)\//,
  /^shim\/(policy\/|unsupported\.ts$)/,
  /^ts\/((registry|structs|ancillary|netlink|context|collected-sockets|open)\.ts$|netlink\/)/,
  /^ts\/(resolve|file)\//,
  /^ts\/socket\//,
  /^ts\/module\.ts$/,
  /^(ts\/promises\/|ts\/(codec|node-module|shared|exports\.gen|functions\.gen|shared-functions\.gen|index)\.ts$|shim\/)/,
  /^ts\/cli\//,
];
const layerOf = (path: string) => layers.findIndex(layer => layer.test(path));

function upwards(): string[] {
  const homeless = sources.filter(path => layerOf(path) < 0).map(path => `${path} is in no layer`);
  const wrong = sources.flatMap(path =>
    imports
      .get(path)!
      .filter(other => layerOf(other) > layerOf(path))
      .map(other => `${path} imports ${other}`),
  );
  return [...homeless, ...wrong];
}

/** What the codec's entry needs when it runs: files of ours, without what only Node has. */
function codecNeeds(): string[] {
  const needed = new Set(["ts/codec.ts"]);
  const others: string[] = [];
  for (const path of needed) {
    for (const { from, ofTypes } of importsOf(path)) {
      if (ofTypes) continue;
      if (files.includes(from)) needed.add(from);
      else others.push(`${path} imports ${from}`);
    }
  }
  return [...others, ...grep(/\bBuffer\b|\bprocess\./, [...needed], bareText)];
}

/** What the declarations of a file and of all that it names hold of Node's. */
function nodeTypes(entry: string): string[] {
  const seen = new Set([entry]);
  for (const path of seen) {
    for (const { from } of importsOf(path)) if (from.startsWith("dist/")) seen.add(from);
  }
  return grep(/\bBuffer\b|\bNodeJS\b|"node:/, [...seen], bareText);
}

export const rules: Rule[] = [
  ["ts/, shim/: no import cycle, types counted", cycles],
  ["ts/, shim/: a layer names only lower ones", upwards],
  ["ts/codec.ts: no Buffer, process or node: module behind it", codecNeeds],
  [
    "ts/promises/module.ts: no type of Node's in its declarations, nor behind them",
    () => nodeTypes("dist/ts/promises/module.d.ts"),
  ],
];
