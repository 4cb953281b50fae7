// struct tcp_info (tcp(7), linux/tcp.h as of 6.7): kernels add fields at its end. The seventh byte
// is snd_wscale and rcv_wscale, four bits each, the eighth delivery_rate_app_limited and
// fastopen_client_fail: C's bit fields, the first lowest where the byte order is little.
import { ON_LINUX } from "../abi";
import { BIG, END, NUMBER, U16, U32, U64, U8 } from "../layout";

const fields: usize = memory.data<u8>([
  U8, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0,
  U8, NUMBER, 0, U8, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0,
  U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0,
  U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0,
  U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0,
  U32, NUMBER, 0, U32, NUMBER, 0, U64, BIG, 0, U64, BIG, 0, U64, BIG, 0, U64, BIG, 0,
  U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0,
  U64, BIG, 0, U64, BIG, 0, U64, BIG, 0, U64, BIG, 0, U32, NUMBER, 0, U32, NUMBER, 0, U64, BIG, 0,
  U64, BIG, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0,
  U32, NUMBER, 0, U16, NUMBER, 0, U16, NUMBER, 0, U32, NUMBER, 0, END,
]);
export const tcp_info: usize = memory.data<usize>([ON_LINUX, fields, 0]);
