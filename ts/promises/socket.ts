// The Socket whose calls return promises: the names, tuples and errors of ../socket.ts. A call
// tries the system call at once.
import { algControl, type AlgOptions } from "../socket/afalg.js";
import { recvmmsg, sendmmsg, sendSegments, type Batch } from "../socket/batch.js";
import { bytesOf, int, MAX_INT, room, writableOf } from "../base/check.js";
import { adopt, open, tryOpen } from "../open.js";
import { checkFlags } from "../base/absent-constants.js";
import type { Adopted } from "../socket/endpoint.js";
import { receiveBuffer, SMALL } from "../socket/io.js";
import { OSError } from "../base/error.js";
import * as cmsg from "../codec/cmsg.js";
import * as message from "../socket/message.js";
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
import { bind, connect, connectEx, withAddress } from "./connect.js";
import { PromiseEndpoint } from "./endpoint.js";
import { connections, datagrams, items, type ItemOptions } from "./incoming.js";
import * as operations from "./operations.js";
import { given, isOptions, peel, readOptions, type CallOptions } from "./call-options.js";
import { ready } from "./poll.js";
import { sendfile, type FileToSend } from "./sendfile.js";
import { toWeb, type WebStreams } from "./web.js";

/**
 * A socket whose calls return promises. Calls of one direction are served in the order in which
 * they were made.
 * @typeParam A - its addresses, as they come out.
 * @typeParam B - the bytes that it receives.
 */
export class Socket<A = any, B extends Uint8Array = Uint8Array> extends PromiseEndpoint<A, B> {
  /**
   * `accept4(2)`: the next connection and its peer's address.
   * @throws TimeoutError, EINVAL (not listening), EMFILE, EBADF.
   */
  accept(options?: CallOptions): Promise<[connection: Socket<A, B>, address: A]> {
    const core = this._core;
    const { host } = core;
    // accept4(2) has no MSG_DONTWAIT: where somebody else has made the description blocking,
    // poll(2) is asked first.
    const accept = () =>
      this._wouldWait() && this._pollNow(core.POLLIN) === 0 ? -core.EAGAIN : host.accept(this._fd, 1);
    return this._call(() =>
      this._perform(
        {
          syscall: "accept",
          writes: false,
          flags: 0,
          attempt: () => tryOpen(core, accept),
          finish: fd =>
            adopt(core, fd, () => {
              const address = this._decode();
              return [this._adopt(fd), address] as [Socket<A, B>, A];
            }),
        },
        readOptions(options),
      ),
    );
  }

  /**
   * `bind(2)`; a host name goes to the resolver.
   * @throws EADDRINUSE, EADDRNOTAVAIL, EACCES, EINVAL (bound already), GaiError, EBADF.
   */
  bind(address: AddressIn<A>, options?: CallOptions): Promise<void> {
    return this._call(() => bind(this, address, readOptions(options)));
  }

  /**
   * `connect(2)`.
   * @throws ECONNREFUSED, ETIMEDOUT, TimeoutError, GaiError, EBADF.
   */
  connect(address: AddressIn<A>, options?: CallOptions): Promise<void> {
    return this._call(() => connect(this, address, readOptions(options)));
  }

  /**
   * `connect(2)`, but its errno is the result, 0 for success. Bad addresses and unknown hosts still
   * reject.
   * @throws GaiError, TypeError, RangeError, the signal's reason.
   */
  connectEx(address: AddressIn<A>, options?: CallOptions): Promise<number> {
    return this._call(() => connectEx(this, address, readOptions(options)));
  }

  /**
   * `poll(2)`: waits until the socket is ready for one of `events` (POLLIN | POLLOUT | POLLPRI |
   * …), or has an error or a hang-up (POLLERR, POLLHUP: unasked); resolves to what it is ready for.
   * @throws TimeoutError, EBADF.
   */
  ready(events: number, options?: CallOptions): Promise<number> {
    return this._call(() => ready(this, int("events", events, 0, 0x7fff), readOptions(options)));
  }

  /**
   * `fcntl(F_DUPFD_CLOEXEC)`: another socket on the same endpoint, with the same timeout.
   * @throws EMFILE, EBADF.
   */
  dup(): this {
    const core = this._core;
    return adopt(
      core,
      open(core, "dup", () => core.host.dup(this._fd, 1)),
      fd => {
        const copy = this._adopt(fd);
        copy.settimeout(this.gettimeout());
        copy._kept = this._shareKept();
        return copy as this;
      },
    );
  }

  /**
   * `recv(2)`: at most `bufsize` bytes; none means the peer has closed.
   * @throws TimeoutError, ECONNRESET, EBADF.
   */
  recv(bufsize: number, options?: CallOptions): Promise<B>;
  /**
   * `recv(2)` with MSG_* flags. With MSG_ERRQUEUE or MSG_OOB it waits for the error queue or for
   * urgent data, beside calls that wait for data.
   * @throws TimeoutError, ECONNRESET, EBADF.
   */
  recv(bufsize: number, flags?: number, options?: CallOptions): Promise<B>;
  recv(bufsize: number, second?: number | CallOptions, third?: CallOptions): Promise<B> {
    return this._call(() => {
      const options = peel(third, second);
      const flags = given(second, 0);
      const size = int("bufsize", bufsize, 0, MAX_INT);
      checkFlags(this._core, flags);
      if (size === 0) return this._nothing(options, this._core.bytes.zeroed(0) as B);
      return this._perform(
        operations.receive(this, "recv", size, flags, data => data as B),
        options,
      );
    });
  }

  /**
   * `recvfrom(2)`: the bytes and their sender's address, null where there is none.
   * @throws as recv().
   */
  recvfrom(bufsize: number, options?: CallOptions): Promise<[data: B, address: A | null]>;
  /** `recvfrom(2)` with MSG_* flags. */
  recvfrom(bufsize: number, flags?: number, options?: CallOptions): Promise<[data: B, address: A | null]>;
  recvfrom(
    bufsize: number,
    second?: number | CallOptions,
    third?: CallOptions,
  ): Promise<[data: B, address: A | null]> {
    try {
      const options = peel(third, second);
      const flags = given(second, 0);
      const size = int("bufsize", bufsize, 0, MAX_INT);
      if (flags !== 0) checkFlags(this._core, flags);
      let first: number | undefined;
      if (options === undefined && flags === 0 && size <= SMALL && this._mayRead()) {
        const core = this._core;
        const buffer = receiveBuffer(core, size);
        first = core.host.recvfrom(this._fd, buffer, size, core.MSG_DONTWAIT);
        this._budget.spendBytes(first);
        if (first >= 0) return Promise.resolve([core.bytes.prefix(buffer, first) as B, this._decode()]);
      }
      const operation = operations.receive(this, "recvfrom", size, flags, (data): [B, A | null] => [
        data as B,
        this._decode(),
      ]);
      return this._perform(operation, options, first);
    } catch (error) {
      return this._budget.rejected(error);
    }
  }

  /**
   * `recvmsg(2)`: bytes, control messages (at most `ancbufsize` bytes of them: CMSG_SPACE),
   * msg_flags, the sender's address, null where there is none.
   * @throws as recv().
   */
  recvmsg(
    bufsize: number,
    ancbufsize?: number,
    flags?: number,
    options?: CallOptions,
  ): Promise<[data: B, ancdata: AncillaryItem[], msgFlags: number, address: A | null]>;
  /** `recvmsg(2)` without flags. */
  recvmsg(
    bufsize: number,
    ancbufsize: number | undefined,
    options?: CallOptions,
  ): Promise<[data: B, ancdata: AncillaryItem[], msgFlags: number, address: A | null]>;
  /** `recvmsg(2)` without room for control messages. */
  recvmsg(
    bufsize: number,
    options?: CallOptions,
  ): Promise<[data: B, ancdata: AncillaryItem[], msgFlags: number, address: A | null]>;
  recvmsg(
    bufsize: number,
    second?: number | CallOptions,
    third?: number | CallOptions,
    fourth?: CallOptions,
  ): Promise<[data: B, ancdata: AncillaryItem[], msgFlags: number, address: A | null]> {
    return this._call(() => {
      const options = peel(fourth, second, third);
      const size = int("bufsize", bufsize, 0, MAX_INT);
      const room = int("ancbufsize", given(second, 0), 0, MAX_INT);
      const flags = checkFlags(this._core, given(third, 0));
      const finish = (
        data: Uint8Array,
        [, ...rest]: message.Received,
      ): [B, AncillaryItem[], number, A | null] => [data as B, ...rest];
      return this._perform(operations.recvmsg(this, size, room, flags, finish), options);
    });
  }

  /**
   * `recvmsg(2)` into several buffers in turn; the count of bytes comes first.
   * @throws as recv(); EMSGSIZE (too many buffers).
   */
  recvmsgInto(
    buffers: Iterable<WritableBytes>,
    ancbufsize?: number,
    flags?: number,
    options?: CallOptions,
  ): Promise<[nbytes: number, ancdata: AncillaryItem[], msgFlags: number, address: A | null]>;
  /** `recvmsg(2)` into several buffers in turn, without flags. */
  recvmsgInto(
    buffers: Iterable<WritableBytes>,
    ancbufsize: number | undefined,
    options?: CallOptions,
  ): Promise<[nbytes: number, ancdata: AncillaryItem[], msgFlags: number, address: A | null]>;
  /** `recvmsg(2)` into several buffers in turn, without room for control messages. */
  recvmsgInto(
    buffers: Iterable<WritableBytes>,
    options?: CallOptions,
  ): Promise<[nbytes: number, ancdata: AncillaryItem[], msgFlags: number, address: A | null]>;
  recvmsgInto(
    buffers: Iterable<WritableBytes>,
    second?: number | CallOptions,
    third?: number | CallOptions,
    fourth?: CallOptions,
  ): Promise<[nbytes: number, ancdata: AncillaryItem[], msgFlags: number, address: A | null]> {
    return this._call(() => {
      const options = peel(fourth, second, third);
      const room = int("ancbufsize", given(second, 0), 0, MAX_INT);
      const flags = checkFlags(this._core, given(third, 0));
      return this._perform(operations.recvmsgInto(this, message.scatter(buffers), room, flags), options);
    });
  }

  /**
   * `recvfrom(2)` into a buffer: the count of bytes and the sender's address, or null.
   * @throws as recv().
   */
  recvfromInto(
    buffer: WritableBytes,
    nbytes?: number,
    flags?: number,
    options?: CallOptions,
  ): Promise<[nbytes: number, address: A | null]>;
  /** `recvfrom(2)` into a buffer, without flags. */
  recvfromInto(
    buffer: WritableBytes,
    nbytes: number | undefined,
    options?: CallOptions,
  ): Promise<[nbytes: number, address: A | null]>;
  /** `recvfrom(2)` into all of a buffer. */
  recvfromInto(buffer: WritableBytes, options?: CallOptions): Promise<[nbytes: number, address: A | null]>;
  recvfromInto(
    buffer: WritableBytes,
    second?: number | CallOptions,
    third?: number | CallOptions,
    fourth?: CallOptions,
  ): Promise<[nbytes: number, address: A | null]> {
    return this._call(() => {
      const options = peel(fourth, second, third);
      const view = writableOf("buffer", buffer);
      const length = room(view, given(second, undefined));
      const flags = checkFlags(this._core, given(third, 0));
      const finish = (n: number): [number, A | null] => [n, this._decode()];
      return this._perform(operations.receiveInto(this, "recvfrom", view, length, flags, finish), options);
    });
  }

  /**
   * `recv(2)` into a buffer, at most `nbytes` (0: all of it); resolves to the count.
   * @throws as recv(); RangeError (`nbytes` beyond the buffer).
   */
  recvInto(buffer: WritableBytes, nbytes?: number, flags?: number, options?: CallOptions): Promise<number>;
  /** `recv(2)` into a buffer, without flags. */
  recvInto(buffer: WritableBytes, nbytes: number | undefined, options?: CallOptions): Promise<number>;
  /** `recv(2)` into all of a buffer. */
  recvInto(buffer: WritableBytes, options?: CallOptions): Promise<number>;
  recvInto(
    buffer: WritableBytes,
    second?: number | CallOptions,
    third?: number | CallOptions,
    fourth?: CallOptions,
  ): Promise<number> {
    try {
      const options = peel(fourth, second, third);
      const flags = given(third, 0);
      const view = writableOf("buffer", buffer);
      const length = room(view, given(second, undefined));
      if (flags !== 0) checkFlags(this._core, flags);
      if (length === 0) return this._nothing(options, 0);
      if (flags === 0) return this._perform(new operations.ReceiveInto(this, view, length), options);
      return this._perform(
        operations.receiveInto(this, "recv", view, length, flags, n => n),
        options,
      );
    } catch (error) {
      return this._budget.rejected(error);
    }
  }

  /**
   * `send(2)`: resolves to how many bytes were taken.
   * @throws TimeoutError, EPIPE, ECONNRESET, EMSGSIZE, EBADF.
   */
  send(data: Data, options?: CallOptions): Promise<number>;
  /**
   * `send(2)` with MSG_* flags.
   * @throws TimeoutError, EPIPE, ECONNRESET, EMSGSIZE, EBADF.
   */
  send(data: Data, flags?: number, options?: CallOptions): Promise<number>;
  send(data: Data, second?: number | CallOptions, third?: CallOptions): Promise<number> {
    return this._call(() => {
      const options = peel(third, second);
      const flags = given(second, 0);
      const bytes = bytesOf("data", data);
      if (flags !== 0) checkFlags(this._core, flags);
      return this._perform(operations.send(this, bytes, flags), options);
    });
  }

  /**
   * `send(2)` until all is sent, within one timeout. What the kernel took before an error is the
   * error's `bytesSent`; an abort after the first byte is an OSError ECANCELED whose `cause` is the
   * signal's reason.
   * @throws as send().
   */
  sendall(data: Data, options?: CallOptions): Promise<void>;
  /** `send(2)` with MSG_* flags until all is sent. */
  sendall(data: Data, flags?: number, options?: CallOptions): Promise<void>;
  sendall(data: Data, second?: number | CallOptions, third?: CallOptions): Promise<void> {
    try {
      const options = peel(third, second);
      const flags = given(second, 0);
      const bytes = bytesOf("data", data);
      if (flags !== 0) checkFlags(this._core, flags);
      if (options !== undefined || !this._mayWrite())
        return this._perform({ ...operations.sendall(this, bytes, flags), finish: nothing }, options);
      const length = lengthOf(bytes);
      const n = this._core.host.send(this._fd, bytes, flags | this._core.MSG_DONTWAIT);
      this._budget.spendBytes(n);
      if (n === length) return done;
      const operation = { ...operations.sendall(this, bytes, flags, Math.max(n, 0)), finish: nothing };
      return this._perform(operation, options, n < 0 ? n : undefined);
    } catch (error) {
      return this._budget.rejected(error);
    }
  }

  /**
   * `sendto(2)`: resolves to how many bytes were taken.
   * @throws as send(), EDESTADDRREQ, ENETUNREACH, GaiError.
   */
  sendto(data: Data, address: AddressIn<A>, options?: CallOptions): Promise<number>;
  /**
   * `sendto(2)` with MSG_* flags.
   * @throws as send(), EDESTADDRREQ, ENETUNREACH, GaiError.
   */
  sendto(data: Data, flags: number, address: AddressIn<A>, options?: CallOptions): Promise<number>;
  sendto(
    data: Data,
    second: number | AddressIn<A>,
    third?: AddressIn<A> | CallOptions,
    fourth?: CallOptions,
  ): Promise<number> {
    return this._call(() => {
      const core = this._core;
      const { audit } = core;
      const short = third === undefined || isOptions(third);
      const options = readOptions(short ? third : fourth);
      const bytes = bytesOf("data", data);
      const flags = short ? 0 : checkFlags(core, second as number);
      const address = short ? (second as AddressIn<A>) : (third as AddressIn<A>);
      options.signal?.throwIfAborted();
      if (audit["socket.sendto"].hasSubscribers) audit["socket.sendto"].publish({ socket: this, address });
      return withAddress(
        this,
        address,
        "sendto",
        options,
        length => {
          let first: number | undefined;
          if (flags === 0 && this._mayWrite()) {
            first = core.host.sendto(this._fd, bytes, flags | core.MSG_DONTWAIT, length);
            this._budget.spendBytes(first);
            if (first >= 0) return Promise.resolve(first);
          }
          return this._perform(operations.sendto(this, bytes, flags, length, address), options, first);
        },
        [bytes],
      );
    });
  }

  /**
   * `sendmsg(2)`: buffers gathered into one message, with control messages, to an address if one is
   * given.
   * @throws as send(); GaiError.
   */
  sendmsg(
    buffers: Iterable<Data>,
    ancdata?: Iterable<AncillaryItemIn>,
    flags?: number,
    address?: AddressIn<A> | null,
    options?: CallOptions,
  ): Promise<number>;
  /** `sendmsg(2)` to the peer. */
  sendmsg(
    buffers: Iterable<Data>,
    ancdata: Iterable<AncillaryItemIn> | undefined,
    flags: number | undefined,
    options?: CallOptions,
  ): Promise<number>;
  /** `sendmsg(2)` to the peer, without flags. */
  sendmsg(
    buffers: Iterable<Data>,
    ancdata: Iterable<AncillaryItemIn> | undefined,
    options?: CallOptions,
  ): Promise<number>;
  /** `sendmsg(2)` to the peer, without control messages. */
  sendmsg(buffers: Iterable<Data>, options?: CallOptions): Promise<number>;
  sendmsg(
    buffers: Iterable<Data>,
    second?: Iterable<AncillaryItemIn> | CallOptions,
    third?: number | CallOptions,
    fourth?: AddressIn<A> | CallOptions | null,
    fifth?: CallOptions,
  ): Promise<number> {
    return this._call(() => {
      const core = this._core;
      const { audit } = core;
      const options = peel(fifth, second, third, fourth) ?? {};
      const to = given(fourth, null) ?? undefined;
      options.signal?.throwIfAborted();
      const flags = checkFlags(core, given(third, 0));
      const parts = message.gather(buffers);
      const control = cmsg.build(core.wire, given(second, []), "sendmsg");
      if (audit["socket.sendmsg"].hasSubscribers)
        audit["socket.sendmsg"].publish({ socket: this, address: to ?? null });
      const send = (length: number) =>
        this._perform(operations.sendmsg(this, parts, control, flags, length, to), options);
      return to === undefined ? send(0) : withAddress(this, to, "sendmsg", options, send, parts);
    });
  }

  /**
   * `recvmmsg(2)`: fills a batch with the datagrams that are there, at least one; resolves to how
   * many.
   * @throws as recv().
   */
  recvmmsg(batch: Batch<A>, options?: CallOptions): Promise<number>;
  /**
   * `recvmmsg(2)` with MSG_* flags.
   * @throws as recv().
   */
  recvmmsg(batch: Batch<A>, flags?: number, options?: CallOptions): Promise<number>;
  recvmmsg(batch: Batch<A>, second?: number | CallOptions, third?: CallOptions): Promise<number> {
    return this._call(() => this._perform(recvmmsg(this, batch, given(second, 0)), peel(third, second)));
  }

  /**
   * `sendmmsg(2)`: sends what is in a batch; resolves to how many datagrams were taken.
   * @throws as sendto(), with `messagesSent`, how many were taken before.
   */
  sendmmsg(batch: Batch<A>, options?: CallOptions): Promise<number>;
  /**
   * `sendmmsg(2)` with MSG_* flags.
   * @throws as sendto(), with `messagesSent`, how many were taken before.
   */
  sendmmsg(batch: Batch<A>, flags?: number, options?: CallOptions): Promise<number>;
  sendmmsg(batch: Batch<A>, second?: number | CallOptions, third?: CallOptions): Promise<number> {
    return this._call(() => this._perform(sendmmsg(this, batch, given(second, 0)), peel(third, second)));
  }

  /**
   * `sendmsg(2)` with UDP_SEGMENT: sends `data` as datagrams of `size` bytes (the last may be
   * shorter), one by one where kernel or device refuse. Resolves to the bytes taken.
   * @throws as send().
   */
  sendSegments(
    data: Data,
    size: number,
    address?: AddressIn<A> | null,
    options?: CallOptions,
  ): Promise<number>;
  /** The same, to the peer. */
  sendSegments(data: Data, size: number, options?: CallOptions): Promise<number>;
  sendSegments(
    data: Data,
    size: number,
    third?: AddressIn<A> | CallOptions | null,
    fourth?: CallOptions,
  ): Promise<number> {
    return this._call(() => {
      const options = peel(fourth, third) ?? {};
      const bytes = bytesOf("data", data);
      const to = given(third, null) ?? undefined;
      options.signal?.throwIfAborted();
      const send = (length: number) => this._perform(sendSegments(this, bytes, size, length, to), options);
      return to === undefined ? send(0) : withAddress(this, to, "sendSegments", options, send, [bytes]);
    });
  }

  /**
   * `sendmsg(2)` for an operation of an AF_ALG socket: mode, IV and length of associated data as
   * control messages; without `buffers` the data follows by send(). Linux only.
   * @throws as send().
   */
  async sendmsgAfalg(
    buffers: Iterable<Data> | undefined,
    options: AlgOptions & CallOptions,
  ): Promise<number> {
    if (this.family !== this._core.constants.AF_ALG)
      throw new OSError("algset is only supported for AF_ALG", { syscall: "sendmsg" });
    return this.sendmsg(buffers ?? [], algControl(this._core, options), options.flags, null, {
      signal: options.signal,
    });
  }

  /**
   * `sendfile(2)`: the file from `offset` (bytes) to its end, or `count` bytes of it; resolves to
   * how many were sent. Behind them the file's position is afterwards, also after an error. Pipes
   * and objects are read and sent; an object's methods may return promises. The timeout bounds each
   * wait for the peer, not the whole.
   * @throws RangeError (not a stream, non-blocking, count 0), as send(), of the file EBADF, EISDIR,
   * ESPIPE.
   */
  sendfile(file: FileToSend, offset?: number, count?: number | null, options?: CallOptions): Promise<number>;
  /** `sendfile(2)` of the file from `offset` (bytes) to its end. */
  sendfile(file: FileToSend, offset: number | undefined, options?: CallOptions): Promise<number>;
  /** `sendfile(2)` of the whole file. */
  sendfile(file: FileToSend, options?: CallOptions): Promise<number>;
  sendfile(
    file: FileToSend,
    second?: number | CallOptions,
    third?: number | CallOptions | null,
    fourth?: CallOptions,
  ): Promise<number> {
    return this._call(() =>
      sendfile(
        this,
        file,
        given(second, undefined),
        given(third, undefined),
        peel(fourth, second, third) ?? {},
      ),
    );
  }

  /**
   * The connections of a listening socket, each with its peer's address, until it is closed. What
   * passes (EMFILE, ENFILE, ENOBUFS, ENOMEM, ECONNABORTED, EPROTO) is told to `onError`, without
   * one as a warning at most once a minute, and is tried again after 5 ms to 1 s; all else throws.
   * The iterator's return() ends a next() that waits.
   */
  connections(options?: ItemOptions): Connections<A, B> {
    return connections(this, given => this.accept(given), readOptions<ItemOptions>(options, ["onError"]));
  }

  /**
   * The datagrams that come, each with its sender's address, until the socket is closed. What
   * passes (ECONNREFUSED and other answers to datagrams that were sent, ENOBUFS, ENOMEM) is told as
   * connections() tells it. A connection of messages (SOCK_SEQPACKET) ends when its peer has closed;
   * an empty message right before that looks like the end, and is not given.
   */
  datagrams(options?: ItemOptions): Datagrams<A, B> {
    return datagrams(this, readOptions<ItemOptions>(options, ["onError"]));
  }

  /**
   * connections() of a listening socket, datagrams() of any other. The compiler does not know which
   * it is: the two are typed, as is what createServer() gives.
   */
  [Symbol.asyncIterator](): AsyncGenerator<
    [connection: Socket<A, B>, address: A] | [data: B, address: A | null],
    void,
    undefined
  > {
    return items(this, () => this.accept());
  }

  /**
   * The socket as web streams, which own it from now on: a byte stream to read and a stream to
   * write. Its timeout ends with that: settimeout(null).
   */
  toWeb(): WebStreams {
    return toWeb(this);
  }

  /** @internal A socket of the same kind on a descriptor that is non-blocking already. */
  _adopt(fd: number): Socket<A, B> {
    const socket = new (this.constructor as typeof Socket<A, B>)(
      this.family,
      this.type,
      this.proto,
      fd,
      true,
    );
    if (this._marked) socket._marked = true;
    return socket;
  }

  /** @internal Runs a call; what it throws is a rejection. */
  _call<T>(body: () => T | Promise<T>): Promise<T> {
    try {
      const result = body();
      return result instanceof Promise ? result : this._budget.resolved(result);
    } catch (error) {
      return this._budget.rejected(error);
    }
  }

  /** @internal A receiving call for no bytes touches nothing, as Python's. */
  _nothing<T>(options: CallOptions | undefined, nothing: T): Promise<T> {
    options?.signal?.throwIfAborted();
    return this._budget.resolved(nothing);
  }

  /** close(), for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}

const nothing = () => {};
/** What most sendall() calls return: all was taken at once. */
const done = Promise.resolve();

/** What connections() gives. */
export type Connections<A, B extends Uint8Array> = AsyncGenerator<
  [connection: Socket<A, B>, address: A],
  void,
  undefined
>;
/** What datagrams() gives. */
export type Datagrams<A, B extends Uint8Array> = AsyncGenerator<
  [data: B, address: A | null],
  void,
  undefined
>;

/** A listening socket, as createServer() makes it: its items are connections. */
export interface Listener<A = any, B extends Uint8Array = Uint8Array> extends Socket<A, B> {
  /** connections(), without options. */
  [Symbol.asyncIterator](): Connections<A, B>;
}

/** The constructor, with the address type that the constants carry. */
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
