// UTF-8 (RFC 3629) and UTF-16 (RFC 2781) for text files. Bad sequences are cut as the Unicode
// Standard, 3.9, says and Python does.
import { bigEndian as bigEndianMachine } from "../base/order.js";
import { Codec } from "./text-codec.js";
import type { DecodeHandler } from "./malformed.js";

const LONE_SURROGATE = /[\ud800-\udfff]/gu;
const wellFormed = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The sequence at `i`: its length; minus the length of the bad bytes; 0 if `end` cuts it off. */
function sequence(data: Uint8Array, i: number, end: number): number {
  const lead = data[i]!;
  if (lead < 0x80) return 1;
  const length = lead < 0xc2 || lead > 0xf4 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (length === 0) return -1;
  // The second byte's range excludes overlong forms, surrogates, and what is above U+10FFFF.
  let low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  let high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  for (let n = 1; n < length; n++) {
    if (i + n === end) return 0;
    if (data[i + n]! < low || data[i + n]! > high) return -n;
    low = 0x80;
    high = 0xbf;
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
    let i = 0;
    let text = "";
    let bigEndian = this.#bigEndian;
    if (bigEndian === undefined && data.length >= 2) {
      const mark = (data[0]! << 8) | data[1]!;
      if (mark !== 0xfeff && mark !== 0xfffe)
        throw new RangeError(
          "utf-16 text must begin with a byte order mark: read it as utf-16-le or utf-16-be",
        );
      this.#bigEndian = bigEndian = mark === 0xfeff;
      i = 2;
    }
    const unit = (at: number) =>
      bigEndian ? (data[at]! << 8) | data[at + 1]! : (data[at + 1]! << 8) | data[at]!;
    const units: number[] = [];
    const spill = () => {
      text += String.fromCharCode(...units);
      units.length = 0;
    };
    for (;;) {
      if (units.length > 4096) spill();
      const left = data.length - i;
      const first = left >= 2 ? unit(i) : 0;
      const second = left >= 4 ? unit(i + 2) : 0;
      const high = first >= 0xd800 && first <= 0xdbff;
      const low = second >= 0xdc00 && second <= 0xdfff;
      let bad = 0;
      if (left < 2 || (high && left < 4)) {
        if (left === 0 || !final) {
          spill();
          return [text, i];
        }
        bad = left;
      } else if (high && low) {
        units.push(first, second);
        i += 4;
      } else if (first >= 0xd800 && first <= 0xdfff) {
        bad = 2;
      } else {
        units.push(first);
        i += 2;
      }
      if (bad > 0) {
        spill();
        const [substitute, next] = handler(this.name, data, i, i + bad);
        text += substitute;
        i = next;
      }
    }
  }
}
