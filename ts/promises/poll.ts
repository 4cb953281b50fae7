// Readiness as such: ready() of one socket, poll() of several and of descriptors from anywhere.
import type { Core } from "../context.js";
import { open } from "../open.js";
import { TimeoutError } from "../base/error.js";
import { Endpoint } from "../socket/endpoint.js";
import { pollEntries, type Pollable, type Polled } from "../socket/poll.js";
import { checkTimeout } from "../socket/timeout.js";
import { forgetAbort, onAbort } from "./abort.js";
import { PromiseEndpoint } from "./endpoint.js";
import { given, peel, type CallOptions } from "./call-options.js";
import type { TurnBudget } from "./turn-budget.js";

/** Comes to the events. `seconds`: how long it may wait, where that is not the socket's timeout. */
export function ready(
  s: PromiseEndpoint,
  events: number,
  options: CallOptions,
  seconds?: number | null,
  syscall = "poll",
): Promise<number> {
  const { EAGAIN } = s._core;
  return s._perform(
    {
      syscall,
      writes: false,
      flags: 0,
      observes: true,
      ...(seconds === undefined ? undefined : { seconds }),
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

export function bindPoll(core: Core, Class: EndpointClass, budget: TurnBudget) {
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
      ? budget.resolved(found)
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
  const over = new AbortController();
  const copies: PromiseEndpoint[] = [];
  const undo: (() => void)[] = [];
  const aborted = (reason: unknown) => over.abort(reason);
  try {
    if (signal !== undefined) onAbort(signal, aborted);
    const watched = polled.list.map(({ socket, fd }) => {
      if (socket instanceof PromiseEndpoint && socket._core === core) return socket;
      const copy = watchable(core, Class, fd);
      copies.push(copy);
      // It must not outlive the socket: the peer would see no end.
      if (socket instanceof Endpoint) undo.push(socket._onGone(() => copy.close()));
      // Another module's.
      if (socket instanceof PromiseEndpoint) undo.push(socket._standIn(copy));
      return copy;
    });
    const waits = watched.map(async (one, i): Promise<[S, number]> => {
      const { socket, events } = polled.list[i]!;
      return [socket, await ready(one, events, { signal: over.signal }, seconds)];
    });
    if (waits.length === 0) waits.push(pause(core, seconds, over.signal));
    for (const waiting of waits) waiting.catch(() => {});
    const first = await Promise.race(waits);
    // Whoever was behind may have taken what was there: it was ready all the same.
    const found = polled.now(core);
    return found.length > 0 ? found : [first];
  } catch (error) {
    if (error instanceof TimeoutError && !over.signal.aborted) return polled.now(core);
    throw error;
  } finally {
    over.abort();
    for (const each of undo) each();
    for (const copy of copies) copy.close();
    if (signal !== undefined) forgetAbort(signal, aborted);
  }
}

/** What waits where there is nothing to wait for: for the time, as a TimeoutError, and the signal. */
function pause({ host, errors }: Core, seconds: number | null, signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (seconds === null) return onAbort(signal, reject);
    const timer = host.setTimer(() => reject(errors.timeout("poll")), Math.ceil(seconds * 1000));
    onAbort(signal, reason => {
      host.clearTimer(timer);
      reject(reason);
    });
  });
}
