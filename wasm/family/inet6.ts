// AF_INET6: struct sockaddr_in6 (ipv6(7)). ts/codec/sockaddr.ts encodes and decodes it.
//
//   0             2           4               8            24              28
//   +-------------+-----------+---------------+------------+---------------+
//   | sin6_family | sin6_port | sin6_flowinfo | sin6_addr  | sin6_scope_id |
//   +-------------+-----------+---------------+------------+---------------+
//   Port and flowinfo are in network order, the scope id in the host's.
import { ON_ALL } from "../abi";
import { BYTES, END, FAMILY, INTERFACE, IP6, N16, N32, NUMBER, SA_FAMILY, SA_LEN, U32 } from "../layout";

const fields: usize = memory.data<u8>([
  SA_LEN, NUMBER, 0, SA_FAMILY, FAMILY, 0, N16, NUMBER, 0, N32, NUMBER, 0, BYTES, IP6, 16,
  U32, INTERFACE, 0, END,
]);
export const sockaddr_in6: usize = memory.data<usize>([ON_ALL, fields, 0]);
