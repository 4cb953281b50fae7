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
  const { signal } = options;
  return series(s, () => s.accept({ signal }), PASSING_OF_LISTENERS, options);
}

export function datagrams<A>(s: Socket<A>, options: ItemOptions): AsyncGenerator<[Buffer, A], void, undefined> {
  checkOnError(options.onError);
  const { signal } = options;
  return series(s, () => s.recvfrom(DATAGRAM, { signal }), PASSING_OF_DATAGRAMS, options);
}

export async function* items(s: Socket): AsyncGenerator<[any, any], void, undefined> {
  const { constants: c } = s._core;
  const streams = s.type === c.SOCK_STREAM || s.type === c.SOCK_SEQPACKET;
  if (streams && s._fd >= 0 && s.getsockopt(c.SOL_SOCKET, c.SO_ACCEPTCONN) === 0) {
    throw new TypeError("a connected stream has no items: use recv(), toDuplex() or toWeb()");
  }
  yield* streams ? connections(s, {}) : datagrams(s, {});
}

function checkOnError(onError: unknown): void {
  if (onError !== undefined && typeof onError !== "function") throw new TypeError("onError must be a function");
}

async function* series<T>(s: Socket, next: () => Promise<T>, passing: ReadonlySet<string>, { onError, signal }: ItemOptions): AsyncGenerator<T, void, undefined> {
  const { host } = s._core;
  let milliseconds = FIRST_PAUSE, quietUntil = -Infinity;
  while (s._fd >= 0) {
    let item: T;
    try {
      item = await next();
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
