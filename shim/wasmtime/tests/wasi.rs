//! A guest of `berkeley:sockets` on plain wasmtime: composed with the adapter on WASI 0.2, with the network
//! inherited and nothing of this crate's linked.
#![cfg(feature = "runner")]
mod support;

use berkeley_sockets::compose::compose;
use std::io::{Read, Write};
use std::net::TcpListener;
use support::guest;
use wasmtime::component::{Component, Linker, ResourceTable};
use wasmtime::{Engine, Store};
use wasmtime_wasi::p2::bindings::Command;
use wasmtime_wasi::p2::pipe::MemoryOutputPipe;
use wasmtime_wasi::{WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};

struct Plain {
    wasi: WasiCtx,
    table: ResourceTable,
}

impl WasiView for Plain {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

/// What the guest prints, run to its end.
async fn run(guest: &[u8], arguments: &[&str]) -> String {
    let adapter = concat!(env!("CARGO_MANIFEST_DIR"), "/../../dist/sockets-wasi.component.wasm");
    let adapter = std::fs::read(adapter).expect("./build.sh component has built it");
    let composed = compose(guest, &adapter).expect("the guest fits the adapter");
    let engine = Engine::default();
    let mut linker = Linker::new(&engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker).expect("WASI");
    let printed = MemoryOutputPipe::new(1 << 16);
    let wasi = WasiCtxBuilder::new()
        .inherit_network()
        .allow_tcp(true)
        .allow_udp(true)
        .stdout(printed.clone())
        .args(arguments)
        .build();
    let mut store = Store::new(&engine, Plain { wasi, table: ResourceTable::new() });
    let component = Component::from_binary(&engine, &composed).expect("a component");
    let command = Command::instantiate_async(&mut store, &component, &linker)
        .await
        .expect("it needs WASI alone");
    let ended = command.wasi_cli_run().call_run(&mut store).await;
    let text = String::from_utf8_lossy(&printed.contents()).into_owned();
    assert!(matches!(ended, Ok(Ok(()))), "{ended:?}: {text}");
    text
}

#[test]
fn an_echo_client_over_tcp_needs_no_host_of_ours() {
    let Some(path) = guest("echo-client") else { return };
    let server = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = server.local_addr().expect("its name").port().to_string();
    let thread = std::thread::spawn(move || {
        let (mut peer, _) = server.accept().expect("a connection");
        let mut bytes = [0; 4096];
        while let Ok(got @ 1..) = peer.read(&mut bytes) {
            peer.write_all(&bytes[..got]).expect("it takes what it sent");
        }
    });
    let guest = std::fs::read(path).expect("the guest");
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let text = runtime.block_on(run(&guest, &["echo-client", &port, "200"]));
    assert!(text.starts_with("200 rounds"), "{text}");
    thread.join().expect("the server ends");
}
