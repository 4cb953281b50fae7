// Descriptors from another process: recvFds gets a file and a socket that send-fds opened, and uses
// both. recv-fds PATH
import { fstatSync, readFileSync, rmSync, closeSync } from "node:fs";
import { AF_UNIX, SOCK_STREAM, Socket, recvFds } from "berkeley-sockets";

const PATH = process.argv[2] ?? "fds.socket";

using s = new Socket(AF_UNIX, SOCK_STREAM);
s.bind(PATH);
try {
  s.listen(1);
  console.log("Listening on", JSON.stringify(s.getsockname()));
  const [connection] = s.accept();
  using _ = connection;
  const [message, fds] = recvFds(connection, 1024, 2);
  const [file, socket] = fds;
  if (file === undefined || socket === undefined)
    throw new Error(`two descriptors were expected, ${fds.length} came`);
  console.log(
    `Process ${process.pid} got ${fds.length} descriptors with ${JSON.stringify(message.toString())}`,
  );
  try {
    console.log(`The file holds ${fstatSync(file).size} bytes:`, JSON.stringify(readFileSync(file, "utf8")));
  } finally {
    closeSync(file);
  }
  using passed = new Socket(undefined, undefined, undefined, socket);
  console.log("The socket is", String(passed));
  passed.sendall(`written by process ${process.pid}`);
} finally {
  rmSync(PATH);
}
