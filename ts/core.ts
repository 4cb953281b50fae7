// What all parts of one socket module share: its host, its codec, its constants, its defaults. Made by module.ts.
import type { AuditChannel, Host } from "../shim/contract.js";
import type { AddressContext, Interfaces } from "./address.js";
import type { Constants } from "./constants.gen.js";
import type { Errors } from "./error.js";
import type { SocketClass } from "./socket.js";
import type { Registry } from "./registry.js";
import type { Wire } from "./wire.js";

export interface Core extends AddressContext {
  readonly host: Host;
  readonly wire: Wire;
  readonly constants: Constants;
  readonly errors: Errors;
  readonly registry: Registry;
  readonly interfaces: Interfaces;
  readonly audit: Audit;
  readonly Socket: SocketClass;
  /** Numbers that are compared on every failed call. */
  readonly EAGAIN: number;
  readonly EINTR: number;
  /** Seconds, or null: no timeout (setdefaulttimeout). */
  defaultTimeout: number | null;
  /** Told when a socket has been collected. */
  readonly collected: FinalizationRegistry<undefined>;
  /** Descriptors opened since the last sweep. */
  opened: number;
}

/** The events of Python's sys.audit, one channel each. */
export type Audit = Readonly<Record<
  | "socket.__new__" | "socket.bind" | "socket.connect" | "socket.sendto" | "socket.sendmsg" | "socket.getaddrinfo"
  | "socket.getnameinfo" | "socket.gethostbyname" | "socket.gethostbyaddr" | "socket.gethostname" | "socket.sethostname"
  | "socket.getservbyname" | "socket.getservbyport", AuditChannel>>;

/** Opens between two sweeps for descriptors whose sockets have been collected. */
const OPENS_PER_SWEEP = 256;

/** Closes the descriptors of collected sockets, each with a ResourceWarning. Returns how many there were. */
export function sweep(core: Core): number {
  core.opened = 0;
  const closed = core.host.sweep();
  for (const fd of closed) core.host.warn(`unclosed socket: descriptor ${fd} was closed when its Socket was collected`, "ResourceWarning");
  return closed.length;
}

/** Runs a system call that opens descriptors; sweeps now and then, and when there are none left. Returns its result. */
export function tryOpen(core: Core, call: () => number): number {
  if (++core.opened >= OPENS_PER_SWEEP) sweep(core);
  const result = call();
  const full = result < 0 && (result === -core.errors.number("EMFILE") || result === -core.errors.number("ENFILE"));
  return full && sweep(core) > 0 ? call() : result;
}

/** The same; throws what the call says. */
export function open(core: Core, syscall: string, call: () => number, address?: unknown): number {
  const result = tryOpen(core, call);
  if (result < 0) throw core.errors.system(-result, syscall, address);
  return result;
}

