// struct bcm_msg_head (linux/can/bcm.h): a message to or from the broadcast manager. CAN frames
// follow it, aligned to 8, which ts/ adds.
import { LINUX32, LINUX64, LINUX64BE } from "../abi";
import { END, HOLE, LONG, NUMBER, U32 } from "../layout";

const aligned: usize = memory.data<u8>([
  U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, LONG, NUMBER, 0, LONG, NUMBER, 0, LONG, NUMBER, 0,
  LONG, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, END,
]);
const padded: usize = memory.data<u8>([
  U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, LONG, NUMBER, 0, LONG, NUMBER, 0, LONG, NUMBER, 0,
  LONG, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, HOLE, 0, 4, END,
]);
export const bcm_msg_head: usize = memory.data<usize>([
  1 << LINUX64 | 1 << LINUX64BE, aligned,
  1 << LINUX32, padded,
  0,
]);
