// An http server over a Duplex and a request with "Connection: close": after the answer Node calls
// the Duplex's destroySoon(), Bun does not.
import * as http from "node:http";
import { duplexPair } from "node:stream";

const [a, b] = duplexPair();
const server = http.createServer((_, response) => response.end("hello"));
let called = false;
b.destroySoon = () => {
  called = true;
};
b.setTimeout = () => b;
a.resume();
server.emit("connection", b);
a.write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
setTimeout(() => {
  console.log(`destroySoon() was ${called ? "" : "not "}called, destroyed: ${b.destroyed}`);
  process.exit();
}, 500);
