// The module of the running Node.
import { nodeHost, packageFile } from "../shim/node.js";
import { socketModule } from "./module.js";
import { wasm } from "./codec/webassembly.js";

const codec = new wasm.Module(packageFile("../codec.wasm"));

export const bound = socketModule(nodeHost(), codec);
export const constants = bound.constants;
