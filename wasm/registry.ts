// The families: one line each. A kind is our own number for a family; its AF_* number is the
// target's. Then the protocols whose addresses are not those of their family.
import { TARGETS } from "./abi";

export const UNIX: i32 = 0;
export const INET: i32 = 1;
export const INET6: i32 = 2;
export const CAN: i32 = 3;
export const TIPC: i32 = 4;
export const VSOCK: i32 = 5;
export const QIPCRTR: i32 = 6;
// 7 is AF_RDS, 8 AF_DIVERT, whose addresses are AF_INET's.
export const NETLINK: i32 = 9;
export const PACKET: i32 = 10;
export const XDP: i32 = 11;
export const LINK: i32 = 12;
export const BLUETOOTH: i32 = 13;
export const ALG: i32 = 14;
export const SYSTEM: i32 = 15;
export const HYPERV: i32 = 16;
const KINDS: i32 = 17;

// AF_* there, 0 where there is none
const families: usize = memory.data<u8>([
// linux64 linux64be linux32 darwin64 freebsd64 windows64
   1,  1,  1,  1,  1,  1, // UNIX
   2,  2,  2,  2,  2,  2, // INET
  10, 10, 10, 30, 28, 23, // INET6
  29, 29, 29,  0,  0,  0, // CAN
  30, 30, 30,  0,  0,  0, // TIPC
  40, 40, 40, 40,  0,  0, // VSOCK
  42, 42, 42,  0,  0,  0, // QIPCRTR
  21, 21, 21,  0,  0,  0, // RDS
   0,  0,  0,  0, 44,  0, // DIVERT
  16, 16, 16,  0, 38,  0, // NETLINK
  17, 17, 17,  0,  0,  0, // PACKET
  44, 44, 44,  0,  0,  0, // XDP
   0,  0,  0, 18, 18,  0, // LINK
  31, 31, 31,  0,  0,  0, // BLUETOOTH
  38, 38, 38,  0,  0,  0, // ALG
   0,  0,  0, 32,  0,  0, // SYSTEM
   0,  0,  0,  0,  0, 34, // HYPERV
]);

const NONE: u16 = 0xffff;
const PROTOCOLS: i32 = 7;

// The protocol's number there
const protocols: usize = memory.data<u16>([
// linux64 linux64be linux32 darwin64 freebsd64 windows64
  6, 6, 6, NONE, NONE, NONE, // CAN_ISOTP
  7, 7, 7, NONE, NONE, NONE, // CAN_J1939
  0, 0, 0, NONE, NONE, NONE, // BTPROTO_L2CAP
  1, 1, 1, NONE, NONE, NONE, // BTPROTO_HCI
  2, 2, 2, NONE, NONE, NONE, // BTPROTO_SCO
  3, 3, 3, NONE, NONE, NONE, // BTPROTO_RFCOMM
  8, 8, 8, NONE, NONE, NONE, // BTPROTO_ISO
]);

/** The target's AF_* number of a kind, 0 where it has none. */
export function family_number(target: i32, kind: i32): i32 {
  return <u32>kind < <u32>KINDS ? load<u8>(families + kind * TARGETS + target) : 0;
}

/** The target's number of a protocol, by its row, -1 where it has none. */
export function protocol_number(target: i32, row: i32): i32 {
  const number = <u32>row < <u32>PROTOCOLS ? load<u16>(protocols + 2 * (row * TARGETS + target)) : NONE;
  return number == NONE ? -1 : number;
}
