// What the sides in serve.ts share: a work, and the clocks of a round.
export interface Work {
  port: number;
  /**
   * One round; resolves to what is measured, if not time: bytes that it has taken, ticks that came.
   */
  run(count: number): Promise<number | void>;
}
/** By name: how each side makes it. */
export type Works = Record<string, [ours: () => Promise<Work>, node?: () => Promise<Work>]>;

export const MESSAGE = 64,
  CHUNK = 65536;
/** Connections that are open beside those at work. */
export const IDLE = 10_000;

let startCpu = 0;
let startWall = 0;
function cpu(): number {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  return userCPUTime + systemCPUTime;
}
/** The round begins now; or began, as if it had spent `cpu` and `wall` so far. */
export function begin(spent = { cpu: 0, wall: 0 }): void {
  startWall = performance.now() - spent.wall / 1000;
  startCpu = cpu() - spent.cpu;
}
/** Microseconds since then. */
export const spent = () => ({ cpu: cpu() - startCpu, wall: (performance.now() - startWall) * 1000 });
