// Sending and receiving bytes: recv(2), recvfrom(2), send(2), sendto(2), and the waiting that the blocking class adds.
import type { Core } from "./core.js";
import type { Endpoint } from "./endpoint.js";
import type { Operation } from "./operation.js";
import { deadlineAfter, wait } from "./timeout.js";

/** Repeats a call that said EINTR, or EAGAIN where the socket's mode waits; throws what else it says. */
export function persist(s: Endpoint, result: number, events: number, syscall: string, attempt: () => number, address?: unknown,
    deadline = deadlineAfter(s._timeout)): number {
  const core = s._core;
  for (;;) {
    if (result >= 0) return result;
    if (result === -core.EAGAIN && s._waits) wait(core, s._fd, events, deadline, syscall);
    else if (result !== -core.EINTR) throw core.errors.system(-result, syscall, address);
    else if (deadline !== Infinity && performance.now() >= deadline && s._timeout !== 0) throw core.errors.timeout(syscall);
    result = attempt();
  }
}

/** Runs an operation as the socket's mode says. */
export function block<T>(s: Endpoint, operation: Operation<T>): T {
  const first = operation.attempt();
  const { POLLIN, POLLOUT } = s._core.constants;
  return operation.finish(first >= 0 ? first
    : persist(s, first, operation.writes ? POLLOUT : POLLIN, operation.syscall, () => operation.attempt(), operation.address));
}

export function recvInto(s: Endpoint, buffer: Uint8Array, length: number, flags: number): number {
  const { host, constants } = s._core;
  const first = host.recv(s._fd, buffer, length, flags | s._flags);
  return first >= 0 ? first : persist(s, first, constants.POLLIN, "recv", () => host.recv(s._fd, buffer, length, flags | s._flags));
}

/** The sender's address stays in the message block: the caller decodes it at once. */
export function recvfromInto(s: Endpoint, buffer: Uint8Array, length: number, flags: number): number {
  const { host, constants } = s._core;
  const first = host.recvfrom(s._fd, buffer, length, flags | s._flags);
  return first >= 0 ? first : persist(s, first, constants.POLLIN, "recvfrom", () => host.recvfrom(s._fd, buffer, length, flags | s._flags));
}

export function send(s: Endpoint, data: Uint8Array, flags: number, deadline?: number): number {
  const { host, constants } = s._core;
  const first = host.send(s._fd, data, flags | s._flags);
  return first >= 0 ? first : persist(s, first, constants.POLLOUT, "send", () => host.send(s._fd, data, flags | s._flags), undefined, deadline);
}

/** One deadline for the whole of it. */
export function sendall(s: Endpoint, data: Uint8Array, flags: number): void {
  let sent = s._core.host.send(s._fd, data, flags | s._flags);
  if (sent === data.length) return;
  const deadline = deadlineAfter(s._timeout);
  if (sent < 0) sent = send(s, data, flags, deadline);
  while (sent < data.length) {
    if (deadline !== Infinity && s._timeout !== 0 && performance.now() >= deadline) throw s._core.errors.timeout("send");
    sent += send(s, data.subarray(sent), flags, deadline);
  }
}

/** To the address that the caller has just encoded into the message block. */
export function sendto(s: Endpoint, data: Uint8Array, flags: number, addressLength: number, address: unknown): number {
  const { host, constants } = s._core;
  const first = host.sendto(s._fd, data, flags | s._flags, addressLength);
  return first >= 0 ? first
    : persist(s, first, constants.POLLOUT, "sendto", () => host.sendto(s._fd, data, flags | s._flags, addressLength), address);
}

const SMALL = 0x10000;
const scratch = new WeakMap<Core, Buffer>();

/** A Buffer of at most `size` received bytes: small ones go through one scratch buffer, so that what is kept is what came. */
export function receive(core: Core, size: number, call: (buffer: Uint8Array) => number): Buffer {
  if (size > SMALL) {
    const buffer = Buffer.allocUnsafeSlow(size), n = call(buffer);
    return n < size >> 1 ? Buffer.from(buffer.subarray(0, n)) : buffer.subarray(0, Math.min(n, size));
  }
  let buffer = scratch.get(core);
  if (!buffer) scratch.set(core, buffer = Buffer.allocUnsafeSlow(SMALL));
  const n = call(buffer);
  return Buffer.from(buffer.subarray(0, Math.min(n, size)));
}
