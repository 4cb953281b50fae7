// Times in options and control messages. A libc with a time_t of 64 bits has numbers of its own for
// them (SO_RCVTIMEO_NEW …), whose structs are those of a 64-bit Linux; one of 32 bits has the old
// numbers and 32-bit words.

export const SO_RCVTIMEO = 20;
export const SO_SNDTIMEO = 21;
const SO_RCVTIMEO_NEW = 66;
const SO_SNDTIMEO_NEW = 67;
export const SO_TIMESTAMP = 29;
const SO_TIMESTAMPNS = 35;
const SO_TIMESTAMPING = 37;

/** Sizes of a struct timeval, of a libc with 64-bit times and of one with 32-bit times. */
export const WIDE = 16;
export const NARROW = 8;

/** The number that a 64-bit Linux has for a time option of the guest's; others as they are. */
const OLD: ReadonlyMap<number, number> = new Map([
  [SO_RCVTIMEO_NEW, SO_RCVTIMEO],
  [SO_SNDTIMEO_NEW, SO_SNDTIMEO],
  [63, SO_TIMESTAMP],
  [64, SO_TIMESTAMPNS],
  [65, SO_TIMESTAMPING],
]);
const NEW: ReadonlyMap<number, number> = new Map(Array.from(OLD, ([now, before]) => [before, now]));

export function hostOption(name: number): number {
  return OLD.get(name) ?? name;
}

/** The size of a struct timeval that goes with a number of the guest's, where it has not told it. */
export function sizeFor(name: number): number {
  return OLD.has(name) ? WIDE : NARROW;
}

/** The stamps that a control message's type is about, undefined for other types. */
export function stampOf(type: number): number | undefined {
  return type === SO_TIMESTAMP || type === SO_TIMESTAMPNS || type === SO_TIMESTAMPING ? type : undefined;
}

/**
 * Stamps as the guest asked for them: under the number that it set, in words of half its `timeval`, or,
 * where that was not told, of the size that goes with that number.
 */
export function guestTime(
  type: number,
  data: Uint8Array,
  asked: ReadonlySet<number>,
  timeval: number | undefined,
): [type: number, data: Uint8Array] {
  const renamed = NEW.get(type)!;
  const given = asked.has(renamed) ? renamed : type;
  if ((timeval ?? sizeFor(given)) === WIDE) return [given, data];
  const wide = new DataView(data.buffer, data.byteOffset, data.length);
  const narrow = new DataView(new ArrayBuffer(data.length >> 1));
  for (let i = 0; 8 * i + 8 <= data.length; i++)
    narrow.setInt32(4 * i, Number(BigInt.asIntN(32, wide.getBigInt64(8 * i, true))), true);
  return [given, new Uint8Array(narrow.buffer)];
}

/**
 * Milliseconds of a struct timeval of `size` bytes, or as many as were given; Infinity for none; undefined
 * where it is no time.
 */
export function milliseconds(
  bytes: Uint8Array,
  size = bytes.length >= WIDE ? WIDE : NARROW,
): number | undefined {
  if (bytes.length < size) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const wide = size === WIDE;
  const seconds = wide ? Number(view.getBigInt64(0, true)) : view.getInt32(0, true);
  const micros = wide ? Number(view.getBigInt64(8, true)) : view.getInt32(4, true);
  if (micros < 0 || micros >= 1_000_000) return undefined;
  if (seconds < 0) return 0;
  return seconds === 0 && micros === 0 ? Infinity : seconds * 1000 + micros / 1000;
}

/** A struct timeval of `size` bytes. */
export function timeval(time: number, size: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(size));
  const seconds = time === Infinity ? 0 : Math.floor(time / 1000);
  const micros = time === Infinity ? 0 : Math.round((time % 1000) * 1000);
  if (size === WIDE) {
    view.setBigInt64(0, BigInt(seconds), true);
    view.setBigInt64(8, BigInt(micros), true);
  } else {
    view.setInt32(0, seconds, true);
    view.setInt32(4, micros, true);
  }
  return new Uint8Array(view.buffer);
}
