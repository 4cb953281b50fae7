// berkeley-sockets/emscripten: Emscripten programs and Pyodide, unmodified, whose sockets are sockets
// of this system.
import type { WasmModule } from "../../ts/codec/webassembly.js";
import { wasm } from "../../ts/codec/webassembly.js";
import type { Host } from "../contract.js";
import { nodeHost, packageFile } from "../node.js";
import { load, type LoadPyodide, type PyodideLike } from "./pyodide.js";

export { dispose } from "./instance.js";
export type { LoadPyodide, PyodideLike } from "./pyodide.js";

let compiled: WasmModule | undefined;
const codec = (): WasmModule => (compiled ??= new wasm.Module(packageFile("../codec.wasm") as never));

export interface AttachOptions {
  /** The host below the gate; without it the system's. */
  readonly host?: Host;
  /** The options of loadPyodide(). */
  readonly pyodide?: unknown;
}

/**
 * Loads a Pyodide whose `socket` is this system's: `await attach(loadPyodide, { policy })`.
 * @throws Error where this Pyodide has other imports than are known here, by their names.
 */
export function attach<P extends PyodideLike>(
  loadPyodide: LoadPyodide<P>,
  { host = nodeHost(), pyodide }: AttachOptions,
): Promise<P> {
  return load(loadPyodide, host, codec(), pyodide);
}
