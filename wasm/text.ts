// Addresses as text, in glibc's forms: inet_aton(3), inet_pton(3), inet_ntop(3); output as RFC 5952.
// Text is `length` bytes at `text`; results go to `out`. BAD_TEXT if it is not such an address.
import { BAD_TEXT } from "./status";

const DOT = 0x2e, COLON = 0x3a, ZERO = 0x30;

// @ts-ignore: decorator
@inline function digit(c: u32, base: u32): u32 {
  let d = c - ZERO;
  if (d > 9) { d = (c | 32) - 0x61; d = d < 26 ? d + 10 : 99; }
  return d < base ? d : 99;
}

/** inet_pton(AF_INET): four decimal numbers, no leading zeros. */
export function pton4(text: usize, length: i32, out: usize): i32 {
  const end = text + length;
  let address: u32 = 0;
  for (let part = 0; part < 4; part++) {
    if (part) { if (text >= end || load<u8>(text) != DOT) return BAD_TEXT; text++; }
    const start = text;
    let value: u32 = 0;
    while (text < end) {
      const d = <u32>load<u8>(text) - ZERO;
      if (d > 9) break;
      if (text > start && value == 0) return BAD_TEXT;
      value = value * 10 + d;
      if (value > 255) return BAD_TEXT;
      text++;
    }
    if (text == start) return BAD_TEXT;
    address = address << 8 | value;
  }
  if (text != end) return BAD_TEXT;
  store<u32>(out, bswap<u32>(address));
  return 4;
}

/** inet_aton(3): one to four numbers, decimal, octal or hexadecimal, the last filling what is left; white space ends it. */
export function aton(text: usize, length: i32, out: usize): i32 {
  const end = text + length;
  let address: u32 = 0;
  for (let part: u32 = 0; ; part++) {
    let base: u32 = 10, value: u64 = 0;
    const first = text;
    if (text < end && load<u8>(text) == ZERO) {
      base = 8; text++;
      if (text < end && (load<u8>(text) | 32) == 0x78) { base = 16; text++; if (text >= end || digit(load<u8>(text), 16) == 99) return BAD_TEXT; }
    }
    for (; text < end; text++) {
      const d = digit(load<u8>(text), base);
      if (d == 99) break;
      value = value * base + d;
      if (value > 0xffffffff) return BAD_TEXT;
    }
    if (text == first) return BAD_TEXT;
    if (text < end && load<u8>(text) == DOT) {
      if (part == 3 || value > 255) return BAD_TEXT;
      address |= <u32>value << (24 - 8 * part);
      text++;
      continue;
    }
    if (text < end) {
      const c = load<u8>(text);
      if (c != 0x20 && (c < 9 || c > 13)) return BAD_TEXT;
    }
    if (part && value > <u64>(0xffffffff >> 8 * part)) return BAD_TEXT;
    store<u32>(out, bswap<u32>(address | <u32>value));
    return 4;
  }
}

/** inet_pton(AF_INET6): eight hexadecimal groups, one `::`, a dotted quad at the end. No zone. */
export function pton6(text: usize, length: i32, out: usize): i32 {
  const end = text + length, last = out + 16;
  let at = out, gap: usize = 0;
  store<u64>(out, 0); store<u64>(out, 0, 8);
  if (text < end && load<u8>(text) == COLON) { text++; if (text >= end || load<u8>(text) != COLON) return BAD_TEXT; }
  let group = text, value: u32 = 0, digits = 0;
  while (text < end) {
    const c = <u32>load<u8>(text++);
    const d = digit(c, 16);
    if (d != 99) {
      if (++digits > 4) return BAD_TEXT;
      value = value << 4 | d;
      continue;
    }
    if (c == COLON) {
      group = text;
      if (!digits) { if (gap) return BAD_TEXT; gap = at; continue; }
      if (text == end) return BAD_TEXT;
      if (at + 2 > last) return BAD_TEXT;
      store<u16>(at, bswap<u16>(<u16>value)); at += 2;
      digits = 0; value = 0;
      continue;
    }
    if (c == DOT && at + 4 <= last && pton4(group, <i32>(end - group), at) > 0) { at += 4; digits = 0; break; }
    return BAD_TEXT;
  }
  if (digits) {
    if (at + 2 > last) return BAD_TEXT;
    store<u16>(at, bswap<u16>(<u16>value)); at += 2;
  }
  if (gap) {
    if (at == last) return BAD_TEXT;
    const tail = at - gap;
    memory.copy(last - tail, gap, tail);
    memory.fill(gap, 0, last - tail - gap);
    at = last;
  }
  return at == last ? 16 : BAD_TEXT;
}

/** inet_ntop(AF_INET) and inet_ntoa: 4 bytes at `from` as text at `text`; returns its length. */
export function ntop4(from: usize, text: usize): i32 {
  const start = text;
  for (let i: usize = 0; i < 4; i++) {
    if (i) store<u8>(text++, DOT);
    let v = <u32>load<u8>(from + i);
    if (v >= 100) { const h = v / 100; store<u8>(text++, ZERO + h); v -= h * 100; store<u8>(text++, ZERO + v / 10); v %= 10; }
    else if (v >= 10) { store<u8>(text++, ZERO + v / 10); v %= 10; }
    store<u8>(text++, ZERO + v);
  }
  return <i32>(text - start);
}

function hex(text: usize, value: u32): usize {
  let shift = value > 0xfff ? 12 : value > 0xff ? 8 : value > 0xf ? 4 : 0;
  for (; shift >= 0; shift -= 4) { const d = value >> shift & 15; store<u8>(text++, d < 10 ? ZERO + d : 0x57 + d); }
  return text;
}

/** inet_ntop(AF_INET6): 16 bytes at `from`; the longest run of two zero groups or more becomes `::`. */
export function ntop6(from: usize, text: usize): i32 {
  let best = -1, bestLength = 1, run = -1;
  for (let i = 0; i <= 8; i++) {
    if (i < 8 && load<u16>(from + 2 * i) == 0) { if (run < 0) run = i; continue; }
    if (run >= 0 && i - run > bestLength) { best = run; bestLength = i - run; }
    run = -1;
  }
  const dotted = best == 0 && (bestLength == 6 || bestLength == 5 && load<u16>(from, 10) == 0xffff);
  const start = text;
  for (let i = 0; i < 8; i++) {
    if (i == best) {
      store<u8>(text++, COLON);
      i += bestLength - 1;
      if (i == 7) store<u8>(text++, COLON);
      continue;
    }
    if (i) store<u8>(text++, COLON);
    if (i == 6 && dotted) return <i32>(text - start) + ntop4(from + 12, text);
    text = hex(text, bswap<u16>(load<u16>(from + 2 * i)));
  }
  return <i32>(text - start);
}
