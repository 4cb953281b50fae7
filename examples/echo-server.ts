// The Python page's echo server, IPv4 only: one client, everything it sends comes back. echo-server
// [HOST [PORT]]
import { AF_INET, SOCK_STREAM, Socket } from "berkeley-sockets";

const HOST = process.argv[2] ?? ""; // all interfaces
const PORT = Number(process.argv[3] ?? 50007);

using s = new Socket(AF_INET, SOCK_STREAM);
s.bind([HOST, PORT]);
s.listen(1);
console.log("Listening on", JSON.stringify(s.getsockname()));
const [connection, address] = s.accept();
using _ = connection;
console.log("Connected by", JSON.stringify(address));
for (;;) {
  const data = connection.recv(1024);
  if (data.length === 0) break;
  connection.sendall(data);
}
