// The head of every socket address: u16 sa_family, or u8 sa_len and u8 sa_family.
import { hasLength, isBigEndian } from "./abi";
import { ADDRESS } from "./memory";
import { get, put } from "./order";
import { TOO_SHORT } from "./status";

/** Writes the head of an address of `length` bytes at ADDRESS. */
export function setFamily(target: i32, family: i32, length: i32): void {
  if (hasLength(target)) { store<u8>(ADDRESS, length); store<u8>(ADDRESS, family, 1); }
  else put(ADDRESS, family, 2, isBigEndian(target));
}

/** The family number of the `length` bytes at ADDRESS. */
export function sockaddr_family(target: i32, length: i32): i32 {
  if (length < 2) return TOO_SHORT;
  return hasLength(target) ? load<u8>(ADDRESS, 1) : <i32>get(ADDRESS, 2, isBigEndian(target));
}

/** Writes a family number and leaves the rest: the unknown family's [family, bytes]. `length` counts the head. */
export function sockaddr_encode(target: i32, family: i32, length: i32): i32 {
  setFamily(target, family, length);
  return length;
}
