// The bodies that the patch puts into a module, on modules made byte by byte.
import { patch, marks } from "../../shim/emscripten/patch.js";
import { wasm } from "../../ts/codec/webassembly.js";
import { equal, is, test, throws } from "../suite.js";

const text = (name: string) => [name.length, ...Buffer.from(name)];
const section = (id: number, ...bytes: number[]) => [id, bytes.length, ...bytes];
const I32 = 0x7f;
const type = (parameters: number) => [0x60, parameters, ...Array<number>(parameters).fill(I32), 1, I32];
/** A body that gives a number. */
const gives = (value: number) => [4, 0, 0x41, value, 0x0b];

/** A module that imports connect(2)'s call and exports functions of so many parameters, each giving 0. */
function moduleOf(
  exports: Readonly<Record<string, number>>,
  imported = "__syscall_connect",
  shared = false,
): Uint8Array {
  const names = Object.keys(exports);
  const types = [type(6), ...Object.values(exports).map(type)];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, types.length, ...types.flat()),
    ...section(2, 1, ...text("env"), ...text(imported), 0, 0),
    ...section(3, names.length, ...names.map((_, i) => i + 1)),
    ...section(7, names.length, ...names.flatMap((name, i) => [...text(name), 0, shared ? 1 : i + 1])),
    ...section(10, names.length, ...names.flatMap(() => gives(0))),
  ]);
}

function instanceOf(bytes: Uint8Array, calls: number[][]): Record<string, (...args: number[]) => number> {
  const Instance = wasm.Instance as unknown as new (
    module: unknown,
    imports: unknown,
  ) => { exports: Record<string, (...args: number[]) => number> };
  const connect = (...args: number[]) => {
    calls.push(args);
    return 42;
  };
  return new Instance(new wasm.Module(bytes), { env: { __syscall_connect: connect } }).exports;
}

test("patch: stubs become calls of the import, with their arguments and the mark; others stay", () => {
  const before = moduleOf({ setsockopt: 5, shutdown: 2, other: 1 });
  const { bytes, missing } = patch(before, ["setsockopt", "shutdown", "socketpair"]);
  equal(missing, ["socketpair"]);
  const calls: number[][] = [];
  const { setsockopt, shutdown, other } = instanceOf(bytes, calls);
  is(setsockopt!(1, 2, 3, 4, 5), 42);
  is(shutdown!(6, 7), 42);
  is(other!(8), 0);
  equal(calls, [
    [1, 2, 3, 4, 5, marks.setsockopt],
    [6, 7, 0, 0, 0, marks.shutdown],
  ]);
  const untouched: number[][] = [];
  is(instanceOf(before, untouched).setsockopt!(1, 2, 3, 4, 5), 0);
  equal(untouched, []);
});

test("patch: a module that it does not know is refused by what is wrong with it", () => {
  throws(
    () => patch(moduleOf({ setsockopt: 5 }, "a"), ["setsockopt"]),
    Error,
    "the module does not import env.__syscall_connect",
  );
  throws(
    () => patch(moduleOf({ setsockopt: 4 }), ["setsockopt"]),
    Error,
    "setsockopt of this module takes other arguments",
  );
  throws(
    () => patch(moduleOf({ setsockopt: 5, same: 5 }, undefined, true), ["setsockopt"]),
    Error,
    "setsockopt and same are one function of this module",
  );
  throws(
    () => patch(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0), ["setsockopt"]),
    Error,
    "the module has no imports",
  );
  throws(() => patch(moduleOf({ setsockopt: 5 }).subarray(0, 20), ["setsockopt"]), Error);
});
