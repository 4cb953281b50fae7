// Who waits for which socket, and what the poller has said: edge-triggered readiness, as epoll(7) reports it.
//
// Each socket remembers whether it may be readable and writable. A call tries the system call while the flag stands;
// EAGAIN clears it, an edge sets it again and serves the waiters of that direction in order. Readiness may be false
// (a datagram with a bad checksum, another reader): then the try says EAGAIN and the wait goes on.
import type { Core } from "../core.js";
import type { Operation } from "../operation.js";
import type { PromiseEndpoint } from "./endpoint.js";

/** Ready descriptors that one turn of the loop can report; the rest comes with the next. */
const PAIRS = 1024;
const WAITING = 0, HELD = 1, DISPATCHING = 2;

/** Something that waits for one direction of a socket. */
export interface Waiter {
  next: Waiter | null;
  /** Tries; true once it is settled, false while the answer is EAGAIN. */
  attempt(): boolean;
  /** The same with the result of its try. */
  take(result: number): boolean;
  readonly operation: Operation<unknown>;
  cancel(error: unknown): void;
  /** Whether it keeps the process alive. */
  count(counted: boolean): void;
  readonly syscall: string;
}

export class Queue {
  head: Waiter | null = null;
  #tail: Waiter | null = null;

  push(waiter: Waiter): void {
    if (this.#tail === null) this.head = waiter;
    else this.#tail.next = waiter;
    this.#tail = waiter;
  }

  remove(waiter: Waiter): boolean {
    let before: Waiter | null = null;
    for (let at = this.head; at !== null; before = at, at = at.next) {
      if (at !== waiter) continue;
      if (before === null) this.head = at.next;
      else before.next = at.next;
      if (this.#tail === at) this.#tail = before;
      at.next = null;
      return true;
    }
    return false;
  }
}

/** The poller of one module. */
export class Readiness {
  readonly #core: Core;
  // By descriptor: all that are watched, and those with waiters. Only these are kept alive; whoever drops an idle socket loses it.
  readonly #watched: (WeakRef<PromiseEndpoint> | undefined)[] = [];
  readonly #waiting: (PromiseEndpoint | undefined)[] = [];
  readonly #triples = new Int32Array(3 * PAIRS);
  readonly #calls = new Int32Array(2 * PAIRS);
  readonly #buffers: (Uint8Array | undefined)[] = [];
  readonly #receivers: (PromiseEndpoint | undefined)[] = [];
  readonly #counters = new Int32Array(3);
  readonly #readable: number;
  readonly #writable: number;
  readonly #ended: number;
  #started = false;

  constructor(core: Core) {
    this.#core = core;
    const { POLLIN, POLLOUT, POLLERR, POLLHUP, POLLPRI, POLLRDHUP } = core.constants;
    this.#ended = POLLERR | POLLHUP | POLLPRI | POLLRDHUP;
    this.#readable = POLLIN | this.#ended;
    this.#writable = POLLOUT | POLLERR | POLLHUP;
  }

  /** Watches a socket for POLLIN or POLLIN | POLLOUT. */
  watch(socket: PromiseEndpoint, events: number): void {
    if (socket._watched === events) return;
    const { host, errors } = this.#core;
    if (!this.#started) this.#start();
    const result = host.watch(socket._fd, events, socket._generation);
    if (result < 0) throw errors.system(-result, "epoll_ctl", socket._fd);
    if (socket._watched === 0) this.#watched[socket._fd] = new WeakRef(socket);
    socket._watched = events;
  }

  /** The socket has waiters, or no more. */
  keep(socket: PromiseEndpoint, waits: boolean): void { if (socket._fd >= 0) this.#waiting[socket._fd] = waits ? socket : undefined; }

  /** The socket is about to be closed or detached, in which the host takes it out of the poller. */
  forget(socket: PromiseEndpoint): void {
    if (!socket._watched) return;
    socket._watched = 0;
    this.#watched[socket._fd] = undefined;
    this.#waiting[socket._fd] = undefined;
  }

  /** How many calls wait and keep the process alive. */
  get waiting(): number { return this.#counters[WAITING]!; }

  /** One waiter more or less keeps the process alive. */
  count(change: 1 | -1): void {
    if (!this.#started) this.#start();
    const counters = this.#counters;
    const waiting = counters[WAITING] = counters[WAITING]! + change;
    const held = waiting > 0 ? 1 : 0;
    // During a dispatch the host looks at the count itself, afterwards.
    if (counters[HELD] !== held && !counters[DISPATCHING]) this.#core.host.hold(held);
  }

  #start(): void {
    const { host, errors } = this.#core;
    const result = host.startWatching(count => this.#dispatch(count), this.#triples, this.#counters);
    if (result < 0) throw errors.system(-result, "epoll_create");
    this.#started = true;
  }

  #dispatch(count: number): void {
    const triples = this.#triples;
    let receiving = 0, others = false;
    for (let i = 0; i < 3 * count; i += 3) {
      const fd = triples[i]!, events = triples[i + 1]!, socket = this.#socket(fd, triples[i + 2]!);
      if (socket === undefined) continue;
      if (events & this.#ended) socket._ended = true;
      if (events & this.#readable) {
        socket._readable = true;
        const reader = socket._readers.head;
        if (reader !== null) {
          const { into, full } = reader.operation;
          if (into === undefined) others = true;
          else {
            this.#calls[2 * receiving] = fd;
            this.#calls[2 * receiving + 1] = full!;
            this.#buffers[receiving] = into;
            this.#receivers[receiving++] = socket;
          }
        }
      }
      if (events & this.#writable) { socket._writable = true; others ||= socket._writers.head !== null; }
    }
    if (receiving > 0) this.#receive(receiving);
    if (others) this.#serve(count);
  }

  /** The readers that only want recv(2): one call for all of them. Nothing of the user's runs before the last is served. */
  #receive(count: number): void {
    const { host } = this.#core, calls = this.#calls;
    if (count === 1) calls[1] = host.recv(calls[0]!, this.#buffers[0]!, calls[1]!, 0); // an array takes longer to read
    else host.recvEach(calls, this.#buffers, count);
    for (let i = 0; i < count; i++) {
      this.#receivers[i]!._serveReceived(calls[2 * i + 1]!);
      this.#receivers[i] = this.#buffers[i] = undefined;
    }
  }

  /** All others. What one of them does may close the socket of the next. */
  #serve(count: number): void {
    const triples = this.#triples;
    for (let i = 0; i < 3 * count; i += 3) {
      const events = triples[i + 1]!, socket = this.#socket(triples[i]!, triples[i + 2]!);
      if (events & this.#readable && socket?._readers.head) socket._serveReaders();
      if (events & this.#writable && socket?._writers.head) socket._serveWriters();
    }
  }

  /** The number may have gone to another socket since it was told of: in the middle of a dispatch, say. */
  #socket(fd: number, generation: number): PromiseEndpoint | undefined {
    const socket = this.#waiting[fd] ?? this.#watched[fd]?.deref();
    return socket?._generation === generation ? socket : undefined;
  }
}
