// poll(2) and select(2) of sockets and of the guest's own files beside them.
import { isSocketNumber } from "./descriptors.js";
import { guestErrno } from "./errno.js";
import type { Guest } from "./guest.js";

/** struct pollfd: a descriptor, its events, what they became. */
const POLLFD = 8;
const EVENTS = 4;
const RESULTS = 6;
const POLLNVAL = 32;
const POLLIN = 1;
const POLLPRI = 2;
const POLLOUT = 4;
const POLLERR = 8;
const POLLHUP = 16;
const FD_SETSIZE = 1024;
const FD_SET_BYTES = FD_SETSIZE / 8;

/** What the guest has itself, for its files. */
export type OwnPoll = (at: number, count: number, milliseconds: number) => number;

export function poll(guest: Guest, own: OwnPoll, at: number, count: number, milliseconds: number): number {
  const { memory, host } = guest;
  memory.view(at, POLLFD * count);
  const sockets: number[] = [];
  const entries: number[] = [];
  let closed = 0;
  for (let i = 0; i < count; i++) {
    const number = memory.int(at + POLLFD * i);
    if (!isSocketNumber(number)) continue;
    sockets.push(i);
    const descriptor = guest.descriptors.get(number);
    if (descriptor === undefined) closed++;
    // -1 is no descriptor's number: poll(2) skips it.
    entries.push(descriptor?.fd ?? -1, memory.short(at + POLLFD * i + EVENTS), 0);
  }
  if (sockets.length === 0 && count > 0) return own(at, count, milliseconds);
  const files = sockets.length < count;
  // The guest's own poll knows nothing of our numbers: they are hidden from it.
  const look = () => files && withoutSockets(guest, own, at, count, sockets) > 0;
  const found = look() || closed > 0;
  const triples = Int32Array.from(entries);
  const deadline = milliseconds < 0 ? Infinity : host.now() + milliseconds;
  const ready = guest.wait(triples, found ? 0 : deadline, files ? look : undefined);
  if (ready < 0) return guest.result(ready);
  sockets.forEach((i, k) => {
    const gone = triples[3 * k] === -1;
    memory.putShort(at + POLLFD * i + RESULTS, gone ? POLLNVAL : triples[3 * k + 2]!);
  });
  let answers = 0;
  for (let i = 0; i < count; i++) if (memory.short(at + POLLFD * i + RESULTS) !== 0) answers++;
  return answers;
}

/** Asks the guest's own poll, at once, about its files alone. */
function withoutSockets(
  guest: Guest,
  own: OwnPoll,
  at: number,
  count: number,
  sockets: readonly number[],
): number {
  const { memory } = guest;
  const numbers = sockets.map(i => memory.word(at + POLLFD * i));
  for (const i of sockets) {
    memory.putWord(at + POLLFD * i, -1);
    memory.putShort(at + POLLFD * i + RESULTS, 0);
  }
  own(at, count, 0);
  let found = 0;
  for (let i = 0; i < count; i++) {
    const hidden = sockets.indexOf(i);
    if (hidden >= 0) {
      memory.putWord(at + POLLFD * i, numbers[hidden]!);
      memory.putShort(at + POLLFD * i + RESULTS, 0);
    } else if (memory.short(at + POLLFD * i + RESULTS) !== 0) found++;
  }
  return found;
}

/**
 * Milliseconds of the two words that select(3) of the libc gives its system call, -1 for none: longs,
 * however wide a time_t is.
 */
function duration(guest: Guest, at: number): number {
  if (at === 0) return -1;
  const { memory } = guest;
  const seconds = memory.int(at);
  const micros = memory.int(at + 4);
  return seconds < 0 || micros < 0 ? Number.NaN : seconds * 1000 + Math.ceil(micros / 1000);
}

/** select(2); sets of 1024 bits, 0 for none. */
export function select(
  guest: Guest,
  own: (...args: number[]) => number,
  args: readonly [count: number, read: number, write: number, except: number, timeout: number],
): number {
  const { memory, host } = guest;
  const [count, ...rest] = args;
  const sets = rest.slice(0, 3) as [number, number, number];
  if (count < 0 || count > FD_SETSIZE) return -guestErrno.EINVAL!;
  const bits = sets.map(at => (at === 0 ? undefined : memory.copy(at, FD_SET_BYTES)));
  const has = (set: number, number: number) => ((bits[set]?.[number >> 3] ?? 0) >> (number & 7)) & 1;
  const numbers: number[] = [];
  const entries: number[] = [];
  let files = false;
  for (let number = 0; number < count; number++) {
    const events =
      (has(0, number) ? POLLIN : 0) | (has(1, number) ? POLLOUT : 0) | (has(2, number) ? POLLPRI : 0);
    if (events === 0) continue;
    if (!isSocketNumber(number)) {
      files = true;
      continue;
    }
    const descriptor = guest.descriptors.get(number);
    if (descriptor === undefined) return -guestErrno.EBADF!;
    numbers.push(number);
    entries.push(descriptor.fd, events, 0);
  }
  if (numbers.length === 0) return own(...args);
  const time = duration(guest, args[4]);
  if (Number.isNaN(time)) return -guestErrno.EINVAL!;
  let fileCount = 0;
  if (files) {
    // The guest's own select is asked about its files alone, and does not wait.
    const zero = guest.allocate(16);
    memory.clear(zero, 16);
    sets.forEach((at, set) => {
      if (at === 0) return;
      const alone = Uint8Array.from(bits[set]!);
      for (const number of numbers) alone[number >> 3]! &= ~(1 << (number & 7));
      memory.put(at, alone);
    });
    fileCount = Math.max(0, own(count, ...sets, zero));
    guest.free(zero);
  }
  const triples = Int32Array.from(entries);
  const deadline = time < 0 ? Infinity : host.now() + time;
  const ready = guest.wait(triples, fileCount > 0 ? 0 : deadline);
  if (ready < 0) return guest.result(ready);
  const out = sets.map(at =>
    at === 0 ? undefined : fileCount > 0 ? memory.copy(at, FD_SET_BYTES) : new Uint8Array(FD_SET_BYTES),
  );
  let answers = fileCount;
  const wants = [POLLIN | POLLHUP | POLLERR, POLLOUT | POLLERR, POLLPRI];
  numbers.forEach((number, k) => {
    wants.forEach((mask, set) => {
      if (!has(set, number) || (triples[3 * k + 2]! & mask) === 0) return;
      out[set]![number >> 3]! |= 1 << (number & 7);
      answers++;
    });
  });
  sets.forEach((at, set) => {
    if (at !== 0) memory.put(at, out[set]!);
  });
  return answers;
}
