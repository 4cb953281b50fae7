// Addresses on their way in, and the calls that take them: bind(2), connect(2), accept4(2).
import { UNRESOLVED } from "./address.js";
import { open } from "./core.js";
import type { Endpoint } from "./endpoint.js";
import { now, numericHost } from "./lookup.js";
import { deadlineAfter, ready, wait } from "./timeout.js";

/** Encodes an address into the message block, asking the resolver for a host that is a name; returns its length. */
export function encodeAddress(s: Endpoint, address: any, call: string): number {
  const core = s._core, family = s._address;
  const length = family.encode(core, address, call);
  if (length !== UNRESOLVED) return length;
  const numeric = now(core, numericHost(core, family.hostOf!(address), family.hostFamily!, call));
  return family.encode(core, family.withHost!(address, numeric), call);
}

export function bind(s: Endpoint, address: any): void {
  const { host, audit } = s._core;
  if (audit["socket.bind"].hasSubscribers) audit["socket.bind"].publish({ socket: s, address });
  const length = encodeAddress(s, address, "bind");
  s._check("bind", host.bind(s._fd, length), address);
}

/** What establish() returns when the time is up. */
const TIMED_OUT = -1;
/** Between two attempts to connect to a UNIX listener whose backlog is full: nothing tells when it has room again. */
const RETRY_MILLISECONDS = 10;

/** Returns 0, the errno of connect(2), or TIMED_OUT. */
function establish(s: Endpoint, address: any): number {
  const core = s._core, { host, audit, errors } = core;
  if (audit["socket.connect"].hasSubscribers) audit["socket.connect"].publish({ socket: s, address });
  const length = encodeAddress(s, address, "connect");
  const deadline = deadlineAfter(s._timeout);
  if (s._flags !== 0) return establishSliced(s, length, deadline);
  const result = host.connect(s._fd, length);
  if (result >= 0) return 0;
  // A call that a signal interrupted goes on in the kernel, as one that EINPROGRESS announced.
  const pending = result === -core.EINTR ? s._timeout !== 0 : result === -errors.number("EINPROGRESS") && s._waits;
  return pending ? established(s, deadline) : -result;
}

/** How a connection that is being made ends: SO_ERROR. */
function established(s: Endpoint, deadline: number): number {
  const { constants: c, errors } = s._core;
  if (!ready(s._core, s._fd, c.POLLOUT, deadline)) return TIMED_OUT;
  const errno = s.getsockopt(c.SOL_SOCKET, c.SO_ERROR);
  return errno === errors.number("EISCONN") ? 0 : errno;
}

/** A blocking descriptor in a worker must not keep it from JavaScript: it is non-blocking while it connects. */
function establishSliced(s: Endpoint, length: number, deadline: number): number {
  const core = s._core, { host, errors, constants: c } = core;
  s._check("connect", host.setNonblocking(s._fd, 1));
  try {
    for (;;) {
      const result = host.connect(s._fd, length);
      if (result >= 0) return 0;
      if (result === -core.EINTR || result === -errors.number("EINPROGRESS")) return established(s, deadline);
      if (result !== -core.EAGAIN || s.family !== c.AF_UNIX) return -result;
      host.poll(new Int32Array(0), RETRY_MILLISECONDS);
    }
  } finally {
    host.setNonblocking(s._fd, 0);
  }
}

export function connect(s: Endpoint, address: any): void {
  const { errors } = s._core, errno = establish(s, address);
  if (errno === TIMED_OUT) throw errors.timeout("connect");
  if (errno !== 0) throw errors.system(errno, "connect", address);
}

/** As Python: EAGAIN when the time is up. */
export function connectEx(s: Endpoint, address: any): number {
  const errno = establish(s, address);
  return errno === TIMED_OUT ? s._core.EAGAIN : errno;
}

/** Returns the new descriptor; the peer's address stays in the message block. */
export function accept(s: Endpoint): number {
  const core = s._core, { host, constants: c } = core;
  const deadline = deadlineAfter(s._timeout);
  for (;;) {
    const result = open(core, "accept", () => {
      // A blocking descriptor in a worker must not keep it from JavaScript, even when another thread takes the connection first.
      const fd = s._flags === 0 ? host.accept(s._fd, 0) : host.acceptAtOnce(s._fd);
      return fd === -core.EAGAIN && s._waits || fd === -core.EINTR ? RETRY : fd;
    });
    if (result !== RETRY) return result;
    if (s._waits) wait(core, s._fd, c.POLLIN, deadline, "accept");
  }
}

/** More than any descriptor. */
const RETRY = 0x7fffffff;
