// AF_QIPCRTR: struct sockaddr_qrtr (linux/qrtr.h).
//
//   0           2         4         8         12
//   +-----------+---------+---------+---------+
//   | sq_family | padding | sq_node | sq_port |
//   +-----------+---------+---------+---------+
import { ON_LINUX, isBigEndian } from "../abi";
import { END, FAMILY, NUMBER, SA_FAMILY, U32 } from "../layout";
import { ADDRESS, CELLS } from "../memory";
import { get, put } from "../order";
import { QIPCRTR } from "../registry";
import { checkHead, setHead } from "../sockaddr";
import { UNSUPPORTED } from "../status";

const NODE: usize = 4;
const PORT: usize = 8;
const LENGTH: i32 = 12;

const fields: usize = memory.data<u8>([SA_FAMILY, FAMILY, 0, U32, NUMBER, 0, U32, NUMBER, 0, END]);
export const sockaddr_qrtr: usize = memory.data<usize>([ON_LINUX, fields, 0]);

/** Returns the address's length; UNSUPPORTED where there is no such family. */
export function qipcrtr_encode(target: i32, node: u32, port: u32): i32 {
  if (!(ON_LINUX >> target & 1)) return UNSUPPORTED;
  const b = isBigEndian(target);
  store<u32>(ADDRESS, 0);
  put(ADDRESS + NODE, node, 4, b);
  put(ADDRESS + PORT, port, 4, b);
  return setHead(target, QIPCRTR, LENGTH);
}

/** 0, and in the first words the node and the port. */
export function qipcrtr_decode(target: i32, length: i32): i32 {
  const status = checkHead(target, QIPCRTR, length, LENGTH, LENGTH);
  const b = isBigEndian(target);
  if (status < 0) return status;
  store<u32>(CELLS, <u32>get(ADDRESS + NODE, 4, b));
  store<u32>(CELLS, <u32>get(ADDRESS + PORT, 4, b), 4);
  return 0;
}
