// The echo server on an AF_UNIX stream: one client, everything it sends comes back. unix-server
// PATH
import { rmSync } from "node:fs";
import { AF_UNIX, SOCK_STREAM, Socket } from "berkeley-sockets";

const PATH = process.argv[2] ?? "echo.socket";

using s = new Socket(AF_UNIX, SOCK_STREAM);
s.bind(PATH);
try {
  s.listen(1);
  console.log("Listening on", JSON.stringify(s.getsockname()));
  const [connection] = s.accept();
  using _ = connection;
  for (;;) {
    const data = connection.recv(1024);
    if (data.length === 0) break;
    connection.sendall(data);
  }
} finally {
  rmSync(PATH); // bind made it, close leaves it
}
