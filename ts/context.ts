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
