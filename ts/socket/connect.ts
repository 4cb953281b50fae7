// Addresses on their way in, and the calls that take them: bind(2), connect(2), accept4(2).
import { UNRESOLVED } from "../codec/address.js";
import { isInterrupted, kernelDeadline, perform } from "./blocking.js";
import { tryOpen } from "../open.js";
import type { Handle } from "./handle.js";
import { runSync, numericHost } from "../resolve/lookup-steps.js";
import { KeptAddress } from "./operation.js";
import { deadlineAfter, pause, ready } from "./timeout.js";

/**
 * Encodes an address into the message block, asking the resolver for a host that is a name; returns
 * its length.
 */
export function encodeAddress(s: Handle, address: any, call: string): number {
  const core = s._core;
  const family = s._address;
  const length = family.encode(core, address, call);
  if (length !== UNRESOLVED) return length;
  const numeric = runSync(core, numericHost(core, family.hostOf!(address), family.hostFamily!, call));
  return family.encode(core, family.withHost!(address, numeric), call);
}

export function bind(s: Handle, address: any): void {
  const { host, audit } = s._core;
  if (audit["socket.bind"].hasSubscribers) audit["socket.bind"].publish({ socket: s, address });
  const length = encodeAddress(s, address, "bind");
  s._check("bind", host.bind(s._fd, length), address);
}

/** What establish() returns when the time is up: the call's own timeout. */
const TIMED_OUT = -1;

/** Returns 0, the errno of connect(2), or TIMED_OUT. */
function establish(s: Handle, address: any): number {
  const core = s._core;
  const { host, audit } = core;
  if (audit["socket.connect"].hasSubscribers) audit["socket.connect"].publish({ socket: s, address });
  const length = encodeAddress(s, address, "connect");
  if (isInterrupted(s)) return establishInterruptibly(s, length);
  const deadline = deadlineAfter(host, s._timeout);
  const result = host.connect(s._fd, length);
  if (result >= 0) return 0;
  // A call that a signal interrupted goes on in the kernel, as one that EINPROGRESS announced.
  const pending =
    result === -core.EINTR ? s._timeout !== 0 : result === -core.errors.number("EINPROGRESS") && s._waits;
  return pending ? (established(s, deadline) ?? TIMED_OUT) : -result;
}

/** How a connection that is being made ends: SO_ERROR; undefined if it is not made in time. */
function established(s: Handle, deadline: number): number | undefined {
  const { constants: c, errors } = s._core;
  if (!ready(s._core, s._fd, c.POLLOUT, deadline)) return undefined;
  const errno = s.getsockopt(c.SOL_SOCKET, c.SO_ERROR);
  return errno === errors.number("EISCONN") ? 0 : errno;
}

/** The same of a call that waits in the kernel but for our interruptions, and ends as it does there. */
function establishedInKernel(s: Handle, deadline: number): number | undefined {
  const errno = established(s, deadline);
  if (errno !== undefined) forgetFailure(s, errno);
  return errno;
}

/** As many zeros as an IPv4 address has bytes: AF_UNSPEC. */
const nowhere = new Uint8Array(16);

/**
 * A connection could not be made, and SO_ERROR has told why. A connect(2) that waits in the kernel
 * then lets the socket connect anew; one that does not leaves that to connect(2) to nowhere. What
 * is told of a connection that was made (ECONNRESET) is no such failure: there may be data. That
 * call's own result is of no interest: where it can't be made, the socket stays as it is.
 */
export function forgetFailure(s: Handle, errno: number): void {
  const { host, wire, errors, constants: c } = s._core;
  if (errno === 0 || errno === errors.number("ECONNRESET") || errno === errors.number("EISCONN")) return;
  const internet = s.family === c.AF_INET || s.family === c.AF_INET6;
  if (!internet || s.type !== c.SOCK_STREAM || s.proto === c.IPPROTO_SCTP) return;
  if (host.getpeername(s._fd) < 0) host.connect(s._fd, wire.putAddress(nowhere));
}

/**
 * A blocking descriptor in a worker: interrupted, the call goes on in the kernel. Not so for
 * AF_UNIX, which is asked again; nor for AF_VSOCK, where an interruption cancels the connection:
 * the kernel's own limit of some seconds is all that there is.
 */
function establishInterruptibly(s: Handle, length: number): number {
  const core = s._core;
  const { host, errors, constants: c } = core;
  const began = host.now();
  if (s.family === c.AF_VSOCK) return -Math.min(0, host.connect(s._fd, length));
  const repeats = s.family === c.AF_UNIX;
  const kept = new KeptAddress(core, length);
  kept.keep();
  if (host.interruptible(host.maxBlockMs) < 0) return establishUninterrupted(s, length);
  try {
    for (;;) {
      kept.restore();
      const result = host.connect(s._fd, length);
      if (result >= 0) return 0;
      if (result !== -core.EINTR) return -result;
      const deadline = kernelDeadline(s, true, began);
      if (!repeats) return establishedInKernel(s, deadline) ?? errors.number("EINPROGRESS");
      const left = deadline - host.now();
      if (left <= 0) return core.EAGAIN;
      if (left < host.maxBlockMs) host.interruptible(Math.ceil(left));
    }
  } finally {
    host.interruptible(0);
  }
}

/** Milliseconds before AF_UNIX is asked again whether its listener has room. */
const PAUSE = 10;

/**
 * The same where a thread can't be interrupted: the descriptor does not block for the call, poll(2)
 * waits for what it has begun.
 */
function establishUninterrupted(s: Handle, length: number): number {
  const core = s._core;
  const { host, errors, constants: c } = core;
  const kept = new KeptAddress(core, length);
  const deadline = kernelDeadline(s, true, host.now());
  kept.keep();
  for (;;) {
    kept.restore();
    s._setNonblocking(true);
    const result = host.connect(s._fd, length);
    s._setNonblocking(false);
    if (result >= 0) return 0;
    if (result === -errors.number("EINPROGRESS")) return establishedInKernel(s, deadline) ?? -result;
    if (result !== -core.EAGAIN || s.family !== c.AF_UNIX || host.now() >= deadline) return -result;
    pause(core, PAUSE, deadline);
  }
}

/** Waits for a connection that a first send has begun; false if SO_SNDTIMEO ends that. */
export function finish(s: Handle, syscall: string, address: unknown): boolean {
  const errno = establishedInKernel(s, kernelDeadline(s, true, s._core.host.now()));
  if (errno !== undefined && errno !== 0) throw s._core.errors.system(errno, syscall, address);
  return errno === 0;
}

export function connect(s: Handle, address: any): void {
  const { errors } = s._core;
  const errno = establish(s, address);
  if (errno === TIMED_OUT) throw errors.timeout("connect");
  if (errno !== 0) throw errors.system(errno, "connect", address);
}

/** As Python: EAGAIN when the time is up. */
export function connectEx(s: Handle, address: any): number {
  const errno = establish(s, address);
  return errno === TIMED_OUT ? s._core.EAGAIN : errno;
}

/** Returns the new descriptor; the peer's address stays in the message block. */
export function accept(s: Handle): number {
  const core = s._core;
  const call = () => core.host.accept(s._fd, 0);
  return perform(s, {
    syscall: "accept",
    writes: false,
    flags: 0,
    attempt: () => tryOpen(core, call),
    finish: fd => fd,
  });
}
