// node wasm/component/wasi/build.mjs: dist/sockets-wasi.component.wasm, the adapter whose system calls are
// WASI's: a guest that is composed with it runs wherever WASI 0.2 has a network. `./build.sh component`
// runs it.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import asc from "assemblyscript/asc";
import { componentEmbed, componentNew } from "@bytecodealliance/jco";
import { shortened } from "../shorten.mjs";

/** In the place of the system calls that the adapter imports. */
const FROM = "wasm/component/syscalls.ts";
const TO = ["syscalls", "lacking"].map(name => `export * from "./wasi/${name}";`).join("\n");

const core = "dist/sockets-wasi.core.wasm";
const { error, stderr } = await asc.main(
  [
    ...["--config", "wasm/component/asconfig.json", "--transform", "./wasm/component/exports.mjs"],
    ...["wasm/component/adapter.ts", "--outFile", core],
  ],
  {
    readFile(name, folder) {
      const path = join(folder, name);
      if (path === FROM) return TO;
      try {
        return readFileSync(path, "utf8");
      } catch {
        return null;
      }
    },
  },
);
if (error) throw new Error(`${error.message}\n${stderr.toString()}`);

const files = ["types", "codec", "sockets"].map(name => readFileSync(`wasm/wit/${name}.wit`, "utf8"));
const wasi = readFileSync("wasm/component/wasi/wasi.wit", "utf8");
const INTERFACES = [
  ...["io/error", "io/poll", "io/streams", "clocks/monotonic-clock"],
  ...["network", "instance-network", "tcp", "tcp-create-socket", "udp", "udp-create-socket"].map(
    name => `sockets/${name}`,
  ),
];
const world = `world adapter-wasi {
${INTERFACES.map(name => `  import wasi:${name}@0.2.0;`).join("\n")}
  export codec;
  export sockets;
}`;
const embedded = await componentEmbed({
  binary: readFileSync(core),
  witSource: [...files, world, wasi].join("\n"),
  world: "adapter-wasi",
  stringEncoding: "utf8",
});
const component = await componentNew(embedded, []);
writeFileSync("dist/sockets-wasi.component.wasm", shortened(Buffer.from(component)));
