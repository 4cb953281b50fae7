// AF_NETLINK: struct sockaddr_nl (netlink(7); FreeBSD's netlink(4) with nl_len).
//
//   0            2        4          8           12
//   +------------+--------+----------+-----------+
//   | nl_family  | padding| nl_pid   | nl_groups |
//   +------------+--------+----------+-----------+
import { ON_FREEBSD, ON_LINUX, isBigEndian } from "../abi";
import { END, FAMILY, HOLE, NUMBER, SA_FAMILY, SA_LEN, U32 } from "../layout";
import { ADDRESS, CELLS } from "../memory";
import { get, put } from "../order";
import { NETLINK } from "../registry";
import { checkHead, setHead } from "../sockaddr";
import { UNSUPPORTED } from "../status";

const PAD: usize = 2;
const PID: usize = 4;
const GROUPS: usize = 8;
const LENGTH: i32 = 12;
const TARGETS_OF: u32 = ON_LINUX | ON_FREEBSD;

const fields: usize = memory.data<u8>([
  SA_LEN, NUMBER, 0, SA_FAMILY, FAMILY, 0, HOLE, 0, 2, U32, NUMBER, 0, U32, NUMBER, 0, END,
]);
export const sockaddr_nl: usize = memory.data<usize>([TARGETS_OF, fields, 0]);

/**
 * Encodes a port id and a mask of groups; returns the address's length. UNSUPPORTED where there is
 * no such family.
 */
export function netlink_encode(target: i32, pid: u32, groups: u32): i32 {
  if (!(TARGETS_OF >> target & 1)) return UNSUPPORTED;
  const b = isBigEndian(target);
  store<u16>(ADDRESS, 0, PAD);
  put(ADDRESS + PID, pid, 4, b);
  put(ADDRESS + GROUPS, groups, 4, b);
  return setHead(target, NETLINK, LENGTH);
}

/** 0, and in the first words the port id and the groups. */
export function netlink_decode(target: i32, length: i32): i32 {
  const status = checkHead(target, NETLINK, length, LENGTH, LENGTH);
  const b = isBigEndian(target);
  store<u32>(CELLS, <u32>get(ADDRESS + PID, 4, b));
  store<u32>(CELLS, <u32>get(ADDRESS + GROUPS, 4, b), 4);
  return status;
}
