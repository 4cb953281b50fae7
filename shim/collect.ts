// V8's garbage collector, asked by name: there is no public call, but the flag that provides one can be set at run time.
import { createRequire } from "node:module";

type Collect = (options?: { type: "minor" }) => void;
let found: Collect | undefined;

/** Collects young objects (0) or all (1). */
export function collect(thoroughly: number): void {
  if (found === undefined) {
    // Few programs get here: what they need is loaded now.
    const require = createRequire(import.meta.url);
    const { setFlagsFromString } = require("node:v8") as typeof import("node:v8");
    const { runInNewContext } = require("node:vm") as typeof import("node:vm");
    setFlagsFromString("--expose-gc");
    found = runInNewContext("gc") as Collect;
    setFlagsFromString("--no-expose-gc");
  }
  if (thoroughly) found(); else found({ type: "minor" });
}
