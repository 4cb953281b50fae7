// The head of every socket address: u16 sa_family, or u8 sa_len and u8 sa_family.
import { ON_ALL, hasLength, isBigEndian } from "./abi";
import { END, FAMILY, NUMBER, RAW, REST, SA_FAMILY, SA_LEN } from "./layout";
import { ADDRESS } from "./memory";
import { get, put } from "./order";
import { family_number } from "./registry";
import { TOO_LONG, TOO_SHORT, UNSUPPORTED, WRONG_FAMILY } from "./status";

/** Where an address's bytes after the head are, which is two bytes in either form. */
export const sockaddr_data: usize = ADDRESS + 2;

/**
 * Writes a family number and leaves the rest: the unknown family's [family, bytes]. `length` counts
 * the head. UNSUPPORTED for a number that the target's field can't hold.
 */
export function sockaddr_encode(target: i32, family: i32, length: i32): i32 {
  if (!hasLength(target)) put(ADDRESS, family, 2, isBigEndian(target));
  else if (family > 255) return UNSUPPORTED;
  else {
    store<u8>(ADDRESS, length);
    store<u8>(ADDRESS, family, 1);
  }
  return length;
}

/** The family number of the `length` bytes at ADDRESS. */
export function sockaddr_family(target: i32, length: i32): i32 {
  if (length < 2) return TOO_SHORT;
  return hasLength(target) ? load<u8>(ADDRESS, 1) : <i32>get(ADDRESS, 2, isBigEndian(target));
}

/** Writes the head of an address of one of our kinds; returns `length`. */
export function setHead(target: i32, kind: i32, length: i32): i32 {
  return sockaddr_encode(target, family_number(target, kind), length);
}

/**
 * 0 if the `length` bytes at ADDRESS are an address of this kind with low..high bytes, else what is
 * wrong with them.
 */
export function checkHead(target: i32, kind: i32, length: i32, low: i32, high: i32): i32 {
  const family = sockaddr_family(target, length);
  if (family < 0) return family;
  if (family != family_number(target, kind)) return WRONG_FAMILY;
  if (length < low) return TOO_SHORT;
  return length > high ? TOO_LONG : 0;
}

const fields: usize = memory.data<u8>([SA_LEN, NUMBER, 0, SA_FAMILY, FAMILY, 0, REST, RAW, 0, END]);
/** struct sockaddr: an address of a family that has no layout here. */
export const sockaddr: usize = memory.data<usize>([ON_ALL, fields, 0]);
