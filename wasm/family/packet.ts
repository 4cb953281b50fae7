// AF_PACKET: struct sockaddr_ll (packet(7)).
//
//   0            2              4             8            10           11         12                20
//   +------------+--------------+-------------+------------+------------+----------+-----------------+
//   | sll_family | sll_protocol | sll_ifindex | sll_hatype | sll_pkttype| sll_halen| sll_addr        |
//   +------------+--------------+-------------+------------+------------+----------+-----------------+
//   sll_protocol is in network order. An address for the kernel has 20 bytes. In one from the kernel
//   sll_addr has sll_halen bytes, more than 8 for InfiniBand and tunnels, or it fills its 8.
import { ON_LINUX, isBigEndian } from "../abi";
import { END, FAMILY, I32, INTERFACE, N16, NUMBER, RAW, REST, SA_FAMILY, U16, U8 } from "../layout";
import { ADDRESS, CELLS } from "../memory";
import { get, put } from "../order";
import { PACKET } from "../registry";
import { checkHead, setHead } from "../sockaddr";
import { TOO_LONG, TOO_SHORT, UNSUPPORTED } from "../status";

const PROTOCOL: usize = 2;
const IFINDEX: usize = 4;
const HATYPE: usize = 8;
const PKTTYPE: usize = 10;
const HALEN: usize = 11;
const ADDR: usize = 12;
const MIN_SIZE: i32 = 12;
const MAX_HALEN: i32 = 32;
const ADDR_SIZE: i32 = 8;
const LENGTH: i32 = 20;

const fields: usize = memory.data<u8>([
  SA_FAMILY, FAMILY, 0, N16, NUMBER, 0, I32, INTERFACE, 0, U16, NUMBER, 0, U8, NUMBER, 0,
  U8, NUMBER, 0, REST, RAW, 0, END,
]);
export const sockaddr_ll: usize = memory.data<usize>([ON_LINUX, fields, 0]);

/** Where the hardware address is. */
export const packet_addr: usize = ADDRESS + ADDR;

/**
 * Encodes all but the hardware address, whose `halen` bytes (0..8) the caller puts at packet_addr
 * afterwards; returns the address's length. UNSUPPORTED where there is no such family.
 */
export function packet_encode(
  target: i32,
  ifindex: i32,
  protocol: i32,
  pkttype: i32,
  hatype: i32,
  halen: i32,
): i32 {
  if (!(ON_LINUX >> target & 1)) return UNSUPPORTED;
  const b = isBigEndian(target);
  put(ADDRESS + PROTOCOL, protocol, 2, true);
  put(ADDRESS + IFINDEX, ifindex, 4, b);
  put(ADDRESS + HATYPE, hatype, 2, b);
  store<u8>(ADDRESS, pkttype, PKTTYPE);
  store<u8>(ADDRESS, halen, HALEN);
  store<u64>(ADDRESS, 0, ADDR);
  return setHead(target, PACKET, LENGTH);
}

/**
 * 0, and in the first words the interface's index, protocol, packet type, hardware type and the
 * length of the address at packet_addr.
 */
export function packet_decode(target: i32, length: i32): i32 {
  const status = checkHead(target, PACKET, length, MIN_SIZE, MIN_SIZE + MAX_HALEN);
  const b = isBigEndian(target);
  const halen: i32 = load<u8>(ADDRESS, HALEN);
  if (status < 0) return status;
  if (length < MIN_SIZE + halen) return TOO_SHORT;
  if (length > MIN_SIZE + max(halen, ADDR_SIZE)) return TOO_LONG;
  store<u32>(CELLS, <u32>get(ADDRESS + IFINDEX, 4, b));
  store<u32>(CELLS, <u32>get(ADDRESS + PROTOCOL, 2, true), 4);
  store<u32>(CELLS, load<u8>(ADDRESS, PKTTYPE), 8);
  store<u32>(CELLS, <u32>get(ADDRESS + HATYPE, 2, b), 12);
  store<u32>(CELLS, halen, 16);
  return 0;
}
