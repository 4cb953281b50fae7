// Loaded first into every process of the suite, and every worker: whoever compiles codec.wasm gets
// the one that notes its statements (instrument.ts), and at the end what was noted is kept.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { wasm, type WasmModule } from "../../ts/codec/webassembly.js";
import { PREFIX } from "./instrument.js";

const codec = readFileSync(process.env.COVERAGE_CODEC!);
const counting = readFileSync(process.env.COVERAGE_COUNTING!);
const folder = process.env.COVERAGE_COUNTS!;
const seen: Record<string, unknown>[] = [];

/** The bytes to compile in place of these. */
function replaced<T>(bytes: T): T | Uint8Array {
  const view = bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes;
  return view instanceof Uint8Array && codec.equals(view) ? counting : bytes;
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
  if (permission && !permission.has("fs.write", folder)) return;
  const reached = new Set<number>();
  for (const exports of seen) {
    for (const [name, value] of Object.entries(exports)) {
      if (name.startsWith(PREFIX) && (value as { value: number }).value === 1)
        reached.add(Number(name.slice(PREFIX.length)));
    }
  }
  if (reached.size > 0)
    writeFileSync(
      join(folder, `${process.pid}-${process.hrtime.bigint()}.json`),
      JSON.stringify([...reached]),
    );
});
