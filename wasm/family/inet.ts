// AF_INET: struct sockaddr_in (ip(7)).
//
//   0            2          4             8                16
//   +------------+----------+-------------+----------------+
//   | sin_family | sin_port | sin_addr    | zero           |
//   +------------+----------+-------------+----------------+
import { ON_ALL } from "../abi";
import { END, FAMILY, HOLE, IP4, N16, N32, NUMBER, SA_FAMILY, SA_LEN } from "../layout";
import { ADDRESS, TEXT } from "../memory";
import { INET } from "../registry";
import { checkHead, setHead } from "../sockaddr";
import { BAD_TEXT } from "../status";
import { ntop4, pton4 } from "../text";

const PORT: usize = 2, ADDR: usize = 4, ZERO: usize = 8, LENGTH: i32 = 16;

/** The field table, also of other families that have this address. */
export const addressFields: usize = memory.data<u8>([
  SA_LEN, NUMBER, 0, SA_FAMILY, FAMILY, 0, N16, NUMBER, 0, N32, IP4, 0, HOLE, 0, 8, END]);
export const sockaddr_in: usize = memory.data<usize>([ON_ALL, addressFields, 0]);

/** Encodes the numeric text at TEXT and a port; returns the address's length or BAD_TEXT. */
export function inet_encode(target: i32, textLength: i32, port: i32): i32 {
  if (pton4(TEXT, textLength, ADDRESS + ADDR) < 0) return BAD_TEXT;
  return finish(target, port);
}

/** Encodes an address given as a number in host order (INADDR_ANY, INADDR_BROADCAST, inet_number's). */
export function inet_encode_number(target: i32, address: u32, port: i32): i32 {
  store<u32>(ADDRESS, bswap<u32>(address), ADDR);
  return finish(target, port);
}

function finish(target: i32, port: i32): i32 {
  store<u16>(ADDRESS, bswap<u16>(<u16>port), PORT);
  store<u64>(ADDRESS, 0, ZERO);
  return setHead(target, INET, LENGTH);
}

/** Returns the port; the address as a number is inet_number's, as text inet_text's. */
export function inet_decode(target: i32, length: i32): i32 {
  const status = checkHead(target, INET, length, LENGTH, LENGTH);
  return status < 0 ? status : bswap<u16>(load<u16>(ADDRESS, PORT));
}

/** The address at ADDRESS as a number in host order, to tell whether it is the one seen last. */
export function inet_number(): i32 { return bswap<u32>(load<u32>(ADDRESS, ADDR)); }

/** Writes the address's text at TEXT; returns its length. */
export function inet_text(): i32 { return ntop4(ADDRESS + ADDR, TEXT); }
