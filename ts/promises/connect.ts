// Addresses on their way in, and the calls that take them: bind(2), connect(2). A host that is a
// name is resolved on the thread pool.
import { UNRESOLVED, type AnyAddress } from "../codec/address.js";
import { still } from "../base/check.js";
import { numericHost } from "../resolve/lookup-steps.js";
import { totalLength } from "../base/views.js";
import { forgetFailure } from "../socket/connect.js";
import { WRITE, writingLane } from "./lane.js";
import type { CallOptions } from "./call-options.js";
import type { PromiseEndpoint } from "./endpoint.js";

type Act<T> = (length: number) => T | Promise<T>;

/**
 * Encodes an address into the message block and makes the call at once; only a host that is a name
 * is waited for first. `act` gets the address's length there, and must read it before anything else
 * runs. An array is the caller's, who may change it during the wait; `data` that is transferred
 * meanwhile is an error.
 */
export function withAddress<T>(
  s: PromiseEndpoint,
  address: AnyAddress,
  call: string,
  options: CallOptions,
  act: Act<T>,
  data: readonly Uint8Array[] = [],
): T | Promise<T> {
  const length = s._address.encode(s._core, address, call);
  return length === UNRESOLVED ? resolved(s, still(address), call, options, act, data) : act(length);
}

async function resolved<T>(
  s: PromiseEndpoint,
  address: AnyAddress,
  call: string,
  options: CallOptions,
  act: Act<T>,
  data: readonly Uint8Array[],
): Promise<T> {
  const core = s._core;
  const family = s._address;
  const size = totalLength(data);
  const host = await s._resolver.run(
    numericHost(core, family.hostOf!(address), family.hostFamily!, call),
    options,
    s,
  );
  if (s._fd < 0) throw core.errors.named("EBADF", call);
  if (totalLength(data) !== size) throw core.errors.named("EFAULT", call);
  return act(family.encode(core, family.withHost!(address, host), call));
}

export function bind(s: PromiseEndpoint, address: AnyAddress, options: CallOptions): void | Promise<void> {
  const { host, audit } = s._core;
  options.signal?.throwIfAborted();
  if (audit["socket.bind"].hasSubscribers) audit["socket.bind"].publish({ socket: s, address });
  return withAddress<void>(s, address, "bind", options, length => {
    s._check("bind", host.bind(s._fd, length), address);
  });
}

/** Comes to 0 or the errno of connect(2). */
export function connectEx(
  s: PromiseEndpoint,
  address: AnyAddress,
  options: CallOptions,
): number | Promise<number> {
  const core = s._core;
  const { audit, errors } = core;
  options.signal?.throwIfAborted();
  // The kernel would tell the second call how the first ends.
  if (s._connecting) return errors.number("EALREADY");
  if (audit["socket.connect"].hasSubscribers) audit["socket.connect"].publish({ socket: s, address });
  return withAddress<number>(s, address, "connect", options, length => {
    const result = connectNow(s, length);
    if (result >= 0) return 0;
    if (s._timeout === 0) return -result;
    if (result === -errors.number("EINPROGRESS") || result === -core.EINTR)
      return established(s, address, options);
    // AF_UNIX: the backlog is full, and nothing tells when it is not.
    if (result === -core.EAGAIN && s.family === core.constants.AF_UNIX)
      return retried(s, address, length, options);
    return -result;
  });
}

/**
 * connect(2), which has no MSG_DONTWAIT: where somebody else has made the description blocking, it
 * is not for as long as the call takes.
 */
function connectNow(s: PromiseEndpoint, length: number): number {
  const { host } = s._core;
  const blocks = s._wouldWait();
  if (blocks) s._setNonblocking(true);
  try {
    return host.connect(s._fd, length);
  } finally {
    if (blocks) s._setNonblocking(false);
  }
}

/** How a connection that is being made ends. Meanwhile no reader asks, who would take its error. */
function established(s: PromiseEndpoint, address: AnyAddress, options: CallOptions): Promise<number> {
  const core = s._core;
  const { constants: c } = core;
  const lane = writingLane(s);
  s._connects(lane);
  s._readiness.lower(s._fd, WRITE);
  return s
    ._perform(
      {
        syscall: "connect",
        writes: true,
        flags: 0,
        address,
        attempt() {
          const events = s._pollNow(c.POLLOUT);
          if (events === 0) return -core.EAGAIN; // a false edge: woken early, and not connected yet
          let errno = s.getsockopt(c.SOL_SOCKET, c.SO_ERROR);
          // It failed, and somebody else was told why.
          if (errno === 0 && events & (c.POLLHUP | c.POLLERR) && core.host.getpeername(s._fd) < 0)
            errno = core.errors.number("ENOTCONN");
          forgetFailure(s, errno);
          return errno;
        },
        finish: errno => errno,
      },
      options,
    )
    .finally(() => s._connected(lane));
}

/** connect(2) to a UNIX listener until its backlog has room. */
function retried(
  s: PromiseEndpoint,
  address: AnyAddress,
  length: number,
  options: CallOptions,
): Promise<number> {
  const core = s._core;
  const { wire } = core;
  const bytes = wire.bytes.slice(wire.address, wire.address + length);
  const lane = writingLane(s);
  return s._perform(
    {
      syscall: "connect",
      writes: true,
      flags: 0,
      address,
      attempt() {
        wire.putAddress(bytes);
        const result = connectNow(s, length);
        if (result !== -core.EAGAIN) return result < 0 ? -result : 0;
        lane.backOff();
        return -core.EAGAIN;
      },
      finish: errno => errno,
    },
    options,
  );
}

export function connect(s: PromiseEndpoint, address: AnyAddress, options: CallOptions): void | Promise<void> {
  const { errors } = s._core;
  const judge = (errno: number) => {
    if (errno !== 0 && errno !== errors.number("EISCONN")) throw errors.system(errno, "connect", address);
  };
  const errno = connectEx(s, address, options);
  return typeof errno === "number" ? judge(errno) : errno.then(judge);
}
