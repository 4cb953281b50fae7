// The families: one line each. A kind is our own number for a family; its AF_* number is the target's.
import { TARGETS } from "./abi";

export const UNIX: i32 = 0;
export const INET: i32 = 1;
export const INET6: i32 = 2;
const KINDS: i32 = 3;

// AF_* there, 0 where there is none
const families: usize = memory.data<u8>([
// linux64 linux64be linux32 darwin64 freebsd64 windows64
   1,  1,  1,  1,  1,  1, // UNIX
   2,  2,  2,  2,  2,  2, // INET
  10, 10, 10, 30, 28, 23, // INET6
]);

/** The target's AF_* number of a kind, 0 where it has none. */
export function family_number(target: i32, kind: i32): i32 {
  return <u32>kind < <u32>KINDS ? load<u8>(families + kind * TARGETS + target) : 0;
}
