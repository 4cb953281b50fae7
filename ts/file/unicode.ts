// UTF-8 (RFC 3629) and UTF-16 (RFC 2781) for text files. Bad sequences are cut as the Unicode
// Standard, 3.9, says and Python does.
import { bigEndian as bigEndianMachine } from "../base/order.js";
import { Codec } from "./text-codec.js";
import type { DecodeHandler } from "./malformed.js";

/** UTF-16 units that become text at once: String.fromCharCode() takes only so many arguments. */
const MAX_UNITS = 4096;
const LONE_SURROGATE = /[\ud800-\udfff]/gu;
const wellFormed = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const CONTINUATION: Range = [0x80, 0xbf];
/**
 * What the second byte may be after some lead bytes: the ranges exclude overlong forms, surrogates,
 * and what is above U+10FFFF.
 */
const secondBytes = new Map<number, Range>([
  [0xe0, [0xa0, 0xbf]],
  [0xed, [0x80, 0x9f]],
  [0xf0, [0x90, 0xbf]],
  [0xf4, [0x80, 0x8f]],
]);
type Range = readonly [low: number, high: number];

/** How many bytes a sequence of several has that begins with `lead`; 0 if none does. */
function lengthAfter(lead: number): number {
  if (lead < 0xc2 || lead > 0xf4) return 0;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}

/** The sequence at `i`: its length; minus the length of the bad bytes; 0 if `end` cuts it off. */
function sequence(data: Uint8Array, i: number, end: number): number {
  const lead = data[i]!;
  if (lead < 0x80) return 1;
  const length = lengthAfter(lead);
  if (length === 0) return -1;
  let [low, high] = secondBytes.get(lead) ?? CONTINUATION;
  for (let n = 1; n < length; n++) {
    if (i + n === end) return 0;
    if (data[i + n]! < low || data[i + n]! > high) return -n;
    [low, high] = CONTINUATION;
  }
  return length;
}

/** How many bytes at the end of `data` begin a sequence that is cut off. */
function cutOff(data: Uint8Array): number {
  for (let n = 1; n <= 3 && n <= data.length; n++) {
    const byte = data[data.length - n]!;
    if (byte < 0x80) return 0;
    // As CPython, wait for the third byte of an encoded surrogate too, though ED A0 is wrong
    // already.
    if (byte >= 0xc0)
      return sequence(data, data.length - n, data.length) === 0 || (byte === 0xed && n === 2) ? n : 0;
  }
  return 0;
}

export class Utf8 extends Codec {
  readonly name = "utf-8";
  readonly unknown = LONE_SURROGATE;

  bytesOf(text: string): Uint8Array {
    return Buffer.from(text);
  }

  textOf(data: Uint8Array, final: boolean, handler: DecodeHandler): [string, number] {
    const end = data.length - (final ? 0 : cutOff(data));
    // One byte at a time is forty times slower; so this only once the fast decoder has refused.
    try {
      return [wellFormed.decode(data.subarray(0, end)), end];
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
    let text = "";
    let good = 0;
    for (let i = 0; i < end; ) {
      const length = sequence(data, i, end);
      if (length > 0) {
        i += length;
        continue;
      }
      const [substitute, next] = handler(this.name, data, i, length < 0 ? i - length : end);
      text += wellFormed.decode(data.subarray(good, i)) + substitute;
      i = good = next;
    }
    return [text + wellFormed.decode(data.subarray(good, end)), end];
  }
}

export class Utf16 extends Codec {
  readonly unknown = LONE_SURROGATE;
  readonly name: string;
  readonly #writesBigEndian: boolean;
  #bigEndian: boolean | undefined;

  /**
   * Without an order, a byte order mark must tell it when reading; writing then takes the machine's
   * order and no mark: what CPython does on sockets.
   */
  constructor(order?: "le" | "be") {
    super();
    this.name = order ? `utf-16-${order}` : "utf-16";
    this.#bigEndian = order && order === "be";
    this.#writesBigEndian = this.#bigEndian ?? bigEndianMachine;
  }

  bytesOf(text: string): Uint8Array {
    const bytes = Buffer.from(text, "utf16le");
    return this.#writesBigEndian ? bytes.swap16() : bytes;
  }

  override escaped(byte: number): never {
    throw new RangeError(
      `${this.name} can't encode the single byte ${byte} that U+DC${byte.toString(16)} stands for`,
    );
  }

  textOf(data: Uint8Array, final: boolean, handler: DecodeHandler): [string, number] {
    let i = this.#bigEndian === undefined && data.length >= 2 ? this.#readMark(data) : 0;
    let text = "";
    const units: number[] = [];
    const spill = () => {
      text += String.fromCharCode(...units);
      units.length = 0;
    };
    for (;;) {
      if (units.length > MAX_UNITS) spill();
      const length = this.#character(data, i);
      if (length > 0) {
        for (let n = 0; n < length; n += 2) units.push(this.#unit(data, i + n));
        i += length;
        continue;
      }
      spill();
      const left = data.length - i;
      if (left === 0 || (length === 0 && !final)) return [text, i];
      const [substitute, next] = handler(this.name, data, i, length === 0 ? data.length : i - length);
      text += substitute;
      i = next;
    }
  }

  /** Learns the byte order from the mark; returns the mark's length. */
  #readMark(data: Uint8Array): number {
    const mark = (data[0]! << 8) | data[1]!;
    if (mark !== 0xfeff && mark !== 0xfffe)
      throw new RangeError(
        "utf-16 text must begin with a byte order mark: read it as utf-16-le or utf-16-be",
      );
    this.#bigEndian = mark === 0xfeff;
    return 2;
  }

  #unit(data: Uint8Array, at: number): number {
    const first = data[at]!;
    const second = data[at + 1]!;
    return this.#bigEndian ? (first << 8) | second : (second << 8) | first;
  }

  /** The character at `i`: its length; minus the length of a lone surrogate; 0 if it is cut off. */
  #character(data: Uint8Array, i: number): number {
    const left = data.length - i;
    if (left < 2) return 0;
    const unit = this.#unit(data, i);
    if (unit < 0xd800 || unit > 0xdfff) return 2;
    if (unit > 0xdbff) return -2;
    if (left < 4) return 0;
    const next = this.#unit(data, i + 2);
    return next >= 0xdc00 && next <= 0xdfff ? 4 : -2;
  }
}
