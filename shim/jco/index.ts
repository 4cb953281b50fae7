// berkeley-sockets/wit: the WIT package berkeley:sockets in Node. Guests are core modules, linked by glue
// of our own, or components that jco made; what they may reach a policy says.
import { wasm, type WasmModule } from "../../ts/codec/webassembly.js";
import type { Host } from "../contract.js";
import { nodeHost } from "../host.js";
import { guarded, type Policy, type RuleText } from "../policy/index.js";
import { Adapter, coreMemory } from "./adapter.js";
import { codecOf, socketsOf } from "./face.js";
import { imported, memberOf } from "./function.js";
import * as interfaces from "./interfaces.js";
import { HandleTable, Memory, type CoreFunction } from "./memory.js";
import { namesOf, type Names } from "./names.js";
import { systemOf, type Syscalls, type System } from "./syscalls.js";
import type { Codec, Sockets } from "./values.js";

export { WitError } from "./error.js";
export type * from "./values.js";
export type { AddressInfo, LookupError, Names, NetworkInterface } from "./names.js";
export type { Descriptor, RawDatagram, RawMessage, Syscalls } from "./syscalls.js";
export type { Kind, Limits, Policy, RuleText, Spelled } from "../policy/index.js";
export type { WasmModule } from "../../ts/codec/webassembly.js";
export type * from "../contract.js";

/** What a guest may reach, and by what. */
export interface GuestOptions {
  /**
   * What the guest may reach: nothing else. A policy, or the short forms of its rules; null grants every
   * address, and is for guests that you trust.
   */
  readonly policy: Policy | readonly RuleText[] | null;
  /** The host below the policy, which nothing else may use; without it the system's. */
  readonly host?: Host;
}

/** One guest's system calls and names, as jco imports them. */
export interface GuestImports {
  /** `berkeley:sockets/syscalls`: what the adapter component imports. */
  readonly syscalls: Syscalls;
  /** `berkeley:sockets/names`. */
  readonly names: Names;
  /** Closes all descriptors of the guest; later calls fail. */
  dispose(): void;
  /** dispose(). */
  [Symbol.dispose](): void;
}

/** The interfaces of the adapter, over one guest's system calls. */
export interface GuestInterfaces {
  /** `berkeley:sockets/sockets`. */
  readonly sockets: Sockets;
  /** `berkeley:sockets/codec`. */
  readonly codec: Codec;
  /** `berkeley:sockets/names`. */
  readonly names: Names;
  /** Closes all descriptors of the guest; later calls fail. */
  dispose(): void;
  /** dispose(). */
  [Symbol.dispose](): void;
}

/** What instantiate() takes. */
export interface InstantiateOptions extends GuestOptions {
  /** What the module imports beside `berkeley:sockets`. */
  readonly imports?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A guest that runs. */
export interface GuestInstance {
  /** What its core module exports. */
  readonly exports: Readonly<Record<string, unknown>>;
  /** Closes all descriptors of the guest; later calls fail. */
  dispose(): void;
  /** dispose(). */
  [Symbol.dispose](): void;
}

function guestOf({ policy, host = nodeHost() }: GuestOptions): System & { readonly names: Names } {
  if (policy === undefined) throw new TypeError("policy must be a policy, a list of rules, or null");
  const own = policy === null ? host : guarded(host, policy);
  return { ...systemOf(own), names: namesOf(own) };
}

/**
 * The imports of a component that jco transpiled: `instantiate(getCoreModule, {
 * "berkeley:sockets/syscalls": guest.syscalls })` for `sockets.component.wasm`.
 * @throws PolicyError for a policy that is none.
 */
export function imports(options: GuestOptions): GuestImports {
  const { syscalls, names, dispose } = guestOf(options);
  return { syscalls, names, dispose, [Symbol.dispose]: dispose };
}

/**
 * The interfaces `sockets`, `codec` and `names`, by the adapter's core module and our own glue. Their form
 * is jco's: a component that imports them takes these objects.
 * @throws PolicyError for a policy that is none.
 */
export function adapter(options: GuestOptions): GuestInterfaces {
  const { syscalls, names, dispose } = guestOf(options);
  const core = new Adapter(syscalls);
  return { sockets: socketsOf(core), codec: codecOf(core), names, dispose, [Symbol.dispose]: dispose };
}

const { Module, Instance } = wasm as unknown as {
  Module: {
    new (bytes: Uint8Array): WasmModule;
    imports(module: WasmModule): { module: string; name: string }[];
  };
  Instance: new (module: WasmModule, imports: unknown) => { exports: Record<string, unknown> };
};

/** What of our interfaces a module imports: a name that there is not is told. */
function wanted(module: WasmModule, name: string): string[] {
  return Module.imports(module)
    .filter(one => one.module === name)
    .map(one => one.name);
}

/** The functions that a module imports, of those that there are. */
function pick(
  module: WasmModule,
  of: string,
  functions: Readonly<Record<string, CoreFunction>>,
): Record<string, CoreFunction> {
  const name = interfaces.interfaceName(of);
  return Object.fromEntries(
    wanted(module, name).map(key => {
      const call = functions[key];
      if (call === undefined) throw new Error(`${name} has no ${key}`);
      return [key, call];
    }),
  );
}

/**
 * Instantiates a guest's core module, which imports functions of `berkeley:sockets` as the canonical ABI
 * has them (`wit-bindgen` makes such imports), and exports `memory` and `cabi_realloc`. Its sockets are
 * this system's, as far as the policy grants them; what it does wrong traps it alone.
 * @throws PolicyError for a policy that is none; Error for an import that is not known, by its name.
 */
export function instantiate(
  guestCore: WasmModule | Uint8Array,
  { imports: others = {}, ...options }: InstantiateOptions,
): GuestInstance {
  const module = guestCore instanceof Uint8Array ? new Module(guestCore) : guestCore;
  const { syscalls, names, dispose } = guestOf(options);
  try {
    const core = new Adapter(syscalls);
    const table = new HandleTable("socket", representation => core.drop(representation as number));
    let memory: Memory | undefined;
    const outer = () => memory!;
    const sockets: Record<string, CoreFunction> = {
      ...core.links("sockets", outer),
      "[resource-drop]socket": handle => {
        table.drop(Number(handle));
        return undefined;
      },
    };
    const lookups = Object.entries(interfaces.names).map(
      ([key, signature]) => [key, imported(memberOf(names, key), signature, outer)] as const,
    );
    const { exports } = new Instance(module, {
      ...others,
      [interfaces.interfaceName("sockets")]: pick(module, "sockets", sockets),
      [interfaces.interfaceName("codec")]: pick(module, "codec", core.links("codec", outer)),
      [interfaces.interfaceName("names")]: pick(module, "names", Object.fromEntries(lookups)),
    });
    memory = new Memory(coreMemory(exports, "the guest"), table);
    const initialize = exports._initialize;
    if (typeof initialize === "function") initialize();
    return { exports, dispose, [Symbol.dispose]: dispose };
  } catch (error) {
    dispose();
    throw error;
  }
}
