// BufferedRWPair: a reader and a writer of one socket (Python's io.BufferedRWPair). A read does not
// flush what was written.
import { UnsupportedOperation, type BlockingIOError } from "../base/error.js";
import type { Data, WritableBytes } from "../base/types.js";
import { DEFAULT_BUFFER_SIZE, FileBase, iterate, readlines } from "./base.js";
import type { SocketIO } from "./raw.js";
import { BufferedReader } from "./reader.js";
import { BufferedWriter } from "./writer.js";

/** A file of bytes to read and to write: what `makefile("rwb")` gives. */
export class BufferedRWPair<B extends Uint8Array = Uint8Array> extends FileBase {
  readonly #reader: BufferedReader<B>;
  readonly #writer: BufferedWriter<B>;

  constructor(reader: SocketIO<B>, writer: SocketIO<B>, size = DEFAULT_BUFFER_SIZE) {
    super();
    this.#reader = new BufferedReader(reader, size);
    this.#writer = new BufferedWriter(writer, size);
  }

  get closed(): boolean {
    return this.#writer.closed;
  }
  get name(): number {
    return this.#reader.name;
  }
  get mode(): string {
    return this.#reader.mode;
  }
  fileno(): number {
    return this.#reader.fileno();
  }
  readable(): boolean {
    return this.#reader.readable();
  }
  writable(): boolean {
    return this.#writer.writable();
  }
  seekable(): boolean {
    return false;
  }
  flush(): void {
    this.#writer.flush();
  }
  close(): void {
    try {
      this.#writer.close();
    } finally {
      this.#reader.close();
    }
  }
  /**
   * There is no one file below: UnsupportedOperation.
   * @throws UnsupportedOperation, always.
   */
  detach(): never {
    throw new UnsupportedOperation("a BufferedRWPair can't be detached");
  }

  /**
   * At most `size` bytes, or all up to the end; null if a non-blocking socket has nothing.
   * @throws as BufferedReader has it.
   */
  read(size?: number | null): B | null {
    return this.#reader.read(size);
  }
  /** At most `size` bytes with at most one `recv(2)`. */
  read1(size?: number | null): B {
    return this.#reader.read1(size);
  }
  /** Fills a buffer: the count, null if a non-blocking socket has nothing. */
  readinto(buffer: WritableBytes): number | null {
    return this.#reader.readinto(buffer);
  }
  /** Into a buffer with at most one `recv(2)`: the count. */
  readinto1(buffer: WritableBytes): number | null {
    return this.#reader.readinto1(buffer);
  }
  /** What is buffered, which stays there; one `recv(2)` if that is nothing. */
  peek(size?: number): B {
    return this.#reader.peek(size);
  }

  /**
   * Bytes up to and with a newline, at most `limit` of them; empty at the end.
   * @throws BlockingIOError if a non-blocking socket has no whole line; what it has stays buffered.
   */
  readline(limit?: number | null): B {
    const line = this.#reader._line(limit, false);
    if (line === null) throw this._wouldBlock("recv");
    return line;
  }

  /** The lines up to the end; with a hint (bytes), no more once they are longer. */
  readlines(hint?: number | null): B[] {
    return readlines(this, hint);
  }
  /** The lines up to the end. */
  [Symbol.iterator](): Generator<B, void, undefined> {
    return iterate(this);
  }
  /** @internal */
  _wouldBlock(syscall: string, charactersWritten?: number): BlockingIOError {
    return this.#writer._wouldBlock(syscall, charactersWritten);
  }
  /** @internal */ _readOnce(n: number): B | null {
    return this.#reader._readOnce(n);
  }

  /**
   * Buffers bytes, and sends what there is no room for: how many were taken.
   * @throws as BufferedWriter has it.
   */
  write(data: Data): number {
    return this.#writer.write(data);
  }
  /** Writes each. */
  writelines(lines: Iterable<Data>): void {
    this.#writer.writelines(lines);
  }
}
