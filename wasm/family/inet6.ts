// AF_INET6: struct sockaddr_in6 (ipv6(7)).
//
//   0             2           4               8            24              28
//   +-------------+-----------+---------------+------------+---------------+
//   | sin6_family | sin6_port | sin6_flowinfo | sin6_addr  | sin6_scope_id |
//   +-------------+-----------+---------------+------------+---------------+
//   Port and flowinfo are in network order, the scope id in the host's.
import { ON_ALL, isBigEndian } from "../abi";
import { BYTES, END, FAMILY, INTERFACE, IP6, N16, N32, NUMBER, SA_FAMILY, SA_LEN, U32 } from "../layout";
import { ADDRESS, CELLS, TEXT } from "../memory";
import { get, put } from "../order";
import { INET6 } from "../registry";
import { checkHead, setHead } from "../sockaddr";
import { BAD_TEXT } from "../status";
import { ntop6, pton6 } from "../text";

const PORT: usize = 2, FLOWINFO: usize = 4, ADDR: usize = 8, SCOPE: usize = 24, LENGTH: i32 = 28;

const fields: usize = memory.data<u8>([
  SA_LEN, NUMBER, 0, SA_FAMILY, FAMILY, 0, N16, NUMBER, 0, N32, NUMBER, 0, BYTES, IP6, 16, U32, INTERFACE, 0, END]);
export const sockaddr_in6: usize = memory.data<usize>([ON_ALL, fields, 0]);

/** Encodes the numeric text at TEXT ("" is the unspecified address); returns the address's length or BAD_TEXT. */
export function inet6_encode(target: i32, textLength: i32, port: i32, flowinfo: u32, scope: u32): i32 {
  if (textLength == 0) { store<u64>(ADDRESS, 0, ADDR); store<u64>(ADDRESS, 0, ADDR + 8); }
  else if (pton6(TEXT, textLength, ADDRESS + ADDR) < 0) return BAD_TEXT;
  store<u16>(ADDRESS, bswap<u16>(<u16>port), PORT);
  store<u32>(ADDRESS, bswap<u32>(flowinfo), FLOWINFO);
  put(ADDRESS + SCOPE, scope, 4, isBigEndian(target));
  return setHead(target, INET6, LENGTH);
}

/** Returns the port; the first words are u32 flowinfo, u32 scope id, the text's length at TEXT. */
export function inet6_decode(target: i32, length: i32): i32 {
  const status = checkHead(target, INET6, length, LENGTH, LENGTH);
  if (status < 0) return status;
  store<u32>(CELLS, bswap<u32>(load<u32>(ADDRESS, FLOWINFO)));
  store<u32>(CELLS, <u32>get(ADDRESS + SCOPE, 4, isBigEndian(target)), 4);
  store<u32>(CELLS, ntop6(ADDRESS + ADDR, TEXT), 8);
  return bswap<u16>(load<u16>(ADDRESS, PORT));
}
