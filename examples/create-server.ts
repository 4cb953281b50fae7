// The Python page's createServer: one listener for IPv4 and IPv6 where the system has that.
// create-server [PORT [CLIENTS]]
import { AF_INET6, createServer, hasDualstackIPv6 } from "berkeley-sockets";

const PORT = Number(process.argv[2] ?? 8080);
const CLIENTS = Number(process.argv[3] ?? 1);

// "" is every interface.
using s = hasDualstackIPv6()
  ? createServer(["", PORT], { family: AF_INET6, dualstackIPv6: true })
  : createServer(["", PORT]);
console.log("Listening on", JSON.stringify(s.getsockname()));
for (let served = 0; served < CLIENTS; served++) {
  const [connection, address] = s.accept();
  using _ = connection;
  console.log("Connected by", JSON.stringify(address));
  for (;;) {
    const data = connection.recv(1024);
    if (data.length === 0) break;
    connection.sendall(data);
  }
}
