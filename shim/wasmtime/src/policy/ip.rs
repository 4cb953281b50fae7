//! IP addresses and blocks of them. An IPv4-mapped IPv6 address is the IPv4 address that it stands
//! for, everywhere.
use std::net::IpAddr;

/// An address block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Block {
    /// Every address of both families.
    Everywhere,
    /// Addresses of IPv4.
    V4 {
        /// The address without what the mask leaves out.
        net: u32,
        /// The bits that count.
        mask: u32,
    },
    /// Addresses of IPv6.
    V6 {
        /// The address without what the mask leaves out.
        net: u128,
        /// The bits that count.
        mask: u128,
    },
}

impl Block {
    /// The block of a prefix, none if the address has bits after it. `prefix` is 0 to 32, or to 128.
    pub fn new(ip: IpAddr, prefix: u32) -> Option<Block> {
        match ip {
            IpAddr::V4(ip) => {
                let net = u32::from(ip);
                let mask = u32::MAX.checked_shl(32 - prefix).unwrap_or(0);
                (net & mask == net).then_some(Block::V4 { net, mask })
            }
            IpAddr::V6(ip) => {
                let net = u128::from(ip);
                let mask = u128::MAX.checked_shl(128 - prefix).unwrap_or(0);
                (net & mask == net).then_some(Block::V6 { net, mask })
            }
        }
    }

    /// Whether an address is of the block.
    pub fn contains(&self, ip: IpAddr) -> bool {
        match (*self, ip) {
            (Block::Everywhere, _) => true,
            (Block::V4 { net, mask }, IpAddr::V4(ip)) => u32::from(ip) & mask == net,
            (Block::V6 { net, mask }, IpAddr::V6(ip)) => u128::from(ip) & mask == net,
            _ => false,
        }
    }

    /// Whether it holds addresses of the family of this one.
    pub fn has_family_of(&self, ip: IpAddr) -> bool {
        match self {
            Block::Everywhere => true,
            Block::V4 { .. } => ip.is_ipv4(),
            Block::V6 { .. } => ip.is_ipv6(),
        }
    }
}

/// For messages: `10.0.0.1`, `[2001:db8:0:0:0:0:0:1]`.
pub fn ip_text(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => {
            let groups = ip.segments().map(|group| format!("{group:x}"));
            format!("[{}]", groups.join(":"))
        }
    }
}
