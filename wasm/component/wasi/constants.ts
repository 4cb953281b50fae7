// The numbers of the host that WASI stands for: Linux's, of what there is.

/** Names with their numbers, one text. */
const TABLE: string = `AF_UNSPEC 0 AF_INET 2 AF_INET6 10 SOCK_STREAM 1 SOCK_DGRAM 2
SOCK_NONBLOCK 2048 SOCK_CLOEXEC 524288
IPPROTO_TCP 6 IPPROTO_UDP 17 SOL_SOCKET 1 SO_TYPE 3 SO_ERROR 4 SO_PROTOCOL 38 SO_DOMAIN 39
MSG_DONTWAIT 64 MSG_NOSIGNAL 16384 MSG_TRUNC 32 POLLIN 1 POLLOUT 4 SHUT_RD 0 SHUT_WR 1 SHUT_RDWR 2
EIO 5 EBADF 9 EAGAIN 11 ENOMEM 12 EACCES 13 EINVAL 22 EMFILE 24 EPIPE 32 ENOSYS 38 EDESTADDRREQ 89
EMSGSIZE 90 EPROTONOSUPPORT 93 EOPNOTSUPP 95 EAFNOSUPPORT 97 EADDRINUSE 98 EADDRNOTAVAIL 99
ECONNABORTED 103 ECONNRESET 104 EISCONN 106 ENOTCONN 107 ETIMEDOUT 110 ECONNREFUSED 111
EHOSTUNREACH 113 EALREADY 114 EINPROGRESS 115 `;

const SPACE: i32 = 0x20;
const ZERO: i32 = 0x30;
const LETTER: i32 = 0x41;

/** Whether the name at `at` stands at `from` of the table, and a space behind it. */
function isAt(from: i32, at: usize, length: i32): bool {
  if (from + length >= TABLE.length || TABLE.charCodeAt(from + length) != SPACE) return false;
  for (let i = 0; i < length; i++) if (TABLE.charCodeAt(from + i) != <i32>load<u8>(at + i)) return false;
  return true;
}

/** The number of a constant, -1 where there is none. */
export function constant(at: usize, length: i32): i32 {
  if (length == 0 || <i32>load<u8>(at) < LETTER) return -1;
  for (let from = 0; from < TABLE.length; from++) {
    if (from > 0 && TABLE.charCodeAt(from - 1) > SPACE) continue;
    if (!isAt(from, at, length)) continue;
    let value = 0;
    for (let i = from + length + 1; TABLE.charCodeAt(i) > SPACE; i++)
      value = value * 10 + TABLE.charCodeAt(i) - ZERO;
    return value;
  }
  return -1;
}
