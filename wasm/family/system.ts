// PF_SYSTEM, SYSPROTO_CONTROL: struct sockaddr_ctl (XNU bsd/sys/kern_control.h).
//
//   0        1           2            4       8         12            32
//   +--------+-----------+------------+-------+---------+-------------+
//   | sc_len | sc_family | ss_sysaddr | sc_id | sc_unit | sc_reserved |
//   +--------+-----------+------------+-------+---------+-------------+
import { ON_DARWIN } from "../abi";
import { END, FAMILY, HOLE, NUMBER, SA_FAMILY, SA_LEN, U16, U32 } from "../layout";

const fields: usize = memory.data<u8>([
  SA_LEN, NUMBER, 0, SA_FAMILY, FAMILY, 0, U16, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, HOLE, 0, 20, END]);
export const sockaddr_ctl: usize = memory.data<usize>([ON_DARWIN, fields, 0]);
