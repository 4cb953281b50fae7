//! Random arguments at the boundary, for BOUNDARY_SECONDS (2): nothing panics, nothing is allocated on a
//! guest's word, and what passes is what the policy grants. BOUNDARY_SEED begins with that one.
use berkeley_sockets::Errno;
use berkeley_sockets::boundary::{
    MAX_LENGTH, clamp, control_messages, destination, is_numeric, may_be_dual, option_room,
    option_value, outgoing_control, own_address, payload, picks, plain_name, push_control,
    scope_of,
};
use berkeley_sockets::policy::address::{Address, Use, family};
use berkeley_sockets::policy::{Judge, Limits, Policy, Sort};
use serde_json::json;
use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

/// xorshift64*.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() >> 33) as usize % bound
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// Mostly small numbers, some of them at the ends of what there is.
    fn number(&mut self) -> i32 {
        match self.below(4) {
            0 => self.pick(&[0, 1, -1, i32::MAX, i32::MIN, 0x10000, 0xffff]),
            1 => self.next() as i32,
            _ => self.below(300) as i32,
        }
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        let length = self.below(most + 1);
        let sparse = self.below(2) == 0;
        (0..length)
            .map(|_| if sparse { self.pick(&[0, 0, 0, 1, 255]) } else { self.next() as u8 })
            .collect()
    }

    fn sort(&mut self) -> Sort {
        let family = self.pick(&[1, 2, 10, 16, 17, 29, 30, 38, 40, 44, -1]);
        let kind = self.pick(&[1, 2, 3, 5, 6, 10, 0x801]);
        Sort::new(family, kind, self.pick(&[0, 1, 6, 7, 17, 58, 132, 136, 255, 262]))
    }
}

const RULES: &[&str] = &[
    "tcp-connect:10.0.0.0/8:443",
    "tcp-connect:[2001:db8::]/32:*",
    "tcp-listen:127.0.0.1:1000-2000",
    "udp-connect:*:53",
    "udp-bind:*:*",
    "ping:*",
    "raw:icmp:127.0.0.0/8",
    "unix:/run/app/*",
    "abstract:app*",
    "netlink:route",
    "packet:*",
    "can:vcan0",
    "vsock-connect:2:*",
    "family:tipc",
    "names:*",
    "reverse:*",
    "option:*",
    "control:*",
    "ioctl:*",
    "rights",
];

fn policy(random: &mut Random) -> Judge {
    let mut some = |_: &&&str| random.below(2) == 0;
    let allow: Vec<_> = RULES.iter().filter(&mut some).collect();
    let deny: Vec<_> = RULES.iter().filter(|rule| some(rule) && some(rule) && some(rule)).collect();
    Judge::new(Policy::from_value(&json!({ "allow": allow, "deny": deny })).expect("a policy"))
}

fn address(random: &mut Random, of: i32) -> Vec<u8> {
    let mut bytes = random.bytes(130);
    if bytes.len() >= 2 && random.below(4) > 0 {
        bytes[..2].copy_from_slice(&(of as u16).to_ne_bytes());
    }
    bytes
}

fn addresses(random: &mut Random, judge: &Judge) {
    let sort = random.sort();
    let given = address(random, sort.family);
    let read = Address::read(&given, sort.family);
    let _ = (picks(&read), may_be_dual(&sort, &read));
    let mut bytes = own_address(&given).expect("it is short enough");
    let settled = destination(&mut bytes, &sort);
    assert_eq!(bytes.len(), given.len());
    assert_eq!(Address::read(&bytes, sort.family), settled, "what is judged is what is passed on");
    if let Address::Ip { ip, .. } = settled {
        assert!(!ip.is_unspecified());
        assert_eq!(ip, ip.to_canonical());
    }
    for using in [Use::Bind, Use::Listen, Use::Connect] {
        let decision = judge.address(&sort, using, &settled, |_| b"vcan0".to_vec());
        assert_eq!(decision.granted, decision.granted && !decision.why().is_empty());
        if matches!(settled, Address::Malformed | Address::Unspecified) {
            assert!(!decision.granted);
        }
    }
    mapped(random, judge);
    assert_eq!(own_address(&[0; 257]), Err(Errno::EINVAL));
}

/// A mapped address is decided as the IPv4 address that it stands for.
fn mapped(random: &mut Random, judge: &Judge) {
    let four = Ipv4Addr::from(random.pick(&[0x0a00_0001, 0x7f00_0001, random_ip(random.0)]));
    let port = random.pick(&[0, 53, 443, 1500]);
    let (kind, protocol) = random.pick(&[(1, 0), (2, 0), (3, 1)]);
    let mut six = vec![0; 28];
    six[..2].copy_from_slice(&(family::INET6 as u16).to_ne_bytes());
    six[2..4].copy_from_slice(&u16::to_be_bytes(port));
    six[8..24].copy_from_slice(&four.to_ipv6_mapped().octets());
    let read = Address::read(&six, family::INET6);
    assert_eq!(read, Address::Ip { ip: IpAddr::V4(four), port });
    let using = random.pick(&[Use::Bind, Use::Connect]);
    let granted = |family| {
        let sort = Sort::new(family, kind, protocol);
        judge.address(&sort, using, &read, |_| Vec::new()).granted
    };
    assert_eq!(granted(family::INET), granted(family::INET6));
}

fn random_ip(seed: u64) -> u32 {
    seed as u32
}

fn control(random: &mut Random, judge: &Judge) {
    let mut bytes = Vec::new();
    for _ in 0..random.below(4) {
        let (level, kind) =
            random.pick(&[(1, 1), (1, 2), (0, 8), (41, 50), (0, 2), (17, 103), (279, 2)]);
        let data = random.bytes(24);
        push_control(&mut bytes, level, kind, &data);
    }
    if random.below(2) == 0 {
        bytes.extend(random.bytes(40));
    }
    if !bytes.is_empty() && random.below(3) == 0 {
        let at = random.below(bytes.len());
        bytes[at] = random.next() as u8;
    }
    let messages = control_messages(&bytes);
    if let Some(messages) = &messages {
        let whole: usize = messages.iter().map(|message| message.whole.len()).sum();
        assert!(whole <= bytes.len() && bytes.len() - whole < 16);
        assert!(messages.iter().all(|message| message.data.len() + 16 <= message.whole.len()));
    }
    let sort = random.sort();
    let result = outgoing_control(judge, &sort, &bytes, || 1500);
    match messages {
        None => assert!(result.is_err(), "malformed control data went out"),
        Some(messages) if messages.iter().any(|message| message.has_rights()) => {
            assert!(result.is_err(), "a descriptor in bytes went out");
        }
        Some(_) => {}
    }
}

fn options(random: &mut Random, judge: &Judge) {
    let limits =
        Limits { descriptors: 1, bytes: None, milliseconds: random.pick(&[None, Some(1500)]) };
    let level = random.pick(&[0, 1, 6, 17, 41, 40, 255, 263, 270, 279, -1, 70000]);
    let name = random.number();
    let value = random.bytes(20);
    if let Ok(own) = option_value(judge, &limits, level, name, &value) {
        assert_eq!(own.len(), value.len());
        if level == libc::SOL_SOCKET && name == libc::SO_LINGER {
            let most = if limits.milliseconds.is_some() { 2 } else { 60 };
            let seconds = i32::from_ne_bytes([own[4], own[5], own[6], own[7]]);
            assert!((0..=most).contains(&seconds));
        }
        assert!(![libc::SO_ATTACH_FILTER, libc::SO_ATTACH_BPF].contains(&name) || level != 1);
    }
    let length = random.number() as u32;
    if let Ok(room) = option_room(judge, level, name, length) {
        assert!(room <= 16384 && room <= length as usize);
    }
    let _ = judge.ioctl(random.number() as u32, Some(random.below(50)));
}

fn lengths(random: &mut Random) {
    let bytes = random.pick(&[None, Some(1), Some(1000), Some(i32::MAX as u32)]);
    let limits = Limits { descriptors: 1, bytes, milliseconds: None };
    let length = random.number() as u32;
    let most = clamp(length, &limits);
    assert!(most <= length as usize && most <= MAX_LENGTH);
    assert!(bytes.is_none_or(|bytes| most <= bytes as usize));
    let data = random.bytes(1200);
    let sort = random.sort();
    match payload(&data, &sort, &limits) {
        Ok(part) => assert!(bytes.is_none_or(|bytes| part.len() <= bytes as usize)),
        Err(errno) => assert_eq!((errno, sort.kind == 1), (Errno::EMSGSIZE, false)),
    }
}

fn names(random: &mut Random, judge: &Judge) {
    let mut bytes = random.bytes(40);
    if random.below(2) == 0 {
        bytes.iter_mut().for_each(|byte| *byte = b"ab.-_%:1\\\0 Z"[*byte as usize % 12]);
    }
    if judge.host_name(&bytes).granted {
        let fits = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
        assert!(bytes.iter().all(fits) && !bytes.is_empty());
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    assert_eq!(plain_name(&text).is_ok(), !text.contains('\0') && text.len() <= 1025);
    if is_numeric(&text) {
        let host = text.split('%').next().unwrap_or_default();
        assert!(host.bytes().all(|byte| byte.is_ascii_hexdigit() || b":.".contains(&byte)));
    }
    let _ = scope_of(&bytes);
    let rule = format!(
        "{}:{text}",
        random.pick(&["tcp-connect", "unix", "names", "raw", "can", "family"])
    );
    let _ = Policy::from_rules(&[rule]);
    let _ = Policy::from_json(&text);
    let call = json!({ "call": "connect", "family": random.number(), "address": text });
    let _ = judge.explain(&call);
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let _ = judge.explain(&json!({ "call": "bind", "family": 1, "address": { "hex": hex } }));
}

#[test]
fn random_arguments() {
    let from = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seconds = from("BOUNDARY_SECONDS").unwrap_or(2);
    let first = from("BOUNDARY_SEED").unwrap_or_else(|| u64::from(std::process::id()));
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut rounds = 0u64;
    let mut seed = first;
    while Instant::now() < end {
        println!("BOUNDARY_SEED={seed}");
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let judge = policy(&mut random);
        for _ in 0..1000 {
            addresses(&mut random, &judge);
            control(&mut random, &judge);
            options(&mut random, &judge);
            lengths(&mut random);
            names(&mut random, &judge);
            rounds += 5;
        }
        seed += 1;
    }
    println!("{rounds} rounds in {seconds} s");
}
