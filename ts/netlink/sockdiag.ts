// Attributes of NETLINK_SOCK_DIAG's answers (sock_diag(7)): INET_DIAG_* and UNIX_DIAG_*.
import { decodePath, encodePath } from "../base/surrogate-escape.js";
import { octets } from "../base/check.js";
import { part } from "../base/views.js";
import type {
  InetDiagMeminfo,
  InetDiagMsg,
  SkMeminfo,
  UnixDiagMsg,
  UnixDiagRqlen,
  UnixDiagVfs,
} from "../struct/sockdiag.js";
import { bytes, format, numbers, struct, text, u32, u64, u8, type Value } from "./attributes.js";

/** INET_DIAG_*: those that the request's `ext` asked for, and those that always come. */
export interface InetDiagAttributes {
  /** INET_DIAG_MEMINFO: bytes of memory. */
  meminfo?: InetDiagMeminfo;
  /**
   * INET_DIAG_INFO: the protocol's own struct, of a TCP socket `structs.tcp_info.unpack(info)`.
   */
  info?: Uint8Array;
  /** INET_DIAG_CONG: the name of the congestion control. */
  cong?: string;
  /** INET_DIAG_TOS: the type of service of what is sent. */
  tos?: number;
  /** INET_DIAG_TCLASS: the traffic class of what is sent by IPv6. */
  tclass?: number;
  /** INET_DIAG_SKMEMINFO: bytes of memory. */
  skmeminfo?: SkMeminfo;
  /** INET_DIAG_SHUTDOWN: 1 receiving is shut down, 2 sending, 3 both. */
  shutdown?: number;
  /** INET_DIAG_PROTOCOL: IPPROTO_*. */
  protocol?: number;
  /** INET_DIAG_SKV6ONLY: 1 where an IPv6 socket takes no IPv4. */
  skv6only?: number;
  /** INET_DIAG_MARK: SO_MARK, for those with CAP_NET_ADMIN. */
  mark?: number;
  /** INET_DIAG_CLASS_ID: the class of traffic control. */
  classId?: number;
  /** INET_DIAG_CGROUP_ID: the control group (version 2), the inode of its folder. */
  cgroupId?: bigint;
}

/** UNIX_DIAG_*: those that the request's `show` asked for, and UNIX_DIAG_SHUTDOWN. */
export interface UnixDiagAttributes {
  /** UNIX_DIAG_NAME: a path, or an abstract name's bytes with the zero byte before it. */
  name?: string | Uint8Array;
  /** UNIX_DIAG_VFS: the file that the path names. */
  vfs?: UnixDiagVfs;
  /** UNIX_DIAG_PEER: the inode of the other end. */
  peer?: number;
  /** UNIX_DIAG_ICONS: inodes of connections that wait for accept(). */
  icons?: number[];
  /** UNIX_DIAG_RQLEN: bytes, of a listener connections. */
  rqlen?: UnixDiagRqlen;
  /** UNIX_DIAG_MEMINFO: bytes of memory. */
  meminfo?: SkMeminfo;
  /** UNIX_DIAG_SHUTDOWN: 1 receiving is shut down, 2 sending, 3 both. */
  shutdown?: number;
  /** UNIX_DIAG_UID: of the owner. */
  uid?: number;
}

/** A UNIX address without its family: a path may have a zero byte at its end. */
const unixName: Value<string | Uint8Array> = {
  unpack(_, given) {
    if (given[0] === 0) return given;
    const end = given.indexOf(0);
    return end < 0 || end === given.length - 1
      ? decodePath(end < 0 ? given : part(given, 0, end))
      : undefined;
  },
  pack: (_, name, value) => (typeof value === "string" ? encodePath(value, name) : octets(name, value)),
};

export const inetDiag = format<InetDiagMsg, InetDiagAttributes>("inetDiag", "inet_diag_msg", {
  meminfo: [1, struct("inet_diag_meminfo")],
  info: [2, bytes],
  cong: [4, text],
  tos: [5, u8],
  tclass: [6, u8],
  skmeminfo: [7, struct("sk_meminfo")],
  shutdown: [8, u8],
  protocol: [10, u8],
  skv6only: [11, u8],
  mark: [15, u32],
  classId: [17, u32],
  cgroupId: [21, u64],
});

export const unixDiag = format<UnixDiagMsg, UnixDiagAttributes>("unixDiag", "unix_diag_msg", {
  name: [0, unixName],
  vfs: [1, struct("unix_diag_vfs")],
  peer: [2, u32],
  icons: [3, numbers],
  rqlen: [4, struct("unix_diag_rqlen")],
  meminfo: [5, struct("sk_meminfo")],
  shutdown: [6, u8],
  uid: [7, u32],
});
