// struct in_pktinfo (ip(7)) and struct in6_pktinfo (RFC 3542 6.1). Windows' in_pktinfo is the
// address, then the interface (ws2ipdef.h); FreeBSD has none.
import { ON_ALL, ON_DARWIN, ON_LINUX, ON_WINDOWS } from "../abi";
import { BYTES, END, FIELD, I32, INTERFACE, IP4, IP6, N32, U32 } from "../layout";

const signed: usize = memory.data<u8>([I32, INTERFACE, 0, N32, IP4, 0, N32, IP4, 0, END]);
const unsigned: usize = memory.data<u8>([U32, INTERFACE, 0, N32, IP4, 0, N32, IP4, 0, END]);
const addressFirst: usize = memory.data<u8>([FIELD, 0, 2, N32, IP4, 0, FIELD, 0, 0, U32, INTERFACE, 0, END]);
export const in_pktinfo: usize = memory.data<usize>([
  ON_LINUX, signed,
  ON_DARWIN, unsigned,
  ON_WINDOWS, addressFirst,
  0,
]);

const six: usize = memory.data<u8>([BYTES, IP6, 16, U32, INTERFACE, 0, END]);
export const in6_pktinfo: usize = memory.data<usize>([ON_ALL, six, 0]);
