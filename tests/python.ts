// Asks CPython: differential tests compare its answers with ours.
import { spawnSync } from "node:child_process";

const python = process.env.PYTHON ?? "python3";

/**
 * Runs a script that prints JSON and returns what it printed. Its `data` is this (JSON); it
 * inherits these descriptors, from 3 on.
 */
export function ask<T = any>(
  script: string,
  data?: unknown,
  interpreter = python,
  inherit: readonly number[] = [],
): T {
  const prelude = "import json, socket, sys\ndata = json.load(sys.stdin)\n";
  const { status, stdout, stderr, error } = spawnSync(interpreter, ["-c", prelude + script], {
    stdio: ["pipe", "pipe", "pipe", ...inherit],
    input: JSON.stringify(data ?? null),
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${interpreter} exited with ${status}:\n${stderr}`);
  return JSON.parse(stdout) as T;
}
