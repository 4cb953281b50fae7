//! TCP echo of 64 bytes over the loopback: a guest in wasmtime against the same loop in Rust, in turns.
//! The best of each counts. ROUNDS and TURNS say how many. Ends with 1 where the guest is below half.
#[path = "../tests/support/mod.rs"]
mod support;

use berkeley_sockets::compose::compose;
use berkeley_sockets::guest::Guest;
use berkeley_sockets::policy::Policy;
use berkeley_sockets::runner::{Host, linker};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;
use wasmtime::component::Component;
use wasmtime::{Engine, Store};
use wasmtime_wasi::WasiCtxBuilder;
use wasmtime_wasi::p2::bindings::Command;
use wasmtime_wasi::p2::pipe::MemoryOutputPipe;

/// The least that a guest must be of the same loop in Rust, by speed.
const BAR: f64 = 0.5;

fn number(name: &str, usual: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// A server that sends back what comes, for as long as the program runs.
fn echo() -> u16 {
    let server = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = server.local_addr().expect("its name").port();
    std::thread::spawn(move || {
        for peer in server.incoming() {
            let mut peer = peer.expect("a connection");
            let mut bytes = [0; 64];
            while peer.read_exact(&mut bytes).is_ok() {
                peer.write_all(&bytes).expect("it takes what it sent");
            }
        }
    });
    port
}

/// Nanoseconds of a round in Rust.
fn native(port: u16, rounds: usize) -> f64 {
    let mut peer = TcpStream::connect(("127.0.0.1", port)).expect("the server");
    let began = Instant::now();
    for round in 0..rounds {
        let message = [round as u8; 64];
        let mut back = [0; 64];
        peer.write_all(&message).expect("it takes it");
        peer.read_exact(&mut back).expect("it answers");
        assert_eq!(back, message);
    }
    began.elapsed().as_nanos() as f64 / rounds as f64
}

/// Nanoseconds of a round in a guest, which says it.
async fn guest(engine: &Engine, component: &Component, port: u16, rounds: usize) -> f64 {
    let policy = Policy::from_rules(&["tcp-connect:127.0.0.1:*"]).expect("a policy");
    let out = MemoryOutputPipe::new(4096);
    let wasi = WasiCtxBuilder::new()
        .stdout(out.clone())
        .args(&["echo".to_string(), port.to_string(), rounds.to_string()])
        .build();
    let mut store = Store::new(engine, Host::new(Guest::new(policy), wasi));
    let linker = linker(engine).expect("a linker");
    let command =
        Command::instantiate_async(&mut store, component, &linker).await.expect("a guest");
    let ended = command.wasi_cli_run().call_run(&mut store).await.expect("it runs");
    let text = String::from_utf8_lossy(&out.contents()).into_owned();
    assert!(ended.is_ok(), "{text}");
    let ns = text.split(", ").nth(1).and_then(|rest| rest.split(' ').next());
    ns.and_then(|ns| ns.parse().ok()).unwrap_or_else(|| panic!("{text}"))
}

/// A guest with the adapter that lies beside it.
fn composed(file: &Path) -> Vec<u8> {
    let read = |file: &Path| std::fs::read(file).expect("a component");
    compose(&read(file), &read(&file.with_file_name("sockets.component.wasm"))).expect("they fit")
}

fn main() -> ExitCode {
    let (rounds, turns) = (number("ROUNDS", 20000), number("TURNS", 5));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let engine = Engine::default();
    let port = echo();
    let mut guests = Vec::new();
    for (name, what) in [("echo-syscalls", "syscalls"), ("echo-client", "sockets, by the adapter")]
    {
        if let Some(file) = support::guest(name) {
            let component = Component::from_binary(&engine, &composed(&file)).expect("a component");
            guests.push((what, component, f64::INFINITY));
        }
    }
    let mut best = f64::INFINITY;
    for _ in 0..turns {
        best = best.min(native(port, rounds));
        for (_, component, least) in &mut guests {
            *least = least.min(runtime.block_on(guest(&engine, component, port, rounds)));
        }
    }
    println!("TCP echo of 64 bytes, a round trip, the best of {turns} times {rounds}:");
    println!("  Rust, std::net            {best:7.0} ns");
    let mut met = true;
    for (what, _, least) in &guests {
        let ratio = best / least;
        println!("  guest, {what:<24} {least:7.0} ns, {ratio:.2} of Rust's speed (bar {BAR})");
        met &= ratio >= BAR;
    }
    if met { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
