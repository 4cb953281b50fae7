// What the poller has said of each descriptor: edge-triggered readiness, as epoll(7) reports it.
//
// All is kept by descriptor number with the generation that the host gives to each owner, so that
// an event of one that is gone says nothing about the next, and an idle socket is held by nothing
// here: whoever drops it loses it.
import type { Core } from "../context.js";
import {
  HUNG_UP,
  ERROR,
  type Keeper,
  type Lane,
  type Pending,
  READ,
  UNKNOWN,
  URGENT,
  type Watched,
  WRITE,
} from "./lane.js";
import { forEvery, type TurnBudget } from "./turn-budget.js";

/** Ready descriptors that one turn of the loop can report; the rest comes with the next. */
const MAX_EVENTS = 1024;
const WORDS = 3;
const WAITING = 0;
const HELD = 1;
const DISPATCHING = 2;

/** Milliseconds between two looks at lanes of which the poller may tell nothing. */
const LOOK = 100;

/** The poller of one module. */
export class Readiness implements Keeper {
  readonly #core: Core;
  readonly #budget: TurnBudget;
  // By descriptor.
  #flags = new Uint8Array(256);
  #generations = new Int32Array(256);
  /** Sockets with calls that wait: only these are kept alive. */
  readonly #waiting: (Watched | undefined)[] = [];
  readonly #triples = new Int32Array(WORDS * MAX_EVENTS);
  readonly #counters = new Int32Array(3);
  // The readers that only want recv(2), of one dispatch.
  readonly #calls = new Int32Array(2 * MAX_EVENTS);
  readonly #buffers: (Uint8Array | undefined)[] = [];
  readonly #receivers: Pending[] = [];
  /** Lanes that wait for what the poller may not tell. */
  readonly #looking = new Set<Lane>();
  #lookDue = false;
  #started = false;
  readonly #readable: number;
  readonly #writable: number;
  readonly #flagsOf: readonly (readonly [events: number, flags: number])[];

  constructor(core: Core, budget: TurnBudget) {
    this.#core = core;
    this.#budget = budget;
    const { POLLIN, POLLOUT, POLLERR, POLLHUP, POLLPRI, POLLRDHUP } = core.constants;
    const ended = POLLERR | POLLHUP | POLLPRI | POLLRDHUP;
    this.#readable = POLLIN | ended;
    this.#writable = POLLOUT | POLLERR | POLLHUP;
    this.#flagsOf = [
      [this.#readable, READ],
      [this.#writable, WRITE],
      [POLLERR | POLLHUP, ERROR],
      [ended, URGENT | HUNG_UP],
    ];
  }

  // --- flags ---

  /** A socket of this module has the descriptor from now on; nothing is known of it. */
  open(fd: number, generation: number): void {
    if (fd >= this.#flags.length) this.#grow(fd);
    this.#flags[fd] = UNKNOWN;
    this.#generations[fd] = generation;
  }

  #grow(fd: number): void {
    const length = 2 ** Math.ceil(Math.log2(fd + 1));
    const flags = new Uint8Array(length);
    const generations = new Int32Array(length);
    flags.set(this.#flags);
    generations.set(this.#generations);
    this.#flags = flags;
    this.#generations = generations;
  }

  flags(fd: number): number {
    return this.#flags[fd]!;
  }
  raise(fd: number, flag: number): void {
    this.#flags[fd]! |= flag;
  }
  lower(fd: number, flag: number): void {
    this.#flags[fd]! &= ~flag;
  }

  // --- the poller ---

  /** Watches a socket for POLLIN or POLLIN | POLLOUT. */
  watch(socket: Watched, events: number): void {
    if (socket._watched === events) return;
    if (!this.#started) this.#start();
    const result = this.#watch(socket, events);
    if (result < 0) throw this.#core.errors.system(-result, "epoll_ctl", socket._fd);
  }

  /**
   * Watches it for less from now on, which is no call's affair: where it fails, the next call that
   * waits is told.
   */
  watchLess(socket: Watched, events: number): void {
    if (socket._watched !== events) this.#watch(socket, events);
  }

  #watch(socket: Watched, events: number): number {
    const result = this.#core.host.watch(socket._fd, events, socket._generation);
    socket._watched = result < 0 ? 0 : events;
    return result;
  }

  /** The socket has waiters. */
  keep(socket: Watched): void {
    this.#waiting[socket._fd] = socket;
  }

  /** It has none any more: an idle socket may be collected. */
  drop(socket: Watched): void {
    if (this.#waiting[socket._fd] === socket) this.#waiting[socket._fd] = undefined;
    if (this.#looking.size > 0 && socket._writing !== null) this.#looking.delete(socket._writing);
  }

  /** The socket gives its descriptor up; `fd` is the one that it had. */
  forget(socket: Watched, fd: number): void {
    if (this.#waiting[fd] === socket) this.#waiting[fd] = undefined;
    if (this.#generations[fd] === socket._generation) this.#generations[fd] = 0;
  }

  /**
   * Serves a lane now and then, whatever the poller says, as long as calls wait in it. They hold the
   * loop, no timer of ours.
   */
  look(lane: Lane): void {
    this.#looking.add(lane);
    if (this.#lookDue) return;
    this.#lookDue = true;
    this.#core.host.setTimer(() => this.#look(), LOOK).unref();
  }

  #look(): void {
    this.#lookDue = false;
    for (const lane of this.#looking) {
      this.#looking.delete(lane);
      if (lane.head === null) continue;
      lane.socket._setReady(lane.flag);
      this.#budget.later(lane);
    }
  }

  /** How many calls wait and keep the process alive. */
  get waiting(): number {
    return this.#counters[WAITING]!;
  }

  /** One waiter more or less keeps the process alive. */
  count(change: 1 | -1): void {
    if (!this.#started) this.#start();
    const counters = this.#counters;
    const waiting = counters[WAITING]! + change;
    counters[WAITING] = waiting;
    const held = waiting > 0 ? 1 : 0;
    // During a dispatch the host looks at the count itself, afterwards.
    if (counters[HELD] !== held && !counters[DISPATCHING]) this.#core.host.keepLoopAlive(held);
  }

  #start(): void {
    const { host, errors } = this.#core;
    const result = host.startWatching(count => this.#dispatch(count), this.#triples, this.#counters);
    if (result < 0) throw errors.system(-result, "epoll_create");
    this.#started = true;
  }

  /**
   * Rare lanes come first: to take data at an urgent mark loses the urgent byte, and who waits for
   * readiness wants to see it.
   */
  #dispatch(count: number): void {
    this.#budget.renew();
    const rare: Lane[] = [];
    const lanes: Lane[] = [];
    let receiving = 0;
    for (let i = 0; i < WORDS * count; i += WORDS) {
      const fd = this.#triples[i]!;
      const events = this.#triples[i + 1]!;
      if (this.#generations[fd] !== this.#triples[i + 2]) continue;
      this.#note(fd, events);
      const socket = this.#waiting[fd];
      if (socket === undefined) continue;
      if (socket._rare !== null) socket._rareLanes(rare);
      const reader = socket._reading?.head;
      const writer = socket._writing?.head;
      // The reader before the writer: what ended a connection, which is told once, is a reader's
      // error.
      if (reader && events & this.#readable) {
        if (onlyReceives(reader, socket) && rare.length === 0) this.#receivers[receiving++] = reader;
        else lanes.push(reader.lane);
      }
      if (writer && events & this.#writable) lanes.push(writer.lane);
    }
    const each = (some: Lane[]) => forEvery(some, lane => lane.serve());
    try {
      each(rare);
    } finally {
      try {
        if (receiving > 0) this.#receive(receiving);
      } finally {
        each(lanes);
      }
    }
  }

  /** What the poller has said of a descriptor. */
  #note(fd: number, events: number): void {
    for (const [some, flags] of this.#flagsOf) if (events & some) this.#flags[fd]! |= flags;
  }

  /**
   * The readers that only want recv(2): one call for all of them. Nothing of the user's runs before
   * the last is served.
   */
  #receive(count: number): void {
    const { host } = this.#core;
    const calls = this.#calls;
    const receivers = this.#receivers;
    for (let i = 0; i < count; i++) {
      const { operation, lane } = receivers[i]!;
      calls[2 * i] = lane.socket._fd;
      calls[2 * i + 1] = operation.full!;
      this.#buffers[i] = operation.into;
    }
    // an array takes longer to read
    if (count === 1) calls[1] = host.recv(calls[0]!, this.#buffers[0]!, calls[1]!, this.#core.MSG_DONTWAIT);
    else host.recvEach(calls, this.#buffers, count);
    this.#buffers.fill(undefined, 0, count);
    let i = 0;
    forEvery(receivers.splice(0, count), waiter => waiter.lane.socket._received(waiter, calls[2 * i++ + 1]!));
  }
}

/** Whether a reader that is next wants recv(2) and no more, and may ask the kernel for it. */
function onlyReceives({ operation, lane }: Pending, socket: Watched): boolean {
  return operation.into !== undefined && socket._held === 0 && !socket._marked && !socket._standsBack(lane);
}
