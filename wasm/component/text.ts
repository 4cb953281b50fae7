// Text in addresses that is not an IP address: a Bluetooth device's, a UUID. `out` and `from` are cells
// or fields of 6 and 16 bytes; text is ASCII.
import { digit } from "../numeric-address";
import { BAD_TEXT } from "../status";

const COLON: u8 = 0x3a;
const DASH: u8 = 0x2d;
const ZERO: u32 = 0x30;
/** From the digit 9 to the letter A, and to a. */
const UPPER: u32 = 7;
const LOWER: u32 = 39;
const NONE: u32 = 99;

const BDADDR_BYTES: i32 = 6;
const BDADDR_LENGTH: i32 = 17;
const UUID_BYTES: i32 = 16;
const UUID_LENGTH: i32 = 36;

/** Where a UUID's text has each byte: the first three numbers are little-endian (guiddef.h). */
const order: usize = memory.data<u8>([3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15]);

function put(at: usize, value: u32, letters: u32): void {
  store<u8>(at, ZERO + value + (value > 9 ? letters : 0));
}

/** `XX:XX:XX:XX:XX:XX`, a digit or two each, as bytes with the last one first. */
export function bdaddr_encode(text: usize, length: i32, out: usize): i32 {
  const end = text + length;
  for (let i = BDADDR_BYTES - 1; i >= 0; i--) {
    if (text >= end) return BAD_TEXT;
    let value = digit(load<u8>(text++), 16);
    if (value == NONE) return BAD_TEXT;
    const low = text < end ? digit(load<u8>(text), 16) : NONE;
    if (low != NONE) {
      value = value * 16 + low;
      text++;
    }
    store<u8>(out + i, value);
    if (i == 0) break;
    if (text >= end || load<u8>(text++) != COLON) return BAD_TEXT;
  }
  return text == end ? BDADDR_BYTES : BAD_TEXT;
}

/** The text of 6 bytes; returns its length. */
export function bdaddr_text(from: usize, text: usize): i32 {
  for (let i = BDADDR_BYTES - 1; i >= 0; i--) {
    const value = <u32>load<u8>(from + i);
    put(text, value >> 4, UPPER);
    put(text + 1, value & 15, UPPER);
    if (i > 0) store<u8>(text, COLON, 2);
    text += 3;
  }
  return BDADDR_LENGTH;
}

/** Whether a UUID's text has a dash after its byte. */
function isDashed(byte: i32): bool {
  return byte == 3 || byte == 5 || byte == 7 || byte == 9;
}

/** `XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX` as the 16 bytes of a GUID. */
export function uuid_encode(text: usize, length: i32, out: usize): i32 {
  if (length != UUID_LENGTH) return BAD_TEXT;
  for (let i = 0; i < UUID_BYTES; i++) {
    const high = digit(load<u8>(text), 16);
    const low = digit(load<u8>(text, 1), 16);
    if (high == NONE || low == NONE) return BAD_TEXT;
    store<u8>(out + load<u8>(order + i), high * 16 + low);
    text += 2;
    if (isDashed(i) && load<u8>(text++) != DASH) return BAD_TEXT;
  }
  return UUID_BYTES;
}

/** The text of 16 bytes; returns its length. */
export function uuid_text(from: usize, text: usize): i32 {
  for (let i = 0; i < UUID_BYTES; i++) {
    const value = <u32>load<u8>(from + load<u8>(order + i));
    put(text, value >> 4, LOWER);
    put(text + 1, value & 15, LOWER);
    text += 2;
    if (isDashed(i)) store<u8>(text++, DASH);
  }
  return UUID_LENGTH;
}
