// A host around a host, whose calls sometimes fail or do less than they were asked for, as a
// kernel's may.
import type { Host } from "../../shim/contract.js";
import type { Random } from "./random.js";

/** What a wrapped host is told: the numbers of the system's errors and options. */
export interface Numbers {
  [name: string]: number;
}

/** How often each happens: one of so many calls. */
const INTERRUPTED = 20;
const SHORT = 6;
const NO_MEMORY = 40;
const FALSE_WAKEUP = 15;
const NO_DESCRIPTOR = 3;

/** Which errors are put in, and the chance of a program: both change from program to program. */
export interface Injection {
  errors: Set<string>;
  random: Random;
}

export function faulty(host: Host, c: Numbers, injection: Injection): Host {
  const watched = new Set<number>();
  const four = new Uint8Array(4);
  const value = new DataView(four.buffer);
  const once = (of: number) => injection.random.below(of) === 0;
  const errors = { has: (name: string) => injection.errors.has(name) };
  const big = new Uint8Array(Uint16Array.of(1).buffer)[0] === 0;
  const option = (fd: number, name: number) =>
    host.getsockopt(fd, c.SOL_SOCKET!, name, four) < 0 ? -1 : value.getInt32(0, !big);
  /**
   * A TCP stream that gives less than it was asked for has no more: the kernel's word, which nobody
   * may break.
   */
  const mayBeShort = (fd: number) =>
    errors.has("short") &&
    once(SHORT) &&
    option(fd, c.SO_TYPE!) === c.SOCK_STREAM &&
    option(fd, c.SO_DOMAIN!) === c.AF_UNIX;

  /**
   * An error before a call; 0: none. A false EAGAIN only of calls that do not wait, and where the
   * poller will report the descriptor anew.
   */
  function before(fd: number, sends: boolean, waits = true): number {
    if (errors.has("EINTR") && once(INTERRUPTED)) return -c.EINTR!;
    if (sends && errors.has("ENOBUFS") && once(NO_MEMORY)) return once(2) ? -c.ENOBUFS! : -c.ENOMEM!;
    if (!waits && errors.has("EAGAIN") && !watched.has(fd) && once(FALSE_WAKEUP)) return -c.EAGAIN!;
    return 0;
  }
  const less = (length: number) => (length > 1 ? 1 + injection.random.below(length - 1) : length);

  return {
    ...host,
    recv: (fd, buffer, length, flags) =>
      before(fd, false, !(flags & c.MSG_DONTWAIT!)) ||
      host.recv(fd, buffer, mayBeShort(fd) ? less(length) : length, flags),
    recvEach(calls, buffers, count) {
      // One by one, so that each may fail for itself.
      for (let i = 0; i < count; i++) {
        const fd = calls[2 * i]!;
        const length = calls[2 * i + 1]!;
        calls[2 * i + 1] =
          before(fd, false, false) ||
          host.recv(fd, buffers[i]!, mayBeShort(fd) ? less(length) : length, c.MSG_DONTWAIT!);
      }
      return 0;
    },
    recvfrom: (fd, buffer, length, flags) =>
      before(fd, false, !(flags & c.MSG_DONTWAIT!)) ||
      host.recvfrom(fd, buffer, mayBeShort(fd) ? less(length) : length, flags),
    recvmsg: (fd, buffers, control, flags) =>
      before(fd, false, !(flags & c.MSG_DONTWAIT!)) || host.recvmsg(fd, buffers, control, flags),
    recvmmsg: (fd, ...rest) => before(fd, false) || host.recvmmsg(fd, ...rest),
    send: (fd, data, flags) =>
      before(fd, true) || host.send(fd, mayBeShort(fd) ? data.subarray(0, less(data.length)) : data, flags),
    sendto: (fd, ...rest) => before(fd, true) || host.sendto(fd, ...rest),
    sendmsg: (fd, ...rest) => before(fd, true) || host.sendmsg(fd, ...rest),
    sendmmsg: (fd, ...rest) => before(fd, true) || host.sendmmsg(fd, ...rest),
    sendfile: (fd, file, offset, count) =>
      before(fd, true) || host.sendfile(fd, file, offset, mayBeShort(fd) ? less(count) : count),
    accept(fd, nonblocking) {
      if (nonblocking && errors.has("EMFILE") && once(NO_DESCRIPTOR))
        return once(2) ? -c.EMFILE! : -c.ECONNABORTED!;
      return before(fd, false, !nonblocking) || host.accept(fd, nonblocking);
    },
    watch(fd, events, generation) {
      watched.add(fd);
      return host.watch(fd, events, generation);
    },
    own(fd, socket) {
      watched.delete(fd);
      return host.own(fd, socket);
    },
  };
}
