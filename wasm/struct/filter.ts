// struct sock_filter: an instruction of a classic packet filter (linux/filter.h, net/bpf.h).
//
//   0      2    3    4    8
//   +------+----+----+----+
//   | code | jt | jf | k  |
//   +------+----+----+----+
import { ON_ALL } from "../abi";
import { END, NUMBER, U16, U32, U8 } from "../layout";

const fields: usize = memory.data<u8>([U16, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0, U32, NUMBER, 0, END]);
export const sock_filter: usize = memory.data<usize>([ON_ALL, fields, 0]);
