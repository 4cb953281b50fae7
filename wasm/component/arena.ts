// The memory of one call: what the canonical ABI puts in, and what goes out. It lies above the scratch
// area, and is taken anew by the first allocation after a call has ended: who made it has read its
// result by then. So no function needs a post-return.
import { IMAGE, IMAGE_SIZE } from "../memory";

const START: usize = IMAGE + IMAGE_SIZE;
const PAGE_BITS = 16;
let top: usize = START;
/** A call has ended, and nothing was allocated since. */
let ended = false;

/** The canonical ABI's allocator. It never frees; memory that can't be had is a trap. */
export function cabi_realloc(old: usize, oldSize: usize, align: usize, size: usize): usize {
  if (ended) top = START;
  ended = false;
  const at = (top + align - 1) & ~(align - 1);
  const end = at + size;
  const have = (<u64>memory.size()) << PAGE_BITS;
  if (end < at || at < top) unreachable();
  if (<u64>end > have) {
    const pages = <i32>((<u64>end - have + 0xffff) >> PAGE_BITS);
    if (memory.grow(pages) < 0) unreachable();
  }
  top = end;
  memory.copy(at, old, oldSize);
  return at;
}

/** Room in the arena, with whatever was there. */
export function allocate(align: usize, size: usize): usize {
  return cabi_realloc(0, 0, align, size);
}

/** A copy in the arena. */
export function keep(from: usize, length: i32): usize {
  const at = allocate(1, length);
  memory.copy(at, from, length);
  return at;
}

/** Where results are written that have more than one word: those of exports, and of imports. */
export const RESULT: usize = memory.data(80, 8);

/** Ends a call whose result is in RESULT. */
export function end(): usize {
  ended = true;
  return RESULT;
}
