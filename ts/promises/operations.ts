// The calls of the promise class that move bytes, as operations: what lives across a wait is the
// call's own. Each try says MSG_DONTWAIT: whoever shares the description (a dup, another process)
// may have made it blocking.
import { FLAG_BITS } from "../base/check.js";
import type { Core } from "../context.js";
import { atMark } from "../socket/blocking.js";
import { forgetFailure } from "../socket/connect.js";
import { KeptAddress, SLICE, YIELD, type Operation } from "../socket/operation.js";
import { HeldRights } from "../socket/held-files.js";
import { receiveBuffer, SMALL } from "../socket/io.js";
import { controlOf, JoinedMessage, received as messageReceived, type Received } from "../socket/message.js";
import { lengthOf, part, totalLength } from "../base/views.js";
import type { PromiseEndpoint } from "./endpoint.js";

/**
 * Where a receiving call puts its bytes: each attempt asks for room, and what came is taken at
 * once.
 */
class Room {
  readonly #core: Core;
  readonly #size: number;
  readonly #zeroed: boolean;
  #own: Uint8Array | undefined;

  constructor(s: PromiseEndpoint, size: number, flags: number) {
    const { MSG_TRUNC, SOCK_STREAM } = s._core.constants;
    this.#core = s._core;
    this.#size = size;
    // A TCP stream discards what is received with MSG_TRUNC (tcp(7)), and writes nothing.
    this.#zeroed = (flags & MSG_TRUNC) !== 0 && s.type === SOCK_STREAM;
  }

  buffer(): Uint8Array {
    const { bytes } = this.#core;
    if (!this.#zeroed && this.#size <= SMALL) return receiveBuffer(this.#core, this.#size);
    this.#own ??= this.#zeroed ? bytes.zeroed(this.#size) : bytes.uninitialized(this.#size);
    return this.#own;
  }

  /**
   * The `n` bytes that came: a buffer as large as they are, or the call's own if they fill half of
   * it.
   */
  take(n: number): Uint8Array {
    const bytes = this.buffer().subarray(0, Math.min(n, this.#size));
    return this.#own !== undefined && n >= this.#size >> 1 ? bytes : this.#core.bytes.copy(bytes);
  }
}

/**
 * MSG_WAITALL is ours to keep: to the kernel a promise's tries don't wait, so that it returns what
 * there is. With MSG_PEEK too TCP alone waits for all, and takes nothing.
 */
export function mustFill(s: PromiseEndpoint, flags: number): boolean {
  if (flags === 0) return false;
  const { MSG_WAITALL, MSG_PEEK, MSG_DONTWAIT, MSG_ERRQUEUE, MSG_OOB, SOCK_STREAM } = s._core.constants;
  const others = MSG_DONTWAIT | MSG_ERRQUEUE | MSG_OOB;
  if ((flags & MSG_WAITALL) === 0 || (flags & others) !== 0) return false;
  return (flags & MSG_PEEK) === 0 ? s.type === SOCK_STREAM : s._isTcp;
}

/** One call that receives from an offset on. */
type ReceiveFrom = (offset: number, room: number) => number;

/** What comes to `length` bytes, or to what there is when no more can be joined to it. */
interface Gathering {
  /** Bytes that its next try takes at most. */
  readonly room: number;
  attempt(): number;
  /** What has come, or is there, where the wait ends without the rest. */
  part(): number;
}

/**
 * Gathers until `length` bytes are there, the stream ends, or the kernel would stop as well: before
 * the mark of urgent data, and where `over` says that nothing may be joined to what has come.
 */
class Filling implements Gathering {
  filled = 0;
  constructor(
    readonly socket: PromiseEndpoint,
    readonly length: number,
    readonly receive: ReceiveFrom,
    readonly over: () => boolean,
  ) {}

  get room(): number {
    return this.length - this.filled;
  }

  part(): number {
    return this.filled;
  }

  attempt(): number {
    const most = this.filled + SLICE;
    while (this.filled < this.length) {
      if (this.filled > 0 && (this.over() || atMark(this.socket))) break;
      if (this.filled >= most) return YIELD;
      const n = this.receive(this.filled, this.length - this.filled);
      if (n < 0) return n;
      if (n === 0) break;
      this.filled += n;
    }
    return this.filled;
  }
}

/** Looks until `length` bytes are there, or no more can come before what is there is taken. */
class Peeking implements Gathering {
  constructor(
    readonly socket: PromiseEndpoint,
    readonly room: number,
    readonly receive: ReceiveFrom,
  ) {}

  /** Others may have taken of what was there. */
  part(): number {
    return Math.max(0, this.receive(0, this.room));
  }

  attempt(): number {
    // Asked first: what has come by then is seen.
    const last = this.#isLast();
    const n = this.receive(0, this.room);
    return n < 0 || n >= this.room || last ? n : -this.socket._core.EAGAIN;
  }

  /** The end, an error, or urgent data ahead, before which the kernel stops. */
  #isLast(): boolean {
    const { POLLIN, constants: c } = this.socket._core;
    const events = this.socket._pollNow(POLLIN | c.POLLPRI | c.POLLRDHUP);
    if (events & (c.POLLRDHUP | c.POLLERR | c.POLLHUP)) return true;
    return (events & c.POLLPRI) !== 0 && !atMark(this.socket);
  }
}

function gathering(
  s: PromiseEndpoint,
  length: number,
  flags: number,
  receive: ReceiveFrom,
  over: () => boolean,
): Gathering {
  return flags & s._core.constants.MSG_PEEK
    ? new Peeking(s, length, receive)
    : new Filling(s, length, receive, over);
}

type ReceiveCall = "recv" | "recvfrom";

/** recv(2) or recvfrom(2) into memory of the call's own; `finish` makes the result of what came. */
export function receive<T>(
  s: PromiseEndpoint,
  call: ReceiveCall,
  size: number,
  flags: number,
  finish: (data: Uint8Array) => T,
): Operation<T> {
  const { host, MSG_DONTWAIT } = s._core;
  if (mustFill(s, flags)) {
    const { MSG_TRUNC } = s._core.constants;
    const own = flags & MSG_TRUNC ? s._core.bytes.zeroed(size) : s._core.bytes.uninitialized(size);
    return fill(s, call, own, size, flags, n => finish(own.subarray(0, n)));
  }
  const room = new Room(s, size, flags);
  return {
    syscall: call,
    writes: false,
    flags,
    room: size,
    ...(call === "recv" ? { full: size } : undefined),
    attempt: () => host[call](s._fd, room.buffer(), size, flags | MSG_DONTWAIT),
    finish: n => finish(room.take(n)),
  };
}

/** The same into the caller's buffer. */
export function receiveInto<T>(
  s: PromiseEndpoint,
  call: ReceiveCall,
  into: Uint8Array,
  size: number,
  flags: number,
  finish: (n: number) => T,
): Operation<T> {
  if (mustFill(s, flags)) return fill(s, call, into, size, flags, finish);
  const { host, MSG_DONTWAIT } = s._core;
  return {
    syscall: call,
    writes: false,
    flags,
    room: size,
    ...(call === "recv" ? { full: size } : undefined),
    finish,
    attempt: () => host[call](s._fd, into, size, flags | MSG_DONTWAIT),
  };
}

/**
 * The flags of each call that gathers: told MSG_WAITALL, AF_UNIX takes the socket's error behind a
 * part and forgets it.
 */
function eachOf(s: PromiseEndpoint, flags: number): number {
  const { MSG_WAITALL } = s._core.constants;
  return (flags & ~MSG_WAITALL) | s._core.MSG_DONTWAIT;
}

function fill<T>(
  s: PromiseEndpoint,
  call: ReceiveCall,
  into: Uint8Array,
  size: number,
  flags: number,
  finish: (n: number) => T,
): Operation<T> {
  const { EFAULT, host, wire } = s._core;
  const each = eachOf(s, flags);
  let address: Uint8Array | undefined;
  // Of AF_UNIX recvmsg(2) alone tells what may be joined to what has come.
  const message = s.family === s._core.constants.AF_UNIX ? new JoinedMessage(s, 0) : undefined;
  const receive = (offset: number, room: number): number => {
    if (lengthOf(into) < size) return -EFAULT;
    const n =
      message === undefined
        ? host[call](s._fd, part(into, offset), room, each)
        : message.receive([part(into, offset, size)], each);
    if (n > 0 && call === "recvfrom") address = wire.receivedAddress();
    return n;
  };
  const all = gathering(s, size, flags, receive, () => message?.isOver() === true);
  return {
    syscall: call,
    writes: false,
    flags,
    get room() {
      return all.room;
    },
    attempt: () => all.attempt(),
    part: () => all.part(),
    finish(n) {
      // Others may have received since.
      if (address !== undefined) wire.putReceivedAddress(address);
      return finish(n);
    },
  };
}

/**
 * recv(2) without flags, as one object: each request of a server that waits for the next makes one.
 */
export class ReceiveInto implements Operation<number> {
  constructor(
    readonly socket: PromiseEndpoint,
    readonly into: Uint8Array,
    readonly full: number,
  ) {}
  get syscall(): string {
    return "recv";
  }
  get writes(): boolean {
    return false;
  }
  get flags(): number {
    return 0;
  }
  get room(): number {
    return this.full;
  }
  attempt(): number {
    return this.socket._core.host.recv(this.socket._fd, this.into, this.full, this.socket._core.MSG_DONTWAIT);
  }
  finish(n: number): number {
    return n;
  }
}

/** recvmsg(2) into buffers in turn; `finish` makes the result of what came. */
function receiveMessage<T>(
  s: PromiseEndpoint,
  buffers: () => Uint8Array[],
  length: number,
  ancbufsize: number,
  flags: number,
  finish: (message: Received) => T,
): Operation<T> {
  const core = s._core;
  if (!mustFill(s, flags)) {
    const { host } = core;
    const control = ancbufsize > 0 ? new Uint8Array(ancbufsize) : null;
    return {
      syscall: "recvmsg",
      writes: false,
      flags,
      room: length,
      attempt() {
        const into = buffers();
        return totalLength(into) < length
          ? -core.EFAULT
          : host.recvmsg(s._fd, into, control, flags | core.MSG_DONTWAIT);
      },
      finish: n => finish(messageReceived(s, controlOf(s, control), n)),
    };
  }
  const message = new JoinedMessage(s, ancbufsize);
  const each = eachOf(s, flags);
  const receive = (offset: number): number => {
    const into = buffers();
    if (totalLength(into) < length) return -core.EFAULT;
    return message.receive(rest(into, offset, length), each);
  };
  const all = gathering(s, length, flags, receive, () => message.isOver());
  return {
    syscall: "recvmsg",
    writes: false,
    flags,
    get room() {
      return all.room;
    },
    attempt: () => all.attempt(),
    part: () => all.part(),
    finish: n => finish(message.received(n)),
  };
}

/** The views behind the first `offset` bytes of some. */
function rest(views: readonly Uint8Array[], offset: number, length: number): Uint8Array[] {
  const out: Uint8Array[] = [];
  let at = 0;
  for (const view of views) {
    const end = at + lengthOf(view);
    if (end > offset && at < length) out.push(at < offset ? part(view, offset - at) : view);
    at = end;
  }
  return out;
}

export function recvmsg<T>(
  s: PromiseEndpoint,
  size: number,
  ancbufsize: number,
  flags: number,
  finish: (data: Uint8Array, message: Received) => T,
): Operation<T> {
  if (mustFill(s, flags)) {
    const own = s._core.bytes.uninitialized(size);
    return receiveMessage(
      s,
      () => [own],
      size,
      ancbufsize,
      flags,
      message => finish(own.subarray(0, message[0]), message),
    );
  }
  const room = new Room(s, size, flags);
  const buffers = () => [room.buffer().subarray(0, size)];
  return receiveMessage(s, buffers, size, ancbufsize, flags, message =>
    finish(room.take(message[0]), message),
  );
}

export function recvmsgInto(
  s: PromiseEndpoint,
  buffers: Uint8Array[],
  ancbufsize: number,
  flags: number,
): Operation<Received> {
  return receiveMessage(
    s,
    () => buffers,
    totalLength(buffers),
    ancbufsize,
    flags,
    message => message,
  );
}

/**
 * Whether a sending call opens a connection with its data (MSG_FASTOPEN) and waits for it, as one
 * that blocks does.
 */
function opensFast(s: PromiseEndpoint, flags: number): boolean {
  const { MSG_FASTOPEN, AF_INET, AF_INET6, SOCK_STREAM } = s._core.constants;
  return (
    (flags & MSG_FASTOPEN & FLAG_BITS) !== 0 &&
    s._timeout !== 0 &&
    !(flags & s._core.MSG_DONTWAIT) &&
    (s.family === AF_INET || s.family === AF_INET6) &&
    s.type === SOCK_STREAM
  );
}

/** Such a call: `open` is its first try, which may take some of the data along. */
function sendFast(
  s: PromiseEndpoint,
  syscall: string,
  parts: Uint8Array[],
  flags: number,
  address: unknown,
  kept: KeptAddress,
  open: () => number,
): Operation<number> {
  const { host, errors, EAGAIN, EFAULT, MSG_DONTWAIT, POLLOUT, constants: c } = s._core;
  const length = totalLength(parts);
  const underWay = -errors.number("EINPROGRESS");
  let opened = false;
  let sent = 0;
  return {
    syscall,
    writes: true,
    flags,
    address,
    finish: same,
    sent: () => sent,
    attempt() {
      if (totalLength(parts) !== length) return -EFAULT;
      if (!opened) {
        kept.restore();
        const n = open();
        if (n === -EAGAIN) kept.keep();
        if (n < 0 && n !== underWay) return n;
        opened = true;
        sent = Math.max(n, 0);
      }
      if (s._pollNow(POLLOUT) === 0) return underWay;
      const errno = s.getsockopt(c.SOL_SOCKET, c.SO_ERROR);
      forgetFailure(s, errno);
      if (errno !== 0) return -errno;
      if (sent === length) return sent;
      const n = host.sendmsg(
        s._fd,
        rest(parts, sent, length),
        null,
        (flags & ~c.MSG_FASTOPEN) | MSG_DONTWAIT,
        0,
      );
      return n < 0 ? n : sent + n;
    },
    keep: () => kept.keep(),
  };
}

const nothingSent = () => 0;
const same = (n: number) => n;

/** send(2), or sendto(2) to the `addressLength` bytes of address in the message block. */
export function send(s: PromiseEndpoint, data: Uint8Array, flags: number): Operation<number> {
  const { host, EFAULT, MSG_DONTWAIT } = s._core;
  const length = lengthOf(data);
  return {
    syscall: "send",
    writes: true,
    flags,
    full: length,
    finish: same,
    sent: nothingSent,
    attempt: () => (lengthOf(data) === length ? host.send(s._fd, data, flags | MSG_DONTWAIT) : -EFAULT),
  };
}

export function sendto(
  s: PromiseEndpoint,
  data: Uint8Array,
  flags: number,
  addressLength: number,
  address: unknown,
): Operation<number> {
  const core = s._core;
  const { host } = core;
  const kept = new KeptAddress(core, addressLength);
  if (opensFast(s, flags))
    return sendFast(s, "sendto", [data], flags, address, kept, () =>
      host.sendto(s._fd, data, flags | core.MSG_DONTWAIT, addressLength),
    );
  const length = lengthOf(data);
  return {
    syscall: "sendto",
    writes: true,
    flags,
    address,
    finish: same,
    sent: nothingSent,
    attempt() {
      if (lengthOf(data) !== length) return -core.EFAULT;
      kept.restore();
      const result = host.sendto(s._fd, data, flags | core.MSG_DONTWAIT, addressLength);
      if (result === -core.EAGAIN) kept.keep();
      return result;
    },
    keep: () => kept.keep(),
  };
}

/** `addressLength` bytes of address are in the message block. */
export function sendmsg(
  s: PromiseEndpoint,
  parts: Uint8Array[],
  control: Uint8Array | null,
  flags: number,
  addressLength: number,
  address: unknown,
): Operation<number> {
  const core = s._core;
  const { host } = core;
  const kept = new KeptAddress(core, addressLength);
  if (opensFast(s, flags))
    return sendFast(s, "sendmsg", parts, flags, address, kept, () =>
      host.sendmsg(s._fd, parts, control, flags | core.MSG_DONTWAIT, addressLength),
    );
  const length = totalLength(parts);
  const send = () => host.sendmsg(s._fd, parts, control, flags | core.MSG_DONTWAIT, addressLength);
  const held = control === null ? undefined : new HeldRights(core, control, "sendmsg");
  return {
    syscall: "sendmsg",
    writes: true,
    flags,
    address,
    finish: same,
    sent: nothingSent,
    attempt() {
      if (totalLength(parts) !== length) return -core.EFAULT;
      kept.restore();
      const result = held === undefined ? send() : held.named(send);
      if (result === -core.EAGAIN) kept.keep();
      return result;
    },
    keep: () => kept.keep(),
    hold: () => held?.hold(),
    release: () => held?.release(),
  };
}

/**
 * send(2) until all is sent, of which `sent` bytes are already. `tooLong`: the -errno that asks for
 * shorter pieces. The result is the count.
 */
export function sendall(
  s: PromiseEndpoint,
  data: Uint8Array,
  flags: number,
  sent = 0,
  tooLong?: number,
): Operation<number> {
  const { host, EFAULT, MSG_DONTWAIT } = s._core;
  const length = lengthOf(data);
  let most = length;
  return {
    syscall: "send",
    writes: true,
    flags,
    finish: same,
    attempt() {
      const enough = sent + SLICE;
      do {
        if (lengthOf(data) !== length) return -EFAULT;
        const isWhole = sent === 0 && most === length;
        const piece = isWhole ? data : part(data, sent, Math.min(length, sent + most));
        const n = host.send(s._fd, piece, flags | MSG_DONTWAIT);
        if (n === tooLong && most > 1) most >>= 1;
        else if (n < 0) return n;
        else sent += n;
        if (sent >= length) return sent;
      } while (sent < enough);
      return YIELD;
    },
    sent: () => sent,
  };
}
