// socketModule(host): Python's socket module for one host. Nothing is shared between two of them.
import { FLAG_BITS } from "./base/check.js";
import type { Host } from "../shim/contract.js";
import type { Audit, Core } from "./context.js";
import { GC_THRESHOLD, sweep } from "./collected-sockets.js";
import { bindAncillary } from "./ancillary.js";
import { bindEnums, findName } from "./base/enums.js";
import { constantsOf } from "./base/absent-constants.js";
import type { Constants } from "./base/constants.gen.js";
import { Errors } from "./base/error.js";
import { bindBorrowed } from "./socket/borrowed.js";
import { bindCreate } from "./socket/create.js";
import { bindDatabase } from "./resolve/database.js";
import * as functions from "./socket/functions.js";
import { bindInterfaces, interfacesOf } from "./resolve/interfaces.js";
import { bindNetlink } from "./netlink.js";
import { bindPoll } from "./socket/poll.js";
import { bindRequests } from "./socket/netlink-request.js";
import { lazy } from "./base/lazy.js";
import { Registry } from "./registry.js";
import { bindResolve } from "./resolve/resolve.js";
import { bindRights } from "./socket/fd-functions.js";
import { bindSocket } from "./socket/socket.js";
import { bindStructs } from "./structs.js";
import { plainBytes, Wire, type ByteMaker } from "./codec/wire.js";
import type { WasmModule } from "./codec/webassembly.js";

const auditEvents = [
  "socket.__new__",
  "socket.bind",
  "socket.connect",
  "socket.sendto",
  "socket.sendmsg",
  "socket.getaddrinfo",
  "socket.getnameinfo",
  "socket.gethostbyname",
  "socket.gethostbyaddr",
  "socket.gethostname",
  "socket.sethostname",
  "socket.getservbyname",
  "socket.getservbyport",
] as const;

/**
 * Makes the classes, functions, defaults and constants for one host. `bytes` makes what users
 * receive, plain Uint8Arrays by default.
 * @throws OSError if another module has this host.
 */
export function socketModule<B extends Uint8Array = Uint8Array>(
  host: Host,
  codec: WasmModule,
  bytes: ByteMaker<B> = plainBytes as ByteMaker<B>,
) {
  const constants: Constants = constantsOf(host.constants());
  const wire = new Wire(codec, host.target, bytes);
  const errors = new Errors(
    constants as unknown as Readonly<Record<string, number>>,
    errno => findName(constants, "errno", errno),
    host.unavailable,
  );
  const attached = host.attach(wire.block());
  if (attached < 0 && host.unavailable === undefined)
    throw errors.system(-attached, "attach", "(another socket module has this host)");

  const core: { -readonly [K in keyof Core]: Core[K] } = {
    host,
    wire,
    bytes,
    constants,
    errors,
    interfaces: interfacesOf(host, errors),
    audit: lazy<Audit>(auditEvents, name => host.channel(name)),
    EAGAIN: errors.number("EAGAIN"),
    EINTR: errors.number("EINTR"),
    EFAULT: errors.number("EFAULT"),
    EINVAL: errors.number("EINVAL"),
    POLLIN: constants.POLLIN,
    POLLOUT: constants.POLLOUT,
    MSG_DONTWAIT: constants.MSG_DONTWAIT & FLAG_BITS,
    NO_WAIT_FLAGS: (constants.MSG_DONTWAIT | constants.MSG_ERRQUEUE) & FLAG_BITS,
    defaultTimeout: null,
    opened: 0,
    gcThreshold: GC_THRESHOLD,
    nextFullCollection: 0,
    registry: undefined!,
    structs: undefined!,
    Socket: undefined!,
  };
  core.registry = new Registry(core);
  const Socket = bindSocket<B>(core);
  core.Socket = Socket;

  // A canary dies with the sockets that are dropped while the loop turns; a loop that never turns
  // is swept by what opens descriptors (open.ts). Sockets themselves are not registered: that would keep the collector's
  // quick runs from them.
  const canaries = new FinalizationRegistry<undefined>(() => {
    sweep(core);
    canaries.register({}, undefined);
  });
  canaries.register({}, undefined);

  const database = bindDatabase(core);
  const resolve = bindResolve(core, database);
  const structs = bindStructs(core);
  core.structs = structs;
  return {
    core,
    constants,
    ...bindEnums(constants),
    Socket,
    structs,
    ancillary: bindAncillary(constants, structs, wire),
    netlink: bindRequests(core, bindNetlink(wire, structs)),
    ...functions.bind<B>(core),
    ...bindCreate<B>(core, resolve),
    ...bindRights(core),
    ...bindPoll(core),
    ...resolve,
    ...database,
    ...bindInterfaces(core),
    ...bindBorrowed<B>(core),
  };
}
