// What is made of rounds: medians, ratios of peer to ours (higher is better), verdicts.
import type { Rounds } from "./results.js";

/** What a round is judged by: CPU time, wall-clock time, or bytes taken. */
export type Measure = "cpu" | "wall" | "bytes";

/**
 * The value below which a part `q` of the values lies, between two of them in proportion (type 7 of
 * Hyndman and Fan).
 */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const low = Math.floor(at);
  return sorted[low]! + (sorted[Math.ceil(at)]! - sorted[low]!) * (at - low);
}
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The ratio of medians, and the middle half of the pairs' own ratios. */
export interface Ratio {
  ratio: number;
  low: number;
  high: number;
}

export function compare(peer: Rounds, ours: Rounds, measure: Measure): Ratio {
  const theirs = peer[measure]!;
  const own = ours[measure]!;
  const pairs = theirs.map((value, i) => value / own[i]!);
  return { ratio: median(theirs) / median(own), low: quantile(pairs, 0.25), high: quantile(pairs, 0.75) };
}

/**
 * Below this part of the base's speed a work has become slower, if the middle half of its pairs
 * lies wholly there.
 */
export const SLOWER = 0.97;
export function slower({ high }: Ratio): boolean {
  return high < SLOWER;
}

export type Verdict = "for scale" | "falls short" | "pass" | "aim met";
/** Without a bar there is nothing to pass. */
export function verdict(value: number, bar?: number, aim?: number): Verdict {
  if (bar === undefined) return "for scale";
  if (value < bar) return "falls short";
  return aim !== undefined && value >= aim ? "aim met" : "pass";
}
