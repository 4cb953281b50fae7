// struct timeval (SO_RCVTIMEO, SCM_TIMESTAMP: socket(7)) and struct timespec (SCM_TIMESTAMPNS). On
// 32-bit Linux these are the ones of two longs, which the options without _NEW take. suseconds_t is
// an int on macOS (sys/_types.h); Windows has a 64-bit time_t and 32-bit longs (winsock2.h,
// time.h). struct scm_timestamping (linux/errqueue.h) is three of the latter.
import { ON_DARWIN, ON_FREEBSD, ON_LINUX, ON_WINDOWS } from "../abi";
import { END, I32, I64, LONG, NUMBER } from "../layout";

const longs: usize = memory.data<u8>([LONG, NUMBER, 0, LONG, NUMBER, 0, END]);
const wide: usize = memory.data<u8>([I64, NUMBER, 0, I32, NUMBER, 0, END]);
export const timeval: usize = memory.data<usize>([
  ON_LINUX | ON_FREEBSD | ON_WINDOWS, longs,
  ON_DARWIN, wide,
  0,
]);
export const timespec: usize = memory.data<usize>([
  ON_LINUX | ON_FREEBSD | ON_DARWIN, longs,
  ON_WINDOWS, wide,
  0,
]);

const three: usize = memory.data<u8>([
  LONG, NUMBER, 0, LONG, NUMBER, 0, LONG, NUMBER, 0, LONG, NUMBER, 0, LONG, NUMBER, 0,
  LONG, NUMBER, 0, END,
]);
export const scm_timestamping: usize = memory.data<usize>([ON_LINUX, three, 0]);
