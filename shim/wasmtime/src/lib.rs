//! The WIT package `berkeley:sockets` for guests of wasmtime: sockets of every family that the host
//! grants, each call behind a policy that denies by default. `docs/wasmtime.md` is the guide.
//!
//! - [`policy`]: what a guest may do; the same policies as of the npm package.
//! - [`boundary`]: what a guest hands over, judged before anything is done with it.
//! - [`guest`]: a guest's sockets, without wasmtime.
//! - [`add_to_linker`] (feature `wasmtime`): the interfaces `syscalls` and `names` for a linker.
//! - [`compose`](compose::compose) (feature `runner`): a guest and the adapter that makes `sockets` of
//!   `syscalls`, as one component.
pub mod boundary;
#[cfg(feature = "runner")]
pub mod compose;
mod errno;
pub mod guest;
#[cfg(feature = "wasmtime")]
mod host;
pub mod policy;
#[cfg(feature = "runner")]
pub mod runner;
mod system;

pub use errno::Errno;
#[cfg(feature = "wasmtime")]
pub use host::{Descriptor, HasSockets, Sockets, SocketsView, add_to_linker, bindings};
