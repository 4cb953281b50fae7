// Addresses as text, in glibc's forms: inet_aton(3), inet_pton(3), inet_ntop(3); output as RFC
// 5952. Text is `length` bytes at `text`; results go to `out`. BAD_TEXT if it is not such an
// address.
import { BAD_TEXT } from "./status";

const DOT = 0x2e;
const COLON = 0x3a;
const ZERO = 0x30;

/** The value of a character as a digit of the base, 36 or less; 99 for any other. */
export function digit(c: u32, base: u32): u32 {
  let d = c - ZERO;
  if (d > 9) {
    d = (c | 32) - 0x61;
    d = d < 26 ? d + 10 : 99;
  }
  return d < base ? d : 99;
}

/** inet_pton(AF_INET): four decimal numbers, no leading zeros. */
export function pton4(text: usize, length: i32, out: usize): i32 {
  const end = text + length;
  let address: u32 = 0;
  for (let part = 0; part < 4; part++) {
    if (part) {
      if (text >= end || load<u8>(text) != DOT) return BAD_TEXT;
      text++;
    }
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
    address = (address << 8) | value;
  }
  if (text != end) return BAD_TEXT;
  store<u32>(out, bswap<u32>(address));
  return 4;
}

/**
 * inet_aton(3): one to four numbers, decimal, octal or hexadecimal, the last filling what is left;
 * white space ends it.
 */
export function aton(text: usize, length: i32, out: usize): i32 {
  const end = text + length;
  let address: u32 = 0;
  for (let part: u32 = 0; ; part++) {
    let base: u32 = 10;
    let value: u64 = 0;
    const first = text;
    if (text < end && load<u8>(text) == ZERO) {
      base = 8;
      text++;
      if (text < end && (load<u8>(text) | 32) == 0x78) {
        base = 16;
        text++;
        if (text >= end || digit(load<u8>(text), 16) == 99) return BAD_TEXT;
      }
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
      address |= (<u32>value) << (24 - 8 * part);
      text++;
      continue;
    }
    if (text < end) {
      const c = load<u8>(text);
      if (c != 0x20 && (c < 9 || c > 13)) return BAD_TEXT;
    }
    if (part && value > <u64>(0xffffffff >> (8 * part))) return BAD_TEXT;
    store<u32>(out, bswap<u32>(address | <u32>value));
    return 4;
  }
}

// The value of each character as a hexadecimal digit, 99 for all others: a look-up costs less than
// the comparisons.
const HEX: usize = memory.data<u8>([
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 0, 1, 2, 3, 4, 5, 6, 7,
  8, 9, 99, 99, 99, 99, 99, 99, 99, 10, 11, 12, 13, 14, 15, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 10, 11, 12, 13, 14, 15, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
]);

/** inet_pton(AF_INET6): eight hexadecimal groups, one `::`, a dotted quad at the end. No zone. */
export function pton6(text: usize, length: i32, out: usize): i32 {
  // A zero byte after the text, while it is read, spares a look at its end for each character.
  const end = text + length;
  const after = load<u8>(end);
  store<u8>(end, 0);
  const size = parse6(text, end, out);
  store<u8>(end, after);
  return size;
}

function parse6(text: usize, end: usize, out: usize): i32 {
  // What was read since the start or since `::`, 16 bits a group, and how many groups; what came
  // before `::`.
  let high: u64 = 0;
  let low: u64 = 0;
  let groups = 0;
  let firstHigh: u64 = 0;
  let firstLow: u64 = 0;
  let before = -1;
  if (load<u8>(text) == COLON && load<u8>(text, 1) == COLON) {
    before = 0;
    text += 2;
  }
  while (before < 0 || text < end) {
    const group = text;
    let value = <u32>load<u8>(HEX + load<u8>(text));
    if (value > 15) return BAD_TEXT;
    let c = <u32>load<u8>(text, 1);
    let d = <u32>load<u8>(HEX + c);
    if (d > 15) text++;
    else {
      value = (value << 4) | d;
      c = load<u8>(text, 2);
      d = load<u8>(HEX + c);
      if (d > 15) text += 2;
      else {
        value = (value << 4) | d;
        c = load<u8>(text, 3);
        d = load<u8>(HEX + c);
        if (d > 15) text += 3;
        else {
          value = (value << 4) | d;
          c = load<u8>(text, 4);
          text += 4;
        }
      }
    }
    if (c == DOT) {
      if (pton4(group, <i32>(end - group), out) < 0) return BAD_TEXT;
      high = (high << 32) | (low >> 32);
      low = (low << 32) | bswap<u32>(load<u32>(out));
      groups += 2;
      break;
    }
    high = (high << 16) | (low >> 48);
    low = (low << 16) | value;
    groups++;
    if (text == end) break;
    if (c != COLON || ++text == end) return BAD_TEXT;
    if (load<u8>(text) == COLON) {
      if (before >= 0) return BAD_TEXT;
      firstHigh = high;
      firstLow = low;
      before = groups;
      high = low = 0;
      groups = 0;
      text++;
    }
  }
  if (before >= 0) {
    if (before + groups > 7) return BAD_TEXT;
    const shift = 128 - 16 * before;
    if (before > 4) {
      high |= (firstHigh << shift) | (firstLow >> (64 - shift));
      low |= firstLow << shift;
    } else if (before) high |= firstLow << (shift - 64);
  } else if (groups != 8) return BAD_TEXT;
  store<u64>(out, bswap<u64>(high));
  store<u64>(out, bswap<u64>(low), 8);
  return 16;
}

/** inet_ntop(AF_INET) and inet_ntoa: 4 bytes at `from` as text at `text`; returns its length. */
export function ntop4(from: usize, text: usize): i32 {
  const start = text;
  for (let i: usize = 0; i < 4; i++) {
    if (i) store<u8>(text++, DOT);
    let v = <u32>load<u8>(from + i);
    if (v >= 100) {
      const h = v / 100;
      store<u8>(text++, ZERO + h);
      v -= h * 100;
      store<u8>(text++, ZERO + v / 10);
      v %= 10;
    } else if (v >= 10) {
      store<u8>(text++, ZERO + v / 10);
      v %= 10;
    }
    store<u8>(text++, ZERO + v);
  }
  return <i32>(text - start);
}

const DIGITS: usize = memory.data<u8>([
  0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66,
]);

function hex(text: usize, value: u32): usize {
  if (value > 0xfff) store<u8>(text++, load<u8>(DIGITS + (value >> 12)));
  if (value > 0xff) store<u8>(text++, load<u8>(DIGITS + ((value >> 8) & 15)));
  if (value > 0xf) store<u8>(text++, load<u8>(DIGITS + ((value >> 4) & 15)));
  store<u8>(text, load<u8>(DIGITS + (value & 15)));
  return text + 1;
}

/**
 * inet_ntop(AF_INET6): 16 bytes at `from`; the first of the longest runs of two zero groups or more
 * becomes `::`.
 */
export function ntop6(from: usize, text: usize): i32 {
  // Bit i: group i begins a run of `length` zero groups.
  let runs: u32 = 0;
  let longest: u32 = 0;
  let length = 0;
  for (let i = 0; i < 8; i++) runs |= (<u32>(load<u16>(from + 2 * i) == 0)) << i;
  for (; runs; runs &= runs >> 1) {
    longest = runs;
    length++;
  }
  const best = length > 1 ? ctz(longest) : 8;
  const dotted = best == 0 && (length == 6 || (length == 5 && load<u16>(from, 10) == 0xffff));
  const start = text;
  for (let i: u32 = 0; i < 8; i++) {
    if (i == best) {
      store<u16>(text, 0x3a3a);
      text += 2;
      i += length;
      if (i == 8) break;
    } else if (i) store<u8>(text++, COLON);
    if (i == 6 && dotted) return <i32>(text - start) + ntop4(from + 12, text);
    text = hex(text, bswap<u16>(load<u16>(from + 2 * i)));
  }
  return <i32>(text - start);
}
