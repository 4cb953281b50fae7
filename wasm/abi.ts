// The ABI record: all that differs between the bytes of one platform and another's, one row a
// target. Sources: Linux uapi headers, XNU bsd/sys, FreeBSD sys/sys, Windows SDK ws2def.h and its
// siblings.

export const LINUX64: i32 = 0;
export const LINUX64BE: i32 = 1;
export const LINUX32: i32 = 2;
export const DARWIN64: i32 = 3;
export const FREEBSD64: i32 = 4;
export const WINDOWS64: i32 = 5;
export const TARGETS: i32 = 6;

// Sets of targets, for tables.
export const ON_LINUX: u32 = 1 << LINUX64 | 1 << LINUX64BE | 1 << LINUX32;
export const ON_DARWIN: u32 = 1 << DARWIN64;
export const ON_FREEBSD: u32 = 1 << FREEBSD64;
export const ON_WINDOWS: u32 = 1 << WINDOWS64;
export const ON_POSIX: u32 = ON_LINUX | ON_DARWIN | ON_FREEBSD;
export const ON_ALL: u32 = ON_POSIX | ON_WINDOWS;

// Columns of a row: one byte each.
const BIG_ENDIAN = 0;
const WORD = 1;          // sizeof(size_t), of a pointer
const LONG = 2;          // sizeof(long)
const SA_LEN = 3;        // 1: an address begins with u8 sa_len, u8 sa_family; 0: with u16 sa_family
const CMSG_LEN_SIZE = 4; // sizeof(cmsg_len)
const CMSG_ALIGN = 5;    // alignment of headers and data in a control buffer
const SUN_PATH = 6;      // sizeof(sun_path)
const COLUMNS = 7;

const record: usize = memory.data<u8>([
//BE word long sa_len cmsg_len align sun_path
  0, 8, 8, 0, 8, 8, 108, // linux64
  1, 8, 8, 0, 8, 8, 108, // linux64be
  0, 4, 4, 0, 4, 4, 108, // linux32: ARM, where a u64 is aligned to 8; i386 aligns it to 4
  0, 8, 8, 1, 4, 4, 104, // darwin64: __DARWIN_ALIGN32
  0, 8, 8, 1, 4, 8, 104, // freebsd64: _ALIGN is 8 although cmsg_len is a u32
  0, 8, 4, 0, 8, 8, 108, // windows64: long is 4
]);

function row(target: i32): usize { return record + target * COLUMNS; }

export function isBigEndian(target: i32): bool { return load<u8>(row(target), BIG_ENDIAN) != 0; }
export function wordSize(target: i32): i32 { return load<u8>(row(target), WORD); }
export function longSize(target: i32): i32 { return load<u8>(row(target), LONG); }
export function hasLength(target: i32): bool { return load<u8>(row(target), SA_LEN) != 0; }
export function cmsgLengthSize(target: i32): i32 { return load<u8>(row(target), CMSG_LEN_SIZE); }
export function cmsgAlign(target: i32): i32 { return load<u8>(row(target), CMSG_ALIGN); }
export function sunPath(target: i32): i32 { return load<u8>(row(target), SUN_PATH); }
