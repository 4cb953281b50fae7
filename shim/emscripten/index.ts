// berkeley-sockets/emscripten: Emscripten programs and Pyodide, unmodified, whose sockets are sockets
// of this system, as far as a policy grants them.
import type { Host } from "../contract.js";
import { codec, nodeHost } from "../host.js";
import { guarded, type Policy, type RuleText } from "../policy/index.js";
import { program, type InstantiateWasm } from "./program.js";
import { load, type LoadPyodide, type PyodideLike } from "./pyodide.js";

export { dispose } from "./instance.js";
export type { InstantiateWasm } from "./program.js";
export type { LoadPyodide, NodeFolders, OpenFile, PyodideLike } from "./pyodide.js";
export type { Kind, Limits, Policy, RuleText, Spelled } from "../policy/index.js";
export type * from "../contract.js";

/** What attach() takes. */
export interface AttachOptions {
  /** What the guest may reach: nothing else. A policy, or the short forms of its rules. */
  readonly policy: Policy | readonly RuleText[];
  /** The host below the policy; without it the system's. */
  readonly host?: Host;
  /** The options of loadPyodide(). */
  readonly pyodide?: unknown;
  /**
   * Whether the guest's module `_socket` is replaced by one that has every family and constant of this
   * system; its asyncio then runs on a loop over sockets.
   */
  readonly replaceSocketModule?: boolean;
}

/**
 * Loads a Pyodide whose `socket` is this system's, as far as the policy grants it:
 * `await attach(loadPyodide, { policy: ["tcp-connect:127.0.0.1:*"] })`. On the main thread its calls
 * block the event loop, as they block a Python.
 * @throws PolicyError for a policy that is none; Error where this Pyodide has imports that are not
 * known here, by their names.
 */
export async function attach<P extends PyodideLike>(
  loadPyodide: LoadPyodide<P>,
  { policy, host = nodeHost(), pyodide, replaceSocketModule = false }: AttachOptions,
): Promise<P> {
  return load(loadPyodide, guarded(host, policy), codec(), pyodide, replaceSocketModule);
}

/** A URL object of a file, whose type is Node's or the DOM's. */
export interface FileUrl {
  /** Its text. */
  readonly href: string;
}

/** What instantiateWasm() takes. */
export interface ProgramOptions {
  /** What the guest may reach: nothing else. A policy, or the short forms of its rules. */
  readonly policy: Policy | readonly RuleText[];
  /** The host below the policy, for one instance; without it the system's, a new one for each. */
  readonly host?: Host;
  /** The program's .wasm: its path, URL or bytes. Without it, `wasmBinary` of the Module is taken. */
  readonly wasm?: string | FileUrl | ArrayBufferLike | ArrayBufferView;
}

/**
 * What a program that Emscripten made takes as `instantiateWasm` of its Module:
 * `createModule({ instantiateWasm: instantiateWasm({ policy: ["udp-bind:127.0.0.1:*"], wasm: "echo.wasm" }) })`.
 * Its sockets are then this system's, as far as the policy grants them; dispose() takes the Module.
 * @throws PolicyError for a policy that is none. A program with minified imports (-O3) that was linked
 * without library.js, or one with imports that are not known here, is an Error of the Module's.
 */
export function instantiateWasm({ policy, host, wasm }: ProgramOptions): InstantiateWasm {
  return program(() => host ?? nodeHost(), codec(), { policy, wasm });
}
