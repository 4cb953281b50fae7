// CPython's own tests, as Debian packs them, and the lists of what can't pass.
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "./workers.js";

/** What was measured: how much passed, and the names of what did not. */
export interface Count {
  readonly passed: number;
  readonly failures: readonly string[];
}

const PYTHON = "/usr/bin/python3.11";
/** The package `test` of CPython 3.11. */
export const SUITE = "/usr/lib/python3.11/test";
export const hasSuite = () => existsSync(PYTHON) && existsSync(join(SUITE, "test_socket.py"));

const source = (name: string) => fileURLToPath(new URL(`../../../tests/guests/${name}`, import.meta.url));

/** A worker of the system's Python, whose files are in `folder`. */
export const native = (folder: string): Command => [
  "/usr/bin/env",
  `--chdir=${folder}`,
  `TMPDIR=${folder}`,
  PYTHON,
  source("halves.py"),
];

/** The lines of a list: what is named, and the reason behind two spaces or more. */
export function listed(name: string): ReadonlyMap<string, string> {
  const lines = readFileSync(source(name), "utf8").split("\n");
  return new Map(
    lines
      .filter(line => line !== "" && !line.startsWith("#"))
      .map(line => line.split(/ {2,}/, 2) as [string, string]),
  );
}

/** The arguments where this module is the program that runs; undefined where it is imported. */
export const argumentsOf = (url: string): string[] | undefined =>
  realpathSync(process.argv[1]!) === fileURLToPath(url) ? process.argv.slice(2) : undefined;
