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

const one = new Int32Array(3);

/** poll(2) until something is ready or the deadline has come; returns how many are. In workers it returns to JavaScript every slice. */
export function pollUntil(core: Core, entries: Int32Array, deadline: number): number {
  const { host, errors } = core;
  for (;;) {
    let left = -1;
    if (deadline !== Infinity) left = Math.max(0, Math.ceil(deadline - performance.now()));
    const sliced = host.slice > 0 && (left < 0 || left > host.slice);
    const ready = host.poll(entries, sliced ? host.slice : left);
    if (ready > 0 || ready === 0 && !sliced) return ready;
    if (ready < 0 && ready !== -core.EINTR) throw errors.system(-ready, "poll");
  }
}

/** Waits until `fd` is ready for `events`; the result may be false, so the caller tries and waits again. Throws TimeoutError after the deadline. */
export function wait(core: Core, fd: number, events: number, deadline: number, syscall: string): void {
  one[0] = fd; one[1] = events;
  if (deadline !== Infinity && performance.now() >= deadline || pollUntil(core, one, deadline) === 0) throw core.errors.timeout(syscall);
}
