// node --import ./shim/wasmtime/trace.mjs TEST: notes what each call of codec.wasm does in V8, for
// tests/codec.rs to make the same calls in wasmtime. Each line that is appended to the file TRACE is
// JSON: the instance, the call and its arguments; what was written to memory before; the result, and
// what the call changed in memory. Places are [offset, hexadecimal bytes].
import { appendFileSync } from "node:fs";

/** Calls of one test that are noted. */
const MOST = 4000;
const CHUNK = 64;
const { Instance } = WebAssembly;
const lines = [];
let instances = 0;

/** Chunks in which memory is not as before, which becomes as it is. */
function changes(before, now) {
  const found = [];
  for (let at = 0; at < now.length; at += CHUNK) {
    const part = now.subarray(at, at + CHUNK);
    if (part.equals(before.subarray(at, at + CHUNK))) continue;
    found.push([at, part.toString("hex")]);
    part.copy(before, at);
  }
  return found;
}

function traced(call, name, instance, memory, before) {
  return (...args) => {
    if (lines.length >= MOST) return call(...args);
    const written = changes(before, Buffer.from(memory.buffer));
    const result = call(...args);
    const now = Buffer.from(memory.buffer);
    lines.push(JSON.stringify([instance, name, args, written, result, changes(before, now)]));
    return result;
  };
}

WebAssembly.Instance = class {
  constructor(module, imports) {
    const real = new Instance(module, imports);
    const { memory } = real.exports;
    const instance = `${process.pid}:${instances++}`;
    const before = Buffer.alloc(memory.buffer.byteLength);
    // What memory begins with is the same everywhere.
    changes(before, Buffer.from(memory.buffer));
    this.exports = Object.fromEntries(
      Object.entries(real.exports).map(([name, value]) => [
        name,
        typeof value === "function" ? traced(value, name, instance, memory, before) : value,
      ]),
    );
  }
};

process.on("exit", () => appendFileSync(process.env.TRACE, lines.map(line => `${line}\n`).join("")));
