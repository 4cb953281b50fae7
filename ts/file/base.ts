// What the files of makefile() share: one over another, lines in and out (Python's io.IOBase).
import { int, MAX_INT } from "../base/check.js";
import { BlockingIOError, type Errors } from "../base/error.js";
import type { ByteMaker } from "../codec/wire.js";

export const DEFAULT_BUFFER_SIZE = 8192;

/** A size or limit argument: nothing, null and -1 mean none. */
export function sizeOf(name: string, value: number | null | undefined): number {
  return value === undefined || value === null ? -1 : int(name, value, -1, MAX_INT);
}

export const closedFile = () => new RangeError("I/O operation on closed file");

/** What a file needs of its socket. */
export interface FileSocket {
  readonly _core: { readonly errors: Errors; readonly EAGAIN: number; readonly bytes: ByteMaker };
  readonly _closed: boolean;
  /** How many files stand on it. */
  _files: number;
  /** Its descriptor. */
  fileno(): number;
  /** `close(2)`, once nothing uses it any more. */
  close(): void;
  /** `recv(2)` into a buffer. */
  recvInto(buffer: Uint8Array): number;
  /** `send(2)`. */
  send(data: Uint8Array): number;
}

/** A file object. */
export abstract class FileBase {
  /** Whether close() was called. */
  abstract readonly closed: boolean;
  /** The descriptor, -1 once the file is closed. */
  abstract readonly name: number;
  /** The letters r, w and b that say what it is for. */
  abstract readonly mode: string;
  /**
   * Closes the file, and the socket's descriptor where the socket and its other files are closed
   * too.
   * @throws as send(), of what is buffered.
   */
  abstract close(): void;
  /**
   * Sends what is buffered.
   * @throws as send(); RangeError (closed file).
   */
  abstract flush(): void;
  /**
   * The socket's descriptor.
   * @throws RangeError (closed file).
   */
  abstract fileno(): number;
  /**
   * Whether it is open for reading.
   * @throws RangeError (closed file).
   */
  abstract readable(): boolean;
  /**
   * Whether it is open for writing.
   * @throws RangeError (closed file).
   */
  abstract writable(): boolean;
  /**
   * A socket has no positions: false.
   * @throws RangeError (closed file).
   */
  abstract seekable(): boolean;
  /**
   * @internal What is thrown where a non-blocking socket would have to wait and no return value can
   * say so.
   */
  abstract _wouldBlock(syscall: string, charactersWritten?: number): BlockingIOError;

  /** close(), for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/** A file that stands on another. */
export abstract class Layer<Below extends FileBase> extends FileBase {
  #below: Below | null;

  constructor(below: Below) {
    super();
    this.#below = below;
  }

  /** @internal The file below, unless detach() has given it away. */
  get _below(): Below {
    if (this.#below === null) throw new RangeError("the file below this one has been detached");
    return this.#below;
  }

  /** @internal The same; it must be open. */
  get _open(): Below {
    const below = this._below;
    if (below.closed) throw closedFile();
    return below;
  }

  get closed(): boolean {
    return this._below.closed;
  }
  get name(): number {
    return this._below.name;
  }
  get mode(): string {
    return this._below.mode;
  }
  fileno(): number {
    return this._below.fileno();
  }
  readable(): boolean {
    return this._below.readable();
  }
  writable(): boolean {
    return this._below.writable();
  }
  seekable(): boolean {
    return this._below.seekable();
  }
  _wouldBlock(syscall: string, charactersWritten?: number): BlockingIOError {
    return this._below._wouldBlock(syscall, charactersWritten);
  }

  close(): void {
    const below = this._below;
    if (below.closed) return;
    try {
      this.flush();
    } finally {
      below.close();
    }
  }

  /** Flushes, and gives the file below to the caller; this one can't be used any more. */
  detach(): Below {
    this.flush();
    const below = this._below;
    this.#below = null;
    return below;
  }

  /** close(), for `using`. */
  override [Symbol.dispose](): void {
    if (this.#below !== null) this.close();
  }
}

interface Lines<Line> {
  readonly closed: boolean;
  readline(): Line;
}

/** The lines up to the end. */
export function* iterate<Line extends { readonly length: number }>(
  file: Lines<Line>,
): Generator<Line, void, undefined> {
  if (file.closed) throw closedFile();
  for (;;) {
    const line = file.readline();
    if (line.length === 0) return;
    yield line;
  }
}

/** All lines; with a hint, no more once their total length has passed it. */
export function readlines<Line extends { readonly length: number }>(
  file: Lines<Line>,
  hint: number | null | undefined,
  measure = (line: Line) => line.length,
): Line[] {
  const limit = sizeOf("hint", hint);
  const lines: Line[] = [];
  let total = 0;
  try {
    for (const line of iterate(file)) {
      lines.push(line);
      total += measure(line);
      if (limit > 0 && total > limit) break;
    }
  } catch (error) {
    // What came is not lost: the next call says that a non-blocking socket has no more.
    if (!(error instanceof BlockingIOError) || lines.length === 0) throw error;
  }
  return lines;
}
