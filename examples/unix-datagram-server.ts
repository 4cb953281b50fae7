// AF_UNIX datagrams: one message comes, and goes back to the address that it came from.
// unix-datagram-server PATH
import { rmSync } from "node:fs";
import { AF_UNIX, SOCK_DGRAM, Socket } from "berkeley-sockets";

const PATH = process.argv[2] ?? "datagram.socket";

using s = new Socket(AF_UNIX, SOCK_DGRAM);
s.bind(PATH);
try {
  console.log("Listening on", JSON.stringify(s.getsockname()));
  const [data, address] = s.recvfrom(1024);
  console.log("Received from", JSON.stringify(address));
  if (address !== null) s.sendto(data, address);
} finally {
  rmSync(PATH);
}
