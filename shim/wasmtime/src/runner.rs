//! Runs components that export `wasi:cli/run`: what `berkeley-run` does.
use crate::guest::Guest;
use crate::{Sockets, SocketsView, add_to_linker};
use wasmtime::component::{Component, Linker, ResourceTable};
use wasmtime::{Engine, Result, Store};
use wasmtime_wasi::p2::bindings::Command;
use wasmtime_wasi::{I32Exit, WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};

/// The data of a store that runs one guest.
pub struct Host {
    wasi: WasiCtx,
    table: ResourceTable,
    guest: Guest,
}

impl Host {
    /// A guest with its own policy, and what WASI gives it.
    pub fn new(guest: Guest, wasi: WasiCtx) -> Host {
        Host { wasi, table: ResourceTable::new(), guest }
    }
}

impl WasiView for Host {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl SocketsView for Host {
    fn sockets(&mut self) -> Sockets<'_> {
        Sockets { guest: &mut self.guest, table: &mut self.table }
    }
}

/// A linker with WASI 0.2 and with sockets.
pub fn linker(engine: &Engine) -> Result<Linker<Host>> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    add_to_linker(&mut linker)?;
    Ok(linker)
}

/// What WASI gives a guest here: arguments and the standard streams, no files, no network but what the
/// policy grants, no environment.
pub fn wasi_of(arguments: &[String]) -> WasiCtx {
    WasiCtxBuilder::new().inherit_stdio().args(arguments).build()
}

/// Runs a component's `wasi:cli/run` to its end: the status it ended with, 1 where it says that it
/// failed.
pub async fn run(engine: &Engine, component: &[u8], host: Host) -> Result<i32> {
    let component = Component::from_binary(engine, component)?;
    let mut store = Store::new(engine, host);
    let command = Command::instantiate_async(&mut store, &component, &linker(engine)?).await?;
    match command.wasi_cli_run().call_run(&mut store).await {
        Ok(Ok(())) => Ok(0),
        Ok(Err(())) => Ok(1),
        Err(error) => match error.downcast_ref::<I32Exit>() {
            Some(I32Exit(status)) => Ok(*status),
            None => Err(error),
        },
    }
}
