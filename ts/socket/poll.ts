// poll(2) over sockets and descriptors.
import { checkTimeout, deadlineAfter, pollUntil } from "./timeout.js";
import { int, iterableOf, MAX_INT, show } from "../base/check.js";
import type { Core } from "../context.js";

/** A socket of either class, or a descriptor. */
export type Pollable =
  | {
      /** Its descriptor, -1 once it is closed. */
      fileno(): number;
    }
  | number;

interface Entry<S> {
  readonly socket: S;
  readonly fd: number;
  readonly events: number;
}

/** What poll(2) is asked. */
export class Polled<S> {
  readonly words: Int32Array;

  constructor(readonly list: readonly Entry<S>[]) {
    this.words = new Int32Array(3 * list.length);
    list.forEach(({ fd, events }, i) => {
      this.words[3 * i] = fd;
      this.words[3 * i + 1] = events;
    });
  }

  /** Those that the last call found ready. */
  found(): [S, number][] {
    return this.list.flatMap(({ socket }, i): [S, number][] =>
      this.words[3 * i + 2] ? [[socket, this.words[3 * i + 2]!]] : [],
    );
  }

  /** Asks without waiting. */
  now(core: Core): [S, number][] {
    const result = core.host.poll(this.words, 0);
    if (result < 0 && result !== -core.EINTR) throw core.errors.system(-result, "poll");
    return result > 0 ? this.found() : [];
  }
}

function descriptorOf(value: unknown): number {
  if (typeof value === "number") return int("descriptor", value, 0, MAX_INT);
  if (
    typeof value !== "object" ||
    value === null ||
    !("fileno" in value) ||
    typeof value.fileno !== "function"
  ) {
    throw new TypeError(`poll: each entry must begin with a Socket or a descriptor, got ${show(value)}`);
  }
  const fd = value.fileno() as number;
  if (fd < 0) throw new RangeError("poll: the socket is closed");
  return int("descriptor", fd, 0, MAX_INT);
}

/** Reads the caller's entries. */
export function pollEntries<E extends readonly [Pollable, number]>(entries: Iterable<E>): Polled<E[0]> {
  return new Polled(
    Array.from(iterableOf("poll: entries", "[socket, events]", entries), entry => {
      if (!Array.isArray(entry) || entry.length !== 2)
        throw new TypeError(`poll: each entry must be [socket, events], got ${show(entry)}`);
      return {
        socket: entry[0] as E[0],
        fd: descriptorOf(entry[0]),
        events: int("events", entry[1], 0, 0x7fff),
      };
    }),
  );
}

export function bindPoll(core: Core) {
  return {
    /**
     * `poll(2)`: waits until one of the sockets is ready for its events (POLLIN | POLLOUT | …) or
     * `seconds` have passed (null: for ever). Returns those that are ready, with what they are
     * ready for; POLLERR, POLLHUP and POLLNVAL come unasked.
     * @throws RangeError (a closed socket).
     */
    poll<E extends readonly [Pollable, number]>(
      entries: Iterable<E>,
      seconds: number | null = null,
    ): [E[0], number][] {
      const limit = checkTimeout(seconds);
      const polled = pollEntries(entries);
      return pollUntil(core, polled.words, deadlineAfter(core.host, limit)) === 0 ? [] : polled.found();
    },
  };
}
