// CAN filters and frames (linux/can.h).
//
//   0          4     5     6     7          8        16
//   +----------+-----+-----+-----+----------+--------+
//   | can_id   | len | pad | res | len8_dlc | data   |   struct can_frame
//   +----------+-----+-----+-----+----------+--------+
//   0          4     5     6     8                   72
//   +----------+-----+-----+-----+-------------------+
//   | can_id   | len |flags| res | data              |   struct canfd_frame
//   +----------+-----+-----+-----+-------------------+
//   0          4     5     6     8          12
//   +----------+-----+-----+-----+----------+------+
//   | prio     |flags| sdt | len | af       | data |     struct canxl_frame
//   +----------+-----+-----+-----+----------+------+
//   data is aligned to 8 in the first two; a CAN XL frame ends with its data, which ts/ adds.
import { ON_LINUX } from "../abi";
import { BYTES, END, HOLE, NUMBER, RAW, U16, U32, U8 } from "../layout";

const pair: usize = memory.data<u8>([U32, NUMBER, 0, U32, NUMBER, 0, END]);
export const can_filter: usize = memory.data<usize>([ON_LINUX, pair, 0]);

const classic: usize = memory.data<u8>([
  U32, NUMBER, 0, U8, NUMBER, 0, HOLE, 0, 2, U8, NUMBER, 0, BYTES, RAW, 8, END,
]);
export const can_frame: usize = memory.data<usize>([ON_LINUX, classic, 0]);

const fd: usize = memory.data<u8>([
  U32, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0, HOLE, 0, 2, BYTES, RAW, 64, END,
]);
export const canfd_frame: usize = memory.data<usize>([ON_LINUX, fd, 0]);

const xl: usize = memory.data<u8>([
  U32, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0, U16, NUMBER, 0, U32, NUMBER, 0, END,
]);
export const canxl_frame: usize = memory.data<usize>([ON_LINUX, xl, 0]);
