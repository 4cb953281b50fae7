// AF_LINK: struct sockaddr_dl (link_addr(3); net/if_dl.h of FreeBSD and of XNU).
//
//   0        1            2           4          5          6          7          8
//   +--------+------------+-----------+----------+----------+----------+----------+------------------------+
//   | sdl_len| sdl_family | sdl_index | sdl_type | sdl_nlen | sdl_alen | sdl_slen | name, address, selector|
//   +--------+------------+-----------+----------+----------+----------+----------+------------------------+
//   sdl_data is declared with 12 bytes or 46, and goes on as far as the three lengths say; kernels
//   round the size up to a multiple of 8.
import { ON_DARWIN, ON_FREEBSD, isBigEndian } from "../abi";
import { alignUp } from "../align";
import { END, FAMILY, INTERFACE, NUMBER, RAW, REST, SA_FAMILY, SA_LEN, U16, U8 } from "../layout";
import { ADDRESS, CELLS } from "../memory";
import { get, put } from "../order";
import { LINK } from "../registry";
import { checkHead, setHead } from "../sockaddr";
import { TOO_LONG, TOO_SHORT, UNSUPPORTED } from "../status";

const INDEX: usize = 2;
const TYPE: usize = 4;
const NLEN: usize = 5;
const ALEN: usize = 6;
const SLEN: usize = 7;
const DATA: usize = 8;
const MIN_SIZE: i32 = 8;
const MAX_SIZE: i32 = 255;
const KERNEL_ALIGNMENT: i32 = 8;

const fields: usize = memory.data<u8>([
  SA_LEN, NUMBER, 0, SA_FAMILY, FAMILY, 0, U16, INTERFACE, 0, U8, NUMBER, 0, U8, NUMBER, 0,
  U8, NUMBER, 0, U8, NUMBER, 0, REST, RAW, 0, END,
]);
export const sockaddr_dl: usize = memory.data<usize>([ON_DARWIN | ON_FREEBSD, fields, 0]);

/** Where the name is, and after it the address. */
export const link_data: usize = ADDRESS + DATA;

/** sizeof(struct sockaddr_dl), 0 where there is none. */
function sizeOf(target: i32): i32 {
  if (ON_DARWIN >> target & 1) return 20;
  return ON_FREEBSD >> target & 1 ? 54 : 0;
}

/**
 * Encodes all but the name and the address, which the caller puts at link_data afterwards, 247
 * bytes or less; returns the whole address's length. UNSUPPORTED where there is no such family.
 */
export function link_encode(target: i32, index: i32, type: i32, nameLength: i32, addressLength: i32): i32 {
  const size = sizeOf(target);
  const length = max(size, MIN_SIZE + nameLength + addressLength);
  if (size == 0) return UNSUPPORTED;
  memory.fill(ADDRESS, 0, length);
  put(ADDRESS + INDEX, index, 2, isBigEndian(target));
  store<u8>(ADDRESS, type, TYPE);
  store<u8>(ADDRESS, nameLength, NLEN);
  store<u8>(ADDRESS, addressLength, ALEN);
  return setHead(target, LINK, length);
}

/**
 * 0, and in the first words the interface's index, type and the lengths of the name at link_data
 * and of the address after it.
 */
export function link_decode(target: i32, length: i32): i32 {
  const status = checkHead(target, LINK, length, MIN_SIZE, MAX_SIZE);
  const name: i32 = load<u8>(ADDRESS, NLEN);
  const address: i32 = load<u8>(ADDRESS, ALEN);
  if (status < 0) return status;
  const used = MIN_SIZE + name + address + <i32>load<u8>(ADDRESS, SLEN);
  if (length < used) return TOO_SHORT;
  if (length > alignUp(max(used, sizeOf(target)), KERNEL_ALIGNMENT)) return TOO_LONG;
  store<u32>(CELLS, <u32>get(ADDRESS + INDEX, 2, isBigEndian(target)));
  store<u32>(CELLS, load<u8>(ADDRESS, TYPE), 4);
  store<u32>(CELLS, name, 8);
  store<u32>(CELLS, address, 12);
  return 0;
}
