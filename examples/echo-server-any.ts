// The Python page's echo server for IPv4 and IPv6: listens on the first address that works.
// echo-server-any [HOST [PORT]]
import { AF_UNSPEC, AI_PASSIVE, OSError, SOCK_STREAM, Socket, getaddrinfo } from "berkeley-sockets";

const HOST = process.argv[2] ?? null; // all interfaces
const PORT = Number(process.argv[3] ?? 50007);

function listener(): Socket | undefined {
  for (const [family, type, proto, , address] of getaddrinfo(
    HOST,
    PORT,
    AF_UNSPEC,
    SOCK_STREAM,
    0,
    AI_PASSIVE,
  )) {
    let s: Socket | undefined;
    try {
      s = new Socket(family, type, proto);
      s.bind(address);
      s.listen(1);
      return s;
    } catch (error) {
      if (!(error instanceof OSError)) throw error;
      s?.close();
    }
  }
  return undefined;
}

using s = listener();
if (!s) {
  console.log("could not open socket");
  process.exit(1);
}
console.log("Listening on", JSON.stringify(s.getsockname()));
const [connection, address] = s.accept();
using _ = connection;
console.log("Connected by", JSON.stringify(address));
for (;;) {
  const data = connection.recv(1024);
  if (data.length === 0) break;
  connection.sendall(data);
}
