// An address of the WIT (wit/types.wit) between the canonical ABI and the codec: its case, and its
// fields in slots, whichever way they came, as parameters or in memory.
import { BAD_TEXT, TOO_LONG } from "../status";
import { TEXT, TEXT_SIZE } from "../memory";
import { keep } from "./arena";

/** A number that its field can't hold: `out-of-range`. After wasm/status.ts's. */
export const OUT_OF_RANGE: i32 = -6;

// Cases, in the order of the WIT.
export const UNSPECIFIED: i32 = 0;
export const INET: i32 = 1;
export const INET6: i32 = 2;
export const UNIX: i32 = 3;
export const NETLINK: i32 = 4;
export const PACKET: i32 = 5;
export const CAN: i32 = 6;
export const CAN_ISOTP: i32 = 7;
export const CAN_J1939: i32 = 8;
export const TIPC: i32 = 9;
export const VSOCK: i32 = 10;
export const QIPCRTR: i32 = 11;
export const XDP: i32 = 12;
export const L2CAP: i32 = 13;
export const RFCOMM: i32 = 14;
export const HCI: i32 = 15;
export const SCO: i32 = 16;
export const ISO: i32 = 17;
export const ALG: i32 = 18;
export const SYSTEM: i32 = 19;
export const LINK: i32 = 20;
export const HYPERV: i32 = 21;
export const OTHER: i32 = 22;
const CASES: i32 = 23;

// Types of fields. A list or a string has two slots, its place and its length.
const NONE: u8 = 0;
const U8: u8 = 1;
const U16: u8 = 2;
/** u32, s32. */
const WORD: u8 = 3;
const S8: u8 = 4;
const U64: u8 = 5;
const LIST: u8 = 6;

const ROW: i32 = 6;
// biome-ignore format: a case a line
const fields: usize = memory.data<u8>([
  NONE, NONE, NONE, NONE, NONE, NONE, // unspecified
  LIST, U16,  NONE, NONE, NONE, NONE, // inet
  LIST, U16,  WORD, WORD, NONE, NONE, // inet6
  LIST, NONE, NONE, NONE, NONE, NONE, // unix
  WORD, WORD, NONE, NONE, NONE, NONE, // netlink
  WORD, U16,  U16,  U8,   LIST, NONE, // packet
  WORD, NONE, NONE, NONE, NONE, NONE, // can
  WORD, WORD, WORD, NONE, NONE, NONE, // can-isotp
  WORD, U64,  WORD, U8,   NONE, NONE, // can-j1939
  U8,   WORD, WORD, WORD, S8,   NONE, // tipc
  WORD, WORD, NONE, NONE, NONE, NONE, // vsock
  WORD, WORD, NONE, NONE, NONE, NONE, // qipcrtr
  WORD, WORD, U16,  NONE, NONE, NONE, // xdp
  LIST, U16,  U16,  U8,   NONE, NONE, // l2cap
  LIST, U8,   NONE, NONE, NONE, NONE, // rfcomm
  U16,  U16,  NONE, NONE, NONE, NONE, // hci
  LIST, NONE, NONE, NONE, NONE, NONE, // sco
  LIST, U8,   NONE, NONE, NONE, NONE, // iso
  LIST, LIST, WORD, WORD, NONE, NONE, // alg
  WORD, WORD, NONE, NONE, NONE, NONE, // system
  U16,  U8,   LIST, LIST, NONE, NONE, // link
  LIST, LIST, NONE, NONE, NONE, NONE, // hyperv
  U16,  LIST, NONE, NONE, NONE, NONE, // other
]);

/** What each case has in memory, and where in it its fields begin. */
export const ADDRESS_BYTES: usize = 32;
const PAYLOAD: usize = 8;

const SLOTS = 6;
const slots: usize = memory.data(48, 8);
/** The case of the address in the slots. */
export let kind: i32 = UNSPECIFIED;

export function slot(i: i32): u32 {
  return load<u32>(slots + 8 * i);
}
export function wide(i: i32): u64 {
  return load<u64>(slots + 8 * i);
}
function set(i: i32, value: u64): void {
  store<u64>(slots + 8 * i, value);
}

/** Begins an address that goes out. */
export function begin(which: i32): void {
  kind = which;
  memory.fill(slots, 0, 8 * SLOTS);
}
export function put(i: i32, value: u64): void {
  set(i, value);
}
/** A list or a string of an address that goes out, copied into the arena. */
export function putList(i: i32, from: usize, length: i32): void {
  set(i, keep(from, length));
  set(i + 1, length);
}

/** An address that came as parameters. */
export function fromParameters(which: i32, a: i32, b: i64, c: i32, d: i32, e: i32, f: i32): void {
  if (<u32>which >= <u32>CASES) unreachable();
  kind = which;
  set(0, <u32>a);
  set(1, b);
  set(2, <u32>c);
  set(3, <u32>d);
  set(4, <u32>e);
  set(5, <u32>f);
}

function size(type: u8): usize {
  if (type == U64 || type == LIST) return 8;
  if (type == WORD) return 4;
  return type == U16 ? 2 : 1;
}
function alignment(type: u8): usize {
  return type == LIST ? 4 : size(type);
}

/** An address that came in memory. */
export function fromMemory(address: usize): void {
  const which = <i32>load<u8>(address);
  if (which >= CASES) unreachable();
  kind = which;
  let at = address + PAYLOAD;
  let to = 0;
  for (let i = 0; i < ROW; i++) {
    const type = load<u8>(fields + kind * ROW + i);
    if (type == NONE) break;
    at = (at + alignment(type) - 1) & ~(alignment(type) - 1);
    if (type == LIST) set(to++, load<u32>(at));
    if (type == LIST) set(to, load<u32>(at, 4));
    else if (type == U64) set(to, load<u64>(at));
    else if (type == WORD) set(to, load<u32>(at));
    else if (type == U16) set(to, load<u16>(at));
    else if (type == S8) set(to, <u32>(<i32>load<i8>(at)));
    else set(to, load<u8>(at));
    to++;
    at += size(type);
  }
}

/** The address in the slots, written as the WIT has it in memory. */
export function toMemory(address: usize): void {
  memory.fill(address, 0, ADDRESS_BYTES);
  store<u8>(address, kind);
  let at = address + PAYLOAD;
  let from = 0;
  for (let i = 0; i < ROW; i++) {
    const type = load<u8>(fields + kind * ROW + i);
    if (type == NONE) break;
    at = (at + alignment(type) - 1) & ~(alignment(type) - 1);
    if (type == LIST) store<u32>(at, slot(from++));
    if (type == LIST) store<u32>(at, slot(from), 4);
    else if (type == U64) store<u64>(at, wide(from));
    else if (type == WORD) store<u32>(at, slot(from));
    else if (type == U16) store<u16>(at, slot(from));
    else store<u8>(at, slot(from));
    from++;
    at += size(type);
  }
}

/** 0, or OUT_OF_RANGE where a parameter is more than its type can hold: nobody cut it on the way. */
export function checkRanges(): i32 {
  let at = 0;
  for (let i = 0; i < ROW; i++) {
    const type = load<u8>(fields + kind * ROW + i);
    if (type == NONE) break;
    const value = slot(at);
    if (type == U8 && value > 0xff) return OUT_OF_RANGE;
    if (type == U16 && value > 0xffff) return OUT_OF_RANGE;
    if (type == S8 && <i32>(<i8>value) != <i32>value) return OUT_OF_RANGE;
    at += type == LIST ? 2 : 1;
  }
  return 0;
}

/** Copies the string at a slot to TEXT, where it may be written behind; returns its length or BAD_TEXT. */
export function takeText(i: i32): i32 {
  const length = slot(i + 1);
  if (length > <u32>TEXT_SIZE) return BAD_TEXT;
  memory.copy(TEXT, slot(i), length);
  return length;
}

/** Copies the bytes at a slot to `to`; returns their length, or TOO_LONG past `room`. */
export function takeBytes(i: i32, to: usize, room: u32): i32 {
  const length = slot(i + 1);
  if (length > room) return TOO_LONG;
  memory.copy(to, slot(i), length);
  return length;
}
