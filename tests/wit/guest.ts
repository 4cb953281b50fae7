// Core modules made byte by byte that import functions of berkeley:sockets and export the same: what a
// guest does, done from outside.
import * as interfaces from "../../shim/jco/interfaces.js";
import type { Type } from "../../shim/jco/types.js";

const I32 = 0x7f;
const I64 = 0x7e;

const number = (value: number): number[] =>
  value < 128 ? [value] : [(value & 127) | 128, ...number(value >>> 7)];
const text = (name: string): number[] => [...number(name.length), ...Buffer.from(name)];
const section = (id: number, items: readonly number[][]): number[] => {
  const bytes = [...number(items.length), ...items.flat()];
  return [id, ...number(bytes.length), ...bytes];
};

/** An imported function that is exported under another name. */
interface Passed {
  readonly module: string;
  readonly name: string;
  readonly as: string;
  readonly params: readonly number[];
  readonly results: readonly number[];
}

const core = (type: Type): number[] => type.flat.map(flat => (flat === "i32" ? I32 : I64));

/** All functions of `sockets`, `codec` and `names`, and an allocator from outside. */
export function everything(): Passed[] {
  const all = (["sockets", "codec", "names"] as const).flatMap(of =>
    Object.entries(interfaces[of]).map(
      ([name, { params }]): Passed => ({
        module: interfaces.interfaceName(of),
        name,
        as: name,
        // All results of these go through memory.
        params: [...params.flatMap(core), I32],
        results: [],
      }),
    ),
  );
  const drop = { module: interfaces.interfaceName("sockets"), name: "[resource-drop]socket", as: "drop" };
  const realloc = { module: "env", name: "realloc", as: "cabi_realloc" };
  return [
    ...all,
    { ...drop, params: [I32], results: [] },
    { ...realloc, params: [I32, I32, I32, I32], results: [I32] },
  ];
}

/** A module that imports these, has two pages of memory, and exports all of it. */
export function moduleOf(functions: readonly Passed[], exportsMemory = true): Uint8Array {
  const types = functions.map(({ params, results }) => [
    0x60,
    ...number(params.length),
    ...params,
    ...number(results.length),
    ...results,
  ]);
  const imports = functions.map(({ module, name }, i) => [...text(module), ...text(name), 0, ...number(i)]);
  const exports = functions.map(({ as }, i) => [...text(as), 0, ...number(i)]);
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, types),
    ...section(2, imports),
    ...section(5, [[0, 2]]),
    ...section(7, exportsMemory ? [...exports, [...text("memory"), 2, 0]] : exports),
  ]);
}
