// Netlink messages and attributes: the walk over them (netlink(7), linux/netlink.h).
//
//   +-----------+------------+-------------+-----+-----+------+-----+        +-----+------+------+-----+
//   | u32 length| u16 type   | u16 flags   | seq | pid | data | pad |        | u16 | u16  | data | pad |
//   +-----------+------------+-------------+-----+-----+------+-----+        +-----+------+------+-----+
//   Lengths count from their own start to the end of data; the next header is at a multiple of 4.
//   The two high bits of an attribute's type are flags. As with control messages, the length that
//   remains bounds each step.
import { isBigEndian } from "./abi";
import { alignUp } from "./align";
import { CELLS } from "./memory";
import { get } from "./order";
import { TOO_SHORT } from "./status";

const MESSAGE_HEAD: i32 = 16;
const TYPE: usize = 4;
const FLAGS: usize = 6;
const SEQ: usize = 8;
const PID: usize = 12;
const ALIGNMENT: i32 = 4;
const ATTRIBUTE_HEAD: i32 = 4;
const ATTRIBUTE_TYPE: usize = 2;
const TYPE_MASK: u32 = 0x3fff;

/** What `length` bytes of data take after a header, with the padding. */
export function netlink_space(length: i32): i32 {
  return alignUp(length, ALIGNMENT);
}

/**
 * Stores the four words that both walks begin with: where the data is, its length inside what
 * remains, whether that is all that the header claims, the step to the next header.
 */
function step(claimed: u32, head: i32, remaining: i32): i32 {
  if (claimed < <u32>head) return TOO_SHORT;
  const whole = claimed <= <u32>remaining;
  const end = whole ? <i32>claimed : remaining;
  store<u32>(CELLS, head);
  store<u32>(CELLS, end - head, 4);
  store<u32>(CELLS, whole, 8);
  store<u32>(CELLS, min(alignUp(end, ALIGNMENT), remaining), 12);
  return 1;
}

/**
 * Reads the header of the message at `at`, of which `remaining` bytes are left. The first words are
 * the data's offset and length, whole (0: the header claims more than there is), the step to the
 * next, then type, flags, seq, pid. Returns 1, or TOO_SHORT where no header fits or its length
 * can't be.
 */
export function nlmsg_decode(target: i32, at: usize, remaining: i32): i32 {
  if (remaining < MESSAGE_HEAD) return TOO_SHORT;
  const b = isBigEndian(target);
  store<u32>(CELLS, <u32>get(at + TYPE, 2, b), 16);
  store<u32>(CELLS, <u32>get(at + FLAGS, 2, b), 20);
  store<u32>(CELLS, <u32>get(at + SEQ, 4, b), 24);
  store<u32>(CELLS, <u32>get(at + PID, 4, b), 28);
  return step(<u32>get(at, 4, b), MESSAGE_HEAD, remaining);
}

/** The same for an attribute: after the first four words its type, and its flags. */
export function nlattr_decode(target: i32, at: usize, remaining: i32): i32 {
  if (remaining < ATTRIBUTE_HEAD) return TOO_SHORT;
  const b = isBigEndian(target);
  const type = <u32>get(at + ATTRIBUTE_TYPE, 2, b);
  store<u32>(CELLS, type & TYPE_MASK, 16);
  store<u32>(CELLS, type & ~TYPE_MASK, 20);
  return step(<u32>get(at, 2, b), ATTRIBUTE_HEAD, remaining);
}
