//! Builds the guests of tests/guests: C with Debian's clang and bindings by wit-bindgen, AssemblyScript
//! with the tree's asc; and the tree's own adapter. What is missing is told.
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use wasi_preview1_component_adapter_provider::{
    WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER,
};
use wit_bindgen_core::Files;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::{Resolve, WorldId};

/// A file of the tree.
pub fn tree(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guests").join(path)
}

fn built(path: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(path)
}

/// Why a test can't run; in CI that is a failure.
pub fn skipped(why: &str) {
    assert!(std::env::var_os("CI").is_none(), "{why}");
    println!("skipped: {why}");
}

/// The adapter's component; an error says how it is made.
pub fn adapter() -> Result<Vec<u8>, String> {
    let file =
        std::env::var_os("ADAPTER").map_or(tree("dist/sockets.component.wasm"), PathBuf::from);
    std::fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))
}

fn world(name: &str) -> (Resolve, WorldId) {
    let mut resolve = Resolve::default();
    resolve.push_path(tree("wasm/wit")).expect("wasm/wit");
    resolve.push_path(here("run.wit")).expect("run.wit");
    let (package, _) = resolve.push_path(here("guest.wit")).expect("guest.wit");
    let world = resolve.select_world(&[package], Some(name)).expect("a world");
    (resolve, world)
}

fn run(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{program}: {error}"))?;
    let errors = String::from_utf8_lossy(&output.stderr);
    if output.status.success() { Ok(()) } else { Err(format!("{program}: {errors}")) }
}

fn is_there(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok()
}

/// The folder with what wit-bindgen makes for C.
fn bindings() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        // Tests of several programs may build at once.
        let folder = built(&format!("bindings-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let (mut resolve, world) = world("bindings");
        let mut files = Files::default();
        let mut generator = wit_bindgen_c::Opts::default().build();
        generator.generate(&mut resolve, world, &mut files).expect("bindings for C");
        for (name, contents) in files.iter() {
            std::fs::write(folder.join(name), contents).expect("a file of bindings");
        }
        folder
    })
}

/// A guest in C as a component; an error says what is missing.
pub fn in_c(name: &str) -> Result<Vec<u8>, String> {
    for (program, package) in [("clang", "clang"), ("wasm-ld", "lld")] {
        if !is_there(program) {
            return Err(format!("{program} is missing: apt-get install {package}"));
        }
    }
    if !Path::new("/usr/lib/wasm32-wasi/libc.a").exists() {
        return Err(
            "wasi-libc is missing: apt-get install wasi-libc libclang-rt-dev-wasm32".to_string()
        );
    }
    let bindings = bindings();
    let core = bindings.join(format!("{name}.wasm"));
    run(Command::new("clang")
        .args(["--target=wasm32-wasi", "-O2", "-Wall", "-Wextra", "-Wno-unused-parameter", "-o"])
        .arg(&core)
        .arg("-I")
        .arg(bindings)
        .arg(here(&format!("{name}.c")))
        .arg(bindings.join("bindings.c"))
        .arg(bindings.join("bindings_component_type.o")))?;
    let core = std::fs::read(&core).map_err(|error| error.to_string())?;
    let wasi = (WASI_SNAPSHOT_PREVIEW1_ADAPTER_NAME, WASI_SNAPSHOT_PREVIEW1_COMMAND_ADAPTER);
    component_of(&core, Some(wasi))
}

/// A guest in AssemblyScript as a component; an error says what is missing.
pub fn in_assembly(name: &str) -> Result<Vec<u8>, String> {
    let asc = tree("node_modules/.bin/asc");
    if !asc.exists() {
        return Err("asc is missing: ./build.sh setup".to_string());
    }
    let core = built(&format!("{name}-{}.wasm", std::process::id()));
    run(Command::new(asc)
        .current_dir(tree("."))
        .arg(format!("shim/wasmtime/tests/guests/{name}.ts"))
        .args(["--runtime", "stub", "--use", "abort=", "--noAssert", "-O", "-o"])
        .arg(&core)
        .args(["--transform", "./shim/wasmtime/tests/guests/exports.mjs"]))?;
    let mut core = std::fs::read(&core).map_err(|error| error.to_string())?;
    let (resolve, world) = world("assembly");
    embed_component_metadata(&mut core, &resolve, world, StringEncoding::UTF8)
        .map_err(|error| format!("{error:#}"))?;
    component_of(&core, None)
}

fn component_of(core: &[u8], adapter: Option<(&str, &[u8])>) -> Result<Vec<u8>, String> {
    let text = |error| format!("{error:#}");
    let mut encoder = ComponentEncoder::default().module(core).map_err(text)?;
    if let Some((name, bytes)) = adapter {
        encoder = encoder.adapter(name, bytes).map_err(text)?;
    }
    encoder.encode().map_err(text)
}
