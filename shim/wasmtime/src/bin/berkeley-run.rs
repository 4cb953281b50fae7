//! berkeley-run: runs a guest's component with the sockets that a policy grants.
use berkeley_sockets::compose::compose;
use berkeley_sockets::guest::Guest;
use berkeley_sockets::policy::Policy;
use berkeley_sockets::runner::{Host, run, wasi_of};
use std::process::ExitCode;
use wasmtime::error::Context;
use wasmtime::{Engine, Result, bail};

const USAGE: &str = "usage: berkeley-run [OPTION…] GUEST.wasm [ARGUMENT…]

Runs a component that exports wasi:cli/run, with the sockets that the policy grants.

  --allow RULE      grants what a rule says: tcp-connect:127.0.0.1:*
  --deny RULE       refuses what a rule says, whatever is granted
  --policy FILE     reads the policy from a file of JSON instead
  --adapter FILE    the adapter's component, for guests that import berkeley:sockets/sockets or codec
                    (sockets.component.wasm beside the guest, if it is there)
  --explain         says of each refused call why, on standard error

docs/policy.md describes rules. The guest's standard streams and arguments are its own; it has no
files, no environment, and no other network.";

#[derive(Default)]
struct Arguments {
    allow: Vec<String>,
    deny: Vec<String>,
    policy: Option<String>,
    adapter: Option<String>,
    explain: bool,
    /// The guest's file, and its arguments.
    guest: Vec<String>,
}

fn arguments(mut from: impl Iterator<Item = String>) -> Result<Arguments> {
    let mut all = Arguments::default();
    while let Some(argument) = from.next() {
        let mut value = || from.next().with_context(|| format!("{argument} takes a value"));
        match argument.as_str() {
            "--allow" => all.allow.push(value()?),
            "--deny" => all.deny.push(value()?),
            "--policy" => all.policy = Some(value()?),
            "--adapter" => all.adapter = Some(value()?),
            "--explain" => all.explain = true,
            "--help" => bail!("{USAGE}"),
            option if option.starts_with("--") => bail!("no option {option}\n{USAGE}"),
            _ => {
                all.guest = std::iter::once(argument).chain(from).collect();
                break;
            }
        }
    }
    if all.guest.is_empty() {
        bail!("{USAGE}");
    }
    Ok(all)
}

fn policy(all: &Arguments) -> Result<Policy> {
    let Some(file) = &all.policy else {
        let rules = serde_json::json!({ "allow": all.allow, "deny": all.deny });
        return Ok(Policy::from_value(&rules)?);
    };
    if !all.allow.is_empty() || !all.deny.is_empty() {
        bail!("--policy stands without --allow and --deny");
    }
    let text = std::fs::read_to_string(file).with_context(|| file.clone())?;
    Policy::from_json(&text).with_context(|| file.clone())
}

/// The guest with the adapter, where there is one.
fn component(all: &Arguments) -> Result<Vec<u8>> {
    let file = &all.guest[0];
    let guest = std::fs::read(file).with_context(|| file.clone())?;
    let beside = std::path::Path::new(file).with_file_name("sockets.component.wasm");
    let adapter = match &all.adapter {
        Some(file) => Some(std::fs::read(file).with_context(|| file.clone())?),
        None => std::fs::read(beside).ok(),
    };
    match adapter {
        Some(adapter) => compose(&guest, &adapter),
        None => Ok(guest),
    }
}

/// The status that the guest ended with.
fn start(all: &Arguments) -> Result<i32> {
    let mut guest = Guest::new(policy(all)?);
    if all.explain {
        guest.observe(|call, decision| {
            if !decision.granted {
                eprintln!("berkeley-run: {call}: {}", decision.why());
            }
        });
    }
    let host = Host::new(guest, wasi_of(&all.guest));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(run(&Engine::default(), &component(all)?, host))
}

fn main() -> ExitCode {
    match arguments(std::env::args().skip(1)).and_then(|all| start(&all)) {
        Ok(status) => ExitCode::from(status as u8),
        Err(error) => {
            eprintln!("berkeley-run: {error:#}");
            ExitCode::from(2)
        }
    }
}
