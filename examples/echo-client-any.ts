// The Python page's echo client for IPv4 and IPv6: tries each address of the host in turn.
// echo-client-any [HOST [PORT]]
import { AF_UNSPEC, OSError, SOCK_STREAM, Socket, getaddrinfo } from "berkeley-sockets";

const HOST = process.argv[2] ?? "localhost";
const PORT = Number(process.argv[3] ?? 50007);

function connected(): Socket | undefined {
  for (const [family, type, proto, , address] of getaddrinfo(HOST, PORT, AF_UNSPEC, SOCK_STREAM)) {
    let s: Socket | undefined;
    try {
      s = new Socket(family, type, proto);
      s.connect(address);
      return s;
    } catch (error) {
      if (!(error instanceof OSError)) throw error;
      s?.close();
    }
  }
  return undefined;
}

using s = connected();
if (!s) {
  console.log("could not open socket");
  process.exit(1);
}
s.sendall("Hello, world");
const data = s.recv(1024);
console.log("Received", JSON.stringify(data.toString()));
