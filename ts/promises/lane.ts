// Who waits for what: a lane is one queue of the kernel's (data, error queue, urgent data, room to
// send) and the calls that wait for it, served in the order in which they were made, whatever their
// kind. laneOf() says which lane is a call's.
import type { Operation } from "../socket/operation.js";
import { ELSEWHERE, progressed, YIELD } from "../socket/operation.js";
import { forgetAbort, onAbort, reasonOf } from "./abort.js";
import { BackOff, type Retrying } from "./back-off.js";
import type { Core } from "../context.js";
import { RunningTimeout, timeLimit } from "./timeout.js";
import type { TurnBudget } from "./turn-budget.js";

/**
 * What a socket's readiness flags say: a call may find something there. Down means: it is watched,
 * and an edge is due.
 */
export const READ = 1;
export const WRITE = 2;
/** In the error queue (MSG_ERRQUEUE). */
export const ERROR = 4;
/** Urgent data (MSG_OOB). */
export const URGENT = 8;
/**
 * Of no lane: a hang-up or urgent data was seen, so that no further edge need come and a short read
 * says nothing.
 */
export const HUNG_UP = 16;
/** What a new descriptor may be. */
export const UNKNOWN = READ | WRITE | ERROR | URGENT;
/**
 * The lane of calls that wait for readiness as such; it has no flag, and each event lets all of
 * them look.
 */
export const OBSERVERS = 32;

/** What a try answers for an EAGAIN that no readiness will follow: the call fails with it. */
export const NO_SIGNAL = -0x7ffffffd;

/** What keeps the sockets whose calls wait (readiness.ts). */
export interface Keeper {
  look(lane: Lane): void;
  count(difference: number): void;
  keep(socket: Watched): void;
  drop(socket: Watched): void;
}

/** A socket as its lanes and the poller see it (endpoint.ts). */
export interface Watched {
  readonly _core: Core;
  readonly _readiness: Keeper;
  readonly _budget: TurnBudget;
  readonly _fd: number;
  readonly _generation: number;
  readonly _timeout: number | null;
  readonly _isRef: boolean;
  readonly _held: number;
  readonly _marked: boolean;
  _reading: Lane | null;
  _writing: Lane | null;
  _rare: Lane[] | null;
  _waiters: number;
  _watched: number;
  _isReady(flag: number): boolean;
  _setReady(flag: number): void;
  _fills(room?: number): boolean;
  _isBelowMark(operation: Operation<unknown>): boolean;
  _standsBack(lane: Lane): boolean;
  _connected(lane: Lane): void;
  _try(operation: Operation<unknown>, lane: Lane, waits: boolean): number;
  _hold(errno: number): void;
  _written(): void;
  _rareLanes(lanes: Lane[]): void;
  _received(waiter: Pending, result: number): void;
}

export class Lane implements Retrying {
  head: Pending | null = null;
  tail: Pending | null = null;
  #backOff: BackOff | undefined = undefined;

  constructor(
    readonly socket: Watched,
    readonly flag: number,
  ) {}

  push(waiter: Pending): void {
    waiter.previous = this.tail;
    if (this.tail === null) this.head = waiter;
    else this.tail.next = waiter;
    this.tail = waiter;
    this.socket._waiters++;
    this.socket._readiness.keep(this.socket);
  }

  /** Takes a call out of the line; one that is not in it is let be. */
  remove(waiter: Pending): void {
    const { previous, next } = waiter;
    if (previous === null && this.head !== waiter) return;
    if (previous === null) this.head = next;
    else previous.next = next;
    if (next === null) this.tail = previous;
    else next.previous = previous;
    waiter.next = null;
    waiter.previous = null;
    if (previous === null) this.socket._connected(this);
    if (this.head === null) this.#endBackOff();
    else if (previous === null && this.socket._marked && this.flag === READ) this.socket._budget.later(this);
    if (--this.socket._waiters === 0) this.socket._readiness.drop(this.socket);
  }

  /**
   * Whether a call that comes now may try before it waits: nobody is in line, or none but peeks,
   * which take nothing. They look first: what they wait for may be there by now.
   */
  mayBePassed(): boolean {
    if (this.flag === OBSERVERS) return true;
    for (let waiter = this.head; waiter !== null; waiter = waiter.next) if (!waiter.peeks) return false;
    if (this.head === null) return true;
    this.socket._setReady(this.flag);
    this.serve();
    return true;
  }

  /**
   * Tries for the first in the line, and for the next where that one is done. What a peek does not
   * find is about itself, its offset (SO_PEEK_OFF) or the length that it wants: others pass it.
   */
  serve(): void {
    if (this.flag === OBSERVERS) return this.#serveAll();
    // A refused datagram frees its memory, which the poller takes for room: until the timer fires
    // nobody tries.
    if (this.flag === WRITE && this.#backOff?.pauses) return;
    const { socket } = this;
    const { _budget: budget } = socket;
    for (let peek: Pending | null = null; ; ) {
      const waiter: Pending | null = peek === null || peek.settled ? this.head : peek.next;
      if (waiter === null || !this.#open(waiter)) break;
      if (!budget.spend()) return budget.later(this);
      if (waiter.attempt()) this.#endBackOff();
      else if (waiter.peeks) peek = waiter;
      else return;
    }
    if (this.flag === WRITE && this.head === null) socket._written();
  }

  /**
   * All wait for their flag, for a connect that is under way and for SO_RCVLOWAT, but for those that
   * never wait.
   */
  #open(waiter: Pending): boolean {
    if (waiter.impatient) return true;
    const { socket } = this;
    if (!socket._isReady(this.flag) || socket._standsBack(this)) return false;
    return !(this.flag === READ && socket._marked && socket._isBelowMark(waiter.operation));
  }

  /** Whether a call in the line may try now, whatever the flag says. */
  mayTry(call: Pending): boolean {
    if (this.flag === OBSERVERS) return true;
    let waiter = this.head;
    while (waiter !== null && waiter !== call && waiter.peeks) waiter = waiter.next;
    return waiter === call && !this.socket._standsBack(this);
  }

  /** Whether one that may try finds what it has room for; below SO_RCVLOWAT poll(2) does not tell. */
  fills(): boolean {
    for (let waiter = this.head; waiter !== null; waiter = waiter.next) {
      if (this.socket._fills(waiter.operation.room)) return true;
      if (!waiter.peeks) break;
    }
    return false;
  }

  #serveAll(): void {
    const all: Pending[] = [];
    for (let waiter = this.head; waiter !== null; waiter = waiter.next) all.push(waiter);
    for (const waiter of all) waiter.attempt();
  }

  /** Readiness was no signal: tries again in a while. */
  backOff(): void {
    this.#backOff ??= new BackOff(this.socket._core.host, this);
    this.#backOff.pause();
  }

  /** The pause is over. */
  retry(): boolean {
    if (this.flag === READ && !this.fills()) return false;
    this.socket._setReady(this.flag);
    this.serve();
    return true;
  }

  get isCounted(): boolean {
    return this.socket._isRef;
  }

  /** Who comes next asks: the flag is down, but no edge is due. */
  #endBackOff(): void {
    if (this.#backOff === undefined) return;
    this.#backOff.end();
    this.#backOff = undefined;
    this.socket._setReady(this.flag);
  }

  /** Whether the calls of this lane keep the process alive. */
  count(counted: boolean): void {
    for (let waiter = this.head; waiter !== null; waiter = waiter.next) waiter.count(counted);
    this.#backOff?.count(counted);
  }
}

/**
 * The lane of an operation. Data, the error queue and urgent data are queues of their own to the
 * kernel.
 */
export function laneOf(socket: Watched, operation: Operation<unknown>): Lane {
  if (operation.writes) return writingLane(socket);
  const { MSG_ERRQUEUE, MSG_OOB } = socket._core.constants;
  const { flags } = operation;
  let flag = READ;
  if (operation.observes === true) flag = OBSERVERS;
  else if (flags !== 0 && flags & MSG_ERRQUEUE) flag = ERROR;
  else if (flags !== 0 && flags & MSG_OOB) flag = URGENT;
  return flag === READ ? readingLane(socket) : rareLane(socket, flag);
}

function readingLane(socket: Watched): Lane {
  socket._reading ??= new Lane(socket, READ);
  return socket._reading;
}

export function writingLane(socket: Watched): Lane {
  socket._writing ??= new Lane(socket, WRITE);
  return socket._writing;
}

function rareLane(socket: Watched, flag: number): Lane {
  socket._rare ??= [];
  const rare = socket._rare;
  let lane = rare.find(lane => lane.flag === flag);
  if (lane === undefined) {
    lane = new Lane(socket, flag);
    // Those that look at what is there come before those that take it.
    if (flag === OBSERVERS) rare.unshift(lane);
    else rare.push(lane);
  }
  return lane;
}

/** The lanes that a socket has by now. */
export function lanesOf({ _reading, _writing, _rare }: Watched): Lane[] {
  return [_reading, _writing, ...(_rare ?? [])].filter(lane => lane !== null);
}

/** Whether a call looks at what is there and takes nothing. A look among all constants takes its time. */
export function peeks(core: Core, { flags }: Operation<unknown>): boolean {
  return flags !== 0 && (flags & core.constants.MSG_PEEK) !== 0;
}

/** What is so of a waiting call. */
const NO_WAIT = 1;
const COUNTED = 2;
const SETTLED = 4;

/**
 * One call that waits. It settles once: whatever comes to it afterwards, from a try in whose middle
 * code of the caller's has ended it too, does nothing.
 */
export class Pending<T = any> {
  next: Pending | null = null;
  previous: Pending | null = null;
  #is: number;
  #timeout: RunningTimeout | undefined = undefined;
  #abort: { readonly signal: AbortSignal; readonly callback: (reason: unknown) => void } | undefined =
    undefined;

  /** `impatient`: it may not wait, and is here since this turn's budget is spent. */
  constructor(
    readonly lane: Lane,
    readonly operation: Operation<T>,
    impatient: boolean,
    readonly resolve: (value: T) => void,
    readonly reject: (error: unknown) => void,
  ) {
    this.#is = impatient ? NO_WAIT : 0;
  }

  /**
   * Begins to wait, in its place in the line: with what is its own, for its time, for its signal, and
   * holding the loop.
   * What fails here is the caller's to end it with.
   */
  begin(signal: AbortSignal | undefined): void {
    this.operation.keep?.();
    this.operation.hold?.();
    const { _timeout, _isRef: counted, _core: core } = this.lane.socket;
    const seconds = timeLimit(_timeout, this.operation, this.lane.flag === OBSERVERS);
    if (seconds !== null && !this.impatient)
      this.#timeout = new RunningTimeout(core.host, seconds, () => this.#late());
    this.count(counted);
    if (signal === undefined) return;
    if (signal.aborted) return this.#aborted(reasonOf(signal));
    const callback = (reason: unknown) => this.#aborted(reason);
    this.#abort = { signal, callback };
    onAbort(signal, callback);
  }

  get impatient(): boolean {
    return (this.#is & NO_WAIT) !== 0;
  }

  get settled(): boolean {
    return (this.#is & SETTLED) !== 0;
  }

  /** Whether it looks at what is there and takes nothing. */
  get peeks(): boolean {
    return peeks(this.lane.socket._core, this.operation);
  }

  /** Tries; true once the call is settled. */
  attempt(): boolean {
    if (this.settled) return true;
    let result: number;
    try {
      result = this.lane.socket._try(this.operation, this.lane, !this.impatient);
    } catch (error) {
      this.cancel(error);
      return true;
    }
    return this.take(result);
  }

  /** What the result of a try means; true once the call is settled. */
  take(result: number): boolean {
    if (this.settled) return true;
    const { operation, lane } = this;
    const { _core: core, _budget: budget } = lane.socket;
    if (result >= 0) {
      budget.spendBytes(result);
      this.#settle();
      this.#finish(result);
      return true;
    }
    if (result === ELSEWHERE) return false;
    if (operation.patient !== undefined) this.#timeout?.restart();
    if (result === YIELD) {
      budget.later(lane);
      return false;
    }
    if (result === -core.EAGAIN && !this.impatient) return false;
    const errno = result === NO_SIGNAL ? core.EAGAIN : -result;
    this.#fail(core.errors.system(errno, operation.syscall, operation.address), errno);
    return true;
  }

  /** Ends the wait by an error that is not the system's. */
  cancel(error: unknown): void {
    if (!this.settled) this.#fail(error, 0);
  }

  /** The signal was aborted. What the kernel has taken so far is told by an error of its own. */
  #aborted(reason: unknown): void {
    const { operation, lane } = this;
    const sent = operation.sent?.() ?? 0;
    this.cancel(sent > 0 ? lane.socket._core.errors.canceled(operation.syscall, reason) : reason);
  }

  /**
   * What came is not lost: a part is the result, and an error of the system's is the next call's.
   */
  #fail(error: unknown, errno: number): void {
    const { operation, lane } = this;
    this.#settle();
    const received = operation.part?.() ?? 0;
    if (received === 0) {
      this.reject(progressed(error, operation));
      return this.#forgetSignal();
    }
    if (errno !== 0) lane.socket._hold(errno);
    this.#finish(received);
  }

  #finish(result: number): void {
    try {
      this.resolve(this.operation.finish(result));
    } catch (error) {
      this.reject(error);
    }
    this.#forgetSignal();
  }

  /** Comes last: a signal's own removeEventListener may make other calls, which overwrite what came. */
  #forgetSignal(): void {
    if (this.#abort !== undefined) forgetAbort(this.#abort.signal, this.#abort.callback);
  }

  /** The time is up: one more try, since the loop may have been too busy to look. */
  #late(): void {
    const { lane, operation } = this;
    if (operation.patient?.()) return this.#timeout!.restart();
    if (lane.mayTry(this) && this.attempt()) return;
    this.cancel(lane.socket._core.errors.timeout(operation.syscall));
  }

  /** Whether it keeps the process alive. */
  count(counted: boolean): void {
    this.#timeout?.count(counted);
    if (counted === ((this.#is & COUNTED) !== 0)) return;
    this.lane.socket._readiness.count(counted ? 1 : -1);
    this.#is ^= COUNTED;
  }

  #settle(): void {
    if (this.#is & COUNTED) this.lane.socket._readiness.count(-1);
    this.#is = SETTLED;
    this.lane.remove(this);
    this.#timeout?.end();
    this.operation.release?.();
  }
}
