// AF_TIPC: struct sockaddr_tipc (linux/tipc.h).
//
//   0            2          3       4                8                12            16
//   +------------+----------+-------+----------------+----------------+-------------+
//   | family     | addrtype | scope | TIPC_ADDR_ID:      ref, node                  |
//   |            |          |       | TIPC_ADDR_NAME:    type, instance, domain     |
//   |            |          |       | TIPC_ADDR_NAMESEQ: type, lower, upper         |
//   +------------+----------+-------+----------------+----------------+-------------+
//   A group's messages come from two addresses of 16 bytes, the socket's and the member's.
import { ON_LINUX, isBigEndian } from "../abi";
import { END, FAMILY, I8, NUMBER, SA_FAMILY, U32, U8 } from "../layout";
import { ADDRESS, CELLS } from "../memory";
import { get, put } from "../order";
import { TIPC } from "../registry";
import { checkHead, setHead } from "../sockaddr";
import { TOO_LONG, UNSUPPORTED } from "../status";

const TYPE: usize = 2;
const SCOPE: usize = 3;
const WORDS: usize = 4;
const LENGTH: i32 = 16;
const PAIR: i32 = 32;
const NAMESEQ: i32 = 1;
const ID: i32 = 3;

const fields: usize = memory.data<u8>([
  SA_FAMILY, FAMILY, 0, U8, NUMBER, 0, I8, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, END]);
export const sockaddr_tipc: usize = memory.data<usize>([ON_LINUX, fields, 0]);

/**
 * Encodes v1, v2 and v3, which are node, ref and 0 of a TIPC_ADDR_ID; returns the address's length.
 * UNSUPPORTED where there is no such family.
 */
export function tipc_encode(target: i32, type: i32, v1: u32, v2: u32, v3: u32, scope: i32): i32 {
  if (!(ON_LINUX >> target & 1)) return UNSUPPORTED;
  const b = isBigEndian(target);
  const id = type == ID;
  store<u8>(ADDRESS, type, TYPE);
  store<i8>(ADDRESS, scope, SCOPE);
  put(ADDRESS + WORDS, id ? v2 : v1, 4, b);
  put(ADDRESS + WORDS + 4, id ? v1 : v2, 4, b);
  put(ADDRESS + WORDS + 8, v3, 4, b);
  return setHead(target, TIPC, LENGTH);
}

/**
 * 0, and in the first words the type, v1, v2, v3 and the scope. UNSUPPORTED for a type that nobody
 * knows.
 */
export function tipc_decode(target: i32, length: i32): i32 {
  const status = checkHead(target, TIPC, length, LENGTH, PAIR);
  if (status < 0) return status;
  if (length != LENGTH && length != PAIR) return TOO_LONG;
  const type = <i32>load<u8>(ADDRESS, TYPE);
  const b = isBigEndian(target);
  if (type < NAMESEQ || type > ID) return UNSUPPORTED;
  const first = <u32>get(ADDRESS + WORDS, 4, b);
  const second = <u32>get(ADDRESS + WORDS + 4, 4, b);
  store<u32>(CELLS, type);
  store<u32>(CELLS, type == ID ? second : first, 4);
  store<u32>(CELLS, type == ID ? first : second, 8);
  store<u32>(CELLS, type == ID ? 0 : <u32>get(ADDRESS + WORDS + 8, 4, b), 12);
  store<i32>(CELLS, load<i8>(ADDRESS, SCOPE), 16);
  return 0;
}
