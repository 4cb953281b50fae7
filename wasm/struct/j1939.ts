// struct j1939_filter (linux/can/j1939.h): SO_J1939_FILTER.
import { ON_LINUX } from "../abi";
import { BIG, END, NUMBER, U32, U64, U8 } from "../layout";

const fields: usize = memory.data<u8>([
  U64, BIG, 0, U64, BIG, 0, U32, NUMBER, 0, U32, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0, END,
]);
export const j1939_filter: usize = memory.data<usize>([ON_LINUX, fields, 0]);
