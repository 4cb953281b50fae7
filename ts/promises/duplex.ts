// toDuplex(): a stream socket as a Node stream, so that http, tls and database drivers run over any family.
import type { Duplex } from "node:stream";
import { builtin } from "../../shim/builtin.js";
import * as io from "../io.js";
import type { PromiseEndpoint } from "./endpoint.js";
import { closeWritten, endWriting, sendPieces } from "./writing.js";

export interface DuplexOptions {
  /** Whether the writable side stays open after the peer has ended (false, as net.Socket). */
  allowHalfOpen?: boolean;
  /** Bytes that are buffered before backpressure, on each side (64 KiB). */
  highWaterMark?: number;
}

const SLAB = 65536, LEAST = 4096;

/** What net.Socket has and drivers call is here too: setNoDelay, setKeepAlive, setTimeout, ref, unref, addresses, connect(). */
export class SocketDuplex extends (null as unknown as typeof Duplex) {
  readonly #socket: PromiseEndpoint;
  #slab = Buffer.alloc(0);
  #timer: NodeJS.Timeout | undefined;
  #milliseconds = 0;
  /** Bytes received and sent, as net.Socket counts them. */
  bytesRead = 0;
  bytesWritten = 0;

  /** @internal */
  constructor(socket: PromiseEndpoint, { allowHalfOpen = false, highWaterMark = SLAB }: DuplexOptions) {
    super({ allowHalfOpen, highWaterMark, autoDestroy: true, emitClose: true });
    this.#socket = socket;
  }

  override _read(): void {
    if (this.#slab.length < LEAST) this.#slab = Buffer.allocUnsafeSlow(SLAB);
    const slab = this.#slab;
    this.#socket._perform(io.recvInto(this.#socket, slab, slab.length, 0)).then(n => {
      this.#active();
      this.bytesRead += n;
      this.#slab = slab.subarray(n);
      this.push(n === 0 ? null : slab.subarray(0, n));
    }, error => { this.#fail(error); });
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void { this.#send(chunk, done); }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#send(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  #send(chunk: Buffer, done: (error?: Error | null) => void): void {
    this.#active();
    this.#socket._perform(sendPieces(this.#socket, chunk)).then(() => {
      this.#active();
      this.bytesWritten += chunk.length;
      done();
    }, done);
  }

  /** end(): the peer sees the end, the readable side goes on (over TIPC and SCTP, which have no half close, the peer sees it when the socket is closed). */
  override _final(done: (error?: Error | null) => void): void {
    try { endWriting(this.#socket); } catch (error) { return done(error as Error); }
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#timer);
    try {
      if (this.writableFinished) closeWritten(this.#socket);
      else this.#socket.close();
    } catch (failed) { error ??= failed as Error; }
    done(error);
  }

  /** A wait that close() ended is no error of the stream's. */
  #fail(error: Error): void {
    if (!this.destroyed) this.destroy(error);
  }

  #active(): void { this.#timer?.refresh(); }

  /** Emits "timeout" after so many milliseconds without traffic; 0 ends that. */
  setTimeout(milliseconds: number, callback?: () => void): this {
    clearTimeout(this.#timer);
    this.#milliseconds = milliseconds;
    this.#timer = milliseconds > 0 ? setTimeout(() => this.emit("timeout"), milliseconds).unref() : undefined;
    if (callback) { if (milliseconds > 0) this.once("timeout", callback); else this.removeListener("timeout", callback); }
    return this;
  }
  get timeout(): number { return this.#milliseconds; }

  /** `setsockopt(IPPROTO_TCP, TCP_NODELAY)`; nothing where the socket is no TCP one, or closed. */
  setNoDelay(on = true): this {
    const { IPPROTO_TCP, TCP_NODELAY } = this.#socket._core.constants;
    if (this.#tcp && !this.destroyed) this.#socket.setsockopt(IPPROTO_TCP, TCP_NODELAY, on ? 1 : 0);
    return this;
  }

  /** `setsockopt(SOL_SOCKET, SO_KEEPALIVE)`, and for TCP TCP_KEEPIDLE where a delay is given; nothing where the socket is closed. */
  setKeepAlive(on = false, milliseconds = 0): this {
    if (this.destroyed) return this;
    const { SOL_SOCKET, SO_KEEPALIVE, IPPROTO_TCP, TCP_KEEPIDLE } = this.#socket._core.constants;
    this.#socket.setsockopt(SOL_SOCKET, SO_KEEPALIVE, on ? 1 : 0);
    if (on && milliseconds >= 1000 && this.#tcp) this.#socket.setsockopt(IPPROTO_TCP, TCP_KEEPIDLE, Math.floor(milliseconds / 1000));
    return this;
  }
  /** Has TCP's options, as MPTCP has. */
  get #tcp(): boolean { return this.#socket._drains || this.#socket.proto === this.#socket._core.constants.IPPROTO_MPTCP; }

  /** Ends the writable side and closes the socket once all is sent, whatever the peer does: how http closes a connection. */
  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once("finish", this.destroy);
  }

  /** For drivers that connect what they are given: the socket is connected already, "connect" follows at once. */
  connect(...args: unknown[]): this {
    const callback = args.at(-1);
    if (typeof callback === "function") this.once("connect", callback as () => void);
    process.nextTick(() => { if (!this.destroyed) { this.emit("connect"); this.emit("ready"); } });
    return this;
  }
  get connecting(): boolean { return false; }

  ref(): this { this.#socket.ref(); return this; }
  unref(): this { this.#socket.unref(); return this; }

  /** A host is a string, a port a number: undefined in families that have none, as AF_UNIX, or where the connection is gone. */
  #name(which: "getsockname" | "getpeername", index: 0 | 1): any {
    const { host } = this.#socket._core;
    if (host[which](this.#socket._fd) < 0) return undefined;
    const address = this.#socket._decode();
    return Array.isArray(address) && typeof address[0] === "string" ? address[index] : undefined;
  }
  get localAddress(): string | undefined { return this.#name("getsockname", 0); }
  get localPort(): number | undefined { return this.#name("getsockname", 1); }
  get remoteAddress(): string | undefined { return this.#name("getpeername", 0); }
  get remotePort(): number | undefined { return this.#name("getpeername", 1); }
}

/** Puts the class under Duplex before the first is made: loading node:stream takes as long as all the rest of an import. */
export function toDuplex(socket: PromiseEndpoint, options: DuplexOptions): SocketDuplex {
  const { Duplex } = builtin("node:stream");
  if (Object.getPrototypeOf(SocketDuplex) !== Duplex) {
    Object.setPrototypeOf(SocketDuplex, Duplex);
    Object.setPrototypeOf(SocketDuplex.prototype, Duplex.prototype);
  }
  return new SocketDuplex(socket, options);
}
