// AF_VSOCK: struct sockaddr_vm (vsock(7); macOS: sys/vsock.h).
//
//   0            2           4          8         12          13       16
//   +------------+-----------+----------+---------+-----------+--------+
//   | svm_family | reserved1 | svm_port | svm_cid | svm_flags | zero   |
//   +------------+-----------+----------+---------+-----------+--------+
//   macOS has neither svm_flags nor what follows.
import { ON_DARWIN, ON_LINUX, isBigEndian } from "../abi";
import { END, FAMILY, HOLE, NUMBER, SA_FAMILY, SA_LEN, U32, U8 } from "../layout";
import { ADDRESS, CELLS } from "../memory";
import { get, put } from "../order";
import { VSOCK } from "../registry";
import { checkHead, setHead } from "../sockaddr";
import { UNSUPPORTED } from "../status";

const PORT: usize = 4;
const CID: usize = 8;
const LENGTH: i32 = 16;
const SHORT_LENGTH: i32 = 12;

const flagged: usize = memory.data<u8>([
  SA_LEN, NUMBER, 0, SA_FAMILY, FAMILY, 0, HOLE, 0, 2, U32, NUMBER, 0, U32, NUMBER, 0,
  U8, NUMBER, 0, HOLE, 0, 3, END,
]);
const plain: usize = memory.data<u8>([
  SA_LEN, NUMBER, 0, SA_FAMILY, FAMILY, 0, HOLE, 0, 2, U32, NUMBER, 0, U32, NUMBER, 0, END,
]);
export const sockaddr_vm: usize = memory.data<usize>([ON_LINUX, flagged, ON_DARWIN, plain, 0]);

function lengthOn(target: i32): i32 { return ON_LINUX >> target & 1 ? LENGTH : SHORT_LENGTH; }

/** Returns the address's length; UNSUPPORTED where there is no such family. */
export function vsock_encode(target: i32, cid: u32, port: u32): i32 {
  if (!((ON_LINUX | ON_DARWIN) >> target & 1)) return UNSUPPORTED;
  const b = isBigEndian(target);
  memory.fill(ADDRESS, 0, LENGTH);
  put(ADDRESS + PORT, port, 4, b);
  put(ADDRESS + CID, cid, 4, b);
  return setHead(target, VSOCK, lengthOn(target));
}

/** 0, and in the first words the context id and the port. */
export function vsock_decode(target: i32, length: i32): i32 {
  const whole = lengthOn(target);
  const status = checkHead(target, VSOCK, length, whole, whole);
  const b = isBigEndian(target);
  if (status < 0) return status;
  store<u32>(CELLS, <u32>get(ADDRESS + CID, 4, b));
  store<u32>(CELLS, <u32>get(ADDRESS + PORT, 4, b), 4);
  return 0;
}
