// The monotonic clock, the timers and the chance of a JavaScript runtime: the part of the host contract
// that Node, Bun, Deno and pages have alike.
import type { Clock } from "./contract.js";

/** What setTimeout() can do, in milliseconds: 24 days. Beyond it fires at once. */
const MAX_TIMER_MS = 0x7fffffff;

export const clock: Clock = {
  now: () => performance.now(),
  setTimer: (callback, milliseconds) => setTimeout(callback, Math.min(milliseconds, MAX_TIMER_MS)),
  clearTimer: timer => clearTimeout(timer as ReturnType<typeof setTimeout>),
  nextTurn: callback => {
    setImmediate(callback);
  },
  random: () => Math.random(),
};
