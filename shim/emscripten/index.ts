// berkeley-sockets/emscripten: Emscripten programs and Pyodide, unmodified, whose sockets are sockets
// of this system, as far as a policy grants them.
import type { Host } from "../contract.js";
import { codec, nodeHost } from "../host.js";
import { guarded, type Policy, type RuleText } from "../policy/index.js";
import { load, type LoadPyodide, type PyodideLike } from "./pyodide.js";

export { dispose } from "./instance.js";
export type { LoadPyodide, PyodideLike } from "./pyodide.js";
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
