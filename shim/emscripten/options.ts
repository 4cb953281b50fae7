// Options: struct sizes and numbers that differ between wasm32 and the host, and those that the door
// keeps itself. All others pass as they are.
import type { Descriptor } from "./descriptors.js";
import type { Guest } from "./guest.js";
import {
  hostOption,
  milliseconds,
  NARROW,
  sizeFor,
  SO_RCVTIMEO,
  SO_SNDTIMEO,
  stampOf,
  timeval,
  WIDE,
} from "./times.js";

const SOL_SOCKET = 1;
const SO_ERROR = 4;
const SO_ATTACH_FILTER = 26;
const SO_ATTACH_REUSEPORT_CBPF = 51;
const IPPROTO_IP = 0;
const IPPROTO_IPV6 = 41;
/** MCAST_JOIN_GROUP and MCAST_LEAVE_GROUP take a group_req, those between them a group_source_req. */
const MCAST_FIRST = 42;
const MCAST_LAST = 47;
const SOCKADDR_STORAGE = 128;
/** BPF_MAXINSNS, each of 8 bytes. */
const MAX_INSTRUCTIONS = 4096;
/** More than any option has: nothing is made on a guest's word. */
const MAX_LENGTH = 1 << 16;

/** setsockopt(2). */
export function setsockopt(
  guest: Guest,
  descriptor: Descriptor,
  level: number,
  name: number,
  at: number,
  size: number,
): number {
  const { host, memory, numbers } = guest;
  const length = size >>> 0;
  if (length > MAX_LENGTH) return -numbers.EINVAL;
  const set = level === SOL_SOCKET ? socketOption(name) : undefined;
  if (set !== undefined) return set(guest, descriptor, name, at, length);
  if (at === 0) return host.setsockopt(descriptor.fd, level, name, null, length);
  const value = memory.copy(at, length);
  const wide = isGroup(level, name) ? widened(value) : value;
  return host.setsockopt(descriptor.fd, level, name, wide, wide.length);
}

type Setter = (guest: Guest, descriptor: Descriptor, name: number, at: number, length: number) => number;

/** The options of SOL_SOCKET that are not the host's as they are. */
function socketOption(name: number): Setter | undefined {
  const known = hostOption(name);
  if (known === SO_RCVTIMEO || known === SO_SNDTIMEO) return setTimeouts;
  if (name === SO_ATTACH_FILTER || name === SO_ATTACH_REUSEPORT_CBPF) return setFilter;
  return stampOf(known) === undefined ? undefined : setStamps;
}

/** SO_RCVTIMEO, SO_SNDTIMEO: the door keeps them, since the host's descriptor never waits. */
function setTimeouts(
  { memory, numbers, timeval }: Guest,
  { description }: Descriptor,
  name: number,
  at: number,
  length: number,
): number {
  const time = milliseconds(memory.copy(at, length), timeval);
  if (time === undefined) return -numbers.EINVAL;
  if (hostOption(name) === SO_RCVTIMEO) description.receiveTimeout = time;
  else description.sendTimeout = time;
  return 0;
}

/** struct sock_fprog: a count of 16 bits, and a pointer at 4. */
function setFilter(
  { host, memory, numbers }: Guest,
  { fd }: Descriptor,
  name: number,
  at: number,
  length: number,
): number {
  if (length < 8) return -numbers.EINVAL;
  const count = memory.short(at) & 0xffff;
  if (count > MAX_INSTRUCTIONS) return -numbers.EINVAL;
  return host.attachFilter(fd, name, memory.copy(memory.word(at + 4), 8 * count));
}

/** SO_TIMESTAMP and its like: the number that was set says how wide the guest's times are. */
function setStamps(
  { host, memory, numbers }: Guest,
  { fd, description }: Descriptor,
  name: number,
  at: number,
  length: number,
): number {
  if (length < 4) return -numbers.EINVAL;
  const value = memory.copy(at, length);
  const set = host.setsockopt(fd, SOL_SOCKET, hostOption(name), value, length);
  if (set < 0) return set;
  if (value.subarray(0, 4).every(byte => byte === 0)) description.timestamps.delete(name);
  else description.timestamps.add(name);
  return set;
}

const isGroup = (level: number, name: number) =>
  (level === IPPROTO_IP || level === IPPROTO_IPV6) && name >= MCAST_FIRST && name <= MCAST_LAST;

/** A group_req or group_source_req: the addresses behind its index are aligned to a word of 32 or of 64 bits. */
function widened(value: Uint8Array): Uint8Array {
  const addresses = value.length - 4;
  if (addresses !== SOCKADDR_STORAGE && addresses !== 2 * SOCKADDR_STORAGE) return value;
  const wide = new Uint8Array(8 + addresses);
  wide.set(value.subarray(0, 4));
  wide.set(value.subarray(4), 8);
  return wide;
}

/** getsockopt(2). */
export function getsockopt(
  guest: Guest,
  { fd, description }: Descriptor,
  level: number,
  name: number,
  at: number,
  lengthAt: number,
): number {
  const { host, memory, numbers } = guest;
  const length = memory.word(lengthAt);
  if (length > 0x7fffffff) return -numbers.EINVAL;
  const known = level === SOL_SOCKET ? hostOption(name) : name;
  if (level === SOL_SOCKET && (known === SO_RCVTIMEO || known === SO_SNDTIMEO)) {
    const time = known === SO_RCVTIMEO ? description.receiveTimeout : description.sendTimeout;
    // Where there is no room for a wide one, it is no wide one that is asked for.
    const size = guest.timeval ?? Math.min(sizeFor(name), length < WIDE ? NARROW : WIDE);
    const value = timeval(time, size).subarray(0, length);
    memory.put(at, value);
    memory.putWord(lengthAt, value.length);
    return 0;
  }
  const buffer = new Uint8Array(Math.min(length, MAX_LENGTH));
  const got = host.getsockopt(fd, level, known, buffer);
  if (got < 0) return got;
  if (level === SOL_SOCKET && name === SO_ERROR && got === 4) {
    const view = new DataView(buffer.buffer);
    view.setInt32(0, guest.errno(view.getInt32(0, true)), true);
  }
  memory.put(at, buffer.subarray(0, got));
  memory.putWord(lengthAt, got);
  return 0;
}
