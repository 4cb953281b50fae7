// V8's garbage collector, asked by name: there is no public call, but the flag that provides one can be set at run time.
import { builtin } from "./builtin.js";

type Collect = (options?: { type: "minor" }) => void;
let found: Collect | undefined;

/** Collects young objects (0) or all (1). */
export function collect(thoroughly: number): void {
  if (found === undefined) {
    // Few programs get here: what they need is loaded now.
    const { setFlagsFromString } = builtin("node:v8"), { runInNewContext } = builtin("node:vm");
    setFlagsFromString("--expose-gc");
    found = runInNewContext("gc") as Collect;
    setFlagsFromString("--no-expose-gc");
  }
  if (thoroughly) found(); else found({ type: "minor" });
}
