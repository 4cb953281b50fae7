// The Python page's getaddrinfo: where a TCP service may be reached. getaddrinfo [HOST [PORT]]
import { IPPROTO_TCP, getaddrinfo } from "berkeley-sockets";

const HOST = process.argv[2] ?? "localhost";
const PORT = process.argv[3] ?? 80; // a number, or a service's name

for (const [family, type, proto, , address] of getaddrinfo(HOST, PORT, 0, 0, IPPROTO_TCP)) {
  console.log(`family ${family}, type ${type}, protocol ${proto}:`, JSON.stringify(address));
}
