// Back-off: tries where readiness is no signal, each after a pause twice as long as the one before.
import type { Clock, Timer } from "../../shim/contract.js";

/** Milliseconds between two tries: first and last. */
const FIRST_PAUSE = 1;
const LAST_PAUSE = 20;

/** What backs off: a lane. */
export interface Retrying {
  /** Whether its calls keep the process alive. */
  readonly isCounted: boolean;
  /** Tries again; false if there is nothing to try yet. */
  retry(): boolean;
}

export class BackOff {
  readonly #clock: Clock;
  readonly #retrying: Retrying;
  #timer: Timer | undefined = undefined;
  #milliseconds = FIRST_PAUSE;

  constructor(clock: Clock, retrying: Retrying) {
    this.#clock = clock;
    this.#retrying = retrying;
  }

  get pauses(): boolean {
    return this.#timer !== undefined;
  }

  pause(): void {
    if (this.#timer !== undefined) return;
    this.#timer = this.#clock.setTimer(() => {
      this.#timer = undefined;
      if (!this.#retrying.retry()) this.pause();
    }, this.#milliseconds);
    this.count(this.#retrying.isCounted);
    this.#milliseconds = Math.min(2 * this.#milliseconds, LAST_PAUSE);
  }

  /** Whether the pause keeps the process alive. */
  count(counted: boolean): void {
    if (counted) this.#timer?.ref();
    else this.#timer?.unref();
  }

  end(): void {
    if (this.#timer !== undefined) this.#clock.clearTimer(this.#timer);
  }
}
