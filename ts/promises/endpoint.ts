// A descriptor that is never blocked on: the readiness of its two directions and the waiters of each.
import { Endpoint } from "../endpoint.js";
import type { Operation } from "../operation.js";
import { forgetAbort, onAbort } from "./abort.js";
import type { Resolver } from "./lookup.js";
import type { CallOptions } from "./options.js";
import { Queue, type Readiness, type Waiter } from "./readiness.js";

export abstract class PromiseEndpoint<A = any> extends Endpoint<A> {
  /** @internal */ declare readonly _readiness: Readiness;
  /** @internal */ declare readonly _resolver: Resolver;
  /** @internal may be readable: a call tries before it waits */ _readable = true;
  /** @internal */ _writable = true;
  /** @internal a hang-up or urgent data was seen: no further edge need come, so a short read says nothing */ _ended = false;
  /** @internal the events the poller watches it for */ _watched = 0;
  /** @internal */ readonly _readers = new Queue();
  /** @internal */ readonly _writers = new Queue();
  /** @internal */ _counted = true;
  /** @internal a TCP stream: a short transfer means that there is no more for now */ readonly _drains: boolean;

  /** @internal `adopted`: the descriptor is non-blocking already */
  constructor(family?: number, type?: number, proto?: number, fileno?: number | null, adopted = false) {
    super(family, type, proto, fileno);
    if (fileno !== undefined && fileno !== null && !adopted) {
      try { this._setNonblocking(true); } catch (error) {
        this._core.host.release(fileno, this._generation);
        throw error;
      }
    }
    const { AF_INET, AF_INET6, IPPROTO_TCP, SOCK_STREAM } = this._core.constants;
    this._drains = this.type === SOCK_STREAM && (this.family === AF_INET || this.family === AF_INET6) && (this.proto === 0 || this.proto === IPPROTO_TCP);
  }

  /** @internal */ override get _nonblocking(): boolean { return true; }

  /** Lets the process end although calls of this socket wait. */
  unref(): this { return this._count(false); }
  /** Undoes unref(). */
  ref(): this { return this._count(true); }

  /** @internal */
  _count(counted: boolean): this {
    this._counted = counted;
    for (const queue of [this._readers, this._writers]) for (let waiter = queue.head; waiter !== null; waiter = waiter.next) waiter.count(counted);
    return this;
  }

  /** @internal */
  _serveReaders(): void {
    for (let waiter = this._readers.head; waiter !== null && this._readable; waiter = this._readers.head) {
      if (!waiter.attempt()) return;
      this._readers.remove(waiter);
    }
    this._release();
  }

  /** @internal The first reader's recv(2) gave `result`. */
  _serveReceived(result: number): void {
    const waiter = this._readers.head!;
    if (result !== -this._core.EINTR) {
      this._judge(waiter.operation, result);
      if (!waiter.take(result)) return;
      this._readers.remove(waiter);
    }
    this._serveReaders();
  }

  /** @internal */
  _serveWriters(): void {
    for (let waiter = this._writers.head; waiter !== null && this._writable; waiter = this._writers.head) {
      if (!waiter.attempt()) return;
      this._writers.remove(waiter);
    }
    this._release();
    // Datagram and AF_UNIX sockets report POLLOUT whenever the peer takes something, not only after EAGAIN: only waiters want that.
    if (!this._drains && this._writers.head === null && this._watched !== 0) this._readiness.watch(this, this._core.POLLIN);
  }

  /** @internal Nobody waits any more: an idle socket may be collected. */
  _release(): void { if (this._readers.head === null && this._writers.head === null) this._readiness.keep(this, false); }

  /** @internal Runs an operation: it is tried at once, unless others wait before it or its direction is known not to be ready. */
  _perform<T>(operation: Operation<T>, options?: CallOptions): Promise<T> {
    const core = this._core, { syscall, writes } = operation, signal = options?.signal;
    if (signal?.aborted) return Promise.reject(signal.reason);
    const queue = writes ? this._writers : this._readers;
    const impatient = (operation.flags & core.IMPATIENT) !== 0;
    if (queue.head === null && (impatient || (writes ? this._writable : this._readable))) {
      const result = this._try(operation);
      try {
        if (result >= 0) return Promise.resolve(operation.finish(result));
        if (result !== -core.EAGAIN || impatient) throw core.errors.system(-result, syscall, operation.address);
      } catch (error) { return Promise.reject(error); }
    } else if (this._fd < 0) return Promise.reject(core.errors.named("EBADF", syscall));
    if (this._timeout === 0 || impatient) return Promise.reject(core.errors.named("EAGAIN", syscall, operation.address));
    operation.keep?.();
    const promise = new Promise<T>(capture), waiter = new Pending(this, operation, captured.resolve!, captured.reject!, signal);
    queue.push(waiter);
    this._readiness.keep(this, true);
    try { this._await(writes); } catch (error) { waiter.cancel(error); }
    return promise;
  }

  /** @internal One try, EINTR repeated. Clears the direction's flag when there is no more to be had. */
  _try(operation: Operation<unknown>): number {
    const core = this._core;
    let result: number;
    do result = operation.attempt(); while (result === -core.EINTR);
    this._judge(operation, result);
    return result;
  }

  /** @internal What a result says of its direction: nothing more to be had, until an edge. So does EAGAIN; a batch that was not
   *  filled; and less than a TCP stream was asked for, as long as no hang-up or urgent data may be the cause. */
  _judge(operation: Operation<unknown>, result: number): void {
    const { full, flags, writes } = operation;
    if (result === -this._core.EAGAIN) {
      if (!writes) this._ended = false;
    } else if (full === undefined || result < 0 || result >= full || flags !== 0 || !this._drains && !operation.batch || this._watched === 0 || this._ended) return;
    if (writes) this._writable = false; else this._readable = false;
  }

  /** @internal */
  _await(writes: boolean): void {
    const { POLLIN, POLLOUT } = this._core;
    this._readiness.watch(this, writes ? POLLIN | POLLOUT : this._watched || POLLIN);
  }

  override _realClose(): void {
    if (this._fd >= 0) this._readiness.forget(this);
    try { super._realClose(); } finally { this._rejectWaiters("closed"); }
  }

  /** Waiting calls are rejected with EBADF. */
  override detach(): number {
    if (this._fd >= 0) this._readiness.forget(this);
    const fd = super.detach();
    this._rejectWaiters("detached");
    return fd;
  }

  /** @internal */
  _rejectWaiters(why: string): void {
    this._resolver.cancel(this, () => this._core.errors.named("EBADF", "getaddrinfo", `(the socket was ${why} while the call waited)`));
    for (const queue of [this._readers, this._writers]) {
      for (let waiter = queue.head; waiter !== null; waiter = queue.head) {
        waiter.cancel(this._core.errors.named("EBADF", waiter.syscall, `(the socket was ${why} while the call waited)`));
      }
    }
  }
}

/** A promise's own functions, without a closure for each. */
const captured: { resolve?: (value: any) => void; reject?: (error: unknown) => void } = {};
function capture(resolve: (value: any) => void, reject: (error: unknown) => void): void { captured.resolve = resolve; captured.reject = reject; }

/** What setTimeout() can do, in milliseconds: 24 days. Beyond it fires at once. */
const LONGEST_TIMER = 0x7fffffff;

/** One call that waits. */
class Pending<T> implements Waiter {
  next: Waiter | null = null;
  counted = false;
  onAbort: (() => void) | undefined = undefined;
  timer: ReturnType<typeof setTimeout> | undefined = undefined;

  constructor(
    readonly socket: PromiseEndpoint, readonly operation: Operation<T>, readonly resolve: (value: T) => void, readonly reject: (error: unknown) => void,
    readonly signal: AbortSignal | undefined,
  ) {
    if (socket._timeout !== null) {
      const late = () => {
        if (operation.patient?.()) this.timer!.refresh();
        else this.cancel(socket._core.errors.timeout(operation.syscall));
      };
      this.timer = setTimeout(late, Math.min(Math.ceil(socket._timeout * 1000), LONGEST_TIMER));
    }
    this.count(socket._counted);
    if (signal !== undefined) {
      this.onAbort = () => this.cancel(signal.reason);
      onAbort(signal, this.onAbort);
    }
  }

  get syscall(): string { return this.operation.syscall; }

  attempt(): boolean { return this.take(this.socket._try(this.operation)); }

  take(result: number): boolean {
    const core = this.socket._core, operation = this.operation;
    if (result === -core.EAGAIN) {
      if (operation.patient !== undefined) this.timer?.refresh();
      return false;
    }
    this.settled();
    try {
      if (result < 0) throw core.errors.system(-result, operation.syscall, operation.address);
      this.resolve(operation.finish(result));
    } catch (error) { this.reject(error); }
    return true;
  }

  cancel(error: unknown): void {
    const queue = this.operation.writes ? this.socket._writers : this.socket._readers;
    if (!queue.remove(this)) return;
    this.socket._release();
    this.settled();
    this.reject(error);
  }

  count(counted: boolean): void {
    if (this.timer !== undefined) { if (counted) this.timer.ref(); else this.timer.unref(); }
    if (counted === this.counted) return;
    this.counted = counted;
    this.socket._readiness.count(counted ? 1 : -1);
  }

  settled(): void {
    if (this.counted) { this.counted = false; this.socket._readiness.count(-1); }
    if (this.timer !== undefined) clearTimeout(this.timer);
    if (this.onAbort !== undefined) forgetAbort(this.signal!, this.onAbort);
  }
}
