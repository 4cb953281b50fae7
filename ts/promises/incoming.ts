// What comes to a socket, one after another: connections of a listener, datagrams of any other.
// Passing errors don't end it.
import { OSError, TimeoutError } from "../base/error.js";
import { ELSEWHERE } from "../socket/operation.js";
import type { Pending } from "./lane.js";
import type { CallOptions } from "./call-options.js";
import type { PromiseEndpoint } from "./endpoint.js";

/** What connections() and datagrams() take. */
export interface ItemOptions extends CallOptions {
  /** Is told of each error that passes. */
  onError?: ((error: OSError) => void) | undefined;
}

/** Largest datagram there is. */
const DATAGRAM = 65536;
/** Milliseconds before the next try after an error that passes: first and last. */
const FIRST_PAUSE = 5;
const LAST_PAUSE = 1000;
/** Milliseconds between two warnings. */
const WARNING_INTERVAL = 60_000;

/**
 * What ends by itself: there are no descriptors or no memory left, or a connection was gone before
 * it was taken.
 */
const PASSING_OF_LISTENERS: ReadonlySet<string> = new Set([
  "EMFILE",
  "ENFILE",
  "ENOBUFS",
  "ENOMEM",
  "ECONNABORTED",
  "EPROTO",
]);
/** Answers to datagrams that were sent before (icmp(7)), and no memory. */
const PASSING_OF_DATAGRAMS: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "EHOSTDOWN",
  "ENETUNREACH",
  "ENETDOWN",
  "ENONET",
  "ENOPROTOOPT",
  "EPROTO",
  "EACCES",
  "EMSGSIZE",
  "EOPNOTSUPP",
  "ENOBUFS",
  "ENOMEM",
]);

type Receives<A, B extends Uint8Array> = PromiseEndpoint<A, B> & {
  recvfrom(bufsize: number, options?: CallOptions): Promise<[data: B, address: A | null]>;
};

export function connections<T>(
  s: PromiseEndpoint,
  accept: Taking<T>,
  options: ItemOptions,
): AsyncGenerator<T, void, undefined> {
  checkOnError(options.onError);
  return new Items(s, accept, PASSING_OF_LISTENERS, options);
}

export function datagrams<A, B extends Uint8Array>(
  s: Receives<A, B>,
  options: ItemOptions,
): AsyncGenerator<[data: B, address: A | null], void, undefined> {
  checkOnError(options.onError);
  // A socket that was shut down for receiving gives nothing from nobody for ever, once all is taken.
  const isLast = ([data, address]: [B, A | null]) =>
    data.length === 0 && address === null && (s._over || hasEnded(s));
  return new Items(s, given => s.recvfrom(DATAGRAM, given), PASSING_OF_DATAGRAMS, options, { isLast });
}

/**
 * Whether a connection of messages is at its end. An empty message looks the same, so the peer must
 * have gone, and nothing may be left.
 */
function hasEnded(s: PromiseEndpoint): boolean {
  const { constants: c, host } = s._core;
  if (s.type !== c.SOCK_SEQPACKET || s._fd < 0) return false;
  const left = new Int32Array(1);
  if ((s._pollNow(c.POLLRDHUP) & (c.POLLRDHUP | c.POLLHUP)) === 0) return false;
  return host.ioctl(s._fd, c.FIONREAD, new Uint8Array(left.buffer), 0) >= 0 && left[0] === 0;
}

export function items<A, B extends Uint8Array, T>(
  s: Receives<A, B>,
  accept: Taking<T>,
): AsyncGenerator<T | [data: B, address: A | null], void, undefined> {
  const { SOCK_STREAM, SOCK_SEQPACKET } = s._core.constants;
  if (s.type !== SOCK_STREAM && s.type !== SOCK_SEQPACKET) return datagrams(s, {});
  return new Items(s, () => accept(), PASSING_OF_LISTENERS, {}, { check: checkListens });
}

function checkListens(s: PromiseEndpoint): void {
  const { SOL_SOCKET, SO_ACCEPTCONN } = s._core.constants;
  if (s._fd < 0 || s.getsockopt(SOL_SOCKET, SO_ACCEPTCONN) !== 0) return;
  throw new TypeError("a connected stream has no items: use recv(), toDuplex() or toWeb()");
}

function checkOnError(onError: unknown): void {
  if (onError !== undefined && typeof onError !== "function")
    throw new TypeError("onError must be a function");
}

type Taking<T> = (options?: CallOptions) => Promise<T>;
type Next<T> = IteratorResult<T, void>;
interface Particulars<T> {
  /** Runs before the first item. */
  check?: (s: PromiseEndpoint) => void;
  /** Whether an item is none, but the end. */
  isLast?: (item: T) => boolean;
}

/**
 * What an async generator's prototype stands on: what the language gives to all asynchronous
 * iterators.
 */
const AsyncIterator = Object.getPrototypeOf(Object.getPrototypeOf(async function* () {}.prototype)) as object;
/** Why a wait ended for whose item nobody asks any more. */
const WITHDRAWN = Symbol("return() was called");

/**
 * The items as an async generator gives them, one next() after another. But return() does not stand
 * in line behind a next() that waits: as with Node's events.on(), it ends the wait, and that next()
 * is done. What has been taken by then is still given.
 */
class Items<T> implements AsyncGenerator<T, void, undefined> {
  readonly #socket: PromiseEndpoint;
  readonly #taking: Taking<T>;
  readonly #passing: ReadonlySet<string>;
  readonly #onError: ((error: OSError) => void) | undefined;
  readonly #given: CallOptions | undefined;
  #check: Particulars<T>["check"];
  readonly #isLast: Particulars<T>["isLast"];
  #milliseconds = FIRST_PAUSE;
  #quietUntil = -Infinity;
  /** The call that waits for an item. */
  #waiting: Pending | null = null;
  #running = false;
  #over = false;
  /** The calls of next() behind the one that runs. */
  readonly #behind: (() => void)[] = [];

  constructor(
    s: PromiseEndpoint,
    taking: Taking<T>,
    passing: ReadonlySet<string>,
    { onError, signal }: ItemOptions,
    { check, isLast }: Particulars<T> = {},
  ) {
    this.#socket = s;
    this.#taking = taking;
    this.#passing = passing;
    this.#onError = onError;
    this.#given = signal === undefined ? undefined : { signal };
    this.#check = check;
    this.#isLast = isLast;
  }

  next(): Promise<Next<T>> {
    if (!this.#running) return this.#run();
    return new Promise(resolve => {
      this.#behind.push(() => resolve(this.#run()));
    });
  }

  async return(value?: void | PromiseLike<void>): Promise<Next<T>> {
    this.#end();
    return { value: await value, done: true };
  }

  async throw(error: unknown): Promise<Next<T>> {
    this.#end();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
  async [Symbol.asyncDispose](): Promise<void> {
    this.#end();
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#waiting?.cancel(WITHDRAWN);
    this.#socket._lookAgain();
  }

  /** One next(), then the one behind it. An error is the end. */
  async #run(): Promise<Next<T>> {
    const s = this.#socket;
    this.#running = true;
    let last = true;
    try {
      this.#check?.(s);
      this.#check = undefined;
      while (!this.#over && s._fd >= 0) {
        try {
          const item = await this.#take();
          if (this.#isLast?.(item)) break;
          this.#milliseconds = FIRST_PAUSE;
          last = false;
          return { value: item, done: false };
        } catch (error) {
          if (error === WITHDRAWN || isEnd(s, error)) break;
          if (!this.#passes(error)) throw error;
          this.#tell(error);
        }
        await this.#pause();
      }
      return { value: undefined, done: true };
    } finally {
      this.#over ||= last;
      this.#running = false;
      this.#behind.shift()?.();
    }
  }

  #take(): Promise<T> {
    const s = this.#socket;
    const before = s._reading?.tail;
    const taken = this.#taking(this.#given);
    const waiting = s._reading?.tail ?? null;
    this.#waiting = waiting === before ? null : waiting;
    return taken;
  }

  #passes(error: unknown): error is OSError {
    return error instanceof OSError && this.#passing.has(error.code ?? "");
  }

  #tell(error: OSError): void {
    const { host } = this.#socket._core;
    if (this.#onError !== undefined) return this.#onError(error);
    if (host.now() < this.#quietUntil) return;
    host.warn(`${error.message}: tried again`, error.name);
    this.#quietUntil = host.now() + WARNING_INTERVAL;
  }

  /** A wait that the socket's close(), the signal and return() end too. */
  async #pause(): Promise<void> {
    const seconds = this.#milliseconds / 1000;
    this.#milliseconds = Math.min(2 * this.#milliseconds, LAST_PAUSE);
    try {
      await this.#socket._perform(
        {
          syscall: "pause",
          writes: false,
          flags: 0,
          observes: true,
          seconds,
          attempt: () => (this.#over ? 0 : ELSEWHERE),
          finish: n => n,
        },
        this.#given,
      );
    } catch (error) {
      if (isEnd(this.#socket, error)) return;
      if (this.#given?.signal?.aborted || !(error instanceof TimeoutError)) throw error;
    }
  }
}
Object.setPrototypeOf(Items.prototype, AsyncIterator);

/** Whether it is the end: the socket is closed. */
function isEnd(s: PromiseEndpoint, error: unknown): boolean {
  return s._fd < 0 && error instanceof OSError && error.code === "EBADF";
}
