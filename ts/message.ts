// Messages with control data: recvmsg(2), sendmsg(2), cmsg(3).
import { bytesOf, show, writableOf } from "./check.js";
import * as cmsg from "./cmsg.js";
import type { Endpoint } from "./endpoint.js";
import { KeptAddress, lengthOf, type Operation } from "./operation.js";
import { descriptors, isRights } from "./rights.js";
import type { AncillaryItem, Data, WritableBytes } from "./types.js";

/** The views of an iterable of buffers. */
function views<T>(buffers: Iterable<T>, view: (name: string, data: T) => Uint8Array): Uint8Array[] {
  if (typeof buffers !== "object" || buffers === null || !(Symbol.iterator in buffers) || ArrayBuffer.isView(buffers)) {
    throw new TypeError(`buffers must be an iterable of buffers, got ${show(buffers)}`);
  }
  return Array.from(buffers, data => view("buffers", data));
}

/** What a message is gathered from. */
export function gather(buffers: Iterable<Data>): Uint8Array[] { return views(buffers, bytesOf); }

/** Where a message is scattered to. */
export function scatter(buffers: Iterable<WritableBytes>): Uint8Array[] { return views(buffers, writableOf); }

/** What recvmsg gives: the count of bytes, control messages, msg_flags, the sender's address. */
export type Received = [nbytes: number, ancdata: AncillaryItem[], msgFlags: number, address: any];

/** What the message block and the control buffer say of a message of `n` bytes, read at once after the call. Received descriptors are
 *  closed if reading the rest fails. */
export function received(s: Endpoint, control: Uint8Array | null, n: number): Received {
  const { host, wire } = s._core, items: AncillaryItem[] = [], messageFlags = wire.messageFlags();
  try {
    const whole = control === null || cmsg.parse(wire, control.subarray(0, wire.controlLength()), items);
    const address = s._decode();
    if (!whole) host.warn("received malformed or improperly-truncated ancillary data", "RuntimeWarning");
    return [n, items, messageFlags, address];
  } catch (error) {
    for (const item of items) if (isRights(s._core, item)) for (const fd of descriptors(item[2])) host.close(fd);
    throw error;
  }
}

export function recvmsg(s: Endpoint, buffers: Uint8Array[], ancbufsize: number, flags: number): Operation<Received> {
  const core = s._core, { host } = core, control = ancbufsize > 0 ? new Uint8Array(ancbufsize) : null, length = lengthOf(buffers);
  return {
    syscall: "recvmsg", writes: false, flags,
    attempt: () => lengthOf(buffers) === length ? host.recvmsg(s._fd, buffers, control, flags | s._flags) : -core.EFAULT,
    finish: n => received(s, control, n),
  };
}

/** `addressLength` bytes of address are in the message block. */
export function sendmsg(s: Endpoint, parts: Uint8Array[], control: Uint8Array | null, flags: number, addressLength: number, address: any): Operation<number> {
  const core = s._core, { host } = core, kept = new KeptAddress(core, addressLength), length = lengthOf(parts);
  return {
    syscall: "sendmsg", writes: true, flags, address,
    attempt() {
      if (lengthOf(parts) !== length) return -core.EFAULT;
      kept.restore();
      const result = host.sendmsg(s._fd, parts, control, flags | s._flags, addressLength);
      if (result === -core.EAGAIN) kept.keep();
      return result;
    },
    finish: n => n,
    keep: () => kept.keep(),
  };
}
