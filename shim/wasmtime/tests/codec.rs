//! codec.wasm in wasmtime: the calls that the tree's tests of families and structs make in V8, made
//! here, with the same results, byte for byte. TRACE names the file that trace.mjs wrote.
#![cfg(feature = "wasmtime")]
use serde_json::Value;
use std::collections::HashMap;
use wasmtime::{Engine, Instance, Memory, Module, Store, Val};

struct Codec {
    store: Store<()>,
    instance: Instance,
    memory: Memory,
    /// What memory must be.
    mirror: Vec<u8>,
}

impl Codec {
    fn new(engine: &Engine, module: &Module) -> Codec {
        let mut store = Store::new(engine, ());
        let instance = Instance::new(&mut store, module, &[]).expect("it imports nothing");
        let memory = instance.get_memory(&mut store, "memory").expect("its memory");
        let mirror = memory.data(&store).to_vec();
        Codec { store, instance, memory, mirror }
    }

    /// Writes what a line says into the mirror, and gives the places.
    fn note(&mut self, changes: &Value) -> Vec<(usize, Vec<u8>)> {
        let list = changes.as_array().expect("a list of changes");
        let places: Vec<_> = list
            .iter()
            .map(|change| {
                let at = change[0].as_u64().expect("an offset") as usize;
                (at, bytes(change[1].as_str().expect("hexadecimal bytes")))
            })
            .collect();
        for (at, bytes) in &places {
            let end = at + bytes.len();
            if self.mirror.len() < end {
                self.mirror.resize(end.next_multiple_of(65536), 0);
            }
            self.mirror[*at..end].copy_from_slice(bytes);
        }
        places
    }

    fn call(&mut self, name: &str, arguments: &Value) -> Value {
        let function = self.instance.get_func(&mut self.store, name).expect("a function");
        let numbers = arguments.as_array().expect("a list of numbers");
        let arguments: Vec<_> = numbers
            .iter()
            .zip(function.ty(&self.store).params())
            .map(|(number, _)| Val::I32(number.as_f64().unwrap_or(0.0) as i64 as i32))
            .collect();
        let mut results = vec![Val::I32(0); function.ty(&self.store).results().len()];
        function.call(&mut self.store, &arguments, &mut results).expect("it doesn't trap");
        match results.first() {
            Some(Val::I32(number)) => Value::from(*number),
            _ => Value::Null,
        }
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<_> = hex.chars().filter_map(|digit| digit.to_digit(16)).collect();
    digits.chunks(2).map(|pair| (pair[0] * 16 + pair[1]) as u8).collect()
}

#[test]
fn the_codec_does_in_wasmtime_what_it_does_in_v8() {
    let Ok(file) = std::env::var("TRACE") else {
        println!("skipped: TRACE names no file (node --import ./shim/wasmtime/trace.mjs TEST)");
        return;
    };
    let wasm = concat!(env!("CARGO_MANIFEST_DIR"), "/../../dist/codec.wasm");
    let engine = Engine::default();
    let module = Module::from_file(&engine, wasm).expect("dist/codec.wasm");
    let mut codecs = HashMap::new();
    let mut count = 0;
    for line in std::fs::read_to_string(file).expect("the trace").lines() {
        let parts: Value = serde_json::from_str(line).expect("JSON");
        let key = parts[0].as_str().expect("an instance").to_string();
        let codec = codecs.entry(key).or_insert_with(|| Codec::new(&engine, &module));
        for (at, bytes) in codec.note(&parts[3]) {
            codec.memory.write(&mut codec.store, at, &bytes).expect("it is of the memory");
        }
        let result = codec.call(parts[1].as_str().expect("a name"), &parts[2]);
        assert_eq!(result, parts[4], "{line}");
        codec.note(&parts[5]);
        assert!(codec.memory.data(&codec.store) == codec.mirror, "its memory after {line}");
        count += 1;
    }
    assert!(count >= 1000, "{count}");
    println!("{count} calls of the codec alike");
}
