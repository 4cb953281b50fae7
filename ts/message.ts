// Messages with control data: recvmsg(2), sendmsg(2), cmsg(3).
import { bytesOf, cint, show, writableOf } from "./check.js";
import type { Core } from "./core.js";
import type { Endpoint } from "./endpoint.js";
import { KeptAddress, type Operation } from "./operation.js";
import { descriptors } from "./rights.js";
import type { AncillaryItem, Data, WritableBytes } from "./types.js";

/** Adds every control message in `control` to `items`, as far as it is whole; what claims more than there is is cut, with a warning. */
export function parseControl(core: Core, control: Uint8Array, items: AncillaryItem[]): void {
  const { wire } = core, { calls, target } = wire, header = calls.cmsg_header(target);
  for (let at = 0; at < control.length;) {
    const remaining = control.length - at;
    wire.bytes.set(control.subarray(at, at + Math.min(header, remaining)), wire.image);
    if (calls.cmsg_decode(target, wire.image, remaining) < 0) {
      core.host.warn("received malformed or improperly-truncated ancillary data", "RuntimeWarning");
      break;
    }
    const level = wire.signedWord(0), type = wire.signedWord(1), data = at + wire.word(2), length = wire.word(3), whole = wire.word(4), step = wire.word(5);
    items.push([level, type, wire.copy(control.subarray(data, data + length))]);
    if (!whole) {
      core.host.warn("received malformed or improperly-truncated ancillary data", "RuntimeWarning");
      break;
    }
    at += step;
  }
}

/** A control buffer of these messages; null for none. */
export function buildControl(core: Core, ancillary: Iterable<AncillaryItem | [number, number, Data]>): Uint8Array | null {
  const { wire } = core, { calls, target } = wire;
  // First everything of the caller's is read, then the scratch area is written.
  const items: [number, number, Uint8Array][] = [];
  for (const item of ancillary) {
    if (!Array.isArray(item) || item.length !== 3) throw new TypeError(`sendmsg: ancillary item must be [level, type, data], got ${show(item)}`);
    items.push([cint("level", item[0]), cint("type", item[1]), bytesOf("data", item[2])]);
  }
  if (items.length === 0) return null;
  let size = 0;
  for (const item of items) size += calls.cmsg_space(target, item[2].length);
  const control = new Uint8Array(size);
  let at = 0;
  for (const [level, type, data] of items) {
    const start = calls.cmsg_encode(target, wire.image, level, type, data.length);
    control.set(wire.bytes.subarray(wire.image, wire.image + start), at);
    control.set(data, at + start);
    at += calls.cmsg_space(target, data.length);
  }
  return control;
}

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

/** Received descriptors are closed if reading the rest fails. */
export function recvmsg(s: Endpoint, buffers: Uint8Array[], ancbufsize: number, flags: number): Operation<Received> {
  const core = s._core, { host, wire, constants: c } = core;
  const control = ancbufsize > 0 ? new Uint8Array(ancbufsize) : null;
  return {
    syscall: "recvmsg", writes: false,
    attempt: () => host.recvmsg(s._fd, buffers, control, flags | s._flags),
    finish(n) {
      const received = control === null ? null : control.subarray(0, wire.controlLength());
      const messageFlags = wire.messageFlags();
      const items: AncillaryItem[] = [];
      try {
        const address = s._decode();
        if (received !== null) parseControl(core, received, items);
        return [n, items, messageFlags, address];
      } catch (error) {
        for (const [level, type, data] of items) if (level === c.SOL_SOCKET && type === c.SCM_RIGHTS) for (const fd of descriptors(data)) host.close(fd);
        throw error;
      }
    },
  };
}

/** `addressLength` bytes of address are in the message block. */
export function sendmsg(s: Endpoint, parts: Uint8Array[], control: Uint8Array | null, flags: number, addressLength: number, address: any): Operation<number> {
  const core = s._core, { host } = core;
  const kept = new KeptAddress(core, addressLength);
  return {
    syscall: "sendmsg", writes: true, address,
    attempt() {
      kept.restore();
      const result = host.sendmsg(s._fd, parts, control, flags | s._flags, addressLength);
      if (result === -core.EAGAIN) kept.keep();
      return result;
    },
    finish: n => n,
    keep: () => kept.keep(),
  };
}
