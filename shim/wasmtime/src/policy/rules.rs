//! A policy as data, and its rules as they are judged. A rule is a short form,
//! `tcp-connect:10.0.0.0/8:443`, or an object that spells the same out; all errors of a policy are told
//! at once, each with its place.
use super::ip::Block;
use super::parts::{
    CIDS, IP, NETLINK, RAW, Wrong, address_of, granted_family, host_of, interface_of, numbered,
    path_of, ports_of, quoted, wrong,
};
use super::pattern::Pattern;
use super::tables::is_known;
use serde_json::{Map, Value};
use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

/// How the rest of a kind of rule reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Endpoint,
    Address,
    Raw,
    Path,
    Abstract,
    Nothing,
    Netlink,
    Interface,
    Vsock,
    Family,
    Host,
    Listed,
}

const KINDS: &[(&str, Form)] = &[
    ("tcp-connect", Form::Endpoint),
    ("tcp-bind", Form::Endpoint),
    ("tcp-listen", Form::Endpoint),
    ("mptcp-connect", Form::Endpoint),
    ("mptcp-bind", Form::Endpoint),
    ("mptcp-listen", Form::Endpoint),
    ("sctp-connect", Form::Endpoint),
    ("sctp-bind", Form::Endpoint),
    ("sctp-listen", Form::Endpoint),
    ("dccp-connect", Form::Endpoint),
    ("dccp-bind", Form::Endpoint),
    ("dccp-listen", Form::Endpoint),
    ("udp-connect", Form::Endpoint),
    ("udp-bind", Form::Endpoint),
    ("udplite-connect", Form::Endpoint),
    ("udplite-bind", Form::Endpoint),
    ("ping", Form::Address),
    ("reverse", Form::Address),
    ("raw", Form::Raw),
    ("unix", Form::Path),
    ("unix-connect", Form::Path),
    ("unix-bind", Form::Path),
    ("abstract", Form::Abstract),
    ("abstract-connect", Form::Abstract),
    ("abstract-bind", Form::Abstract),
    ("unix-pair", Form::Nothing),
    ("netlink", Form::Netlink),
    ("packet", Form::Interface),
    ("can", Form::Interface),
    ("vsock-connect", Form::Vsock),
    ("vsock-listen", Form::Vsock),
    ("family", Form::Family),
    ("names", Form::Host),
    ("option", Form::Listed),
    ("control", Form::Listed),
    ("ioctl", Form::Listed),
    ("rights", Form::Nothing),
    ("interfaces", Form::Nothing),
    ("services", Form::Nothing),
    ("hostname", Form::Nothing),
    ("attach-filter", Form::Nothing),
];

impl Form {
    /// The fields that an object has beside `kind`, in the order of the short form.
    fn fields(self) -> &'static [&'static str] {
        match self {
            Form::Endpoint => &["address", "ports"],
            Form::Address => &["address"],
            Form::Raw => &["protocol", "address"],
            Form::Path => &["path"],
            Form::Netlink => &["protocol"],
            Form::Interface => &["interface"],
            Form::Vsock => &["cid", "ports"],
            Form::Abstract | Form::Family | Form::Host | Form::Listed => &["name"],
            Form::Nothing => &[],
        }
    }

    fn required(self) -> usize {
        if self == Form::Raw { 1 } else { self.fields().len() }
    }

    fn example(self) -> &'static str {
        match self {
            Form::Endpoint => "ADDRESS:PORTS",
            Form::Address => "ADDRESS",
            Form::Raw => "PROTOCOL or PROTOCOL:ADDRESS",
            Form::Path => "PATH",
            Form::Netlink => "PROTOCOL",
            Form::Interface => "INTERFACE",
            Form::Vsock => "CID:PORTS",
            Form::Family => "FAMILY",
            Form::Abstract | Form::Host | Form::Listed => "NAME",
            Form::Nothing => "",
        }
    }

    /// The parts of a short form's rest; a colon inside brackets divides nothing.
    fn divide(self, rest: &str) -> Vec<String> {
        let at = match self {
            Form::Endpoint | Form::Vsock => {
                rest.rfind(':').filter(|at| rest.rfind(']').is_none_or(|end| *at > end))
            }
            Form::Raw => rest.find(':'),
            _ => None,
        };
        match at {
            Some(at) => vec![rest[..at].to_string(), rest[at + 1..].to_string()],
            None => vec![rest.to_string()],
        }
    }
}

/// What a guest may use up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Descriptors that the guest may have at a time; 1024 where the policy says nothing.
    pub descriptors: u32,
    /// Bytes that one call may move.
    pub bytes: Option<u32>,
    /// Milliseconds that the guest may block without a result.
    pub milliseconds: Option<u32>,
}

const DESCRIPTORS: u32 = 1024;

/// A rule that was understood.
#[derive(Clone, Debug)]
pub struct Rule {
    /// What it is about: `tcp-connect`.
    pub kind: &'static str,
    /// It stands in `allow`, not in `deny`.
    pub allows: bool,
    /// Where it stands: `allow[3]`.
    pub place: String,
    /// Its short form.
    pub text: String,
    /// Of an address.
    pub block: Block,
    /// Of ports, the lowest.
    pub low: u32,
    /// Of ports, the highest.
    pub high: u32,
    /// Of a path, a name or an interface.
    pub pattern: Option<Pattern>,
    /// Of a protocol, a family or a cid; none for all.
    pub number: Option<u32>,
    /// Of an option, a control message, an ioctl or an interface: its name; `*` for all.
    pub name: String,
}

impl Rule {
    pub(super) fn fits_name(&self, name: &[u8]) -> bool {
        self.pattern.as_ref().is_some_and(|pattern| pattern.matches(name))
    }

    pub(super) fn fits_number(&self, number: i32) -> bool {
        self.number.is_none_or(|own| i64::from(own) == i64::from(number))
    }

    pub(super) fn fits_port(&self, port: u32) -> bool {
        (self.low..=self.high).contains(&port)
    }
}

/// A policy: what no rule of `allow` grants is refused, and so is what one of `deny` matches.
#[derive(Clone, Debug)]
pub struct Policy {
    /// What the guest may do.
    pub allow: Vec<Rule>,
    /// What it may not do, whatever `allow` says.
    pub deny: Vec<Rule>,
    /// What it may use up.
    pub limits: Limits,
}

/// A policy that has errors, which is refused whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError {
    /// Each error: where, and what.
    pub errors: Vec<String>,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.errors.join("\n"))
    }
}

impl std::error::Error for PolicyError {}

impl Policy {
    /// A policy of short forms: `["tcp-connect:127.0.0.1:*"]`.
    pub fn from_rules<T: AsRef<str>>(rules: &[T]) -> Result<Policy, PolicyError> {
        let rules = rules.iter().map(|rule| Value::from(rule.as_ref())).collect();
        Policy::from_value(&Value::Array(rules))
    }

    /// A policy as JSON: an object, or the list of what it allows.
    pub fn from_json(text: &str) -> Result<Policy, PolicyError> {
        match serde_json::from_str(text) {
            Ok(value) => Policy::from_value(&value),
            Err(error) => Err(PolicyError { errors: vec![format!("policy: {error}")] }),
        }
    }

    /// A policy of JSON that was read already.
    pub fn from_value(value: &Value) -> Result<Policy, PolicyError> {
        let listed;
        let whole = match value {
            Value::Object(whole) => whole,
            Value::Array(_) => {
                listed = Map::from_iter([("allow".to_string(), value.clone())]);
                &listed
            }
            other => {
                let shown = quoted(&shown(other));
                let error = format!("policy: {shown} is no policy: an object, or a list of rules");
                return Err(PolicyError { errors: vec![error] });
            }
        };
        let mut errors = Vec::new();
        for key in whole.keys() {
            if !["$schema", "allow", "deny", "limits"].contains(&key.as_str()) {
                let key = quoted(key);
                errors.push(format!("policy: {key} is no part of a policy: allow, deny, limits"));
            }
        }
        let allow = list_of(whole, "allow", &mut errors);
        let deny = list_of(whole, "deny", &mut errors);
        let limits = limits_of(whole, &mut errors);
        if errors.is_empty() {
            Ok(Policy { allow, deny, limits })
        } else {
            Err(PolicyError { errors })
        }
    }
}

fn list_of(whole: &Map<String, Value>, key: &str, errors: &mut Vec<String>) -> Vec<Rule> {
    let rules = match whole.get(key) {
        Some(Value::Array(rules)) => rules,
        None | Some(Value::Null) if key == "deny" => return Vec::new(),
        other => {
            let shown = quoted(&other.map_or("undefined".to_string(), shown));
            errors.push(format!("{key}: {shown} is no list of rules"));
            return Vec::new();
        }
    };
    let mut understood = Vec::new();
    for (i, value) in rules.iter().enumerate() {
        let place = format!("{key}[{i}]");
        match spelled(value).and_then(|rule| rule.understood(&place)) {
            Ok(rule) => understood.push(rule),
            Err(error) => errors.push(match value {
                Value::String(text) => format!("{place}: {text}: {error}"),
                _ => format!("{place}: {error}"),
            }),
        }
    }
    understood
}

fn limits_of(whole: &Map<String, Value>, errors: &mut Vec<String>) -> Limits {
    let empty = Map::new();
    let limits = match whole.get("limits") {
        None | Some(Value::Null) => &empty,
        Some(Value::Object(limits)) => limits,
        Some(other) => {
            errors.push(format!("limits: {} is no object", quoted(&shown(other))));
            &empty
        }
    };
    for key in limits.keys() {
        if !["descriptors", "bytes", "milliseconds"].contains(&key.as_str()) {
            let key = quoted(key);
            errors.push(format!("limits: {key} is no limit: descriptors, bytes, milliseconds"));
        }
    }
    let mut limit = |key: &str| -> Option<u32> {
        let value = limits.get(key)?;
        let whole = value.as_f64().filter(|number| number.fract() == 0.0);
        match whole {
            Some(number) if (1.0..=f64::from(i32::MAX)).contains(&number) => Some(number as u32),
            _ => {
                let shown = quoted(&shown(value));
                errors.push(format!("limits.{key}: {shown} is no number 1..{}", i32::MAX));
                None
            }
        }
    };
    Limits {
        descriptors: limit("descriptors").unwrap_or(DESCRIPTORS),
        bytes: limit("bytes"),
        milliseconds: limit("milliseconds"),
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A rule that is spelled out: the values of its form's fields, in order.
struct Spelled {
    kind: &'static str,
    form: Form,
    parts: Vec<String>,
}

fn kind_of(kind: &str) -> Result<(&'static str, Form), Wrong> {
    if let Some(found) = KINDS.iter().find(|(name, _)| *name == kind) {
        return Ok(*found);
    }
    let names: Vec<_> = KINDS.iter().map(|(name, _)| *name).collect();
    wrong(kind, &format!("is no kind of rule: {}", names.join(", ")))
}

fn spelled(value: &Value) -> Result<Spelled, Wrong> {
    match value {
        Value::String(text) => short_form(text),
        Value::Object(fields) => object(fields, value),
        other => wrong(&shown(other), "is no rule: a short form or an object"),
    }
}

fn short_form(rule: &str) -> Result<Spelled, Wrong> {
    let (kind, rest) = match rule.split_once(':') {
        Some((kind, rest)) => (kind, Some(rest)),
        None => (rule, None),
    };
    let (kind, form) = kind_of(kind)?;
    if form == Form::Nothing {
        return match rest {
            None => Ok(Spelled { kind, form, parts: Vec::new() }),
            Some(rest) => wrong(&format!(":{rest}"), &format!("is too much: {kind} stands alone")),
        };
    }
    let parts = rest.map_or(Vec::new(), |rest| form.divide(rest));
    if parts.len() < form.required() {
        return wrong(rule, &format!("is incomplete: {kind}:{}", form.example()));
    }
    Ok(Spelled { kind, form, parts })
}

fn object(fields: &Map<String, Value>, value: &Value) -> Result<Spelled, Wrong> {
    let kind = fields.get("kind").map_or("undefined".to_string(), shown);
    let (kind, form) = kind_of(&kind)?;
    for (key, value) in fields {
        if key == "kind" {
            continue;
        }
        if !form.fields().contains(&key.as_str()) {
            return wrong(key, &format!("is no field of a {kind} rule"));
        }
        if !value.is_string() {
            return wrong(&shown(value), &format!("is no {key}: numbers too are strings"));
        }
    }
    let mut parts = Vec::new();
    for (i, key) in form.fields().iter().enumerate() {
        match fields.get(*key) {
            Some(value) => parts.push(shown(value)),
            None if i >= form.required() => {}
            None => return wrong(&shown(value), &format!("lacks {key}")),
        }
    }
    Ok(Spelled { kind, form, parts })
}

/// The parts of a rule that say what it matches.
struct Matched {
    block: Block,
    ports: (u32, u32),
    pattern: Option<Pattern>,
    number: Option<u32>,
    name: String,
}

/// What is matched where a rule says nothing of it.
impl Default for Matched {
    fn default() -> Matched {
        Matched {
            block: Block::Everywhere,
            ports: (0, u32::MAX),
            pattern: None,
            number: None,
            name: "*".to_string(),
        }
    }
}

impl Spelled {
    fn understood(&self, place: &str) -> Result<Rule, Wrong> {
        let matched = self.matched()?;
        self.check_reachable(&matched.block)?;
        let mut text = self.kind.to_string();
        for part in &self.parts {
            text.push(':');
            text.push_str(part);
        }
        Ok(Rule {
            kind: self.kind,
            allows: place.starts_with("allow"),
            place: place.to_string(),
            text,
            block: matched.block,
            low: matched.ports.0,
            high: matched.ports.1,
            pattern: matched.pattern,
            number: matched.number,
            name: matched.name,
        })
    }

    fn matched(&self) -> Result<Matched, Wrong> {
        let part = |i: usize| self.parts.get(i).map_or("", String::as_str);
        let usual = Matched::default();
        Ok(match self.form {
            Form::Endpoint => {
                let block = address_of(part(0))?;
                Matched { block, ports: ports_of(part(1), 65535)?, ..usual }
            }
            Form::Address => Matched { block: address_of(part(0))?, ..usual },
            Form::Raw => self.raw()?,
            Form::Path => Matched { pattern: Some(path_of(part(0))?), ..usual },
            Form::Abstract => Matched { pattern: Some(Pattern::glob(part(0), None)), ..usual },
            Form::Interface => {
                let pattern = Some(interface_of(part(0))?);
                Matched { pattern, name: part(0).to_string(), ..usual }
            }
            Form::Netlink => {
                let number = numbered(part(0), NETLINK, 31, "protocol of netlink")?;
                Matched { number, ..usual }
            }
            Form::Vsock => {
                let number = numbered(part(0), CIDS, u64::from(u32::MAX), "cid")?;
                Matched { number, ports: ports_of(part(1), u64::from(u32::MAX))?, ..usual }
            }
            Form::Family => Matched { number: Some(granted_family(part(0))?), ..usual },
            Form::Host => Matched { pattern: Some(host_of(part(0))?), ..usual },
            Form::Listed => {
                let name = part(0);
                if name != "*" && !is_known(self.kind, name) {
                    return wrong(name, &format!("is no {} that can be granted", self.kind));
                }
                Matched { name: name.to_string(), ..usual }
            }
            Form::Nothing => usual,
        })
    }

    fn raw(&self) -> Result<Matched, Wrong> {
        let number = numbered(&self.parts[0], IP, 255, "protocol of IP")?;
        let block = match self.parts.get(1) {
            Some(address) => address_of(address)?,
            None => Block::Everywhere,
        };
        if block != Block::Everywhere && (number.is_none() || number == Some(RAW)) {
            return wrong(
                &self.parts[1],
                "can't be judged: sockets of protocol raw bring IP headers of their own",
            );
        }
        Ok(Matched { number, block, ..Matched::default() })
    }

    /// A connection to the address that is all zeros is judged as one to where it leads.
    fn check_reachable(&self, block: &Block) -> Result<(), Wrong> {
        if !self.kind.ends_with("-connect") {
            return Ok(());
        }
        if Some(*block) == Block::new(Ipv4Addr::UNSPECIFIED.into(), 32) {
            return wrong("0.0.0.0", "reaches 127.0.0.1, which is what can be granted");
        }
        if Some(*block) == Block::new(Ipv6Addr::UNSPECIFIED.into(), 128) {
            return wrong("[::]", "reaches [::1], which is what can be granted");
        }
        Ok(())
    }
}
