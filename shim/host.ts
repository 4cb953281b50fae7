// berkeley-sockets/host: for those who run guests. Each nodeHost() has a state of its own, beside the
// library's and beside others: its message block, its descriptors, its poller.
import { wasm, type WasmModule } from "../ts/codec/webassembly.js";
import { packageFile } from "./node.js";

export { nodeHost } from "./node.js";
export { MAX_LENGTH, clampLength } from "./guest-length.js";
export type * from "./contract.js";
export type { WasmModule } from "../ts/codec/webassembly.js";

let module: WasmModule | undefined;

/** The codec, compiled once: what `socketModule(host, codec())` takes. */
export function codec(): WasmModule {
  module ??= new wasm.Module(packageFile("../codec.wasm"));
  return module;
}
