// A TLS client that ends its side before the answer, both sides over node:stream's duplexPair(): on
// Node all 20971520 bytes come, on Bun 65536.
import { readFileSync } from "node:fs";
import { duplexPair } from "node:stream";
import * as tls from "node:tls";

const fixture = name => readFileSync(new URL(`../../fixtures/${name}`, import.meta.url));
const [a, b] = duplexPair();
const cert = fixture("cert.pem");
const server = new tls.TLSSocket(b, { isServer: true, key: fixture("key.pem"), cert });
server.on("data", () => {
  for (let i = 0; i < 320; i++) server.write(Buffer.alloc(65536));
  server.end();
});
const client = tls.connect({ socket: a, ca: cert, servername: "localhost" });
client.on("secureConnect", () => client.end("please"));
let came = 0;
client.on("data", data => {
  came += data.length;
});
client.on("close", () => console.log(`${came} bytes of ${320 * 65536}`));
