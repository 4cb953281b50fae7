//! What a guest hands over, before anything is done with it: lengths are clamped, addresses read,
//! control messages walked as the kernel walks them. No system call, and nothing is allocated on a
//! guest's word.
use crate::Errno;
use crate::policy::address::{Address, ROOM, family};
use crate::policy::constants::constant;
use crate::policy::judge::STREAM;
use crate::policy::tables::Access;
use crate::policy::{Judge, Limits, Sort};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Bytes that one call may ask for. Fewer are legal for every call that moves bytes.
pub const MAX_LENGTH: usize = 1 << 20;
/// Bytes of control messages: the kernel's own limit for sending is below (net.core.optmem_max).
pub const MAX_CONTROL: usize = 1 << 16;
/// Messages of one batch.
pub const MAX_MESSAGES: usize = 1024;
/// Descriptors of one poll.
pub const MAX_POLLED: usize = 1 << 16;
/// Descriptors of one message (SCM_MAX_FD).
pub const MAX_RIGHTS: usize = 253;
/// Bytes of any name, address or service, by far: what is longer is refused.
pub const MAX_NAME: usize = 1025;
/// Seconds that a guest's close may wait, at most.
const MAX_LINGER: u32 = 60;

/// A constant that every Linux has.
pub(crate) fn known(name: &str) -> i32 {
    constant(name).unwrap_or(-1) as i32
}

/// As many bytes as one receiving call may give.
pub fn clamp(length: u32, limits: &Limits) -> usize {
    let most = limits.bytes.map_or(MAX_LENGTH, |bytes| bytes as usize);
    (length as usize).min(most).min(MAX_LENGTH)
}

/// As many of these bytes as one sending call may take: EMSGSIZE for a message that goes whole.
pub fn payload<'a>(data: &'a [u8], sort: &Sort, limits: &Limits) -> Result<&'a [u8], Errno> {
    let most = limits.bytes.map_or(usize::MAX, |bytes| bytes as usize);
    match data.get(..most) {
        None => Ok(data),
        Some(part) if sort.kind == STREAM || part.len() == data.len() => Ok(part),
        Some(_) => Err(Errno::EMSGSIZE),
    }
}

/// An address of a guest's in memory of the host's own; EINVAL where it is longer than any.
pub fn own_address(bytes: &[u8]) -> Result<Vec<u8>, Errno> {
    if bytes.len() > ROOM {
        return Err(Errno::EINVAL);
    }
    Ok(bytes.to_vec())
}

/// Where a call goes: the bytes are settled, and the address is what is judged.
pub fn destination(bytes: &mut [u8], sort: &Sort) -> Address {
    let mut address = Address::read(bytes, sort.family);
    address.settle(bytes);
    address
}

/// A control message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ControlMessage<'a> {
    /// SOL_* or IPPROTO_*.
    pub level: i32,
    /// SCM_* and the like.
    pub kind: i32,
    /// Its data.
    pub data: &'a [u8],
    /// All of its bytes, with header and padding.
    pub whole: &'a [u8],
}

/// Bytes of a `cmsghdr`, and what messages are aligned to.
const HEAD: usize = size_of::<libc::cmsghdr>();
const ALIGN: usize = size_of::<usize>();

/// The messages of control data; none where one is malformed. Less than a header at the end is nothing.
pub fn control_messages(bytes: &[u8]) -> Option<Vec<ControlMessage<'_>>> {
    let mut messages = Vec::new();
    let mut rest = bytes;
    while rest.len() >= HEAD {
        let number =
            |at: usize| i32::from_ne_bytes([rest[at], rest[at + 1], rest[at + 2], rest[at + 3]]);
        let mut length = [0; ALIGN];
        length.copy_from_slice(&rest[..ALIGN]);
        let length = usize::from_ne_bytes(length);
        if length < HEAD || length > rest.len() {
            return None;
        }
        let (level, kind) = (number(ALIGN), number(ALIGN + 4));
        let end = length.next_multiple_of(ALIGN).min(rest.len());
        let (data, whole) = (&rest[HEAD..length], &rest[..end]);
        messages.push(ControlMessage { level, kind, data, whole });
        rest = &rest[end..];
    }
    Some(messages)
}

/// Writes a control message with its padding.
pub fn push_control(into: &mut Vec<u8>, level: i32, kind: i32, data: &[u8]) {
    into.extend_from_slice(&(HEAD + data.len()).to_ne_bytes());
    into.extend_from_slice(&level.to_ne_bytes());
    into.extend_from_slice(&kind.to_ne_bytes());
    into.extend_from_slice(data);
    into.resize(into.len().next_multiple_of(ALIGN), 0);
}

impl ControlMessage<'_> {
    /// Whether it holds descriptors.
    pub fn has_rights(&self) -> bool {
        self.level == known("SOL_SOCKET") && self.kind == known("SCM_RIGHTS")
    }

    /// Whether it holds the descriptor of a process (SCM_PIDFD).
    pub fn has_process(&self) -> bool {
        self.level == known("SOL_SOCKET") && self.kind == constant("SCM_PIDFD").unwrap_or(4) as i32
    }

    /// The descriptors in it.
    pub fn descriptors(&self) -> Vec<i32> {
        let numbers = self.data.chunks_exact(4);
        numbers.map(|part| i32::from_ne_bytes([part[0], part[1], part[2], part[3]])).collect()
    }

    /// The source address in an IP_PKTINFO or IPV6_PKTINFO; none for all else.
    fn source(&self) -> Option<IpAddr> {
        if self.level == known("IPPROTO_IP")
            && self.kind == known("IP_PKTINFO")
            && self.data.len() == 12
        {
            let octets: [u8; 4] = self.data[4..8].try_into().ok()?;
            return Some(Ipv4Addr::from(octets).into());
        }
        let six = self.level == known("IPPROTO_IPV6") && self.kind == known("IPV6_PKTINFO");
        if six && self.data.len() == 20 {
            let octets: [u8; 16] = self.data[..16].try_into().ok()?;
            return Some(IpAddr::from(Ipv6Addr::from(octets)).to_canonical());
        }
        None
    }
}

/// Judges control messages that go out, in memory of the host's own. Descriptors in them are EINVAL:
/// they go beside them. `port` is asked for the port that the socket has, 0 for none.
pub fn outgoing_control(
    judge: &Judge,
    sort: &Sort,
    control: &[u8],
    port: impl Fn() -> u16,
) -> Result<(), Errno> {
    if control.len() > MAX_CONTROL {
        return Err(Errno::EMSGSIZE);
    }
    let messages = control_messages(control).ok_or(Errno::EACCES)?;
    for message in messages {
        if message.has_rights() {
            return Err(Errno::EINVAL);
        }
        let decision = match message.source() {
            Some(source) if source.is_unspecified() => continue,
            Some(source) => judge.source(sort, source, port()),
            None => judge.control(message.level, message.kind, message.data.len()),
        };
        judge.enforce("sendmsg", decision)?;
    }
    Ok(())
}

/// The bytes of an option's value that getsockopt(2) may give: EACCES where the policy refuses.
pub fn option_room(judge: &Judge, level: i32, name: i32, length: u32) -> Result<usize, Errno> {
    judge.enforce("getsockopt", judge.option(Access::Get, level, name, Some(0)))?;
    let size = judge.option_size(Access::Get, level, name).ok_or(Errno::EACCES)?;
    Ok((length as usize).min(size.largest()))
}

/// The value of an option as it is passed on: a SO_LINGER waits no longer than the guest may block.
pub fn option_value(
    judge: &Judge,
    limits: &Limits,
    level: i32,
    name: i32,
    value: &[u8],
) -> Result<Vec<u8>, Errno> {
    judge.enforce("setsockopt", judge.option(Access::Set, level, name, Some(value.len())))?;
    let mut own = value.to_vec();
    if level == known("SOL_SOCKET") && name == known("SO_LINGER") && own.len() == 8 {
        let most = limits.milliseconds.map_or(MAX_LINGER, |ms| ms.div_ceil(1000).min(MAX_LINGER));
        let most = most as i32;
        let seconds = i32::from_ne_bytes([own[4], own[5], own[6], own[7]]);
        if !(0..=most).contains(&seconds) {
            own[4..].copy_from_slice(&most.to_ne_bytes());
        }
    }
    Ok(own)
}

/// Whether this is `::`, which stands for IPv4's `0.0.0.0` too unless the socket is IPV6_V6ONLY.
pub fn may_be_dual(sort: &Sort, address: &Address) -> bool {
    let zero = IpAddr::V6(Ipv6Addr::UNSPECIFIED);
    sort.family == family::INET6 && matches!(address, Address::Ip { ip, .. } if *ip == zero)
}

/// Whether the kernel picks part of the name that bind(2) gives.
pub fn picks(address: &Address) -> bool {
    match address {
        Address::Unnamed => true,
        Address::Ip { port, .. } => *port == 0,
        Address::Vsock { port, .. } => *port == u32::MAX,
        _ => false,
    }
}

/// A name of a service, a protocol or an interface, of which no zero cuts off a part.
pub fn plain_name(name: &str) -> Result<&str, Errno> {
    if name.len() > MAX_NAME || name.contains('\0') { Err(Errno::EACCES) } else { Ok(name) }
}

/// What AI_NUMERICHOST may judge: never a name.
pub fn is_numeric(name: &str) -> bool {
    let (host, zone) = name.split_once('%').map_or((name, None), |(host, zone)| (host, Some(zone)));
    let four = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    let six = |byte: u8| byte.is_ascii_hexdigit() || byte == b':' || byte == b'.';
    if name.len() > 64 || name.contains('\0') || host.is_empty() {
        return false;
    }
    (zone.is_none() && host.bytes().all(four)) || (host.contains(':') && host.bytes().all(six))
}

/// The interface in an address of IPv6, of which getnameinfo(3) tells the name; 0: none.
pub fn scope_of(bytes: &[u8]) -> u32 {
    let six = bytes.len() >= 28 && bytes[..2] == (family::INET6 as u16).to_ne_bytes();
    if six { u32::from_ne_bytes([bytes[24], bytes[25], bytes[26], bytes[27]]) } else { 0 }
}
