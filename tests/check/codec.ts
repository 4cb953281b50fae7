// What codec.wasm promises: no imports, a memory that never grows, a small file.
import { readFileSync, statSync } from "node:fs";
import type { Rule } from "../check.js";

const FILE = "dist/codec.wasm";
const MAX_BYTES = 24 * 1024;
const MAX_MEMORY = 128 * 1024;

interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
interface WebAssembly {
  Module: { new (bytes: Uint8Array): object; imports(module: object): { module: string; name: string }[] };
  Instance: new (module: object) => { exports: { memory: Memory } };
}
const { Module, Instance } = (globalThis as unknown as { WebAssembly: WebAssembly }).WebAssembly;

export const rules: Rule[] = [
  [
    "codec.wasm: imports nothing",
    () => Module.imports(new Module(readFileSync(FILE))).map(({ module, name }) => `${module}.${name}`),
  ],
  [
    `codec.wasm: its memory is fixed at ${MAX_MEMORY / 1024} KiB or less`,
    () => {
      const { memory } = new Instance(new Module(readFileSync(FILE))).exports;
      const size = memory.buffer.byteLength;
      let grown = true;
      try {
        memory.grow(1);
      } catch {
        grown = false;
      }
      return [...(grown ? ["it grows"] : []), ...(size > MAX_MEMORY ? [`${size} bytes`] : [])];
    },
  ],
  [
    `codec.wasm: ${MAX_BYTES / 1024} KiB or less`,
    () => {
      const { size } = statSync(FILE);
      return size > MAX_BYTES ? [`${size} bytes`] : [];
    },
  ],
];
