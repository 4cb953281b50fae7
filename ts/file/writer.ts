// BufferedWriter: gathers small writes (Python's io.BufferedWriter, whose raw writes it matches).
import { bytesOf, int, MAX_INT } from "../base/check.js";
import { BlockingIOError, OSError } from "../base/error.js";
import type { Data } from "../base/types.js";
import { DEFAULT_BUFFER_SIZE, Layer } from "./base.js";
import type { SocketIO } from "./raw.js";
import { lengthOf, part } from "../base/views.js";

/** A file of bytes to write: what `makefile("wb")` gives. */
export class BufferedWriter<B extends Uint8Array = Uint8Array> extends Layer<SocketIO<B>> {
  readonly #buffer: Uint8Array;
  // What waits to be sent: #buffer[#at..#end].
  #at = 0;
  #end = 0;

  constructor(raw: SocketIO<B>, size = DEFAULT_BUFFER_SIZE) {
    super(raw);
    if (!raw.writable()) throw new OSError("raw must be writable");
    this.#buffer = raw._bytes.uninitialized(int("size", size, 1, MAX_INT));
  }

  /** The raw file. */
  get raw(): SocketIO<B> {
    return this._below;
  }

  /** Buffers as many bytes as fit; returns the count. */
  #keep(bytes: Uint8Array): number {
    const length = lengthOf(bytes);
    const n = Math.min(length, this.#buffer.length - this.#end);
    this.#buffer.set(n < length ? part(bytes, 0, n) : bytes, this.#end);
    this.#end += n;
    return n;
  }

  /**
   * Sends all that is buffered.
   * @throws as send(); BlockingIOError where a non-blocking socket takes no more (the rest stays
   * buffered).
   */
  flush(): void {
    const raw = this._open;
    while (this.#at < this.#end) {
      const n = raw.write(this.#buffer.subarray(this.#at, this.#end));
      if (n === null) throw raw._wouldBlock("send", 0);
      this.#at += n;
    }
    this.#at = this.#end = 0;
  }

  /**
   * Takes all bytes and returns their count; sends when the buffer is full.
   * @throws as flush(), with `charactersWritten`: how many of these bytes were taken.
   */
  write(data: Data): number {
    const bytes = bytesOf("data", data);
    const length = lengthOf(bytes);
    const raw = this._open;
    const size = this.#buffer.length;
    if (length < size && length <= size - this.#end) return this.#keep(bytes);
    let taken = 0;
    try {
      this.flush();
    } catch (error) {
      if (!(error instanceof BlockingIOError)) throw error;
      this.#buffer.copyWithin(0, this.#at, this.#end);
      this.#end -= this.#at;
      this.#at = 0;
      return this.#keepOrBlock(raw, bytes, 0);
    }
    while (length - taken >= size) {
      const n = raw.write(part(bytes, taken));
      if (n === null) break;
      taken += n;
    }
    return this.#keepOrBlock(raw, bytes, taken);
  }

  #keepOrBlock(raw: SocketIO<B>, bytes: Uint8Array, taken: number): number {
    taken += this.#keep(part(bytes, taken));
    if (taken < lengthOf(bytes)) throw raw._wouldBlock("send", taken);
    return taken;
  }

  /**
   * Writes each.
   * @throws as write().
   */
  writelines(lines: Iterable<Data>): void {
    this._open;
    for (const line of lines) this.write(line);
  }
}
