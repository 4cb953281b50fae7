// Runs test files in the lab, for tests/run.ts: one virtual machine for a worker, a new one after
// anything but a normal end.
import type { Runner } from "../run.js";
import { Machine } from "./machine.js";

/** The files that need the lab's kernel. */
export const wanted = /^(lab|family|struct)\/|^promises\/over|contract/;

/** All files together; the stage has 10 minutes. */
const SECONDS = Number(process.env.LAB_SECONDS ?? 560);
const start = performance.now();

/** What runs one command after another. */
export function runner(): Runner {
  let machine: Machine | undefined;
  return async (argv, fileSeconds) => {
    const left = Math.floor(SECONDS - (performance.now() - start) / 1000);
    const seconds = Math.min(fileSeconds, left);
    if (left <= 0) return { output: "", how: 124, trouble: `the lab's ${SECONDS} s are over` };
    try {
      machine ??= await Machine.start();
    } catch (error) {
      return { output: "", how: 125, trouble: (error as Error).message };
    }
    const { status, stdout, stderr, failure } = await machine.run(argv, seconds);
    const trouble = failure ?? (status === 124 ? `took longer than ${seconds} s` : undefined);
    if (trouble) {
      machine.end();
      machine = undefined;
    }
    return { output: stdout + stderr, how: status, trouble };
  };
}
