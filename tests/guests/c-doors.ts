// What instantiateWasm() promises beside the programs: policies, several instances at once, the end of a
// guest. node c-doors.js MINIFIED.cjs LIBRARY.cjs PROGRAM.cjs, three builds of one program; prints what is
// wrong, a line each.
import { readdirSync, readlinkSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dispose, instantiateWasm, type InstantiateWasm } from "../../shim/emscripten/index.js";

const [minified, withLibrary, plain] = process.argv.slice(2) as [string, string, string];
const { WebAssembly: Api } = globalThis as unknown as { WebAssembly: Record<string, unknown> };
const before = { ...Api };
const wrong: string[] = [];

function expect(what: string, got: unknown, expected: unknown): void {
  if (got !== expected) wrong.push(`${what}: expected ${String(expected)}, got ${String(got)}`);
}

interface Module {
  instantiateWasm?: InstantiateWasm;
  wasmBinary?: Uint8Array;
  print?: (line: string) => void;
  printErr?: (line: string) => void;
  quit?: (status: number, error: Error) => void;
}
const wasmOf = (path: string) => path.replace(/\.cjs$/, ".wasm");
type Factory = (module: Module) => Promise<object>;
const load = createRequire(import.meta.url) as (path: string) => Factory;

/** Runs one; gives its Module and the lines that it printed. */
async function start(path: string, module: Module): Promise<{ module: object; lines: string[] }> {
  const lines: string[] = [];
  const print = (line: string) => {
    lines.push(line);
  };
  // exit(3) is to end the program, not this process.
  const quit = (_status: number, error: Error) => {
    throw error;
  };
  return { module: await load(path)({ print, printErr: print, quit, ...module }), lines };
}

const socketsOpen = () =>
  readdirSync("/proc/self/fd").filter(fd => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith("socket:");
    } catch {
      return false;
    }
  }).length;

const granted = ["udp-bind:127.0.0.1:*", "udp-connect:127.0.0.1:*"];
const received = 'received: "hello"';
const first = socketsOpen();

// Several at once, each with its policy; one hook may make several guests.
const hook = instantiateWasm({ policy: granted, wasm: wasmOf(withLibrary) });
const guests = await Promise.all([
  start(withLibrary, { instantiateWasm: hook }),
  start(withLibrary, { instantiateWasm: hook }),
  start(plain, { instantiateWasm: instantiateWasm({ policy: granted, wasm: wasmOf(plain) }) }),
  start(plain, {
    instantiateWasm: instantiateWasm({ policy: granted }),
    wasmBinary: readFileSync(wasmOf(plain)),
  }),
]);
for (const { lines } of guests) expect("a granted datagram", lines.includes(received), true);
const refused = await start(plain, {
  instantiateWasm: instantiateWasm({ policy: ["udp-connect:127.0.0.1:*"], wasm: wasmOf(plain) }),
}).then(
  ({ lines }) => lines.join("\n"),
  (error: Error) => error.message,
);
expect("a bind that is not granted", /bind\(.*: EACCES/.test(refused), true);

expect("sockets of four guests and a fifth", socketsOpen() - first, 9);
for (const { module } of guests) dispose(module);
expect("sockets after dispose()", socketsOpen() - first, 1);

/** The message of the error that a start ends with. */
const failure = (path: string, module: () => Module): Promise<string> =>
  Promise.resolve()
    .then(() => start(path, module()))
    .then(
      () => "it started",
      (error: Error) => error.message,
    );

// What can't be is said by its name. This Emscripten tells of an error in a hook, and goes on waiting.
const said = new Promise<string>(resolve => {
  const module = {
    instantiateWasm: instantiateWasm({ policy: [], wasm: wasmOf(minified) }),
    printErr: resolve,
  };
  start(minified, module).then(
    () => resolve("it started"),
    (error: Error) => resolve(error.message),
  );
});
expect("minified imports without the library", /minified.*--js-library/.test(await said), true);
expect(
  "a policy with an error",
  /tcp-conect/.test(
    await failure(plain, () => ({ instantiateWasm: instantiateWasm({ policy: ["tcp-conect:*:*"] }) })),
  ),
  true,
);
for (const [key, value] of Object.entries(before)) expect(`WebAssembly.${key} afterwards`, Api[key], value);

for (const line of wrong) console.log(line);
process.exit();
