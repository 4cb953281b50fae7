// Encodings that are tables of 256 characters, and the legacy ones that this runtime's TextDecoder
// can read (WHATWG Encoding).
import { Codec } from "./text-codec.js";
import type { DecodeHandler } from "./malformed.js";

/** One byte, one character. */
export class Table extends Codec {
  readonly name: string;
  readonly unknown: RegExp;
  readonly #characters: readonly (string | undefined)[];
  readonly #bytes = new Map<string, number>();

  /** The characters of the bytes 0..255, none for a byte that has none. */
  constructor(name: string, characters: readonly (string | undefined)[]) {
    super();
    this.name = name;
    this.#characters = characters;
    characters.forEach((character, byte) => {
      if (character !== undefined) this.#bytes.set(character, byte);
    });
    this.unknown = new RegExp(
      `[^${[...this.#bytes.keys()].map(c => `\\u{${c.codePointAt(0)!.toString(16)}}`).join("")}]`,
      "gu",
    );
  }

  bytesOf(text: string): Uint8Array {
    return Uint8Array.from(text, character => this.#bytes.get(character)!);
  }

  textOf(data: Uint8Array, _final: boolean, handler: DecodeHandler): [string, number] {
    let text = "";
    for (let i = 0; i < data.length; ) {
      const character = this.#characters[data[i]!];
      const [part, next]: [string, number] =
        character === undefined ? handler(this.name, data, i, i + 1) : [character, i + 1];
      text += part;
      i = next;
    }
    return [text, data.length];
  }
}

/** ASCII (128 characters) or Latin-1 (256): a byte is its code point. */
export class FirstCharacters extends Table {
  readonly #all: RegExp;

  constructor(name: string, count: number) {
    super(
      name,
      Array.from({ length: count }, (_, code) => String.fromCharCode(code)),
    );
    this.#all = new RegExp(`^[\\0-\\x${(count - 1).toString(16)}]*$`);
  }

  override bytesOf(text: string): Uint8Array {
    return Buffer.from(text, "latin1");
  }

  override textOf(data: Uint8Array, final: boolean, handler: DecodeHandler): [string, number] {
    const text = Buffer.from(data.buffer, data.byteOffset, data.length).toString("latin1");
    return this.#all.test(text) ? [text, data.length] : super.textOf(data, final, handler);
  }
}

const SINGLE_BYTE = /^(windows-(125\d|874)|iso-8859-\d+(-i)?|koi8-[ru]|ibm866|macintosh|x-mac-cyrillic)$/;

/** The table of a single-byte encoding as TextDecoder calls it. */
export function tableOf(name: string): Table | undefined {
  if (!SINGLE_BYTE.test(name)) return undefined;
  const decoder = new TextDecoder(name, { fatal: true });
  return new Table(
    name,
    Array.from({ length: 256 }, (_, byte) => {
      try {
        return decoder.decode(Uint8Array.of(byte));
      } catch {
        return undefined; // this byte has no character
      }
    }),
  );
}

/** An encoding of several bytes that can be read only. */
export class ReadOnly extends Codec {
  readonly name: string;
  readonly unknown = /(?!)/gu;
  readonly #decoder: InstanceType<typeof TextDecoder>;

  constructor(name: string, errors: string, writes: boolean) {
    super();
    if (writes)
      throw new RangeError(
        `encoding ${name} is for reading only: files are written in utf-8, utf-16, ascii, latin-1 ` +
          "or another single-byte encoding",
      );
    if (errors !== "strict" && errors !== "replace")
      throw new RangeError(
        `errors must be "strict" or "replace" with encoding ${name}, got ${JSON.stringify(errors)}`,
      );
    this.name = name;
    this.#decoder = new TextDecoder(name, { fatal: errors === "strict" });
  }

  bytesOf(): never {
    throw new RangeError(`encoding ${this.name} is for reading only`);
  }

  textOf(data: Uint8Array, final: boolean): [string, number] {
    try {
      return [this.#decoder.decode(data, { stream: !final }), data.length];
    } catch (error) {
      throw new RangeError(`${this.name} can't decode what was read`, { cause: error });
    }
  }
}
