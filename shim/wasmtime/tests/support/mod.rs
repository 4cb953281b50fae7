//! The guests that berkeley-guests built into the folder that GUESTS names, with the adapter.
use std::path::{Path, PathBuf};

/// A guest's component; none, and why is told, where it was not built. In CI that is a failure.
pub fn guest(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("GUESTS");
    let file = folder.map(|folder| Path::new(&folder).join(format!("{name}.wasm")));
    match file.filter(|file| file.exists()) {
        Some(file) => Some(file),
        None => {
            assert!(std::env::var_os("CI").is_none(), "no guest {name}");
            println!("skipped: GUESTS names no folder with {name}.wasm (shim/wasmtime/guests/)");
            None
        }
    }
}
