// Multicast membership: struct ip_mreq, ip_mreqn, ip_mreq_source (ip(7)), ipv6_mreq (ipv6(7)),
// group_req and group_source_req (RFC 3678). Linux has ip_mreq_source's last two fields the other
// way round than netinet/in.h of the BSDs and ws2ipdef.h; macOS packs the group structs to 4.
import { ON_ALL, ON_DARWIN, ON_FREEBSD, ON_LINUX, ON_POSIX, ON_WINDOWS } from "../abi";
import { BYTES, END, ENDPOINT, FIELD, I32, INTERFACE, IP4, IP6, N32, PACK, STORAGE, U32 } from "../layout";

const pair: usize = memory.data<u8>([N32, IP4, 0, N32, IP4, 0, END]);
export const ip_mreq: usize = memory.data<usize>([ON_ALL, pair, 0]);

const indexed: usize = memory.data<u8>([N32, IP4, 0, N32, IP4, 0, I32, INTERFACE, 0, END]);
export const ip_mreqn: usize = memory.data<usize>([ON_POSIX, indexed, 0]);

const triple: usize = memory.data<u8>([N32, IP4, 0, N32, IP4, 0, N32, IP4, 0, END]);
const sourceFirst: usize = memory.data<u8>([
  N32, IP4, 0, FIELD, 0, 2, N32, IP4, 0, FIELD, 0, 1, N32, IP4, 0, END,
]);
export const ip_mreq_source: usize = memory.data<usize>([
  ON_LINUX, triple,
  ON_DARWIN | ON_FREEBSD | ON_WINDOWS, sourceFirst,
  0,
]);

const six: usize = memory.data<u8>([BYTES, IP6, 16, U32, INTERFACE, 0, END]);
export const ipv6_mreq: usize = memory.data<usize>([ON_ALL, six, 0]);

const group: usize = memory.data<u8>([U32, INTERFACE, 0, STORAGE, ENDPOINT, 0, END]);
const groupPacked: usize = memory.data<u8>([PACK, 0, 4, U32, INTERFACE, 0, STORAGE, ENDPOINT, 0, END]);
export const group_req: usize = memory.data<usize>([
  ON_LINUX | ON_FREEBSD | ON_WINDOWS, group,
  ON_DARWIN, groupPacked,
  0,
]);

const source: usize = memory.data<u8>([U32, INTERFACE, 0, STORAGE, ENDPOINT, 0, STORAGE, ENDPOINT, 0, END]);
const sourcePacked: usize = memory.data<u8>([
  PACK, 0, 4, U32, INTERFACE, 0, STORAGE, ENDPOINT, 0, STORAGE, ENDPOINT, 0, END,
]);
export const group_source_req: usize = memory.data<usize>([
  ON_LINUX | ON_FREEBSD | ON_WINDOWS, source,
  ON_DARWIN, sourcePacked,
  0,
]);
