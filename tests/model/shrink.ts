// A failing program, run again to learn how often it fails, and made short under the same rule.

export interface Runs {
  failed: number;
  of: number;
  fault: string;
}
interface Steps<S> {
  steps: S[];
}

const MOST_RUNS = 50;
const ENOUGH_FAILURES = 5;

/** Runs a program up to 50 times; fewer, once it has failed often enough. */
export async function again<P>(
  program: P,
  run: (program: P) => Promise<string | undefined>,
  seconds: number,
  most = MOST_RUNS,
): Promise<Runs> {
  const result = { failed: 0, of: 0, fault: "" };
  const end = performance.now() + seconds * 1000;
  while (result.of < most && result.failed < ENOUGH_FAILURES && performance.now() < end) {
    const fault = await run(program);
    result.of++;
    if (fault === undefined) continue;
    result.failed++;
    result.fault = fault;
  }
  return result;
}

/**
 * Shortens a program that fails in `rate` of its runs: without a stretch of its steps, or with a
 * simpler step, it must fail as well.
 */
export async function shrink<S, P extends Steps<S>>(
  program: P,
  run: (program: P) => Promise<string | undefined>,
  simpler: (step: S) => S[],
  rate: number,
  seconds: number,
): Promise<P> {
  const end = performance.now() + seconds * 1000;
  const tries = rate >= 0.99 ? 1 : Math.min(MOST_RUNS, Math.ceil(3 / rate));
  let best = program;
  const fails = async (steps: S[]): Promise<boolean> => {
    const candidate = { ...program, steps };
    for (let i = 0; i < tries && performance.now() < end; i++) {
      if ((await run(candidate)) === undefined) continue;
      best = candidate;
      return true;
    }
    return false;
  };
  for (let size = best.steps.length >> 1; size >= 1; size >>= 1) {
    for (let at = best.steps.length - size; at >= 0; at -= size) {
      if (performance.now() > end) return best;
      await fails([...best.steps.slice(0, at), ...best.steps.slice(at + size)]);
      at = Math.min(at, best.steps.length);
    }
  }
  for (let i = best.steps.length - 1; i >= 0; i--) {
    for (const step of simpler(best.steps[i]!))
      await fails([...best.steps.slice(0, i), step, ...best.steps.slice(i + 1)]);
  }
  return best;
}
