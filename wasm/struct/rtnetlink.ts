// What attributes of rtnetlink's messages hold (linux/if_link.h, if_addr.h, neighbour.h, rtnetlink.h):
// counters of a link, the ages of an address, a neighbour and a route, one path of a route that has several.
import { ON_LINUX } from "../abi";
import { BIG, END, I32, INTERFACE, NUMBER, U16, U32, U64, U8 } from "../layout";

const counters: usize = memory.data<u8>([
  U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0,
  U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0,
  U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0,
  U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0,
  END,
]);
export const rtnl_link_stats: usize = memory.data<usize>([ON_LINUX, counters, 0]);

// The last is there since Linux 6.0.
const counters64: usize = memory.data<u8>([
  U64, BIG, 0, U64, BIG, 0, U64, BIG, 0, U64, BIG, 0, U64, BIG, 0, U64, BIG, 0, U64, BIG, 0,
  U64, BIG, 0, U64, BIG, 0, U64, BIG, 0, U64, BIG, 0, U64, BIG, 0, U64, BIG, 0, U64, BIG, 0,
  U64, BIG, 0, U64, BIG, 0, U64, BIG, 0, U64, BIG, 0, U64, BIG, 0, U64, BIG, 0, U64, BIG, 0,
  U64, BIG, 0, U64, BIG, 0, U64, BIG, 0, U64, BIG, 0, END,
]);
export const rtnl_link_stats64: usize = memory.data<usize>([ON_LINUX, counters64, 0]);

const four: usize = memory.data<u8>([U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, END]);
export const ifa_cacheinfo: usize = memory.data<usize>([ON_LINUX, four, 0]);
export const nda_cacheinfo: usize = memory.data<usize>([ON_LINUX, four, 0]);

const route: usize = memory.data<u8>([
  U32, NUMBER, 0, U32, NUMBER, 0, I32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0,
  U32, NUMBER, 0, U32, NUMBER, 0, END,
]);
export const rta_cacheinfo: usize = memory.data<usize>([ON_LINUX, route, 0]);

const path: usize = memory.data<u8>([U16, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0, I32, INTERFACE, 0, END]);
export const rtnexthop: usize = memory.data<usize>([ON_LINUX, path, 0]);
