// Sending and receiving bytes: recv(2), recvfrom(2), send(2), sendto(2) as operations, and
// sendall() of the blocking class.
import { FLAG_BITS } from "../base/check.js";
import {
  block,
  isInterrupted,
  perform,
  persist,
  receiveRest,
  sendRest,
  timed,
  withBytesSent,
  type Blocking,
} from "./blocking.js";
import * as connecting from "./connect.js";
import type { Core } from "../context.js";
import type { Handle } from "./handle.js";
import { OSError } from "../base/error.js";
import { gathersOfSenders, JoinedMessage } from "./message.js";
import { KeptAddress, type Operation } from "./operation.js";
import { deadlineAfter } from "./timeout.js";
import { lengthOf, part } from "../base/views.js";

export { block, persist } from "./blocking.js";

const same = (n: number) => n;

/** recv(2) and recvfrom(2) as an operation. */
function receiving(
  s: Handle,
  syscall: "recv" | "recvfrom",
  buffer: Uint8Array,
  length: number,
  flags: number,
): Blocking<number> {
  const core = s._core;
  const { host, constants: c } = core;
  const meanwhile = (flags & ~c.MSG_WAITALL) | c.MSG_DONTWAIT;
  // Of AF_UNIX recvmsg(2) alone tells what may be joined to what has come.
  const joined =
    isInterrupted(s) && s.family === c.AF_UNIX && s.type === c.SOCK_STREAM
      ? new JoinedMessage(s, 0)
      : undefined;
  const receive = (at: number, now: number) =>
    joined === undefined
      ? host[syscall](s._fd, at === 0 ? buffer : part(buffer, at), length - at, now)
      : joined.receive([part(buffer, at, length)], now);
  return {
    syscall,
    writes: false,
    flags,
    finish: same,
    polls: joined !== undefined && gathersOfSenders(s, flags),
    attempt: () => receive(0, s._dontWait === 0 ? flags : meanwhile),
    resume: (done, deadline) =>
      receiveRest(
        s,
        flags,
        length,
        done,
        deadline,
        at => receive(at, meanwhile),
        () => joined?.isOver() === true,
      ),
  };
}

/** recv(2) as an operation. */
export function recvInto(s: Handle, buffer: Uint8Array, length: number, flags: number): Blocking<number> {
  return { ...receiving(s, "recv", buffer, length, flags), full: length };
}

/** recvfrom(2): the sender's address is in the message block when it finishes. */
export function recvfromInto(s: Handle, buffer: Uint8Array, length: number, flags: number): Blocking<number> {
  return receiving(s, "recvfrom", buffer, length, flags);
}

/** send(2). */
export function send(s: Handle, data: Uint8Array, flags: number): Blocking<number> {
  const core = s._core;
  const { host } = core;
  const length = lengthOf(data);
  const operation: Blocking<number> = {
    syscall: "send",
    writes: true,
    flags,
    full: length,
    finish: same,
    attempt: () => (lengthOf(data) === length ? host.send(s._fd, data, flags | s._dontWait) : -core.EFAULT),
    resume: (done, deadline) =>
      sendRest(s, operation, length, done, deadline, at =>
        host.send(s._fd, part(data, at), flags | core.constants.MSG_DONTWAIT),
      ),
  };
  return operation;
}

/**
 * sendall() of the blocking class, after a first send(2) has said `first`. With a timeout there is
 * one deadline for all; else each send(2) is the kernel's.
 */
export function sendRestOf(s: Handle, data: Uint8Array, flags: number, first: number): void {
  const core = s._core;
  const { host } = core;
  const length = lengthOf(data);
  const deadline = s._timeout !== null && s._waits ? deadlineAfter(host, s._timeout) : undefined;
  let sent = Math.max(first, 0);
  const operation: Operation<number> = {
    syscall: "send",
    writes: true,
    flags,
    finish: same,
    attempt: () =>
      lengthOf(data) === length
        ? host.send(s._fd, sent === 0 ? data : part(data, sent), flags | s._dontWait)
        : -core.EFAULT,
  };
  try {
    if (first < 0) sent = persist(s, operation, first);
    if (sent < length || (length === 0 && s._waits))
      do sent += deadline === undefined ? perform(s, operation) : timed(s, operation, deadline);
      while (sent < length);
  } catch (error) {
    throw error instanceof OSError ? withBytesSent(error, sent) : error;
  }
}

/** sendto(2) to the `addressLength` bytes of address in the message block. */
export function sendto(
  s: Handle,
  data: Uint8Array,
  flags: number,
  addressLength: number,
  address: unknown,
): Blocking<number> {
  const core = s._core;
  const { host } = core;
  const kept = new KeptAddress(core, addressLength);
  const length = lengthOf(data);
  const operation: Blocking<number> = {
    syscall: "sendto",
    writes: true,
    flags,
    address,
    finish: same,
    attempt() {
      if (lengthOf(data) !== length) return -core.EFAULT;
      kept.restore();
      const result = host.sendto(s._fd, data, flags | s._dontWait, addressLength);
      if (result === -core.EAGAIN) kept.keep();
      return result;
    },
    resume: (done, deadline) =>
      sendRest(s, operation, length, done, deadline, at =>
        host.send(s._fd, part(data, at), flags | core.constants.MSG_DONTWAIT),
      ),
    keep: () => kept.keep(),
  };
  return operation;
}

/**
 * Whether a call opens a connection with its data (MSG_FASTOPEN) and would wait for it in a worker.
 * Interrupted there it could not tell what the kernel has sent already, so it is tried without
 * waiting.
 */
export function opensFast(s: Handle, flags: number): boolean {
  const { MSG_FASTOPEN, MSG_DONTWAIT } = s._core.constants;
  return (flags & MSG_FASTOPEN & FLAG_BITS) !== 0 && !(flags & MSG_DONTWAIT) && isInterrupted(s);
}

/**
 * What is left to do after such a try has said `first`: the connection, then the rest of the data.
 * Returns the count sent.
 */
export function finishFast(
  s: Handle,
  syscall: string,
  data: readonly Uint8Array[],
  flags: number,
  first: number,
  address: unknown,
): number {
  const { errors, constants: c } = s._core;
  if (first < 0 && first !== -errors.number("EINPROGRESS")) throw errors.system(-first, syscall, address);
  let sent = Math.max(0, first);
  let at = 0;
  if (!connecting.finish(s, syscall, address)) {
    if (sent > 0) return sent;
    throw errors.named("EINPROGRESS", syscall, address);
  }
  for (const view of data) {
    const length = lengthOf(view);
    const skipped = Math.min(length, Math.max(0, first - at));
    at += length;
    if (skipped === length) continue;
    const n = block(s, send(s, part(view, skipped), flags & ~c.MSG_FASTOPEN));
    sent += n;
    if (n < length - skipped) break;
  }
  return sent;
}

export const SMALL = 0x10000;
const scratch = new WeakMap<Core, Uint8Array>();

/**
 * Where at most `size` bytes are received: small receives share one scratch buffer, so that what is
 * kept is what came.
 */
export function receiveBuffer(core: Core, size: number): Uint8Array {
  if (size > SMALL) return core.bytes.uninitialized(size);
  let buffer = scratch.get(core);
  if (buffer === undefined) {
    buffer = core.bytes.uninitialized(SMALL);
    scratch.set(core, buffer);
  }
  return buffer;
}

/** The same for these flags: a stream's MSG_TRUNC counts bytes that it does not write. */
export function bufferFor(s: Handle, size: number, flags: number): Uint8Array {
  const { MSG_TRUNC, SOCK_STREAM } = s._core.constants;
  return flags & MSG_TRUNC && s.type === SOCK_STREAM
    ? s._core.bytes.zeroed(size)
    : receiveBuffer(s._core, size);
}

/** The `n` bytes that came, of `size` asked for. */
export function received(core: Core, buffer: Uint8Array, n: number, size: number): Uint8Array {
  const bytes = buffer.subarray(0, Math.min(n, size));
  return size > SMALL && n >= size >> 1 ? bytes : core.bytes.copy(bytes);
}
