// The Socket whose calls return promises: the names, tuples and errors of ../socket.ts. A call
// tries the system call at once.
import { algControl, type AlgOptions } from "../socket/afalg.js";
import { recvmmsg, sendmmsg, sendSegments, type Batch } from "../socket/batch.js";
import { bytesOf, int, MAX_INT, room, writableOf } from "../base/check.js";
import { adopt, open, tryOpen } from "../context.js";
import { checkFlags } from "../base/enums.js";
import type { Adopted } from "../socket/endpoint.js";
import { receiveBuffer, SMALL } from "../socket/io.js";
import { OSError } from "../base/error.js";
import * as cmsg from "../codec/cmsg.js";
import * as message from "../socket/message.js";
import type {
  AddressIn,
  AncillaryItem,
  Data,
  Family,
  InetAddress,
  Protocol,
  WritableBytes,
} from "../base/types.js";
import { lengthOf } from "../base/views.js";
import type { Socket as DatagramSocket } from "node:dgram";
import type { Server as NetServer, Socket as NetSocket } from "node:net";
import { bind, connect, connectEx, withAddress } from "./connect.js";
import { toDuplex, type DuplexOptions, type SocketDuplex } from "./duplex.js";
import { PromiseEndpoint } from "./endpoint.js";
import { connections, datagrams, items, type ItemOptions } from "./items.js";
import { toNode } from "./node.js";
import * as operations from "./operations.js";
import { isOptions, readOptions, type CallOptions, type Or } from "./options.js";
import { ready } from "./poll.js";
import { pooled } from "./receiving.js";
import { sendfile, type FileToSend } from "./sendfile.js";
import { toWeb, type WebStreams } from "./web.js";

/**
 * A socket whose calls return promises. Calls of one direction are served in the order in which
 * they were made.
 */
export class Socket<A = any> extends PromiseEndpoint<A> {
  /**
   * `accept4(2)`: the next connection and its peer's address.
   * @throws TimeoutError, EINVAL (not listening), EMFILE, EBADF.
   */
  accept(options?: CallOptions): Promise<[connection: Socket<A>, address: A]> {
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
              return [this._adopt(fd), address] as [Socket<A>, A];
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
   * `recv(2)`: at most `bufsize` bytes; none means the peer has closed. With MSG_ERRQUEUE or
   * MSG_OOB it waits for the error queue or for urgent data, beside calls that wait for data.
   * @throws TimeoutError, ECONNRESET, EBADF.
   */
  recv(bufsize: number, flags: Or<number> = 0, options?: CallOptions): Promise<Buffer> {
    return this._call(() => {
      if (isOptions(flags)) {
        options = flags;
        flags = 0;
      }
      const given = readOptions(options);
      const size = int("bufsize", bufsize, 0, MAX_INT);
      checkFlags(this._core, flags);
      if (size === 0) return this._nothing(given, EMPTY);
      return this._perform(
        operations.receive(this, "recv", size, flags, data => data),
        given,
      );
    });
  }

  /**
   * `recvfrom(2)`: the bytes and their sender's address, null where there is none.
   * @throws as recv().
   */
  recvfrom(
    bufsize: number,
    flags: Or<number> = 0,
    options?: CallOptions,
  ): Promise<[data: Buffer, address: A]> {
    try {
      if (isOptions(flags)) {
        options = flags;
        flags = 0;
      }
      const given = options === undefined ? undefined : readOptions(options);
      const size = int("bufsize", bufsize, 0, MAX_INT);
      if (flags !== 0) checkFlags(this._core, flags);
      let first: number | undefined;
      if (given === undefined && flags === 0 && size <= SMALL && this._mayRead()) {
        const buffer = receiveBuffer(this._core, size);
        first = this._core.host.recvfrom(this._fd, buffer, size, this._core.MSG_DONTWAIT);
        this._readiness.spendBytes(first);
        if (first >= 0) return Promise.resolve([pooled(buffer, first), this._decode()]);
      }
      const operation = operations.receive(this, "recvfrom", size, flags, (data): [Buffer, A] => [
        data,
        this._decode(),
      ]);
      return this._perform(operation, given, first);
    } catch (error) {
      return this._readiness.rejected(error);
    }
  }

  /**
   * `recvmsg(2)`: bytes, control messages (at most `ancbufsize` bytes of them: CMSG_SPACE),
   * msg_flags, the sender's address.
   * @throws as recv().
   */
  recvmsg(
    bufsize: number,
    ancbufsize: Or<number> = 0,
    flags: Or<number> = 0,
    options?: CallOptions,
  ): Promise<[data: Buffer, ancdata: AncillaryItem[], msgFlags: number, address: A]> {
    return this._call(() => {
      if (isOptions(ancbufsize)) {
        options = ancbufsize;
        ancbufsize = 0;
      }
      if (isOptions(flags)) {
        options = flags;
        flags = 0;
      }
      const given = readOptions(options);
      const size = int("bufsize", bufsize, 0, MAX_INT);
      int("ancbufsize", ancbufsize, 0, MAX_INT);
      checkFlags(this._core, flags);
      const finish = (data: Buffer, [, ...rest]: message.Received): [Buffer, AncillaryItem[], number, A] => [
        data,
        ...rest,
      ];
      return this._perform(operations.recvmsg(this, size, ancbufsize, flags, finish), given);
    });
  }

  /**
   * `recvmsg(2)` into several buffers in turn; the count of bytes comes first.
   * @throws as recv(); EMSGSIZE (too many buffers).
   */
  recvmsgInto(
    buffers: Iterable<WritableBytes>,
    ancbufsize: Or<number> = 0,
    flags: Or<number> = 0,
    options?: CallOptions,
  ): Promise<[nbytes: number, ancdata: AncillaryItem[], msgFlags: number, address: A]> {
    return this._call(() => {
      if (isOptions(ancbufsize)) {
        options = ancbufsize;
        ancbufsize = 0;
      }
      if (isOptions(flags)) {
        options = flags;
        flags = 0;
      }
      const given = readOptions(options);
      int("ancbufsize", ancbufsize, 0, MAX_INT);
      checkFlags(this._core, flags);
      return this._perform(operations.recvmsgInto(this, message.scatter(buffers), ancbufsize, flags), given);
    });
  }

  /**
   * `recvfrom(2)` into a buffer: the count of bytes and the sender's address.
   * @throws as recv().
   */
  recvfromInto(
    buffer: WritableBytes,
    nbytes?: Or<number>,
    flags: Or<number> = 0,
    options?: CallOptions,
  ): Promise<[nbytes: number, address: A]> {
    return this._call(() => {
      if (isOptions(nbytes)) {
        options = nbytes;
        nbytes = undefined;
      }
      if (isOptions(flags)) {
        options = flags;
        flags = 0;
      }
      const given = readOptions(options);
      const view = writableOf("buffer", buffer);
      const length = room(view, nbytes);
      checkFlags(this._core, flags);
      const finish = (n: number): [number, A] => [n, this._decode()];
      return this._perform(operations.receiveInto(this, "recvfrom", view, length, flags, finish), given);
    });
  }

  /**
   * `recv(2)` into a buffer, at most `nbytes` (0: all of it); resolves to the count.
   * @throws as recv(); RangeError (`nbytes` beyond the buffer).
   */
  recvInto(
    buffer: WritableBytes,
    nbytes?: Or<number>,
    flags: Or<number> = 0,
    options?: CallOptions,
  ): Promise<number> {
    try {
      if (isOptions(nbytes)) {
        options = nbytes;
        nbytes = undefined;
      }
      if (isOptions(flags)) {
        options = flags;
        flags = 0;
      }
      const given = options === undefined ? undefined : readOptions(options);
      const view = writableOf("buffer", buffer);
      const length = room(view, nbytes);
      if (flags !== 0) checkFlags(this._core, flags);
      if (length === 0) return this._nothing(given, 0);
      if (flags === 0) return this._perform(new operations.ReceiveInto(this, view, length), given);
      return this._perform(
        operations.receiveInto(this, "recv", view, length, flags, n => n),
        given,
      );
    } catch (error) {
      return this._readiness.rejected(error);
    }
  }

  /**
   * `send(2)`: resolves to how many bytes were taken.
   * @throws TimeoutError, EPIPE, ECONNRESET, EMSGSIZE, EBADF.
   */
  send(data: Data, flags: Or<number> = 0, options?: CallOptions): Promise<number> {
    return this._call(() => {
      if (isOptions(flags)) {
        options = flags;
        flags = 0;
      }
      const given = readOptions(options);
      const bytes = bytesOf("data", data);
      if (flags !== 0) checkFlags(this._core, flags);
      return this._perform(operations.send(this, bytes, flags), given);
    });
  }

  /**
   * `send(2)` until all is sent, within one timeout. What the kernel took before an error is the
   * error's `bytesSent`; an abort after the first byte is an OSError ECANCELED whose `cause` is the
   * signal's reason.
   * @throws as send().
   */
  sendall(data: Data, flags: Or<number> = 0, options?: CallOptions): Promise<void> {
    try {
      if (isOptions(flags)) {
        options = flags;
        flags = 0;
      }
      const given = options === undefined ? undefined : readOptions(options);
      const bytes = bytesOf("data", data);
      if (flags !== 0) checkFlags(this._core, flags);
      if (given !== undefined || !this._mayWrite())
        return this._perform({ ...operations.sendall(this, bytes, flags), finish: nothing }, given);
      const length = lengthOf(bytes);
      const n = this._core.host.send(this._fd, bytes, flags | this._core.MSG_DONTWAIT);
      this._readiness.spendBytes(n);
      if (n === length) return done;
      const operation = { ...operations.sendall(this, bytes, flags, Math.max(n, 0)), finish: nothing };
      return this._perform(operation, given, n < 0 ? n : undefined);
    } catch (error) {
      return this._readiness.rejected(error);
    }
  }

  /**
   * `sendto(2)`: resolves to how many bytes were taken.
   * @throws as send(), EDESTADDRREQ, ENETUNREACH, GaiError.
   */
  sendto(data: Data, address: AddressIn<A>, options?: CallOptions): Promise<number>;
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
      const given = readOptions(short ? third : fourth);
      const bytes = bytesOf("data", data);
      const flags = short ? 0 : checkFlags(core, second as number);
      const address = short ? (second as AddressIn<A>) : (third as AddressIn<A>);
      given.signal?.throwIfAborted();
      if (audit["socket.sendto"].hasSubscribers) audit["socket.sendto"].publish({ socket: this, address });
      return withAddress(
        this,
        address,
        "sendto",
        given,
        length => {
          let first: number | undefined;
          if (flags === 0 && this._mayWrite()) {
            first = core.host.sendto(this._fd, bytes, flags | core.MSG_DONTWAIT, length);
            this._readiness.spendBytes(first);
            if (first >= 0) return Promise.resolve(first);
          }
          return this._perform(operations.sendto(this, bytes, flags, length, address), given, first);
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
    ancdata: Iterable<AncillaryItem | [level: number, type: number, data: Data]> | CallOptions = [],
    flags: Or<number> = 0,
    address?: AddressIn<A> | CallOptions | null,
    options?: CallOptions,
  ): Promise<number> {
    return this._call(() => {
      if (isOptions(ancdata)) {
        options = ancdata;
        ancdata = [];
      }
      if (isOptions(flags)) {
        options = flags;
        flags = 0;
      }
      if (isOptions(address)) {
        options = address;
        address = undefined;
      }
      const core = this._core;
      const { audit } = core;
      const given = readOptions(options);
      const to = address ?? undefined;
      given.signal?.throwIfAborted();
      checkFlags(core, flags);
      const parts = message.gather(buffers);
      const control = cmsg.build(core.wire, ancdata, "sendmsg");
      if (audit["socket.sendmsg"].hasSubscribers)
        audit["socket.sendmsg"].publish({ socket: this, address: to ?? null });
      const send = (length: number) =>
        this._perform(operations.sendmsg(this, parts, control, flags as number, length, to), given);
      return to === undefined ? send(0) : withAddress(this, to, "sendmsg", given, send, parts);
    });
  }

  /**
   * `recvmmsg(2)`: fills a batch with the datagrams that are there, at least one; resolves to how
   * many.
   * @throws as recv().
   */
  recvmmsg(batch: Batch<A>, flags: Or<number> = 0, options?: CallOptions): Promise<number> {
    return this._call(() => {
      if (isOptions(flags)) {
        options = flags;
        flags = 0;
      }
      return this._perform(recvmmsg(this, batch, flags), readOptions(options));
    });
  }

  /**
   * `sendmmsg(2)`: sends what is in a batch; resolves to how many datagrams were taken.
   * @throws as sendto(), with `messagesSent`, how many were taken before.
   */
  sendmmsg(batch: Batch<A>, flags: Or<number> = 0, options?: CallOptions): Promise<number> {
    return this._call(() => {
      if (isOptions(flags)) {
        options = flags;
        flags = 0;
      }
      return this._perform(sendmmsg(this, batch, flags), readOptions(options));
    });
  }

  /**
   * `sendmsg(2)` with UDP_SEGMENT: sends `data` as datagrams of `size` bytes (the last may be
   * shorter), one by one where kernel or device refuse. Resolves to the bytes taken.
   * @throws as send().
   */
  sendSegments(
    data: Data,
    size: number,
    address?: AddressIn<A> | CallOptions | null,
    options?: CallOptions,
  ): Promise<number> {
    return this._call(() => {
      if (isOptions(address)) {
        options = address;
        address = undefined;
      }
      const given = readOptions(options);
      const bytes = bytesOf("data", data);
      const to = address ?? undefined;
      given.signal?.throwIfAborted();
      const send = (length: number) => this._perform(sendSegments(this, bytes, size, length, to), given);
      return to === undefined ? send(0) : withAddress(this, to, "sendSegments", given, send, [bytes]);
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
  sendfile(
    file: FileToSend,
    offset?: Or<number>,
    count?: Or<number | null>,
    options?: CallOptions,
  ): Promise<number> {
    return this._call(() => {
      if (isOptions(offset)) {
        options = offset;
        offset = undefined;
      }
      if (isOptions(count)) {
        options = count;
        count = undefined;
      }
      return sendfile(this, file, offset, count, readOptions(options));
    });
  }

  /**
   * The connections of a listening socket, each with its peer's address, until it is closed. What
   * passes (EMFILE, ENFILE, ENOBUFS, ENOMEM, ECONNABORTED, EPROTO) is told to `onError`, without
   * one as a warning at most once a minute, and is tried again after 5 ms to 1 s; all else throws.
   * The iterator's return() ends a next() that waits.
   */
  connections(options?: ItemOptions): AsyncGenerator<[connection: Socket<A>, address: A], void, undefined> {
    return connections(this, given => this.accept(given), readOptions<ItemOptions>(options, ["onError"]));
  }

  /**
   * The datagrams that come, each with its sender's address, until the socket is closed. What
   * passes (ECONNREFUSED and other answers to datagrams that were sent, ENOBUFS, ENOMEM) is told as
   * connections() tells it.
   */
  datagrams(options?: ItemOptions): AsyncGenerator<[data: Buffer, address: A], void, undefined> {
    return datagrams(this, readOptions<ItemOptions>(options, ["onError"]));
  }

  /** connections() of a listening socket, datagrams() of any other. */
  [Symbol.asyncIterator](): AsyncGenerator<[item: any, address: A], void, undefined> {
    return items(this, () => this.accept());
  }

  /**
   * The socket as a Node stream, which owns it from now on: backpressure, half close and errors as
   * net.Socket's.
   */
  toDuplex(options: DuplexOptions = {}): SocketDuplex {
    return toDuplex(this, options);
  }

  /**
   * The socket as web streams, which own it from now on: a byte stream to read and a stream to
   * write.
   */
  toWeb(): WebStreams {
    return toWeb(this);
  }

  /**
   * Hands the descriptor to Node's own socket, where Node can take it: TCP and AF_UNIX streams,
   * their listeners, UDP. This one is then closed.
   * @throws ENOTSUP.
   */
  toNode(): Promise<NetSocket | NetServer | DatagramSocket> {
    return toNode(this);
  }

  /** @internal A socket of the same kind on a descriptor that is non-blocking already. */
  _adopt(fd: number): Socket<A> {
    const socket = new (this.constructor as typeof Socket<A>)(this.family, this.type, this.proto, fd, true);
    if (this._marked) socket._marked = true;
    return socket;
  }

  /** @internal Runs a call; what it throws is a rejection. */
  _call<T>(body: () => T | Promise<T>): Promise<T> {
    try {
      const result = body();
      return result instanceof Promise ? result : this._readiness.resolved(result);
    } catch (error) {
      return this._readiness.rejected(error);
    }
  }

  /** @internal A receiving call for no bytes touches nothing, as Python's. */
  _nothing<T>(options: CallOptions | undefined, nothing: T): Promise<T> {
    options?.signal?.throwIfAborted();
    return this._readiness.resolved(nothing);
  }

  /** close(), for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }
}

const nothing = () => {};
const EMPTY = Buffer.alloc(0);
/** What most sendall() calls return: all was taken at once. */
const done = Promise.resolve();

/** The constructor, with the address type that the constants carry. */
export interface SocketClass {
  new <A>(
    family: Family<any>,
    type: number | undefined,
    protocol: Protocol<A>,
    fileno?: number | null,
  ): Socket<A>;
  new <A>(family: Family<A>, type?: number, protocol?: number, fileno?: number | null): Socket<A>;
  new <A = InetAddress>(family?: undefined, type?: number, protocol?: number, fileno?: null): Socket<A>;
  new (adopted: Adopted): Socket<any>;
  new <A = any>(family?: number, type?: number, protocol?: number, fileno?: number | null): Socket<A>;
  readonly prototype: Socket<any>;
}
