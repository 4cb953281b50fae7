// The Socket whose calls return promises: the names, tuples and errors of ../socket.ts. A call tries the system call at once.
import { UNRESOLVED } from "../address.js";
import { algControl, type AlgOptions } from "../alg.js";
import { recvmmsg, sendmmsg, sendSegments, type Batch } from "../batch.js";
import { bytesOf, int, MAX_INT, room, writableOf } from "../check.js";
import { adopt, open, tryOpen } from "../core.js";
import { checkFlags } from "../endpoint.js";
import { OSError } from "../error.js";
import * as io from "../io.js";
import * as cmsg from "../cmsg.js";
import * as message from "../message.js";
import type { Operation } from "../operation.js";
import type { AddressIn, AncillaryItem, Data, Family, InetAddress, Protocol, WritableBytes } from "../types.js";
import type { Socket as DatagramSocket } from "node:dgram";
import type { Server as NetServer, Socket as NetSocket } from "node:net";
import { bind, connect, connectEx, numeric, resolved } from "./connect.js";
import { toDuplex, type DuplexOptions, type SocketDuplex } from "./duplex.js";
import { PromiseEndpoint } from "./endpoint.js";
import { toNode } from "./node.js";
import { isOptions, type CallOptions, type Or } from "./options.js";
import { sendfile, type FileToSend } from "./sendfile.js";
import { toWeb, type WebStreams } from "./web.js";

const DATAGRAM = 65536;

/** A socket whose calls return promises. Calls of one direction are served in the order in which they were made. */
export class Socket<A = any> extends PromiseEndpoint<A> {
  /** `accept4(2)`: the next connection and its peer's address. Errors: TimeoutError, EINVAL (not listening), EMFILE, EBADF. */
  accept(options?: CallOptions): Promise<[connection: Socket<A>, address: A]> {
    const core = this._core, accept = () => core.host.accept(this._fd, 1);
    return this._perform({
      syscall: "accept", writes: false, flags: 0,
      attempt: () => tryOpen(core, accept),
      finish: fd => adopt(core, fd, () => {
        const address = this._decode();
        return [this._adopt(fd), address];
      }),
    }, options);
  }

  /** `bind(2)`; a host name goes to the resolver. Errors: EADDRINUSE, EADDRNOTAVAIL, EACCES, EINVAL (bound already), GaiError, EBADF. */
  bind(address: AddressIn<A>, options?: CallOptions): Promise<void> { return bind(this, address, options); }

  /** `connect(2)`. Errors: ECONNREFUSED, ETIMEDOUT, TimeoutError, GaiError, EBADF. */
  connect(address: AddressIn<A>, options?: CallOptions): Promise<void> { return connect(this, address, options); }

  /** `connect(2)`, but its errno is the result, 0 for success. Bad addresses and unknown hosts still reject. */
  connectEx(address: AddressIn<A>, options?: CallOptions): Promise<number> { return connectEx(this, address, options); }

  /** `fcntl(F_DUPFD_CLOEXEC)`: another socket on the same endpoint, with the same timeout. Errors: EMFILE, EBADF. */
  dup(): this {
    const core = this._core;
    return adopt(core, open(core, "dup", () => core.host.dup(this._fd, 1)), fd => {
      const copy = this._adopt(fd);
      copy.settimeout(this.gettimeout());
      return copy as this;
    });
  }

  /** `recv(2)`: at most `bufsize` bytes; none means the peer has closed. Errors: TimeoutError, ECONNRESET, EBADF. */
  async recv(bufsize: number, flags: Or<number> = 0, options?: CallOptions): Promise<Buffer> {
    if (isOptions(flags)) options = flags, flags = 0;
    const core = this._core, size = int("bufsize", bufsize, 0, MAX_INT);
    checkFlags(core, flags);
    const buffer = io.receiveBuffer(core, size);
    return this._perform({ ...io.recvInto(this, buffer, size, flags), finish: n => io.received(buffer, n, size) }, options);
  }

  /** `recvfrom(2)`: the bytes and their sender's address, null where there is none. */
  async recvfrom(bufsize: number, flags: Or<number> = 0, options?: CallOptions): Promise<[data: Buffer, address: A]> {
    if (isOptions(flags)) options = flags, flags = 0;
    const core = this._core, size = int("bufsize", bufsize, 0, MAX_INT);
    checkFlags(core, flags);
    const buffer = io.receiveBuffer(core, size);
    return this._perform({ ...io.recvfromInto(this, buffer, size, flags), finish: n => [io.received(buffer, n, size), this._decode()] }, options);
  }

  /** `recvmsg(2)`: bytes, control messages (at most `ancbufsize` bytes of them: CMSG_SPACE), msg_flags, the sender's address. */
  async recvmsg(bufsize: number, ancbufsize: Or<number> = 0, flags: Or<number> = 0, options?: CallOptions): Promise<[data: Buffer, ancdata: AncillaryItem[], msgFlags: number, address: A]> {
    if (isOptions(ancbufsize)) options = ancbufsize, ancbufsize = 0;
    if (isOptions(flags)) options = flags, flags = 0;
    const size = int("bufsize", bufsize, 0, MAX_INT);
    int("ancbufsize", ancbufsize, 0, MAX_INT);
    checkFlags(this._core, flags);
    const buffer = io.receiveBuffer(this._core, size);
    const operation = message.recvmsg(this, [buffer.length > size ? buffer.subarray(0, size) : buffer], ancbufsize, flags);
    return this._perform({
      ...operation,
      finish: n => {
        const [, ...rest] = operation.finish(n);
        return [io.received(buffer, n, size), ...rest];
      },
    }, options);
  }

  /** `recvmsg(2)` into several buffers in turn; the count of bytes comes first. */
  async recvmsgInto(buffers: Iterable<WritableBytes>, ancbufsize: Or<number> = 0, flags: Or<number> = 0, options?: CallOptions): Promise<[nbytes: number, ancdata: AncillaryItem[], msgFlags: number, address: A]> {
    if (isOptions(ancbufsize)) options = ancbufsize, ancbufsize = 0;
    if (isOptions(flags)) options = flags, flags = 0;
    int("ancbufsize", ancbufsize, 0, MAX_INT);
    checkFlags(this._core, flags);
    return this._perform(message.recvmsg(this, message.scatter(buffers), ancbufsize, flags), options);
  }

  /** `recvfrom(2)` into a buffer: the count of bytes and the sender's address. */
  async recvfromInto(buffer: WritableBytes, nbytes?: Or<number>, flags: Or<number> = 0, options?: CallOptions): Promise<[nbytes: number, address: A]> {
    if (isOptions(nbytes)) options = nbytes, nbytes = undefined;
    if (isOptions(flags)) options = flags, flags = 0;
    const core = this._core, view = writableOf("buffer", buffer), length = room(view, nbytes);
    checkFlags(core, flags);
    return this._perform({ ...io.recvfromInto(this, view, length, flags), finish: n => [n, this._decode()] }, options);
  }

  /** `recv(2)` into a buffer, at most `nbytes` (0: all of it); resolves to the count. */
  recvInto(buffer: WritableBytes, nbytes?: Or<number>, flags: Or<number> = 0, options?: CallOptions): Promise<number> {
    try {
      if (isOptions(nbytes)) options = nbytes, nbytes = undefined;
      if (isOptions(flags)) options = flags, flags = 0;
      const view = writableOf("buffer", buffer), length = room(view, nbytes);
      if (flags !== 0) checkFlags(this._core, flags);
      return this._perform(flags === 0 ? new Receive(this, view, length) : io.recvInto(this, view, length, flags), options);
    } catch (error) { return Promise.reject(error); }
  }

  /** `send(2)`: resolves to how many bytes were taken. Errors: TimeoutError, EPIPE, ECONNRESET, EMSGSIZE, EBADF. */
  send(data: Data, flags: Or<number> = 0, options?: CallOptions): Promise<number> {
    try {
      if (isOptions(flags)) options = flags, flags = 0;
      const bytes = bytesOf("data", data);
      if (flags !== 0) checkFlags(this._core, flags);
      return this._perform(io.send(this, bytes, flags), options);
    } catch (error) { return Promise.reject(error); }
  }

  /** `send(2)` until all is sent, within one timeout. After an error nobody can tell how much was. */
  sendall(data: Data, flags: Or<number> = 0, options?: CallOptions): Promise<void> {
    try {
      if (isOptions(flags)) options = flags, flags = 0;
      let bytes = bytesOf("data", data);
      if (flags !== 0) checkFlags(this._core, flags);
      if (options === undefined && this._writers.head === null && this._writable) {
        const n = this._core.host.send(this._fd, bytes, flags);
        if (n === bytes.length) return done;
        if (n > 0) bytes = bytes.subarray(n);
      }
      return this._perform({ ...io.sendall(this, bytes, flags), finish: nothing }, options);
    } catch (error) { return Promise.reject(error); }
  }

  /** `sendto(2)`: resolves to how many bytes were taken. Errors: as send(), EDESTADDRREQ, ENETUNREACH, GaiError. */
  sendto(data: Data, address: AddressIn<A>, options?: CallOptions): Promise<number>;
  sendto(data: Data, flags: number, address: AddressIn<A>, options?: CallOptions): Promise<number>;
  sendto(data: Data, second: number | AddressIn<A>, third?: AddressIn<A> | CallOptions, fourth?: CallOptions): Promise<number> {
    try {
      const core = this._core, { audit } = core, bytes = bytesOf("data", data);
      const short = third === undefined || isOptions(third);
      const flags = short ? 0 : checkFlags(core, second as number), options = short ? third as CallOptions | undefined : fourth;
      const address = short ? second as AddressIn<A> : third as AddressIn<A>;
      options?.signal?.throwIfAborted();
      if (audit["socket.sendto"].hasSubscribers) audit["socket.sendto"].publish({ socket: this, address });
      const length = this._address.encode(core, address, "sendto");
      if (length !== UNRESOLVED) return this._perform(io.sendto(this, bytes, flags, length, address), options);
      return resolved(this, address, "sendto", options).then(to => this._perform(io.sendto(this, bytes, flags, this._address.encode(core, to, "sendto"), address), options));
    } catch (error) { return Promise.reject(error); }
  }

  /** `sendmsg(2)`: buffers gathered into one message, with control messages, to an address if one is given. */
  async sendmsg(buffers: Iterable<Data>, ancdata: Iterable<AncillaryItem | [level: number, type: number, data: Data]> | CallOptions = [], flags: Or<number> = 0,
      address?: AddressIn<A> | CallOptions | null, options?: CallOptions): Promise<number> {
    if (isOptions(ancdata)) options = ancdata, ancdata = [];
    if (isOptions(flags)) options = flags, flags = 0;
    if (isOptions(address)) options = address, address = undefined;
    options?.signal?.throwIfAborted();
    const core = this._core, { audit } = core;
    checkFlags(core, flags);
    const parts = message.gather(buffers), control = cmsg.build(core.wire, ancdata, "sendmsg");
    if (audit["socket.sendmsg"].hasSubscribers) audit["socket.sendmsg"].publish({ socket: this, address: address ?? null });
    const to = address === undefined || address === null ? null : await numeric(this, address, "sendmsg", options);
    const length = to === null ? 0 : this._address.encode(core, to, "sendmsg");
    return this._perform(message.sendmsg(this, parts, control, flags, length, to ?? undefined), options);
  }

  /** `recvmmsg(2)`: fills a batch with the datagrams that are there, at least one; resolves to how many. Errors: as recv(). */
  async recvmmsg(batch: Batch<A>, flags: Or<number> = 0, options?: CallOptions): Promise<number> {
    if (isOptions(flags)) options = flags, flags = 0;
    return this._perform(recvmmsg(this, batch, flags), options);
  }

  /** `sendmmsg(2)`: sends what is in a batch; resolves to how many datagrams were taken. Errors: as sendto(), before the first datagram. */
  async sendmmsg(batch: Batch<A>, flags: Or<number> = 0, options?: CallOptions): Promise<number> {
    if (isOptions(flags)) options = flags, flags = 0;
    return this._perform(sendmmsg(this, batch, flags), options);
  }

  /** `sendmsg(2)` with UDP_SEGMENT: sends `data` as datagrams of `size` bytes (the last may be shorter), one by one where kernel or
   *  device refuse. Resolves to the bytes taken. */
  async sendSegments(data: Data, size: number, address?: AddressIn<A> | CallOptions | null, options?: CallOptions): Promise<number> {
    if (isOptions(address)) options = address, address = undefined;
    const bytes = bytesOf("data", data);
    const to = address === undefined || address === null ? null : await numeric(this, address, "sendSegments", options);
    const length = to === null ? 0 : this._address.encode(this._core, to, "sendSegments");
    return this._perform(sendSegments(this, bytes, size, length, to ?? undefined), options);
  }

  /** `sendmsg(2)` for an operation of an AF_ALG socket: mode, IV and length of associated data as control messages. Linux only. */
  async sendmsgAfalg(buffers: Iterable<Data>, options: AlgOptions & CallOptions): Promise<number> {
    if (this.family !== this._core.constants.AF_ALG) throw new OSError("algset is only supported for AF_ALG", { syscall: "sendmsg" });
    return this.sendmsg(buffers, algControl(this._core, options), options.flags, null, options);
  }

  /** `sendfile(2)`: the file from `offset` (bytes) to its end, or `count` bytes of it; resolves to how many were sent. Behind them the file's
   *  position is afterwards, also after an error. Pipes and objects are read and sent; an object's methods may return promises. The timeout bounds
   *  each wait for the peer, not the whole. Errors: RangeError (not a stream, non-blocking, count 0), as send(), of the file EBADF, EISDIR, ESPIPE. */
  sendfile(file: FileToSend, offset?: Or<number>, count?: Or<number | null>, options?: CallOptions): Promise<number> {
    if (isOptions(offset)) options = offset, offset = undefined;
    if (isOptions(count)) options = count, count = undefined;
    return sendfile(this, file, offset, count, options);
  }

  /** Datagrams with their senders, or connections of a listening socket, until it is closed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<[item: any, address: A], void, undefined> {
    const { constants: c, errors } = this._core;
    const listens = this.type === c.SOCK_STREAM || this.type === c.SOCK_SEQPACKET;
    if (listens && this._fd >= 0 && this.getsockopt(c.SOL_SOCKET, c.SO_ACCEPTCONN) === 0) {
      throw new TypeError("a connected stream has no items: use recv(), toDuplex() or toWeb()");
    }
    while (this._fd >= 0) {
      try { yield (listens ? await this.accept() : await this.recvfrom(DATAGRAM)); }
      catch (error) {
        if (this._fd < 0 && error instanceof OSError && error.errno === errors.number("EBADF")) return;
        throw error;
      }
    }
  }

  /** The socket as a Node stream, which owns it from now on: backpressure, half close and errors as net.Socket's. */
  toDuplex(options: DuplexOptions = {}): SocketDuplex { return toDuplex(this, options); }

  /** The socket as web streams, which own it from now on: a byte stream to read and a stream to write. */
  toWeb(): WebStreams { return toWeb(this); }

  /** Hands the descriptor to Node's own socket, where Node can take it: TCP and AF_UNIX streams, their listeners, UDP. This one is then
   *  closed. Errors: ENOTSUP. */
  toNode(): Promise<NetSocket | NetServer | DatagramSocket> { return toNode(this); }

  /** @internal A socket of the same kind on a descriptor that is non-blocking already. */
  _adopt(fd: number): Socket<A> { return new (this.constructor as typeof Socket<A>)(this.family, this.type, this.proto, fd, true); }

  async [Symbol.asyncDispose](): Promise<void> { this.close(); }
}

const nothing = () => {};
/** What most sendall() calls return: all was taken at once. */
const done = Promise.resolve();

/** io.recvInto() without flags, as one object: each request of a server that waits for the next makes one. */
class Receive implements Operation<number> {
  constructor(readonly socket: PromiseEndpoint, readonly into: Uint8Array, readonly full: number) {}
  get syscall(): string { return "recv"; }
  get writes(): boolean { return false; }
  get flags(): number { return 0; }
  attempt(): number { return this.socket._core.host.recv(this.socket._fd, this.into, this.full, 0); }
  finish(n: number): number { return n; }
}

/** The constructor, with the address type that the constants carry. */
export interface SocketClass {
  new <A>(family: Family<any>, type: number | undefined, protocol: Protocol<A>, fileno?: number | null): Socket<A>;
  new <A>(family: Family<A>, type?: number, protocol?: number, fileno?: number | null): Socket<A>;
  new <A = InetAddress>(family?: undefined, type?: number, protocol?: number, fileno?: null): Socket<A>;
  new <A = any>(family?: number, type?: number, protocol?: number, fileno?: number | null): Socket<A>;
  readonly prototype: Socket<any>;
}
