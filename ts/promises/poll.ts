// Readiness as such: ready() of one socket, poll() of several and of descriptors from anywhere.
import type { Core } from "../context.js";
import { open } from "../context.js";
import { pollEntries, type Pollable, type Polled } from "../socket/poll.js";
import { checkTimeout } from "../socket/timeout.js";
import { forgetAbort, onAbort } from "./abort.js";
import { PromiseEndpoint } from "./endpoint.js";
import { given, peel, type CallOptions } from "./options.js";
import type { Readiness } from "./readiness.js";

/** Comes to the events. `untimed`: the socket's timeout does not bound it. */
export function ready(
  s: PromiseEndpoint,
  events: number,
  options: CallOptions,
  untimed = false,
): Promise<number> {
  const { EAGAIN } = s._core;
  return s._perform(
    {
      syscall: "poll",
      writes: false,
      flags: 0,
      observes: true,
      untimed,
      attempt: () => s._pollNow(events) || -EAGAIN,
      finish: found => found,
    },
    options,
  );
}

/** The class of one module. */
export type EndpointClass = new (
  family: number,
  type: number,
  proto: number,
  fileno: number,
  trusted: true,
) => PromiseEndpoint;

/** A duplicate of a descriptor that the poller can watch beside what else watches it. */
export function watchable(core: Core, Class: EndpointClass, fd: number): PromiseEndpoint {
  const { AF_UNIX, SOCK_STREAM } = core.constants;
  const copy = new Class(
    AF_UNIX,
    SOCK_STREAM,
    0,
    open(core, "dup", () => core.host.dup(fd, 1), fd),
    true,
  );
  copy.settimeout(null);
  return copy;
}

export function bindPoll(core: Core, Class: EndpointClass, readiness: Readiness) {
  /**
   * `poll(2)`: resolves once one of the sockets is ready for its events (POLLIN | POLLOUT | …) or
   * `seconds` have passed (null: for ever): to those that are ready, with what they are ready for;
   * POLLERR, POLLHUP and POLLNVAL come unasked. Sockets of either class and descriptors may be
   * polled; a regular file is ready for POLLIN and POLLOUT at once, for POLLPRI never.
   * @throws RangeError (a closed socket), EBADF (one is closed meanwhile).
   */
  function poll<E extends readonly [Pollable, number]>(
    entries: Iterable<E>,
    seconds?: number | null,
    options?: CallOptions,
  ): Promise<[E[0], number][]>;
  function poll<E extends readonly [Pollable, number]>(
    entries: Iterable<E>,
    options?: CallOptions,
  ): Promise<[E[0], number][]>;
  async function poll<E extends readonly [Pollable, number]>(
    entries: Iterable<E>,
    second?: number | CallOptions | null,
    third?: CallOptions,
  ): Promise<[E[0], number][]> {
    const signal = peel(third, second)?.signal;
    const limit = checkTimeout(given(second, null));
    const polled = pollEntries(entries);
    signal?.throwIfAborted();
    const found = polled.now(core);
    return found.length > 0 || limit === 0
      ? readiness.resolved(found)
      : wait(core, Class, polled, limit, signal);
  }
  return { poll };
}

/** Waits for the first that is ready. */
async function wait<S>(
  core: Core,
  Class: EndpointClass,
  polled: Polled<S>,
  seconds: number | null,
  signal: AbortSignal | undefined,
): Promise<[S, number][]> {
  const { host } = core;
  const over = new AbortController();
  const copies: PromiseEndpoint[] = [];
  const aborted = () => over.abort(signal!.reason);
  const ended = new Promise<never>((_, reject) => onAbort(over.signal, () => reject(over.signal.reason)));
  ended.catch(() => {});
  if (signal !== undefined) onAbort(signal, aborted);
  const timer =
    seconds === null ? undefined : host.setTimer(() => over.abort(TIME), Math.ceil(seconds * 1000));
  try {
    const sockets = polled.list.map(({ socket, fd, events }) => {
      if (socket instanceof PromiseEndpoint && socket._core === core) return { watched: socket, events };
      const watched = watchable(core, Class, fd);
      copies.push(watched);
      return { watched, events };
    });
    {
      const one = new AbortController();
      const stop = () => one.abort(over.signal.reason);
      onAbort(over.signal, stop);
      const waits = sockets.map(
        async ({ watched, events }, i): Promise<[S, number]> => [
          polled.list[i]!.socket,
          await ready(watched, events, one, true),
        ],
      );
      for (const waiting of waits) waiting.catch(() => {});
      let first: [S, number];
      try {
        first = await Promise.race([...waits, ended]);
      } finally {
        forgetAbort(over.signal, stop);
        one.abort();
      }
      // Whoever was behind may have taken what was there: it was ready all the same.
      const found = polled.now(core);
      return found.length > 0 ? found : [first];
    }
  } catch (error) {
    if (error === TIME) return polled.now(core);
    throw error;
  } finally {
    if (timer !== undefined) host.clearTimer(timer);
    if (signal !== undefined) forgetAbort(signal, aborted);
    for (const copy of copies) copy.close();
  }
}

/** Why a wait ended whose time is up. */
const TIME = Symbol("the time is up");
