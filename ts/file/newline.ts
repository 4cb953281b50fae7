// Universal newlines: "\r\n" is never cut in two, becomes "\n" if asked, and what was seen is
// remembered (io.IncrementalNewlineDecoder).
import type { Decoder } from "./text-codec.js";

const NEWLINE = /\r\n?|\n/g;

export class NewlineDecoder {
  readonly #decoder: Decoder;
  readonly #translate: boolean;
  readonly #seen = new Set<string>();
  /** A "\r" at the end of a piece, which a "\n" may follow. */
  #kept = "";

  constructor(decoder: Decoder, translate: boolean) {
    this.#decoder = decoder;
    this.#translate = translate;
  }

  decode(piece: Uint8Array, final: boolean): string {
    let text = this.#decoder.decode(piece, final);
    if (text !== "" || final) {
      text = this.#kept + text;
      this.#kept = "";
    }
    if (!final && text.endsWith("\r")) {
      text = text.slice(0, -1);
      this.#kept = "\r";
    }
    if (this.#seen.size < 3) for (const [newline] of text.matchAll(NEWLINE)) this.#seen.add(newline);
    return this.#translate && text.includes("\r") ? text.replace(NEWLINE, "\n") : text;
  }

  /** null, the one kind of newline seen so far, or the kinds in the order "\r", "\n", "\r\n". */
  get newlines(): string | string[] | null {
    const seen = ["\r", "\n", "\r\n"].filter(newline => this.#seen.has(newline));
    return seen.length > 1 ? seen : (seen[0] ?? null);
  }
}
