// Errors in netlink messages that came in, as the guest numbers them.
import type { Descriptor } from "./descriptors.js";
import type { Guest } from "./guest.js";

/** struct nlmsghdr: its length, the type, and what follows it; messages are aligned to a word. */
const TYPE = 4;
const HEADER = 16;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;

/** Where the errors of the first `count` bytes lie: negative numbers behind the headers of two types. */
function errorPlaces(view: DataView): number[] {
  const places: number[] = [];
  for (let at = 0; at + HEADER + 4 <= view.byteLength; ) {
    const type = view.getUint16(at + TYPE, true);
    if ((type === NLMSG_ERROR || type === NLMSG_DONE) && view.getInt32(at + HEADER, true) < 0)
      places.push(at + HEADER);
    const length = view.getUint32(at, true);
    if (length < HEADER) break;
    at += 4 * Math.ceil(length / 4);
  }
  return places;
}

/** Gives errors in `count` bytes of netlink messages, which lie in `parts`, the guest's numbers. */
export function translateErrors(
  guest: Guest,
  { description }: Descriptor,
  parts: readonly Uint8Array[],
  count: number,
): void {
  if (description.family !== guest.numbers.AF_NETLINK || count <= 0) return;
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  const view = new DataView(bytes.buffer, 0, Math.min(count, bytes.length));
  const places = errorPlaces(view);
  if (places.length === 0) return;
  for (const place of places) view.setInt32(place, -guest.errno(-view.getInt32(place, true)), true);
  at = 0;
  for (const part of parts) {
    part.set(bytes.subarray(at, at + part.length));
    at += part.length;
  }
}
