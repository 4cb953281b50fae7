// poll(2) over sockets and descriptors.
import { checkTimeout, deadlineAfter, pollUntil } from "./timeout.js";
import { int, show } from "./check.js";
import type { Core } from "./core.js";
import type { Socket } from "./socket.js";

type Pollable = Socket | number;

function descriptorOf(value: unknown): number {
  if (typeof value === "number") return int("descriptor", value, 0, 0x7fffffff);
  if (typeof value === "object" && value !== null && "fileno" in value && typeof value.fileno === "function") return value.fileno();
  throw new TypeError(`poll: each entry must begin with a Socket or a descriptor, got ${show(value)}`);
}

export function bindPoll(core: Core) {
  return {
    /** `poll(2)`: waits until one of the sockets is ready for its events (POLLIN | POLLOUT | …) or `seconds` have passed (null: for ever).
     *  Returns those that are ready, with what they are ready for; POLLERR, POLLHUP and POLLNVAL come unasked. */
    poll<E extends readonly [Pollable, number]>(entries: Iterable<E>, seconds: number | null = null): [E[0], number][] {
      const deadline = deadlineAfter(checkTimeout(seconds));
      const list = Array.from(entries, entry => {
        if (!Array.isArray(entry) || entry.length !== 2) throw new TypeError(`poll: each entry must be [socket, events], got ${show(entry)}`);
        return { socket: entry[0] as E[0], fd: descriptorOf(entry[0]), events: int("events", entry[1], 0, 0x7fff) };
      });
      const words = new Int32Array(3 * list.length);
      list.forEach(({ fd, events }, i) => { words[3 * i] = fd; words[3 * i + 1] = events; });
      if (pollUntil(core, words, deadline) === 0) return [];
      return list.flatMap(({ socket }, i): [E[0], number][] => words[3 * i + 2] ? [[socket, words[3 * i + 2]!]] : []);
    },
  };
}
