// A text encoding: both ways, incrementally, with an error handler. The encodings are in unicode.ts
// and charset.ts.
import { plainBytes } from "../codec/wire.js";
import type { DecodeHandler, EncodeHandler } from "./malformed.js";

/** One encoding, both ways. */
export abstract class Codec {
  /** The encoding's name. */
  abstract readonly name: string;
  /** Matches each character that has no bytes (flags g and u). */
  abstract readonly unknown: RegExp;

  /** The bytes of text without such characters. */
  abstract bytesOf(text: string): Uint8Array;

  /** The text of `data` and how many bytes that took: with `final` all of them. */
  abstract textOf(data: Uint8Array, final: boolean, handler: DecodeHandler): [text: string, used: number];

  /** The bytes of a byte that stands in the text as U+DC80..U+DCFF. */
  escaped(byte: number): Uint8Array {
    return Uint8Array.of(byte);
  }

  /** The bytes of text; what has none goes to the handler. */
  encode(text: string, handler: EncodeHandler): Uint8Array {
    const parts: Uint8Array[] = [];
    let at = 0;
    for (const match of text.matchAll(this.unknown)) {
      const substitute = handler(this.name, match[0].codePointAt(0)!);
      parts.push(
        this.bytesOf(text.slice(at, match.index)),
        typeof substitute === "number" ? this.escaped(substitute) : this.bytesOf(substitute),
      );
      at = match.index + match[0].length;
    }
    if (at === 0) return this.bytesOf(text);
    return plainBytes.concat([...parts, this.bytesOf(text.slice(at))]);
  }
}

/**
 * Decodes what comes in pieces; a character cut in two waits for its rest. After an error the piece
 * is gone, as in Python.
 */
export class Decoder {
  readonly #codec: Codec;
  readonly #handler: DecodeHandler;
  #kept: Uint8Array = new Uint8Array(0);

  constructor(codec: Codec, handler: DecodeHandler) {
    this.#codec = codec;
    this.#handler = handler;
  }

  decode(piece: Uint8Array, final: boolean): string {
    const data = this.#kept.length > 0 ? plainBytes.concat([this.#kept, piece]) : piece;
    const [text, used] = this.#codec.textOf(data, final, this.#handler);
    this.#kept = used < data.length ? Uint8Array.from(data.subarray(used)) : new Uint8Array(0);
    return text;
  }
}
