// A host whose calls a test writes out, to show what a kernel can't be made to do on demand:
// interrupted calls, false wakeups, failures after success. It has this system's constants; a call
// that is not written out answers -ENOSYS.
import { readFileSync } from "node:fs";
import type { Host } from "../shim/contract.js";
import { unsupported } from "../shim/unsupported.js";
import { constants } from "../ts/node-module.js";
import { constantNames } from "../ts/base/constants.gen.js";
import { socketModule } from "../ts/index.js";
import { wasm } from "../ts/codec/webassembly.js";

export const codec = new wasm.Module(readFileSync(new URL("../codec.wasm", import.meta.url)));
const ABSENT_FLAG = 0x80000000;

/** Each call's answers in turn; the last one stays. */
export function answers<T>(...list: T[]): () => T {
  let i = 0;
  return () => list[Math.min(i++, list.length - 1)]!;
}

/** A socket module on that host, its warnings, and the names of the calls that were made. */
export function scripted(calls: Partial<Host>) {
  const { unavailable, ...base } = unsupported("");
  const made: string[] = [];
  const warnings: [message: string, type: string][] = [];
  const written: Partial<Host> = {
    attach: () => 0,
    socket: () => 1000,
    own: () => 1,
    release: () => 1,
    close: () => 0,
    closeOwned: () => 0,
    setNonblocking: () => 0,
    ...calls,
  };
  const recorded = Object.fromEntries(
    Object.entries(written).map(([name, call]) => [
      name,
      typeof call === "function"
        ? (...args: never[]) => {
            made.push(name);
            return (call as (...args: never[]) => unknown)(...args);
          }
        : call,
    ]),
  );
  const host: Host = {
    ...base,
    warn: (message, type) => {
      warnings.push([message, type]);
    },
    ...recorded,
    constants: () =>
      Float64Array.from(constantNames, name => (constants[name] === ABSENT_FLAG ? NaN : constants[name])),
  };
  return { ...socketModule(host, codec), made, warnings };
}
