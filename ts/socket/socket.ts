// The blocking Socket. Each method is its doc and a few lines; the work is in io.ts, message.ts,
// connect.ts and option.ts.
import { algControl, type AlgOptions } from "./afalg.js";
import { recvmmsg, sendmmsg, sendSegments, type Batch } from "./batch.js";
import { bytesOf, int, MAX_INT, room, writableOf } from "../base/check.js";
import * as cmsg from "../codec/cmsg.js";
import * as connecting from "./connect.js";
import type { Core } from "../context.js";
import { adopt, open } from "../open.js";
import { OSError } from "../base/error.js";
import { checkFlags } from "../base/absent-constants.js";
import { Endpoint, type Adopted } from "./endpoint.js";
import * as file from "../file/makefile.js";
import * as io from "./io.js";
import * as message from "./message.js";
import { named } from "../base/named.js";
import { sendfile, type FileToSend } from "./sendfile.js";
import type {
  AddressIn,
  AncillaryItem,
  AncillaryItemIn,
  Data,
  Family,
  InetAddress,
  Protocol,
  SockType,
  WritableBytes,
} from "../base/types.js";
import { lengthOf } from "../base/views.js";

/**
 * A socket whose calls block, as Python's do: `socket(2)` and what can be done with it.
 * @typeParam A - its addresses, as they come out.
 * @typeParam B - the bytes that it receives.
 */
export class Socket<A = any, B extends Uint8Array = Uint8Array> extends Endpoint<A, B> {
  /**
   * `accept4(2)`: the next connection and its peer's address. The new socket blocks, or has the
   * default timeout.
   * @throws EAGAIN (non-blocking), TimeoutError, EINVAL (not listening), EMFILE, EBADF.
   */
  accept(): [connection: Socket<A, B>, address: A] {
    const core = this._core;
    return adopt(core, connecting.accept(this), fd => {
      const address = this._decode();
      return [
        new (core.Socket as unknown as typeof Socket<A, B>)(this.family, this.type, this.proto, fd, true),
        address,
      ];
    });
  }

  /** @internal A socket of the same kind on a descriptor that was just opened. */
  _adopt(fd: number): Socket<A, B> {
    return new (this.constructor as typeof Socket<A, B>)(this.family, this.type, this.proto, fd, true);
  }

  /**
   * `bind(2)`.
   * @throws EADDRINUSE, EADDRNOTAVAIL, EACCES, EINVAL (bound already), GaiError, EBADF.
   */
  bind(address: AddressIn<A>): void {
    connecting.bind(this, address);
  }

  /**
   * `connect(2)`; waits as the mode says.
   * @throws ECONNREFUSED, ETIMEDOUT, EINPROGRESS (non-blocking), GaiError, EBADF.
   */
  connect(address: AddressIn<A>): void {
    connecting.connect(this, address);
  }

  /**
   * `connect(2)`, but its errno is returned, 0 for success. Bad addresses and unknown hosts still
   * throw.
   * @throws GaiError, TypeError, RangeError.
   */
  connectEx(address: AddressIn<A>): number {
    return connecting.connectEx(this, address);
  }

  /**
   * `fcntl(F_DUPFD_CLOEXEC)`: another socket on the same endpoint, with the same timeout.
   * @throws EMFILE, EBADF.
   */
  dup(): this {
    const core = this._core;
    const fd = open(core, "dup", () => core.host.dup(this._fd, 1));
    return adopt(core, fd, () => {
      const copy = this._adopt(fd) as this;
      copy.settimeout(this._timeout);
      return copy as this;
    });
  }

  /**
   * The socket as a file: SocketIO, BufferedReader, BufferedWriter, BufferedRWPair or
   * TextIOWrapper, as Python's io has them. `mode` is made of r, w and b (text without b);
   * `buffering` is a number of bytes, 0 for none (binary only), 1 for lines (text only), -1 for
   * 8192. The socket should block or have a timeout; its descriptor closes when it and its files
   * are closed.
   * @throws RangeError (mode, encoding).
   */
  makefile<const Mode extends string = "r", const Buffering extends number | null | undefined = -1>(
    mode = "r" as Mode,
    buffering?: Buffering,
    options: file.FileOptions = {},
  ): file.FileOf<Mode, Buffering, B> {
    return file.makefile(this, mode, buffering, options) as file.FileOf<Mode, Buffering, B>;
  }

  /**
   * `recv(2)`: at most `bufsize` bytes; none means the peer has closed.
   * @throws EAGAIN (non-blocking), TimeoutError, ECONNRESET, EBADF.
   */
  recv(bufsize: number, flags = 0): B {
    const size = int("bufsize", bufsize, 0, MAX_INT);
    checkFlags(this._core, flags);
    if (size === 0) return this._core.bytes.zeroed(0) as B;
    const buffer = io.bufferFor(this, size, flags);
    const n = io.block(this, io.recvInto(this, buffer, size, flags));
    return io.received(this._core, buffer, n, size) as B;
  }

  /**
   * `recvfrom(2)`: the bytes and their sender's address, null where there is none.
   * @throws as recv().
   */
  recvfrom(bufsize: number, flags = 0): [data: B, address: A | null] {
    const size = int("bufsize", bufsize, 0, MAX_INT);
    checkFlags(this._core, flags);
    const buffer = io.bufferFor(this, size, flags);
    const n = io.block(this, io.recvfromInto(this, buffer, size, flags));
    return [io.received(this._core, buffer, n, size) as B, this._decode()];
  }

  /**
   * `recvmsg(2)`: bytes, control messages (at most `ancbufsize` bytes of them: CMSG_SPACE),
   * msg_flags, the sender's address, null where there is none.
   * @throws as recv().
   */
  recvmsg(
    bufsize: number,
    ancbufsize = 0,
    flags = 0,
  ): [data: B, ancdata: AncillaryItem[], msgFlags: number, address: A | null] {
    const size = int("bufsize", bufsize, 0, MAX_INT);
    int("ancbufsize", ancbufsize, 0, MAX_INT);
    checkFlags(this._core, flags);
    const buffer = io.bufferFor(this, size, flags);
    const [n, ...rest] = io.block(
      this,
      message.recvmsg(this, [buffer.length > size ? buffer.subarray(0, size) : buffer], ancbufsize, flags),
    );
    return [io.received(this._core, buffer, n, size) as B, ...rest];
  }

  /**
   * `recvmsg(2)` into several buffers in turn; the count of bytes comes first.
   * @throws as recv(); EMSGSIZE (too many buffers).
   */
  recvmsgInto(
    buffers: Iterable<WritableBytes>,
    ancbufsize = 0,
    flags = 0,
  ): [nbytes: number, ancdata: AncillaryItem[], msgFlags: number, address: A | null] {
    int("ancbufsize", ancbufsize, 0, MAX_INT);
    checkFlags(this._core, flags);
    return io.block(this, message.recvmsg(this, message.scatter(buffers), ancbufsize, flags));
  }

  /**
   * `recvfrom(2)` into a buffer: the count of bytes and the sender's address, or null.
   * @throws as recv().
   */
  recvfromInto(buffer: WritableBytes, nbytes?: number, flags = 0): [nbytes: number, address: A | null] {
    const view = writableOf("buffer", buffer);
    const length = room(view, nbytes);
    if (flags !== 0) checkFlags(this._core, flags);
    const first = this._waits ? 0 : this._core.host.recvfrom(this._fd, view, length, flags);
    if (!this._waits && first >= 0) return [first, this._decode()];
    const operation = io.recvfromInto(this, view, length, flags);
    const n = this._waits ? io.block(this, operation) : io.persist(this, operation, first);
    return [n, this._decode()];
  }

  /**
   * `recv(2)` into a buffer, at most `nbytes` (0: all of it); returns the count.
   * @throws as recv(); RangeError (`nbytes` beyond the buffer).
   */
  recvInto(buffer: WritableBytes, nbytes?: number, flags = 0): number {
    const view = writableOf("buffer", buffer);
    const length = room(view, nbytes);
    if (flags !== 0) checkFlags(this._core, flags);
    if (length === 0) return 0;
    if (this._waits) return io.block(this, io.recvInto(this, view, length, flags));
    const first = this._core.host.recv(this._fd, view, length, flags);
    return first >= 0 ? first : io.persist(this, io.recvInto(this, view, length, flags), first);
  }

  /**
   * `send(2)`: returns how many bytes were taken.
   * @throws EAGAIN (non-blocking), TimeoutError, EPIPE, ECONNRESET, EMSGSIZE, EBADF.
   */
  send(data: Data, flags = 0): number {
    const bytes = bytesOf("data", data);
    if (flags !== 0) checkFlags(this._core, flags);
    if (this._waits) return io.block(this, io.send(this, bytes, flags));
    const first = this._core.host.send(this._fd, bytes, flags);
    return first >= 0 ? first : io.persist(this, io.send(this, bytes, flags), first);
  }

  /**
   * `send(2)` until all is sent, within one timeout. What the kernel took before an error is the
   * error's `bytesSent`. A message that is longer than the buffer of an SCTP socket is EMSGSIZE,
   * and nothing is sent (makefile() and sendfile() cut it).
   * @throws as send().
   */
  sendall(data: Data, flags = 0): void {
    const bytes = bytesOf("data", data);
    if (flags !== 0) checkFlags(this._core, flags);
    const first = this._waits ? 0 : this._core.host.send(this._fd, bytes, flags);
    if (this._waits || first < lengthOf(bytes)) io.sendRestOf(this, bytes, flags, first);
  }

  /**
   * `sendto(2)`: returns how many bytes were taken.
   * @throws as send(), EDESTADDRREQ, ENETUNREACH, GaiError.
   */
  sendto(data: Data, address: AddressIn<A>): number;
  /**
   * `sendto(2)` with MSG_* flags: returns how many bytes were taken.
   * @throws as send(), EDESTADDRREQ, ENETUNREACH, GaiError.
   */
  sendto(data: Data, flags: number, address: AddressIn<A>): number;
  sendto(data: Data, second: number | AddressIn<A>, third?: AddressIn<A>): number {
    const bytes = bytesOf("data", data);
    const { audit, host } = this._core;
    const flags = third === undefined ? 0 : checkFlags(this._core, second as number);
    const address = third === undefined ? second : third;
    if (audit["socket.sendto"].hasSubscribers) audit["socket.sendto"].publish({ socket: this, address });
    const length = connecting.encodeAddress(this, address, "sendto");
    if (io.opensFast(this, flags)) {
      const first = host.sendto(this._fd, bytes, flags | this._core.MSG_DONTWAIT, length);
      return io.finishFast(this, "sendto", [bytes], flags, first, address);
    }
    if (this._waits) {
      const operation = io.sendto(this, bytes, flags, length, address);
      operation.keep!();
      return io.block(this, operation);
    }
    const first = host.sendto(this._fd, bytes, flags, length);
    return first >= 0 ? first : io.persist(this, io.sendto(this, bytes, flags, length, address), first);
  }

  /**
   * `sendmsg(2)`: buffers gathered into one message, with control messages, to an address if one is
   * given.
   * @throws as send(); GaiError.
   */
  sendmsg(
    buffers: Iterable<Data>,
    ancdata: Iterable<AncillaryItemIn> = [],
    flags = 0,
    address?: AddressIn<A> | null,
  ): number {
    checkFlags(this._core, flags);
    const parts = message.gather(buffers);
    const control = cmsg.build(this._core.wire, ancdata, "sendmsg");
    const { audit, host } = this._core;
    if (audit["socket.sendmsg"].hasSubscribers)
      audit["socket.sendmsg"].publish({ socket: this, address: address ?? null });
    const length =
      address === undefined || address === null ? 0 : connecting.encodeAddress(this, address, "sendmsg");
    if (io.opensFast(this, flags)) {
      const first = host.sendmsg(this._fd, parts, control, flags | this._core.MSG_DONTWAIT, length);
      return io.finishFast(this, "sendmsg", parts, flags, first, address);
    }
    const operation = message.sendmsg(this, parts, control, flags, length, address);
    operation.keep!();
    return io.block(this, operation);
  }

  /**
   * `recvmmsg(2)`: fills a batch with the datagrams that are there, at least one; returns how many.
   * @throws as recv().
   */
  recvmmsg(batch: Batch<A>, flags = 0): number {
    return io.block(this, recvmmsg(this, batch, flags));
  }

  /**
   * `sendmmsg(2)`: sends what is in a batch; returns how many datagrams were taken.
   * @throws as sendto(), before the first datagram.
   */
  sendmmsg(batch: Batch<A>, flags = 0): number {
    return io.block(this, sendmmsg(this, batch, flags));
  }

  /**
   * `sendmsg(2)` with UDP_SEGMENT: sends `data` as datagrams of `size` bytes (the last may be
   * shorter), one by one where kernel or device refuse. Returns the bytes taken.
   * @throws as send().
   */
  sendSegments(data: Data, size: number, address?: AddressIn<A> | null): number {
    const bytes = bytesOf("data", data);
    const length =
      address === undefined || address === null ? 0 : connecting.encodeAddress(this, address, "sendSegments");
    return io.block(this, sendSegments(this, bytes, size, length, address ?? undefined));
  }

  /**
   * `sendmsg(2)` for an operation of an AF_ALG socket: mode, IV and length of associated data as
   * control messages; without `buffers` the data follows by send(). A blocking recv() of more than
   * a cipher has to give waits for ever, as the kernel has it. Linux only.
   * @throws as send().
   */
  sendmsgAfalg(buffers: Iterable<Data> | undefined, options: AlgOptions): number {
    if (this.family !== this._core.constants.AF_ALG)
      throw new OSError("algset is only supported for AF_ALG", { syscall: "sendmsg" });
    return this.sendmsg(buffers ?? [], algControl(this._core, options), options.flags);
  }

  /**
   * `sendfile(2)`: the file from `offset` (bytes) to its end, or `count` bytes of it; returns how
   * many were sent. Behind them the file's position is afterwards, also after an error, whose
   * `bytesSent` counts it too. Pipes and objects are read and sent. The timeout bounds each wait.
   * @throws RangeError (not a stream, non-blocking, count 0), as send(), TimeoutError, of the file
   * EBADF, EISDIR, ESPIPE (a pipe and an offset).
   */
  sendfile(file: FileToSend, offset = 0, count?: number | null): number {
    return sendfile(this, file, offset, count);
  }
}

/**
 * The constructor, with the address type that the constants carry. A subclass extends
 * `Socket<any>`, or that of one family.
 */
export interface SocketClass<B extends Uint8Array = Uint8Array> {
  /** Opens a socket of a protocol that has addresses of its own: `CAN_ISOTP`, `BTPROTO_L2CAP`. */
  new <A>(
    family: Family<any>,
    type: SockType | undefined,
    protocol: Protocol<A>,
    fileno?: number | null,
  ): Socket<A, B>;
  /** Opens a socket of a family, or adopts a descriptor that is one. */
  new <A>(family: Family<A>, type?: SockType, protocol?: number, fileno?: number | null): Socket<A, B>;
  /** Opens an AF_INET socket. */
  new (family?: undefined, type?: SockType, protocol?: number, fileno?: null): Socket<InetAddress, B>;
  /** Adopts a descriptor, whose family, type and protocol are detected. */
  new <A = any>(adopted: Adopted): Socket<A, B>;
  /**
   * Opens a socket of a family that the compiler does not know, or adopts a descriptor: what is
   * undefined is then detected.
   */
  new <A = any>(
    family: number | undefined,
    type?: SockType,
    protocol?: number,
    fileno?: number | null,
  ): Socket<A, B>;
  readonly prototype: Socket<any, B>;
}

/** The class of one module. */
export function bindSocket<B extends Uint8Array>(core: Omit<Core, "Socket">): SocketClass<B> {
  const Bound = named({ Socket: class extends SocketOfHost {} }).Socket;
  Object.defineProperty(Bound.prototype, "_core", { value: core });
  return Bound as unknown as SocketClass<B>;
}
const SocketOfHost = Socket;
