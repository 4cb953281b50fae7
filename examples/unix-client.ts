// The echo client on an AF_UNIX stream. unix-client PATH
import { AF_UNIX, SOCK_STREAM, Socket } from "berkeley-sockets";

const PATH = process.argv[2] ?? "echo.socket";

using s = new Socket(AF_UNIX, SOCK_STREAM);
s.connect(PATH);
s.sendall("Hello, world");
const data = s.recv(1024);
console.log("Received", JSON.stringify(data.toString()), "from", JSON.stringify(s.getpeername()));
