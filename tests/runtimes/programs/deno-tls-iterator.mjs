// An asynchronous iterator of a TLSSocket that has ended its side, where the server then sends much
// and ends: on Deno all comes, and the iterator waits for ever. Prints "20971520 bytes, then the
// end" on Node, "20971520 bytes, no end" on Deno.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import * as net from "node:net";
import * as tls from "node:tls";

const fixture = name => readFileSync(new URL(`../../fixtures/${name}`, import.meta.url));
const piece = Buffer.alloc(65_536);
const pieces = 320;
const secure = tls.createServer({ key: fixture("key.pem"), cert: fixture("cert.pem") }, connection => {
  connection.once("data", () => {
    for (let i = 0; i < pieces; i++) connection.write(piece);
    connection.end();
  });
});
const server = net
  .createServer({ allowHalfOpen: true }, connection => secure.emit("connection", connection))
  .listen(0, "127.0.0.1");
await once(server, "listening");
const client = tls.connect({
  socket: net.connect(server.address().port, "127.0.0.1"),
  ca: fixture("cert.pem"),
  servername: "localhost",
});
await once(client, "secureConnect");
client.end("please");
let got = 0;
const reading = async () => {
  for await (const chunk of client) got += chunk.length;
  return "then the end";
};
const how = await Promise.race([reading(), new Promise(resolve => setTimeout(resolve, 5000, "no end"))]);
console.log(`${got} bytes, ${how}`);
process.exit();
