// AF_UNIX: struct sockaddr_un (unix(7)).
//
//   0            2                                    110 (BSD: 106)
//   +------------+------------------------------------+
//   | sun_family | sun_path: path, or 0 and a name    |
//   +------------+------------------------------------+
//   A path ends at a zero byte or at the address's length; an abstract name (Linux) begins with a
//   zero byte and ends only at the address's length. A length of 2 is an unnamed address.
import { END, FAMILY, NUMBER, PATH, REST, SA_FAMILY, SA_LEN } from "../layout";
import { ADDRESS } from "../memory";
import { ON_ALL, ON_LINUX, sunPath } from "../abi";
import { TOO_LONG, UNSUPPORTED } from "../status";
import { UNIX } from "../registry";
import { checkHead, setHead } from "../sockaddr";

const NAME: i32 = 2;

const fields: usize = memory.data<u8>([SA_LEN, NUMBER, 0, SA_FAMILY, FAMILY, 0, REST, PATH, 0, END]);
export const sockaddr_un: usize = memory.data<usize>([ON_ALL, fields, 0]);

/** Where the path of an address is. */
export const unix_path: usize = ADDRESS + NAME;

/**
 * Heads the `length` bytes of path that the caller wrote at unix_path and ends a path with a zero
 * byte; returns the address's length. Linux takes a name that begins with a zero byte, or none, as
 * it is; elsewhere such a name is UNSUPPORTED.
 */
export function unix_encode(target: i32, length: i32): i32 {
  const room = sunPath(target);
  const abstracts = (ON_LINUX >> target & 1) != 0;
  if (length == 0 ? abstracts : load<u8>(unix_path) == 0) {
    if (!abstracts) return UNSUPPORTED;
    return length > room ? TOO_LONG : setHead(target, UNIX, NAME + length);
  }
  if (length >= room) return TOO_LONG;
  store<u8>(unix_path + length, 0);
  return setHead(target, UNIX, NAME + length + 1);
}

/**
 * Returns the length of the path at unix_path: up to its zero byte, or all of an abstract name.
 * Linux reports a path that fills sun_path with a zero byte after it.
 */
export function unix_decode(target: i32, length: i32): i32 {
  const status = checkHead(target, UNIX, length, NAME, NAME + sunPath(target) + 1);
  if (status < 0) return status;
  const room = length - NAME;
  if (room > 0 && load<u8>(unix_path) == 0) {
    if (!(ON_LINUX >> target & 1)) return 0;
    return room > sunPath(target) ? TOO_LONG : room;
  }
  let n = 0;
  while (n < room && load<u8>(unix_path + n)) n++;
  return n;
}
