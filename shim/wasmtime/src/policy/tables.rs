//! What a guest may pass besides addresses: options, control messages and ioctls that hold neither a
//! pointer nor a descriptor nor an address to go to, each with its exact sizes. What is not here is
//! refused. A row that asks for a grant wants a rule that names it: `option:SO_MARK`.

/// Bytes of a C long.
const LONG: usize = size_of::<libc::c_long>();

/// Bytes: one size, several, or the multiples of `step` in a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// This one.
    Is(usize),
    /// One of these.
    Of(&'static [usize]),
    /// Those of a range.
    Range {
        /// The least.
        from: usize,
        /// The most.
        to: usize,
        /// What they are multiples of.
        step: usize,
    },
}

impl Size {
    /// Whether a value may have so many bytes.
    pub fn fits(self, length: usize) -> bool {
        match self {
            Size::Is(size) => length == size,
            Size::Of(sizes) => sizes.contains(&length),
            Size::Range { from, to, step } => {
                (from..=to).contains(&length) && length.is_multiple_of(step)
            }
        }
    }

    /// The most that a value may have.
    pub fn largest(self) -> usize {
        match self {
            Size::Is(size) => size,
            Size::Of(sizes) => sizes.iter().copied().max().unwrap_or(0),
            Size::Range { to, .. } => to,
        }
    }
}

/// Which of getsockopt(2) and setsockopt(2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// getsockopt(2) alone.
    Get,
    /// setsockopt(2) alone, or a sending call.
    Set,
    /// Both.
    Both,
}

/// Options or control messages that are judged alike.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The level, a constant's name.
    pub level: &'static str,
    /// Constants' names.
    pub names: &'static [&'static str],
    /// Bytes of a value.
    pub size: Size,
    /// Whether each wants a rule.
    pub grant: bool,
    /// Which calls.
    pub access: Access,
}

type Names = &'static [&'static str];

const fn row(level: &'static str, size: Size, names: Names, grant: bool, access: Access) -> Row {
    Row { level, names, size, grant, access }
}

const fn free(level: &'static str, size: Size, names: Names) -> Row {
    row(level, size, names, false, Access::Both)
}

const fn free_get(level: &'static str, size: Size, names: Names) -> Row {
    row(level, size, names, false, Access::Get)
}

const fn free_set(level: &'static str, size: Size, names: Names) -> Row {
    row(level, size, names, false, Access::Set)
}

const fn granted(level: &'static str, size: Size, names: Names) -> Row {
    row(level, size, names, true, Access::Both)
}

const fn granted_get(level: &'static str, size: Size, names: Names) -> Row {
    row(level, size, names, true, Access::Get)
}

const fn granted_set(level: &'static str, size: Size, names: Names) -> Row {
    row(level, size, names, true, Access::Set)
}

/// The options.
pub const OPTIONS: &[Row] = &[
    free(
        "SOL_SOCKET",
        Size::Is(4),
        &[
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
        ],
    ),
    free("SOL_SOCKET", Size::Is(8), &["SO_LINGER"]),
    free("SOL_SOCKET", Size::Is(2 * LONG), &["SO_RCVTIMEO", "SO_SNDTIMEO"]),
    free_get(
        "SOL_SOCKET",
        Size::Is(4),
        &["SO_ACCEPTCONN", "SO_DOMAIN", "SO_ERROR", "SO_PROTOCOL", "SO_SNDLOWAT", "SO_TYPE"],
    ),
    granted(
        "SOL_SOCKET",
        Size::Is(4),
        &[
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
    ),
    granted("SOL_SOCKET", Size::Range { from: 1, to: 16, step: 1 }, &["SO_BINDTODEVICE"]),
    granted("SOL_SOCKET", Size::Of(&[4, 8]), &["SO_MAX_PACING_RATE"]),
    granted("SOL_SOCKET", Size::Is(8), &["SO_TXTIME"]),
    granted_get("SOL_SOCKET", Size::Is(12), &["SO_PEERCRED"]),
    free(
        "IPPROTO_IP",
        Size::Of(&[1, 4]),
        &["IP_MULTICAST_LOOP", "IP_MULTICAST_TTL", "IP_TOS", "IP_TTL"],
    ),
    free(
        "IPPROTO_IP",
        Size::Is(4),
        &[
            "IP_MINTTL",
            "IP_MTU_DISCOVER",
            "IP_MULTICAST_ALL",
            "IP_PKTINFO",
            "IP_RECVERR",
            "IP_RECVORIGDSTADDR",
            "IP_RECVTOS",
            "IP_RECVTTL",
        ],
    ),
    free_get("IPPROTO_IP", Size::Is(4), &["IP_MTU"]),
    granted("IPPROTO_IP", Size::Of(&[8, 12]), &["IP_ADD_MEMBERSHIP", "IP_DROP_MEMBERSHIP"]),
    granted("IPPROTO_IP", Size::Of(&[4, 8, 12]), &["IP_MULTICAST_IF"]),
    granted(
        "IPPROTO_IP",
        Size::Is(12),
        &[
            "IP_ADD_SOURCE_MEMBERSHIP",
            "IP_DROP_SOURCE_MEMBERSHIP",
            "IP_BLOCK_SOURCE",
            "IP_UNBLOCK_SOURCE",
        ],
    ),
    granted("IPPROTO_IP", Size::Is(4), &["IP_FREEBIND", "IP_TRANSPARENT", "IP_UNICAST_IF"]),
    granted("IPPROTO_IP", Size::Is(128 + LONG), &["MCAST_JOIN_GROUP", "MCAST_LEAVE_GROUP"]),
    granted("IPPROTO_IPV6", Size::Is(128 + LONG), &["MCAST_JOIN_GROUP", "MCAST_LEAVE_GROUP"]),
    granted(
        "IPPROTO_IP",
        Size::Is(256 + LONG),
        &["MCAST_JOIN_SOURCE_GROUP", "MCAST_LEAVE_SOURCE_GROUP"],
    ),
    granted(
        "IPPROTO_IPV6",
        Size::Is(256 + LONG),
        &["MCAST_JOIN_SOURCE_GROUP", "MCAST_LEAVE_SOURCE_GROUP"],
    ),
    free(
        "IPPROTO_IPV6",
        Size::Is(4),
        &[
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
        ],
    ),
    free_get("IPPROTO_IPV6", Size::Is(4), &["IPV6_MTU"]),
    granted("IPPROTO_IPV6", Size::Is(20), &["IPV6_JOIN_GROUP", "IPV6_LEAVE_GROUP"]),
    granted(
        "IPPROTO_IPV6",
        Size::Is(4),
        &[
            "IPV6_CHECKSUM",
            "IPV6_FREEBIND",
            "IPV6_MULTICAST_IF",
            "IPV6_TRANSPARENT",
            "IPV6_UNICAST_IF",
        ],
    ),
    free(
        "IPPROTO_TCP",
        Size::Is(4),
        &[
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
        ],
    ),
    free_get("IPPROTO_TCP", Size::Range { from: 1, to: 512, step: 1 }, &["TCP_INFO"]),
    free_get("IPPROTO_TCP", Size::Range { from: 1, to: 16, step: 1 }, &["TCP_CONGESTION"]),
    granted_set("IPPROTO_TCP", Size::Range { from: 1, to: 16, step: 1 }, &["TCP_CONGESTION"]),
    free(
        "IPPROTO_UDP",
        Size::Is(4),
        &["UDP_CORK", "UDP_GRO", "UDP_NO_CHECK6_RX", "UDP_NO_CHECK6_TX", "UDP_SEGMENT"],
    ),
    free(
        "SOL_SCTP",
        Size::Is(4),
        &[
            "SCTP_AUTOCLOSE",
            "SCTP_DISABLE_FRAGMENTS",
            "SCTP_NODELAY",
            "SCTP_RECVNXTINFO",
            "SCTP_RECVRCVINFO",
        ],
    ),
    free("SOL_SCTP", Size::Of(&[4, 8]), &["SCTP_MAXSEG"]),
    free("SOL_SCTP", Size::Is(8), &["SCTP_EVENT", "SCTP_INITMSG"]),
    free("SOL_SCTP", Size::Range { from: 1, to: 16, step: 1 }, &["SCTP_EVENTS"]),
    free("SOL_SCTP", Size::Is(16), &["SCTP_DEFAULT_SNDINFO", "SCTP_RTOINFO"]),
    free("SOL_RAW", Size::Is(4), &["ICMP_FILTER"]),
    free("IPPROTO_ICMPV6", Size::Is(32), &["ICMP6_FILTER"]),
    free("SOL_CAN_RAW", Size::Range { from: 0, to: 4096, step: 8 }, &["CAN_RAW_FILTER"]),
    free(
        "SOL_CAN_RAW",
        Size::Is(4),
        &[
            "CAN_RAW_ERR_FILTER",
            "CAN_RAW_FD_FRAMES",
            "CAN_RAW_JOIN_FILTERS",
            "CAN_RAW_LOOPBACK",
            "CAN_RAW_RECV_OWN_MSGS",
            "CAN_RAW_XL_FRAMES",
        ],
    ),
    free("SOL_CAN_ISOTP", Size::Is(12), &["CAN_ISOTP_OPTS"]),
    free("SOL_CAN_ISOTP", Size::Is(3), &["CAN_ISOTP_LL_OPTS", "CAN_ISOTP_RECV_FC"]),
    free("SOL_CAN_ISOTP", Size::Is(4), &["CAN_ISOTP_RX_STMIN", "CAN_ISOTP_TX_STMIN"]),
    free("SOL_CAN_J1939", Size::Range { from: 0, to: 16384, step: 32 }, &["SO_J1939_FILTER"]),
    free(
        "SOL_CAN_J1939",
        Size::Is(4),
        &["SO_J1939_ERRQUEUE", "SO_J1939_PROMISC", "SO_J1939_SEND_PRIO"],
    ),
    free(
        "SOL_NETLINK",
        Size::Is(4),
        &[
            "NETLINK_ADD_MEMBERSHIP",
            "NETLINK_BROADCAST_ERROR",
            "NETLINK_CAP_ACK",
            "NETLINK_DROP_MEMBERSHIP",
            "NETLINK_EXT_ACK",
            "NETLINK_GET_STRICT_CHK",
            "NETLINK_NO_ENOBUFS",
            "NETLINK_PKTINFO",
        ],
    ),
    free(
        "SOL_PACKET",
        Size::Is(4),
        &["PACKET_AUXDATA", "PACKET_COPY_THRESH", "PACKET_IGNORE_OUTGOING", "PACKET_ORIGDEV"],
    ),
    free_get("SOL_PACKET", Size::Of(&[8, 12]), &["PACKET_STATISTICS"]),
    granted(
        "SOL_PACKET",
        Size::Of(&[16, 20]),
        &["PACKET_ADD_MEMBERSHIP", "PACKET_DROP_MEMBERSHIP"],
    ),
    free(
        "AF_VSOCK",
        Size::Is(8),
        &[
            "SO_VM_SOCKETS_BUFFER_MAX_SIZE",
            "SO_VM_SOCKETS_BUFFER_MIN_SIZE",
            "SO_VM_SOCKETS_BUFFER_SIZE",
        ],
    ),
    free("AF_VSOCK", Size::Is(2 * LONG), &["SO_VM_SOCKETS_CONNECT_TIMEOUT_OLD"]),
    free(
        "SOL_TIPC",
        Size::Is(4),
        &[
            "TIPC_CONN_TIMEOUT",
            "TIPC_DEST_DROPPABLE",
            "TIPC_IMPORTANCE",
            "TIPC_NODELAY",
            "TIPC_SRC_DROPPABLE",
        ],
    ),
    free_set(
        "SOL_ALG",
        Size::Range { from: 0, to: 512, step: 1 },
        &["ALG_SET_AEAD_AUTHSIZE", "ALG_SET_KEY"],
    ),
];

/// Control messages of sending calls. SCM_RIGHTS, IP_PKTINFO and IPV6_PKTINFO are judged by what they
/// hold.
pub const CONTROLS: &[Row] = &[
    free_set("SOL_SOCKET", Size::Is(4), &["SCM_TS_OPT_ID", "SO_TIMESTAMPING"]),
    free_set("SOL_SOCKET", Size::Is(8), &["SCM_TXTIME"]),
    granted_set("SOL_SOCKET", Size::Is(12), &["SCM_CREDENTIALS"]),
    granted_set("SOL_SOCKET", Size::Is(4), &["SO_MARK", "SO_PRIORITY"]),
    free_set("IPPROTO_IP", Size::Is(4), &["IP_TTL"]),
    free_set("IPPROTO_IP", Size::Of(&[1, 4]), &["IP_TOS"]),
    free_set("IPPROTO_IPV6", Size::Is(4), &["IPV6_DONTFRAG", "IPV6_HOPLIMIT", "IPV6_TCLASS"]),
    free_set("IPPROTO_UDP", Size::Is(2), &["UDP_SEGMENT"]),
    free_set("SOL_SCTP", Size::Is(8), &["SCTP_INIT"]),
    free_set("SOL_SCTP", Size::Is(32), &["SCTP_SNDRCV"]),
    free_set("SOL_SCTP", Size::Is(16), &["SCTP_SNDINFO"]),
    free_set("SOL_ALG", Size::Is(4), &["ALG_SET_AEAD_ASSOCLEN", "ALG_SET_OP"]),
    free_set("SOL_ALG", Size::Range { from: 4, to: 260, step: 1 }, &["ALG_SET_IV"]),
];

/// What a request of ioctl(2) wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// No rule.
    None,
    /// `ioctl:NAME`.
    Ioctl,
    /// `ioctl:NAME` or `interfaces`.
    Interfaces,
}

/// Requests of ioctl(2). One that takes a number is refused.
#[derive(Clone, Copy, Debug)]
pub struct Requests {
    /// Constants' names.
    pub names: &'static [&'static str],
    /// Bytes of the argument.
    pub size: usize,
    /// What they want.
    pub grant: Grant,
}

/// The requests of ioctl(2).
pub const REQUESTS: &[Requests] = &[
    Requests {
        names: &["FIONBIO", "FIONREAD", "SIOCATMARK", "SIOCOUTQ", "SIOCOUTQNSD"],
        size: 4,
        grant: Grant::None,
    },
    Requests { names: &["SIOCGSTAMP", "SIOCGSTAMPNS"], size: 2 * LONG, grant: Grant::None },
    Requests { names: &["IOCTL_VM_SOCKETS_GET_LOCAL_CID"], size: 4, grant: Grant::Ioctl },
    // struct ifreq: a name of 16 bytes, and a union without its pointers.
    Requests {
        names: &[
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
        ],
        size: 24 + 2 * LONG,
        grant: Grant::Interfaces,
    },
];

/// Whether a rule may name it: an option, a control message, an ioctl.
pub fn is_known(kind: &str, name: &str) -> bool {
    match kind {
        "option" => OPTIONS.iter().any(|row| row.names.contains(&name)),
        "control" => CONTROLS.iter().any(|row| row.names.contains(&name)),
        _ => REQUESTS.iter().any(|request| request.names.contains(&name)),
    }
}
