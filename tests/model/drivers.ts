// The drivers by name: how a program is made, run and made simpler.
import { crowd, type Actor, type Crowd } from "./crowd.js";
import { crowded } from "./crowded.js";
import { generate, type Capabilities, type Program } from "./program.js";
import { stepwise } from "./stepwise.js";
import type { Under } from "./under.js";

interface Driver<P extends { steps: unknown[] }> {
  generate(seed: number, capabilities: Capabilities): P;
  run(program: P, under: Under): Promise<void>;
  /** Steps that do less than this one. */
  simpler(step: P["steps"][number]): P["steps"][number][];
}

const simplerStep: Driver<Program>["simpler"] = step => {
  const list: Program["steps"] = [];
  if (step.together) {
    const { together: _, ...alone } = step;
    list.push(alone as typeof step);
  }
  if ("timeout" in step && step.timeout !== null && step.op !== "flood")
    list.push({ ...step, timeout: null });
  if ("abort" in step && step.abort !== undefined) {
    const { abort: _, ...unaborted } = step;
    list.push(unaborted as typeof step);
  }
  if (step.op === "receive" && step.flags.length) list.push({ ...step, flags: [] });
  if (step.op === "receive" && step.call !== "recv") list.push({ ...step, call: "recv" });
  if (step.op === "send" && step.call !== "send") list.push({ ...step, call: "send" });
  if ((step.op === "receive" || step.op === "send") && step.size !== 10) list.push({ ...step, size: 10 });
  return list;
};

const calmer: Driver<Crowd>["simpler"] = actor => {
  const list: Actor[] = [];
  if ("from" in actor && actor.from === "worker") list.push({ ...actor, from: "promises" });
  if ("to" in actor && actor.to === "worker") list.push({ ...actor, to: "promises" });
  if ((actor.op === "stream" || actor.op === "datagrams") && !actor.calm) list.push({ ...actor, calm: true });
  if ("bytes" in actor && actor.bytes > 100) list.push({ ...actor, bytes: actor.bytes >> 2 });
  return list;
};

export type AnyProgram = Program | Crowd;

export const drivers: { stepwise: Driver<Program>; crowded: Driver<Crowd> } = {
  stepwise: { generate, run: stepwise, simpler: simplerStep },
  crowded: { generate: crowd, run: crowded, simpler: calmer },
};
