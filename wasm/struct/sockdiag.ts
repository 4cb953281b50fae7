// Requests, answers and attributes of NETLINK_SOCK_DIAG (sock_diag(7), linux/inet_diag.h, unix_diag.h). Ports
// and addresses are in network order, in 16 bytes for either family; a cookie is two words, the low one first.
// sk_meminfo is the array of INET_DIAG_SKMEMINFO and UNIX_DIAG_MEMINFO (linux/sock_diag.h: SK_MEMINFO_*).
import { ON_LINUX } from "../abi";
import { BYTES, END, HOLE, N16, NUMBER, RAW, U32, U8 } from "../layout";

const request: usize = memory.data<u8>([
  U8, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0, U32, NUMBER, 0, N16, NUMBER, 0,
  N16, NUMBER, 0, BYTES, RAW, 16, BYTES, RAW, 16, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0,
  END,
]);
export const inet_diag_req_v2: usize = memory.data<usize>([ON_LINUX, request, 0]);

const answer: usize = memory.data<u8>([
  U8, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0, N16, NUMBER, 0, N16, NUMBER, 0,
  BYTES, RAW, 16, BYTES, RAW, 16, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0,
  U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, END,
]);
export const inet_diag_msg: usize = memory.data<usize>([ON_LINUX, answer, 0]);

const memoryUse: usize = memory.data<u8>([
  U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, END,
]);
export const inet_diag_meminfo: usize = memory.data<usize>([ON_LINUX, memoryUse, 0]);

const unixRequest: usize = memory.data<u8>([
  U8, NUMBER, 0, U8, NUMBER, 0, HOLE, 0, 2, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0,
  U32, NUMBER, 0, U32, NUMBER, 0, END,
]);
export const unix_diag_req: usize = memory.data<usize>([ON_LINUX, unixRequest, 0]);

const unixAnswer: usize = memory.data<u8>([
  U8, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0, HOLE, 0, 1, U32, NUMBER, 0, U32, NUMBER, 0,
  U32, NUMBER, 0, END,
]);
export const unix_diag_msg: usize = memory.data<usize>([ON_LINUX, unixAnswer, 0]);

const two: usize = memory.data<u8>([U32, NUMBER, 0, U32, NUMBER, 0, END]);
export const unix_diag_vfs: usize = memory.data<usize>([ON_LINUX, two, 0]);
export const unix_diag_rqlen: usize = memory.data<usize>([ON_LINUX, two, 0]);

const nine: usize = memory.data<u8>([
  U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0,
  U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, END,
]);
export const sk_meminfo: usize = memory.data<usize>([ON_LINUX, nine, 0]);
