// Numbers alone, as options and control messages hold them (ip(7), RFC 3542): structs of one field.
// The BSDs and macOS tell TTL in one byte, Linux and Windows in an int; the type of service is a
// byte everywhere but on Windows.
import { ON_ALL, ON_DARWIN, ON_FREEBSD, ON_LINUX, ON_POSIX, ON_WINDOWS } from "../abi";
import { BIG, END, I32, NUMBER, U16, U32, U64, U8 } from "../layout";

const signed: usize = memory.data<u8>([I32, NUMBER, 0, END]);
const one: usize = memory.data<u8>([U8, NUMBER, 0, END]);
const two: usize = memory.data<u8>([U16, NUMBER, 0, END]);
const four: usize = memory.data<u8>([U32, NUMBER, 0, END]);
const eight: usize = memory.data<u8>([U64, BIG, 0, END]);

export const int: usize = memory.data<usize>([ON_ALL, signed, 0]);
export const uint8: usize = memory.data<usize>([ON_ALL, one, 0]);
export const uint16: usize = memory.data<usize>([ON_ALL, two, 0]);
export const uint32: usize = memory.data<usize>([ON_ALL, four, 0]);
export const uint64: usize = memory.data<usize>([ON_ALL, eight, 0]);
export const ttl: usize = memory.data<usize>([ON_LINUX | ON_WINDOWS, signed, ON_DARWIN | ON_FREEBSD, one, 0]);
export const tos: usize = memory.data<usize>([ON_POSIX, one, ON_WINDOWS, signed, 0]);
