// Control messages: CMSG_LEN, CMSG_SPACE, building a header and a walk that trusts nothing
// (cmsg(3), RFC 3542 20.2).
//
//   +----------+-------+------+-----+------------------+-----+
//   | cmsg_len | level | type | pad | data             | pad |
//   +----------+-------+------+-----+------------------+-----+
//   cmsg_len counts from its own start to the end of data. The chain is never trusted: macOS's
//   CMSG_NXTHDR has known defects and a peer may lie. The length that remains bounds each step.
import { ON_DARWIN, ON_FREEBSD, ON_LINUX, ON_WINDOWS, cmsgAlign, cmsgLengthSize, isBigEndian } from "./abi";
import { alignUp } from "./align";
import { END, I32, NUMBER, SIZE, U32 } from "./layout";
import { CELLS } from "./memory";
import { get, put } from "./order";
import { TOO_SHORT } from "./status";

const sized: usize = memory.data<u8>([SIZE, NUMBER, 0, I32, NUMBER, 0, I32, NUMBER, 0, END]);
const counted: usize = memory.data<u8>([U32, NUMBER, 0, I32, NUMBER, 0, I32, NUMBER, 0, END]);
export const cmsghdr: usize = memory.data<usize>([
  ON_LINUX | ON_WINDOWS,
  sized,
  ON_DARWIN | ON_FREEBSD,
  counted,
  0,
]);

/** Where the data of a control message begins. */
function dataOffset(target: i32): i32 {
  return alignUp(cmsgLengthSize(target) + 8, cmsgAlign(target));
}

/** CMSG_LEN(n). */
export function cmsg_len(target: i32, n: i32): i32 {
  return dataOffset(target) + n;
}

/** CMSG_SPACE(n). */
export function cmsg_space(target: i32, n: i32): i32 {
  return dataOffset(target) + alignUp(n, cmsgAlign(target));
}

/** Writes the header for `length` bytes of data at `at`; returns where the data goes. */
export function cmsg_encode(target: i32, at: usize, level: i32, type: i32, length: i32): i32 {
  const size = cmsgLengthSize(target);
  const b = isBigEndian(target);
  const data = dataOffset(target);
  memory.fill(at, 0, data);
  put(at, <u64>(data + length), size, b);
  put(at + size, level, 4, b);
  put(at + size + 4, type, 4, b);
  return data;
}

/**
 * Reads the header at `at`, of which `remaining` bytes of control buffer are left. The first words
 * are i32 level, i32 type, u32 offset of the data, u32 its length inside the buffer, u32 whole (0:
 * it claims more than there is), u32 step to the next header. Returns 1, or TOO_SHORT where no
 * header fits or its length can't be.
 */
export function cmsg_decode(target: i32, at: usize, remaining: i32): i32 {
  const size = cmsgLengthSize(target);
  const b = isBigEndian(target);
  const data = dataOffset(target);
  if (remaining < data) return TOO_SHORT;
  const claimed = get(at, size, b);
  if (claimed < <u64>data) return TOO_SHORT;
  const whole = claimed <= <u64>remaining;
  const end = whole ? <i32>claimed : remaining;
  store<u32>(CELLS, <u32>get(at + size, 4, b));
  store<u32>(CELLS, <u32>get(at + size + 4, 4, b), 4);
  store<u32>(CELLS, data, 8);
  store<u32>(CELLS, end - data, 12);
  store<u32>(CELLS, whole, 16);
  store<u32>(CELLS, whole ? alignUp(end, cmsgAlign(target)) : end, 20);
  return 1;
}

/** The most bytes of a header that cmsg_decode looks at. */
export function cmsg_header(target: i32): i32 {
  return cmsgLengthSize(target) + 8;
}
