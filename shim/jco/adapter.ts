// The adapter's core module over a guest's system calls: its exports for JavaScript, and for a guest's
// module. Both are glue of our own, for a tenth of what jco's costs.
import { wasm, type WasmModule } from "../../ts/codec/webassembly.js";
import { packageFile } from "../node.js";
import { WitError } from "./error.js";
import { exported, exportsOf, imported, linked, memberOf } from "./function.js";
import * as interfaces from "./interfaces.js";
import { HandleTable, Memory, type CoreFunction, type CoreMemory, type Handles } from "./memory.js";
import { clampLength } from "../guest-length.js";
import type { DirectDescriptor, Syscalls } from "./syscalls.js";

type Exports = Readonly<Record<string, unknown>>;
type Imports = Record<string, Record<string, unknown>>;
const Instance = wasm.Instance as unknown as new (
  module: WasmModule,
  imports: Imports,
) => { exports: Exports };

let module: WasmModule | undefined;
/** The adapter's core module, compiled once. */
function adapterModule(): WasmModule {
  module ??= new wasm.Module(packageFile("../sockets.core.wasm"));
  return module;
}

/** A module's memory and allocator, of what it exports. */
export function coreMemory(exports: Exports, what: string): CoreMemory {
  const { memory, cabi_realloc: realloc } = exports as Record<string, never>;
  if (memory === undefined || realloc === undefined)
    throw new Error(`${what} must export memory and cabi_realloc`);
  return { memory, realloc };
}

/** In the adapter a socket is its representation, and who calls it keeps that. */
const representations: Handles = {
  lift: representation => representation,
  lower: resource => resource as number,
};

/** Where a result of words has them. */
const PAYLOAD = 4;

/** recv() and send() in the adapter's own memory: half of all calls, for which generic glue is too slow. */
function directCalls(descriptors: HandleTable, memoryOf: () => Memory) {
  const find = (fd: number) => descriptors.lift(fd, false) as DirectDescriptor;
  function finish(memory: Memory, out: number, count: number, value: number): void {
    const { view } = memory;
    view.setUint8(out, count < 0 ? 1 : 0);
    view.setInt32(out + PAYLOAD, count < 0 ? -count : value, true);
  }
  return {
    recv(fd: number, length: number, flags: number, out: number): void {
      const memory = memoryOf();
      const room = clampLength(length >>> 0);
      const at = memory.allocate(1, room);
      const count = find(fd).receive(memory.bytes.subarray(at, at + room), flags);
      finish(memory, out, count, at);
      if (count >= 0) memory.view.setInt32(out + PAYLOAD + 4, count, true);
    },
    send(fd: number, at: number, length: number, flags: number, out: number): void {
      const memory = memoryOf();
      const count = find(fd).transmit(memory.bytes.subarray(at >>> 0, (at + length) >>> 0), flags);
      finish(memory, out, count, count);
    },
  };
}

export class Adapter {
  readonly #exports: Exports;
  readonly #core: CoreMemory;
  readonly #drop: (representation: number) => void;
  readonly #functions = new Map<string, Map<string, CoreFunction>>();

  constructor(syscalls: Syscalls) {
    const name = interfaces.interfaceName("syscalls");
    const descriptors = new HandleTable("descriptor", descriptor =>
      (descriptor as { [Symbol.dispose](): void })[Symbol.dispose](),
    );
    let memory: Memory | undefined;
    const calls: Record<string, unknown> = {
      "[resource-drop]descriptor": (fd: number) => descriptors.drop(fd),
    };
    for (const [key, signature] of Object.entries(interfaces.syscalls))
      calls[key] = imported(memberOf(syscalls, key), signature, () => memory!);
    const direct = directCalls(descriptors, () => memory!);
    for (const [name, call] of Object.entries(direct)) calls[`[method]descriptor.${name}`] = call;
    const sockets = interfaces.interfaceName("sockets");
    const { exports } = new Instance(adapterModule(), {
      [name]: calls,
      [`[export]${sockets}`]: { "[resource-new]socket": (representation: number) => representation },
    });
    this.#exports = exports;
    this.#core = coreMemory(exports, "the adapter");
    memory = new Memory(this.#core, descriptors, true);
    this.#drop = exports[`${sockets}#[dtor]socket`] as (representation: number) => void;
    for (const of of ["codec", "sockets"] as const)
      this.#functions.set(of, exportsOf(this.#exports, interfaces.interfaceName(of), interfaces[of]));
  }

  /** The destructor of a socket. */
  drop(representation: number): void {
    this.#drop(representation);
  }

  /** The functions of an interface for JavaScript, whose resources `handles` knows. */
  functions(of: "codec" | "sockets", handles: Handles): Record<string, (...args: unknown[]) => unknown> {
    const memory = new Memory(this.#core, handles);
    const functions = [...this.#functions.get(of)!].map(([key, call]) => {
      const name = key.replace(/^.*[\].]/, "");
      const failure = (error: unknown) => new WitError(`${name}: ${String(error)}`, error);
      return [key, exported(call, interfaces[of][key]!, memory, failure)] as const;
    });
    return Object.fromEntries(functions);
  }

  /** The functions of an interface for another module, whose memory is `outer`. */
  links(of: "codec" | "sockets", outer: () => Memory): Record<string, CoreFunction> {
    const memory = new Memory(this.#core, representations);
    const links = [...this.#functions.get(of)!].map(
      ([key, call]) => [key, linked(call, interfaces[of][key]!, memory, outer)] as const,
    );
    return Object.fromEntries(links);
  }
}
