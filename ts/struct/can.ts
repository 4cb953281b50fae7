// CAN filters and frames (linux/can.h): CAN_RAW_FILTER; what CAN_RAW sockets send and receive.
import { bits32, int, octets, show } from "../base/check.js";
import { array, headed, mapped, struct } from "../codec/layout.js";
import { lengthOf } from "../base/views.js";

/**
 * CAN_RAW_FILTER (linux/can.h). Passes frames whose id and `mask` equal `id` and `mask`.
 * CAN_EFF_FLAG and CAN_RTR_FLAG count in both; with CAN_INV_FILTER in `id` it passes the others.
 */
export interface CanFilter {
  /** The id, with CAN_EFF_FLAG, CAN_RTR_FLAG and CAN_INV_FILTER. */
  id: number;
  /** Which bits of the id must be equal. */
  mask: number;
}

/** What a frame's 32 bits of id hold (linux/can.h). Only those flags that are true come out. */
export interface CanId {
  /** 11 bits; with `eff` or `err` 29. */
  id: number;
  /** The id is extended: 29 bits. */
  eff?: boolean;
  /** A remote frame: it asks for data. */
  rtr?: boolean;
  /** An error frame, whose id is CAN_ERR_*. */
  err?: boolean;
}

/** A classic frame (linux/can.h). */
export interface CanFrame extends CanId {
  /** Up to 8 bytes; of a remote frame only their number counts. */
  data: Uint8Array;
  /** 9..15: the raw length code of a frame of 8 bytes. */
  len8Dlc?: number;
}

/** A CAN FD frame (linux/can.h). */
export interface CanFdFrame extends CanId {
  /** Up to 64 bytes. */
  data: Uint8Array;
  /** CANFD_BRS, CANFD_ESI, CANFD_FDF. */
  flags?: number;
}

/** A CAN XL frame (linux/can.h). */
export interface CanXlFrame {
  /** The priority, 11 bits. */
  prio: number;
  /** The virtual network, 8 bits. */
  vcid?: number;
  /** CANXL_SEC; CANXL_XLF is always set. */
  flags?: number;
  /** The type of the data, 8 bits. */
  sdt: number;
  /** The acceptance field, 32 bits. */
  af: number;
  /** 1..2048 bytes. */
  data: Uint8Array;
}

const EFF_FLAG = 0x80000000;
const RTR_FLAG = 0x40000000;
const ERR_FLAG = 0x20000000;
const EFF_MASK = 0x1fffffff;
const SFF_MASK = 0x7ff;
const CANXL_XLF = 0x80;

function flag(name: string, value: unknown): boolean {
  if (value !== undefined && typeof value !== "boolean")
    throw new TypeError(`${name} must be a boolean, got ${show(value)}`);
  return value === true;
}

/** The 32 bits of an id. */
export function toId(name: string, { id, eff, rtr, err }: CanId): number {
  const extended = flag(`${name}: eff`, eff);
  const remote = flag(`${name}: rtr`, rtr);
  const error = flag(`${name}: err`, err);
  const bits = int(`${name}: id`, id, 0, extended || error ? EFF_MASK : SFF_MASK);
  return bits + (extended ? EFF_FLAG : 0) + (remote ? RTR_FLAG : 0) + (error ? ERR_FLAG : 0);
}

export function fromId(bits: number): CanId {
  return {
    id: bits & EFF_MASK,
    ...(bits & EFF_FLAG && { eff: true }),
    ...(bits & RTR_FLAG && { rtr: true }),
    ...(bits & ERR_FLAG && { err: true }),
  };
}

/** The length of `data`, and its bytes, filled up with zeros to the `room` that its frame has. */
function fill(name: string, data: unknown, room: number): { len: number; data: Uint8Array } {
  const bytes = octets(`${name}: data`, data);
  const len = lengthOf(bytes);
  const out = new Uint8Array(room);
  if (len > room) throw new RangeError(`${name}: data must be at most ${room} bytes, got ${len}`);
  out.set(bytes);
  return { len, data: out };
}

function cut(name: string, data: Uint8Array, len: number): Uint8Array {
  if (len > data.length) throw new RangeError(`${name}: len must be 0..${data.length}, got ${len}`);
  return data.subarray(0, len);
}

interface Filter {
  id: number;
  mask: number;
}
/** Any number of them. */
export const can_filter = array(
  "can_filter",
  mapped<Filter, CanFilter>(
    struct<Filter>("can_filter", "id", "mask"),
    ({ id, mask, ...rest }) => ({
      ...rest,
      id: bits32("can_filter: id", id),
      mask: bits32("can_filter: mask", mask),
    }),
    filter => filter,
  ),
);

// What is left over of a value goes on to the struct, which refuses fields that it doesn't have.
interface Classic {
  id: number;
  len: number;
  len8Dlc?: number;
  data: Uint8Array;
}
export const can_frame = mapped<Classic, CanFrame>(
  struct<Classic>("can_frame", "id", "len", "len8Dlc?", "data"),
  ({ id, eff, rtr, err, data, ...rest }) => ({
    ...rest,
    id: toId("can_frame", { id, eff, rtr, err } as CanId),
    ...fill("can_frame", data, 8),
  }),
  ({ id, len, len8Dlc, data }) => ({
    ...fromId(id),
    data: cut("can_frame", data, len),
    ...(len8Dlc && { len8Dlc }),
  }),
);

interface Fd {
  id: number;
  len: number;
  flags?: number;
  data: Uint8Array;
}
export const canfd_frame = mapped<Fd, CanFdFrame>(
  struct<Fd>("canfd_frame", "id", "len", "flags?", "data"),
  ({ id, eff, rtr, err, data, ...rest }) => ({
    ...rest,
    id: toId("canfd_frame", { id, eff, rtr, err } as CanId),
    ...fill("canfd_frame", data, 64),
  }),
  ({ id, len, flags, data }) => ({ ...fromId(id), flags: flags!, data: cut("canfd_frame", data, len) }),
);

interface Xl {
  prio: number;
  flags: number;
  sdt: number;
  len: number;
  af: number;
}
export const canxl_frame = headed<Xl, CanXlFrame>(
  "canxl_frame",
  struct<Xl>("canxl_frame", "prio", "flags", "sdt", "len", "af"),
  ({ wire }) => ({
    split({ prio, vcid = 0, flags = 0, data, ...rest }) {
      const low = int("canxl_frame: prio", prio, 0, SFF_MASK);
      const high = int("canxl_frame: vcid", vcid, 0, 0xff);
      const set = int("canxl_frame: flags", flags, 0, 0xff);
      const bytes = octets("canxl_frame: data", data);
      const len = int("canxl_frame: length of data", lengthOf(bytes), 1, 2048);
      return [{ ...rest, prio: (high << 16) | low, flags: set | CANXL_XLF, len }, bytes];
    },
    join({ prio, flags, sdt, len, af }, rest) {
      if (rest.length !== len)
        throw new RangeError(`canxl_frame: len is ${len}, but the data is ${rest.length} bytes`);
      return { prio: prio & SFF_MASK, vcid: (prio >> 16) & 0xff, flags, sdt, af, data: wire.copy(rest) };
    },
    rows: (_, rest) => [{ offset: 0, bytes: wire.copy(rest), name: "data", value: wire.copy(rest) }],
  }),
);
