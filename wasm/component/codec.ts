// The WIT's interface `codec` as the canonical ABI has it (wit/codec.wit). exports.mjs makes the WIT's
// names of the functions'.
import { ADDRESS, ADDRESS_SIZE, TEXT } from "../memory";
import { TARGETS } from "../abi";
import { ntop4, ntop6, pton4, pton6 } from "../numeric-address";
import { BAD_TEXT, TOO_LONG, TOO_SHORT } from "../status";
import { decode, encode, PROTOCOLS } from "./address";
import { RESULT, allocate, end, keep } from "./arena";
import { decodeControl, encodeControl, place } from "./control";
import { fromParameters, toMemory } from "./slots";

// Offsets in a result: of what is a list, and of what holds an address.
const LIST: usize = 4;
const LIST_LENGTH: usize = 8;
const ADDRESS_AT: usize = 8;
const MAX_TEXT: u32 = 64;
const INET_BYTES: i32 = 4;
const INET6_BYTES: i32 = 16;
const COLON: u8 = 0x3a;

/** The case of the result that is an error, codec-error at `at`: its cases are wasm/status.ts's in turn. */
function wrong(status: i32, at: usize): usize {
  store<u8>(RESULT, 1);
  store<u8>(RESULT + at, -1 - status);
  return end();
}

/** The case that is a list or a string of `length`, or the error that this is. */
function list(at: usize, length: i32): usize {
  if (length < 0) return wrong(length, LIST);
  store<u8>(RESULT, 0);
  store<u32>(RESULT, at, LIST);
  store<u32>(RESULT, length, LIST_LENGTH);
  return end();
}

function checkTarget(target: i32): void {
  if (<u32>target >= <u32>TARGETS) unreachable();
}

export function codec_encode_address(
  target: i32,
  kind: i32,
  a: i32,
  b: i64,
  c: i32,
  d: i32,
  e: i32,
  f: i32,
): usize {
  checkTarget(target);
  fromParameters(kind, a, b, c, d, e, f);
  return list(ADDRESS, encode(target));
}

export function codec_decode_address(target: i32, protocol: i32, bytes: usize, length: u32): usize {
  checkTarget(target);
  if (<u32>protocol >= <u32>PROTOCOLS) unreachable();
  if (length > <u32>ADDRESS_SIZE) return wrong(TOO_LONG, ADDRESS_AT);
  memory.copy(ADDRESS, bytes, length);
  const status = decode(target, protocol, length);
  if (status < 0) return wrong(status, ADDRESS_AT);
  store<u8>(RESULT, 0);
  toMemory(RESULT + ADDRESS_AT);
  return end();
}

export function codec_pton(text: usize, length: u32): usize {
  if (length > MAX_TEXT) return wrong(BAD_TEXT, LIST);
  memory.copy(TEXT, text, length);
  let isSix = false;
  for (let i: u32 = 0; i < length; i++) isSix = isSix || load<u8>(TEXT + i) == COLON;
  const out = allocate(8, INET6_BYTES);
  return list(out, isSix ? pton6(TEXT, length, out) : pton4(TEXT, length, out));
}

export function codec_ntop(bytes: usize, length: u32): usize {
  if (length < <u32>INET_BYTES) return wrong(TOO_SHORT, LIST);
  if (length > <u32>INET6_BYTES) return wrong(TOO_LONG, LIST);
  if (length != <u32>INET_BYTES && length != <u32>INET6_BYTES) return wrong(TOO_SHORT, LIST);
  const size = length == <u32>INET_BYTES ? ntop4(bytes, TEXT) : ntop6(bytes, TEXT);
  return list(keep(TEXT, size), size);
}

export function codec_encode_control(target: i32, messages: usize, count: u32): usize {
  checkTarget(target);
  const length = encodeControl(target, messages, count);
  return list(place, length);
}

export function codec_decode_control(target: i32, bytes: usize, length: u32): usize {
  checkTarget(target);
  const count = decodeControl(target, bytes, length);
  return list(place, count);
}
