// BufferedReader: reads ahead of what is asked for (Python's io.BufferedReader, whose raw reads it
// matches in number and size).
import { int, MAX_INT, writableOf } from "../base/check.js";
import { OSError } from "../base/error.js";
import type { WritableBytes } from "../base/types.js";
import { DEFAULT_BUFFER_SIZE, iterate, Layer, readlines, sizeOf } from "./base.js";
import type { SocketIO } from "./raw.js";
import { part } from "../base/views.js";
import type { ByteMaker } from "../codec/wire.js";

const NEWLINE = 0x0a;

/** A file of bytes to read: what `makefile("rb")` gives. */
export class BufferedReader<B extends Uint8Array = Uint8Array> extends Layer<SocketIO<B>> {
  readonly #bytes: ByteMaker<B>;
  readonly #own: B;
  /** That one, or what was put back. */
  #buffer: B;
  // What is buffered: #buffer[#at..#end].
  #at = 0;
  #end = 0;

  constructor(raw: SocketIO<B>, size = DEFAULT_BUFFER_SIZE) {
    super(raw);
    if (!raw.readable()) throw new OSError("raw must be readable");
    this.#bytes = raw._bytes;
    this.#buffer = this.#own = this.#bytes.uninitialized(int("size", size, 1, MAX_INT));
  }

  /** The raw file. */
  get raw(): SocketIO<B> {
    return this._below;
  }

  flush(): void {
    this._open.flush();
  }

  #reset(): void {
    this.#buffer = this.#own;
    this.#at = this.#end = 0;
  }

  /**
   * One raw read, after what is buffered: the count, 0 at the end, null if it would have to wait.
   */
  #fill(): number | null {
    const n = this._open.readinto(this.#buffer.subarray(this.#end));
    this.#end += n ?? 0;
    return n;
  }

  /** Moves buffered bytes to `target` at `offset`, as many as fit; returns the count. */
  #drain(target: Uint8Array, offset: number): number {
    const n = Math.min(this.#end - this.#at, target.length - offset);
    target.set(this.#buffer.subarray(this.#at, this.#at + n), offset);
    this.#at += n;
    return n;
  }

  #take(n: number): B {
    const taken = this.#bytes.copy(this.#buffer.subarray(this.#at, this.#at + n));
    this.#at += n;
    return taken;
  }

  /**
   * Exactly `size` bytes, fewer only at the end or if a non-blocking socket has no more; without a
   * size, all up to the end. null if a non-blocking socket has nothing.
   * @throws as SocketIO.readinto().
   */
  read(size?: number | null): B | null {
    const n = sizeOf("size", size);
    const raw = this._open;
    if (n < 0) return this.#readAll(raw);
    if (n <= this.#end - this.#at) return this.#take(n);
    const result = this.#bytes.pooled(n);
    let length = this.#drain(result, 0);
    this.#reset();
    while (length < n) {
      // Whole blocks go straight to the result, what is left of the size through the buffer.
      const left = n - length;
      const direct = left - (left % this.#own.length);
      const received = direct > 0 ? raw.readinto(result.subarray(length, length + direct)) : this.#fill();
      if (received === null && length === 0) return null;
      if (!received) break;
      length += direct > 0 ? received : this.#drain(result, length);
    }
    const bytes = result.subarray(0, length) as B;
    return length < n >> 1 ? this.#bytes.copy(bytes) : bytes;
  }

  /** What is buffered and all that follows; null if a non-blocking socket has nothing. */
  #readAll(raw: SocketIO<B>): B | null {
    const buffered = this.#take(this.#end - this.#at);
    const rest = raw.readall();
    if (buffered.length === 0) return rest;
    return rest === null ? buffered : this.#bytes.concat([buffered, rest]);
  }

  /**
   * @internal At most `n` bytes: those buffered, or else one raw read; null if that would have to
   * wait.
   */
  _readOnce(n: number): B | null {
    const raw = this._open;
    if (n === 0) return this.#bytes.zeroed(0);
    const buffered = this.#end - this.#at;
    return buffered > 0 ? this.#take(Math.min(n, buffered)) : raw.read(n);
  }

  /**
   * At most `size` bytes (the buffer's size if not given) by at most one raw read; none also if a
   * non-blocking socket has nothing.
   * @throws as SocketIO.readinto().
   */
  read1(size?: number | null): B {
    const n = sizeOf("size", size);
    return this._readOnce(n < 0 ? this.#own.length : n) ?? this.#bytes.zeroed(0);
  }

  #readinto(buffer: WritableBytes, once: boolean): number | null {
    const given = writableOf("buffer", buffer);
    const view = part(given, 0);
    const raw = this._open;
    let length = this.#drain(view, 0);
    if (length === view.length) return length;
    this.#reset();
    while (length < view.length) {
      const direct = view.length - length > this.#own.length;
      if (!direct && once && length > 0) break;
      const n = direct ? raw.readinto(view.subarray(length)) : this.#fill();
      if (!n) return n === null && length === 0 ? null : length;
      length += direct ? n : this.#drain(view, length);
      if (direct && once) break;
    }
    return length;
  }

  /**
   * Fills the buffer, less only at the end; the count, null if a non-blocking socket has nothing.
   * @throws as SocketIO.readinto().
   */
  readinto(buffer: WritableBytes): number | null {
    return this.#readinto(buffer, false);
  }

  /** The same by at most one raw read. */
  readinto1(buffer: WritableBytes): number | null {
    return this.#readinto(buffer, true);
  }

  /**
   * What is buffered, after one raw read if nothing is; it stays buffered. As in Python, `size`
   * decides nothing.
   * @throws as SocketIO.readinto().
   */
  peek(size = 0): B {
    int("size", size, -1, MAX_INT);
    if (this._open && this.#at === this.#end) {
      this.#reset();
      this.#fill();
    }
    return this.#bytes.copy(this.#buffer.subarray(this.#at, this.#end));
  }

  /**
   * Bytes up to and with a newline, at most `limit` of them; empty at the end, or if a non-blocking
   * socket has nothing. Where that has no whole line, it is what there is, as in Python.
   * @throws as SocketIO.readinto().
   */
  readline(limit?: number | null): B {
    return this._line(limit, true)!;
  }

  /**
   * @internal The same; where a non-blocking socket has no whole line, `incomplete` says whether
   * what it has is one, or null is the answer and what it has stays buffered.
   */
  _line(limit: number | null | undefined, incomplete: boolean): B | null {
    const parts: B[] = [];
    let left = sizeOf("limit", limit);
    if (left < 0) left = Infinity;
    this._open;
    while (left > 0) {
      if (this.#at === this.#end) {
        this.#reset();
        const n = this.#fill();
        if (n === null && !incomplete) return this.#putBack(this.#bytes.concat(parts));
        if (!n) break;
      }
      const view = this.#buffer.subarray(this.#at, Math.min(this.#end, this.#at + left));
      const newline = view.indexOf(NEWLINE);
      parts.push(this.#take(newline < 0 ? view.length : newline + 1));
      if (newline >= 0) break;
      left -= view.length;
    }
    return parts.length === 1 ? parts[0]! : this.#bytes.concat(parts);
  }

  /** Makes the bytes that were taken last the next ones again; nothing is buffered after them. */
  #putBack(bytes: B): null {
    this.#buffer = bytes;
    this.#at = 0;
    this.#end = bytes.length;
    return null;
  }

  /**
   * The lines up to the end; with a hint (bytes), no more once they are longer.
   * @throws as readline().
   */
  readlines(hint?: number | null): B[] {
    return readlines(this, hint);
  }
  /** The lines up to the end. */
  [Symbol.iterator](): Generator<B, void, undefined> {
    return iterate(this);
  }
}
