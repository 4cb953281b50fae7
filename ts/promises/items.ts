// What comes to a socket, one after another: connections of a listener, datagrams of any other. Passing errors don't end it.
import { OSError } from "../error.js";
import { ELSEWHERE } from "../operation.js";
import type { CallOptions } from "./options.js";
import type { Socket } from "./socket.js";

/** What connections() and datagrams() take. */
export interface ItemOptions extends CallOptions {
  /** Is told of each error that passes. */
  onError?: ((error: OSError) => void) | undefined;
}

/** Largest datagram there is. */
const DATAGRAM = 65536;
/** Milliseconds before the next try after an error that passes: first and last. */
const FIRST_PAUSE = 5, LAST_PAUSE = 1000;
/** Milliseconds between two warnings. */
const WARNING_INTERVAL = 60_000;

/** What ends by itself: there are no descriptors or no memory left, or a connection was gone before it was taken. */
const PASSING_OF_LISTENERS: ReadonlySet<string> = new Set(["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "ECONNABORTED", "EPROTO"]);
/** Answers to datagrams that were sent before (icmp(7)), and no memory. */
const PASSING_OF_DATAGRAMS: ReadonlySet<string> = new Set([
  "ECONNREFUSED", "ECONNRESET", "EHOSTUNREACH", "EHOSTDOWN", "ENETUNREACH", "ENETDOWN", "ENONET", "ENOPROTOOPT", "EPROTO", "EACCES",
  "EMSGSIZE", "EOPNOTSUPP", "ENOBUFS", "ENOMEM",
]);

export function connections<A>(s: Socket<A>, options: ItemOptions): AsyncGenerator<[Socket<A>, A], void, undefined> {
  checkOnError(options.onError);
  return series(s, given => s.accept(given), PASSING_OF_LISTENERS, options);
}

export function datagrams<A>(s: Socket<A>, options: ItemOptions): AsyncGenerator<[Buffer, A], void, undefined> {
  checkOnError(options.onError);
  return series(s, given => s.recvfrom(DATAGRAM, given), PASSING_OF_DATAGRAMS, options);
}

export function items(s: Socket): AsyncGenerator<[any, any], void, undefined> {
  const { SOCK_STREAM, SOCK_SEQPACKET } = s._core.constants;
  if (s.type !== SOCK_STREAM && s.type !== SOCK_SEQPACKET) return datagrams(s, {});
  return series(s, () => s.accept(), PASSING_OF_LISTENERS, {}, checkListens);
}

function checkListens(s: Socket): void {
  const { SOL_SOCKET, SO_ACCEPTCONN } = s._core.constants;
  if (s._fd < 0 || s.getsockopt(SOL_SOCKET, SO_ACCEPTCONN) !== 0) return;
  throw new TypeError("a connected stream has no items: use recv(), toDuplex() or toWeb()");
}

function checkOnError(onError: unknown): void {
  if (onError !== undefined && typeof onError !== "function") throw new TypeError("onError must be a function");
}

/** `check` runs before the first item. */
async function* series<T>(s: Socket, next: (options?: CallOptions) => Promise<T>, passing: ReadonlySet<string>, options: ItemOptions,
    check?: (s: Socket) => void): AsyncGenerator<T, void, undefined> {
  const { host } = s._core, { onError, signal } = options, given = signal === undefined ? undefined : { signal };
  check?.(s);
  let milliseconds = FIRST_PAUSE, quietUntil = -Infinity;
  while (s._fd >= 0) {
    let item: T;
    try {
      item = await next(given);
      milliseconds = FIRST_PAUSE;
    } catch (error) {
      if (isEnd(s, error)) return;
      if (!(error instanceof OSError) || !passing.has(error.code ?? "")) throw error;
      if (onError !== undefined) onError(error);
      else if (host.now() >= quietUntil) {
        host.warn(`${error.message}: tried again`, error.name);
        quietUntil = host.now() + WARNING_INTERVAL;
      }
      try { await pause(s, milliseconds, signal); } catch (ended) {
        if (isEnd(s, ended)) return;
        throw ended;
      }
      milliseconds = Math.min(2 * milliseconds, LAST_PAUSE);
      continue;
    }
    yield item;
  }
}

/** Whether it is the end: the socket is closed. */
function isEnd(s: Socket, error: unknown): boolean { return s._fd < 0 && error instanceof OSError && error.code === "EBADF"; }

/** A wait that the socket's close() and the signal end too. */
function pause(s: Socket, milliseconds: number, signal: AbortSignal | undefined): Promise<number> {
  const { host } = s._core;
  let over = false;
  const timer = host.setTimer(() => {
    over = true;
    s._lookAgain();
  }, milliseconds);
  if (!s._counted) timer.unref();
  const waiting = s._perform({
    syscall: "pause", writes: false, flags: 0, observes: true, untimed: true,
    attempt: () => over ? 0 : ELSEWHERE,
    finish: n => n,
  }, { signal });
  return waiting.finally(() => host.clearTimer(timer));
}
