// What a guest may pass besides addresses: options, control messages and ioctls that hold neither a
// pointer nor a descriptor nor an address to go to, each with its exact sizes. What is not here is
// refused. A row that asks for a grant wants a rule that names it: `option:SO_MARK`.
import type { Constants } from "../../ts/base/constants.gen.js";

/** Bytes: one size, several, or the multiples of `step` in a range. */
export type Size =
  | number
  | readonly number[]
  | { readonly from: number; readonly to: number; readonly step: number };

export interface Row {
  readonly level: keyof Constants;
  readonly name: keyof Constants;
  readonly size: Size;
  /** Wants a rule. */
  readonly grant: boolean;
  readonly access: "get" | "set" | "both";
}

type Names = readonly (keyof Constants)[];
const INT = 4;
const BYTE_OR_INT = [1, 4];
const text = (to: number): Size => ({ from: 1, to, step: 1 });

function rows(
  level: keyof Constants,
  size: Size,
  names: Names,
  { grant = false, access = "both" }: { grant?: boolean; access?: Row["access"] } = {},
): Row[] {
  return names.map(name => ({ level, name, size, grant, access }));
}

const granted = { grant: true };
const readOnly = { access: "get" } as const;

/** The options, for a system whose long has `long` bytes. */
export function options(long: number): Row[] {
  const timeval = 2 * long;
  return [
    ...rows("SOL_SOCKET", INT, [
      "SO_BROADCAST",
      "SO_KEEPALIVE",
      "SO_NO_CHECK",
      "SO_OOBINLINE",
      "SO_PEEK_OFF",
      "SO_RCVBUF",
      "SO_RCVLOWAT",
      "SO_REUSEADDR",
      "SO_REUSEPORT",
      "SO_RXQ_OVFL",
      "SO_SELECT_ERR_QUEUE",
      "SO_SNDBUF",
      "SO_TIMESTAMP",
      "SO_TIMESTAMPNS",
      "SO_TIMESTAMPING",
    ]),
    ...rows("SOL_SOCKET", 8, ["SO_LINGER"]),
    ...rows("SOL_SOCKET", timeval, ["SO_RCVTIMEO", "SO_SNDTIMEO"]),
    ...rows(
      "SOL_SOCKET",
      INT,
      ["SO_ACCEPTCONN", "SO_DOMAIN", "SO_ERROR", "SO_PROTOCOL", "SO_SNDLOWAT", "SO_TYPE"],
      readOnly,
    ),
    ...rows(
      "SOL_SOCKET",
      INT,
      [
        "SO_BINDTOIFINDEX",
        "SO_BUSY_POLL",
        "SO_DEBUG",
        "SO_DETACH_FILTER",
        "SO_DONTROUTE",
        "SO_LOCK_FILTER",
        "SO_MARK",
        "SO_PASSCRED",
        "SO_PRIORITY",
        "SO_RCVBUFFORCE",
        "SO_SNDBUFFORCE",
        "SO_ZEROCOPY",
      ],
      granted,
    ),
    ...rows("SOL_SOCKET", text(16), ["SO_BINDTODEVICE"], granted),
    ...rows("SOL_SOCKET", [4, 8], ["SO_MAX_PACING_RATE"], granted),
    ...rows("SOL_SOCKET", 8, ["SO_TXTIME"], granted),
    ...rows("SOL_SOCKET", 12, ["SO_PEERCRED"], { grant: true, access: "get" }),

    ...rows("IPPROTO_IP", BYTE_OR_INT, ["IP_MULTICAST_LOOP", "IP_MULTICAST_TTL", "IP_TOS", "IP_TTL"]),
    ...rows("IPPROTO_IP", INT, [
      "IP_MINTTL",
      "IP_MTU_DISCOVER",
      "IP_MULTICAST_ALL",
      "IP_PKTINFO",
      "IP_RECVERR",
      "IP_RECVORIGDSTADDR",
      "IP_RECVTOS",
      "IP_RECVTTL",
    ]),
    ...rows("IPPROTO_IP", INT, ["IP_MTU"], readOnly),
    ...rows("IPPROTO_IP", [8, 12], ["IP_ADD_MEMBERSHIP", "IP_DROP_MEMBERSHIP"], granted),
    ...rows("IPPROTO_IP", [4, 8, 12], ["IP_MULTICAST_IF"], granted),
    ...rows(
      "IPPROTO_IP",
      12,
      ["IP_ADD_SOURCE_MEMBERSHIP", "IP_DROP_SOURCE_MEMBERSHIP", "IP_BLOCK_SOURCE", "IP_UNBLOCK_SOURCE"],
      granted,
    ),
    ...rows("IPPROTO_IP", INT, ["IP_FREEBIND", "IP_TRANSPARENT", "IP_UNICAST_IF"], granted),
    ...(["IPPROTO_IP", "IPPROTO_IPV6"] as const).flatMap(level => [
      ...rows(level, 128 + long, ["MCAST_JOIN_GROUP", "MCAST_LEAVE_GROUP"], granted),
      ...rows(level, 256 + long, ["MCAST_JOIN_SOURCE_GROUP", "MCAST_LEAVE_SOURCE_GROUP"], granted),
    ]),

    ...rows("IPPROTO_IPV6", INT, [
      "IPV6_AUTOFLOWLABEL",
      "IPV6_DONTFRAG",
      "IPV6_MTU_DISCOVER",
      "IPV6_MULTICAST_ALL",
      "IPV6_MULTICAST_HOPS",
      "IPV6_MULTICAST_LOOP",
      "IPV6_RECVERR",
      "IPV6_RECVHOPLIMIT",
      "IPV6_RECVPATHMTU",
      "IPV6_RECVPKTINFO",
      "IPV6_RECVTCLASS",
      "IPV6_TCLASS",
      "IPV6_UNICAST_HOPS",
      "IPV6_V6ONLY",
    ]),
    ...rows("IPPROTO_IPV6", INT, ["IPV6_MTU"], readOnly),
    ...rows("IPPROTO_IPV6", 20, ["IPV6_JOIN_GROUP", "IPV6_LEAVE_GROUP"], granted),
    ...rows(
      "IPPROTO_IPV6",
      INT,
      ["IPV6_CHECKSUM", "IPV6_FREEBIND", "IPV6_MULTICAST_IF", "IPV6_TRANSPARENT", "IPV6_UNICAST_IF"],
      granted,
    ),

    ...rows("IPPROTO_TCP", INT, [
      "TCP_CORK",
      "TCP_DEFER_ACCEPT",
      "TCP_FASTOPEN",
      "TCP_FASTOPEN_CONNECT",
      "TCP_INQ",
      "TCP_KEEPCNT",
      "TCP_KEEPIDLE",
      "TCP_KEEPINTVL",
      "TCP_LINGER2",
      "TCP_MAXSEG",
      "TCP_NODELAY",
      "TCP_NOTSENT_LOWAT",
      "TCP_QUICKACK",
      "TCP_SYNCNT",
      "TCP_USER_TIMEOUT",
      "TCP_WINDOW_CLAMP",
    ]),
    ...rows("IPPROTO_TCP", text(512), ["TCP_INFO"], readOnly),
    ...rows("IPPROTO_TCP", text(16), ["TCP_CONGESTION"], readOnly),
    ...rows("IPPROTO_TCP", text(16), ["TCP_CONGESTION"], { grant: true, access: "set" }),
    ...rows("IPPROTO_UDP", INT, [
      "UDP_CORK",
      "UDP_GRO",
      "UDP_NO_CHECK6_RX",
      "UDP_NO_CHECK6_TX",
      "UDP_SEGMENT",
    ]),
    ...rows("SOL_SCTP", INT, [
      "SCTP_AUTOCLOSE",
      "SCTP_DISABLE_FRAGMENTS",
      "SCTP_NODELAY",
      "SCTP_RECVNXTINFO",
      "SCTP_RECVRCVINFO",
    ]),
    ...rows("SOL_SCTP", [4, 8], ["SCTP_MAXSEG"]),
    ...rows("SOL_SCTP", 8, ["SCTP_EVENT", "SCTP_INITMSG"]),
    ...rows("SOL_SCTP", text(16), ["SCTP_EVENTS"]),
    ...rows("SOL_SCTP", 16, ["SCTP_DEFAULT_SNDINFO", "SCTP_RTOINFO"]),
    ...rows("SOL_RAW", INT, ["ICMP_FILTER"]),
    ...rows("IPPROTO_ICMPV6", 32, ["ICMP6_FILTER"]),

    ...rows("SOL_CAN_RAW", { from: 0, to: 4096, step: 8 }, ["CAN_RAW_FILTER"]),
    ...rows("SOL_CAN_RAW", INT, [
      "CAN_RAW_ERR_FILTER",
      "CAN_RAW_FD_FRAMES",
      "CAN_RAW_JOIN_FILTERS",
      "CAN_RAW_LOOPBACK",
      "CAN_RAW_RECV_OWN_MSGS",
      "CAN_RAW_XL_FRAMES",
    ]),
    ...rows("SOL_CAN_ISOTP", 12, ["CAN_ISOTP_OPTS"]),
    ...rows("SOL_CAN_ISOTP", 3, ["CAN_ISOTP_LL_OPTS", "CAN_ISOTP_RECV_FC"]),
    ...rows("SOL_CAN_ISOTP", INT, ["CAN_ISOTP_RX_STMIN", "CAN_ISOTP_TX_STMIN"]),
    ...rows("SOL_CAN_J1939", { from: 0, to: 16384, step: 32 }, ["SO_J1939_FILTER"]),
    ...rows("SOL_CAN_J1939", INT, ["SO_J1939_ERRQUEUE", "SO_J1939_PROMISC", "SO_J1939_SEND_PRIO"]),

    ...rows("SOL_NETLINK", INT, [
      "NETLINK_ADD_MEMBERSHIP",
      "NETLINK_BROADCAST_ERROR",
      "NETLINK_CAP_ACK",
      "NETLINK_DROP_MEMBERSHIP",
      "NETLINK_EXT_ACK",
      "NETLINK_GET_STRICT_CHK",
      "NETLINK_NO_ENOBUFS",
      "NETLINK_PKTINFO",
    ]),
    ...rows("SOL_PACKET", INT, [
      "PACKET_AUXDATA",
      "PACKET_COPY_THRESH",
      "PACKET_IGNORE_OUTGOING",
      "PACKET_ORIGDEV",
    ]),
    ...rows("SOL_PACKET", [8, 12], ["PACKET_STATISTICS"], readOnly),
    ...rows("SOL_PACKET", [16, 20], ["PACKET_ADD_MEMBERSHIP", "PACKET_DROP_MEMBERSHIP"], granted),
    ...rows("AF_VSOCK", 8, [
      "SO_VM_SOCKETS_BUFFER_MAX_SIZE",
      "SO_VM_SOCKETS_BUFFER_MIN_SIZE",
      "SO_VM_SOCKETS_BUFFER_SIZE",
    ]),
    ...rows("AF_VSOCK", timeval, ["SO_VM_SOCKETS_CONNECT_TIMEOUT_OLD"]),
    ...rows("SOL_TIPC", INT, [
      "TIPC_CONN_TIMEOUT",
      "TIPC_DEST_DROPPABLE",
      "TIPC_IMPORTANCE",
      "TIPC_NODELAY",
      "TIPC_SRC_DROPPABLE",
    ]),
    ...rows("SOL_ALG", { from: 0, to: 512, step: 1 }, ["ALG_SET_AEAD_AUTHSIZE", "ALG_SET_KEY"], {
      access: "set",
    }),
  ];
}

/** Control messages of sending calls. SCM_RIGHTS, IP_PKTINFO and IPV6_PKTINFO are judged by what they hold. */
export function controls(): Row[] {
  const access = "set";
  return [
    ...rows("SOL_SOCKET", INT, ["SCM_TS_OPT_ID", "SO_TIMESTAMPING"], { access }),
    ...rows("SOL_SOCKET", 8, ["SCM_TXTIME"], { access }),
    ...rows("SOL_SOCKET", 12, ["SCM_CREDENTIALS"], { grant: true, access }),
    ...rows("SOL_SOCKET", INT, ["SO_MARK", "SO_PRIORITY"], { grant: true, access }),
    ...rows("IPPROTO_IP", INT, ["IP_TTL"], { access }),
    ...rows("IPPROTO_IP", BYTE_OR_INT, ["IP_TOS"], { access }),
    ...rows("IPPROTO_IPV6", INT, ["IPV6_DONTFRAG", "IPV6_HOPLIMIT", "IPV6_TCLASS"], { access }),
    ...rows("IPPROTO_UDP", 2, ["UDP_SEGMENT"], { access }),
    ...rows("SOL_SCTP", 8, ["SCTP_INIT"], { access }),
    ...rows("SOL_SCTP", 32, ["SCTP_SNDRCV"], { access }),
    ...rows("SOL_SCTP", 16, ["SCTP_SNDINFO"], { access }),
    ...rows("SOL_ALG", INT, ["ALG_SET_AEAD_ASSOCLEN", "ALG_SET_OP"], { access }),
    ...rows("SOL_ALG", { from: 4, to: 260, step: 1 }, ["ALG_SET_IV"], { access }),
  ];
}

export interface Request {
  readonly name: keyof Constants;
  readonly size: number;
  /** Wants `ioctl:NAME`, or the grant of `interfaces`. */
  readonly grant: "none" | "ioctl" | "interfaces";
}

/** Requests of ioctl(2), each with the size of its argument. One that takes a number is refused. */
export function requests(long: number): Request[] {
  const list = (size: number, grant: Request["grant"], names: Names) =>
    names.map(name => ({ name, size, grant }));
  return [
    ...list(INT, "none", ["FIONBIO", "FIONREAD", "SIOCATMARK", "SIOCOUTQ", "SIOCOUTQNSD"]),
    ...list(2 * long, "none", ["SIOCGSTAMP", "SIOCGSTAMPNS"]),
    ...list(INT, "ioctl", ["IOCTL_VM_SOCKETS_GET_LOCAL_CID"]),
    // struct ifreq: a name of 16 bytes, and a union without its pointers.
    ...list(24 + 2 * long, "interfaces", [
      "SIOCGIFADDR",
      "SIOCGIFBRDADDR",
      "SIOCGIFDSTADDR",
      "SIOCGIFFLAGS",
      "SIOCGIFHWADDR",
      "SIOCGIFINDEX",
      "SIOCGIFMTU",
      "SIOCGIFNAME",
      "SIOCGIFNETMASK",
      "SIOCGIFTXQLEN",
    ]),
  ];
}

export function fits(size: Size, length: number): boolean {
  if (typeof size === "number") return length === size;
  if ("step" in size) return length >= size.from && length <= size.to && length % size.step === 0;
  return size.includes(length);
}

export function largest(size: Size): number {
  return typeof size === "number" ? size : "step" in size ? size.to : Math.max(...size);
}

const namesOf = (rows: readonly { readonly name: string }[]): ReadonlySet<string> =>
  new Set(rows.map(({ name }) => name));

/** The names that rules may have. */
export const known = {
  option: namesOf(options(8)),
  control: namesOf(controls()),
  ioctl: namesOf(requests(8)),
};
