// Addresses on their way in, and the calls that take them: bind(2), connect(2). A host that is a name is resolved on the thread pool.
import { UNRESOLVED } from "../address.js";
import { numericHost } from "../lookup.js";
import type { CallOptions } from "./options.js";
import type { Socket } from "./socket.js";

/** The address with a numeric host. What comes back encodes at once. */
export function numeric(s: Socket, address: any, call: string, options?: CallOptions): any {
  return s._address.encode(s._core, address, call) === UNRESOLVED ? resolved(s, address, call, options) : address;
}

/** The same for an address that encode() found UNRESOLVED. */
export async function resolved(s: Socket, address: any, call: string, options?: CallOptions): Promise<any> {
  const family = s._address;
  return family.withHost!(address, await s._resolver.run(numericHost(s._core, family.hostOf!(address), family.hostFamily!, call), options, s));
}

export async function bind(s: Socket, address: any, options?: CallOptions): Promise<void> {
  const { host, audit } = s._core;
  options?.signal?.throwIfAborted();
  if (audit["socket.bind"].hasSubscribers) audit["socket.bind"].publish({ socket: s, address });
  const to = await numeric(s, address, "bind", options);
  s._check("bind", host.bind(s._fd, s._address.encode(s._core, to, "bind")), address);
}

/** Resolves to 0 or the errno of connect(2). */
export async function connectEx(s: Socket, address: any, options?: CallOptions): Promise<number> {
  const core = s._core, { host, audit, errors, constants: c } = core;
  options?.signal?.throwIfAborted();
  if (audit["socket.connect"].hasSubscribers) audit["socket.connect"].publish({ socket: s, address });
  const to = await numeric(s, address, "connect", options);
  const result = host.connect(s._fd, s._address.encode(core, to, "connect"));
  if (result >= 0) return 0;
  // EAGAIN is AF_UNIX's: the backlog is full, and nothing will tell when it is not.
  if (result !== -errors.number("EINPROGRESS") && result !== -core.EINTR) return -result;
  if (s._timeout === 0) return -result;
  s._writable = false;
  return s._perform({
    syscall: "connect", writes: true, flags: 0, address,
    attempt() {
      const error = s.getsockopt(c.SOL_SOCKET, c.SO_ERROR);
      if (error !== 0) return error;
      // A false edge: the connection is neither made nor refused yet.
      const peer = host.getpeername(s._fd);
      return peer === -errors.number("ENOTCONN") ? -core.EAGAIN : 0;
    },
    finish: error => error,
  }, options);
}

export async function connect(s: Socket, address: any, options?: CallOptions): Promise<void> {
  const errno = await connectEx(s, address, options);
  if (errno !== 0 && errno !== s._core.errors.number("EISCONN")) throw s._core.errors.system(errno, "connect", address);
}
