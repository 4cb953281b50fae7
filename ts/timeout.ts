// Timeouts in Python's sense: null blocks, 0 never waits, a number of seconds bounds a whole call.
import { show } from "./check.js";
import type { Core } from "./core.js";

/** poll(2) takes an int of milliseconds: 24 days. */
const MAX_SECONDS = 0x7fffffff / 1000;

/** A timeout argument: null, or seconds from 0. */
export function checkTimeout(seconds: unknown): number | null {
  if (seconds === null) return null;
  if (typeof seconds !== "number") throw new TypeError(`seconds must be a number or null, got ${show(seconds)}`);
  if (!(seconds >= 0 && seconds <= MAX_SECONDS)) throw new RangeError(`seconds must be 0..${Math.floor(MAX_SECONDS)} or null, got ${seconds}`);
  return seconds;
}

/** When a call that starts now must end, in milliseconds of the monotonic clock. */
export function deadlineAfter(seconds: number | null): number {
  return seconds === null ? Infinity : performance.now() + seconds * 1000;
}

const entry = new Int32Array(3);

/** Waits until `fd` is ready for `events` (poll(2)); the result may be false, so the caller tries and waits again.
 *  Throws TimeoutError after the deadline. In workers it returns to JavaScript every slice. */
export function wait(core: Core, fd: number, events: number, deadline: number, syscall: string): void {
  const { host, errors } = core;
  for (;;) {
    let milliseconds = -1;
    if (deadline !== Infinity) {
      milliseconds = Math.ceil(deadline - performance.now());
      if (milliseconds <= 0) throw errors.timeout(syscall);
    }
    if (host.slice > 0 && (milliseconds < 0 || milliseconds > host.slice)) milliseconds = host.slice;
    entry[0] = fd; entry[1] = events; entry[2] = 0;
    const ready = host.poll(entry, milliseconds);
    if (ready > 0) return;
    if (ready < 0 && ready !== -core.EINTR) throw errors.system(-ready, "poll");
  }
}
