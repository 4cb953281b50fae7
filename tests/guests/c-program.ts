// One program that Emscripten made, as a guest: node c-program.js PROGRAM.cjs FOLDER. PROGRAM.wasm is beside
// it, and FOLDER is where it may have UNIX sockets.
import { createRequire } from "node:module";
import { instantiateWasm } from "../../shim/emscripten/index.js";

const [path, folder] = process.argv.slice(2) as [string, string];
/** What the programs need: loopback, pairs, names, and the options that they set. */
const policy = [
  "tcp-connect:127.0.0.1:*",
  "tcp-listen:127.0.0.1:*",
  "tcp-connect:[::1]:*",
  "tcp-listen:[::1]:*",
  "udp-bind:127.0.0.1:*",
  "udp-connect:127.0.0.1:*",
  "udp-bind:[::1]:*",
  "udp-connect:[::1]:*",
  `unix:${folder}/*`,
  "abstract:berkeley-sockets-c*",
  "unix-pair",
  "rights",
  "netlink:route",
  // A family that there is none of.
  "family:99",
  "reverse:*",
  "names:*",
  "services",
  "hostname",
  "interfaces",
];

const createModule = createRequire(import.meta.url)(path) as (module: object) => Promise<object>;
await createModule({
  instantiateWasm: instantiateWasm({ policy, wasm: path.replace(/\.cjs$/, ".wasm") }),
  arguments: [folder],
});
