// A descriptor that is never blocked on: its lanes, and how a call is tried, waits and ends
// (CONTRIBUTING.md, "The rules of waiting").
import { Endpoint, type Adopted } from "../socket/endpoint.js";
import { OSError } from "../base/error.js";
import { forgetFailure } from "../socket/connect.js";
import { endsMessage } from "../socket/message.js";
import { endOfReceiving, RECEIVING_OVER } from "../socket/shutdown.js";
import { NOW, readiness } from "../socket/timeout.js";
import { reasonOf } from "./abort.js";
import { ELSEWHERE, progressed, tryOnce, YIELD, type Operation, type Told } from "../socket/operation.js";
import {
  ERROR,
  HUNG_UP,
  type Lane,
  laneOf,
  lanesOf,
  NO_SIGNAL,
  OBSERVERS,
  peeks,
  Pending,
  READ,
  URGENT,
  WRITE,
} from "./lane.js";
import type { Resolver } from "./resolver.js";
import type { CallOptions } from "./call-options.js";
import type { Readiness } from "./readiness.js";
import { timeLimit } from "./timeout.js";
import type { TurnBudget } from "./turn-budget.js";

/** What the calls of one description must know of each other, whichever of its duplicates makes them. */
export class Kept {
  /** An error that a call took beside its part of the data, the next call's that would get it; 0: none. */
  errno = 0;
  /** The lane whose call makes a connection: what it ends with is that call's to tell. */
  connecting: Lane | null = null;
  /** The lanes that wait for its end. */
  behind: Set<Lane> | undefined = undefined;
  /** Whether duplicates have it too. */
  shared = false;
}

/** What a socket of promises has beside its calls. */
export abstract class PromiseEndpoint<A = any, B extends Uint8Array = Uint8Array> extends Endpoint<A, B> {
  /** @internal */ declare readonly _readiness: Readiness;
  /** @internal */ declare readonly _budget: TurnBudget;
  /** @internal */ declare readonly _resolver: Resolver;
  /** @internal lanes, made when they are first used */ _reading: Lane | null = null;
  /** @internal */ _writing: Lane | null = null;
  /** @internal the error queue, urgent data, readiness as such */ _rare: Lane[] | null = null;
  /** @internal how many calls wait */ _waiters = 0;
  /** @internal the events the poller watches it for */ _watched = 0;
  /** @internal what this socket and its duplicates share, where there is anything */
  _kept: Kept | null = null;
  /** @internal */ _isRef = true;
  /** @internal duplicates whose waits are this socket's: they hold the process if it does */
  declare _standIns: Set<PromiseEndpoint> | null;
  /**
   * @internal SO_RCVLOWAT may be above 1: it was set here, or the descriptor is from outside and
   * was not asked yet
   */
  declare _marked: boolean;
  /** @internal a receiving call has been told that receiving is over: nothing is left to come */
  declare _over: boolean;
  /** @internal a TCP stream: a short transfer means that there is no more for now */
  readonly _isTcp: boolean;

  /**
   * @internal `trusted`: the descriptor is one that this module has just opened, of this kind and
   * non-blocking
   */
  constructor(
    family?: number | Adopted,
    type?: number,
    proto?: number,
    fileno?: number | null,
    trusted = false,
  ) {
    super(family, type, proto, fileno, trusted);
    this._readiness.open(this._fd, this._generation);
    if (!trusted && (typeof family === "object" || (fileno !== undefined && fileno !== null))) {
      this._marked = true;
      try {
        this._setNonblocking(true);
      } catch (error) {
        this._core.host.release(this._fd, this._generation);
        throw error;
      }
    }
    const { AF_INET, AF_INET6, IPPROTO_TCP, SOCK_STREAM } = this._core.constants;
    const internet = this.family === AF_INET || this.family === AF_INET6;
    this._isTcp = this.type === SOCK_STREAM && internet && (this.proto === 0 || this.proto === IPPROTO_TCP);
  }

  /** @internal */ override get _nonblocking(): boolean {
    return true;
  }

  /** @internal The errno that is kept for the next call that would get it, 0 if there is none. */
  override get _held(): number {
    return this._kept === null || this._fd < 0 ? 0 : this._kept.errno;
  }

  /** @internal */
  override _takeError(): number {
    const errno = this._held;
    if (errno !== 0) this._kept!.errno = 0;
    return errno;
  }

  #ownKept(): Kept {
    this._kept ??= new Kept();
    return this._kept;
  }

  /** @internal What this socket and a duplicate share from now on. */
  _shareKept(): Kept {
    const kept = this.#ownKept();
    kept.shared = true;
    return kept;
  }

  /** @internal connect(2) is under way, or a send that opens a connection (MSG_FASTOPEN). */
  get _connecting(): boolean {
    return this._kept !== null && this._kept.connecting !== null;
  }

  /** @internal A call of this lane makes a connection from now on. */
  _connects(lane: Lane): void {
    this.#ownKept().connecting ??= lane;
  }

  /** @internal What a call of this lane made, if it did, is made or has failed: others may ask again. */
  _connected(lane: Lane): void {
    const kept = this._kept;
    if (kept === null || kept.connecting !== lane) return;
    kept.connecting = null;
    for (const each of kept.behind ?? []) if (each.head !== null) each.socket._budget.later(each);
    kept.behind = undefined;
    if (!kept.shared && kept.errno === 0) this._kept = null;
  }

  /**
   * @internal Whether a lane's calls must not ask, since they would take the error of a connection
   * that another lane's call makes; they are served when that is over.
   */
  _standsBack(lane: Lane): boolean {
    const kept = this._kept;
    if (kept === null || kept.connecting === null || kept.connecting === lane) return false;
    if (lane.flag !== READ && lane.flag !== WRITE) return false;
    kept.behind ??= new Set();
    kept.behind.add(lane);
    return true;
  }

  /** Lets the process end although calls of this socket wait. */
  unref(): this {
    return this._count(false);
  }
  /** Undoes unref(). */
  ref(): this {
    return this._count(true);
  }

  /** @internal */
  _count(counted: boolean): this {
    this._isRef = counted;
    for (const lane of lanesOf(this)) lane.count(counted);
    for (const each of this._standIns ?? []) each._count(counted);
    return this;
  }

  /** @internal A duplicate of another descriptor waits for this socket's call, until that is undone. */
  _standIn(duplicate: PromiseEndpoint): () => void {
    this._standIns ??= new Set();
    const all = this._standIns;
    all.add(duplicate);
    duplicate._count(this._isRef);
    return () => {
      all.delete(duplicate);
    };
  }

  /** @internal */
  _isReady(flag: number): boolean {
    return (this._readiness.flags(this._fd) & flag) !== 0;
  }

  /** @internal */
  _setReady(flag: number): void {
    if (this._fd >= 0) this._readiness.raise(this._fd, flag);
  }

  /** @internal Adds the lanes, but those of data, that something may have come for. */
  _rareLanes(lanes: Lane[]): void {
    for (const lane of this._rare!)
      if (lane.head !== null && (lane.flag === OBSERVERS || this._isReady(lane.flag))) lanes.push(lane);
  }

  /**
   * @internal Runs an operation: it is tried at once, unless others of its lane wait, the lane is
   * known to be empty or full, or this turn's budget is spent. `first`: the result of a try that
   * was made already, by leave of _mayRead() or _mayWrite().
   */
  _perform<T>(operation: Operation<T>, options?: CallOptions, first?: number): Promise<T> {
    return this.#run(operation, options, first)!;
  }

  /**
   * @internal The same for an operation that is told its outcome itself: while it waits there is no
   * promise.
   */
  _start<T>(operation: Told<T>): void {
    const promise = this.#run(operation, undefined, undefined, true);
    promise?.then(
      value => {
        operation.told(value);
      },
      error => {
        operation.failed(error);
      },
    );
  }

  #run<T>(
    operation: Operation<T>,
    options?: CallOptions,
    first?: number,
    told = false,
  ): Promise<T> | undefined {
    const core = this._core;
    const budget = this._budget;
    const signal = options?.signal;
    if (signal?.aborted) return budget.rejected(reasonOf(signal));
    if (this._fd < 0)
      return budget.rejected(progressed(core.errors.named("EBADF", operation.syscall), operation));
    const lane = laneOf(this, operation);
    const waits =
      timeLimit(this._timeout, operation, lane.flag === OBSERVERS) !== 0 &&
      !(operation.flags & core.MSG_DONTWAIT);
    const foreign = lane.flag === WRITE && operation.foreign === true;
    // One that may not wait must not take the error of a connect that is under way.
    const mayPass = lane.mayBePassed() && (waits || !this._standsBack(lane));
    if (!mayPass && !waits) return this.#refused(operation, -core.EAGAIN);
    // A foreign one is tried when it is in the line.
    if (mayPass && !foreign) {
      const outcome = this.#tryAtOnce(operation, lane, waits, first);
      if (outcome !== undefined) return outcome;
    }
    return this.#wait(operation, lane, waits, foreign, signal, told);
  }

  /**
   * The first try, or what `first` says of it, if the lane may have something and this turn's
   * budget is not spent; undefined: the call waits.
   */
  #tryAtOnce<T>(
    operation: Operation<T>,
    lane: Lane,
    waits: boolean,
    first: number | undefined,
  ): Promise<T> | undefined {
    const core = this._core;
    const budget = this._budget;
    if (first === undefined) {
      if (waits && !this.#mayTry(lane)) return undefined;
      if (!budget.spend()) {
        budget.later(lane);
        return undefined;
      }
    }
    let result: number;
    try {
      result =
        first === undefined || first === -core.EINTR
          ? this._try(operation, lane, waits)
          : this._noteReadiness(operation, lane, waits, first);
      if (result >= 0) {
        budget.spendBytes(result);
        return Promise.resolve(operation.finish(result));
      }
    } catch (error) {
      return Promise.reject(error);
    }
    if (result === ELSEWHERE || (result === -core.EAGAIN && waits)) return undefined;
    if (result !== YIELD) return this.#refused(operation, result);
    budget.later(lane);
    return undefined;
  }

  /** Puts a call into the line; no promise for one that is told. */
  #wait<T>(
    operation: Operation<T>,
    lane: Lane,
    waits: boolean,
    foreign: boolean,
    signal: AbortSignal | undefined,
    told: boolean,
  ): Promise<T> | undefined {
    const promise = told ? undefined : new Promise<T>(capture);
    const waiter = new Pending(
      lane,
      operation,
      !waits,
      told ? tell : captured.resolve!,
      told ? tellError : captured.reject!,
    );
    lane.push(waiter);
    try {
      waiter.begin(signal);
      if (foreign) lane.serve();
      if (!waiter.settled) this.#await(lane);
    } catch (error) {
      this._setReady(lane.flag); // nothing will tell: the next call asks
      waiter.cancel(error);
    }
    return promise;
  }

  /**
   * @internal Whether a receiving call may try recv(2) without being an operation first; it then
   * has spent its part of the turn.
   */
  _mayRead(): boolean {
    return (
      this._isReady(READ) &&
      (this._kept === null || (this._kept.connecting === null && this._kept.errno === 0)) &&
      (this._reading === null || this._reading.head === null) &&
      this._budget.spend()
    );
  }

  /**
   * @internal Whether a sending call may try send(2) without being an operation first; it then has
   * spent its part of the turn.
   */
  _mayWrite(): boolean {
    return (
      this._isReady(WRITE) &&
      (this._kept === null || (this._kept.connecting === null && this._kept.errno === 0)) &&
      (this._writing === null || this._writing.head === null) &&
      this._budget.spend()
    );
  }

  /** @internal Lets those look that wait for readiness as such. */
  _lookAgain(): void {
    this._rare?.find(lane => lane.flag === OBSERVERS)?.serve();
  }

  #mayTry(lane: Lane): boolean {
    return lane.flag === OBSERVERS || (this._isReady(lane.flag) && !this._standsBack(lane));
  }

  /** A call that is over at once; what it has a part of is its result. */
  #refused<T>(operation: Operation<T>, result: number): Promise<T> {
    const { errors, EAGAIN } = this._core;
    const received = operation.part?.() ?? 0;
    const errno = result === NO_SIGNAL ? EAGAIN : -result;
    if (received > 0) {
      this._hold(errno);
      try {
        return Promise.resolve(operation.finish(received));
      } catch (error) {
        return Promise.reject(error);
      }
    }
    return this._budget.rejected(
      progressed(errors.system(errno, operation.syscall, operation.address), operation),
    );
  }

  /**
   * @internal Keeps an error that was met beside a part for whoever would get it of the kernel: the
   * next receiving or sending call, or SO_ERROR. A buffer that is gone (EFAULT) was this call's own.
   */
  _hold(errno: number): void {
    if (errno !== this._core.EAGAIN && errno !== this._core.EFAULT) this.#ownKept().errno = errno;
  }

  /** @internal One try, EINTR repeated. What it says of its lane is noted. */
  _try(operation: Operation<unknown>, lane: Lane, waits: boolean): number {
    if (this._held !== 0 && (lane.flag === READ || operation.sent !== undefined)) return -this._takeError();
    return this._noteReadiness(operation, lane, waits, tryOnce(this._core, operation));
  }

  /**
   * @internal Notes what a result says of its lane, and gives it on: after the kernel's EAGAIN of a
   * call that waits there is nothing until an edge comes. So it is after less than a TCP stream was
   * asked for, and after a batch that was not filled, as long as the socket is watched and no
   * hang-up or urgent data may be the cause. A peek says nothing of what others may find.
   */
  _noteReadiness(operation: Operation<unknown>, lane: Lane, waits: boolean, result: number): number {
    if (lane.flag === OBSERVERS || this._fd < 0) return result;
    if (result < 0) {
      if (!waits) return result;
      return result === -this._core.EAGAIN
        ? this.#noteAgain(operation, lane)
        : this.#noteError(operation, lane, result);
    }
    if (lane.flag === URGENT && result > 0) this.#markPassed();
    const { full, flags } = operation;
    if (full === undefined || result >= full || flags !== 0) return result;
    if ((!this._isTcp && operation.batch !== true) || this._watched === 0 || this._isReady(HUNG_UP))
      return result;
    if (lane.flag === READ && this._marked) return result;
    this._readiness.lower(this._fd, lane.flag);
    return result;
  }

  /** EAGAIN of a call that waits: the same, or what the call ends with where waiting is no use. */
  #noteAgain(operation: Operation<unknown>, lane: Lane): number {
    const core = this._core;
    if (lane.flag === WRITE && !this._isTcp) return this.#noteFull(operation, lane);
    if (lane.flag === READ && this._isReady(HUNG_UP)) {
      const last = endOfReceiving(this, operation);
      if (last === RECEIVING_OVER) {
        this._over = true;
        return 0;
      }
      if (last !== -core.EAGAIN) return last;
    }
    if (lane.flag === READ && this._marked && this.#noteMarked(operation, lane)) return -core.EAGAIN;
    if (!peeks(core, operation))
      this._readiness.lower(this._fd, lane.flag === READ ? READ | HUNG_UP : lane.flag);
    return -core.EAGAIN;
  }

  /** Another error of a call that waits: the same, or EAGAIN where it only means that. */
  #noteError(operation: Operation<unknown>, lane: Lane, result: number): number {
    const core = this._core;
    if (lane.flag === WRITE && result === -core.errors.number("EINPROGRESS")) {
      this._connects(lane);
      this._readiness.lower(this._fd, WRITE);
      return -core.EAGAIN;
    }
    if (lane.flag === URGENT && result === -core.EINVAL && this.#urgentMayCome()) {
      if (!peeks(core, operation)) this._readiness.lower(this._fd, URGENT);
      return -core.EAGAIN;
    }
    // The connection that a send was to open (MSG_FASTOPEN, TCP_FASTOPEN_CONNECT).
    if (this._kept !== null && this._kept.connecting === lane && !operation.sent?.())
      forgetFailure(this, -result);
    return result;
  }

  /**
   * EAGAIN of a sender. Where poll(2) says at once that a datagram socket has room, it is not about
   * this socket's room: the receiver is full (AF_UNIX, AF_NETLINK, AF_QIPCRTR, ISO-TP), which nothing
   * tells, so that it is tried again in a while. The one answer of this kind is UDP's, and ICMP's: no
   * local port is free.
   */
  #noteFull(operation: Operation<unknown>, lane: Lane): number {
    const { POLLOUT, EAGAIN, constants: c } = this._core;
    if (this.type !== c.SOCK_STREAM && this._pollNow(POLLOUT) !== 0) {
      const again = tryOnce(this._core, operation);
      if (again !== -EAGAIN) return again;
      if (this._pollNow(POLLOUT) !== 0) {
        const internet = this.family === c.AF_INET || this.family === c.AF_INET6;
        if (internet && this.type === c.SOCK_DGRAM) return NO_SIGNAL;
        lane.backOff();
      }
    }
    this._readiness.lower(this._fd, WRITE);
    this.#lookAt(lane);
    return -EAGAIN;
  }

  /**
   * Whether the flag stays up, since no edge need come: below SO_RCVLOWAT poll(2) says that a
   * stream has nothing. A call that wants less is tried again in a while.
   */
  #noteMarked(operation: Operation<unknown>, lane: Lane): boolean {
    const mark = this.#mark();
    if (mark <= 1 || this.family === this._core.constants.AF_UNIX) return false;
    if (operation.room !== undefined && operation.room < mark) lane.backOff();
    return true;
  }

  /** SO_RCVLOWAT of a stream; where there is none, it is not asked for again. */
  #mark(): number {
    const { SOCK_STREAM, SOL_SOCKET, SO_RCVLOWAT } = this._core.constants;
    const mark = this.type === SOCK_STREAM ? this.getsockopt(SOL_SOCKET, SO_RCVLOWAT) : 1;
    if (mark <= 1) this._marked = false;
    return mark;
  }

  /**
   * @internal Whether a call that waits over AF_UNIX waits on, since less is there than SO_RCVLOWAT
   * asks for, or than it has room for. There poll(2) tells of the first byte, and each that comes
   * makes an edge. Not so what nothing is joined to: descriptors, the end, urgent data. A peek does
   * not wait for the mark, and one that gathers takes what comes.
   */
  _isBelowMark(operation: Operation<unknown>): boolean {
    const { host, constants: c } = this._core;
    const { room, part } = operation;
    if (this.family !== c.AF_UNIX || room === undefined || part !== undefined || peeks(this._core, operation))
      return false;
    const mark = this.#mark();
    if (mark <= 1 || this._pollNow(c.POLLPRI | c.POLLRDHUP) !== 0) return false;
    const there = new Int32Array(1);
    if (host.ioctl(this._fd, c.FIONREAD, new Uint8Array(there.buffer), 0) < 0) return false;
    const length = there[0]!;
    return length < Math.min(room, mark) && (length === 0 || !endsMessage(this, length));
  }

  /** @internal Whether that call can be done: so much is there, or poll(2) has something to say. */
  _fills(room = 0): boolean {
    const { host, POLLIN, constants: c } = this._core;
    if (this._pollNow(POLLIN | c.POLLPRI | c.POLLRDHUP) !== 0) return true;
    const there = new Int32Array(1);
    return host.ioctl(this._fd, c.FIONREAD, new Uint8Array(there.buffer), 0) < 0 || there[0]! >= room;
  }

  /**
   * @internal An option may let something be read for which no edge comes (SO_RCVLOWAT,
   * SO_OOBINLINE): all are tried.
   */
  override _changed(level: number, name: number): void {
    const { SOL_SOCKET, SO_RCVLOWAT } = this._core.constants;
    if (level === SOL_SOCKET && name === SO_RCVLOWAT) this._marked = true;
    this._setReady(READ | ERROR | URGENT);
    for (const lane of lanesOf(this)) if (lane !== this._writing) lane.serve();
  }

  /**
   * `shutdown(2)`: SHUT_RD, SHUT_WR or SHUT_RDWR. Calls that wait for what is over end.
   * @throws ENOTCONN, EINVAL, EBADF.
   */
  override shutdown(how: number): void {
    super.shutdown(how);
    const lane = this._writing;
    if (lane === null || lane.head === null) return;
    this._setReady(WRITE);
    this._budget.later(lane);
  }

  /**
   * To a stream EINVAL says that there is no urgent data: none yet, as long as the peer may send
   * and it is not inline.
   */
  #urgentMayCome(): boolean {
    const { SOCK_STREAM, SOL_SOCKET, SO_OOBINLINE, POLLRDHUP } = this._core.constants;
    return (
      this.type === SOCK_STREAM &&
      this._pollNow(POLLRDHUP) === 0 &&
      this.getsockopt(SOL_SOCKET, SO_OOBINLINE) === 0
    );
  }

  /**
   * The urgent byte was taken, perhaps before the poller could tell of it: a call that gathers stops
   * at its mark.
   */
  #markPassed(): void {
    const lane = this._reading;
    if (lane === null || lane.head === null) return;
    this._setReady(READ);
    this._budget.later(lane);
  }

  /** @internal poll(2) of this socket alone, without waiting: the events. */
  _pollNow(events: number): number {
    return readiness(this._core, this._fd, events, NOW);
  }

  /** @internal A reader's recv(2) was made by the poller. */
  _received(waiter: Pending, result: number): void {
    const lane = this._reading!;
    if (lane.head === waiter && result !== -this._core.EINTR) {
      const judged = this._noteReadiness(waiter.operation, lane, !waiter.impatient, result);
      if (!waiter.take(judged)) return;
    }
    lane.serve();
  }

  /** AF_UNIX tells nothing of a direction that was shut down to who waits for room. */
  #lookAt(lane: Lane): void {
    if (lane.flag === WRITE && !this._isTcp && this.family === this._core.constants.AF_UNIX)
      this._readiness.look(lane);
  }

  #await(lane: Lane): void {
    const { POLLIN, POLLOUT } = this._core;
    this.#lookAt(lane);
    const both = lane.flag === WRITE || lane.flag === OBSERVERS;
    try {
      this._readiness.watch(this, both ? POLLIN | POLLOUT : this._watched || POLLIN);
    } catch (error) {
      // What can't be watched (EPERM: a regular file) is ready at once to poll(2), or never: who
      // looks waits for its time or its signal.
      if (lane.flag !== OBSERVERS || !(error instanceof OSError) || error.code !== "EPERM") throw error;
    }
  }

  /**
   * @internal Nobody writes any more. Datagram and AF_UNIX sockets report POLLOUT whenever the peer
   * takes something, not only after EAGAIN: only waiters want that.
   */
  _written(): void {
    if (
      this._isTcp ||
      this._watched === 0 ||
      this._fd < 0 ||
      this._rare?.some(lane => lane.flag === OBSERVERS && lane.head)
    )
      return;
    this._readiness.watchLess(this, this._core.POLLIN);
  }

  override _realClose(): void {
    const fd = this._fd;
    try {
      super._realClose();
    } finally {
      if (fd >= 0) this._rejectWaiting(fd, "closed");
    }
  }

  /**
   * Puts the socket into the closed state without closing its descriptor, which it returns. Waiting
   * calls are rejected with EBADF; those that have a part of what they wait for resolve with it. An
   * error that ended such a part (ECONNRESET behind what MSG_WAITALL gathered) is not the kernel's any
   * more: ask SO_ERROR before, since it does not go with the descriptor.
   */
  override detach(): number {
    const fd = super.detach();
    if (fd >= 0) this._rejectWaiting(fd, "detached");
    return fd;
  }

  /** @internal The descriptor is given up: all that waits for it ends. */
  _rejectWaiting(fd: number, why: string): void {
    const { errors } = this._core;
    const address = `(the socket was ${why} while the call waited)`;
    this._watched = 0;
    this._resolver.cancel(this, () => errors.named("EBADF", "getaddrinfo", address));
    for (const lane of lanesOf(this)) {
      for (let waiter = lane.head; waiter !== null; waiter = lane.head) {
        waiter.cancel(errors.named("EBADF", waiter.operation.syscall, address));
      }
    }
    this._readiness.forget(this, fd);
  }
}

// What hardly any socket changes is no part of each.
PromiseEndpoint.prototype._standIns = null;
PromiseEndpoint.prototype._marked = false;
PromiseEndpoint.prototype._over = false;

const settled = Promise.resolve();

/**
 * How a call that waits settles whose operation is told: as a promise's listeners are, when nothing
 * of ours runs any more.
 */
function tell(this: Pending, value: unknown): void {
  const operation = this.operation as Told<unknown>;
  void settled.then(() => {
    operation.told(value);
  });
}
function tellError(this: Pending, error: unknown): void {
  const operation = this.operation as Told<unknown>;
  void settled.then(() => {
    operation.failed(error);
  });
}

/**
 * A promise's own functions, without a closure for each: an executor runs before the promise is
 * there.
 */
const captured: { resolve?: (value: any) => void; reject?: (error: unknown) => void } = {};
function capture(resolve: (value: any) => void, reject: (error: unknown) => void): void {
  captured.resolve = resolve;
  captured.reject = reject;
}
