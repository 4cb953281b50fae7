// The writing side of streams, over protocols that are not quite TCP: SCTP keeps messages, TIPC has
// no half close.
import type { Endpoint } from "../socket/endpoint.js";
import type { Operation } from "../socket/operation.js";
import { lengthOf, part } from "../base/views.js";

/** Parts that sendmsg(2) takes: IOV_MAX. */
const MOST_PARTS = 1024;
/** Bytes that one attempt sends before others have their turn. */
const ROUND = 1 << 20;
/** Parts below this are joined: a copy costs less than an entry of sendmsg(2). */
const SMALL = 1024;
/**
 * All of a write that is no longer than this is joined (measured with answers of http: sendmsg(2)
 * pays from here on).
 */
const SMALL_WRITE = 8192;
const JOINED = 65536;

/** A part of one write, as a stream is given it. */
export interface Chunk {
  readonly chunk: Uint8Array | string;
  readonly encoding: BufferEncoding;
}

/** A part's bytes. */
export function encoded(chunk: Uint8Array | string, encoding: BufferEncoding): Uint8Array {
  return typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk;
}

function sizeOf({ chunk, encoding }: Chunk): number {
  return typeof chunk === "string" ? Buffer.byteLength(chunk, encoding) : lengthOf(chunk);
}

/**
 * All of a write in one buffer. A text with characters that its encoding lacks is shorter than its
 * size.
 */
function joined(chunks: readonly Chunk[], size: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  for (const { chunk, encoding } of chunks) {
    if (typeof chunk === "string") at += bytes.write(chunk, at, encoding);
    else {
      bytes.set(chunk, at);
      at += lengthOf(chunk);
    }
  }
  return bytes.subarray(0, at);
}

/** The parts of one write, those that are small joined. */
export function gathered(chunks: readonly Chunk[]): readonly Uint8Array[] {
  let total = 0;
  for (const each of chunks) total += sizeOf(each);
  if (total <= SMALL_WRITE) return [joined(chunks, total)];
  const parts = chunks.map(({ chunk, encoding }) => encoded(chunk, encoding));
  const result: Uint8Array[] = [];
  let run: Uint8Array[] = [];
  let length = 0;
  function flush(): void {
    if (run.length > 0) result.push(run.length === 1 ? run[0]! : Buffer.concat(run));
    run = [];
    length = 0;
  }
  for (const each of parts) {
    const size = lengthOf(each);
    if (size >= SMALL || length + size > JOINED) flush();
    if (size >= SMALL) result.push(each);
    else {
      run.push(each);
      length += size;
    }
  }
  flush();
  return result;
}

/** Who hears of what the kernel takes inside one write. */
export interface Taker {
  _taken(bytes: number): void;
}

/**
 * send(2) or sendmsg(2) of several parts, in rounds: the result says whether all is sent, else it
 * is performed again.
 */
export class StreamWrite implements Operation<boolean> {
  readonly #socket: Endpoint;
  readonly #parts: readonly Uint8Array[];
  readonly #lengths: readonly number[];
  readonly #taker: Taker | undefined;
  #sent: number;
  readonly #tooLong: number;
  #index = 0;
  #offset: number;
  #most = Infinity;

  /**
   * `offset` bytes of the first part are sent already; `taker` hears what the kernel takes from now
   * on.
   */
  constructor(socket: Endpoint, parts: readonly Uint8Array[], offset = 0, taker?: Taker) {
    this.#socket = socket;
    this.#parts = parts;
    this.#lengths = parts.map(lengthOf);
    this.#taker = taker;
    this.#sent = offset;
    this.#tooLong = -socket._core.errors.number("EMSGSIZE");
    this.#offset = offset;
    this.#skip(0);
  }

  /** As net.Socket names it. */
  get syscall(): string {
    return "write";
  }
  get writes(): boolean {
    return true;
  }
  get flags(): number {
    return 0;
  }

  attempt(): number {
    const { EFAULT } = this.#socket._core;
    const parts = this.#parts;
    for (let left = ROUND; this.#index < parts.length && left > 0; ) {
      // A view whose buffer was transferred or has shrunk meanwhile.
      if (lengthOf(parts[this.#index]!) !== this.#lengths[this.#index]) return -EFAULT;
      const window = this.#window();
      const length = window.reduce((sum, each) => sum + lengthOf(each), 0);
      const n = this.#send(window);
      if (n === this.#tooLong && length > 1) this.#most = length >> 1;
      else if (n < 0) return n;
      else {
        this.#skip(n);
        this.#taker?._taken(n);
        this.#sent += n;
        left -= n;
      }
    }
    return 0;
  }

  sent(): number {
    return this.#sent;
  }

  finish(): boolean {
    return this.#index === this.#parts.length;
  }

  #send(window: Uint8Array[]): number {
    const {
      _core: { host, MSG_DONTWAIT },
      _fd,
    } = this.#socket;
    return window.length === 1
      ? host.send(_fd, window[0]!, MSG_DONTWAIT)
      : host.sendmsg(_fd, window, null, MSG_DONTWAIT, 0);
  }

  /**
   * What the next call sends: as many parts as it takes, or one piece where messages have a
   * greatest length (sctp(7), EMSGSIZE).
   */
  #window(): Uint8Array[] {
    const parts = this.#parts;
    const first = parts[this.#index]!;
    const length = this.#lengths[this.#index]!;
    const end = Math.min(length, this.#offset + this.#most);
    const window = [this.#offset === 0 && end === length ? first : part(first, this.#offset, end)];
    if (this.#most < Infinity) return window;
    let bytes = length - this.#offset;
    for (let i = this.#index + 1; i < parts.length && window.length < MOST_PARTS && bytes < ROUND; i++) {
      if (lengthOf(parts[i]!) !== this.#lengths[i]) break; // its own turn tells
      window.push(parts[i]!);
      bytes += this.#lengths[i]!;
    }
    return window;
  }

  /** Goes on by `n` bytes, and over parts that are empty. */
  #skip(n: number): void {
    this.#offset += n;
    while (this.#index < this.#parts.length && this.#offset >= this.#lengths[this.#index]!) {
      this.#offset -= this.#lengths[this.#index]!;
      this.#index++;
    }
  }
}

/**
 * SCTP's shutdown ends both directions, and who asked for it sees no end (measured, Linux 6.12);
 * TIPC's takes SHUT_RDWR alone (net/tipc/socket.c).
 */
function halfCloses(s: Endpoint): boolean {
  const { AF_TIPC, IPPROTO_SCTP } = s._core.constants;
  return s.family !== AF_TIPC && s.proto !== IPPROTO_SCTP;
}

/**
 * shutdown(SHUT_WR). Where there is no half close, the peer sees the end when the socket is closed.
 */
export function endWriting(s: Endpoint): void {
  if (halfCloses(s)) shutdown(s, s._core.constants.SHUT_WR);
}

/** close(2) after all was written: TIPC takes it for a reset unless shutdown(2) came before. */
export function closeWritten(s: Endpoint): void {
  try {
    if (s.family === s._core.constants.AF_TIPC && s._fd >= 0) shutdown(s, s._core.constants.SHUT_RDWR);
  } finally {
    s.close();
  }
}

/** close(2) of a connection that the peer sees as reset: SO_LINGER with no time. */
export function closeReset(s: Endpoint): void {
  const { SOL_SOCKET, SO_LINGER } = s._core.constants;
  const words = s._core.host.target === "windows64" ? Uint16Array : Int32Array; // winsock's struct linger is two shorts
  try {
    s.setsockopt(SOL_SOCKET, SO_LINGER, new Uint8Array(words.of(1, 0).buffer));
  } finally {
    s.close();
  }
}

function shutdown(s: Endpoint, how: number): void {
  try {
    s.shutdown(how);
  } catch (error) {
    // The peer has reset the connection: there is nobody left to tell.
    if ((error as { code?: string }).code !== "ENOTCONN") throw error;
  }
}
