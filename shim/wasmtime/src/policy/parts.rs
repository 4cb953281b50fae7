//! What the parts of a rule say: addresses, ports, protocols, names.
use super::ip::Block;
use super::pattern::Pattern;
use serde_json::Value;
use std::net::IpAddr;

/// What is wrong with a rule.
pub(super) type Wrong = String;

pub(super) fn wrong<T>(part: &str, what: &str) -> Result<T, Wrong> {
    Err(format!("{} {what}", quoted(part)))
}

/// Text in quotes, as JSON has it.
pub(super) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

pub(super) type Names = &'static [(&'static str, u32)];

/// Numbers of AF_NETLINK's protocols (linux/netlink.h).
pub(super) const NETLINK: Names = &[
    ("route", 0),
    ("usersock", 2),
    ("sock-diag", 4),
    ("nflog", 5),
    ("xfrm", 6),
    ("audit", 9),
    ("connector", 11),
    ("netfilter", 12),
    ("kobject-uevent", 15),
    ("generic", 16),
    ("crypto", 21),
];
/// Numbers of IP's protocols (/etc/protocols).
pub(super) const IP: Names = &[
    ("icmp", 1),
    ("igmp", 2),
    ("tcp", 6),
    ("udp", 17),
    ("gre", 47),
    ("esp", 50),
    ("ah", 51),
    ("icmpv6", 58),
    ("ospf", 89),
    ("vrrp", 112),
    ("sctp", 132),
    ("raw", RAW),
];
pub(super) const RAW: u32 = 255;
/// VSOCK's context IDs (linux/vm_sockets.h).
pub(super) const CIDS: Names = &[("hypervisor", 0), ("local", 1), ("host", 2)];
/// Linux's families that have no kind of their own.
pub(super) const FAMILIES: Names = &[
    ("rds", 21),
    ("tipc", 30),
    ("bluetooth", 31),
    ("alg", 38),
    ("nfc", 39),
    ("kcm", 41),
    ("qipcrtr", 42),
    ("smc", 43),
    ("mctp", 45),
];

/// A number in decimal, without zeros in front.
fn decimal(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let zero = text.len() > 1 && text.starts_with('0');
    if plain && !zero { text.parse().ok() } else { None }
}

pub(super) fn numbered(
    part: &str,
    names: Names,
    most: u64,
    what: &str,
) -> Result<Option<u32>, Wrong> {
    if part == "*" {
        return Ok(None);
    }
    if let Some((_, number)) = names.iter().find(|(name, _)| *name == part) {
        return Ok(Some(*number));
    }
    if let Some(number) = decimal(part).filter(|number| *number <= most) {
        return Ok(Some(number as u32));
    }
    let names: Vec<_> = names.iter().map(|(name, _)| *name).collect();
    wrong(part, &format!("is no {what}: {}, a number 0..{most}, or *", names.join(", ")))
}

const NO_ADDRESS: &str = "is no address: 10.0.0.0/8, [2001:db8::]/32 or *";
const NO_HOST: &str = "is no address: what is judged is the address that is used, \
                       so a host's name can't be granted here";

pub(super) fn address_of(part: &str) -> Result<Block, Wrong> {
    if part == "*" {
        return Ok(Block::Everywhere);
    }
    let (text, rest, bracketed) = match part.strip_prefix('[') {
        Some(inner) => match inner.split_once(']') {
            Some((text, rest)) => (text, rest, true),
            None => return wrong(part, NO_ADDRESS),
        },
        None => {
            let end = part.find('/').unwrap_or(part.len());
            (&part[..end], &part[end..], false)
        }
    };
    let prefix = rest.strip_prefix('/');
    if text.is_empty() || text.contains(['[', ']']) || (prefix.is_none() && !rest.is_empty()) {
        return wrong(part, NO_ADDRESS);
    }
    let ip = match text.parse::<IpAddr>() {
        Ok(ip) if ip.is_ipv6() == bracketed => ip,
        Ok(_) => return wrong(part, "is no address: an IPv6 address stands in brackets"),
        Err(_) if text.contains(':') => {
            return wrong(part, "is no address: an IPv6 address stands in brackets");
        }
        Err(_) if text.contains(|c: char| c.is_ascii_alphabetic()) => return wrong(part, NO_HOST),
        Err(_) => return wrong(part, NO_ADDRESS),
    };
    if ip.to_canonical() != ip {
        return wrong(part, "is an IPv4-mapped address: grant the IPv4 address");
    }
    let bits = if ip.is_ipv4() { 32 } else { 128 };
    let length = match prefix {
        None => bits,
        Some(prefix) => match decimal(prefix).filter(|bits_of| *bits_of <= u64::from(bits)) {
            Some(length) => length as u32,
            None => return wrong(prefix, &format!("is no prefix length 0..{bits}")),
        },
    };
    match Block::new(ip, length) {
        Some(block) => Ok(block),
        None => wrong(part, &format!("has bits set after its prefix of {length}")),
    }
}

pub(super) fn ports_of(part: &str, most: u64) -> Result<(u32, u32), Wrong> {
    if part == "*" {
        return Ok((0, most as u32));
    }
    let (low, high) = part.split_once('-').unwrap_or((part, part));
    match (decimal(low), decimal(high)) {
        (Some(low), Some(high)) if low >= 1 && low <= high && high <= most => {
            Ok((low as u32, high as u32))
        }
        _ => {
            let what = format!("is no port or range of ports: 443, 8000-8999 or *, 1..{most}");
            wrong(part, &what)
        }
    }
}

pub(super) fn path_of(part: &str) -> Result<Pattern, Wrong> {
    let Some(rest) = part.strip_prefix('/') else {
        return wrong(part, "is no path: it begins with /");
    };
    if part.contains('\0') {
        return wrong(part, "is no path: it holds a zero");
    }
    if rest.split('/').any(|name| ["", ".", ".."].contains(&name)) {
        let what = "is no path as the system writes it: it has an empty part, . or ..";
        return wrong(part, what);
    }
    Ok(Pattern::glob(part, Some(b'/')))
}

pub(super) fn interface_of(part: &str) -> Result<Pattern, Wrong> {
    let stops = |c: char| c == '/' || c == ':' || c.is_whitespace();
    if part.contains(stops) || !(1..=15).contains(&part.chars().count()) {
        return wrong(part, "is no interface's name, a pattern of one, or *");
    }
    Ok(Pattern::glob(part, None))
}

pub(super) fn host_of(part: &str) -> Result<Pattern, Wrong> {
    let is_label = |label: &str| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        !label.is_empty() && label.bytes().all(fits)
    };
    let below = part.strip_prefix("*.").unwrap_or(part);
    if part != "*" && !below.split('.').all(is_label) {
        return wrong(part, "is no host's name: example.org, *.example.org or *");
    }
    Ok(Pattern::host(&part.to_ascii_lowercase()))
}

/// Families whose grants are other kinds of rules, and one whose addresses and options hold
/// descriptors and pointers.
pub(super) fn granted_family(part: &str) -> Result<u32, Wrong> {
    let Some(number) = numbered(part, FAMILIES, 255, "family")? else {
        return wrong("*", "is no family: each is granted by itself");
    };
    let rules = "its rules are tcp-connect, udp-bind and their kin, ping and raw";
    let otherwise = match number {
        1 => "is AF_UNIX: its rules are unix and abstract".to_string(),
        2 => format!("is AF_INET: {rules}"),
        10 => format!("is AF_INET6: {rules}"),
        16 => "is AF_NETLINK: its rules are netlink".to_string(),
        17 => "is AF_PACKET: its rules are packet".to_string(),
        29 => "is AF_CAN: its rules are can".to_string(),
        40 => "is AF_VSOCK: its rules are vsock-connect and vsock-listen".to_string(),
        44 => "is AF_XDP, which can't be granted: its addresses hold descriptors and its options \
               pointers"
            .to_string(),
        _ => return Ok(number),
    };
    wrong(part, &otherwise)
}
