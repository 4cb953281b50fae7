// Messages with control data: recvmsg(2), sendmsg(2), cmsg(3).
import { bytesOf, iterableOf, show, writableOf } from "../base/check.js";
import * as cmsg from "../codec/cmsg.js";
import { isInterrupted, receiveRest, sendRest, type Blocking } from "./blocking.js";
import type { Core } from "../context.js";
import type { Handle } from "./handle.js";
import { KeptAddress } from "./operation.js";
import { descriptors, isRights } from "./fd-passing.js";
import { HeldRights } from "./held-files.js";
import * as option from "./option.js";
import { ucred } from "../struct/credentials.js";
import type { AncillaryItem, Data, WritableBytes } from "../base/types.js";
import { lengthOf, part, totalLength } from "../base/views.js";

/** The views of an iterable of buffers. */
function views<T>(buffers: Iterable<T>, view: (name: string, data: T) => Uint8Array): Uint8Array[] {
  if (ArrayBuffer.isView(buffers))
    throw new TypeError(`buffers must be an iterable of buffers, got ${show(buffers)}`);
  return Array.from(iterableOf("buffers", "buffers", buffers), data => view("buffers", data));
}

/** What a message is gathered from. */
export function gather(buffers: Iterable<Data>): Uint8Array[] {
  return views(buffers, bytesOf);
}

/** Where a message is scattered to. */
export function scatter(buffers: Iterable<WritableBytes>): Uint8Array[] {
  return views(buffers, writableOf);
}

/** What recvmsg gives: the count of bytes, control messages, msg_flags, the sender's address. */
export type Received = [nbytes: number, ancdata: AncillaryItem[], msgFlags: number, address: any];

/**
 * What the message block and the control messages say of a message of `n` bytes, read at once after
 * the call. Received descriptors are closed if reading the rest fails.
 */
export function received(s: Handle, control: Uint8Array | null, n: number): Received {
  const messageFlags = s._core.wire.messageFlags();
  return [n, ...ancillaryOf(s, control, () => s._decode(), messageFlags)];
}

type Ancillary = [ancdata: AncillaryItem[], msgFlags: number, address: any];

function ancillaryOf(
  s: Handle,
  control: Uint8Array | null,
  address: () => any,
  messageFlags: number,
): Ancillary {
  const { host, wire } = s._core;
  const items: AncillaryItem[] = [];
  try {
    const complete = control === null || cmsg.parse(wire, control, items);
    const from = address();
    if (!complete) host.warn("received malformed or improperly-truncated ancillary data", "RuntimeWarning");
    return [items, messageFlags, from];
  } catch (error) {
    for (const item of items)
      if (isRights(s._core, item)) for (const fd of descriptors(item[2])) host.close(fd);
    throw error;
  }
}

/**
 * A message that several calls receive, one part each (MSG_WAITALL, an interruption), and that is
 * one to the caller, as the kernel would have made it: control messages are those of the last part
 * that has some, flags and address those of the last. AF_UNIX joins nothing to descriptors, nor
 * bytes of different senders where the socket is told of them (SO_PASSCRED).
 */
export class JoinedMessage {
  readonly #socket: Handle;
  /** The caller's room for control messages. */
  readonly #room: Uint8Array | null;
  /** Ours, where that is too small for credentials. */
  #own: Uint8Array | undefined;
  #control: Uint8Array | null = null;
  #flags = 0;
  #address: any = null;
  #begun = false;
  #ended = false;
  /** The credentials of the first part that had some. */
  #sender: Uint8Array | undefined;

  constructor(s: Handle, ancbufsize: number) {
    this.#socket = s;
    this.#room = ancbufsize > 0 ? new Uint8Array(ancbufsize) : null;
  }

  /** recvmsg(2) of a part. What the message block says of it is read at once. */
  receive(buffers: Uint8Array[], flags: number): number {
    const s = this.#socket;
    const told = passesCredentials(s);
    const own = told ? this.#credentialsRoom() : undefined;
    const n = s._core.host.recvmsg(s._fd, buffers, own ?? this.#room, flags);
    if (n > 0 || (n === 0 && !this.#begun)) this.#join(controlOf(s, own ?? this.#room), own !== undefined);
    // A call that was interrupted tells no credentials.
    if (n > 0 && told && this.#sender === undefined) this.#ended = true;
    return n;
  }

  /**
   * Credentials come first. With room for them, MSG_CTRUNC says that something else was dropped;
   * without, it says nothing.
   */
  #credentialsRoom(): Uint8Array | undefined {
    const length = credentialsLength(this.#socket._core);
    if (this.#room !== null && lengthOf(this.#room) >= length) return undefined;
    this.#own ??= new Uint8Array(length);
    return this.#own;
  }

  #join(control: Uint8Array | null, own: boolean): void {
    const { wire, constants: c } = this.#socket._core;
    this.#begun = true;
    this.#flags = wire.messageFlags();
    this.#address = this.#socket._decode();
    if (this.#socket.family === c.AF_UNIX) {
      this.#ended ||= (this.#flags & c.MSG_CTRUNC) !== 0 || holdsMore(this.#socket._core, control);
      this.#sender ??= credentials(this.#socket._core, control);
    }
    if (own) this.#flags |= c.MSG_CTRUNC;
    const kept = own ? this.#cut(control!) : control;
    if (kept !== null && kept.length > 0) this.#control = kept.slice();
  }

  /** What the kernel would have written of the credentials in `control` into the caller's room. */
  #cut(control: Uint8Array): Uint8Array | null {
    const { wire, constants: c } = this.#socket._core;
    const header = wire.calls.cmsg_len(wire.target, 0);
    const length = this.#room === null ? 0 : lengthOf(this.#room);
    const sender = credentials(this.#socket._core, control);
    if (length < header || sender === undefined) return null;
    const data = sender.subarray(0, length - header);
    return cmsg.build(wire, [[c.SOL_SOCKET, c.SCM_CREDENTIALS, data]], "recvmsg")!.subarray(0, length);
  }

  /**
   * Whether the kernel would join nothing to it: a part had descriptors (or something else that can't
   * be compared), or what is there next is of another sender. Only the last is looked for each time.
   */
  isOver(): boolean {
    return this.#ended || (this.#sender !== undefined && this.#isOfAnother(this.#sender));
  }

  /** Looks at what is there, and takes nothing. */
  #isOfAnother(sender: Uint8Array): boolean {
    const s = this.#socket;
    const core = s._core;
    const { wire } = core;
    // Without it a look would bring descriptors.
    if (!passesCredentials(s)) return true;
    const address = wire.receivedAddress();
    const control = new Uint8Array(credentialsLength(core));
    const n = look(s, new Uint8Array(1), control);
    const next = n > 0 ? credentials(core, controlOf(s, control)) : sender;
    wire.putReceivedAddress(address);
    return next === undefined || !next.every((byte, i) => byte === sender[i]);
  }

  /** All of it, `n` bytes. */
  received(n: number): Received {
    return [n, ...ancillaryOf(this.#socket, this.#control, () => this.#address, this.#flags)];
  }
}

/** The bytes of a control message with credentials and no more. */
function credentialsLength(core: Core): number {
  return core.wire.calls.cmsg_len(core.wire.target, ucred(core).size);
}

/** recvmsg(2) of what is next, which takes nothing, wherever SO_PEEK_OFF has peeks begin. */
function look(s: Handle, into: Uint8Array, control: Uint8Array | null): number {
  const core = s._core;
  const { SOL_SOCKET, SO_PEEK_OFF, MSG_PEEK, MSG_DONTWAIT } = core.constants;
  const offset = s.getsockopt(SOL_SOCKET, SO_PEEK_OFF);
  const setOffset = (to: number) => option.setsockopt(core, s._fd, SOL_SOCKET, SO_PEEK_OFF, to);
  if (offset >= 0) setOffset(-1);
  const n = core.host.recvmsg(s._fd, [into], control, MSG_PEEK | MSG_DONTWAIT);
  if (offset >= 0) setOffset(offset);
  return n;
}

/**
 * Whether AF_UNIX joins nothing to the `length` bytes that are there, or not even those: descriptors
 * came with them, or they are of several senders.
 */
export function endsMessage(s: Handle, length: number): boolean {
  const core = s._core;
  // With this room, and with none, no descriptor is brought.
  const control = passesCredentials(s) ? new Uint8Array(credentialsLength(core)) : null;
  const n = look(s, new Uint8Array(length), control);
  return n < length || (core.wire.messageFlags() & core.constants.MSG_CTRUNC) !== 0;
}

const passing = new Uint8Array(4);

/**
 * Whether AF_UNIX tells the socket whose each message is. A host that refuses the option, by a
 * policy, lets nobody set it either.
 */
export function passesCredentials(s: Handle): boolean {
  const { host, constants: c } = s._core;
  if (s.family !== c.AF_UNIX || Number.isNaN(c.SO_PASSCRED)) return false;
  const length = host.getsockopt(s._fd, c.SOL_SOCKET, c.SO_PASSCRED, passing);
  return length > 0 && passing.some(octet => octet !== 0);
}

/**
 * Whether a call of the blocking class gathers what may be of several senders. The kernel tells no
 * credentials of a part that an interruption ends, so that such a call must not wait in it.
 */
export function gathersOfSenders(s: Handle, flags: number): boolean {
  const { MSG_PEEK, MSG_WAITALL } = s._core.constants;
  return (flags & (MSG_WAITALL | MSG_PEEK)) === MSG_WAITALL && passesCredentials(s);
}

/** The credentials among control messages. */
function credentials({ wire, constants: c }: Core, control: Uint8Array | null): Uint8Array | undefined {
  for (const { level, type, start, end } of cmsg.walk(wire, control ?? NONE))
    if (level === c.SOL_SOCKET && type === c.SCM_CREDENTIALS) return control!.slice(start, end);
  return undefined;
}

/** Whether there is anything else. */
function holdsMore({ wire, constants: c }: Core, control: Uint8Array | null): boolean {
  for (const { level, type } of cmsg.walk(wire, control ?? NONE))
    if (level !== c.SOL_SOCKET || type !== c.SCM_CREDENTIALS) return true;
  return false;
}

const NONE = new Uint8Array(0);

/** The part of a control buffer that the last call has filled. */
export function controlOf(s: Handle, control: Uint8Array | null): Uint8Array | null {
  return control === null ? null : control.subarray(0, s._core.wire.controlLength());
}

export function recvmsg(
  s: Handle,
  buffers: Uint8Array[],
  ancbufsize: number,
  flags: number,
): Blocking<Received> {
  const core = s._core;
  const { host, constants: c } = core;
  const joined = isInterrupted(s) && s.type === c.SOCK_STREAM ? new JoinedMessage(s, ancbufsize) : undefined;
  const control = joined === undefined && ancbufsize > 0 ? new Uint8Array(ancbufsize) : null;
  const length = totalLength(buffers);
  const meanwhile = (flags & ~c.MSG_WAITALL) | c.MSG_DONTWAIT;
  return {
    syscall: "recvmsg",
    writes: false,
    flags,
    polls: joined !== undefined && gathersOfSenders(s, flags),
    attempt() {
      if (totalLength(buffers) !== length) return -core.EFAULT;
      const now = s._dontWait === 0 ? flags : meanwhile;
      return joined === undefined ? host.recvmsg(s._fd, buffers, control, now) : joined.receive(buffers, now);
    },
    resume: (done, deadline) =>
      joined === undefined
        ? done
        : receiveRest(
            s,
            flags,
            length,
            done,
            deadline,
            at => joined.receive(after(buffers, at), meanwhile),
            () => joined.isOver(),
          ),
    finish: n => (joined === undefined ? received(s, controlOf(s, control), n) : joined.received(n)),
  };
}

/** What of several views is behind their first `skip` bytes. */
function after(views: readonly Uint8Array[], skip: number): Uint8Array[] {
  const rest: Uint8Array[] = [];
  for (const view of views) {
    const length = lengthOf(view);
    if (skip < length) rest.push(skip > 0 ? part(view, skip) : view);
    skip = Math.max(0, skip - length);
  }
  return rest;
}

/** `addressLength` bytes of address are in the message block. */
export function sendmsg(
  s: Handle,
  parts: Uint8Array[],
  control: Uint8Array | null,
  flags: number,
  addressLength: number,
  address: any,
): Blocking<number> {
  const core = s._core;
  const { host } = core;
  const kept = new KeptAddress(core, addressLength);
  const length = totalLength(parts);
  const send = () => host.sendmsg(s._fd, parts, control, flags | s._dontWait, addressLength);
  const held = control === null ? undefined : new HeldRights(core, control, "sendmsg");
  const operation: Blocking<number> = {
    syscall: "sendmsg",
    writes: true,
    flags,
    address,
    attempt() {
      if (totalLength(parts) !== length) return -core.EFAULT;
      kept.restore();
      const result = held === undefined ? send() : held.named(send);
      if (result === -core.EAGAIN) kept.keep();
      return result;
    },
    resume: (done, deadline) =>
      sendRest(s, operation, length, done, deadline, at =>
        host.sendmsg(s._fd, after(parts, at), null, flags | core.constants.MSG_DONTWAIT, 0),
      ),
    finish: n => n,
    keep: () => kept.keep(),
    hold: () => held?.hold(),
    ...(held === undefined ? undefined : { release: () => held.release() }),
  };
  return operation;
}
