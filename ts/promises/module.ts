// The promise half of one socket module.
import type { socketModule } from "../module.js";
import { Resolver } from "./lookup.js";
import { Readiness } from "./readiness.js";
import { bindResolve } from "./resolve.js";
import { Socket, type SocketClass } from "./socket.js";

export function promiseModule({ core, gethostname }: ReturnType<typeof socketModule>) {
  const readiness = new Readiness(core), resolver = new Resolver(core.host);
  const Bound = { Socket: class extends Socket {} }.Socket;
  Object.defineProperties(Bound.prototype, { _core: { value: core }, _readiness: { value: readiness }, _resolver: { value: resolver } });
  return { Socket: Bound as unknown as SocketClass, ...bindResolve(core, resolver, gethostname) };
}
