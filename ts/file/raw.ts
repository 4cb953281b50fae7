// SocketIO: the raw file of a socket (Python's socket.SocketIO), one recv(2) or send(2) a call.
import { bytesOf, MAX_INT, writableOf } from "../base/check.js";
import { BlockingIOError, OSError, TimeoutError, UnsupportedOperation, type Errors } from "../base/error.js";
import type { Data, WritableBytes } from "../base/types.js";
import { closedFile, FileBase, type FileSocket, iterate, readlines, sizeOf } from "./base.js";
import { lengthOf, part } from "../base/views.js";
import type { ByteMaker } from "../codec/wire.js";

const CHUNK = 0x10000;

/** A socket as an unbuffered file: what `makefile("rb", 0)` gives. */
export class SocketIO<B extends Uint8Array = Uint8Array> extends FileBase {
  readonly mode: "rb" | "wb" | "rwb";
  /** The socket, null once this file is closed. */
  #socket: FileSocket | null;
  readonly #errors: Errors;
  /** @internal How the bytes are made that its reader receives. */
  readonly _bytes: ByteMaker<B>;
  #timedOut = false;
  /** Bytes of a line that is not complete: the next read begins with them. */
  #begun: Uint8Array;

  constructor(socket: FileSocket, mode: "r" | "w" | "rw") {
    super();
    this.mode = `${mode}b`;
    this.#socket = socket;
    this.#errors = socket._core.errors;
    this._bytes = socket._core.bytes as ByteMaker<B>;
    this.#begun = this._bytes.zeroed(0);
    socket._files++;
  }

  #open(): FileSocket {
    if (this.#socket === null) throw closedFile();
    return this.#socket;
  }

  get closed(): boolean {
    return this.#socket === null;
  }
  get name(): number {
    return this.#socket === null ? -1 : this.#socket.fileno();
  }
  fileno(): number {
    return this.#open().fileno();
  }
  readable(): boolean {
    this.#open();
    return this.mode !== "wb";
  }
  writable(): boolean {
    this.#open();
    return this.mode !== "rb";
  }
  seekable(): boolean {
    this.#open();
    return false;
  }
  flush(): void {
    this.#open();
  }

  close(): void {
    const socket = this.#socket;
    if (socket === null) return;
    this.#socket = null;
    socket._files--;
    if (socket._closed) socket.close();
  }

  /** @internal */
  _wouldBlock(syscall: string, charactersWritten?: number): BlockingIOError {
    return this.#errors.wouldBlock(syscall, charactersWritten);
  }

  /** Runs a transfer; null if it would have to wait. */
  #transfer(call: (socket: FileSocket) => number): number | null {
    const socket = this.#open();
    try {
      return call(socket);
    } catch (error) {
      if (error instanceof BlockingIOError && error.errno === socket._core.EAGAIN) return null;
      throw error;
    }
  }

  /**
   * `recv(2)` into a buffer: the count, 0 at the end, null if a non-blocking socket has nothing.
   * @throws as recv(); once a read has timed out, OSError for all that follow.
   */
  readinto(buffer: WritableBytes): number | null {
    const view = writableOf("buffer", buffer);
    if (!this.readable()) throw new UnsupportedOperation("this file is not open for reading");
    if (this.#timedOut) throw new OSError("cannot read from timed out object", { syscall: "recv" });
    const length = lengthOf(view);
    if (length === 0) return 0;
    if (this.#begun.length > 0) return this.#rest(view);
    try {
      return this.#transfer(socket => socket.recvInto(length > MAX_INT ? part(view, 0, MAX_INT) : view));
    } catch (error) {
      if (error instanceof TimeoutError) this.#timedOut = true;
      throw error;
    }
  }

  /** What a line that was not complete has left. */
  #rest(view: Uint8Array): number {
    const n = Math.min(this.#begun.length, lengthOf(view));
    view.set(this.#begun.subarray(0, n));
    this.#begun = this.#begun.subarray(n);
    return n;
  }

  /**
   * One `recv(2)` of at most `size` bytes; without a size, all up to the end. null if a
   * non-blocking socket has nothing.
   * @throws as readinto().
   */
  read(size?: number | null): B | null {
    const n = sizeOf("size", size);
    if (n < 0) return this.readall();
    const buffer = this._bytes.pooled(n);
    const length = this.readinto(buffer);
    if (length === null) return null;
    const bytes = buffer.subarray(0, length) as B;
    return length < n >> 1 ? this._bytes.copy(bytes) : bytes;
  }

  /**
   * All up to the end, or as much as a non-blocking socket has; null if it has nothing.
   * @throws as readinto().
   */
  readall(): B | null {
    const parts: B[] = [];
    for (;;) {
      const chunk = this.read(CHUNK);
      if (chunk === null && parts.length === 0) return null;
      if (chunk === null || chunk.length === 0) return this._bytes.concat(parts);
      parts.push(chunk);
    }
  }

  /**
   * Bytes up to and with a newline, at most `limit` of them; empty at the end. A call for each
   * byte, since there is no buffer.
   * @throws BlockingIOError if a non-blocking socket has no whole line; the next read begins with
   * what it has.
   */
  readline(limit?: number | null): B {
    const most = sizeOf("limit", limit);
    const bytes: number[] = [];
    const one = new Uint8Array(1);
    this.#open();
    while (bytes.length !== most) {
      const n = this.readinto(one);
      if (n === null) {
        this.#begun = Uint8Array.from(bytes);
        throw this.#errors.wouldBlock("recv");
      }
      if (n === 0) break;
      bytes.push(one[0]!);
      if (one[0] === 10) break;
    }
    return this._bytes.copy(Uint8Array.from(bytes));
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

  /**
   * `send(2)`: how many bytes were taken, null if a non-blocking socket takes none.
   * @throws as send().
   */
  write(data: Data): number | null {
    const bytes = bytesOf("data", data);
    if (!this.writable()) throw new UnsupportedOperation("this file is not open for writing");
    return this.#transfer(socket => socket.send(bytes));
  }

  /**
   * Writes each, all of it.
   * @throws as write(), BlockingIOError where that is null.
   */
  writelines(lines: Iterable<Data>): void {
    this.#open();
    for (const line of lines) {
      let rest = bytesOf("line", line);
      do {
        const n = this.write(rest);
        if (n === null) throw this.#errors.wouldBlock("send");
        rest = part(rest, n);
      } while (rest.length > 0);
    }
  }
}
