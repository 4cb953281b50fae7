// Control buffers of any target: cmsg(3), RFC 3542 20. Only a header at a time goes through the
// scratch area, so any length will do.
import { bytesOf, cint, int, iterableOf, MAX_INT, show } from "../base/check.js";
import type { AncillaryItem, AncillaryItemIn } from "../base/types.js";
import { lengthOf, part } from "../base/views.js";
import type { Wire } from "./wire.js";

/** One message that a walk found. */
export interface ControlMessage {
  readonly level: number;
  readonly type: number;
  /** Where the header, its data and the next header begin in the buffer. */
  readonly at: number;
  readonly start: number;
  readonly end: number;
  readonly next: number;
  /** Whether the buffer holds all that the header claims. */
  readonly complete: boolean;
}

/**
 * The messages of a control buffer; what claims more than there is is cut. Returns whether all was
 * complete.
 */
export function* walk(wire: Wire, control: Uint8Array): Generator<ControlMessage, boolean> {
  const { calls, target } = wire;
  const header = calls.cmsg_header(target);
  const length = lengthOf(control);
  for (let at = 0; at < length; ) {
    const remaining = Math.min(length - at, MAX_INT);
    wire.putImage(part(control, at, at + Math.min(header, remaining)));
    if (calls.cmsg_decode(target, wire.image, remaining) < 0) return false;
    const start = at + wire.word(2);
    const complete = wire.word(4) !== 0;
    const next = at + wire.word(5);
    yield {
      level: wire.signedWord(0),
      type: wire.signedWord(1),
      at,
      start,
      end: start + wire.word(3),
      next,
      complete,
    };
    if (!complete) return false;
    at = next;
  }
  return true;
}

/**
 * Adds every control message to `items`, as far as it is complete; returns false if the buffer is
 * malformed or was cut.
 */
export function parse(wire: Wire, control: Uint8Array, items: AncillaryItem[]): boolean {
  const messages = walk(wire, control);
  for (;;) {
    const step = messages.next();
    if (step.done) return step.value;
    const { level, type, start, end } = step.value;
    items.push([level, type, wire.copy(part(control, start, end))]);
  }
}

/** A control buffer of these messages; null for none. */
export function build(wire: Wire, ancillary: Iterable<AncillaryItemIn>, call: string): Uint8Array | null {
  const { calls, target } = wire;
  // First everything of the caller's is read, then the scratch area is written.
  const items: [number, number, Uint8Array][] = [];
  for (const item of iterableOf(`${call}: ancillary data`, "[level, type, data]", ancillary)) {
    if (!Array.isArray(item) || item.length !== 3)
      throw new TypeError(`${call}: ancillary item must be [level, type, data], got ${show(item)}`);
    items.push([cint("level", item[0]), cint("type", item[1]), bytesOf("data", item[2])]);
  }
  if (items.length === 0) return null;
  let size = 0;
  for (const item of items) size += calls.cmsg_space(target, lengthOf(item[2]));
  const control = new Uint8Array(size);
  let at = 0;
  for (const [level, type, data] of items) {
    const length = lengthOf(data);
    const start = calls.cmsg_encode(target, wire.image, level, type, length);
    control.set(wire.bytes.subarray(wire.image, wire.image + start), at);
    control.set(data, at + start);
    at += calls.cmsg_space(target, length);
  }
  return control;
}

export function sizes({ calls, target }: Wire) {
  const header = calls.cmsg_len(target, 0);
  const smallest = calls.cmsg_space(target, 1);
  return {
    /** CMSG_LEN(3): a control message of `length` bytes, without the padding after it. */
    CMSG_LEN: (length: number): number => calls.cmsg_len(target, int("length", length, 0, MAX_INT - header)),
    /** CMSG_SPACE(3): with the padding. */
    CMSG_SPACE: (length: number): number =>
      calls.cmsg_space(target, int("length", length, 0, MAX_INT - smallest)),
  };
}
