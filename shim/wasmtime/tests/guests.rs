//! Guests in C and in AssemblyScript, run by berkeley-run, with the tree's adapter beside them.
mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Output, Stdio};
use support::guest;

/// berkeley-run with a guest and these rules; none where the guest was not built.
fn runner(name: &str, rules: &[&str], arguments: &[&str]) -> Option<Command> {
    let guest = guest(name)?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_berkeley-run"));
    for rule in rules {
        command.args(["--allow", rule]);
    }
    command.arg(guest).args(arguments);
    Some(command)
}

fn output(command: &mut Command) -> (Output, String) {
    let output = command.output().expect("berkeley-run runs");
    let text = [output.stdout.as_slice(), &output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    (output, text)
}

/// A server that sends back what comes, for one connection.
fn echo() -> (u16, std::thread::JoinHandle<()>) {
    let server = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = server.local_addr().expect("its name").port();
    let thread = std::thread::spawn(move || {
        let (mut peer, _) = server.accept().expect("a connection");
        let mut bytes = [0; 4096];
        loop {
            match peer.read(&mut bytes) {
                Ok(0) | Err(_) => return,
                Ok(got) => peer.write_all(&bytes[..got]).expect("it takes what it sent"),
            }
        }
    });
    (port, thread)
}

/// A client that makes so many rounds with a server.
fn talks(name: &str, rounds: &str) {
    let (port, server) = echo();
    let port = port.to_string();
    let rules = ["tcp-connect:127.0.0.1:*"];
    let Some(mut command) = runner(name, &rules, &[&port, rounds]) else { return };
    let (ended, text) = output(&mut command);
    assert!(ended.status.success() && text.starts_with(&format!("{rounds} rounds")), "{text}");
    server.join().expect("the server ends");
}

#[test]
fn a_client_in_c_talks_to_a_server() {
    talks("echo-client", "200");
}

#[test]
fn syscalls_from_c_without_the_adapter() {
    talks("echo-syscalls", "100");
}

#[test]
fn a_client_in_c_gets_what_its_policy_grants_and_no_more() {
    let server = TcpListener::bind("127.0.0.1:0").expect("a port");
    server.set_nonblocking(true).expect("it doesn't wait");
    let port = server.local_addr().expect("its name").port().to_string();
    let rules = ["tcp-connect:127.0.0.2:*"];
    let Some(mut command) = runner("echo-client", &rules, &[&port, "1"]) else { return };
    let (ended, text) = output(&mut command);
    assert!(ended.status.code() == Some(1) && text.starts_with("connect: error "), "{text}");
    let none = server.accept().map(|_| ()).map_err(|error| error.kind());
    assert_eq!(none, Err(std::io::ErrorKind::WouldBlock), "nothing of it reached the system");
}

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_server_in_c_answers() {
    let rules = ["tcp-listen:127.0.0.1:*"];
    let Some(mut command) = runner("echo-server", &rules, &["127.0.0.1"]) else { return };
    let child = command.stdout(Stdio::piped()).spawn().expect("berkeley-run runs");
    let mut running = Running(child);
    let mut lines = BufReader::new(running.0.stdout.take().expect("its output")).lines();
    let line = lines.next().expect("a line").expect("text");
    let port = line.strip_prefix("port ").and_then(|port| port.parse().ok());
    let port: u16 = port.unwrap_or_else(|| panic!("{line}"));
    let mut peer = TcpStream::connect(("127.0.0.1", port)).expect("it listens");
    for text in ["hello", "and again"] {
        peer.write_all(text.as_bytes()).expect("it takes it");
        let mut back = vec![0; text.len()];
        peer.read_exact(&mut back).expect("it answers");
        assert_eq!(back, text.as_bytes());
    }
    drop(peer);
    assert_eq!(lines.next().expect("a line").expect("text"), "ended");
    assert!(running.0.wait().expect("it ends").success());
}

#[test]
fn netlink_from_c() {
    let Some(mut command) = runner("netlink", &["netlink:route"], &[]) else { return };
    let (ended, text) = output(&mut command);
    let links = text.strip_suffix(" links\n").and_then(|links| links.parse::<u32>().ok());
    assert!(ended.status.success() && links.is_some_and(|links| links > 0), "{text}");
}

#[test]
fn seqpacket_and_a_descriptor_from_c() {
    let rules = ["unix-pair", "rights", "udp-bind:127.0.0.1:*", "udp-connect:127.0.0.1:*"];
    let Some(mut command) = runner("rights", &rules, &[]) else { return };
    let (ended, text) = output(&mut command);
    assert!(ended.status.success(), "{text}");
    assert_eq!(text, "hello over a socket that was passed\n");
}

#[test]
fn syscalls_from_assemblyscript() {
    let rules = ["udp-bind:127.0.0.1:*", "udp-connect:127.0.0.1:*"];
    let Some(mut command) = runner("echo", &rules, &[]) else { return };
    let (ended, text) = output(&mut command);
    assert!(ended.status.success(), "{text}");
    let mut command = Command::new(env!("CARGO_BIN_EXE_berkeley-run"));
    command.arg("--explain").args(guest("echo"));
    let (ended, text) = output(&mut command);
    assert_eq!(ended.status.code(), Some(1), "{text}");
    assert_eq!(text, "berkeley-run: socket: no udp rule grants it\n");
}

#[test]
fn the_runner_says_what_is_wrong() {
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_berkeley-run"));
        let (ended, text) = output(command.args(arguments));
        assert_eq!(ended.status.code(), Some(2), "{text}");
        text
    };
    assert!(run(&[]).contains("usage: berkeley-run"));
    assert!(run(&["--help"]).contains("--allow RULE"));
    assert!(run(&["--allow"]).contains("--allow takes a value"));
    assert!(run(&["--alow", "x"]).contains("no option --alow"));
    assert!(run(&["--allow", "tcp-conect:*:*", "x.wasm"]).contains("is no kind of rule"));
    assert!(run(&["no-such-guest.wasm"]).contains("no-such-guest.wasm"));
    assert!(run(&["--policy", "p.json", "--allow", "rights", "x.wasm"]).contains("stands without"));
    // A file that is no component.
    run(&[concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")]);
}
