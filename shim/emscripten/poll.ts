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
/** As many as the kernel takes, where a process may have so many descriptors. */
const MAX_POLLED = 1 << 16;
const FD_SETSIZE = 1024;
const FD_SET_BYTES = FD_SETSIZE / 8;

/** What the guest has itself, for its files. */
export type OwnPoll = (at: number, count: number, milliseconds: number) => number;

/** poll(2). `isFile` tells the guest's open files; its own poll takes closed ones for silent. */
export function poll(
  guest: Guest,
  own: OwnPoll,
  isFile: (number: number) => boolean,
  at: number,
  count: number,
  milliseconds: number,
): number {
  const { memory, host } = guest;
  if (count >>> 0 > MAX_POLLED) return -guestErrno.EINVAL!;
  memory.view(at, POLLFD * count);
  const sockets: number[] = [];
  const entries: number[] = [];
  let closed = 0;
  for (let i = 0; i < count; i++) {
    const number = memory.int(at + POLLFD * i);
    if (number < 0 || (!isSocketNumber(number) && isFile(number))) continue;
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

/** The three sets of select(2): numbers to read, to write, and with exceptional conditions. */
const ASKED = [POLLIN, POLLOUT, POLLPRI] as const;
/** What each set is told, of what poll(2) answers. */
const TOLD = [POLLIN | POLLHUP | POLLERR, POLLOUT | POLLERR, POLLPRI] as const;
type Bits = Uint8Array | undefined;

const has = (bits: Bits, number: number) => ((bits?.[number >> 3] ?? 0) >> (number & 7)) & 1;
const eventsOf = (sets: readonly Bits[], number: number) =>
  ASKED.reduce((events, event, set) => events | (has(sets[set], number) ? event : 0), 0);

/** select(2); sets of 1024 bits, 0 for none. */
export function select(
  guest: Guest,
  own: (...args: number[]) => number,
  args: readonly [count: number, read: number, write: number, except: number, timeout: number],
): number {
  const { memory, host } = guest;
  const [count, ...rest] = args;
  const places = rest.slice(0, 3);
  if (count < 0 || count > FD_SETSIZE) return -guestErrno.EINVAL!;
  const sets = places.map(at => (at === 0 ? undefined : memory.copy(at, FD_SET_BYTES)));
  const wanted = Array.from({ length: count }, (_, number) => number).filter(number =>
    eventsOf(sets, number),
  );
  const sockets = wanted.filter(isSocketNumber);
  if (sockets.length === 0) return own(...args);
  const time = duration(guest, args[4]);
  if (Number.isNaN(time)) return -guestErrno.EINVAL!;
  const entries: number[] = [];
  for (const number of sockets) {
    const descriptor = guest.descriptors.get(number);
    if (descriptor === undefined) return -guestErrno.EBADF!;
    entries.push(descriptor.fd, eventsOf(sets, number), 0);
  }
  const files = wanted.length > sockets.length ? selectFiles(guest, own, count, places, sets, sockets) : 0;
  const triples = Int32Array.from(entries);
  const deadline = time < 0 ? Infinity : host.now() + time;
  const ready = guest.wait(triples, files > 0 ? 0 : deadline);
  if (ready < 0) return guest.result(ready);
  let answers = files;
  places.forEach((at, set) => {
    if (at === 0) return;
    // What the guest's own select has written of its files stays.
    const out = files > 0 ? memory.copy(at, FD_SET_BYTES) : new Uint8Array(FD_SET_BYTES);
    for (const [k, number] of sockets.entries()) {
      if (!has(sets[set], number) || (triples[3 * k + 2]! & TOLD[set]!) === 0) continue;
      out[number >> 3]! |= 1 << (number & 7);
      answers++;
    }
    memory.put(at, out);
  });
  return answers;
}

/** The guest's own select is asked about its files alone, and does not wait. Returns how many are ready. */
function selectFiles(
  guest: Guest,
  own: (...args: number[]) => number,
  count: number,
  places: readonly number[],
  sets: readonly Bits[],
  sockets: readonly number[],
): number {
  const { memory } = guest;
  // Without memory for a time it has none: no such call of Emscripten's waits.
  const zero = guest.allocate(16);
  if (zero !== 0) memory.clear(zero, 16);
  places.forEach((at, set) => {
    if (at === 0) return;
    const alone = Uint8Array.from(sets[set]!);
    for (const number of sockets) alone[number >> 3]! &= ~(1 << (number & 7));
    memory.put(at, alone);
  });
  const found = own(count, ...places, zero);
  if (zero !== 0) guest.free(zero);
  return Math.max(0, found);
}
