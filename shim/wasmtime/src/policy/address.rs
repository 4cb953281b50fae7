//! A socket address's bytes, as the policy sees them: read out of memory that is the host's own, and
//! there made what the kernel makes of them.
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What a call does with an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// bind(2).
    Bind,
    /// listen(2), with the name that the socket has.
    Listen,
    /// connect(2), and the address of a sending call.
    Connect,
}

/// Numbers of Linux's families.
pub mod family {
    /// AF_UNSPEC.
    pub const UNSPEC: i32 = 0;
    /// AF_UNIX.
    pub const UNIX: i32 = 1;
    /// AF_INET.
    pub const INET: i32 = 2;
    /// AF_INET6.
    pub const INET6: i32 = 10;
    /// AF_NETLINK.
    pub const NETLINK: i32 = 16;
    /// AF_PACKET.
    pub const PACKET: i32 = 17;
    /// AF_CAN.
    pub const CAN: i32 = 29;
    /// AF_VSOCK.
    pub const VSOCK: i32 = 40;
}

/// Bytes of an address, at most; the kernel's own limit is below.
pub const ROOM: usize = 256;
/// Bytes of a `sockaddr_un`.
const UNIX_SIZE: usize = 110;

/// An address, as far as it is judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// Of IPv4 or IPv6; a mapped one is of IPv4.
    Ip {
        /// The host.
        ip: IpAddr,
        /// The port.
        port: u16,
    },
    /// A UNIX path, without its ending zero.
    Path(Vec<u8>),
    /// An abstract UNIX name, without its leading zero.
    Abstract(Vec<u8>),
    /// A UNIX address without a name.
    Unnamed,
    /// Of netlink.
    Netlink {
        /// The port ID, 0 for the kernel.
        port: u32,
        /// A mask of groups.
        groups: u32,
    },
    /// Of VSOCK.
    Vsock {
        /// The context ID.
        cid: u32,
        /// The port.
        port: u32,
    },
    /// Of a family whose addresses name an interface; 0: all of them.
    Interface(i32),
    /// Of a family that a rule grants whole.
    Other,
    /// Without a family.
    Unspecified,
    /// None that could be judged.
    Malformed,
}

/// A number in the machine's byte order; 0 past the end.
fn native32(bytes: &[u8], at: usize) -> u32 {
    match bytes.get(at..at + 4) {
        Some(part) => u32::from_ne_bytes([part[0], part[1], part[2], part[3]]),
        None => 0,
    }
}

fn port_of(bytes: &[u8]) -> u16 {
    u16::from_be_bytes([bytes[2], bytes[3]])
}

/// The family that an address has, none where it is too short for one.
pub fn family_of(bytes: &[u8]) -> Option<i32> {
    let first: [u8; 2] = bytes.get(..2)?.try_into().ok()?;
    Some(i32::from(u16::from_ne_bytes(first)))
}

/// Where a `sockaddr_in6` and a `sockaddr_in` have the host.
const IN6: std::ops::Range<usize> = 8..24;
const IN: std::ops::Range<usize> = 4..8;

impl Address {
    /// Reads the bytes of an address of a socket of `of`.
    pub fn read(bytes: &[u8], of: i32) -> Address {
        let Some(own) = family_of(bytes) else {
            return Address::Malformed;
        };
        if bytes.len() > ROOM {
            return Address::Malformed;
        }
        match own {
            family::UNSPEC => Address::Unspecified,
            family::INET if of == family::INET || of == family::INET6 => inet(bytes),
            _ if own != of => Address::Malformed,
            family::INET6 => inet6(bytes),
            family::UNIX => unix(bytes),
            family::NETLINK if bytes.len() >= 12 => {
                Address::Netlink { port: native32(bytes, 4), groups: native32(bytes, 8) }
            }
            family::VSOCK if bytes.len() >= 16 => {
                Address::Vsock { port: native32(bytes, 4), cid: native32(bytes, 8) }
            }
            family::PACKET | family::CAN if bytes.len() >= 8 => {
                Address::Interface(native32(bytes, 4) as i32)
            }
            family::NETLINK | family::VSOCK | family::PACKET | family::CAN => Address::Malformed,
            _ => Address::Other,
        }
    }

    /// What connect(2) and send(2) make of an address that is all zeros is the loopback, or, of IPv4,
    /// the address that the socket is bound to: it is written out as the loopback, so that what is
    /// judged is where it goes.
    pub fn settle(&mut self, bytes: &mut [u8]) {
        let Address::Ip { ip, .. } = self else {
            return;
        };
        if !ip.is_unspecified() {
            return;
        }
        let six = family_of(bytes) == Some(family::INET6);
        match ip {
            IpAddr::V6(_) => {
                *ip = Ipv6Addr::LOCALHOST.into();
                bytes[IN6].copy_from_slice(&Ipv6Addr::LOCALHOST.octets());
            }
            IpAddr::V4(_) => {
                *ip = Ipv4Addr::LOCALHOST.into();
                let at = if six { IN6.end - 4..IN6.end } else { IN };
                bytes[at].copy_from_slice(&Ipv4Addr::LOCALHOST.octets());
            }
        }
    }
}

fn inet(bytes: &[u8]) -> Address {
    if bytes.len() < 16 {
        return Address::Malformed;
    }
    let ip = Ipv4Addr::new(bytes[4], bytes[5], bytes[6], bytes[7]);
    Address::Ip { ip: ip.into(), port: port_of(bytes) }
}

fn inet6(bytes: &[u8]) -> Address {
    let Some(Ok(octets)) = bytes.get(IN6).map(<[u8; 16]>::try_from) else {
        return Address::Malformed;
    };
    let ip = IpAddr::from(octets).to_canonical();
    Address::Ip { ip, port: port_of(bytes) }
}

fn unix(bytes: &[u8]) -> Address {
    if bytes.len() > UNIX_SIZE {
        return Address::Malformed;
    }
    let name = &bytes[2..];
    match name.split_first() {
        None => Address::Unnamed,
        Some((0, rest)) => Address::Abstract(rest.to_vec()),
        Some(_) => {
            let end = name.iter().position(|byte| *byte == 0).unwrap_or(name.len());
            Address::Path(name[..end].to_vec())
        }
    }
}

/// A `sockaddr_in` or `sockaddr_in6` without a host and a port: what bind(2) of any address takes.
pub fn any_address(of: i32) -> Vec<u8> {
    let mut bytes = vec![0; if of == family::INET6 { 28 } else { 16 }];
    bytes[..2].copy_from_slice(&(of as u16).to_ne_bytes());
    bytes
}

/// A `sockaddr_un` of a path, none if it is too long.
pub fn path_address(path: &[u8]) -> Option<Vec<u8>> {
    if path.len() > UNIX_SIZE - 3 {
        return None;
    }
    let mut bytes = (family::UNIX as u16).to_ne_bytes().to_vec();
    bytes.extend_from_slice(path);
    bytes.push(0);
    Some(bytes)
}
