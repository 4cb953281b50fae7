// AF_XDP's options (linux/if_xdp.h), without XDP_UMEM_REG, whose struct holds a pointer.
import { ON_LINUX } from "../abi";
import { END, NUMBER, U32, U64 } from "../layout";

// Three counters at first, six since Linux 5.9.
const counters: usize = memory.data<u8>([
  U64, NUMBER, 0, U64, NUMBER, 0, U64, NUMBER, 0, U64, NUMBER, 0, U64, NUMBER, 0, U64, NUMBER, 0,
  END,
]);
export const xdp_statistics: usize = memory.data<usize>([ON_LINUX, counters, 0]);

const flags: usize = memory.data<u8>([U32, NUMBER, 0, END]);
export const xdp_options: usize = memory.data<usize>([ON_LINUX, flags, 0]);

// One struct xdp_ring_offset; ts/ has the array.
const offsets: usize = memory.data<u8>([U64, NUMBER, 0, U64, NUMBER, 0, U64, NUMBER, 0, U64, NUMBER, 0, END]);
export const xdp_ring_offset: usize = memory.data<usize>([ON_LINUX, offsets, 0]);
