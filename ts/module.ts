// socketModule(host): Python's socket module for one host. Nothing is shared between two of them.
import type { Host } from "../shim/contract.js";
import { constantNames, type Constants } from "./constants.gen.js";
import { sweep, type Audit, type Core } from "./core.js";
import { Errors } from "./error.js";
import { bindBorrowed } from "./borrowed.js";
import { bindCreate } from "./create.js";
import * as functions from "./functions.js";
import { bindInterfaces, interfacesOf } from "./interfaces.js";
import { bindPoll } from "./poll.js";
import { Registry } from "./registry.js";
import { bindResolve } from "./resolve.js";
import { bindRights } from "./rights.js";
import { bindSocket } from "./socket.js";
import { bindStructs } from "./structs.js";
import { Wire } from "./wire.js";
import type { WasmModule } from "./webassembly.js";

/** A flag that this system lacks: outside the range of every flags argument, where NaN would count as 0. */
const ABSENT_FLAG = 0x80000000;
const isFlag = (name: string) => /^(MSG|AI|NI)_|^SOCK_(NONBLOCK|CLOEXEC)$/.test(name);

const auditEvents = [
  "socket.__new__", "socket.bind", "socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.getnameinfo",
  "socket.gethostbyname", "socket.gethostbyaddr", "socket.gethostname", "socket.sethostname", "socket.getservbyname", "socket.getservbyport",
] as const;

/** Makes the classes, functions, defaults and constants for one host. */
export function socketModule(host: Host, codec: WasmModule) {
  const values = host.constants();
  const constants: Record<string, number> = {};
  const errnos: Record<string, number> = {};
  constantNames.forEach((name, i) => {
    const value = values[i]!;
    constants[name] = Number.isNaN(value) && isFlag(name) ? ABSENT_FLAG : value;
    if (/^E[0-9A-Z]+$/.test(name)) errnos[name] = value;
  });

  const wire = new Wire(codec, host.target, size => Buffer.allocUnsafe(size));
  host.attach(wire.block());
  const errors = new Errors(errnos, host.lacks);

  const core: { -readonly [K in keyof Core]: Core[K] } = {
    host, wire, errors, constants: constants as unknown as Constants,
    interfaces: interfacesOf(host, errors),
    audit: Object.fromEntries(auditEvents.map(name => [name, host.channel(name)])) as Audit,
    EAGAIN: errors.number("EAGAIN"),
    EINTR: errors.number("EINTR"),
    defaultTimeout: null,
    opened: 0,
    registry: undefined!,
    collected: undefined!,
    Socket: undefined!,
  };
  core.registry = new Registry(core);
  core.Socket = bindSocket(core);

  // Sockets that are collected while the loop turns; a loop that never turns is swept by core.open().
  let due = false;
  core.collected = new FinalizationRegistry(() => {
    if (due) return;
    due = true;
    setImmediate(() => { due = false; sweep(core); }).unref();
  });

  const resolve = bindResolve(core);
  return {
    constants: core.constants, Socket: core.Socket, structs: bindStructs(core), ...functions.bind(core), ...bindCreate(core, resolve), ...bindRights(core),
    ...bindPoll(core), ...resolve, ...bindInterfaces(core), fromNode: bindBorrowed(core),
  };
}
