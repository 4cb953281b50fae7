// struct msghdr and control messages of wasm32, and what lies in them: descriptors, errors, times.
import * as cmsg from "../../ts/codec/cmsg.js";
import type { AncillaryItem } from "../../ts/base/types.js";
import type { Description, Descriptor } from "./descriptors.js";
import { after, type Guest } from "./guest.js";
import { translateErrors } from "./netlink.js";
import { guestTime, SO_TIMESTAMP, stampOf } from "./times.js";

/** struct msghdr of wasm32: where its fields are. */
const NAME = 0;
const NAME_LENGTH = 4;
const PARTS = 8;
const PART_COUNT = 12;
const CONTROL = 16;
const CONTROL_LENGTH = 20;
const FLAGS = 24;
const HEADER = 28;
/** UIO_MAXIOV. */
const MAX_PARTS = 1024;
/** More control data than the kernel takes (net.core.optmem_max), and room for any that it gives. */
const MAX_CONTROL = 1 << 17;

const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
const IPPROTO_IP = 0;
const IPPROTO_IPV6 = 41;
const IP_RECVERR = 11;
const IPV6_RECVERR = 25;

/** The buffers of an iovec array, those that hold something. */
export function partsOf(guest: Guest, at: number, count: number): Uint8Array[] | undefined {
  const { memory } = guest;
  if (count >>> 0 > MAX_PARTS) return undefined;
  const parts: Uint8Array[] = [];
  for (let i = 0; i < count; i++) {
    const size = memory.word(at + 8 * i + 4);
    if (size > 0) parts.push(memory.view(memory.word(at + 8 * i), size));
  }
  return parts;
}

/** sendmsg(2). */
export function sendmsg(guest: Guest, descriptor: Descriptor, at: number, flags: number): number {
  const { host, memory, numbers } = guest;
  const parts = partsOf(guest, memory.word(at + PARTS), memory.word(at + PART_COUNT));
  if (parts === undefined) return -numbers.EINVAL;
  const lent = new Set<number>();
  const control = controlOut(guest, memory.word(at + CONTROL), memory.word(at + CONTROL_LENGTH), lent);
  const name = memory.word(at + NAME);
  const nameLength = memory.word(at + NAME_LENGTH);
  const attempt = (rest: Uint8Array[]) => {
    const length = name !== 0 && nameLength !== 0 ? guest.putAddress(name, nameLength) : 0;
    return length < 0
      ? length
      : host.sendmsg(descriptor.fd, rest, control as null, flags | numbers.MSG_DONTWAIT, length);
  };
  try {
    return typeof control === "number" ? control : guest.sendAll(descriptor, flags, parts, control, attempt);
  } finally {
    for (const fd of lent) host.surrender(fd);
  }
}

/** The host's descriptor that a number of the guest's stands for: a socket, or a file that is `lent`. */
function passed(guest: Guest, number: number, lent: Set<number>): number | undefined {
  const socket = guest.descriptors.get(number);
  if (socket !== undefined) return socket.fd;
  const file = guest.hostFile(number);
  if (file === undefined || lent.has(file)) return file;
  if (guest.host.adopt(file) < 0) return undefined;
  lent.add(file);
  return file;
}

/** recvmsg(2). */
export function recvmsg(guest: Guest, descriptor: Descriptor, at: number, flags: number): number {
  const { host, memory, numbers, wire } = guest;
  const parts = partsOf(guest, memory.word(at + PARTS), memory.word(at + PART_COUNT));
  if (parts === undefined) return -numbers.EINVAL;
  const name = memory.word(at + NAME);
  const nameRoom = memory.word(at + NAME_LENGTH);
  const controlAt = memory.word(at + CONTROL);
  const room = controlAt === 0 ? 0 : memory.word(at + CONTROL_LENGTH);
  // A place that lies is told before a message, and descriptors in it, are taken: memory never shrinks.
  memory.view(at, HEADER);
  memory.view(controlAt, room);
  if (name !== 0) memory.view(name, Math.min(nameRoom, wire.addressSize));
  // A header of the host's is longer than one of wasm32: twice the room holds the same messages.
  const control = room === 0 ? null : new Uint8Array(Math.min(2 * room + 64, MAX_CONTROL));
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  const count = guest.fill(
    descriptor,
    flags,
    total,
    offset => host.recvmsg(descriptor.fd, after(parts, offset), control, flags | numbers.MSG_DONTWAIT),
    // Descriptors end a message, as they do in the kernel.
    () => control !== null && wire.controlLength() > 0,
  );
  if (count < 0) return count;
  translateErrors(guest, descriptor, parts, count);
  let messageFlags = wire.messageFlags();
  const got = control === null ? undefined : control.subarray(0, wire.controlLength());
  if (name !== 0) memory.putWord(at + NAME_LENGTH, guest.giveName(name, nameRoom));
  let length = 0;
  if (got !== undefined) {
    const narrow = controlIn(guest, descriptor.description, got, controlAt, room);
    length = narrow.length;
    if (!narrow.complete) messageFlags |= numbers.MSG_CTRUNC;
  }
  memory.putWord(at + CONTROL_LENGTH, length);
  memory.putWord(at + FLAGS, messageFlags);
  return count;
}

/**
 * The guest's control messages as the host's, or a negative errno of the host's. Its files are `lent` to
 * the host's guard until they are sent.
 */
function controlOut(guest: Guest, at: number, length: number, lent: Set<number>): Uint8Array | null | number {
  const { numbers } = guest;
  if (at === 0 || length === 0) return null;
  if (length > MAX_CONTROL) return -numbers.EINVAL;
  const items: AncillaryItem[] = [];
  if (!cmsg.parse(guest.wire32, guest.memory.copy(at, length), items)) return -numbers.EINVAL;
  const out: AncillaryItem[] = [];
  for (const [level, type, data] of items) {
    if (level !== SOL_SOCKET || type !== SCM_RIGHTS) {
      out.push([level, type, data]);
      continue;
    }
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    const fds = new Int32Array(data.length >> 2);
    for (const i of fds.keys()) {
      const fd = passed(guest, view.getInt32(4 * i, true), lent);
      if (fd === undefined) return -numbers.EBADF;
      fds[i] = fd;
    }
    out.push([level, type, new Uint8Array(fds.buffer)]);
  }
  return cmsg.build(guest.wire, out, "sendmsg");
}

/** The host's control messages as the guest's, put into its room. What does not fit is given up. */
function controlIn(
  guest: Guest,
  description: Description,
  control: Uint8Array,
  at: number,
  room: number,
): { length: number; complete: boolean } {
  const items: AncillaryItem[] = [];
  let complete = cmsg.parse(guest.wire, control, items);
  let length = 0;
  for (const item of items) {
    const rights = item[0] === SOL_SOCKET && item[1] === SCM_RIGHTS;
    const header = guest.wire32.calls.cmsg_len(guest.wire32.target, 0);
    const left = room - length - header;
    if (rights) {
      const fds = new Int32Array(Uint8Array.from(item[2]).buffer);
      const taken = Math.max(0, Math.min(fds.length, left >> 2));
      for (const fd of fds.subarray(taken)) guest.host.close(fd);
      if (taken < fds.length) complete = false;
      if (taken === 0) continue;
      const numbers = Int32Array.from(fds.subarray(0, taken), fd => guest.receive(fd));
      item[2] = new Uint8Array(numbers.buffer);
    }
    const [level, type, data] = translated(guest, description, item);
    const built = cmsg.build(guest.wire32, [[level, type, data]], "recvmsg")!;
    if (left < data.length) {
      complete = false;
      if (left < 0) break;
    }
    const given = built.subarray(0, Math.min(built.length, room - length));
    // A message that was cut says so by its own length.
    if (left < data.length) new DataView(given.buffer).setUint32(0, header + Math.max(0, left), true);
    guest.memory.put(at + length, given);
    length += given.length;
  }
  return { length, complete };
}

/** A control message that came in, with the guest's errors and times in it. */
function translated(
  guest: Guest,
  description: Description,
  [level, type, data]: AncillaryItem,
): AncillaryItem {
  const isError =
    (level === IPPROTO_IP && type === IP_RECVERR) || (level === IPPROTO_IPV6 && type === IPV6_RECVERR);
  if (isError && data.length >= 4) {
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    view.setUint32(0, guest.errno(view.getUint32(0, true)), true);
    return [level, type, data];
  }
  if (level === SOL_SOCKET && type >= SO_TIMESTAMP && stampOf(type) !== undefined)
    return [level, ...guestTime(type, data, description.timestamps, guest.timeval)];
  return [level, type, data];
}
