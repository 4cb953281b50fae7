// The timeout of a call that returns a promise: how long it may wait, and the timer that ends it.
import type { Clock, Timer } from "../../shim/contract.js";
import type { Operation } from "../socket/operation.js";

/**
 * Seconds that a call may wait, null for ever: the socket's timeout, or its own, which those that
 * wait for readiness as such may have.
 */
export function timeLimit(
  timeout: number | null,
  operation: Operation<unknown>,
  observes: boolean,
): number | null {
  return observes && operation.seconds !== undefined ? operation.seconds : timeout;
}

/** The timeout of a call that waits. Timers may be early: then the rest is waited for. */
export class RunningTimeout {
  readonly #host: Clock;
  readonly #milliseconds: number;
  readonly #late: () => void;
  #deadline: number;
  #timer: Timer;
  #counted = true;

  constructor(host: Clock, seconds: number, late: () => void) {
    this.#host = host;
    this.#milliseconds = Math.ceil(seconds * 1000);
    this.#late = late;
    this.#deadline = host.now() + this.#milliseconds;
    this.#timer = host.setTimer(this.#fire, this.#milliseconds);
  }

  readonly #fire = () => {
    const rest = this.#deadline - this.#host.now();
    if (rest <= 0) return this.#late();
    this.#set(Math.ceil(rest));
  };

  #set(milliseconds: number): void {
    this.#timer = this.#host.setTimer(this.#fire, milliseconds);
    if (!this.#counted) this.#timer.unref();
  }

  restart(): void {
    this.end();
    this.#deadline = this.#host.now() + this.#milliseconds;
    this.#set(this.#milliseconds);
  }

  count(counted: boolean): void {
    this.#counted = counted;
    if (counted) this.#timer.ref();
    else this.#timer.unref();
  }

  end(): void {
    this.#host.clearTimer(this.#timer);
  }
}
