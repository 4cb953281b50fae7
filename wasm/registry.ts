// The families: one line each. A kind is our own number for a family; its AF_* number is the target's.
import { ON_ALL, ON_DARWIN, ON_FREEBSD, ON_LINUX, ON_WINDOWS } from "./abi";

export const UNIX: i32 = 1;
export const INET: i32 = 2;
export const INET6: i32 = 3;

const END: u16 = 0;

// kind, set of targets, AF_* there
const families: usize = memory.data<u16>([
  <u16>UNIX, <u16>ON_ALL, 1,
  <u16>INET, <u16>ON_ALL, 2,
  <u16>INET6, <u16>ON_LINUX, 10,
  <u16>INET6, <u16>ON_DARWIN, 30,
  <u16>INET6, <u16>ON_FREEBSD, 28,
  <u16>INET6, <u16>ON_WINDOWS, 23,
  END,
]);

/** The target's AF_* number of a kind, -1 where it has none. */
export function family_number(target: i32, kind: i32): i32 {
  for (let row = families; load<u16>(row); row += 6)
    if (load<u16>(row) == kind && load<u16>(row, 2) >> target & 1) return load<u16>(row, 4);
  return -1;
}
