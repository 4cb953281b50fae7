// The module of the running Node.
import { readFileSync } from "node:fs";
import { nodeHost } from "../shim/node.js";
import { socketModule } from "./module.js";
import { wasm } from "./webassembly.js";

const codec = new wasm.Module(readFileSync(new URL("../codec.wasm", import.meta.url)));

export const bound = socketModule(nodeHost(), codec);
export const constants = bound.constants;
