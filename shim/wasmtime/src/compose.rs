//! A guest and the adapter as one component: what of the guest's imports the adapter exports (`sockets`,
//! `codec`) comes from there, all others stay imports.
use wac_graph::types::Package;
use wac_graph::{CompositionGraph, EncodeOptions, PlugError, plug};
use wasmtime::{Result, format_err};

/// Composes a guest component with the adapter's. A guest that imports nothing of the adapter's is
/// returned as it is.
pub fn compose(guest: &[u8], adapter: &[u8]) -> Result<Vec<u8>> {
    let mut graph = CompositionGraph::new();
    let mut add = |name: &str, bytes: &[u8]| -> Result<_> {
        let package = Package::from_bytes(name, None, bytes, graph.types_mut());
        let package = package.map_err(|error| format_err!("{name}: {error:#}"))?;
        graph.register_package(package).map_err(|error| format_err!("{name}: {error}"))
    };
    let socket = add("berkeley:guest", guest)?;
    let adapter = add("berkeley:adapter", adapter)?;
    match plug(&mut graph, vec![adapter], socket) {
        Err(PlugError::NoPlugHappened) => return Ok(guest.to_vec()),
        Err(error) => return Err(format_err!("the guest doesn't fit the adapter: {error}")),
        Ok(()) => {}
    }
    let encoded = graph.encode(EncodeOptions::default());
    encoded.map_err(|error| format_err!("the composition can't be encoded: {error}"))
}
