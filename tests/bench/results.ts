// The results that stay: benchmarks.json holds every round as it was measured, and what the machine
// was, without its name.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, release } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Measure } from "./statistics.js";
import { sides, type Bar, type SideName } from "./works.js";

/**
 * One side's rounds, in pairs with the other sides': microseconds of CPU and of wall-clock time, or
 * bytes, for all operations of a round.
 */
export type Rounds = { [measure in Measure]?: number[] };
export interface Result {
  name: string;
  per: string;
  /** Operations of a round. */
  count: number;
  judge: Measure;
  ours: SideName;
  bars: Bar[];
  rounds: { [side in SideName]?: Rounds };
  /** The day, YYYY-MM-DD. */
  date: string;
}
/** What is no ratio, and must not be more than its bar. */
export interface Value {
  name: string;
  what: string;
  unit: string;
  value: number;
  bar: number;
  aim: number;
  date: string;
}
export interface Results {
  machine: Record<string, string>;
  works: Result[];
  values: Value[];
}

export const today = (): string => new Date().toISOString().slice(0, 10);

const version = (program: string) => {
  try {
    return /\d+(\.\d+)+/.exec(execFileSync(program, ["--version"], { encoding: "utf8" }))![0];
  } catch {
    return "absent";
  }
};

export function machine(): Results["machine"] {
  const processors = cpus();
  return {
    Node: process.versions.node,
    Python: version(sides.CPython("")[0]!),
    Bun: version(sides.Bun("")[0]!),
    Deno: version(sides.Deno("")[0]!),
    [process.platform]: /^[\d.]+/.exec(release())![0],
    processors: `${processors.length} x ${processors[0]!.model.replace(/\s+/g, " ").trim()}`,
  };
}

export const fileIn = (folder: string): string => join(folder, "benchmarks.json");
export const read = (folder: string): Results => JSON.parse(readFileSync(fileIn(folder), "utf8")) as Results;

/** Puts new results in the place of those of the same name; those of another machine all go. */
export function merge(old: Results | undefined, now: Results): Results {
  if (old === undefined || !isDeepStrictEqual(old.machine, now.machine)) return now;
  const both = <T extends { name: string }>(before: T[], after: T[]) => [
    ...before.map(one => after.find(({ name }) => name === one.name) ?? one),
    ...after.filter(one => !before.some(({ name }) => name === one.name)),
  ];
  return { machine: now.machine, works: both(old.works, now.works), values: both(old.values, now.values) };
}

export function write(folder: string, now: Results): void {
  const results = merge(existsSync(fileIn(folder)) ? read(folder) : undefined, now);
  const text = JSON.stringify(results, null, 1).replace(
    /\[\s+(-?[\d.]+(?:,\s+-?[\d.]+)*)\s+\]/g,
    (_, numbers: string) => `[${numbers.replace(/\s+/g, " ")}]`,
  );
  writeFileSync(fileIn(folder), `${text}\n`);
}
