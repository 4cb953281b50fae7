// What both Socket classes share: a descriptor, its mode, and the calls that never wait. Methods in
// the order of Python's page.
import type { AddressFamily } from "../codec/address.js";
import { Batch, setGro, type BatchOptions } from "./batch.js";
import { cint, FLAG_BITS, int, MAX_INT, show } from "../base/check.js";
import type { Core } from "../context.js";
import { open } from "../open.js";
import { nameOf } from "../base/enums.js";
import { checkConstant } from "../base/absent-constants.js";
import { attachFilter, readsPort, type FilterOptions, type PacketFilter } from "./packet-filter.js";
import * as option from "./option.js";
import { checkTimeout } from "./timeout.js";
import type { Data, WritableBytes } from "../base/types.js";

/**
 * `new Socket({ fileno })`: the socket adopts the descriptor; family, type and protocol are
 * detected.
 */
export interface Adopted {
  /** The descriptor, which is the socket's own from now on. */
  readonly fileno: number;
}

interface Kind {
  readonly family: number;
  readonly type: number;
  readonly proto: number;
}
type Given = { readonly [K in keyof Kind]: number | undefined };

/** The descriptor of a constructor's only argument. */
function adoptedDescriptor(adopted: Adopted, ...rest: unknown[]): number {
  if (
    Object.keys(adopted).join() !== "fileno" ||
    rest.some(argument => argument !== undefined && argument !== null)
  ) {
    throw new TypeError(
      `Socket: family must be a number, or { fileno } the only argument, got ${show(adopted)}`,
    );
  }
  return int("fileno", adopted.fileno, 0, MAX_INT);
}

/** One socket of one module. */
export abstract class Endpoint<A = any, B extends Uint8Array = Uint8Array> {
  /** The address family, as `AF_INET`. */
  readonly family: number;
  /** The socket type, without SOCK_NONBLOCK and SOCK_CLOEXEC. */
  readonly type: number;
  /** The protocol, as it was passed or detected. */
  readonly proto: number;

  /** @internal */ declare readonly _core: Core;
  /** @internal */ declare _fd: number;
  /** @internal which own() of the descriptor's number was this socket's; 0: none */
  _generation = 0;
  /** @internal seconds, null: blocking */ _timeout: number | null = null;
  /**
   * @internal a call of the blocking class waits by poll(2), or in the kernel with interruptions
   */
  _waits = false;
  /**
   * @internal MSG_DONTWAIT while a call of the blocking class may not wait in the kernel, which
   * can't be interrupted there; else 0
   */
  declare _dontWait: number;
  /** @internal how many files made by makefile() are open */ declare _files: number;
  /** @internal who is told when the descriptor is given up */ declare _gone: Set<() => void> | null;
  /** @internal */ _closed = false;
  /** @internal UDP_SEGMENT is worth trying */ declare _segments: boolean;
  /** @internal */ readonly _address: AddressFamily;
  // The two are constants of a class: the constructor asks for them while the object is half made.
  /** @internal the descriptor is O_NONBLOCK whatever the timeout: waiting is the event loop's */
  get _nonblocking(): boolean {
    return false;
  }
  /** @internal the descriptor is somebody else's: never closed, its mode never changed */
  get _borrows(): boolean {
    return false;
  }

  /** @internal `trusted`: the descriptor is one that this module has just opened, of this kind */
  constructor(
    family?: number | Adopted,
    type?: number,
    proto?: number,
    fileno?: number | null,
    trusted = false,
  ) {
    const core = this._core;
    const { host, constants: c, errors } = core;
    if (host.unavailable !== undefined) throw errors.named("ENOSYS", "socket");
    if (typeof family === "object" && family !== null) {
      fileno = adoptedDescriptor(family, type, proto, fileno);
      family = undefined;
    }
    const kind = trusted
      ? this.#trusted(family!, type!, proto!, fileno!)
      : this.#opened(family, type, proto, fileno);
    this.family = kind.family;
    this.proto = kind.proto;
    // Absent flags are 0x80000000, which no type has.
    this.type = kind.type & ~((c.SOCK_NONBLOCK | c.SOCK_CLOEXEC) & FLAG_BITS);
    this._address = core.registry.find(this.family, this.proto);
    if (!this._borrows) this.#own(kind.type, fileno === undefined || fileno === null);
  }

  /**
   * Owns the descriptor and sets its mode. If that fails, the descriptor is closed where it was
   * `opened` here, else given back.
   */
  #own(type: number, opened: boolean): void {
    const { host, constants, defaultTimeout } = this._core;
    try {
      this._generation = this._check("socket", host.own(this._fd, this));
      const nonblocking = (type & constants.SOCK_NONBLOCK & FLAG_BITS) !== 0;
      this._setMode(nonblocking ? 0 : defaultTimeout);
      if (!nonblocking && defaultTimeout !== null && !this._nonblocking) this._setNonblocking(true);
    } catch (error) {
      if (opened) host.close(this._fd);
      else host.release(this._fd, this._generation);
      this._fd = -1;
      throw error;
    }
  }

  /** The kind of a descriptor that this module has just opened. */
  #trusted(family: number, type: number, proto: number, fd: number): Kind {
    this._fd = int("fileno", fd, 0, MAX_INT);
    const kind = { family, type, proto };
    const audit = this._core.audit["socket.__new__"];
    if (audit.hasSubscribers) audit.publish({ socket: this, ...kind });
    return kind;
  }

  /** Opens a descriptor, or examines the one that is given; returns its kind. */
  #opened(
    family: number | undefined,
    type: number | undefined,
    proto: number | undefined,
    fileno: number | null | undefined,
  ): Kind {
    const core = this._core;
    const { constants: c } = core;
    const given: Given = {
      family: family === undefined ? undefined : checkConstant(core, "family", family, 0xffff, "AF_"),
      type: type === undefined ? undefined : checkConstant(core, "type", type, MAX_INT, "SOCK_"),
      proto: proto === undefined ? undefined : cint("proto", proto),
    };
    const opens = fileno === undefined || fileno === null;
    const audit = core.audit["socket.__new__"];
    const asked: Kind = {
      family: given.family ?? c.AF_INET,
      type: given.type ?? c.SOCK_STREAM,
      proto: given.proto ?? 0,
    };
    if (audit.hasSubscribers) {
      // As in Python's events, -1 means that it will be detected.
      const detected = { family: given.family ?? -1, type: given.type ?? -1, proto: given.proto ?? -1 };
      audit.publish({ socket: this, ...(opens ? asked : detected) });
    }
    if (!opens) {
      // Not read back: a borrowed socket's `_fd` is a getter, which has no handle yet.
      const fd = int("fileno", fileno, 0, MAX_INT);
      this._fd = fd;
      return this.#examined(fd, given);
    }
    const flags = this._nonblocking ? c.SOCK_NONBLOCK : 0;
    this._fd = open(core, "socket", () => core.host.socket(asked.family, asked.type | flags, asked.proto));
    return asked;
  }

  /**
   * The kind of a descriptor that was opened elsewhere, which is examined before it is owned.
   * Values that were passed override what is detected.
   */
  #examined(fd: number, given: Given): Kind {
    const core = this._core;
    const { host, errors, constants: c } = core;
    const named = host.getsockname(fd);
    // Unbound sockets of some families have no name; that they are sockets is enough where the
    // kernel tells the family.
    const noSocket = named === -errors.number("EBADF") || named === -errors.number("ENOTSOCK");
    const detectsFamily = !Number.isNaN(c.SO_DOMAIN);
    if (noSocket || (named < 0 && given.family === undefined && !detectsFamily))
      throw errors.system(-named, "getsockname", fd);
    const family = detectsFamily
      ? 0
      : core.wire.calls.sockaddr_family!(core.wire.target, core.wire.addressLength());
    this.#refuseOwned(fd);
    const detect = (name: number) => option.getsockopt(core, fd, c.SOL_SOCKET, name) as number;
    return {
      family: given.family ?? (detectsFamily ? detect(c.SO_DOMAIN) : family),
      type: given.type ?? detect(c.SO_TYPE),
      proto: given.proto ?? (Number.isNaN(c.SO_PROTOCOL) ? 0 : detect(c.SO_PROTOCOL)),
    };
  }

  /**
   * A promise socket has its descriptor alone: another socket on it would take its events, or close
   * it under calls that wait.
   */
  #refuseOwned(fd: number): void {
    const { host, errors } = this._core;
    const owner = host.ownerOf(fd);
    if (!(owner instanceof Endpoint) || owner._fd !== fd || !(owner._nonblocking || this._nonblocking))
      return;
    throw errors.named(
      "EEXIST",
      "socket",
      `(another socket has descriptor ${fd}, and one of the two is a promise socket: dup() it)`,
    );
  }

  /** @internal */
  _setMode(timeout: number | null): void {
    this._timeout = timeout;
    this._waits = timeout === null ? this._core.host.maxBlockMs > 0 : timeout > 0;
  }

  /** @internal */
  _setNonblocking(on: boolean): void {
    this._check("ioctl", this._core.host.setNonblocking(this._fd, on ? 1 : 0));
  }

  /**
   * @internal Whether a call that takes no flags would wait in the kernel, which must not be:
   * somebody else has made the description of a promise socket blocking, or nothing can interrupt
   * it.
   */
  _wouldWait(): boolean {
    return (this._nonblocking || this._dontWait !== 0) && this._core.host.isNonblocking(this._fd) === 0;
  }

  /** @internal A system call's result, or its exception. */
  _check(syscall: string, result: number, address?: unknown): number {
    if (result < 0) throw this._core.errors.system(-result, syscall, address);
    return result;
  }

  /** @internal The address in the message block. */
  _decode(): any {
    const core = this._core;
    return core.registry.decode(core, core.wire.addressLength(), this._address);
  }

  /**
   * @internal Calls back when the descriptor is given up, by close() or detach(). Returns what takes
   * that back.
   */
  _onGone(callback: () => void): () => void {
    this._gone ??= new Set();
    const gone = this._gone;
    gone.add(callback);
    return () => {
      gone.delete(callback);
    };
  }

  #tellGone(): void {
    for (const callback of this._gone ?? []) callback();
  }

  /** @internal */
  _realClose(): void {
    const fd = this._fd;
    if (fd < 0) return;
    this._fd = -1;
    this.#tellGone();
    const { host, errors } = this._core;
    const result = host.closeOwned(fd, this._generation);
    // As Python: a reset by the peer is no failure to close (the descriptor is gone all the same).
    if (result < 0 && result !== -errors.number("ECONNRESET")) throw errors.system(-result, "close", fd);
  }

  /**
   * `close(2)`. The descriptor goes when the files that makefile() made are closed too; later calls
   * fail with EBADF.
   */
  close(): void {
    this._closed = true;
    if (this._files <= 0) this._realClose();
  }

  /** @internal close() of the number: no file made by makefile() keeps it. */
  _closeNumber(): void {
    this._closed = true;
    this._realClose();
  }

  /** close(), for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Puts the socket into the closed state without closing its descriptor, which it returns. */
  detach(): number {
    const fd = this._fd;
    this._closed = true;
    this._fd = -1;
    this.#tellGone();
    if (fd >= 0) this._core.host.release(fd, this._generation);
    return fd;
  }

  /** The descriptor, -1 after close() or detach(). */
  fileno(): number {
    return this._fd;
  }

  /**
   * `fcntl(F_GETFD)`: whether child processes inherit the descriptor.
   * @throws EBADF.
   */
  getInheritable(): boolean {
    return this._check("fcntl", this._core.host.isInheritable(this._fd)) === 1;
  }

  /**
   * `fcntl(F_SETFD)`.
   * @throws EBADF.
   */
  setInheritable(inheritable: boolean): void {
    this._check("fcntl", this._core.host.setInheritable(this._fd, inheritable ? 1 : 0));
  }

  /**
   * `getpeername(2)`: the address this socket is connected to.
   * @throws ENOTCONN, EBADF.
   */
  getpeername(): A {
    this._check("getpeername", this._core.host.getpeername(this._fd));
    return this._decode();
  }

  /**
   * `getsockname(2)`: this socket's own address.
   * @throws EBADF.
   */
  getsockname(): A {
    this._check("getsockname", this._core.host.getsockname(this._fd));
    return this._decode();
  }

  /**
   * `getsockopt(2)`: an int, 64 bits wide for the options of AF_VSOCK.
   * @throws ENOPROTOOPT, EBADF.
   */
  getsockopt(level: number, name: number): number;
  /**
   * `getsockopt(2)`: the option's bytes, at most `length` (1..65536).
   * @throws ENOPROTOOPT, EBADF.
   */
  getsockopt(level: number, name: number, length: number): B;
  getsockopt(level: number, name: number, length?: number): number | B {
    const { SOL_SOCKET, SO_ERROR } = this._core.constants;
    if (this._held !== 0 && level === SOL_SOCKET && name === SO_ERROR) {
      const value = option.errorValue(this._core, this._held, length);
      this._takeError();
      return value as number | B;
    }
    return option.getsockopt(this._core, this._fd, level, name, length) as number | B;
  }

  /**
   * `setsockopt(2)` with an int (64 bits wide for the options of AF_VSOCK) or with bytes.
   * @throws ENOPROTOOPT, EINVAL, EPERM, EBADF.
   */
  setsockopt(level: number, name: number, value: number | Data): void;
  /**
   * `setsockopt(2)` with NULL and a length.
   * @throws ENOPROTOOPT, EINVAL, EPERM, EBADF.
   */
  setsockopt(level: number, name: number, value: null, length: number): void;
  setsockopt(level: number, name: number, value: number | Data | null, length?: number): void {
    option.setsockopt(this._core, this._fd, level, name, value, length);
    this._changed(level, name);
  }

  /** @internal The errno that a call has taken of the kernel and not told; 0: none. */
  get _held(): number {
    return 0;
  }
  /** @internal The same, which is told now. */
  _takeError(): number {
    return 0;
  }

  /** @internal An option was set. */
  _changed(_level: number, _name: number): void {}

  /**
   * `setsockopt(SO_ATTACH_FILTER)`: lets only those packets in that a classic filter takes, cut to
   * the length that it returns. Instructions are those of `structs.sock_filter`, their bytes, or
   * the text of `tcpdump -ddd`. With `reusePort` it chooses among the sockets that share a port
   * (SO_ATTACH_REUSEPORT_CBPF): what it returns is the number of one.
   * @throws RangeError (jumps, no return), EINVAL, EPERM, EBADF.
   */
  attachFilter(filter: PacketFilter, options?: FilterOptions): void {
    attachFilter(
      this._core,
      this._fd,
      filter,
      readsPort("attachFilter", options) ? "SO_ATTACH_REUSEPORT_CBPF" : "SO_ATTACH_FILTER",
    );
  }

  /**
   * `setsockopt(SO_DETACH_FILTER)`, or with `reusePort` SO_DETACH_REUSEPORT_BPF.
   * @throws ENOENT (there is none), EBADF.
   */
  detachFilter(options?: FilterOptions): void {
    const { SOL_SOCKET, SO_DETACH_FILTER, SO_DETACH_REUSEPORT_BPF } = this._core.constants;
    option.setsockopt(
      this._core,
      this._fd,
      SOL_SOCKET,
      readsPort("detachFilter", options) ? SO_DETACH_REUSEPORT_BPF : SO_DETACH_FILTER,
      0,
    );
  }

  /** Whether calls may wait: `gettimeout() !== 0`. */
  getblocking(): boolean {
    return this._timeout !== 0;
  }

  /** Seconds that a call may take, 0 in non-blocking mode, null in blocking mode. */
  gettimeout(): number | null {
    return this._timeout;
  }

  /** The same, as a property. */
  get timeout(): number | null {
    return this._timeout;
  }

  /**
   * `ioctl(2)`: with a number, or with bytes that are passed in and changed in place. Returns what
   * the call returns.
   * @throws ENOTTY, EINVAL, EBADF; ENOSYS where there is no ioctl.
   */
  ioctl(request: number, argument: number | WritableBytes = 0): number {
    return option.ioctl(this._core, this._fd, request, argument);
  }

  /**
   * `listen(2)`: `backlog` connections may wait, 0 if negative.
   * @throws EADDRINUSE, EOPNOTSUPP, EBADF.
   */
  listen(backlog?: number): void {
    const { constants, host } = this._core;
    const n =
      backlog === undefined ? Math.min(constants.SOMAXCONN, 128) : Math.max(0, cint("backlog", backlog));
    this._check("listen", host.listen(this._fd, n));
  }

  /**
   * Blocking (true) or non-blocking mode (false).
   * @throws EBADF.
   */
  setblocking(blocking: boolean): void {
    this.settimeout(blocking ? null : 0);
  }

  /**
   * Bounds each call: seconds, 0 for non-blocking mode, null for blocking mode. The descriptor is
   * O_NONBLOCK but in blocking mode.
   * @throws RangeError (negative, not a number), EBADF.
   */
  settimeout(seconds: number | null): void {
    const timeout = checkTimeout(seconds);
    if (!this._nonblocking) this._setNonblocking(timeout !== null);
    this._setMode(timeout);
  }

  /**
   * `shutdown(2)`: SHUT_RD, SHUT_WR or SHUT_RDWR.
   * @throws ENOTCONN, EINVAL, EBADF.
   */
  shutdown(how: number): void {
    this._check("shutdown", this._core.host.shutdown(this._fd, cint("how", how)));
  }

  /**
   * Room for datagrams of this socket's family: for recvmmsg() and sendmmsg().
   * @throws RangeError.
   */
  batch(options?: BatchOptions): Batch<A, B> {
    return new Batch(this, options);
  }

  /**
   * `setsockopt(SOL_UDP, UDP_GRO)`: lets the kernel join datagrams of one sender (Batch.segmentSize
   * tells their size; give the batch CMSG_SPACE(4) bytes of control). Returns false where the
   * kernel can't.
   * @throws EBADF.
   */
  setGro(on: boolean): boolean {
    return setGro(this, on);
  }

  /**
   * Duplicates the socket for another process (WSADuplicateSocketW). Windows only: elsewhere it
   * throws ENOSYS.
   */
  share(processId: number): B {
    int("processId", processId, 0, 0xffffffff);
    throw this._core.errors.named("ENOSYS", "share");
  }

  /**
   * As telling as Python's repr: `<Socket fd=3, family=AF_INET, type=SOCK_STREAM, proto=0,
   * laddr=["127.0.0.1", 80]>`.
   */
  toString(): string {
    const { constants } = this._core;
    const parts = [
      `fd=${this._fd}`,
      `family=${nameOf(constants, "AF", this.family)}`,
      `type=${nameOf(constants, "SOCK", this.type)}`,
      `proto=${this.proto}`,
    ];
    if (this._fd >= 0) {
      for (const [label, name] of [
        ["laddr", "getsockname"],
        ["raddr", "getpeername"],
      ] as const) {
        if (this._core.host[name](this._fd) < 0) continue;
        const address = this._decode();
        if (address !== null && address !== "") parts.push(`${label}=${show(address)}`);
      }
    }
    return `<${this._closed ? "[closed] " : ""}${this.constructor.name} ${parts.join(", ")}>`;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

// Most sockets never change these: they stay on the prototype, so that each socket is smaller.
Endpoint.prototype._files = 0;
Endpoint.prototype._gone = null;
Endpoint.prototype._segments = true;
Endpoint.prototype._dontWait = 0;
