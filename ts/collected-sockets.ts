// Descriptors whose sockets have been collected: when they are looked for and closed. The host knows
// which they are (Host.sweep).
import type { Core } from "./context.js";

/**
 * Opens between two sweeps for descriptors whose sockets have been collected: at least so many, and
 * a part of those that are open, as a sweep looks at each.
 */
const OPENS_PER_SWEEP = 256;
const PART_OF_OWNED = 4;
/** The least number of descriptors that is reason to collect garbage. */
export const GC_THRESHOLD = 128;

/**
 * Closes the descriptors of collected sockets, each with a ResourceWarning. Returns how many there
 * were.
 */
export function sweep(core: Core): number {
  core.opened = 0;
  const closed = core.host.sweep();
  for (const fd of closed)
    core.host.warn(
      `unclosed socket: descriptor ${fd} was closed when its Socket was collected`,
      "ResourceWarning",
    );
  return closed.length;
}

/**
 * Sweeps when it is due. A socket is small and its descriptor dear: measured, a loop dropped 10,000
 * of them before the collector ran once. So a crowd, twice as many as the last collection left, is
 * reason to collect the young objects (measured: 1 ms).
 */
export function sweepIfDue(core: Core): void {
  if (core.opened < OPENS_PER_SWEEP || core.opened < core.host.owned() / PART_OF_OWNED) return;
  const crowded = core.host.owned() >= core.gcThreshold;
  if (crowded) core.host.collect(0);
  sweep(core);
  const most = Math.max(GC_THRESHOLD, 2 * core.host.owned());
  // It shrinks with what is open: after a peak as few dropped ones are borne as before.
  core.gcThreshold = crowded ? most : Math.min(core.gcThreshold, most);
}

/**
 * Closes dropped sockets when there are no descriptors left: the young first, then all, once in a
 * second. Returns how many there were.
 */
export function reclaimDescriptors(core: Core): number {
  core.host.collect(0);
  const closed = sweep(core);
  if (closed > 0 || core.host.now() < core.nextFullCollection) return closed;
  core.host.collect(1);
  core.nextFullCollection = core.host.now() + 1000;
  return sweep(core);
}
