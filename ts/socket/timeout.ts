// Timeouts in Python's sense: null blocks, 0 never waits, a number of seconds bounds a whole call.
import type { Host } from "../../shim/contract.js";
import { MAX_INT, show } from "../base/check.js";
import type { Core } from "../context.js";

/** As many as Python takes: its clock counts nanoseconds in 63 bits. */
const MAX_SECONDS = 9223372036;

/** A timeout argument: null, or seconds from 0; -0 is 0. */
export function checkTimeout(seconds: unknown): number | null {
  if (seconds === null) return null;
  if (typeof seconds !== "number")
    throw new TypeError(`seconds must be a number or null, got ${show(seconds)}`);
  if (!(seconds >= 0 && seconds <= MAX_SECONDS))
    throw new RangeError(`seconds must be 0..${MAX_SECONDS} or null, got ${seconds}`);
  return seconds + 0;
}

/**
 * When a call that starts now must end, in milliseconds of the monotonic clock; what is left is
 * rounded up to whole ones.
 */
export function deadlineAfter(host: Host, seconds: number | null): number {
  return seconds === null ? Infinity : host.now() + Math.ceil(seconds * 1000);
}

const one = new Int32Array(3);
const nobody = new Int32Array(0);

/**
 * For poll(2): -1 without a deadline. The call matters: V8 looks for an order to terminate where a
 * function begins, in a loop without one only now and then (measured: after 15 slices).
 */
export function millisecondsLeft(host: Host, deadline: number): number {
  return deadline === Infinity ? -1 : Math.max(0, Math.ceil(deadline - host.now()));
}

/**
 * poll(2) until something is ready or the deadline has come; returns how many are. In workers it
 * returns to JavaScript every slice.
 */
export function pollUntil(core: Core, entries: Int32Array, deadline: number): number {
  const { host, errors } = core;
  for (;;) {
    const left = millisecondsLeft(host, deadline);
    const limit = host.maxBlockMs || MAX_INT;
    const sliced = left > limit || (left < 0 && host.maxBlockMs > 0);
    const ready = host.poll(entries, sliced ? limit : left);
    if (ready > 0 || (ready === 0 && !sliced)) return ready;
    if (ready < 0 && ready !== -core.EINTR) throw errors.system(-ready, "poll");
  }
}

/** A deadline that has come: poll(2) looks once and does not wait. */
export const NOW = 0;

/**
 * What `fd` is ready for, of `events` and what comes unasked, as soon as there is something; 0
 * after the deadline.
 */
export function readiness(core: Core, fd: number, events: number, deadline: number): number {
  one[0] = fd;
  one[1] = events;
  return pollUntil(core, one, deadline) > 0 ? one[2]! : 0;
}

/**
 * Waits until `fd` is ready for `events`; false after the deadline. It looks once, however late it
 * is, as CPython does. Readiness may be false, so the caller tries and waits again. A closed socket
 * (-1) counts as ready: the call then says EBADF, where poll(2) would say nothing.
 */
export function ready(core: Core, fd: number, events: number, deadline: number): boolean {
  if (fd < 0) return true;
  one[0] = fd;
  one[1] = events;
  return pollUntil(core, one, deadline) > 0;
}

/** Sleeps, but not beyond the deadline. */
export function pause(core: Core, milliseconds: number, deadline: number): void {
  pollUntil(core, nobody, Math.min(core.host.now() + milliseconds, deadline));
}

/** The same, but a TimeoutError after the deadline. */
export function wait(core: Core, fd: number, events: number, deadline: number, syscall: string): void {
  if (!ready(core, fd, events, deadline)) throw core.errors.timeout(syscall);
}
