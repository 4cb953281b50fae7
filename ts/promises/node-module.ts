// The promise module of the running Node.
import { bound } from "../node-module.js";
import { promiseModule } from "./module.js";

export const promises: ReturnType<typeof promiseModule<Buffer>> = promiseModule(bound);
