// The promise module of the running Node.
import { bound } from "../node-module.js";
import { promiseModule, type PromiseModule } from "./module.js";
import "./node-socket.js";

export const promises: PromiseModule<Buffer> = promiseModule(bound);
