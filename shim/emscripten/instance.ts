// The life of a guest: its module is patched, its imports are wrapped, it is instantiated, and its
// descriptors are closed when it is disposed of or collected.
import { wasm, type WasmModule } from "../../ts/codec/webassembly.js";
import type { GuardedHost } from "../policy/index.js";
import { Guest, type GuestExports } from "./guest.js";
import { checkWhole, wrap, patchedCalls, type Door, type Imports } from "./imports.js";
import type { GuestMemory } from "./memory.js";
import { patch, type Patched } from "./patch.js";

/** A module's bytes, or the module. */
export type Source = ArrayBufferLike | ArrayBufferView | WasmModule;
/** What WebAssembly gives for a module's bytes. */
export interface Instantiated {
  readonly module: WasmModule;
  readonly instance: { readonly exports: Record<string, unknown> };
}
/** WebAssembly.instantiate(): for a module the instance alone. */
export type Instantiate = (source: Source, imports: unknown) => Promise<unknown>;

const guests = new WeakMap<object, Guest>();

/** Closes all descriptors of a guest, whose further calls are EBADF. */
export function dispose(owner: object): void {
  const guest = guests.get(owner);
  if (guest === undefined) throw new TypeError("this is no guest that was attached here");
  guest.close();
}

/** `owner` has the guest's descriptors: they are closed when it is collected. */
export function own(owner: object, guest: Guest): void {
  guests.set(owner, guest);
  // Whoever waits for the end of the owner must not hold the guest, which leads back to it.
  guest.host.diesWith(owner);
}

/** Whether an object is a guest of its own already. */
export const isGuest = (owner: object): boolean => guests.has(owner);

const isModule = (source: unknown): source is WasmModule => source instanceof wasm.Module;

/** The bytes of a module, with bodies for the functions that are stubs in it. */
export function patchedBytes(source: ArrayBufferLike | ArrayBufferView): {
  bytes: Uint8Array;
  missing: readonly Patched[];
} {
  const bytes = ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
  return patch(bytes, patchedCalls);
}

/** Instantiates a module whose sockets are the host's. `imports` are changed in place. */
export async function instantiate(
  host: GuardedHost,
  codec: WasmModule,
  source: Source,
  imports: Record<string, Imports>,
  create: Instantiate,
): Promise<{ guest: Guest; door: Door; result: Instantiated }> {
  const guest = new Guest(host, codec);
  const env = imports.env;
  const wasi = imports.wasi_snapshot_preview1;
  if (env === undefined || wasi === undefined)
    throw new Error(
      "the module has no imports env and wasi_snapshot_preview1: minified names are not known here",
    );
  checkWhole(env);
  const door = wrap(guest, env, wasi);
  const created = await create(isModule(source) ? source : patchedBytes(source).bytes, imports);
  const result = (isModule(source) ? { module: source, instance: created } : created) as Instantiated;
  const exports = result.instance.exports as unknown as GuestExports & { memory?: GuestMemory };
  guest.start(exports, (env.memory as GuestMemory | undefined) ?? exports.memory!);
  return { guest, door, result };
}
