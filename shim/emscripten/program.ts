// A program that Emscripten made, unmodified: what its Module takes as `instantiateWasm`. Each instance
// is a guest of its own.
import { readFileSync } from "node:fs";
import { wasm, type WasmModule } from "../../ts/codec/webassembly.js";
import type { Host } from "../contract.js";
import { guarded, type Policy, type RuleText } from "../policy/index.js";
import { rulesOf } from "../policy/rules.js";
import { Guest, type GuestExports } from "./guest.js";
import { check, patchedCalls, wrap, type Imports } from "./imports.js";
import { isGuest, own, patchedBytes } from "./instance.js";
import type { GuestMemory } from "./memory.js";

/** What a program's Module has, as far as it is used here. */
interface Program {
  /** Emscripten's own option for the bytes of the .wasm. */
  readonly wasmBinary?: unknown;
  /** Of library.js: the imports by the names that a minified build has lost. */
  readonly berkeleySockets?: { readonly env: Imports };
}

/** An Emscripten Module's `instantiateWasm`: its caller is the program's own JavaScript. */
export type InstantiateWasm = (
  imports: object,
  receive: (instance: never, module: never) => unknown,
) => Record<string, never>;

export interface ProgramOptions {
  readonly policy: Policy | readonly RuleText[];
  readonly wasm?: string | { readonly href: string } | ArrayBufferLike | ArrayBufferView | undefined;
}

type Call = (...args: number[]) => number;
type Named = Record<string, Imports | undefined>;

function bytesOf(source: unknown): Uint8Array {
  if (typeof source === "string" || source instanceof URL) return readFileSync(source);
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  if (source instanceof ArrayBuffer || source instanceof SharedArrayBuffer) return new Uint8Array(source);
  if (source instanceof wasm.Instance)
    throw new TypeError("wasm: an instance that already runs can't be attached: give its module's bytes");
  if (source instanceof wasm.Module)
    throw new TypeError("wasm: a compiled module can't be patched: give its bytes");
  throw new TypeError("wasm: give the path, the URL or the bytes of the program's .wasm");
}

/** The module, with bodies for those of its stubs that it exports. */
function compiled(bytes: Uint8Array): WasmModule {
  const module = new wasm.Module(bytes);
  const exported = wasm.Module.exports(module).map(({ name }) => name);
  return patchedCalls.some(name => exported.includes(name))
    ? new wasm.Module(patchedBytes(bytes).bytes)
    : module;
}

/** The imports by their names: as the program has them, or as library.js kept them. */
function namedImports(imports: Named, program: Program | undefined): [env: Imports, wasi: Imports] {
  const { env, wasi_snapshot_preview1: wasi } = imports;
  const kept = program?.berkeleySockets?.env;
  if (env !== undefined) check(env);
  if (kept !== undefined) return [kept, kept];
  const isNamed = env !== undefined && Object.keys(env).some(name => name.length > 3);
  if (!isNamed || wasi === undefined)
    throw new Error(
      "the module has no imports env and wasi_snapshot_preview1 with names: they are minified (-O3): " +
        "link it with --js-library library.js of berkeley-sockets/emscripten",
    );
  return [env, wasi];
}

function memoryOf(imports: Named, exports: Record<string, unknown>): GuestMemory {
  const found = [exports, ...Object.values(imports)]
    .flatMap(names => Object.values(names ?? {}))
    .find(value => value instanceof wasm.Memory);
  if (found === undefined) throw new Error("the module has no memory");
  return found as GuestMemory;
}

/** What the guest's C gives: the functions of sockets.c, or the libc's own where they have their names. */
function exportsOf(program: Program | undefined, exports: Record<string, unknown>): GuestExports {
  // Emscripten puts what C exports into the Module when the instance is there.
  const find = (name: string, ownName: string): Call | undefined =>
    ((program as Record<string, unknown> | undefined)?.[`_berkeley_sockets_${name}`] ?? exports[ownName]) as
      | Call
      | undefined;
  return {
    malloc: size => find("allocate", "malloc")?.(size) ?? 0,
    free: at => {
      find("free", "free")?.(at);
    },
    __errno_location: () => find("errno", "__errno_location")?.(),
  };
}

/** What a Module takes, for hosts that `newHost` makes: one for each instance. */
export function program(
  newHost: () => Host,
  codec: WasmModule,
  { policy, wasm: source }: ProgramOptions,
): InstantiateWasm {
  rulesOf(policy);
  const given = source === undefined ? undefined : compiled(bytesOf(source));
  return function instantiateWasm(this: Program | undefined, imports, receive) {
    if (this !== undefined && isGuest(this))
      throw new Error("this Module has an instance that already runs: it can't be attached");
    const module = given ?? compiled(bytesOf(this?.wasmBinary));
    const guest = new Guest(guarded(newHost(), policy), codec);
    wrap(guest, ...namedImports(imports as Named, this));
    const instance = new wasm.Instance(module, imports);
    guest.start(exportsOf(this, instance.exports), memoryOf(imports as Named, instance.exports));
    own(this ?? instance, guest);
    (receive as (...args: unknown[]) => unknown)(instance, module);
    return instance.exports as Record<string, never>;
  };
}
