// The other end of unix-datagram-server: to get an answer it needs an address of its own.
// unix-datagram-client PATH
import { rmSync } from "node:fs";
import { AF_UNIX, SOCK_DGRAM, Socket } from "berkeley-sockets";

const PATH = process.argv[2] ?? "datagram.socket";
const OWN = `${PATH}.client`;

using s = new Socket(AF_UNIX, SOCK_DGRAM);
s.bind(OWN);
try {
  s.sendto("Hello, world", PATH);
  const [data, address] = s.recvfrom(1024);
  console.log("Received", JSON.stringify(data.toString()), "from", JSON.stringify(address));
} finally {
  rmSync(OWN);
}
