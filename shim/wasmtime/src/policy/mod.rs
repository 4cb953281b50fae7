//! What a guest may do with sockets, deny by default: the same policies, and the same decisions, as
//! of `berkeley-sockets/policy` of the npm package. `docs/policy.md` describes them.
pub mod address;
pub mod constants;
pub mod explain;
pub mod ip;
pub mod judge;
mod parts;
pub mod pattern;
pub mod rules;
pub mod tables;

pub use address::{Address, Use};
pub use explain::Explanation;
pub use judge::{Decision, Judge, Sort};
pub use rules::{Limits, Policy, PolicyError};
