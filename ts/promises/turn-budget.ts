// The budget of a turn of the event loop: how much may be done at once before the loop turns, so that
// one fast peer does not hold it; and what goes on in the next turn.
import type { Core } from "../context.js";

/**
 * What immediate results may cost in a turn of the loop: one each, and one more for each BYTES.
 * Then the loop turns. Measured: a turn takes some 3 µs, an immediate result one or two.
 */
const BUDGET = 256;
const BYTES_SHIFT = 13;

/** What goes on in the next turn: a lane. */
interface Served {
  serve(): void;
}

/** The budget of one module. */
export class TurnBudget {
  readonly #core: Core;
  #spent = 0;
  #turnDue = false;
  /** Lanes that go on in the next turn of the loop. */
  #later = new Set<Served>();
  readonly #deferred: (() => void)[] = [];

  constructor(core: Core) {
    this.#core = core;
  }

  /** Takes one from this turn's budget; false if it is spent. */
  spend(): boolean {
    return this.#spent < BUDGET && ++this.#spent > 0;
  }

  /** What a result of so many bytes costs beside that; an error costs no more. */
  spendBytes(result: number): void {
    if (result > 0) this.#spent += result >> BYTES_SHIFT;
  }

  /** The loop has turned: all of it is there again. */
  renew(): void {
    this.#spent = 0;
  }

  /** Serves a lane in the next turn of the loop. */
  later(lane: Served): void {
    this.#later.add(lane);
    this.#wantTurn();
  }

  /**
   * A promise that is rejected, or resolved: at once, or where the budget is spent in the next turn
   * of the loop.
   */
  rejected(error: unknown): Promise<never> {
    return this.spend()
      ? Promise.reject(error)
      : this.#next().then(() => {
          throw error;
        });
  }
  resolved<T>(value: T): Promise<T> {
    return this.spend() ? Promise.resolve(value) : this.#next().then(() => value);
  }

  /** The next turn of the loop. */
  #next(): Promise<void> {
    return new Promise(resolve => {
      this.#deferred.push(resolve);
      this.#wantTurn();
    });
  }

  #wantTurn(): void {
    if (this.#turnDue) return;
    this.#turnDue = true;
    this.#core.host.nextTurn(() => this.#turn());
  }

  #turn(): void {
    this.#turnDue = false;
    this.renew();
    const lanes = this.#later;
    this.#later = new Set();
    for (const resolve of this.#deferred.splice(0)) resolve();
    forEvery(lanes, lane => lane.serve());
  }
}

/**
 * Does something for each, whatever goes wrong on the way; the first error is thrown behind the
 * last.
 */
export function forEvery<T>(items: Iterable<T>, action: (item: T) => void): void {
  let failed: { readonly error: unknown } | undefined;
  for (const item of items) {
    try {
      action(item);
    } catch (error) {
      failed ??= { error };
    }
  }
  if (failed !== undefined) throw failed.error;
}
