// The module of the running Node.
import { nodeHost, packageFile } from "../shim/node.js";
import { socketModule } from "./module.js";
import { nodeBytes } from "./codec/buffer-pool.js";
import { wasm } from "./codec/webassembly.js";

const codec = new wasm.Module(packageFile("../codec.wasm"));

/** By its name: written out, the type would say Buffer<…>, which older @types/node do not know. */
type NodeModule = ReturnType<typeof socketModule<Buffer>>;
export const bound: NodeModule = socketModule(nodeHost(), codec, nodeBytes);
export const constants: typeof bound.constants = bound.constants;
