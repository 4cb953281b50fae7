// AF_XDP: struct sockaddr_xdp (linux/if_xdp.h, Documentation/networking/af_xdp.rst).
//
//   0            2           4             8              12                   16
//   +------------+-----------+-------------+--------------+--------------------+
//   | sxdp_family| sxdp_flags| sxdp_ifindex| sxdp_queue_id| sxdp_shared_umem_fd|
//   +------------+-----------+-------------+--------------+--------------------+
import { ON_LINUX, isBigEndian } from "../abi";
import { DESCRIPTOR, END, FAMILY, INTERFACE, NUMBER, SA_FAMILY, U16, U32 } from "../layout";
import { ADDRESS, CELLS } from "../memory";
import { get, put } from "../order";
import { XDP } from "../registry";
import { checkHead, setHead } from "../sockaddr";
import { UNSUPPORTED } from "../status";

const FLAGS: usize = 2;
const IFINDEX: usize = 4;
const QUEUE: usize = 8;
const SHARED: usize = 12;
const LENGTH: i32 = 16;

const fields: usize = memory.data<u8>([
  SA_FAMILY, FAMILY, 0, U16, NUMBER, 0, U32, INTERFACE, 0, U32, NUMBER, 0, U32, DESCRIPTOR, 0, END,
]);
export const sockaddr_xdp: usize = memory.data<usize>([ON_LINUX, fields, 0]);

/** Encodes an address; returns its length. UNSUPPORTED where there is no such family. */
export function xdp_encode(target: i32, ifindex: u32, queue: u32, flags: i32, shared: u32): i32 {
  if (!(ON_LINUX >> target & 1)) return UNSUPPORTED;
  const b = isBigEndian(target);
  put(ADDRESS + FLAGS, flags, 2, b);
  put(ADDRESS + IFINDEX, ifindex, 4, b);
  put(ADDRESS + QUEUE, queue, 4, b);
  put(ADDRESS + SHARED, shared, 4, b);
  return setHead(target, XDP, LENGTH);
}

/** 0, and in the first words the interface's index, queue, flags and the descriptor. */
export function xdp_decode(target: i32, length: i32): i32 {
  const status = checkHead(target, XDP, length, LENGTH, LENGTH);
  const b = isBigEndian(target);
  store<u32>(CELLS, <u32>get(ADDRESS + IFINDEX, 4, b));
  store<u32>(CELLS, <u32>get(ADDRESS + QUEUE, 4, b), 4);
  store<u32>(CELLS, <u32>get(ADDRESS + FLAGS, 2, b), 8);
  store<u32>(CELLS, <u32>get(ADDRESS + SHARED, 4, b), 12);
  return status;
}
