// Netlink messages (netlink(7), rtnetlink(7); linux/netlink.h, genetlink.h, rtnetlink.h, if_addr.h,
// neighbour.h, which FreeBSD's netlink/ repeats): the header of each, of an attribute, and the
// fixed parts of those that tell of links, addresses, routes and neighbours.
import { ON_FREEBSD, ON_LINUX } from "../abi";
import { END, HOLE, I32, INTERFACE, NUMBER, U16, U32, U8 } from "../layout";

const header: usize = memory.data<u8>([
  U32, NUMBER, 0, U16, NUMBER, 0, U16, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0, END,
]);
export const nlmsghdr: usize = memory.data<usize>([ON_LINUX | ON_FREEBSD, header, 0]);

const attribute: usize = memory.data<u8>([U16, NUMBER, 0, U16, NUMBER, 0, END]);
export const nlattr: usize = memory.data<usize>([ON_LINUX | ON_FREEBSD, attribute, 0]);

// An error number below zero and the header of the message that it answers.
const error: usize = memory.data<u8>([
  I32, NUMBER, 0, U32, NUMBER, 0, U16, NUMBER, 0, U16, NUMBER, 0, U32, NUMBER, 0, U32, NUMBER, 0,
  END,
]);
export const nlmsgerr: usize = memory.data<usize>([ON_LINUX | ON_FREEBSD, error, 0]);

const group: usize = memory.data<u8>([U32, NUMBER, 0, END]);
export const nl_pktinfo: usize = memory.data<usize>([ON_LINUX, group, 0]);

const generic: usize = memory.data<u8>([U8, NUMBER, 0, U8, NUMBER, 0, HOLE, 0, 2, END]);
export const genlmsghdr: usize = memory.data<usize>([ON_LINUX | ON_FREEBSD, generic, 0]);

const link: usize = memory.data<u8>([
  U8, NUMBER, 0, HOLE, 0, 1, U16, NUMBER, 0, I32, INTERFACE, 0, U32, NUMBER, 0, U32, NUMBER, 0, END,
]);
export const ifinfomsg: usize = memory.data<usize>([ON_LINUX | ON_FREEBSD, link, 0]);

const address: usize = memory.data<u8>([
  U8, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0, U32, INTERFACE, 0, END,
]);
export const ifaddrmsg: usize = memory.data<usize>([ON_LINUX | ON_FREEBSD, address, 0]);

const route: usize = memory.data<u8>([
  U8, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0,
  U8, NUMBER, 0, U8, NUMBER, 0, U32, NUMBER, 0, END,
]);
export const rtmsg: usize = memory.data<usize>([ON_LINUX | ON_FREEBSD, route, 0]);

const neighbour: usize = memory.data<u8>([
  U8, NUMBER, 0, HOLE, 0, 3, I32, INTERFACE, 0, U16, NUMBER, 0, U8, NUMBER, 0, U8, NUMBER, 0, END,
]);
export const ndmsg: usize = memory.data<usize>([ON_LINUX | ON_FREEBSD, neighbour, 0]);
