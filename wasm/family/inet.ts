// AF_INET: struct sockaddr_in (ip(7)). ts/codec/sockaddr.ts encodes and decodes it.
//
//   0            2          4             8                16
//   +------------+----------+-------------+----------------+
//   | sin_family | sin_port | sin_addr    | zero           |
//   +------------+----------+-------------+----------------+
import { ON_ALL } from "../abi";
import { END, FAMILY, HOLE, IP4, N16, N32, NUMBER, SA_FAMILY, SA_LEN } from "../layout";

/** The field table, also of other families that have this address. */
export const addressFields: usize = memory.data<u8>([
  SA_LEN, NUMBER, 0, SA_FAMILY, FAMILY, 0, N16, NUMBER, 0, N32, IP4, 0, HOLE, 0, 8, END]);
export const sockaddr_in: usize = memory.data<usize>([ON_ALL, addressFields, 0]);
