// C structs from field lists: one list drives size, encode, decode and annotate, on every target.
//
// A list is rows of three bytes: type, kind, count; END closes it. Offsets are not written down but follow from the types
// by C's rule (each field at a multiple of its alignment, the whole a multiple of the largest), so one list
// serves all targets. Where targets differ by more than that, a struct is a chain of (set of targets, list) pairs.
import { hasLength, isBigEndian, longSize, wordSize } from "./abi";
import { CELLS, CELL_SIZE, cell } from "./memory";
import { get, getSigned, put } from "./order";
import { TOO_SHORT, UNSUPPORTED } from "./status";

// Types. BYTES is count bytes; REST is what remains of the buffer; HOLE is count zero bytes that carry nothing.
export const END: u8 = 0;
export const U8: u8 = 1, U16: u8 = 2, U32: u8 = 3, U64: u8 = 4;        // the target's byte order
export const I8: u8 = 5, I16: u8 = 6, I32: u8 = 7, I64: u8 = 8;
export const LONG: u8 = 9, ULONG: u8 = 10, SIZE: u8 = 11;              // as wide as the target's
export const N16: u8 = 12, N32: u8 = 13, N64: u8 = 14;                 // network byte order
export const LE16: u8 = 15, LE32: u8 = 16, LE64: u8 = 17;              // little-endian everywhere
export const BYTES: u8 = 18, HOLE: u8 = 19, REST: u8 = 20;
export const FAMILY_HEADER: u8 = 21;                                   // sa_family, with sa_len before it where there is one
export const ALIGN8: u8 = 22;                                          // no field: the next one starts at a multiple of 8

// Kinds: what a field means, for whoever shows it.
export const NUMBER: u8 = 0, IP4: u8 = 1, IP6: u8 = 2, TEXT: u8 = 3, RAW: u8 = 4, FAMILY: u8 = 5, INTERFACE: u8 = 6;
export const HARDWARE: u8 = 7, BLUETOOTH: u8 = 8, UUID: u8 = 9, DESCRIPTOR: u8 = 10;

const ROW = 3;

/** The list for `target` in a chain of (set of targets, list) pairs that a 0 closes; 0 if the target has none. */
export function choose(chain: usize, target: i32): usize {
  for (let at = chain; load<u32>(at); at += 8) if (load<u32>(at) >> target & 1) return load<u32>(at + 4);
  return 0;
}

// Where walk() stands: the row, the field's place and the place after it.
let row: usize = 0;
let offset: i32 = 0;
let width: i32 = 0;
let next: i32 = 0;
let largest: i32 = 1;

function begin(list: usize): void { row = list - ROW; next = 0; largest = 1; }

function unit(target: i32, type: u8): i32 {
  switch (type) {
    case U8: case I8: case BYTES: case HOLE: case REST: return 1;
    case U16: case I16: case N16: case LE16: case FAMILY_HEADER: return 2;
    case U32: case I32: case N32: case LE32: return 4;
    case LONG: case ULONG: return longSize(target);
    case SIZE: return wordSize(target);
    default: return 8;
  }
}

/** Steps to the next field that carries something; false at the end. `length` bounds REST. */
function walk(target: i32, length: i32): bool {
  for (;;) {
    row += ROW;
    const type = load<u8>(row);
    if (type == END) return false;
    const align = unit(target, type);
    if (align > largest) largest = align;
    offset = next + align - 1 & -align;
    if (type == ALIGN8) { next = offset; continue; }
    if (type == REST) { width = length > offset ? length - offset : 0; next = offset + width; return true; }
    width = type == BYTES || type == HOLE ? <i32>load<u8>(row + 2) : align;
    next = offset + width;
    if (type == HOLE) continue;
    if (type == FAMILY_HEADER && hasLength(target)) { offset++; width = 1; }
    return true;
  }
}

function big(target: i32, type: u8): bool {
  if (type >= N16 && type <= N64) return true;
  if (type >= LE16 && type <= LE64) return false;
  return isBigEndian(target);
}

function isSigned(type: u8): bool { return type >= I8 && type <= LONG; }
function isRaw(type: u8, kind: u8): bool { return type == BYTES || type == REST || kind == IP4 || kind == IP6; }

/** sizeof(struct) on the target, without REST; UNSUPPORTED where there is none. */
export function layout_size(target: i32, chain: usize): i32 {
  const list = choose(chain, target);
  if (!list) return UNSUPPORTED;
  begin(list);
  while (walk(target, 0)) continue;
  return next + largest - 1 & -largest;
}

/** How many fields carry something. */
export function layout_count(target: i32, chain: usize): i32 {
  const list = choose(chain, target);
  if (!list) return UNSUPPORTED;
  let n = 0;
  begin(list);
  while (walk(target, 0)) n++;
  return n;
}

/** Describes field `index` in the first cell: u32 offset, width, kind, order (0 none, 1 little, 2 big). `length` bounds REST. */
export function layout_field(target: i32, chain: usize, index: i32, length: i32): i32 {
  const list = choose(chain, target);
  if (!list) return UNSUPPORTED;
  begin(list);
  for (let i = 0; walk(target, length); i++) {
    if (i < index) continue;
    const type = load<u8>(row), kind = load<u8>(row + 1);
    store<u32>(CELLS, offset);
    store<u32>(CELLS, width, 4);
    store<u32>(CELLS, kind, 8);
    store<u32>(CELLS, isRaw(type, kind) || width == 1 ? 0 : big(target, type) ? 2 : 1, 12);
    store<u32>(CELLS, isSigned(type), 16);
    return 0;
  }
  return UNSUPPORTED;
}

/** Writes the cells as a struct at `at`; returns its size. Byte fields of more than a cell are left zero for the caller to fill. */
export function layout_encode(target: i32, chain: usize, at: usize): i32 {
  const size = layout_size(target, chain);
  if (size < 0) return size;
  memory.fill(at, 0, size);
  begin(choose(chain, target));
  for (let i = 0; walk(target, 0); i++) {
    const type = load<u8>(row), from = cell(i);
    if (isRaw(type, load<u8>(row + 1))) {
      if (width <= <i32>CELL_SIZE) memory.copy(at + offset, from, width);
    } else put(at + offset, load<u64>(from), width, big(target, type));
  }
  return size;
}

/** Reads a struct of `length` bytes at `at` into the cells; returns how many fields were there whole (kernels grow
 *  their structs at the end). Byte fields of more than a cell answer u32 offset, u32 width. */
export function layout_decode(target: i32, chain: usize, at: usize, length: i32): i32 {
  const list = choose(chain, target);
  if (!list) return UNSUPPORTED;
  begin(list);
  let i = 0;
  while (walk(target, length)) {
    if (next > length) break;
    const type = load<u8>(row), to = cell(i);
    if (!isRaw(type, load<u8>(row + 1))) {
      const b = big(target, type);
      store<u64>(to, isSigned(type) ? getSigned(at + offset, width, b) : get(at + offset, width, b));
    } else if (type != REST && width <= <i32>CELL_SIZE) memory.copy(to, at + offset, width);
    else { store<u32>(to, offset); store<u32>(to, width, 4); }
    i++;
  }
  return i == 0 ? TOO_SHORT : i;
}
