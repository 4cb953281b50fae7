// Lookups from the thread pool: as many at once as the host says, the others in the order in which
// they came.
import type { Host } from "../../shim/contract.js";
import type { LookupSteps, HostCall } from "../resolve/lookup-steps.js";
import { forgetAbort, onAbort, reasonOf } from "./abort.js";
import { readOptions, type CallOptions } from "./call-options.js";

/**
 * Runs the lookups of one module. One that has begun can't be stopped: whoever gives up leaves its
 * answer to nobody.
 */
export class Resolver {
  readonly #host: Host;
  readonly #waiting = new Set<() => void>();
  /** What gives up the lookups that a socket's calls wait for. */
  readonly #cancels = new Map<object, Set<(error: unknown) => void>>();
  #running = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Runs a lookup to its end; `owner` is the socket that it is for. */
  async run<T>(asking: LookupSteps<T>, options?: CallOptions, owner?: object): Promise<T> {
    const { signal } = readOptions(options);
    signal?.throwIfAborted();
    let step = asking.next();
    while (!step.done) step = asking.next(await this.#answer(step.value, signal, owner));
    return step.value;
  }

  /** Rejects what waits for a socket's lookups. */
  cancel(owner: object, error: () => unknown): void {
    for (const cancel of this.#cancels.get(owner) ?? []) cancel(error());
  }

  #answer(question: HostCall, signal: AbortSignal | undefined, owner: object | undefined): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let settled = false;
      const start = () => {
        this.#running++;
        this.#begin(question)
          .then(resolve, reject)
          .finally(() => {
            over();
            this.#running--;
            for (const next of this.#waiting) {
              this.#waiting.delete(next);
              return next();
            }
          });
      };
      const cancel = (error: unknown) => {
        this.#waiting.delete(start);
        reject(error);
        over();
      };
      const over = () => {
        settled = true;
        const cancels = owner && this.#cancels.get(owner);
        if (cancels?.delete(cancel) && cancels.size === 0) this.#cancels.delete(owner!);
        if (signal) forgetAbort(signal, cancel);
      };
      if (signal?.aborted) return reject(reasonOf(signal));
      if (signal) onAbort(signal, cancel);
      if (settled) return;
      if (owner) this.#cancels.set(owner, (this.#cancels.get(owner) ?? new Set()).add(cancel));
      if (this.#running < this.#host.lookups) start();
      else this.#waiting.add(start);
    });
  }

  #begin([lookup, ...args]: HostCall): Promise<unknown> {
    return (this.#host[`${lookup}Async`] as (...args: unknown[]) => Promise<unknown>)(...args);
  }
}
