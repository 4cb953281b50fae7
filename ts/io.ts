// Sending and receiving bytes: recv(2), recvfrom(2), send(2), sendto(2), and the waiting that the blocking class adds.
import type { Core } from "./core.js";
import type { Endpoint } from "./endpoint.js";
import { KeptAddress, type Operation } from "./operation.js";
import { deadlineAfter, wait } from "./timeout.js";

/** Runs an operation as the socket's mode says: EINTR is tried again, EAGAIN waits where the mode waits, within one deadline. */
export function block<T>(s: Endpoint, operation: Operation<T>): T {
  const result = operation.attempt();
  return operation.finish(result >= 0 ? result : persist(s, operation, result));
}

/** The same after a first attempt said `result`, which is negative. */
export function persist(s: Endpoint, operation: Operation<unknown>, result: number): number {
  const core = s._core, { syscall, address } = operation;
  const deadline = deadlineAfter(s._timeout);
  // What a worker's blocking descriptor would not wait for, its slices do not wait for either.
  const waits = s._waits && (s._flags === 0 || !(operation.flags & core.IMPATIENT));
  while (result < 0) {
    if (result === -core.EAGAIN && waits) wait(core, s._fd, operation.writes ? core.POLLOUT : core.POLLIN, deadline, syscall);
    else if (result !== -core.EINTR) throw core.errors.system(-result, syscall, address);
    else if (s._waits && performance.now() >= deadline) throw core.errors.timeout(syscall);
    result = operation.attempt();
  }
  return result;
}

const same = (n: number) => n;

/** Whether MSG_WAITALL is ours to keep: to the kernel a worker's slices and a promise's tries don't wait, so it returns what there is.
 *  (With MSG_PEEK too it returns what there is.) */
function mustFill(s: Endpoint, flags: number): boolean {
  const { MSG_WAITALL, MSG_PEEK, MSG_DONTWAIT, SOCK_STREAM } = s._core.constants;
  return (s._flags !== 0 || s._nonblocking) && (flags & MSG_WAITALL) !== 0 && !(flags & (MSG_PEEK | MSG_DONTWAIT)) && s.type === SOCK_STREAM;
}

/** An attempt that goes on until `length` bytes are there or the stream ends or fails; what came before a failure is kept. */
function filling(core: Core, buffer: Uint8Array, length: number, receive: (rest: Uint8Array, room: number) => number): () => number {
  let filled = 0;
  return () => {
    for (;;) {
      const n = receive(buffer.subarray(filled), length - filled);
      if (n < 0) return n === -core.EAGAIN || n === -core.EINTR || filled === 0 ? n : filled;
      filled += n;
      if (n === 0 || filled === length) return filled;
    }
  };
}

/** recv(2) as an operation. */
export function recvInto(s: Endpoint, buffer: Uint8Array, length: number, flags: number): Operation<number> {
  const { host } = s._core, receive = (to: Uint8Array, room: number) => host.recv(s._fd, to, room, flags | s._flags);
  const attempt = flags !== 0 && mustFill(s, flags) ? filling(s._core, buffer, length, receive) : () => receive(buffer, length);
  return { syscall: "recv", writes: false, flags, full: length, attempt, finish: same };
}

/** recvfrom(2): the sender's address is in the message block when it finishes. */
export function recvfromInto(s: Endpoint, buffer: Uint8Array, length: number, flags: number): Operation<number> {
  const { host } = s._core, receive = (to: Uint8Array, room: number) => host.recvfrom(s._fd, to, room, flags | s._flags);
  const attempt = flags !== 0 && mustFill(s, flags) ? filling(s._core, buffer, length, receive) : () => receive(buffer, length);
  return { syscall: "recvfrom", writes: false, flags, attempt, finish: same };
}

/** send(2). */
export function send(s: Endpoint, data: Uint8Array, flags: number): Operation<number> {
  const core = s._core, { host } = core, { length } = data;
  return { syscall: "send", writes: true, flags, full: length, attempt: () => data.length === length ? host.send(s._fd, data, flags | s._flags) : -core.EFAULT, finish: same };
}

/** send(2) until all is sent. The result is the last part's length. `tooLong`: the -errno that asks for shorter pieces. */
export function sendall(s: Endpoint, data: Uint8Array, flags: number, tooLong?: number): Operation<number> {
  const core = s._core, { host } = core;
  let left = data.length, most = left;
  return {
    syscall: "send", writes: true, flags, finish: same,
    attempt() {
      for (;;) {
        if (data.length !== left) return -core.EFAULT;
        const n = host.send(s._fd, left > most ? data.subarray(0, most) : data, flags | s._flags);
        if (n === tooLong && most > 1) most >>= 1;
        else if (n < 0 || n === left) return n;
        else {
          data = data.subarray(n);
          left -= n;
        }
      }
    },
  };
}

/** sendto(2) to the `addressLength` bytes of address in the message block. */
export function sendto(s: Endpoint, data: Uint8Array, flags: number, addressLength: number, address: unknown): Operation<number> {
  const core = s._core, { host } = core, kept = new KeptAddress(core, addressLength), { length } = data;
  return {
    syscall: "sendto", writes: true, flags, address, finish: same,
    attempt() {
      if (data.length !== length) return -core.EFAULT;
      kept.restore();
      const result = host.sendto(s._fd, data, flags | s._flags, addressLength);
      if (result === -core.EAGAIN) kept.keep();
      return result;
    },
    keep: () => kept.keep(),
  };
}

const SMALL = 0x10000;
const scratch = new WeakMap<Core, Buffer>();

/** Where at most `size` bytes are received: small receives share one scratch buffer, so that what is kept is what came. */
export function receiveBuffer(core: Core, size: number): Buffer {
  if (size > SMALL) return Buffer.allocUnsafeSlow(size);
  let buffer = scratch.get(core);
  if (!buffer) scratch.set(core, buffer = Buffer.allocUnsafeSlow(SMALL));
  return buffer;
}

/** The `n` bytes that came, of `size` asked for. */
export function received(buffer: Buffer, n: number, size: number): Buffer {
  const bytes = buffer.subarray(0, Math.min(n, size));
  return size > SMALL && n >= size >> 1 ? bytes : Buffer.from(bytes);
}

