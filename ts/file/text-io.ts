// TextIOWrapper: text over a buffered file (Python's io.TextIOWrapper). Characters are code points:
// a surrogate pair counts as one.
import { builtin } from "../../shim/builtin.js";
import { show } from "../base/check.js";
import { UnsupportedOperation } from "../base/error.js";
import { iterate, Layer, readlines, sizeOf } from "./base.js";
import { Decoder, type Codec } from "./text-codec.js";
import { plainBytes } from "../codec/wire.js";
import { findCodec } from "./encoding.js";
import { handlers } from "./malformed.js";
import { NewlineDecoder } from "./newline.js";
import type { BufferedRWPair } from "./rw-pair.js";
import type { SocketIO } from "./raw.js";
import { BufferedReader } from "./reader.js";
import { BufferedWriter } from "./writer.js";

/** How text becomes bytes. */
export interface TextOptions {
  /** utf-8 if not given. */
  encoding?: string | null | undefined;
  /** strict (a RangeError) if not given, ignore, replace, backslashreplace or surrogateescape. */
  errors?: string | null | undefined;
  /**
   * null: "\n", "\r" and "\r\n" end lines and read as "\n"; "\n" is written as this system's. "":
   * they end lines and stay; any other ends lines alone, and "\n" is written as it.
   */
  newline?: "" | "\n" | "\r" | "\r\n" | null | undefined;
  /** Flush when a newline is written. */
  lineBuffering?: boolean | undefined;
}

/** The buffered files. */
export type Buffered<B extends Uint8Array = Uint8Array> =
  | BufferedReader<B>
  | BufferedWriter<B>
  | BufferedRWPair<B>;

/** Bytes read at once, and bytes of written text that wait. */
const CHUNK = 8192;

/** Where `count` characters from `at` on end. */
function advance(text: string, at: number, count: number): number {
  if (text.length - at <= count) return text.length;
  while (count-- > 0 && at < text.length) at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  return at;
}

/** How many characters there are. */
function characters(text: string): number {
  let pairs = 0;
  if (/[\ud800-\udbff]/.test(text)) for (const character of text) if (character.length > 1) pairs++;
  return text.length - pairs;
}

function option(name: string, value: unknown, otherwise: string): string {
  if (value === undefined || value === null) return otherwise;
  if (typeof value !== "string") throw new TypeError(`${name} must be a string, got ${show(value)}`);
  return value;
}

/** Checked options. */
export class TextFormat {
  /** The encoding's name, as it was given. */
  readonly encoding: string;
  /** strict, ignore, replace, backslashreplace or surrogateescape. */
  readonly errors: string;
  /** What ends lines. */
  readonly newline: string | null;
  /** Whether a newline that is written flushes. */
  readonly lineBuffering: boolean;
  /** Both ways of the encoding. */
  readonly codec: Codec;

  constructor(options: TextOptions, writes: boolean) {
    this.encoding = option("encoding", options.encoding, "utf-8");
    this.errors = option("errors", options.errors, "strict");
    const newline: unknown = options.newline ?? null;
    if (newline !== null && typeof newline !== "string")
      throw new TypeError(`newline must be a string or null, got ${show(newline)}`);
    if (newline !== null && !["", "\n", "\r", "\r\n"].includes(newline))
      throw new RangeError(`newline must be null, "", "\\n", "\\r" or "\\r\\n", got ${show(newline)}`);
    if (!Object.hasOwn(handlers, this.errors))
      throw new RangeError(
        `errors must be one of ${Object.keys(handlers).join(", ")}, got ${show(this.errors)}`,
      );
    this.newline = newline;
    this.lineBuffering = options.lineBuffering ?? false;
    this.codec = findCodec(this.encoding, this.errors, writes);
  }
}

/** A file of text: what `makefile("r")`, `makefile("w")` and `makefile("rw")` give. */
export class TextIOWrapper<B extends Uint8Array = Uint8Array> extends Layer<Buffered<B>> {
  /** As it was given. */
  readonly encoding: string;
  /** What happens to what can't be encoded or decoded: strict, ignore, replace, … */
  readonly errors: string;
  /** Whether a newline that is written flushes. */
  readonly lineBuffering: boolean;
  readonly #mode: string;
  readonly #newline: string | null;
  readonly #codec: Codec;
  readonly #universal: NewlineDecoder | undefined;
  readonly #decoder: Decoder | NewlineDecoder;
  readonly #reads: boolean;
  readonly #writes: boolean;
  // Decoded text that has not been read: #text from #at on.
  #text = "";
  #at = 0;
  // Encoded text that the buffered file does not have yet.
  #unwritten: Uint8Array[] = [];
  #unwrittenBytes = 0;

  constructor(buffer: Buffered<B>, options?: TextOptions);
  /** @internal */
  constructor(buffer: Buffered<B>, format: TextFormat, mode: string);
  constructor(buffer: Buffered<B>, options: TextOptions | TextFormat = {}, mode: string = buffer.mode) {
    super(buffer);
    this.#reads = !(buffer instanceof BufferedWriter);
    this.#writes = !(buffer instanceof BufferedReader);
    const format = options instanceof TextFormat ? options : new TextFormat(options, this.#writes);
    this.encoding = format.encoding;
    this.errors = format.errors;
    this.lineBuffering = format.lineBuffering;
    this.#mode = mode;
    this.#newline = format.newline;
    this.#codec = format.codec;
    const decoder = new Decoder(format.codec, handlers[format.errors]!.decode);
    if (format.newline === null || format.newline === "")
      this.#universal = new NewlineDecoder(decoder, format.newline === null);
    this.#decoder = this.#universal ?? decoder;
  }

  /** The buffered file. */
  get buffer(): Buffered<B> {
    return this._below;
  }
  override get mode(): string {
    return this.#mode;
  }
  /** The newlines read so far, where any ends a line: null, one, or a list. */
  get newlines(): string | string[] | null {
    return this.#universal?.newlines ?? null;
  }

  #forReading(): BufferedReader<B> | BufferedRWPair<B> {
    const buffer = this._open;
    if (!this.#reads) throw new UnsupportedOperation("this file is not open for reading");
    this.#passOn();
    return buffer as BufferedReader<B> | BufferedRWPair<B>;
  }

  /**
   * One read of the buffered file, decoded, after `kept`; false at the end. Where a non-blocking
   * socket has nothing, false too if something was `read` before, which then is what there is.
   */
  #readChunk(buffer: BufferedReader<B> | BufferedRWPair<B>, size: number, read: boolean, kept = ""): boolean {
    for (;;) {
      this.#text = kept;
      this.#at = 0;
      const bytes = buffer._readOnce(Math.max(CHUNK, size));
      if (bytes === null && read) return false;
      if (bytes === null) throw buffer._wouldBlock("recv");
      this.#text = "";
      const text = this.#decoder.decode(bytes, bytes.length === 0);
      this.#text = kept + text;
      if (text !== "") return true;
      if (bytes.length === 0) return false;
    }
  }

  #takeTo(end: number): string {
    const text = this.#text.slice(this.#at, end);
    this.#at = end;
    return text;
  }

  /**
   * `size` characters, fewer only at the end or if a non-blocking socket has no more; without a
   * size, all up to the end.
   * @throws RangeError (bytes that are no text), TimeoutError, BlockingIOError if a non-blocking
   * socket has nothing.
   */
  read(size?: number | null): string {
    let left = sizeOf("size", size);
    const buffer = this.#forReading();
    const parts: string[] = [];
    if (left < 0) {
      const bytes = buffer.read();
      if (bytes === null && this.#at === this.#text.length) throw buffer._wouldBlock("recv");
      const rest = bytes === null ? "" : this.#decoder.decode(bytes, true);
      return this.#takeTo(this.#text.length) + rest;
    }
    while (left > 0 && (this.#at < this.#text.length || this.#readChunk(buffer, left, parts.length > 0))) {
      const part = this.#takeTo(advance(this.#text, this.#at, left));
      left -= characters(part);
      parts.push(part);
    }
    return parts.join("");
  }

  /** Where the line at #at ends, 0 if its end is not there yet. */
  #lineEnd(): number {
    if (this.#newline === "") {
      const any = /\r\n?|\n/g;
      any.lastIndex = this.#at;
      return any.test(this.#text) ? any.lastIndex : 0;
    }
    const newline = this.#newline ?? "\n";
    const found = this.#text.indexOf(newline, this.#at);
    return found < 0 ? 0 : found + newline.length;
  }

  /**
   * A line with its newline, at most `limit` characters of it; "" at the end. Where a non-blocking
   * socket has no whole line, it is what there is, as in Python.
   * @throws as read().
   */
  readline(limit?: number | null): string {
    const max = sizeOf("limit", limit);
    const buffer = this.#forReading();
    let left = max < 0 ? Infinity : max;
    let line = "";
    let kept = "";
    while (left > 0) {
      const needsText = this.#at === this.#text.length || kept !== "";
      if (needsText && !this.#readChunk(buffer, 0, line !== "", kept))
        return line + this.#takeTo(this.#text.length);
      const end = this.#lineEnd();
      const stop = left === Infinity ? this.#text.length : advance(this.#text, this.#at, left);
      if (end > 0 && end <= stop) return line + this.#takeTo(end);
      kept = this.#halfNewline(stop, left);
      const part = this.#takeTo(stop - kept.length);
      if (left !== Infinity) left -= characters(part);
      line += part;
    }
    return line;
  }

  /**
   * A "\r" at the end of the text, to which a "\n" that has not been read may belong; "" if there
   * is none, or if no room is `left` for the "\n".
   */
  #halfNewline(stop: number, left: number): string {
    if (this.#newline !== "\r\n" || stop < this.#text.length || !this.#text.endsWith("\r")) return "";
    return characters(this.#text.slice(this.#at)) < left ? "\r" : "";
  }

  /**
   * The lines up to the end; with a hint (characters), no more once they are longer.
   * @throws as readline().
   */
  readlines(hint?: number | null): string[] {
    return readlines(this, hint, characters);
  }
  /** The lines up to the end. */
  [Symbol.iterator](): Generator<string, void, undefined> {
    return iterate(this);
  }

  /** Hands the encoded text to the buffered file. */
  #passOn(): void {
    if (this.#unwritten.length === 0) return;
    const bytes = this.#unwritten.length === 1 ? this.#unwritten[0]! : plainBytes.concat(this.#unwritten);
    this.#unwritten = [];
    this.#unwrittenBytes = 0;
    (this._open as BufferedWriter<B> | BufferedRWPair<B>).write(bytes);
  }

  /**
   * Takes the text and returns how many characters it has; sends when enough is there.
   * @throws RangeError (characters that the encoding lacks), as BufferedWriter.write().
   */
  write(text: string): number {
    if (typeof text !== "string") throw new TypeError(`text must be a string, got ${show(text)}`);
    this._open;
    if (!this.#writes) throw new UnsupportedOperation("this file is not open for writing");
    const newline = this.#newline ?? builtin("node:os").EOL;
    const bytes = this.#codec.encode(
      newline.length > 0 && newline !== "\n" ? text.replaceAll("\n", newline) : text,
      handlers[this.errors]!.encode,
    );
    if (this.#unwrittenBytes + bytes.length > CHUNK) this.#passOn();
    this.#unwritten.push(bytes);
    this.#unwrittenBytes += bytes.length;
    if (this.lineBuffering && /[\r\n]/.test(text)) this.flush();
    else if (this.#unwrittenBytes >= CHUNK) this.#passOn();
    return characters(text);
  }

  /**
   * Writes each.
   * @throws as write().
   */
  writelines(lines: Iterable<string>): void {
    this._open;
    for (const line of lines) this.write(line);
  }

  flush(): void {
    const buffer = this._open;
    this.#passOn();
    buffer.flush();
  }

  /** Flushes, and gives the buffered file to the caller; text that was read ahead is lost. */
  override detach(): Buffered<B> {
    return super.detach();
  }
}

/** What makefile() can give. */
export type AnyFile<B extends Uint8Array = Uint8Array> = SocketIO<B> | Buffered<B> | TextIOWrapper<B>;
