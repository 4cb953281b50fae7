// C structs from field lists: one list drives size, encode, decode and annotate, on every target.
//
// A list is rows of three bytes: type, kind, count; END closes it. Offsets are not written down but
// follow from the types by C's rule (each field at a multiple of its alignment, the whole a
// multiple of the largest), so one list serves all targets. Where targets differ by more than that,
// a struct is a chain of (set of targets, list) pairs.
//
// Fields have numbers, by which ts/ names them and by which values travel in cells: 0, 1, 2, … in
// the order of the rows, unless a FIELD row says otherwise. A list without some number is a
// struct without that field.
import { hasLength, isBigEndian, longSize, wordSize } from "./abi";
import { alignUp } from "./align";
import { CELLS, CELL_SIZE, cell } from "./memory";
import { get, getSigned, put } from "./order";
import { TOO_SHORT, UNSUPPORTED } from "./status";

// Types. BYTES is count bytes; REST is what remains of the buffer; HOLE is count zero bytes that
// carry nothing.
export const END: u8 = 0;
export const U8: u8 = 1,
  U16: u8 = 2,
  U32: u8 = 3,
  U64: u8 = 4; // the target's byte order
export const I8: u8 = 5,
  I16: u8 = 6,
  I32: u8 = 7,
  I64: u8 = 8;
export const LONG: u8 = 9,
  ULONG: u8 = 10,
  SIZE: u8 = 11; // as wide as the target's
export const N16: u8 = 12,
  N32: u8 = 13,
  N64: u8 = 14; // network byte order
export const LE16: u8 = 15,
  LE32: u8 = 16,
  LE64: u8 = 17; // little-endian everywhere
export const BYTES: u8 = 18,
  HOLE: u8 = 19,
  REST: u8 = 20;
export const SA_LEN: u8 = 21; // u8 sa_len, where the target has one
export const SA_FAMILY: u8 = 22; // u16 sa_family, u8 after a sa_len
export const STORAGE: u8 = 23; // struct sockaddr_storage
// Not fields: the next field's number is count; no alignment exceeds count from here on (#pragma
// pack).
export const FIELD: u8 = 24,
  PACK: u8 = 25;

// Kinds: what a field means, so what its value is in ts/codec/field-kinds.ts, which has them in
// this order.
export const NUMBER: u8 = 0,
  IP4: u8 = 1,
  IP6: u8 = 2,
  PATH: u8 = 3,
  FAMILY: u8 = 4,
  INTERFACE: u8 = 5,
  DESCRIPTOR: u8 = 6;
export const ENDPOINT: u8 = 7,
  RAW: u8 = 8,
  BIG: u8 = 9;
export const TEXT: u8 = 10,
  BDADDR: u8 = 11,
  UUID: u8 = 12;

const ROW = 3;
const STORAGE_SIZE = 128;

/**
 * The list for `target` in a chain of (set of targets, list) pairs that a 0 closes; 0 if the target
 * has none.
 */
function choose(chain: usize, target: i32): usize {
  for (let at = chain; load<u32>(at); at += 8) if ((load<u32>(at) >> target) & 1) return load<u32>(at + 4);
  return 0;
}

// The field that nextField() has come to. Globals are safe here, though there is only one set of
// them: each exported function calls begin() and takes its steps without calling another.
let row: usize = 0; // its row in the list
let number: i32 = 0;
let offset: i32 = 0;
let width: i32 = 0;
let next: i32 = 0; // the offset after it
let largest: i32 = 1; // the largest alignment so far, which is the struct's
let pack: i32 = 8; // the limit of alignments, #pragma pack

/** Before the first field of the list. */
function begin(list: usize): void {
  row = list - ROW;
  number = -1;
  next = 0;
  largest = 1;
  pack = 8;
}

/** The size of a scalar of the type, or of one element, which is its alignment too. */
function unitSize(target: i32, type: u8): i32 {
  switch (type) {
    case U8:
    case I8:
    case BYTES:
    case HOLE:
    case REST:
    case SA_LEN:
      return 1;
    case U16:
    case I16:
    case N16:
    case LE16:
      return 2;
    case SA_FAMILY:
      return hasLength(target) ? 1 : 2;
    case U32:
    case I32:
    case N32:
    case LE32:
      return 4;
    case LONG:
    case ULONG:
      return longSize(target);
    case SIZE:
    case STORAGE:
      return wordSize(target);
    default:
      return 8;
  }
}

/** Steps to the next field that has a value; false at the end. `length` bounds REST. */
function nextField(target: i32, length: i32): bool {
  for (;;) {
    row += ROW;
    const type = load<u8>(row);
    const count = <i32>load<u8>(row, 2);
    if (type == END) return false;
    if (type == FIELD) {
      number = count - 1;
      continue;
    }
    if (type == PACK) {
      pack = count;
      continue;
    }
    if (type == SA_LEN && !hasLength(target)) {
      number++;
      continue;
    }
    width = unitSize(target, type);
    const alignment = min(width, pack);
    largest = max(largest, alignment);
    offset = alignUp(next, alignment);
    if (type == BYTES || type == HOLE) width = count;
    else if (type == STORAGE) width = STORAGE_SIZE;
    else if (type == REST) width = max(length - offset, 0);
    next = offset + width;
    if (type == HOLE) continue;
    number++;
    return true;
  }
}

function isBig(target: i32, type: u8): bool {
  if (type >= N16 && type <= N64) return true;
  if (type >= LE16 && type <= LE64) return false;
  return isBigEndian(target);
}

function isSigned(type: u8): bool {
  return type >= I8 && type <= LONG;
}
function isRaw(type: u8, kind: u8): bool {
  return type == BYTES || type == REST || type == STORAGE || kind == IP4 || kind == IP6;
}

/** sizeof(struct) on the target, without REST; UNSUPPORTED where there is none. */
export function layout_size(target: i32, chain: usize): i32 {
  const list = choose(chain, target);
  if (!list) return UNSUPPORTED;
  begin(list);
  while (nextField(target, 0));
  return alignUp(next, largest);
}

/** Whether a field's bytes travel in its cell; others are read and written where they are. */
function fits(type: u8): bool {
  return type != REST && width <= <i32>CELL_SIZE;
}

/**
 * Describes field `index` in the first words: u32 offset, width, kind, signed, whether it travels
 * in its cell, whether its high byte comes first. `length` bounds REST. UNSUPPORTED where the
 * target has no such struct or field.
 */
export function layout_field(target: i32, chain: usize, index: i32, length: i32): i32 {
  const list = choose(chain, target);
  if (!list) return UNSUPPORTED;
  begin(list);
  while (nextField(target, length)) {
    if (number != index) continue;
    store<u32>(CELLS, offset);
    store<u32>(CELLS, width, 4);
    store<u32>(CELLS, load<u8>(row, 1), 8);
    store<u32>(CELLS, isSigned(load<u8>(row)), 12);
    store<u32>(CELLS, fits(load<u8>(row)), 16);
    store<u32>(CELLS, isBig(target, load<u8>(row)), 20);
    return 0;
  }
  return UNSUPPORTED;
}

/**
 * Writes the cells as a struct at `at`; returns its size. Bytes that don't travel in cells are left
 * zero for the caller to fill.
 */
export function layout_encode(target: i32, chain: usize, at: usize): i32 {
  const size = layout_size(target, chain);
  if (size < 0) return size;
  memory.fill(at, 0, size);
  begin(choose(chain, target));
  while (nextField(target, 0)) {
    const type = load<u8>(row);
    const from = cell(number);
    if (!isRaw(type, load<u8>(row, 1))) put(at + offset, load<u64>(from), width, isBig(target, type));
    else if (fits(type)) memory.copy(at + offset, from, width);
  }
  return size;
}

/**
 * Reads a struct of `length` bytes at `at` into the cells, as far as its fields are there whole
 * (kernels grow their structs at the end); returns the count of bytes read.
 */
export function layout_decode(target: i32, chain: usize, at: usize, length: i32): i32 {
  const list = choose(chain, target);
  if (!list) return UNSUPPORTED;
  begin(list);
  let read = 0;
  while (nextField(target, length)) {
    if (next > length) break;
    const type = load<u8>(row);
    const to = cell(number);
    if (!isRaw(type, load<u8>(row, 1))) {
      const b = isBig(target, type);
      store<u64>(to, isSigned(type) ? getSigned(at + offset, width, b) : get(at + offset, width, b));
    } else if (fits(type)) memory.copy(to, at + offset, width);
    read = next;
  }
  return read == 0 ? TOO_SHORT : read;
}
