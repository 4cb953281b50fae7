// struct icmp_filter (raw(7), linux/icmp.h) and struct icmp6_filter (RFC 3542 3.2,
// netinet/icmp6.h): a bit for each type. On Linux a set bit keeps a type out; icmp6_filter of the
// BSDs, where it lets one in, isn't here.
import { ON_LINUX } from "../abi";
import { END, NUMBER, U32 } from "../layout";

const one: usize = memory.data<u8>([U32, NUMBER, 0, END]);
export const icmp_filter: usize = memory.data<usize>([ON_LINUX, one, 0]);

const eight: usize = memory.data<u8>([
  U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0,
  U32, NUMBER, 0, U32, NUMBER, 0, END,
]);
export const icmp6_filter: usize = memory.data<usize>([ON_LINUX, eight, 0]);
