// Many datagrams in one system call: recvmmsg(2), sendmmsg(2). The buffers are the batch's and are
// used again and again; nothing of a datagram is decoded before somebody asks for it.
import { bytesOf, int, writableOf } from "../base/check.js";
import * as cmsg from "../codec/cmsg.js";
import type { Core } from "../context.js";
import type { Handle } from "./handle.js";
import { HeldRights } from "./held-files.js";
import { checkFlags } from "../base/absent-constants.js";
import type { OSError } from "../base/error.js";
import type { AddressFamily } from "../codec/address.js";
import { named } from "../base/named.js";
import { KeptAddress, SLICE, YIELD, type Operation } from "./operation.js";
import { bigEndian } from "../base/order.js";
import { descriptors, isRights } from "./fd-passing.js";
import type { AddressIn, AncillaryItem, AncillaryItemIn, Data, WritableBytes } from "../base/types.js";
import { lengthOf, part } from "../base/views.js";

/** UIO_MAXIOV: more than the kernel takes at once. */
const MAX_MESSAGES = 1024;
// The words of a slot (shim/contract.ts).
const LENGTH = 0;
const NAME = 1;
const CONTROL = 2;
const FLAGS = 3;
const WORDS = 4;
/** struct sockaddr_storage. */
const NAME_SIZE = 128;

/** What batch() takes. */
export interface BatchOptions {
  /** Datagrams that fit: 1..1024 (64). */
  count?: number;
  /** Bytes for each: 1..65535 (2048). */
  size?: number;
  /** Bytes for the control messages of each (0): CMSG_SPACE. */
  control?: number;
  /** The memory for the datagrams, `count * size` bytes; without it the batch allocates its own. */
  buffer?: WritableBytes;
}

/** Room for datagrams: filled by `recvmmsg`, or by `push` for `sendmmsg`. */
export class Batch<A = any, B extends Uint8Array = Uint8Array> {
  /** Datagrams that fit. */
  readonly count: number;
  /** Bytes that each may have. */
  readonly size: number;
  #length = 0;
  /** @internal */ readonly _data: Uint8Array;
  /** @internal */ readonly _names: Uint8Array;
  /** @internal */ readonly _control: Uint8Array;
  /** @internal */ readonly _words: Int32Array;
  /**
   * @internal bytes of the control messages in each slot; in the words they are there for sending
   * only
   */
  readonly _controls: Int32Array;
  readonly #core: Core;
  readonly #family: AddressFamily;
  /** Whether descriptors can come with its datagrams. */
  readonly #carries: boolean;
  /** Descriptors that came and that nobody has asked for yet, with their generations, by slot. */
  readonly #untaken = new Map<number, [fd: number, generation: number][]>();

  /** @internal Made by a socket's batch(). */
  constructor(s: Handle, { count = 64, size = 2048, control = 0, buffer }: BatchOptions = {}) {
    this.#core = s._core;
    this.#family = s._address;
    this.count = int("count", count, 1, MAX_MESSAGES);
    this.size = int("size", size, 1, 65535);
    int("control", control, 0, 65536);
    this._data =
      buffer === undefined
        ? s._core.bytes.uninitialized(count * size)
        : part(writableOf("buffer", buffer), 0);
    if (lengthOf(this._data) !== count * size)
      throw new RangeError(
        `buffer must be count * size = ${count * size} bytes long, got ${lengthOf(this._data)}`,
      );
    this._names = new Uint8Array(count * NAME_SIZE);
    this._control = new Uint8Array(count * control);
    this._words = new Int32Array(count * WORDS);
    this._controls = new Int32Array(count);
    this.#carries = control > 0 && s.family === s._core.constants.AF_UNIX;
  }

  /**
   * Datagrams in it now. It can be set, to send fewer of them.
   * @throws TypeError, RangeError (not 0..count).
   */
  get length(): number {
    return this.#length;
  }
  set length(datagrams: number) {
    this.#length = int("length", datagrams, 0, this.count);
  }

  /** Bytes of datagram `i`, a view that the next call overwrites. */
  data(i: number): B {
    const start = this.#slot(i) * this.size;
    const { buffer, byteOffset } = this._data;
    const length = Math.min(this._words[i * WORDS + LENGTH]!, this.size);
    return this.#core.bytes.view(buffer, byteOffset + start, length) as B;
  }

  /** Who sent datagram `i`; null if it came without an address. */
  address(i: number): A | null {
    const start = this.#slot(i) * NAME_SIZE;
    const length = Math.min(this._words[i * WORDS + NAME]!, NAME_SIZE);
    const core = this.#core;
    core.wire.putAddress(this._names.subarray(start, start + length));
    return core.registry.decode(core, length, this.#family);
  }

  /** @internal Where datagram `i` goes, for errors. */
  _addressFor(i: number): A | null | undefined {
    return this._words[i * WORDS + NAME] === 0 ? undefined : this.address(i);
  }

  /**
   * The control messages of datagram `i`. Descriptors among them (SCM_RIGHTS) are yours to close
   * from then on; those of datagrams that nobody asks for are closed when the batch is filled
   * again, cleared or dropped.
   */
  ancdata(i: number): AncillaryItem[] {
    const items = this.#parsed(i);
    for (const [fd, generation] of this.#untaken.get(i) ?? []) this.#core.host.release(fd, generation);
    this.#untaken.delete(i);
    return items;
  }

  #parsed(i: number): AncillaryItem[] {
    const items: AncillaryItem[] = [];
    cmsg.parse(this.#core.wire, this.#controlOf(i), items);
    return items;
  }

  /** The msg_flags of datagram `i` (MSG_TRUNC, MSG_CTRUNC). */
  flags(i: number): number {
    return this._words[this.#slot(i) * WORDS + FLAGS]!;
  }

  /**
   * Bytes of each datagram in slot `i` where UDP_GRO has joined several of a sender (the last may
   * be shorter), its length where not.
   */
  segmentSize(i: number): number {
    const { wire, constants: c } = this.#core;
    const control = this.#controlOf(i);
    for (const { level, type, start } of cmsg.walk(wire, control)) {
      if (level === c.SOL_UDP && type === c.UDP_GRO)
        return new DataView(control.buffer, control.byteOffset + start).getInt32(0, !bigEndian);
    }
    return this._words[i * WORDS + LENGTH]!;
  }

  /** @internal Holds the files that come with the datagrams from `first` on; null: none do. */
  _hold(first: number): HeldRights | null {
    let held: HeldRights | null = null;
    const room = this._control.length / this.count;
    for (let i = first; i < this.#length; i++) {
      if (this._controls[i] === 0) continue;
      held ??= new HeldRights(this.#core, this._control, "sendmmsg");
      try {
        held.hold(i * room, i * room + this._controls[i]!);
      } catch (error) {
        held.release();
        throw error;
      }
    }
    return held;
  }

  /** @internal Whether its memory is still all there: the caller's may be transferred. */
  get _whole(): boolean {
    return lengthOf(this._data) === this.count * this.size;
  }

  /** Empties it. */
  clear(): void {
    this._closeUntaken();
    this.#length = 0;
  }

  /** @internal recvmmsg(2) has filled `n` slots. */
  _filled(n: number): number {
    this._closeUntaken();
    for (let i = 0; i < n; i++) {
      this._controls[i] = this._words[i * WORDS + CONTROL]!;
      this._words[i * WORDS + CONTROL] = 0;
    }
    this.#length = n;
    if (this.#carries) this.#own();
    return n;
  }

  /** The batch owns the descriptors that came, so that they end with it. */
  #own(): void {
    const { host } = this.#core;
    for (let i = 0; i < this.length; i++) {
      if (this._controls[i] === 0) continue;
      const fds = this.#parsed(i).flatMap(item => (isRights(this.#core, item) ? descriptors(item[2]) : []));
      if (fds.length > 0)
        this.#untaken.set(
          i,
          fds.map(fd => [fd, host.own(fd, this)]),
        );
    }
  }

  /** @internal */
  _closeUntaken(): void {
    for (const list of this.#untaken.values()) for (const [fd] of list) this.#core.host.close(fd);
    this.#untaken.clear();
  }

  /**
   * Copies a datagram in, with its address and control messages if it has any; returns false if the
   * batch is full.
   */
  push(data: Data, address?: AddressIn<A> | null, ancdata: Iterable<AncillaryItemIn> = []): boolean {
    if (this.length >= this.count) return false;
    const core = this.#core;
    const { wire } = core;
    const bytes = bytesOf("data", data);
    const most = lengthOf(bytes);
    if (most > this.size)
      throw new RangeError(`data must be at most ${this.size} bytes long, the batch's size, got ${most}`);
    const control = cmsg.build(wire, ancdata, "push");
    const room = this._control.length / this.count;
    if (control !== null && control.length > room)
      throw new RangeError(`ancdata must fit the batch's ${room} bytes of control, got ${control.length}`);
    let name = 0;
    if (address !== undefined && address !== null) {
      name = this.#family.encode(core, address, "push");
      if (name < 0) throw new TypeError("push: the host of a batch's address must be numeric");
    }
    // What the caller's values ran may have pushed too, or taken the bytes away.
    const i = this.length;
    const length = lengthOf(bytes);
    if (i >= this.count) return false;
    if (name > 0) {
      this._names.set(wire.bytes.subarray(wire.address, wire.address + name), i * NAME_SIZE);
    }
    this._data.set(bytes, i * this.size);
    if (control !== null) this._control.set(control, i * room);
    const words = this._words;
    const at = i * WORDS;
    words[at + LENGTH] = length;
    words[at + NAME] = name;
    this._controls[i] = control?.length ?? 0;
    words[at + CONTROL] = this._controls[i];
    words[at + FLAGS] = 0;
    this.#length++;
    return true;
  }

  /** The slots in turn, as views. */
  *[Symbol.iterator](): Generator<[data: B, address: A | null], void, undefined> {
    for (let i = 0; i < this.length; i++) yield [this.data(i), this.address(i)];
  }

  #slot(i: number): number {
    return int("i", i, 0, this.length - 1);
  }
  #controlOf(i: number): Uint8Array {
    const start = this.#slot(i) * (this._control.length / this.count);
    return this._control.subarray(start, start + this._controls[i]!);
  }
}
named({ Batch });

/** A promise's tries don't wait, whatever mode the description has. */
const dontWaitOf = (s: Handle): number => (s._nonblocking ? s._core.MSG_DONTWAIT : s._dontWait);

/** recvmmsg(2) into a batch. */
export function recvmmsg(s: Handle, batch: Batch, flags: number): Operation<number> {
  const core = s._core;
  const { host } = core;
  checkFlags(core, flags);
  return {
    syscall: "recvmmsg",
    writes: false,
    flags,
    full: batch.count,
    room: batch.size,
    batch: true,
    attempt() {
      if (!batch._whole) return -core.EFAULT;
      return host.recvmmsg(
        s._fd,
        batch._data,
        batch._names,
        batch._control,
        batch._words,
        batch.count,
        flags | dontWaitOf(s),
      );
    },
    finish: n => batch._filled(n),
  };
}

/** sendmmsg(2) of all that is in a batch. */
export function sendmmsg(s: Handle, batch: Batch, flags: number): Operation<number> {
  const core = s._core;
  const { host } = core;
  checkFlags(core, flags);
  let sent = 0;
  let held: HeldRights | null = null;
  const sendNext = () =>
    host.sendmmsg(
      s._fd,
      batch._data,
      batch._names,
      batch._control,
      batch._words,
      sent,
      batch.length - sent,
      flags | dontWaitOf(s),
    );
  return {
    syscall: "sendmmsg",
    writes: true,
    flags,
    countsMessages: true,
    get address() {
      return sent < batch.length ? batch._addressFor(sent) : undefined;
    },
    attempt() {
      if (!batch._whole) return -core.EFAULT;
      // A stream may take a part of a message, whose rest would be lost behind it.
      if (s.type === core.constants.SOCK_STREAM) {
        throw core.errors.named(
          "EOPNOTSUPP",
          "sendmmsg",
          "(the messages of a stream have no ends: use sendall() or sendmsg())",
        );
      }
      while (sent < batch.length) {
        const n = held === null ? sendNext() : held.named(sendNext);
        if (n < 0) return n;
        sent += n;
      }
      return sent;
    },
    sent: () => sent,
    finish: n => n,
    hold() {
      held = batch._hold(sent);
    },
    release: () => held?.release(),
  };
}

/**
 * Datagrams that UDP_SEGMENT makes of one buffer at most (linux/udp.h UDP_MAX_SEGMENTS), and bytes
 * that IPv4 leaves for them.
 */
const MOST_SEGMENTS = 64;
const MOST_BYTES = 65507;

// What calls of one size share: most senders cut all they send alike. Measured, making the control
// message anew takes a fifth of a call.
let cachedSegmentControl: { core: Core; size: number; control: Uint8Array | null } | undefined;

/** The control message that asks for datagrams of `size` bytes; null where there is none. */
function segmentControl(core: Core, size: number): Uint8Array | null {
  if (cachedSegmentControl?.core === core && cachedSegmentControl.size === size)
    return cachedSegmentControl.control;
  const { constants: c, wire } = core;
  const control = Number.isNaN(c.UDP_SEGMENT)
    ? null
    : cmsg.build(
        wire,
        [[c.SOL_UDP, c.UDP_SEGMENT, new Uint8Array(Uint16Array.of(size).buffer)]],
        "sendSegments",
      );
  cachedSegmentControl = { core, size, control };
  return control;
}

/** Other families take no notice of UDP_SEGMENT, and would send all as one datagram. */
function isUdp(s: Handle): boolean {
  const { AF_INET, AF_INET6, SOCK_DGRAM, IPPROTO_UDP } = s._core.constants;
  return (
    (s.family === AF_INET || s.family === AF_INET6) &&
    s.type === SOCK_DGRAM &&
    (s.proto === 0 || s.proto === IPPROTO_UDP)
  );
}

/**
 * How kernels and devices refuse to cut; those that may be about the size are this call's affair,
 * where the kernel has the option.
 */
const REFUSALS = ["EIO", "EINVAL", "ENOPROTOOPT", "EOPNOTSUPP", "EMSGSIZE"];
const TOO_LARGE = ["EINVAL", "EMSGSIZE"];

function isRefused(s: Handle, result: number, how: readonly string[]): boolean {
  const { errors } = s._core;
  return result < 0 && how.some(code => result === -errors.number(code));
}

/** Whether a refusal is for good, and not about one call's size. */
function neverCuts(s: Handle, refusal: number): boolean {
  const { host, constants: c } = s._core;
  if (!isRefused(s, refusal, TOO_LARGE)) return true;
  return host.getsockopt(s._fd, c.SOL_UDP, c.UDP_SEGMENT, new Uint8Array(4)) < 0;
}

/**
 * send(2) of `data` cut into datagrams of `size` bytes: by the kernel or the device (UDP_SEGMENT,
 * udp(7)), one by one where those refuse.
 */
export function sendSegments(
  s: Handle,
  data: Uint8Array,
  size: number,
  addressLength: number,
  address: unknown,
): Operation<number> {
  const core = s._core;
  const { host } = core;
  int("size", size, 1, MOST_BYTES);
  const kept = new KeptAddress(core, addressLength);
  const control = segmentControl(core, size);
  const chunk = Math.min(MOST_SEGMENTS, Math.floor(MOST_BYTES / size)) * size;
  const length = lengthOf(data);
  let sent = 0;
  let whole = control !== null && s._segments && isUdp(s);
  /** One system call for what comes next. */
  const sendNext = (): number => {
    if (whole && length - sent > size) {
      const several = part(data, sent, Math.min(length, sent + chunk));
      const n = host.sendmsg(s._fd, [several], control, dontWaitOf(s), addressLength);
      if (!isRefused(s, n, REFUSALS)) return n;
      whole = false;
      if (neverCuts(s, n)) s._segments = false;
    }
    const one = part(data, sent, Math.min(length, sent + size));
    return addressLength > 0
      ? host.sendto(s._fd, one, dontWaitOf(s), addressLength)
      : host.send(s._fd, one, dontWaitOf(s));
  };
  return {
    syscall: "sendmsg",
    writes: true,
    flags: 0,
    address,
    attempt() {
      if (lengthOf(data) !== length) return -core.EFAULT;
      kept.restore();
      const most = s._nonblocking ? sent + SLICE : Infinity;
      while (sent < length) {
        if (sent >= most) {
          kept.keep();
          return YIELD;
        }
        const n = sendNext();
        if (n === -core.EAGAIN) kept.keep();
        if (n < 0) return n;
        sent += n;
      }
      return sent;
    },
    sent: () => sent,
    finish: n => n,
    keep: () => kept.keep(),
  };
}

/**
 * setsockopt(SOL_UDP, UDP_GRO): whether datagrams of one sender may come joined. False where the
 * kernel has none.
 */
export function setGro(s: Handle, on: boolean): boolean {
  const { UDP_GRO, SOL_UDP } = s._core.constants;
  if (Number.isNaN(UDP_GRO)) return false;
  try {
    s.setsockopt(SOL_UDP, UDP_GRO, on ? 1 : 0);
    return true;
  } catch (error) {
    const { errno } = error as OSError;
    const { errors } = s._core;
    if (errno === errors.number("ENOPROTOOPT") || errno === errors.number("EOPNOTSUPP")) return false;
    throw error;
  }
}
