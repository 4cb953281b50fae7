// The promise half of one socket module.
import type { Core } from "../core.js";
import { Readiness } from "./readiness.js";
import { Socket, type SocketClass } from "./socket.js";

export function promiseModule(core: Core) {
  const readiness = new Readiness(core);
  const Bound = { Socket: class extends Socket {} }.Socket;
  Object.defineProperties(Bound.prototype, { _core: { value: core }, _readiness: { value: readiness } });
  return { Socket: Bound as unknown as SocketClass };
}
