// What the drivers are given: the modules under test, and how their host is observed.
import type * as blocking from "../../ts/index.js";
import type * as promises from "../../ts/promises/index.js";
import type { Capabilities } from "./program.js";

export interface Under {
  readonly blocking: Pick<typeof blocking, "Socket" | "socketpair" | "close">;
  readonly promises: Pick<typeof promises, "Socket" | "sendFds" | "recvFds">;
  readonly constants: Readonly<Record<string, number>>;
  readonly capabilities: Capabilities;
  /** Where a worker imports the blocking one from. */
  readonly blockingModule: string;
  /** An IPv4 address that no other program uses. */
  readonly address: string;
  /** The descriptors that are open, each with what it is; nothing where nobody can tell. */
  descriptors(): string[];
  /** The numbers that a poller still has and nobody else: closed without leaving it. */
  stale(): string[];
  /** Collects all garbage. */
  collect(): Promise<void>;
  /** Milliseconds of CPU time that this thread has used. */
  cpu(): number;
  /** A file that holds these bytes. */
  file(bytes: Uint8Array): { fd: number; close(): void };
}

/** What is compared when all is over: what was wrong. */
export type Judgement = () => string | undefined;

/** An invariant that does not hold, or an answer that is not the model's. */
export class Fault extends Error {}

export const turn = (): Promise<void> =>
  new Promise(done => {
    setImmediate(done);
  });
export const pause = (milliseconds: number): Promise<void> =>
  new Promise(done => {
    setTimeout(done, milliseconds);
  });
/** How much slower than an ordinary machine this one is. */
export const slow = Number(process.env.TEST_SLOW ?? 1);
