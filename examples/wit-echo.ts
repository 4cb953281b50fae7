// A guest in WebAssembly that serves: guests/echo/guest.ts, written against the WIT package
// berkeley:sockets. Its policy grants one address and nothing else.
import { readFileSync } from "node:fs";
import { createConnection } from "berkeley-sockets";
import { instantiate } from "berkeley-sockets/wit";

const core = readFileSync(new URL("../guest-echo.core.wasm", import.meta.url));
using guest = instantiate(core, { policy: ["tcp-listen:127.0.0.1:*"] });
const { listen, serve } = guest.exports as { listen(port: number): number; serve(): number };

const port = listen(0);
console.log(`The guest listens on port ${port}`);
using client = createConnection(["127.0.0.1", port]);
client.sendall("hello, guest");
client.shutdown(1);
console.log(`It sent back ${serve()} bytes: ${client.recv(100)}`);
