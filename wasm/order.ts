// Byte order: loads and stores of 1 to 8 bytes in an order that is an argument.

/** The low `width` bytes of `value`, written at `at`. */
export function put(at: usize, value: u64, width: i32, big: bool): void {
  if (width == 1) store<u8>(at, <u8>value);
  else if (width == 2) store<u16>(at, big ? bswap<u16>(<u16>value) : <u16>value);
  else if (width == 4) store<u32>(at, big ? bswap<u32>(<u32>value) : <u32>value);
  else store<u64>(at, big ? bswap<u64>(value) : value);
}

/** `width` bytes at `at` as an unsigned number. */
export function get(at: usize, width: i32, big: bool): u64 {
  if (width == 1) return load<u8>(at);
  if (width == 2) {
    const v = load<u16>(at);
    return big ? bswap<u16>(v) : v;
  }
  if (width == 4) {
    const v = load<u32>(at);
    return big ? bswap<u32>(v) : v;
  }
  const v = load<u64>(at);
  return big ? bswap<u64>(v) : v;
}

/** The same, sign extended. */
export function getSigned(at: usize, width: i32, big: bool): i64 {
  const shift = <i64>(64 - 8 * width);
  return ((<i64>get(at, width, big)) << shift) >> shift;
}
