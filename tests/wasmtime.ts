// Runs codec.wasm outside V8, in wasmtime: a child of codec.test.ts, since a mistake here ends the
// process. The npm package wraps wasmtime 8: numeric calls only, no access to memory. So bytes get
// in and out by the codec's own calls. argv: codec.wasm, and the offsets of its ADDRESS, TEXT and
// IMAGE. Prints the answers as JSON.
import { createRequire } from "node:module";

interface Wasmtime {
  Config: new () => object;
  Engine: new (config: object) => object;
  Store: new (engine: object) => object;
  Module: { fromFile(engine: object, path: string): object };
  Instance: new (
    store: object,
    module: object,
  ) => { getFunc(store: object, name: string): { call(store: object, args: number[]): number } };
}
const { Config, Engine, Store, Module, Instance } = createRequire(import.meta.url)("wasmtime") as Wasmtime;

const [file, ...places] = process.argv.slice(2);
const [ADDRESS, TEXT, IMAGE] = places.map(Number) as [number, number, number];
const engine = new Engine(new Config());
const store = new Store(engine);
const instance = new Instance(store, Module.fromFile(engine, file!));
const functions = new Map<string, { call(store: object, args: number[]): number }>();
function call(name: string, ...args: number[]): number {
  let found = functions.get(name);
  if (!found) {
    found = instance.getFunc(store, name);
    functions.set(name, found);
  }
  return found.call(store, args);
}

const LINUX64 = 0;
const LINUX64BE = 1;
/**
 * Four bytes at `at` as a big-endian number: their text, read again so that either half stands
 * where a family's number does.
 */
function peek(at: number): number {
  const length = call("ntop4", at, TEXT);
  const half = (place: number) => {
    call("pton4", TEXT, length, place);
    return call("sockaddr_family", LINUX64BE, 4);
  };
  return ((half(ADDRESS) << 16) | half(ADDRESS - 2)) >>> 0;
}
/**
 * Writes four bytes, and clears the twelve before them: a control message's header ends with its
 * type.
 */
function poke(at: number, bytes: number): void {
  call("cmsg_encode", LINUX64BE, at - 12, 0, bytes | 0, 0);
}

const answers: Record<string, unknown> = {};

answers.families = [0, 1, 2, 3, 4, 5].map(target =>
  [0, 1, 2].map(kind => call("family_number", target, kind)),
);
answers.space = [0, 1, 2, 3, 4, 5].map(target => [
  call("cmsg_len", target, 5),
  call("cmsg_space", target, 5),
]);

answers.vsock = [0, 1, 3].map(target => {
  const parts = [0, 4, 8].map(at => {
    call("vsock_encode", target, 0xc0000201 | 0, 8080);
    return peek(ADDRESS + at);
  });
  const length = call("vsock_encode", target, 1, 2);
  return [
    ...parts,
    length,
    ...[length, length - 1, length + 1].map(length => call("vsock_decode", target, length)),
  ];
});

// Text of bytes, and bytes of that text.
const IN = IMAGE + 64;
const OUT = IMAGE + 128;
answers.six = [
  [0x20010db8, 0, 0, 1],
  [0, 0, 0xffff, 0x01020304],
  [0xfe800000, 0, 0x01ff0000, 0xff],
  [0, 0, 0, 0],
  [-1, -1, -1, -1],
].map(words => {
  // From the last to the first, since poke clears what comes before.
  for (let i = 3; i >= 0; i--) poke(IN + 4 * i, words[i]!);
  const length = call("ntop6", IN, TEXT);
  const read = call("pton6", TEXT, length, OUT);
  return [length, read, ...[0, 4, 8, 12].map(at => peek(OUT + at))];
});

answers.junk = [
  call("pton4", IMAGE, 0, OUT),
  call("sockaddr_family", LINUX64, 1),
  call("unix_decode", LINUX64, 500),
];
console.log(JSON.stringify(answers));
