// Runs echo-server.c, which Emscripten made, as a guest that may listen on the loopback and nothing else:
// node echo-server.js PROGRAM.cjs [CLIENTS]
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { dispose, instantiateWasm } from "berkeley-sockets/emscripten";

const [path = "echo-server.cjs", clients = "1"] = process.argv.slice(2);
const program = resolve(path);
const createModule = createRequire(import.meta.url)(program) as (module: object) => Promise<object>;
const module = await createModule({
  instantiateWasm: instantiateWasm({
    policy: ["tcp-listen:127.0.0.1:*"],
    wasm: program.replace(/\.cjs$/, ".wasm"),
  }),
  arguments: [clients],
});
dispose(module);
