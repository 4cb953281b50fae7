//! The policy's decisions: what of a call counts, against the rules. No system call, no state: the same
//! question always has the same answer. A decision is the rule that granted, or a refusal that says
//! why.
use super::address::{Address, Use, family};
use super::constants::constant;
use super::ip::ip_text;
use super::parts::quoted;
use super::rules::{Policy, Rule};
use super::tables::{Access, CONTROLS, Grant, OPTIONS, REQUESTS, Row, Size};
use crate::Errno;
use std::borrow::Cow;
use std::collections::HashMap;
use std::net::IpAddr;

/// Whether a call is granted, and by which rule.
#[derive(Clone, Debug)]
pub struct Decision<'a> {
    /// Whether it is.
    pub granted: bool,
    /// The rule that granted or denied; none where there is none.
    pub rule: Option<&'a Rule>,
    reason: Cow<'static, str>,
}

impl<'a> Decision<'a> {
    fn free(reason: &'static str) -> Decision<'a> {
        Decision { granted: true, rule: None, reason: reason.into() }
    }

    fn never(reason: impl Into<Cow<'static, str>>) -> Decision<'a> {
        Decision { granted: false, rule: None, reason: reason.into() }
    }

    fn by(rule: &'a Rule) -> Decision<'a> {
        Decision { granted: rule.allows, rule: Some(rule), reason: Cow::Borrowed("") }
    }

    /// What only ends a connection needs no rule.
    pub(super) fn disconnects() -> Decision<'a> {
        Decision::free("it only ends a connection")
    }

    /// What no rule grants.
    pub(super) fn impossible() -> Decision<'a> {
        Decision::never("no rule can grant it")
    }

    /// For people.
    pub fn why(&self) -> String {
        match self.rule {
            Some(rule) if self.granted => format!("{} grants it: {}", rule.place, rule.text),
            Some(rule) => format!("{} forbids it: {}", rule.place, rule.text),
            None => self.reason.to_string(),
        }
    }
}

/// A transport of IP whose addresses have ports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// TCP.
    Tcp,
    /// Multipath TCP.
    Mptcp,
    /// SCTP.
    Sctp,
    /// DCCP.
    Dccp,
    /// UDP.
    Udp,
    /// UDP-Lite.
    Udplite,
}

impl Transport {
    /// Whether one listens on it.
    fn listens(self) -> bool {
        !matches!(self, Transport::Udp | Transport::Udplite)
    }

    /// Its name, and the kinds of its rules: those of connect, bind and listen.
    fn kinds(self) -> (&'static str, [&'static str; 3]) {
        match self {
            Transport::Tcp => ("tcp", ["tcp-connect", "tcp-bind", "tcp-listen"]),
            Transport::Mptcp => ("mptcp", ["mptcp-connect", "mptcp-bind", "mptcp-listen"]),
            Transport::Sctp => ("sctp", ["sctp-connect", "sctp-bind", "sctp-listen"]),
            Transport::Dccp => ("dccp", ["dccp-connect", "dccp-bind", "dccp-listen"]),
            Transport::Udp => ("udp", ["udp-connect", "udp-bind", "udp-listen"]),
            Transport::Udplite => {
                ("udplite", ["udplite-connect", "udplite-bind", "udplite-listen"])
            }
        }
    }

    fn kind(self, using: Use) -> &'static str {
        let (_, [connect, bind, listen]) = self.kinds();
        match using {
            Use::Connect => connect,
            Use::Bind => bind,
            Use::Listen => listen,
        }
    }
}

/// What a socket of IP is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Of a transport with ports.
    Transport(Transport),
    /// ICMP echo without privileges.
    Ping,
    /// A raw socket.
    Raw,
    /// None of these, or no socket of IP.
    Other,
}

/// What a socket is for the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// AF_*.
    pub family: i32,
    /// SOCK_*, without its flags.
    pub kind: i32,
    /// The protocol.
    pub protocol: i32,
    /// What it is on IP.
    pub on_ip: Kind,
}

/// SOCK_STREAM.
pub const STREAM: i32 = 1;
const DATAGRAM: i32 = 2;
const RAW: i32 = 3;
const SEQPACKET: i32 = 5;
const DCCP: i32 = 6;
/// Bits of a type that are flags.
const TYPE: i32 = 15;
const ICMP: i32 = 1;
const ICMPV6: i32 = 58;
/// CAN_J1939.
const J1939: i32 = 7;
/// NETLINK_USERSOCK.
const USERSOCK: i32 = 2;
/// VMADDR_PORT_ANY, VMADDR_CID_ANY.
const ANY: u32 = u32::MAX;
/// Bytes of a host's name with its ending dot, at most (RFC 1035).
const MAX_HOST: usize = 254;
const NO_HOST: &str = "a host's name has letters, digits, - and _ of ASCII, and dots between them";

impl Sort {
    /// What socket(2) of these makes.
    pub fn new(family: i32, kind: i32, protocol: i32) -> Sort {
        let kind = kind & TYPE;
        let on_ip = match family {
            family::INET | family::INET6 => on_ip(family, kind, protocol),
            _ => Kind::Other,
        };
        Sort { family, kind, protocol, on_ip }
    }

    /// Whether connect(2) to this only ends a connection: an address without a family, of families
    /// that know it.
    pub fn disconnects(&self, address: &Address) -> bool {
        let knows = [family::INET, family::INET6, family::UNIX, family::NETLINK];
        *address == Address::Unspecified && knows.contains(&self.family)
    }

    /// Which rules name the interfaces of its addresses.
    fn interface_kind(&self) -> &'static str {
        if self.family == family::PACKET { "packet" } else { "can" }
    }
}

/// What the kernel takes for type and protocol; protocol 0 is the type's usual one.
fn on_ip(family: i32, kind: i32, protocol: i32) -> Kind {
    let icmp = if family == family::INET { ICMP } else { ICMPV6 };
    Kind::Transport(match (kind, protocol) {
        (RAW, _) => return Kind::Raw,
        (DATAGRAM, protocol) if protocol == icmp => return Kind::Ping,
        (STREAM, 0 | 6) => Transport::Tcp,
        (STREAM, 262) => Transport::Mptcp,
        (STREAM, 132) | (SEQPACKET, 0 | 132) => Transport::Sctp,
        (DATAGRAM, 0 | 17) => Transport::Udp,
        (DATAGRAM, 136) => Transport::Udplite,
        (DCCP, 0 | 33) => Transport::Dccp,
        _ => return Kind::Other,
    })
}

#[derive(Debug, Default)]
struct List {
    allow: Vec<usize>,
    deny: Vec<usize>,
}

/// Told of each decision and of the call that it is about.
type Observer = Box<dyn Fn(&str, &Decision<'_>) + Send + Sync>;

/// The policy with its tables, ready to decide.
pub struct Judge {
    observer: Option<Observer>,
    rules: Vec<Rule>,
    lists: HashMap<&'static str, List>,
    options: HashMap<(i32, i32), Vec<(&'static str, Row)>>,
    controls: HashMap<(i32, i32), (&'static str, Row)>,
    requests: HashMap<u32, (&'static str, usize, Grant)>,
}

/// Kinds under which a rule is asked for.
fn kinds_of(kind: &'static str) -> Vec<&'static str> {
    match kind {
        "unix" => vec!["unix-connect", "unix-bind"],
        "abstract" => vec!["abstract-connect", "abstract-bind"],
        // Who may listen may bind.
        "tcp-listen" => vec![kind, "tcp-bind"],
        "mptcp-listen" => vec![kind, "mptcp-bind"],
        "sctp-listen" => vec![kind, "sctp-bind"],
        "dccp-listen" => vec![kind, "dccp-bind"],
        _ => vec![kind],
    }
}

/// A level and a name as the tables are asked for them, of constants' names; none where there is none.
fn key_of(level: &str, name: &str) -> Option<(i32, i32)> {
    let level = i32::try_from(constant(level)?).ok()?;
    let name = i32::try_from(constant(name)?).ok()?;
    Some((level, name))
}

fn none(kind: &str) -> Decision<'static> {
    Decision::never(format!("no {kind} rule grants it"))
}

const MALFORMED: &str = "the address can't be read";
const HARMLESS: &str = "it needs no rule";

impl Judge {
    /// Makes the tables of a policy.
    pub fn new(policy: Policy) -> Judge {
        let mut judge = Judge {
            observer: None,
            rules: Vec::new(),
            lists: HashMap::new(),
            options: HashMap::new(),
            controls: HashMap::new(),
            requests: HashMap::new(),
        };
        for rule in policy.allow.into_iter().chain(policy.deny) {
            let number = judge.rules.len();
            for kind in kinds_of(rule.kind) {
                let list = judge.lists.entry(kind).or_default();
                let way = if rule.allows { &mut list.allow } else { &mut list.deny };
                way.push(number);
            }
            judge.rules.push(rule);
        }
        for row in OPTIONS {
            for name in row.names {
                if let Some(key) = key_of(row.level, name) {
                    judge.options.entry(key).or_default().push((name, *row));
                }
            }
        }
        for row in CONTROLS {
            for name in row.names {
                if let Some(key) = key_of(row.level, name) {
                    judge.controls.insert(key, (name, *row));
                }
            }
        }
        for requests in REQUESTS {
            for name in requests.names {
                if let Some(code) = constant(name) {
                    judge.requests.insert(code as u32, (name, requests.size, requests.grant));
                }
            }
        }
        judge
    }

    /// Has each decision about a call of the guest's told, as they are made.
    pub fn observe(&mut self, observer: impl Fn(&str, &Decision<'_>) + Send + Sync + 'static) {
        self.observer = Some(Box::new(observer));
    }

    /// Tells of a decision about a call that is to be made; EACCES where it refuses.
    pub fn enforce(&self, call: &str, decision: Decision<'_>) -> Result<(), Errno> {
        if let Some(observer) = &self.observer {
            observer(call, &decision);
        }
        if decision.granted { Ok(()) } else { Err(Errno::EACCES) }
    }

    fn denying(&self, kind: &str) -> impl Iterator<Item = &Rule> {
        let list = self.lists.get(kind).map_or(&[][..], |list| &list.deny);
        list.iter().map(|number| &self.rules[*number])
    }

    fn allowing(&self, kind: &str) -> impl Iterator<Item = &Rule> {
        let list = self.lists.get(kind).map_or(&[][..], |list| &list.allow);
        list.iter().map(|number| &self.rules[*number])
    }

    /// The first rule that matches, of those that forbid before those that grant.
    fn by(&self, kind: &str, matches: impl Fn(&Rule) -> bool) -> Option<Decision<'_>> {
        let mut rules = self.denying(kind).chain(self.allowing(kind));
        rules.find(|rule| matches(rule)).map(Decision::by)
    }

    fn some(&self, kinds: &[&str]) -> Option<Decision<'_>> {
        let mut rules = kinds.iter().filter_map(|kind| self.allowing(kind).next());
        rules.next().map(Decision::by)
    }

    /// `port` none: whichever the kernel picks, which is judged when it has. Who binds to any address
    /// binds to those that are forbidden too.
    fn endpoint(&self, kind: &str, ip: IpAddr, port: Option<u16>, using: Use) -> Decision<'_> {
        let number = port.map(u32::from);
        for rule in self.denying(kind) {
            let any = using != Use::Connect && ip.is_unspecified() && rule.block.has_family_of(ip);
            let matches = any || rule.block.contains(ip);
            if matches && number.is_some_and(|port| rule.fits_port(port)) {
                return Decision::by(rule);
            }
        }
        for rule in self.allowing(kind) {
            if number.is_none_or(|port| rule.fits_port(port)) && rule.block.contains(ip) {
                return Decision::by(rule);
            }
        }
        let port = port.map_or(String::new(), |port| format!(":{port}"));
        Decision::never(format!("no {kind} rule grants {}{port}", ip_text(ip)))
    }

    /// socket(2).
    pub fn socket(&self, sort: &Sort) -> Decision<'_> {
        let Sort { family, kind, protocol, on_ip } = *sort;
        match on_ip {
            Kind::Raw => {
                let whole = |rule: &Rule| {
                    let everywhere = rule.block == super::ip::Block::Everywhere;
                    rule.fits_number(protocol) && (rule.allows || everywhere)
                };
                return self.by("raw", whole).unwrap_or_else(|| none("raw"));
            }
            Kind::Ping => return self.some(&["ping"]).unwrap_or_else(|| none("ping")),
            Kind::Transport(transport) => {
                let (name, kinds) = transport.kinds();
                let count = if transport.listens() { 3 } else { 2 };
                return self.some(&kinds[..count]).unwrap_or_else(|| none(name));
            }
            Kind::Other => {}
        }
        match family {
            family::INET | family::INET6 => {
                Decision::never(format!("no rule can grant type {kind} with protocol {protocol}"))
            }
            family::UNIX => self
                .some(&["unix-connect", "unix-bind", "abstract-connect", "abstract-bind"])
                .unwrap_or_else(|| none("unix or abstract")),
            family::NETLINK => {
                let own = self.by("netlink", |rule| rule.fits_number(protocol));
                own.unwrap_or_else(|| none("netlink"))
            }
            // The addresses of SOCK_PACKET name an interface otherwise. With a protocol a socket hears
            // all interfaces at once.
            family::PACKET if kind != RAW && kind != DATAGRAM => {
                Decision::never(format!("no rule can grant packet sockets of type {kind}"))
            }
            family::PACKET if protocol == 0 => {
                self.some(&["packet"]).unwrap_or_else(|| none("packet"))
            }
            family::PACKET => self.every_interface("packet"),
            family::CAN => self.some(&["can"]).unwrap_or_else(|| none("can")),
            family::VSOCK => {
                self.some(&["vsock-connect", "vsock-listen"]).unwrap_or_else(|| none("vsock"))
            }
            _ => self.whole_family(sort),
        }
    }

    /// socketpair(2).
    pub fn pair(&self, sort: &Sort) -> Decision<'_> {
        if sort.family == family::UNIX { self.word("unix-pair") } else { self.socket(sort) }
    }

    /// bind(2), listen(2) with the socket's own name, connect(2) and the address of a sending call.
    /// `interface` is asked for the name of an index, empty where there is none.
    pub fn address(
        &self,
        sort: &Sort,
        using: Use,
        address: &Address,
        interface: impl FnOnce(i32) -> Vec<u8>,
    ) -> Decision<'_> {
        let connects = using == Use::Connect;
        match address {
            Address::Malformed => Decision::never(MALFORMED),
            Address::Unspecified => Decision::never(
                "an address without a family: some calls take it for one of the socket's",
            ),
            Address::Ip { ip, port } => self.ip(sort, using, *ip, *port),
            Address::Unnamed if using != Use::Bind => {
                Decision::never("a UNIX address without a name")
            }
            Address::Unnamed => {
                self.some(&["abstract-bind"]).unwrap_or_else(|| none("abstract-bind"))
            }
            Address::Path(name) => {
                self.unix(if connects { "unix-connect" } else { "unix-bind" }, name)
            }
            Address::Abstract(name) => {
                self.unix(if connects { "abstract-connect" } else { "abstract-bind" }, name)
            }
            Address::Netlink { port, groups } => self.netlink(sort, using, *port, *groups),
            Address::Vsock { cid, port } => self.vsock(using, *cid, *port),
            Address::Interface(0) => self.without_interface(sort, using),
            Address::Interface(index) => self.interface(sort.interface_kind(), &interface(*index)),
            Address::Other if sort.on_ip == Kind::Other => self.whole_family(sort),
            Address::Other => Decision::never(MALFORMED),
        }
    }

    fn unix(&self, kind: &str, name: &[u8]) -> Decision<'_> {
        self.by(kind, |rule| rule.fits_name(name)).unwrap_or_else(|| refused_name(kind, name))
    }

    fn netlink(&self, sort: &Sort, using: Use, port: u32, groups: u32) -> Decision<'_> {
        let Some(own) = self.by("netlink", |rule| rule.fits_number(sort.protocol)) else {
            return none("netlink");
        };
        // The kernel is port 0; other numbers are other programs, which usersock is for.
        if using != Use::Connect || sort.protocol == USERSOCK || (port == 0 && groups == 0) {
            return own;
        }
        Decision::never("a netlink rule grants talk to the kernel, not to other programs")
    }

    fn vsock(&self, using: Use, cid: u32, port: u32) -> Decision<'_> {
        let kind = if using == Use::Connect { "vsock-connect" } else { "vsock-listen" };
        let open = using == Use::Bind && port == ANY;
        // Every cid takes a rule for all of them, and is forbidden by a rule for any.
        let fits_cid = |rule: &Rule| match rule.number {
            None => true,
            Some(_) if cid == ANY => !rule.allows,
            Some(number) => number == cid,
        };
        self.by(kind, |rule| fits_cid(rule) && (open || rule.fits_port(port)))
            .unwrap_or_else(|| Decision::never(format!("no {kind} rule grants {cid}:{port}")))
    }

    fn without_interface(&self, sort: &Sort, using: Use) -> Decision<'_> {
        let kind = sort.interface_kind();
        // J1939 has said at bind(2) which interface it uses, and may leave it out from then on.
        if kind == "can" && sort.protocol == J1939 && using == Use::Connect {
            return self.some(&["can"]).unwrap_or_else(|| none("can"));
        }
        self.every_interface(kind)
    }

    fn whole_family(&self, sort: &Sort) -> Decision<'_> {
        let family = sort.family;
        let refused = || Decision::never(format!("no family rule grants family {family}"));
        let own = |rule: &Rule| rule.number.is_some() && rule.fits_number(family);
        self.by("family", own).unwrap_or_else(refused)
    }

    /// A packet socket that begins with a protocol hears all of them, and so does index 0.
    fn every_interface(&self, kind: &str) -> Decision<'_> {
        if let Some(rule) = self.denying(kind).next() {
            return Decision::by(rule);
        }
        self.by(kind, |rule| rule.name == "*")
            .unwrap_or_else(|| Decision::never(format!("every interface takes {kind}:*")))
    }

    /// An interface by its name, `kind` being `packet` or `can`.
    fn interface(&self, kind: &str, name: &[u8]) -> Decision<'_> {
        let own = if name.is_empty() { None } else { self.by(kind, |rule| rule.fits_name(name)) };
        own.unwrap_or_else(|| refused_name(kind, name))
    }

    fn ip(&self, sort: &Sort, using: Use, ip: IpAddr, port: u16) -> Decision<'_> {
        let protocol = sort.protocol;
        match sort.on_ip {
            Kind::Raw => {
                let fits = |rule: &Rule| {
                    rule.fits_number(protocol) && (using != Use::Connect || rule.block.contains(ip))
                };
                let refused =
                    || format!("no raw rule grants protocol {protocol} to {}", ip_text(ip));
                self.by("raw", fits).unwrap_or_else(|| Decision::never(refused()))
            }
            Kind::Ping if using == Use::Connect => {
                let refused = || format!("no ping rule grants {}", ip_text(ip));
                let own = self.by("ping", |rule| rule.block.contains(ip));
                own.unwrap_or_else(|| Decision::never(refused()))
            }
            Kind::Ping => self.some(&["ping"]).unwrap_or_else(|| none("ping")),
            Kind::Other => Decision::never(MALFORMED),
            Kind::Transport(transport) => {
                if using == Use::Listen && !transport.listens() {
                    return Decision::never(format!("nobody listens on {}", transport.kinds().0));
                }
                let picked = using == Use::Bind && port == 0;
                self.endpoint(transport.kind(using), ip, (!picked).then_some(port), using)
            }
        }
    }

    /// The source address that a control message asks for: who sends from it, binds to it. `port` 0:
    /// none yet.
    pub fn source(&self, sort: &Sort, ip: IpAddr, port: u16) -> Decision<'_> {
        let transport = match sort.on_ip {
            Kind::Raw | Kind::Ping => return self.socket(sort),
            Kind::Other => {
                return Decision::never("a source address of a socket that has none");
            }
            Kind::Transport(transport) => transport,
        };
        let kind = transport.kind(Use::Bind);
        if port != 0 {
            return self.endpoint(kind, ip, Some(port), Use::Bind);
        }
        let refused = || format!("no {kind} rule grants every port of {}", ip_text(ip));
        self.by(kind, |rule| rule.low == 0 && rule.block.contains(ip))
            .unwrap_or_else(|| Decision::never(refused()))
    }

    /// The bytes that an option's value may have; none where the table has no such option.
    pub fn option_size(&self, way: Access, level: i32, name: i32) -> Option<Size> {
        self.option_row(way, level, name).map(|(_, row)| row.size)
    }

    fn option_row(&self, way: Access, level: i32, name: i32) -> Option<(&'static str, Row)> {
        let rows = self.options.get(&in_range(level, name)?)?;
        let fits = |(_, row): &&(_, Row)| row.access == Access::Both || row.access == way;
        rows.iter().find(fits).copied()
    }

    /// getsockopt(2) and setsockopt(2). `size` is the value's; a null value has none.
    pub fn option(&self, way: Access, level: i32, name: i32, size: Option<usize>) -> Decision<'_> {
        let Some((named, row)) = self.option_row(way, level, name) else {
            return Decision::never(format!("option {name} of level {level} is not in the table"));
        };
        let fits = match size {
            None => named == "ALG_SET_AEAD_AUTHSIZE",
            Some(size) => row.size.fits(size),
        };
        if way == Access::Set && !fits {
            let size = size.map_or("NULL".to_string(), |size| size.to_string());
            return Decision::never(format!("{named} has no value of {size} bytes"));
        }
        self.named("option", named, row.grant)
    }

    /// A control message of a sending call, save those that are judged by what they hold.
    pub fn control(&self, level: i32, kind: i32, size: usize) -> Decision<'_> {
        let row = in_range(level, kind).and_then(|key| self.controls.get(&key));
        let Some((name, row)) = row else {
            let what = format!("control message {kind} of level {level} is not in the table");
            return Decision::never(what);
        };
        if !row.size.fits(size) {
            return Decision::never(format!("{name} has no {size} bytes"));
        }
        self.named("control", name, row.grant)
    }

    fn named(&self, kind: &str, name: &str, grant: bool) -> Decision<'_> {
        match self.by(kind, |rule| rule.name == "*" || rule.name == name) {
            Some(rule) if grant || !rule.granted => rule,
            _ if grant => Decision::never(format!("it takes {kind}:{name}")),
            _ => Decision::free(HARMLESS),
        }
    }

    /// SO_ATTACH_FILTER and its kin.
    pub fn filter(&self, name: i32) -> Decision<'_> {
        let filters = ["SO_ATTACH_FILTER", "SO_ATTACH_REUSEPORT_CBPF"];
        if filters.iter().any(|filter| constant(filter) == Some(i64::from(name))) {
            return self.word("attach-filter");
        }
        Decision::never(format!("option {name} takes no filter"))
    }

    /// ioctl(2). `size` is the argument's; none where it is a number.
    pub fn ioctl(&self, code: u32, size: Option<usize>) -> Decision<'_> {
        let Some((name, bytes, grant)) = self.requests.get(&code).copied() else {
            return Decision::never(format!("request {code} is not in the table"));
        };
        if size != Some(bytes) {
            return Decision::never(format!("{name} takes {bytes} bytes"));
        }
        match self.by("ioctl", |rule| rule.name == "*" || rule.name == name) {
            Some(rule) if grant != Grant::None || !rule.granted => return rule,
            _ => {}
        }
        if grant == Grant::None {
            return Decision::free(HARMLESS);
        }
        let more = self.word("interfaces");
        if grant == Grant::Interfaces && more.granted {
            return more;
        }
        Decision::never(format!("it takes ioctl:{name}"))
    }

    /// What is granted by a word alone: `rights`, `services`.
    pub fn word(&self, kind: &str) -> Decision<'_> {
        if let Some(rule) = self.denying(kind).next() {
            return Decision::by(rule);
        }
        self.some(&[kind]).unwrap_or_else(|| none(kind))
    }

    /// if_nametoindex(3) and if_indextoname(3): who may use an interface may know it.
    pub fn interface_name(&self, name: &[u8]) -> Decision<'_> {
        let all = self.word("interfaces");
        if all.granted {
            return all;
        }
        let one = ["packet", "can"].iter().map(|kind| self.interface(kind, name));
        one.into_iter().find(|decision| decision.granted).unwrap_or(all)
    }

    /// A host's name that is looked up.
    pub fn host_name(&self, name: &[u8]) -> Decision<'_> {
        if name.len() > MAX_HOST {
            return Decision::never("longer than any name");
        }
        let fits = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte == b'-';
        let plain = name.strip_suffix(b".").unwrap_or(name).to_ascii_lowercase();
        // A name that every resolver takes for what it says. The DNS's text has escapes, and some
        // resolvers make ASCII of what isn't.
        let labels = plain.split(|byte| *byte == b'.');
        if !labels.into_iter().all(|label| !label.is_empty() && label.iter().all(fits)) {
            return Decision::never(NO_HOST);
        }
        self.by("names", |rule| rule.fits_name(&plain))
            .unwrap_or_else(|| refused_name("names", &plain))
    }

    /// An address whose name is looked up; none for what can't be read.
    pub fn reverse(&self, ip: Option<IpAddr>) -> Decision<'_> {
        let Some(ip) = ip else {
            return Decision::never(MALFORMED);
        };
        let refused = || format!("no reverse rule grants {}", ip_text(ip));
        self.by("reverse", |rule| rule.block.contains(ip))
            .unwrap_or_else(|| Decision::never(refused()))
    }
}

/// A level and a name, none where a guest's are out of range.
fn in_range(level: i32, name: i32) -> Option<(i32, i32)> {
    (level >= 0 && (0..=0xffff).contains(&name)).then_some((level, name))
}

/// Each byte is shown as the character of its number.
fn refused_name(kind: &str, name: &[u8]) -> Decision<'static> {
    let text: String = name.iter().map(|byte| char::from(*byte)).collect();
    Decision::never(format!("no {kind} rule grants {}", quoted(&text)))
}
