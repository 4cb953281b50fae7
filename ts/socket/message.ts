// Messages with control data: recvmsg(2), sendmsg(2), cmsg(3).
import { bytesOf, iterableOf, show, writableOf } from "../base/check.js";
import * as cmsg from "../codec/cmsg.js";
import { receiveRest, sendRest, type Blocking } from "./blocking.js";
import type { Core } from "../context.js";
import type { Handle } from "./handle.js";
import { KeptAddress } from "./operation.js";
import { descriptors, isRights } from "./fd-passing.js";
import { HeldRights } from "./held-files.js";
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
 * that has some, flags and address those of the last.
 */
export class JoinedMessage {
  readonly #socket: Handle;
  #control: Uint8Array | null = null;
  #flags = 0;
  #address: any = null;
  #isOver = false;

  constructor(s: Handle) {
    this.#socket = s;
  }

  /** A call has received a part. What the message block says of it is read at once. */
  join(control: Uint8Array | null): void {
    const { wire, constants: c } = this.#socket._core;
    this.#flags = wire.messageFlags();
    this.#address = this.#socket._decode();
    if (control !== null && control.length > 0) this.#control = control.slice();
    const s = this.#socket;
    // Descriptors for which there was no room are dropped; so are credentials, which end nothing.
    const dropped =
      s.family === c.AF_UNIX &&
      (this.#flags & c.MSG_CTRUNC) !== 0 &&
      s.getsockopt(c.SOL_SOCKET, c.SO_PASSCRED) === 0;
    this.#isOver ||= dropped || (this.#control !== null && holdsDescriptors(s._core, this.#control));
  }

  /** Whether the kernel would join nothing to it: a part had descriptors. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** All of it, `n` bytes. */
  received(n: number): Received {
    return [n, ...ancillaryOf(this.#socket, this.#control, () => this.#address, this.#flags)];
  }
}

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
  const control = ancbufsize > 0 ? new Uint8Array(ancbufsize) : null;
  const length = totalLength(buffers);
  const meanwhile = (flags & ~c.MSG_WAITALL) | c.MSG_DONTWAIT;
  let message: JoinedMessage | undefined;
  return {
    syscall: "recvmsg",
    writes: false,
    flags,
    attempt: () =>
      totalLength(buffers) === length
        ? host.recvmsg(s._fd, buffers, control, s._dontWait === 0 ? flags : meanwhile)
        : -core.EFAULT,
    resume(done, deadline) {
      const joined = new JoinedMessage(s);
      message = joined;
      joined.join(controlOf(s, control));
      return receiveRest(
        s,
        flags,
        length,
        done,
        deadline,
        at => {
          const n = host.recvmsg(s._fd, after(buffers, at), control, meanwhile);
          if (n > 0) joined.join(controlOf(s, control));
          return n;
        },
        () => joined.isOver,
      );
    },
    finish: n => (message === undefined ? received(s, controlOf(s, control), n) : message.received(n)),
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

function holdsDescriptors({ wire, constants: c }: Core, control: Uint8Array): boolean {
  for (const { level, type } of cmsg.walk(wire, control))
    if (level === c.SOL_SOCKET && type === c.SCM_RIGHTS) return true;
  return false;
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
