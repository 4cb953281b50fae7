// The promise half of one socket module, and both halves for one host.
import type { Host } from "../../shim/contract.js";
import { socketModule } from "../module.js";
import { named } from "../base/named.js";
import type { WasmModule } from "../codec/webassembly.js";
import type { ByteMaker } from "../codec/wire.js";
import { bindCreate } from "./create.js";
import { bindRequests, type PromiseNetlink } from "./netlink-request.js";
import { Resolver } from "./resolver.js";
import { bindPoll } from "./poll.js";
import { Readiness } from "./readiness.js";
import { bindResolve } from "./resolve.js";
import { Socket, type SocketClass } from "./socket.js";
import { TurnBudget } from "./turn-budget.js";

type BlockingModule<B extends Uint8Array> = ReturnType<typeof socketModule<B>>;

/**
 * What the promise module is. Its parts by their names: where they are written out, the compiler takes
 * the names of their types from the Node entry.
 */
export interface PromiseModule<B extends Uint8Array>
  extends ReturnType<typeof bindResolve>,
    ReturnType<typeof bindPoll>,
    ReturnType<typeof bindCreate<B>> {
  Socket: SocketClass<B>;
  netlink: PromiseNetlink;
}

export function promiseModule<B extends Uint8Array>({
  core,
  netlink,
  gethostname,
  hasDualstackIPv6,
}: BlockingModule<B>): PromiseModule<B> {
  const budget = new TurnBudget(core);
  const readiness = new Readiness(core, budget);
  const resolver = new Resolver(core.host);
  const Bound = named({ Socket: class extends Socket {} }).Socket;
  Object.defineProperties(Bound.prototype, {
    _core: { value: core },
    _readiness: { value: readiness },
    _budget: { value: budget },
    _resolver: { value: resolver },
  });
  const resolve = bindResolve(core, resolver, gethostname);
  return {
    Socket: Bound as unknown as SocketClass<B>,
    netlink: bindRequests(core, netlink, Bound as unknown as SocketClass),
    ...resolve,
    ...bindPoll(core, Bound, budget),
    ...bindCreate<B>(
      core,
      Bound as unknown as new (
        ...kind: ConstructorParameters<typeof Socket>
      ) => Socket<any, B>,
      hasDualstackIPv6,
      resolve,
    ),
  };
}

/** Makes the classes, functions, defaults and constants of both modules for one host. */
export function socketModules<B extends Uint8Array = Uint8Array>(
  host: Host,
  codec: WasmModule,
  bytes?: ByteMaker<B>,
): { blocking: BlockingModule<B>; promises: PromiseModule<B> } {
  const blocking = socketModule(host, codec, bytes);
  return { blocking, promises: promiseModule(blocking) };
}
