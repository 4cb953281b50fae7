// Netlink's messages hold errors of the system's: as data of the guest's they have its numbers.
import type { Guest } from "./guest.js";

/** struct nlmsghdr: a length, and a type of 16 bits; the error of NLMSG_ERROR and NLMSG_DONE is behind it. */
const HEADER = 16;
const TYPE = 4;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;

/** Translates what has come into `parts`, `count` bytes of a datagram of netlink. */
export function translateErrors(guest: Guest, parts: readonly Uint8Array[], count: number): void {
  const [first] = parts;
  if (first === undefined) return;
  if (count <= first.length) {
    translate(guest, first.subarray(0, count));
    return;
  }
  const whole = Uint8Array.from(parts.flatMap(part => [...part])).subarray(0, count);
  translate(guest, whole);
  let from = 0;
  for (const part of parts) {
    part.set(whole.subarray(from, from + part.length));
    from += part.length;
  }
}

function translate(guest: Guest, bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at + HEADER <= bytes.length; ) {
    const length = view.getUint32(at, true);
    const type = view.getUint16(at + TYPE, true);
    const error = at + HEADER;
    if ((type === NLMSG_ERROR || type === NLMSG_DONE) && length >= HEADER + 4 && error + 4 <= bytes.length) {
      const number = view.getInt32(error, true);
      if (number < 0) view.setInt32(error, -guest.errno(-number), true);
    }
    if (length < HEADER) return;
    at += (length + 3) & ~3;
  }
}
