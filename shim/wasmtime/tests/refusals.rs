//! Every refused call of tests/policy/cases.json, and of the matrix where MATRIX names its file, made on
//! the real system: each says EACCES, and by strace(1) none of its work reached the system.
use berkeley_sockets::Errno;
use berkeley_sockets::boundary::push_control;
use berkeley_sockets::guest::{Datagram, Guest, Socket};
use berkeley_sockets::policy::Policy;
use berkeley_sockets::policy::constants::constant;
use serde_json::Value;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::{FromRawFd, OwnedFd};
use std::process::Command;

/// The calls that do something; looks at names, options and paths are none.
const WORK: &str = "bind,connect,listen,sendto,sendmsg,sendmmsg,setsockopt,ioctl,accept,accept4,\
                    recvfrom,recvmsg,recvmmsg,shutdown,socketpair";
/// What the one of these tests is told by that runs under strace.
const CHILD: &str = "REFUSALS_CHILD";

#[test]
fn nothing_of_a_refused_call_reaches_the_system() {
    if std::env::var_os(CHILD).is_some() {
        return refuse_all();
    }
    if Command::new("strace").arg("-V").output().is_err() {
        assert!(std::env::var_os("CI").is_none(), "strace is missing");
        println!("skipped: strace is missing: apt-get install strace");
        return;
    }
    let trace = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("refusals-{}.strace", std::process::id()));
    let output = Command::new("strace")
        .args(["-f", "-qq", "-e", &format!("trace={WORK}"), "-e", "signal=none", "-o"])
        .arg(&trace)
        .arg(std::env::current_exe().expect("this program"))
        .args(["--exact", "nothing_of_a_refused_call_reaches_the_system", "--nocapture"])
        .env(CHILD, "1")
        .output()
        .expect("strace runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if text.is_empty() || String::from_utf8_lossy(&output.stderr).contains("ptrace") {
        assert!(std::env::var_os("CI").is_none(), "strace may not trace here");
        println!("skipped: strace may not trace here");
        return;
    }
    assert!(output.status.success(), "{text}");
    let traced = std::fs::read_to_string(&trace).expect("the trace");
    let _ = std::fs::remove_file(&trace);
    // The first call is one that a rule grants: the trace would show others.
    let lines: Vec<_> = traced.lines().filter(|line| line.contains('(')).collect();
    assert_eq!(lines.len(), 1, "{}", lines.join("\n"));
    assert!(lines[0].contains("listen("), "{}", lines[0]);
    println!("{}", text.lines().find(|line| line.contains("refused")).unwrap_or_default());
}

#[allow(unsafe_code)]
fn raw_socket(family: i32, kind: i32, protocol: i32) -> Option<OwnedFd> {
    // SAFETY: numbers alone; the descriptor is a new one.
    unsafe {
        let fd = libc::socket(family, kind | libc::SOCK_CLOEXEC, protocol);
        (fd >= 0).then(|| OwnedFd::from_raw_fd(fd))
    }
}

fn number(value: &Value, usual: i64) -> i64 {
    match value {
        Value::Null => usual,
        Value::String(name) => constant(name).expect("a constant"),
        other => other.as_i64().expect("a number"),
    }
}

fn address(call: &Value) -> Option<Vec<u8>> {
    let given = &call["address"];
    if let Some(hex) = given["hex"].as_str() {
        let digits: Vec<_> = hex.chars().filter_map(|digit| digit.to_digit(16)).collect();
        return Some(digits.chunks(2).map(|pair| (pair[0] * 16 + pair[1]) as u8).collect());
    }
    let address: SocketAddr = given.as_str()?.parse().ok()?;
    let port = address.port().to_be_bytes();
    Some(match address.ip() {
        IpAddr::V4(ip) => [&[2, 0][..], &port, &ip.octets(), &[0; 8]].concat(),
        IpAddr::V6(ip) => [&[10, 0][..], &port, &[0; 4], &ip.octets(), &[0; 4]].concat(),
    })
}

/// Makes a call that must be refused; none for one that can't be made here.
async fn make(guest: &mut Guest, call: &Value, socket: &Socket) -> Option<Result<(), Errno>> {
    let name = call["call"].as_str()?;
    let level = || number(&call["level"], 0) as i32;
    let option = || number(&call["name"], 0);
    let size = match call.get("size") {
        None => 4,
        Some(size) => size.as_u64()? as usize,
    };
    let value = vec![0; size];
    Some(match name {
        "connect" => guest.connect(socket, &address(call)?).await,
        "bind" => guest.bind(socket, &address(call)?),
        "sendto" => guest.sendto(socket, b"x", 0, &address(call)?).await.map(|_| ()),
        "sendmsg" => guest.sendmsg(socket, b"x", &[], &[], 0, &address(call)?).await.map(|_| ()),
        "sendmmsg" => {
            let one = Datagram { data: vec![1], address: address(call)?, ..Datagram::default() };
            guest.send_many(socket, &[one], 0).await.map(|_| ())
        }
        "setsockopt" => guest.setsockopt(socket, level(), option() as i32, &value),
        "getsockopt" => guest.getsockopt(socket, level(), option() as i32, 8).map(|_| ()),
        "ioctl" => guest.ioctl(socket, option() as u32, &value).map(|_| ()),
        "control" => {
            let mut control = Vec::new();
            push_control(&mut control, level(), option() as i32, &value);
            guest.sendmsg(socket, b"x", &control, &[], 0, &[]).await.map(|_| ())
        }
        _ => return None,
    })
}

/// The lines of both files: policy, call, and whether it is granted.
fn calls() -> Vec<(Value, Value)> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/policy/cases.json");
    let whole = std::fs::read_to_string(file).expect("the cases");
    let whole: Value = serde_json::from_str(&whole).expect("JSON");
    let cases = whole["cases"].as_array().expect("a list");
    let mut calls: Vec<_> = cases
        .iter()
        .filter(|case| case["expect"]["granted"] == false && case.get("files").is_none())
        .map(|case| (case["policy"].clone(), case["call"].clone()))
        .collect();
    if let Ok(file) = std::env::var("MATRIX") {
        let text = std::fs::read_to_string(file).expect("the matrix");
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        let refused = lines.filter(|line| line["granted"] == false);
        calls.extend(refused.map(|line| (line["policy"].clone(), line["call"].clone())));
    }
    calls
}

fn refuse_all() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    // What strace shows of a call that is made.
    let rules = Policy::from_rules(&["abstract:*"]).expect("a policy");
    let mut first = Guest::new(rules);
    let unix = first.open(libc::AF_UNIX, 1, 0).expect("it is granted");
    assert!(first.listen(&unix, 1).is_err());
    let mut guests = HashMap::new();
    let mut refused = 0;
    for (policy, call) in calls() {
        if call.get("family").is_none() {
            continue;
        }
        let sort = [
            number(&call["family"], 0) as i32,
            number(&call["type"], 1) as i32 & 15,
            number(&call["protocol"], 0) as i32,
        ];
        let guest = guests
            .entry(policy.to_string())
            .or_insert_with(|| Guest::new(Policy::from_value(&policy).expect("a policy")));
        if call["call"] == "socket" {
            let opened = guest.open(sort[0], number(&call["type"], 1) as i32, sort[2]);
            assert_eq!(opened.err(), Some(Errno::EACCES), "{policy} {call}");
            refused += 1;
            continue;
        }
        let Some(fd) = raw_socket(sort[0], sort[1], sort[2]) else {
            continue;
        };
        let Ok(socket) = guest.adopt(fd) else {
            continue;
        };
        if let Some(result) = runtime.block_on(make(guest, &call, &socket)) {
            assert_eq!(result, Err(Errno::EACCES), "{policy} {call}");
            refused += 1;
        }
    }
    println!("{refused} refused calls");
    assert!(refused >= 100);
}
