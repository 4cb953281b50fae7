//! The constants of Linux's sockets by name, as a generic 64-bit Linux with the GNU C library has
//! them. `shim/wasmtime/constants.mjs` makes the table from the addon's.
use std::collections::HashMap;
use std::sync::LazyLock;

#[cfg(not(all(
    target_os = "linux",
    target_env = "gnu",
    any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64")
)))]
compile_error!(
    "the table of constants is that of Linux with the GNU C library on x86-64, ARM64, RISC-V"
);

static TABLE: LazyLock<HashMap<&'static str, i64>> = LazyLock::new(|| {
    include_str!("constants.txt")
        .lines()
        .filter_map(|line| {
            let (name, value) = line.split_once(' ')?;
            Some((name, value.parse().ok()?))
        })
        .collect()
});

/// The value of a constant, none where Linux lacks it.
pub fn constant(name: &str) -> Option<i64> {
    TABLE.get(name).copied()
}

/// Every name and its value, in no order.
pub fn constants() -> impl Iterator<Item = (&'static str, i64)> {
    TABLE.iter().map(|(name, value)| (*name, *value))
}
