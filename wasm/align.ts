// Alignment as C has it.

/** The lowest multiple of `unit`, a power of two, that is not below `n`. */
export function alignUp(n: i32, unit: i32): i32 {
  return (n + unit - 1) & -unit;
}
