// AF_CAN: struct sockaddr_can (linux/can.h).
//
//   0            2          4               8           12          16          20          24
//   +------------+----------+---------------+-----------+-----------+-----------+-----+-----+
//   | can_family | padding  | can_ifindex   | CAN_RAW, CAN_BCM: nothing               |     |
//   |            |          |               | CAN_ISOTP: rx_id, tx_id                 |     |
//   |            |          |               | CAN_J1939: u64 name   | pgn       | addr| pad |
//   +------------+----------+---------------+-----------+-----------+-----------+-----+-----+
//   Going in, an address has all 24 bytes; coming out, only those that the protocol uses.
import { ON_LINUX, isBigEndian } from "../abi";
import { BIG, END, FAMILY, HOLE, I32, INTERFACE, NUMBER, SA_FAMILY, U32, U64, U8 } from "../layout";
import { ADDRESS, CELLS } from "../memory";
import { get, put } from "../order";
import { CAN } from "../registry";
import { checkHead, setHead } from "../sockaddr";
import { UNSUPPORTED } from "../status";

const IFINDEX: usize = 4;
const RX: usize = 8;
const TX: usize = 12;
const NAME: usize = 8;
const PGN: usize = 16;
const ADDR: usize = 20;
const LENGTH: i32 = 24;
const MIN_SIZE: i32 = 8;
const LEAST_ISOTP: i32 = 16;
const LEAST_J1939: i32 = 24;

const plain: usize = memory.data<u8>([SA_FAMILY, FAMILY, 0, I32, INTERFACE, 0, HOLE, 0, 16, END]);
export const sockaddr_can: usize = memory.data<usize>([ON_LINUX, plain, 0]);
const pair: usize = memory.data<u8>([
  SA_FAMILY, FAMILY, 0, I32, INTERFACE, 0, U32, NUMBER, 0, U32, NUMBER, 0, HOLE, 0, 8, END,
]);
export const sockaddr_can_isotp: usize = memory.data<usize>([ON_LINUX, pair, 0]);
const named: usize = memory.data<u8>([
  SA_FAMILY, FAMILY, 0, I32, INTERFACE, 0, U64, BIG, 0, U32, NUMBER, 0, U8, NUMBER, 0, HOLE, 0, 3,
  END,
]);
export const sockaddr_can_j1939: usize = memory.data<usize>([ON_LINUX, named, 0]);

/**
 * Encodes an interface alone; returns the address's length. UNSUPPORTED, here and below, where
 * there is no such family.
 */
export function can_encode(target: i32, ifindex: i32): i32 {
  if (!(ON_LINUX >> target & 1)) return UNSUPPORTED;
  memory.fill(ADDRESS, 0, LENGTH);
  put(ADDRESS + IFINDEX, ifindex, 4, isBigEndian(target));
  return setHead(target, CAN, LENGTH);
}

/** The same with the ids of both directions. */
export function can_encode_isotp(target: i32, ifindex: i32, rx: u32, tx: u32): i32 {
  const length = can_encode(target, ifindex);
  const b = isBigEndian(target);
  put(ADDRESS + RX, rx, 4, b);
  put(ADDRESS + TX, tx, 4, b);
  return length;
}

/** The same with a name in two halves, a parameter group and an address. */
export function can_encode_j1939(target: i32, ifindex: i32, low: u32, high: u32, pgn: u32, addr: i32): i32 {
  const length = can_encode(target, ifindex);
  const b = isBigEndian(target);
  put(ADDRESS + NAME, <u64>high << 32 | low, 8, b);
  put(ADDRESS + PGN, pgn, 4, b);
  store<u8>(ADDRESS, addr, ADDR);
  return length;
}

function begin(target: i32, length: i32, least: i32): i32 {
  const status = checkHead(target, CAN, length, least, LENGTH);
  if (status == 0) store<u32>(CELLS, <u32>get(ADDRESS + IFINDEX, 4, isBigEndian(target)));
  return status;
}

/** 0, and in the first word the interface's index. */
export function can_decode(target: i32, length: i32): i32 { return begin(target, length, MIN_SIZE); }

/** The same, and in the next words the ids. */
export function can_decode_isotp(target: i32, length: i32): i32 {
  const status = begin(target, length, LEAST_ISOTP);
  const b = isBigEndian(target);
  store<u32>(CELLS, <u32>get(ADDRESS + RX, 4, b), 4);
  store<u32>(CELLS, <u32>get(ADDRESS + TX, 4, b), 8);
  return status;
}

/**
 * The same, and in the next words the name's halves, the lower first, the parameter group, the
 * address.
 */
export function can_decode_j1939(target: i32, length: i32): i32 {
  const status = begin(target, length, LEAST_J1939);
  const b = isBigEndian(target);
  const name = get(ADDRESS + NAME, 8, b);
  store<u32>(CELLS, <u32>name, 4);
  store<u32>(CELLS, <u32>(name >> 32), 8);
  store<u32>(CELLS, <u32>get(ADDRESS + PGN, 4, b), 12);
  store<u32>(CELLS, load<u8>(ADDRESS, ADDR), 16);
  return status;
}
