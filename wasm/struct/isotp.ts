// Options of CAN_ISOTP (linux/can/isotp.h): the protocol's, what it asks of a sender (flow
// control), the frames below.
import { ON_LINUX } from "../abi";
import { END, NUMBER, U32, U8 } from "../layout";

const options: usize = memory.data<u8>([
  U32, NUMBER, 0, U32, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0, END,
]);
export const can_isotp_options: usize = memory.data<usize>([ON_LINUX, options, 0]);

const three: usize = memory.data<u8>([U8, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0, END]);
export const can_isotp_fc_options: usize = memory.data<usize>([ON_LINUX, three, 0]);
export const can_isotp_ll_options: usize = memory.data<usize>([ON_LINUX, three, 0]);
