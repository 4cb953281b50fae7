// node wasm/component/build.mjs: dist/sockets.component.wasm and dist/codec.component.wasm from their core
// modules and the WIT, by jco. `./build.sh component` runs it.
import { readFileSync, writeFileSync } from "node:fs";
import { componentEmbed, componentNew } from "@bytecodealliance/jco";
import { shortened } from "./shorten.mjs";

/** The package as one text, the file with its name first. */
const witSource = ["types", "codec", "syscalls", "sockets", "names", "worlds"]
  .map(name => readFileSync(`wasm/wit/${name}.wit`, "utf8"))
  .join("\n");

for (const [name, world] of [
  ["sockets", "adapter"],
  ["codec", "codec-only"],
]) {
  const binary = readFileSync(`dist/${name}.core.wasm`);
  const embedded = await componentEmbed({ binary, witSource, world, stringEncoding: "utf8" });
  const component = await componentNew(embedded, []);
  writeFileSync(`dist/${name}.component.wasm`, shortened(Buffer.from(component)));
}
