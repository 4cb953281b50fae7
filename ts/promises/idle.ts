// What net.Socket.setTimeout() keeps: calls back once a stream has been idle for a while, and again
// after each later idle while.
import type { Clock, Timer } from "../../shim/contract.js";
import { wrongType, wrongValue } from "./node-error.js";

/** The longest time that timers of Node have, 24 days. */
const MAX_TIMER_MS = 0x7fffffff;

/** Milliseconds as net.Socket.setTimeout() takes them, as they were given. */
export function checkIdleTime(milliseconds: unknown): number {
  if (typeof milliseconds !== "number") throw wrongType("msecs", "of type number", milliseconds);
  if (!(milliseconds >= 0 && milliseconds < Infinity))
    throw wrongValue("msecs", "a non-negative finite number", milliseconds);
  return milliseconds;
}

export class IdleTimer {
  readonly #clock: Clock;
  readonly #expired: () => void;
  #milliseconds = 0;
  /** When there was traffic last, and when the timer that runs will look. */
  #active = 0;
  #looks = 0;
  #timer: Timer | undefined;

  constructor(clock: Clock, expired: () => void) {
    this.#clock = clock;
    this.#expired = expired;
  }

  /**
   * Begins to count; 0 milliseconds end it. A timer that runs and is not too late is let run: http
   * sets two times a request.
   */
  set(milliseconds: number): void {
    this.#milliseconds = Math.min(milliseconds, MAX_TIMER_MS);
    if (milliseconds > 0 && this.#looks > this.#clock.now() + this.#milliseconds) this.#clear();
    this.touch();
  }

  /** There was traffic. A timer that runs is let run: it looks when it fires. */
  touch(): void {
    if (this.#milliseconds === 0) return;
    this.#active = this.#clock.now();
    if (this.#timer === undefined) this.#arm(this.#milliseconds);
  }

  stop(): void {
    this.#milliseconds = 0;
    this.#clear();
  }

  #clear(): void {
    if (this.#timer !== undefined) this.#clock.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  #arm(milliseconds: number): void {
    this.#looks = this.#clock.now() + milliseconds;
    this.#timer = this.#clock.setTimer(() => {
      this.#look();
    }, milliseconds);
    this.#timer.unref();
  }

  #look(): void {
    this.#timer = undefined;
    if (this.#milliseconds === 0) return;
    const rest = this.#active + this.#milliseconds - this.#clock.now();
    if (rest > 0) this.#arm(Math.ceil(rest));
    else this.#expired();
  }
}
