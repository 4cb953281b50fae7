// The promise half of one socket module.
import type { socketModule } from "../module.js";
import { bindCreate } from "./create.js";
import { Resolver } from "./lookup.js";
import { Readiness } from "./readiness.js";
import { bindResolve } from "./resolve.js";
import { Socket, type SocketClass } from "./socket.js";

export function promiseModule({ core, gethostname, hasDualstackIPv6 }: ReturnType<typeof socketModule>) {
  const readiness = new Readiness(core), resolver = new Resolver(core.host);
  const Bound = { Socket: class extends Socket {} }.Socket;
  Object.defineProperties(Bound.prototype, { _core: { value: core }, _readiness: { value: readiness }, _resolver: { value: resolver } });
  const resolve = bindResolve(core, resolver, gethostname);
  return { Socket: Bound as unknown as SocketClass, ...resolve, ...bindCreate(core, Bound, hasDualstackIPv6, resolve) };
}
