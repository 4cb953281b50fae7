// struct sock_extended_err (ip(7), linux/errqueue.h): an error, or what was done with a packet
// sent, from the error queue. The address of whoever caused it may follow.
import { ON_LINUX } from "../abi";
import { END, HOLE, NUMBER, U32, U8 } from "../layout";

const fields: usize = memory.data<u8>([
  U32, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0, HOLE, 0, 1, U32, NUMBER, 0,
  U32, NUMBER, 0, END,
]);
export const sock_extended_err: usize = memory.data<usize>([ON_LINUX, fields, 0]);
