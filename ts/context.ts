// What all parts of one socket module share: its host, its codec, its constants, its defaults. Made
// by module.ts.
import type { AuditChannel, Host } from "../shim/contract.js";
import type { AddressContext, Interfaces } from "./codec/address.js";
import type { Constants } from "./base/constants.gen.js";
import type { Errors } from "./base/error.js";
import type { Registry } from "./registry.js";
import type { Structs } from "./structs.js";
import type { ByteMaker, Wire } from "./codec/wire.js";

export interface Core extends AddressContext {
  readonly host: Host;
  readonly wire: Wire;
  /** How the bytes are made that users receive. */
  readonly bytes: ByteMaker;
  readonly constants: Constants;
  readonly errors: Errors;
  readonly registry: Registry;
  readonly structs: Structs;
  readonly interfaces: Interfaces;
  readonly audit: Audit;
  /** The blocking class of this module. */
  readonly Socket: new (
    family?: number,
    type?: number,
    proto?: number,
    fileno?: number | null,
    // biome-ignore lint/suspicious/noExplicitAny: its type is of a higher layer (socket/socket.ts)
  ) => any;
  /** Numbers that every wait needs: a look-up among 2,079 constants takes its time. */
  readonly EAGAIN: number;
  readonly EINTR: number;
  readonly EFAULT: number;
  readonly EINVAL: number;
  readonly POLLIN: number;
  readonly POLLOUT: number;
  /** The flag of a call that does not wait; 0 where the system has none. */
  readonly MSG_DONTWAIT: number;
  /** Flags of calls that don't wait: what they ask for, no readiness announces. */
  readonly NO_WAIT_FLAGS: number;
  /** Seconds, or null: no timeout (setdefaulttimeout). */
  defaultTimeout: number | null;
  /** Descriptors opened since the last sweep. */
  opened: number;
  /** How many of those make the next sweep collect garbage first. */
  gcThreshold: number;
  /** When all garbage may be collected again, in milliseconds of the monotonic clock. */
  nextFullCollection: number;
}

/** The events of Python's sys.audit, one channel each. */
export type Audit = Readonly<
  Record<
    | "socket.__new__"
    | "socket.bind"
    | "socket.connect"
    | "socket.sendto"
    | "socket.sendmsg"
    | "socket.getaddrinfo"
    | "socket.getnameinfo"
    | "socket.gethostbyname"
    | "socket.gethostbyaddr"
    | "socket.gethostname"
    | "socket.sethostname"
    | "socket.getservbyname"
    | "socket.getservbyport",
    AuditChannel
  >
>;

/**
 * Opens between two sweeps for descriptors whose sockets have been collected: at least so many, and
 * a part of those that are open, as a sweep looks at each.
 */
const OPENS_PER_SWEEP = 256;
const PART_OF_OWNED = 4;
/** The least number of descriptors that is reason to collect garbage. */
export const GC_THRESHOLD = 128;

/**
 * Closes the descriptors of collected sockets, each with a ResourceWarning. Returns how many there
 * were.
 */
export function sweep(core: Core): number {
  core.opened = 0;
  const closed = core.host.sweep();
  for (const fd of closed)
    core.host.warn(
      `unclosed socket: descriptor ${fd} was closed when its Socket was collected`,
      "ResourceWarning",
    );
  return closed.length;
}

/**
 * Sweeps when it is due. A socket is small and its descriptor dear: measured, a loop dropped 10,000
 * of them before the collector ran once. So a crowd, twice as many as the last collection left, is
 * reason to collect the young objects (measured: 1 ms).
 */
function sweepIfDue(core: Core): void {
  const crowded = core.host.owned() >= core.gcThreshold;
  if (crowded) core.host.collect(0);
  sweep(core);
  const most = Math.max(GC_THRESHOLD, 2 * core.host.owned());
  // It shrinks with what is open: after a peak as few dropped ones are borne as before.
  core.gcThreshold = crowded ? most : Math.min(core.gcThreshold, most);
}

/**
 * Closes dropped sockets when there are no descriptors left: the young first, then all, once in a
 * second. Returns how many there were.
 */
function reclaimDescriptors(core: Core): number {
  core.host.collect(0);
  const closed = sweep(core);
  if (closed > 0 || core.host.now() < core.nextFullCollection) return closed;
  core.host.collect(1);
  core.nextFullCollection = core.host.now() + 1000;
  return sweep(core);
}

/** Makes a socket of a descriptor that was just opened, which is closed again if that fails. */
export function adopt<T>(core: Core, fd: number, make: (fd: number) => T): T {
  try {
    return make(fd);
  } catch (error) {
    core.host.close(fd);
    throw error;
  }
}

/**
 * Runs a system call that opens descriptors; sweeps now and then, and when there are none left.
 * Returns its result.
 */
export function tryOpen(core: Core, call: () => number): number {
  if (++core.opened >= OPENS_PER_SWEEP && core.opened >= core.host.owned() / PART_OF_OWNED) sweepIfDue(core);
  const result = call();
  const full =
    result < 0 && (result === -core.errors.number("EMFILE") || result === -core.errors.number("ENFILE"));
  return full && reclaimDescriptors(core) > 0 ? call() : result;
}

/** The same; throws what the call says. */
export function open(core: Core, syscall: string, call: () => number, address?: unknown): number {
  const result = tryOpen(core, call);
  if (result < 0) throw core.errors.system(-result, syscall, address);
  return result;
}
