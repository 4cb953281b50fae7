//! A call as data, and which rule decides about it. Nothing is called: paths are judged as they stand,
//! and interfaces by the name that is given.
use super::address::{Address, Use, family};
use super::constants::constant;
use super::judge::{Decision, Judge, Sort};
use super::tables::Access;
use serde_json::Value;
use std::net::IpAddr;
use std::os::unix::ffi::OsStrExt;

/// Which rule decides about a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Whether the call is granted.
    pub granted: bool,
    /// What a refused call says: `EACCES`, `EAI_FAIL`.
    pub error: Option<&'static str>,
    /// The short form of the rule that decided; none where none did.
    pub rule: Option<String>,
    /// Where that rule stands: `allow[3]`.
    pub place: Option<String>,
    /// For people.
    pub why: String,
}

impl Judge {
    /// Says which rule decides about a call, which is not made. `docs/policy.md` says what describes a
    /// call: an object of `call`, `family`, `address` and so on. An error says what of it is none.
    pub fn explain(&self, call: &Value) -> Result<Explanation, String> {
        let asked = Asked { judge: self, call };
        let name = call["call"].as_str().unwrap_or_default();
        let decision = asked.decide(name)?;
        let lookups = ["getaddrinfo", "gethostbyname", "getnameinfo", "gethostbyaddr"];
        let refusal = if lookups.contains(&name) { "EAI_FAIL" } else { "EACCES" };
        Ok(Explanation {
            granted: decision.granted,
            error: (!decision.granted).then_some(refusal),
            rule: decision.rule.map(|rule| rule.text.clone()),
            place: decision.rule.map(|rule| rule.place.clone()),
            why: decision.why(),
        })
    }
}

struct Asked<'a> {
    judge: &'a Judge,
    call: &'a Value,
}

fn use_of(call: &str) -> Option<Use> {
    match call {
        "bind" => Some(Use::Bind),
        "listen" => Some(Use::Listen),
        "connect" | "sendto" | "sendmsg" | "sendmmsg" => Some(Use::Connect),
        _ => None,
    }
}

fn word_of(call: &str) -> Option<&'static str> {
    match call {
        "rights" => Some("rights"),
        "getservbyname" | "getservbyport" | "getprotobyname" => Some("services"),
        "gethostname" => Some("hostname"),
        "if_nameindex" => Some("interfaces"),
        _ => None,
    }
}

impl<'a> Asked<'a> {
    fn number(&self, what: &str, usual: Option<i64>) -> Result<i64, String> {
        let value = &self.call[what];
        if let Some(number) = value.as_i64() {
            return Ok(number);
        }
        if let (Value::Null, Some(usual)) = (value, usual) {
            return Ok(usual);
        }
        let found = value.as_str().and_then(constant);
        found.ok_or(format!(
            "explain: {what} must be a number or the name of a constant, got {value}"
        ))
    }

    fn number32(&self, what: &str, usual: Option<i64>) -> Result<i32, String> {
        Ok(self.number(what, usual)? as i32)
    }

    fn text(&self, what: &str) -> &'a str {
        self.call[what].as_str().unwrap_or_default()
    }

    fn sort(&self) -> Result<Sort, String> {
        let family = self.number32("family", None)?;
        let kind = self.number32("type", Some(1))?;
        Ok(Sort::new(family, kind, self.number32("protocol", Some(0))?))
    }

    /// Bytes of a value; none for null.
    fn size(&self) -> Option<usize> {
        match self.call.get("size") {
            None => Some(4),
            Some(size) => size.as_u64().map(|size| size as usize),
        }
    }

    fn decide(&self, call: &str) -> Result<Decision<'a>, String> {
        let judge = self.judge;
        if let Some(using) = use_of(call) {
            return self.addressed(call, using);
        }
        if let Some(word) = word_of(call) {
            return Ok(judge.word(word));
        }
        Ok(match call {
            "socket" => judge.socket(&self.sort()?),
            "socketpair" => judge.pair(&self.sort()?),
            "getsockopt" | "setsockopt" => {
                let way = if call == "getsockopt" { Access::Get } else { Access::Set };
                let level = self.number32("level", None)?;
                judge.option(way, level, self.number32("name", None)?, self.size())
            }
            "control" => {
                let level = self.number32("level", None)?;
                judge.control(level, self.number32("name", None)?, self.size().unwrap_or(0))
            }
            "attachFilter" => judge.filter(self.number32("name", None)?),
            "ioctl" => judge.ioctl(self.number("name", None)? as u32, self.size()),
            "getaddrinfo" | "gethostbyname" => judge.host_name(self.text("host").as_bytes()),
            "getnameinfo" | "gethostbyaddr" => judge.reverse(Some(ip_of(self.text("address"))?)),
            "if_nametoindex" | "if_indextoname" => {
                judge.interface_name(self.text("interface").as_bytes())
            }
            "sethostname" => Decision::impossible(),
            _ => return Err(format!("explain: {call} is no call that the policy judges")),
        })
    }

    fn addressed(&self, call: &str, using: Use) -> Result<Decision<'a>, String> {
        let sort = self.sort()?;
        let given = &self.call["address"];
        let (address, interface) = if let Some(hex) = given["hex"].as_str() {
            (from_bytes(hex, sort.family, using), self.text("interface"))
        } else {
            let text = given.as_str().ok_or(format!("explain: {call} takes an address"))?;
            (from_text(text, sort.family, using)?, text)
        };
        if call == "connect" && sort.disconnects(&address) {
            return Ok(Decision::disconnects());
        }
        let name = |_| interface.as_bytes().to_vec();
        Ok(self.judge.address(&sort, using, &address, name))
    }
}

fn ip_of(text: &str) -> Result<IpAddr, String> {
    let plain = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    match plain.parse::<IpAddr>() {
        Ok(ip) => Ok(ip.to_canonical()),
        Err(_) => Err(format!("explain: address must be numeric, got {text}")),
    }
}

/// An address as the bytes of a call.
fn from_bytes(hex: &str, of: i32, using: Use) -> Address {
    let digits: Vec<_> = hex.chars().filter_map(|digit| digit.to_digit(16)).collect();
    let mut bytes: Vec<u8> =
        digits.chunks_exact(2).map(|pair| (pair[0] * 16 + pair[1]) as u8).collect();
    let mut address = Address::read(&bytes, of);
    if using == Use::Connect {
        address.settle(&mut bytes);
    }
    match address {
        Address::Path(path) => Address::Path(plain_path(&path)),
        other => other,
    }
}

fn from_text(text: &str, of: i32, using: Use) -> Result<Address, String> {
    let (first, second) = text.rsplit_once(':').unwrap_or(("", text));
    let number = |part: &str| {
        part.parse::<u32>().map_err(|_| format!("explain: {part} in {text} is no number"))
    };
    Ok(match of {
        family::INET | family::INET6 => {
            let ip = ip_of(first)?;
            let port = u16::try_from(number(second)?).map_err(|error| error.to_string())?;
            let mut address = Address::Ip { ip, port };
            if using == Use::Connect {
                let mut scratch = [0; 28];
                let six = if ip.is_ipv6() { family::INET6 } else { family::INET };
                scratch[..2].copy_from_slice(&(six as u16).to_ne_bytes());
                address.settle(&mut scratch);
            }
            address
        }
        family::UNIX if text.is_empty() => Address::Unnamed,
        family::UNIX => match text.strip_prefix('@') {
            Some(name) => Address::Abstract(name.as_bytes().to_vec()),
            None => Address::Path(plain_path(text.as_bytes())),
        },
        family::VSOCK => Address::Vsock { cid: number(first)?, port: number(second)? },
        family::NETLINK => Address::Netlink { port: number(first)?, groups: number(second)? },
        family::PACKET | family::CAN => Address::Interface(i32::from(!text.is_empty())),
        _ => Address::Other,
    })
}

/// The path as text alone: absolute, without `.`, `..` and empty parts.
pub fn plain_path(path: &[u8]) -> Vec<u8> {
    let mut whole = path.to_vec();
    if !path.starts_with(b"/") {
        let here = std::env::current_dir().unwrap_or_default();
        whole = [here.as_os_str().as_bytes(), b"/", path].concat();
    }
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in whole.split(|byte| *byte == b'/') {
        match part {
            b".." => {
                parts.pop();
            }
            b"" | b"." => {}
            _ => parts.push(part),
        }
    }
    [b"/", parts.join(&b'/').as_slice()].concat()
}
