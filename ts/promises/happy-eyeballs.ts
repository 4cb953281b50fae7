// Happy Eyeballs, RFC 8305: several addresses are tried at once, each a little after the one
// before.
import type { Clock, Timer } from "../../shim/contract.js";
import { OSError } from "../base/error.js";
import { forgetAbort, onAbort, reasonOf } from "./abort.js";

/**
 * Milliseconds between the beginnings of two attempts (RFC 8305, section 8, Connection Attempt
 * Delay).
 */
export const DELAY = 250;

/** Families in turn, the first address's first; within a family the order stays (section 4). */
export function interleave<T>(targets: readonly T[], familyOf: (target: T) => number): T[] {
  const families = new Map<number, T[]>();
  for (const target of targets) {
    const family = familyOf(target);
    const others = families.get(family);
    if (others) others.push(target);
    else families.set(family, [target]);
  }
  const queues = [...families.values()];
  const longest = Math.max(0, ...queues.map(queue => queue.length));
  return Array.from({ length: longest }, (_, i) =>
    queues.flatMap(queue => (i < queue.length ? [queue[i]!] : [])),
  ).flat();
}

/**
 * Begins an attempt for each target, `DELAY` after the one before or as soon as that has failed,
 * until one succeeds (section 5). Comes to the first success. If there is none, `failure` makes the
 * error of all OSErrors, in the targets' order; any other error ends it at once.
 */
export function race<T, S>(
  clock: Clock,
  targets: readonly T[],
  attempt: (target: T) => Promise<S>,
  failure: (errors: OSError[]) => unknown,
  signal?: AbortSignal,
): Promise<S> {
  return new Promise((resolve, reject) => {
    const errors: OSError[] = [];
    let begun = 0;
    let failed = 0;
    let over = false;
    let timer: Timer | undefined;

    const end = (settle: () => void) => {
      if (over) return;
      over = true;
      if (timer !== undefined) clock.clearTimer(timer);
      settle();
      if (signal) forgetAbort(signal, aborted);
    };
    const aborted = (reason: unknown) => end(() => reject(reason));
    const begin = () => {
      if (timer !== undefined) clock.clearTimer(timer);
      const i = begun++;
      if (begun < targets.length) timer = clock.setTimer(begin, DELAY);
      attempt(targets[i]!).then(
        result => end(() => resolve(result)),
        error => {
          if (over) return;
          if (!(error instanceof OSError)) return end(() => reject(error));
          errors[i] = error;
          if (++failed === targets.length) end(() => reject(failure(errors)));
          else if (begun === i + 1 && begun < targets.length) begin();
        },
      );
    };

    if (signal?.aborted) return reject(reasonOf(signal));
    if (signal) onAbort(signal, aborted);
    if (over) return;
    if (targets.length > 0) begin();
    else end(() => reject(failure(errors)));
  });
}
