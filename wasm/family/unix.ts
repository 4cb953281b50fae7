// AF_UNIX: struct sockaddr_un (unix(7)).
//
//   0            2                                    110 (BSD: 106)
//   +------------+------------------------------------+
//   | sun_family | sun_path: path, or 0 and a name    |
//   +------------+------------------------------------+
//   A path ends at a zero byte or at the address's length; an abstract name (Linux) begins with a zero byte and
//   has no end but the length. A length of 2 is an unnamed address.
import { BYTES, END, FAMILY, FAMILY_HEADER, RAW, REST } from "../layout";
import { ADDRESS } from "../memory";
import { ON_ALL, ON_LINUX, sunPath } from "../abi";
import { TOO_LONG, TOO_SHORT, WRONG_FAMILY } from "../status";
import { UNIX, family_number } from "../registry";
import { setFamily, sockaddr_family } from "../sockaddr";

const PATH: usize = 2;

const fields: usize = memory.data<u8>([FAMILY_HEADER, FAMILY, 0, REST, RAW, 0, END]);
export const sockaddr_un: usize = memory.data<usize>([ON_ALL, fields, 0]);

/** Heads the `length` bytes of path that the caller wrote at ADDRESS + 2 (unix_path) and ends a path with a zero byte;
 *  returns the address's length. An abstract name (ON_LINUX) is passed as it is. */
export function unix_encode(target: i32, length: i32): i32 {
  const room = sunPath(target);
  const abstract = length == 0 || load<u8>(ADDRESS + PATH) == 0;
  if (abstract ? length > room : length >= room) return TOO_LONG;
  let total = <i32>PATH + length;
  if (!abstract) { store<u8>(ADDRESS + total, 0); total++; }
  setFamily(target, family_number(target, UNIX), total);
  return total;
}

/** Returns the length of the path at unix_path: up to its zero byte, or all of an abstract name. */
export function unix_decode(target: i32, length: i32): i32 {
  if (length < <i32>PATH) return TOO_SHORT;
  if (sockaddr_family(target, length) != family_number(target, UNIX)) return WRONG_FAMILY;
  const room = length - <i32>PATH;
  if (room > sunPath(target) + 1) return TOO_LONG;
  if (room == 0) return 0;
  if (load<u8>(ADDRESS + PATH) == 0) return ON_LINUX >> target & 1 ? room : 0;
  let n = 0;
  while (n < room && load<u8>(ADDRESS + PATH + n)) n++;
  return n;
}

export const unix_path: usize = ADDRESS + PATH;
