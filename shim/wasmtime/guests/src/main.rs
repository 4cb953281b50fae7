//! berkeley-guests FOLDER: builds the guests that are here into a folder, as components: C with Debian's
//! clang and bindings by wit-bindgen, AssemblyScript with the tree's asc. Beside them comes the tree's
//! adapter. Ends with 1, and says what is missing, where one can't be built.
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use wasi_preview1_component_adapter_provider::{
    WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER,
};
use wit_bindgen_core::Files;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::{Resolve, WorldId};

/// What there is, in C and in AssemblyScript.
const IN_C: &[&str] = &["echo-client", "echo-server", "echo-syscalls", "netlink", "rights"];
const IN_ASSEMBLYSCRIPT: &[&str] = &["echo"];

/// A file of the tree.
fn tree(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..").join(path)
}

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn text(error: impl std::fmt::Display) -> String {
    format!("{error:#}")
}

fn world(name: &str) -> Result<(Resolve, WorldId), String> {
    let mut resolve = Resolve::default();
    resolve.push_path(tree("wasm/wit")).map_err(text)?;
    resolve.push_path(here("run.wit")).map_err(text)?;
    let (package, _) = resolve.push_path(here("guest.wit")).map_err(text)?;
    let world = resolve.select_world(&[package], Some(name)).map_err(text)?;
    Ok((resolve, world))
}

fn run(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{program}: {error}"))?;
    let errors = String::from_utf8_lossy(&output.stderr);
    if output.status.success() { Ok(()) } else { Err(format!("{program}: {errors}")) }
}

/// What is missing to compile C.
fn missing() -> Result<(), String> {
    for (program, package) in [("clang", "clang"), ("wasm-ld", "lld")] {
        if Command::new(program).arg("--version").output().is_err() {
            return Err(format!("{program} is missing: apt-get install {package}"));
        }
    }
    if !Path::new("/usr/lib/wasm32-wasi/libc.a").exists() {
        return Err("wasi-libc is missing: apt-get install wasi-libc libclang-rt-dev-wasm32".into());
    }
    Ok(())
}

/// What wit-bindgen makes for C, into a folder.
fn bindings(folder: &Path) -> Result<(), String> {
    let (mut resolve, world) = world("bindings")?;
    let mut files = Files::default();
    let mut generator = wit_bindgen_c::Opts::default().build();
    generator.generate(&mut resolve, world, &mut files).map_err(text)?;
    for (name, contents) in files.iter() {
        std::fs::write(folder.join(name), contents).map_err(text)?;
    }
    Ok(())
}

fn in_c(name: &str, folder: &Path) -> Result<Vec<u8>, String> {
    let core = folder.join(format!("{name}.core.wasm"));
    // Named so, the linker runs the C library's beginning and end with `main` alone. Else it puts them
    // around each export, cabi_realloc too, from which nothing may be written.
    let once = "-Wl,-u,__wasm_call_ctors";
    run(Command::new("clang")
        .args([
            "--target=wasm32-wasi",
            "-O2",
            "-Wall",
            "-Wextra",
            "-Wno-unused-parameter",
            once,
            "-o",
        ])
        .arg(&core)
        .arg("-I")
        .arg(folder)
        .arg(here(&format!("{name}.c")))
        .arg(folder.join("bindings.c"))
        .arg(folder.join("bindings_component_type.o")))?;
    let core = std::fs::read(&core).map_err(text)?;
    let wasi = (WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER);
    component_of(&core, Some(wasi))
}

fn in_assemblyscript(name: &str, folder: &Path) -> Result<Vec<u8>, String> {
    let asc = tree("node_modules/.bin/asc");
    if !asc.exists() {
        return Err("asc is missing: ./build.sh setup".into());
    }
    let core = folder.join(format!("{name}.core.wasm"));
    run(Command::new(asc)
        .current_dir(tree("."))
        .arg(format!("shim/wasmtime/guests/{name}.ts"))
        .args(["--runtime", "stub", "--use", "abort=", "--noAssert", "-O", "-o"])
        .arg(&core)
        .args(["--transform", "./shim/wasmtime/guests/exports.mjs"]))?;
    let mut core = std::fs::read(&core).map_err(text)?;
    let (resolve, world) = world("assembly")?;
    embed_component_metadata(&mut core, &resolve, world, StringEncoding::UTF8).map_err(text)?;
    component_of(&core, None)
}

fn component_of(core: &[u8], adapter: Option<(&str, &[u8])>) -> Result<Vec<u8>, String> {
    let mut encoder = ComponentEncoder::default().module(core).map_err(text)?;
    if let Some((name, bytes)) = adapter {
        encoder = encoder.adapter(name, bytes).map_err(text)?;
    }
    encoder.encode().map_err(text)
}

fn build(folder: &Path) -> Result<(), String> {
    std::fs::create_dir_all(folder).map_err(text)?;
    let adapter = tree("dist/sockets.component.wasm");
    let beside = folder.join("sockets.component.wasm");
    std::fs::copy(&adapter, &beside).map_err(|error| format!("{}: {error}", adapter.display()))?;
    missing()?;
    bindings(folder)?;
    let write = |name: &str, component: Vec<u8>| {
        std::fs::write(folder.join(format!("{name}.wasm")), component).map_err(text)
    };
    for name in IN_C {
        write(name, in_c(name, folder)?)?;
    }
    for name in IN_ASSEMBLYSCRIPT {
        write(name, in_assemblyscript(name, folder)?)?;
    }
    Ok(())
}

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1) else {
        eprintln!("usage: berkeley-guests FOLDER");
        return ExitCode::from(2);
    };
    match build(Path::new(&folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("berkeley-guests: {why}");
            ExitCode::FAILURE
        }
    }
}
