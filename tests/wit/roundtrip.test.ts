// Every function of every interface through the glue's three ways: values of each of its types go from a
// caller in JavaScript into one memory, from there into a second one, to a function in JavaScript, and
// its result comes back the same way.
import { exported, imported, linked } from "../../shim/jco/function.js";
import * as interfaces from "../../shim/jco/interfaces.js";
import { HandleTable, Memory, type Core, type CoreMemory } from "../../shim/jco/memory.js";
import { isResult, type Outcome } from "../../shim/jco/types.js";
import { WitError } from "../../shim/jco/error.js";
import { wasm } from "../../ts/codec/webassembly.js";
import { equal, is, ok, test, throws } from "../suite.js";
import { random, valueOf } from "./values.js";

const Api = wasm as unknown as {
  Memory: new (options: { initial: number }) => { buffer: ArrayBuffer; grow(pages: number): number };
  RuntimeError: new (message: string) => Error;
};
const PAGE = 65536;
const ROUNDS = 40;

/** A core module's memory, whose allocator grows it often, so that views of it end. */
function room(): CoreMemory & { allocate(size: number): number } {
  const memory = new Api.Memory({ initial: 1 });
  let top = 8;
  const realloc = (_: number, __: number, align: number, size: number): number => {
    const at = (top + align - 1) & -align;
    top = at + size;
    memory.grow(Math.max(1, Math.ceil((top - memory.buffer.byteLength) / PAGE)));
    return at;
  };
  return { memory, realloc, allocate: size => realloc(0, 0, 8, size) };
}

/** Resources that cross: numbers, each in a table of its side. */
function sides() {
  const inner = room();
  const outer = room();
  const same = { lift: (handle: number) => handle, lower: (resource: unknown) => resource as number };
  const table = new HandleTable("thing", () => {});
  return {
    inner,
    outer,
    innerMemory: new Memory(inner, same),
    outerMemory: new Memory(outer, table),
    callerMemory: new Memory(outer, {
      lift: (handle, owned) => table.lift(handle, owned),
      lower: resource => table.lower(resource),
    }),
  };
}

for (const name of ["codec", "syscalls", "sockets", "names"] as const)
  for (const [key, signature] of Object.entries(interfaces[name])) {
    if (key === "host-target") continue;
    test(`${name} ${key}: values of its types come over whole, results and errors too`, () => {
      const { inner, outer, innerMemory, outerMemory, callerMemory } = sides();
      const next = random(key.length * 7919 + name.length);
      let things = 100;
      const thing = () => things++;
      let answer: unknown;
      let got: unknown[] = [];
      const implementation = (...args: unknown[]) => {
        got = args;
        const outcome = answer as Outcome;
        if (!isResult(signature.result)) return answer;
        if (outcome.failed) throw new WitError("no", outcome.value);
        return outcome.value;
      };
      // A component's export gives the place of its result, an import takes it.
      const lowered = imported(implementation, signature, () => innerMemory);
      const callee = (...flats: Core[]) => {
        const out = inner.allocate(signature.result.size);
        lowered(...flats, out);
        return out;
      };
      const link = linked(callee, signature, innerMemory, () => outerMemory);
      const caller = (...flats: Core[]) => {
        const out = outer.allocate(signature.result.size);
        link(...flats, out);
        return out;
      };
      const call = exported(caller, signature, callerMemory, error => new WitError("no", error));
      for (let i = 0; i < ROUNDS; i++) {
        const args = signature.params.map(type => valueOf(type, next, thing));
        answer = valueOf(signature.result, next, thing);
        const outcome = answer as Outcome;
        if (isResult(signature.result) && outcome.failed)
          equal(throws(() => call(...args), WitError).payload, outcome.value);
        else equal(call(...args), isResult(signature.result) ? outcome.value : answer);
        equal(got, args);
      }
    });
  }

test("syscalls host-target: one core value is the result itself", () => {
  const { innerMemory } = sides();
  const call = imported(
    () => "linux32",
    interfaces.syscalls["host-target"]!,
    () => innerMemory,
  );
  is(call(), 2);
});

test("the glue: values of a wrong kind or out of range are refused before anything is called", () => {
  const { innerMemory } = sides();
  let calls = 0;
  const call = exported(
    () => {
      calls++;
      return 8;
    },
    interfaces.sockets["[method]socket.connect"]!,
    innerMemory,
    error => error,
  );
  const inet = (port: unknown, host: unknown = "127.0.0.1") => ({ tag: "inet", val: { host, port } });
  throws(() => call(1, inet(70000)), RangeError, "u16 must be 0..65535, got 70000");
  throws(() => call(1, inet(-1)), RangeError);
  throws(() => call(1, inet(1.5)), TypeError);
  throws(() => call(1, inet("80")), TypeError, 'u16 expected, got "80"');
  throws(() => call(1, inet(80, 7)), TypeError, "string expected, got 7");
  throws(() => call(1, { tag: "ipx" }), TypeError, 'a case of address expected, got "ipx"');
  throws(() => call(1, undefined), TypeError);
  is(calls, 0);
});

test("the glue: a module's lies trap", () => {
  const { outerMemory } = sides();
  const seen: unknown[] = [];
  const trapped = (key: string, ...flats: Core[]) =>
    throws(() => {
      imported(
        (...args) => seen.push(args),
        interfaces.sockets[key]!,
        () => outerMemory,
      )(...flats);
    }, Api.RuntimeError);
  const send = "[method]socket.send";
  const table = outerMemory.handles.lower("a socket", true);
  trapped(send, 99, 8, 1, 0, 8);
  trapped(send, 0, 8, 1, 0, 8);
  trapped(send, -1, 8, 1, 0, 8);
  trapped(send, table, 0x7fffffff, 1, 0, 8);
  trapped(send, table, 8, -1, 0, 8);
  trapped(send, table, 8, 1, 0, 0x7ffffffc);
  trapped(send, table, 8, 1, 0, 9);
  trapped("constants", 8, 0x7fffffff, 8);
  trapped("constants", 9, 1, 8);
  trapped("poll", 8, 0x20000, 0, 8);
  trapped("[method]socket.bind", table, 23, 0, 0n, 0, 0, 0, 0, 8);
  trapped("[method]socket.bind", table, -1, 0, 0n, 0, 0, 0, 0, 8);
  const { bytes } = outerMemory;
  bytes[8] = 0xff;
  trapped("[method]socket.bind", table, 1, 8, 1n, 80, 0, 0, 0, 8);
  equal(seen, []);
  ok(bytes[8] === 0xff);
});
