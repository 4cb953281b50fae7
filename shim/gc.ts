// gc(): the garbage collector, asked to run. Bun has a public call for it; V8 has none, but the flag
// that provides one can be set at run time.
import { builtin } from "./builtin.js";

type Collect = (options?: { type: "minor" }) => void;
let found: Collect | undefined;

function find(): Collect {
  const { Bun } = globalThis as { Bun?: { gc(wait: boolean): void } };
  if (Bun !== undefined) return () => Bun.gc(true);
  // Few programs get here: what they need is loaded now.
  const { setFlagsFromString } = builtin("node:v8");
  const { runInNewContext } = builtin("node:vm");
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("typeof gc === 'function' ? gc : undefined") as Collect | undefined;
  setFlagsFromString("--no-expose-gc");
  return collect ?? (() => {});
}

/** Collects young objects (0) or all (1); nothing in an engine that can't be asked to. */
export function collect(thoroughly: number): void {
  found ??= find();
  if (thoroughly) found();
  else found({ type: "minor" });
}
