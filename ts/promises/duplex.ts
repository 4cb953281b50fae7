// toDuplex(): a stream socket as a Node stream that does what net.Socket does, so that what was
// written for that runs over any family. tests/conform/ compares the two.
import type { Duplex } from "node:stream";
import { named } from "../base/named.js";
import { lengthOf } from "../base/views.js";
import type { PromiseEndpoint } from "./endpoint.js";
import { derive, peerEnded, writeAfterEnd } from "./ending.js";
import {
  checkOptions,
  type DuplexOptions,
  type KeepAliveOptions,
  type StreamAddress,
} from "./duplex-options.js";
import { checkIdleTime, IdleTimer } from "./idle.js";
import { nodeError, streamDestroyed, wrongType, wrongValue } from "./node-error.js";
import { Delivering } from "./receiving.js";
import {
  closeReset,
  closeWritten,
  encoded,
  endWriting,
  gathered,
  StreamWrite,
  type Chunk,
} from "./half-close.js";

export type { DuplexOptions };

/** What was set and asked: most streams have none of it. */
interface Known {
  noDelay?: boolean;
  keepAlive?: string;
  typeOfService?: number;
  own?: StreamAddress | undefined;
  peer?: StreamAddress | undefined;
}

type Done = (error?: Error | null) => void;

/**
 * Turns of the loop without a write after which nobody is writing: what writes in pieces, as TLS
 * does, needs one between two.
 */
const IDLE_TURNS = 2;

/**
 * An open stream lives until it is closed, whoever has dropped it, as the handle of a net.Socket
 * does.
 */
const open = new Set<SocketDuplex>();

/** A socket as a stream with the members, events and errors of net.Socket. */
export class SocketDuplex extends (null as unknown as typeof Duplex) {
  readonly #socket: PromiseEndpoint;
  readonly #receiving: Delivering;
  #reads = false;
  #waitsForTurn = true;
  #idle: IdleTimer | undefined;
  #sending: Done | undefined;
  #endsWhenWritten = false;
  #resets = false;
  #known: Known | undefined;
  /** Bytes received. */
  bytesRead = 0;
  /** Bytes that the kernel has taken, of a write that still goes on too. */
  bytesWritten = 0;
  /** Whether connect() was called and has not called back yet. */
  connecting = false;
  /** For servers to put themselves here, as net.Server and http.Server do. */
  server: unknown = null;
  /** @internal the peer has ended, and so will this stream, by itself */ declare _willEnd: boolean;
  /** What setTimeout() was given last. */
  declare readonly timeout: number | undefined;
  /** Always undefined: the socket was connected when the stream was made. */
  declare readonly autoSelectFamilyAttemptedAddresses: string[] | undefined;

  /** @internal */
  constructor(socket: PromiseEndpoint, allowHalfOpen: boolean, highWaterMark: number) {
    super({ allowHalfOpen, highWaterMark, autoDestroy: true, emitClose: false, decodeStrings: false });
    this.#socket = socket;
    this.#receiving = new Delivering(socket, this);
    // setTimeout() bounds the stream; the socket's own timeout bounded its calls.
    socket.settimeout(null);
    this.on("end", peerEnded);
    open.add(this);
    this.read(0);
  }

  override _read(): void {
    if (this.#reads) return;
    this.#reads = true;
    if (!this.#waitsForTurn) return this.#receive();
    // Nothing comes before the loop has turned once: whoever makes a stream has time to listen, and
    // whoever makes many lets others run.
    this.#waitsForTurn = false;
    this.#socket._core.host.nextTurn(() => {
      if (!this.destroyed) this.#receive();
    });
  }

  #receive(): void {
    this.#socket._start(this.#receiving);
  }

  /** @internal */
  _received(chunk: Uint8Array | null): void {
    this.#reads = false;
    if (this.destroyed) return;
    this.#idle?.touch();
    try {
      if (chunk === null) {
        this.push(null);
        this.read(0);
      } else {
        this.bytesRead += chunk.length;
        this.push(chunk);
      }
    } catch (error) {
      // A listener's exception is the process's, not this promise's; reading goes on.
      queueMicrotask(() => {
        throw error;
      });
      this.read(0);
    }
  }

  /** @internal A wait that close() ended is no error of the stream's. */
  _failed(error: Error): void {
    if (!this.destroyed) this.destroy(error);
  }

  override _write(chunk: Uint8Array | string, encoding: BufferEncoding, done: Done): void {
    this.#write(encoded(chunk, encoding), done);
  }

  #write(bytes: Uint8Array, done: Done): void {
    const length = lengthOf(bytes);
    this.#idle?.touch();
    if (length === 0) return done();
    const socket = this.#socket;
    const n = socket._mayWrite() ? socket._core.host.send(socket._fd, bytes, socket._core.MSG_DONTWAIT) : 0;
    if (n > 0) this.bytesWritten += n;
    socket._budget.spendBytes(n);
    if (n === length) return done();
    if (this.#refused(n)) return done(this.#error(n));
    this.#send(new StreamWrite(socket, [bytes], Math.max(n, 0), this), done);
  }

  override _writev(chunks: Chunk[], done: Done): void {
    const parts = gathered(chunks);
    if (parts.length === 1) return this.#write(parts[0]!, done);
    const sending = new StreamWrite(this.#socket, parts, 0, this);
    this.#idle?.touch();
    if (this.#socket._mayWrite()) {
      const result = sending.attempt();
      if (this.#refused(result)) return done(this.#error(result));
      if (sending.finish()) return done();
    }
    this.#send(sending, done);
  }

  /**
   * Whether a try failed for good; what is left to wait for (TCP_FASTOPEN_CONNECT: the connection
   * too), and a message that is too long, are no failures.
   */
  #refused(result: number): boolean {
    if (result >= 0) return false;
    const { EAGAIN, EINTR, errors } = this.#socket._core;
    const passing = [EAGAIN, EINTR, errors.number("EMSGSIZE"), errors.number("EINPROGRESS")];
    return !passing.includes(-result);
  }

  #error(result: number): Error {
    return this.#socket._core.errors.system(-result, "write");
  }

  /** @internal */
  _taken(bytes: number): void {
    this.bytesWritten += bytes;
    this.#idle?.touch();
  }

  #send(sending: StreamWrite, done: Done): void {
    this.#sending = done;
    // In a tick of its own, as the callbacks of writes that were done at once: in a promise's turn
    // this one would come before them.
    const settle = (error: Error | null): void =>
      process.nextTick(() => {
        if (this.#sending === done) this.#written(error);
      });
    const next = (): void => {
      this.#socket._perform(sending).then(all => {
        if (all) settle(null);
        else if (this.#sending === done) next(); // else destroyed
      }, settle);
    };
    next();
  }

  #written(error: Error | null): void {
    const done = this.#sending!;
    this.#sending = undefined;
    try {
      done(error);
    } catch (thrown) {
      queueMicrotask(() => {
        throw thrown;
      });
    }
    if (this.#endsWhenWritten) this.#endWhenIdle();
  }

  /**
   * end(): the peer sees the end, the readable side goes on (over TIPC and SCTP, which have no half
   * close, the peer sees it when the socket is closed).
   */
  override _final(done: Done): void {
    try {
      endWriting(this.#socket);
    } catch (error) {
      return done(error as Error);
    }
    process.nextTick(done); // a stream that is destroyed meanwhile has not finished
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const { host } = this.#socket._core;
    this.connecting = false;
    this.#idle?.stop();
    if (this.#known !== undefined) this.#known.own = undefined;
    open.delete(this);
    try {
      if (this.#resets) closeReset(this.#socket);
      else if (this.writableFinished) closeWritten(this.#socket);
      else this.#socket.close();
    } catch (failed) {
      error ??= failed as Error;
    }
    const waiting = this.#sending;
    this.#sending = undefined;
    done(error);
    if (waiting !== undefined)
      queueMicrotask(() => {
        waiting(streamDestroyed());
      });
    host.nextTurn(() => {
      this.emit("close", error !== null);
    });
  }

  /**
   * @internal The peer has ended, and allowHalfOpen is false: so do we, once nobody writes any
   * more. What is written meanwhile, as TLS does whose own end comes after its answer, is sent.
   */
  _endWhenIdle(): void {
    Object.assign(this, { write: writeAfterEnd });
    if (!this.writable) return;
    this._willEnd = true;
    this.#endWhenIdle();
  }

  #endWhenIdle(turns = IDLE_TURNS, written = this.bytesWritten): void {
    this.#endsWhenWritten = false;
    this.#socket._core.host.nextTurn(() => {
      if (this.destroyed || this.writableEnded) return;
      if (this.writableLength > 0)
        this.#endsWhenWritten = true; // it is asked again when that is done
      else if (this.bytesWritten !== written) this.#endWhenIdle();
      else if (turns > 1) this.#endWhenIdle(turns - 1, written);
      else this.end();
    });
  }

  /**
   * Emits "timeout" after so many milliseconds without traffic; 0 ends that.
   * @throws ERR_INVALID_ARG_TYPE, ERR_OUT_OF_RANGE.
   */
  setTimeout(milliseconds: number, callback?: () => void): this {
    if (this.destroyed) return this;
    (this as { timeout: number | undefined }).timeout = milliseconds;
    checkIdleTime(milliseconds);
    if (milliseconds > 0) {
      this.#idle ??= new IdleTimer(this.#socket._core.host, () => {
        this.emit("timeout");
      });
      this.#idle.set(milliseconds);
    } else this.#idle?.set(0);
    if (callback === undefined) return this;
    if (typeof callback !== "function") throw wrongType("callback", "of type function", callback);
    return milliseconds > 0 ? this.once("timeout", callback) : this.removeListener("timeout", callback);
  }

  #remembered(): Known {
    this.#known ??= {};
    return this.#known;
  }

  /** `setsockopt(IPPROTO_TCP, TCP_NODELAY)`; nothing where the socket is no TCP one, or closed. */
  setNoDelay(on = true): this {
    const { IPPROTO_TCP, TCP_NODELAY } = this.#socket._core.constants;
    const wanted = Boolean(on);
    if (!this.#tcp || this.destroyed || wanted === this.#known?.noDelay) return this;
    this.#remembered().noDelay = wanted;
    this.#socket.setsockopt(IPPROTO_TCP, TCP_NODELAY, wanted ? 1 : 0);
    return this;
  }

  /**
   * `setsockopt(SOL_SOCKET, SO_KEEPALIVE)`, and for TCP TCP_KEEPIDLE, TCP_KEEPINTVL and TCP_KEEPCNT
   * where they are given (milliseconds, rounded down to seconds); nothing where the socket is
   * closed.
   */
  setKeepAlive(on?: boolean, initialDelay?: number, interval?: number, count?: number): this;
  setKeepAlive(options: KeepAliveOptions): this;
  setKeepAlive(
    on: boolean | KeepAliveOptions = false,
    initialDelay?: number,
    interval?: number,
    count?: number,
  ): this {
    if (typeof on === "object" && on !== null)
      return this.setKeepAlive(on.enable, on.initialDelay, on.interval, on.count);
    if (this.destroyed) return this;
    const state = [Boolean(on), initialDelay, interval, count].join();
    if (state === this.#known?.keepAlive) return this;
    this.#remembered().keepAlive = state;
    const c = this.#socket._core.constants;
    this.#socket.setsockopt(c.SOL_SOCKET, c.SO_KEEPALIVE, on ? 1 : 0);
    if (!on || !this.#tcp) return this;
    const rows: [name: number, value: number][] = [
      [c.TCP_KEEPIDLE, seconds(initialDelay)],
      [c.TCP_KEEPINTVL, seconds(interval)],
      [c.TCP_KEEPCNT, Math.trunc(Number(count))],
    ];
    for (const [name, value] of rows)
      if (value > 0 && !Number.isNaN(name)) this.#socket.setsockopt(c.IPPROTO_TCP, name, value);
    return this;
  }

  /**
   * `setsockopt(IPPROTO_IP, IP_TOS)` or `setsockopt(IPPROTO_IPV6, IPV6_TCLASS)`, 0 to 255; only
   * kept where the family has neither.
   */
  setTypeOfService(value: number): this {
    if (typeof value !== "number" || Number.isNaN(value)) throw wrongType("tos", "of type number", value);
    if (!Number.isInteger(value) || value < 0 || value > 255)
      throw wrongValue("tos", "an integer 0 to 255", value);
    const option = this.#trafficClass;
    if (option !== undefined && !this.destroyed && value !== this.#known?.typeOfService)
      this.#socket.setsockopt(...option, value);
    this.#remembered().typeOfService = value;
    return this;
  }

  /** The same, asked. */
  getTypeOfService(): number {
    const option = this.#trafficClass;
    if (option === undefined || this.destroyed) return this.#known?.typeOfService ?? 0;
    return this.#socket.getsockopt(...option);
  }

  get #trafficClass(): [level: number, name: number] | undefined {
    const { AF_INET, AF_INET6, IPPROTO_IP, IP_TOS, IPPROTO_IPV6, IPV6_TCLASS } = this.#socket._core.constants;
    const { family } = this.#socket;
    if (family === AF_INET) return [IPPROTO_IP, IP_TOS];
    if (family === AF_INET6) return [IPPROTO_IPV6, IPV6_TCLASS];
    return undefined;
  }

  /** Has TCP's options, as MPTCP has. */
  get #tcp(): boolean {
    const { AF_INET, AF_INET6, IPPROTO_TCP, IPPROTO_MPTCP, SOCK_STREAM } = this.#socket._core.constants;
    const { family, type, proto } = this.#socket;
    const internet = type === SOCK_STREAM && (family === AF_INET || family === AF_INET6);
    return internet && (proto === 0 || proto === IPPROTO_TCP || proto === IPPROTO_MPTCP);
  }

  /**
   * Ends the writable side and closes the socket once all is sent, whatever the peer does: how http
   * closes a connection.
   */
  destroySoon(): void {
    if (this.writable || this._willEnd) this.end();
    if (this.writableFinished) this.destroy();
    else this.once("finish", this.destroy);
  }

  /**
   * Closes a TCP connection so that the peer sees it as reset.
   * @throws ERR_INVALID_HANDLE_TYPE.
   */
  resetAndDestroy(): this {
    if (this.destroyed) return this;
    if (!this.#tcp) throw nodeError(TypeError, "ERR_INVALID_HANDLE_TYPE", "This handle type cannot be sent");
    this.#resets = true;
    return this.destroy();
  }

  /**
   * For drivers that connect what they are given: the socket is connected already, "connect"
   * follows at once.
   */
  connect(...args: unknown[]): this {
    const callback = args.at(-1);
    if (typeof callback === "function") this.once("connect", callback as () => void);
    this.connecting = !this.destroyed;
    process.nextTick(() => {
      if (this.destroyed) return;
      this.connecting = false;
      this.emit("connect");
      this.emit("ready");
    });
    return this;
  }

  /** Whether there is no connection: not yet, or not any more. */
  get pending(): boolean {
    return this.destroyed || this.connecting;
  }

  /** Which sides are open. */
  get readyState(): "opening" | "open" | "readOnly" | "writeOnly" | "closed" {
    if (this.connecting) return "opening";
    if (this.readable) return this.writable ? "open" : "readOnly";
    return this.writable ? "writeOnly" : "closed";
  }

  /** Keeps the process alive while the stream is open (the default). */
  ref(): this {
    this.#socket.ref();
    return this;
  }
  /** Lets the process end though the stream is open. */
  unref(): this {
    this.#socket.unref();
    return this;
  }

  /**
   * The socket's own address; nothing in it once the stream is closed, or where the family has no
   * host and port.
   */
  address(): StreamAddress {
    const known = this.#remembered();
    if (!this.destroyed) known.own ??= this.#ask("getsockname");
    return known.own ?? {};
  }

  /** The peer's address, which is kept once it was asked for. */
  get #remote(): StreamAddress {
    const known = this.#remembered();
    if (!this.destroyed && !this.connecting) known.peer ??= this.#ask("getpeername");
    return known.peer ?? {};
  }

  #ask(which: "getsockname" | "getpeername"): StreamAddress | undefined {
    const { host, constants: c } = this.#socket._core;
    const { family } = this.#socket;
    if (family !== c.AF_INET && family !== c.AF_INET6) return {};
    if (host[which](this.#socket._fd) < 0) return undefined;
    const [text, port, , scope] = this.#socket._decode() as [string, number, number?, number?];
    const name = scope ? host.if_indextoname(scope) : 0;
    const address = typeof name === "string" ? `${text}%${name}` : text;
    return { address, family: family === c.AF_INET ? "IPv4" : "IPv6", port };
  }

  /** The host of the socket's own address, as digits. */
  get localAddress(): string | undefined {
    return this.address().address;
  }
  /** The port of the socket's own address. */
  get localPort(): number | undefined {
    return this.address().port;
  }
  /** `IPv4` or `IPv6`. */
  get localFamily(): string | undefined {
    return this.address().family;
  }
  /** The host of the peer's address, as digits. */
  get remoteAddress(): string | undefined {
    return this.#remote.address;
  }
  /** The port of the peer's address. */
  get remotePort(): number | undefined {
    return this.#remote.port;
  }
  /** `IPv4` or `IPv6`. */
  get remoteFamily(): string | undefined {
    return this.#remote.family;
  }
}

named({ SocketDuplex });

/** Whole seconds of so many milliseconds; 0 where none are given. */
function seconds(milliseconds: number | undefined): number {
  return Math.trunc(Number(milliseconds ?? 0) / 1000);
}

export function toDuplex(socket: PromiseEndpoint, options: DuplexOptions): SocketDuplex {
  const { allowHalfOpen, highWaterMark } = checkOptions(options);
  if (socket._fd < 0) throw socket._core.errors.named("EBADF", "toDuplex");
  derive(SocketDuplex);
  return new SocketDuplex(socket, allowHalfOpen, highWaterMark);
}
