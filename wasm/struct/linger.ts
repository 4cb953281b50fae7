// struct linger (socket(7)): two ints; two u_shorts on Windows (winsock2.h).
import { ON_POSIX, ON_WINDOWS } from "../abi";
import { END, I32, NUMBER, U16 } from "../layout";

const ints: usize = memory.data<u8>([I32, NUMBER, 0, I32, NUMBER, 0, END]);
const shorts: usize = memory.data<u8>([U16, NUMBER, 0, U16, NUMBER, 0, END]);
export const linger: usize = memory.data<usize>([ON_POSIX, ints, ON_WINDOWS, shorts, 0]);
