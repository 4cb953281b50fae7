// struct icmp_filter (raw(7), linux/icmp.h) and struct icmp6_filter (RFC 3542 3.2,
// netinet/icmp6.h): a bit for each type. On Linux a set bit keeps a type out; icmp6_filter of the
// BSDs, where it lets one in, isn't here. Then the header of a message: of ICMP (RFC 792), with the
// identifier and the sequence number that echoes have, and of ICMPv6 (RFC 4443), the same.
import { ON_ALL, ON_LINUX } from "../abi";
import { END, N16, NUMBER, U32, U8 } from "../layout";

const one: usize = memory.data<u8>([U32, NUMBER, 0, END]);
export const icmp_filter: usize = memory.data<usize>([ON_LINUX, one, 0]);

const eight: usize = memory.data<u8>([
  U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0,
  U32, NUMBER, 0, U32, NUMBER, 0, END,
]);
export const icmp6_filter: usize = memory.data<usize>([ON_LINUX, eight, 0]);

const header: usize = memory.data<u8>([
  U8, NUMBER, 0, U8, NUMBER, 0, N16, NUMBER, 0, N16, NUMBER, 0, N16, NUMBER, 0, END,
]);
export const icmphdr: usize = memory.data<usize>([ON_ALL, header, 0]);
export const icmp6_hdr: usize = memory.data<usize>([ON_ALL, header, 0]);
