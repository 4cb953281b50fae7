// AF_PACKET's options and control message (packet(7), linux/if_packet.h).
import { ON_LINUX, LINUX32, LINUX64, LINUX64BE } from "../abi";
import { BYTES, END, FIELD, I32, INTERFACE, NUMBER, RAW, U16, U32, U64 } from "../layout";

const membership: usize = memory.data<u8>([
  I32, INTERFACE, 0, U16, NUMBER, 0, U16, NUMBER, 0, BYTES, RAW, 8, END,
]);
export const packet_mreq: usize = memory.data<usize>([ON_LINUX, membership, 0]);

const auxdata: usize = memory.data<u8>([
  U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U16, NUMBER, 0, U16, NUMBER, 0, U16, NUMBER, 0,
  U16, NUMBER, 0, END,
]);
export const tpacket_auxdata: usize = memory.data<usize>([ON_LINUX, auxdata, 0]);

const stats: usize = memory.data<u8>([U32, NUMBER, 0, U32, NUMBER, 0, END]);
export const tpacket_stats: usize = memory.data<usize>([ON_LINUX, stats, 0]);
const stats3: usize = memory.data<u8>([U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, END]);
export const tpacket_stats_v3: usize = memory.data<usize>([ON_LINUX, stats3, 0]);
const rollover: usize = memory.data<u8>([U64, NUMBER, 0, U64, NUMBER, 0, U64, NUMBER, 0, END]);
export const tpacket_rollover_stats: usize = memory.data<usize>([ON_LINUX, rollover, 0]);

// The first four bytes are those of the int that older kernels took: id in its low half.
const little: usize = memory.data<u8>([U16, NUMBER, 0, U16, NUMBER, 0, U32, NUMBER, 0, END]);
const big: usize = memory.data<u8>([
  FIELD, 0, 1, U16, NUMBER, 0, FIELD, 0, 0, U16, NUMBER, 0, FIELD, 0, 2, U32, NUMBER, 0, END,
]);
export const fanout_args: usize = memory.data<usize>([
  1 << LINUX64 | 1 << LINUX32, little,
  1 << LINUX64BE, big,
  0,
]);
