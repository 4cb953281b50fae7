// Imports of ts/ and shim/, those of types too: no cycle, and a layer names only lower ones.
import { posix } from "node:path";
import type { Rule } from "../check.js";
import { files, textOf } from "./tree.js";

const sources = files.filter(path => /^(ts|shim)\/.*\.ts$/.test(path));

/** What each file imports of the others. */
const imports = new Map(
  sources.map(path => {
    const named = textOf(path).matchAll(/(?:\bfrom|\bimport|\bimport\()\s*"(\.{1,2}\/[^"]+)\.js"/g);
    const paths = Array.from(named, match => `${posix.join(posix.dirname(path), match[1]!)}.ts`);
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

export const rules: Rule[] = [
  ["ts/, shim/: no import cycle, types counted", cycles],
  ["ts/, shim/: a layer names only lower ones", upwards],
];
