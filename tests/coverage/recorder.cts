// Loaded first into every process of the suite, and every worker: whoever compiles codec.wasm gets
// the one that notes its statements (instrument.ts), and at the end what was noted is kept. A
// CommonJS module with nothing behind it, since each process waits for it.
import fs = require("node:fs");
import path = require("node:path");
import process = require("node:process");
import type { WasmModule } from "../../ts/codec/webassembly.js" with { "resolution-mode": "import" };

/** The name of a global before its number: PREFIX of instrument.ts. */
const PREFIX = "reached ";
const { WebAssembly: wasm } = globalThis as unknown as {
  WebAssembly: typeof import("../../ts/codec/webassembly.js", { with: { "resolution-mode": "import" } }).wasm;
};
const { COVERAGE_CODEC, COVERAGE_COUNTING, COVERAGE_COUNTS } = process.env;
const seen: Record<string, unknown>[] = [];

/** The bytes to compile in place of these. */
function replaced<T>(bytes: T): T | Uint8Array {
  const view = bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes;
  if (!(view instanceof Uint8Array) || !fs.readFileSync(COVERAGE_CODEC!).equals(view)) return bytes;
  return fs.readFileSync(COVERAGE_COUNTING!);
}

const { Module, Instance, compile } = wasm;
Object.assign(wasm, {
  Module: new Proxy(Module, {
    construct: (target, [bytes], newTarget) => Reflect.construct(target, [replaced(bytes)], newTarget),
  }),
  Instance: new Proxy(Instance, {
    construct(target, args: [WasmModule], newTarget) {
      const instance = Reflect.construct(target, args, newTarget);
      if (`${PREFIX}0` in instance.exports) seen.push(instance.exports);
      return instance;
    },
  }),
  compile: (bytes: ArrayBuffer | Uint8Array) => compile.call(wasm, replaced(bytes)),
});

process.on("exit", () => {
  const { permission } = process as { permission?: { has(scope: string, path: string): boolean } };
  if (permission && !permission.has("fs.write", COVERAGE_COUNTS!)) return;
  const reached = new Set<number>();
  for (const exports of seen) {
    for (const [name, value] of Object.entries(exports)) {
      if (name.startsWith(PREFIX) && (value as { value: number }).value === 1)
        reached.add(Number(name.slice(PREFIX.length)));
    }
  }
  if (reached.size === 0) return;
  const file = path.join(COVERAGE_COUNTS!, `${process.pid}-${process.hrtime.bigint()}.json`);
  fs.writeFileSync(file, JSON.stringify([...reached]));
});
