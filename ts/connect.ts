// Addresses on their way in, and the calls that take them: bind(2), connect(2), accept4(2).
import { UNRESOLVED } from "./address.js";
import { open } from "./core.js";
import type { Endpoint } from "./endpoint.js";
import { numericHost } from "./resolve.js";
import { deadlineAfter, wait } from "./timeout.js";

/** Encodes an address into the message block, asking the resolver for a host that is a name; returns its length. */
export function encodeAddress(s: Endpoint, address: any, call: string): number {
  const core = s._core, family = s._address;
  const length = family.encode(core, address, call);
  if (length !== UNRESOLVED) return length;
  const numeric = numericHost(core, family.hostOf!(address), s.family, call);
  return family.encode(core, family.withHost!(address, numeric), call);
}

export function bind(s: Endpoint, address: any): void {
  const { host, audit } = s._core;
  if (audit["socket.bind"].hasSubscribers) audit["socket.bind"].publish({ socket: s, address });
  const length = encodeAddress(s, address, "bind");
  s._check("bind", host.bind(s._fd, length), address);
}

/** Returns 0 or the errno of connect(2). */
export function connectEx(s: Endpoint, address: any): number {
  const core = s._core, { host, audit, errors, constants: c } = core;
  if (audit["socket.connect"].hasSubscribers) audit["socket.connect"].publish({ socket: s, address });
  const deadline = deadlineAfter(s._timeout);
  const length = encodeAddress(s, address, "connect");
  // A blocking descriptor in a worker must not keep it from JavaScript: it is non-blocking while it connects.
  const borrowed = s._flags !== 0;
  if (borrowed) s._check("ioctl", host.setNonblocking(s._fd, 1));
  try {
    const result = host.connect(s._fd, length);
    if (result >= 0) return 0;
    // A call that a signal interrupted goes on in the kernel, as one that EINPROGRESS announced.
    const pending = result === -core.EINTR && s._timeout !== 0 || result === -errors.number("EINPROGRESS") && s._waits;
    if (!pending) return -result;
    wait(core, s._fd, c.POLLOUT, deadline, "connect");
    return s.getsockopt(c.SOL_SOCKET, c.SO_ERROR);
  } finally {
    if (borrowed) host.setNonblocking(s._fd, 0);
  }
}

export function connect(s: Endpoint, address: any): void {
  const errno = connectEx(s, address);
  if (errno !== 0 && errno !== s._core.errors.number("EISCONN")) throw s._core.errors.system(errno, "connect", address);
}

/** Returns the new descriptor; the peer's address stays in the message block. */
export function accept(s: Endpoint): number {
  const core = s._core, { host, constants: c } = core;
  const deadline = deadlineAfter(s._timeout);
  for (;;) {
    // A blocking descriptor in a worker would keep it from JavaScript: wait first.
    if (s._flags !== 0) wait(core, s._fd, c.POLLIN, deadline, "accept");
    const result = open(core, "accept", () => {
      const fd = host.accept(s._fd, 0);
      return fd === -core.EAGAIN && s._waits || fd === -core.EINTR ? RETRY : fd;
    });
    if (result !== RETRY) return result;
    if (s._waits) wait(core, s._fd, c.POLLIN, deadline, "accept");
  }
}

/** More than any descriptor. */
const RETRY = 0x7fffffff;
