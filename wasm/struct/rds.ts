// RDS's structs without pointers inside (linux/rds.h): which moments of a message's way to tell,
// what was told, and how a remote operation ended.
import { ON_LINUX } from "../abi";
import { BIG, BYTES, END, I32, NUMBER, RAW, U64, U8 } from "../layout";

const wanted: usize = memory.data<u8>([U8, NUMBER, 0, BYTES, RAW, 3, END]);
export const rds_rx_trace_so: usize = memory.data<usize>([ON_LINUX, wanted, 0]);

const told: usize = memory.data<u8>([
  U8, NUMBER, 0, BYTES, RAW, 3, U64, BIG, 0, U64, BIG, 0, U64, BIG, 0, END,
]);
export const rds_cmsg_rx_trace: usize = memory.data<usize>([ON_LINUX, told, 0]);

const notify: usize = memory.data<u8>([U64, BIG, 0, I32, NUMBER, 0, END]);
export const rds_rdma_notify: usize = memory.data<usize>([ON_LINUX, notify, 0]);
