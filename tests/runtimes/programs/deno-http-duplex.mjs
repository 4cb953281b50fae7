// An http server's answers to three requests that come one after another on a connection that is a
// Duplex. Deno destroys it after the first. Prints "3 answers, open" on Node, "1 answers,
// destroyed" on Deno.
import * as http from "node:http";
import { Duplex } from "node:stream";

const server = http.createServer((request, response) => response.end(request.url));
let answers = "";
const connection = new Duplex({
  read() {},
  write(chunk, _, done) {
    answers += chunk;
    done();
  },
  final(done) {
    done();
  },
});
server.emit("connection", connection);
for (const path of ["/one", "/two", "/three"]) {
  connection.push(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  await new Promise(resolve => setTimeout(resolve, 100));
}
console.log(
  `${answers.split("HTTP/1.1 200").length - 1} answers, ${connection.destroyed ? "destroyed" : "open"}`,
);
process.exit();
