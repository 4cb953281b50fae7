// The Python page's echo client, IPv4 only: sends one line and prints what comes back. echo-client
// [HOST [PORT]]
import { AF_INET, SOCK_STREAM, Socket } from "berkeley-sockets";

const HOST = process.argv[2] ?? "localhost";
const PORT = Number(process.argv[3] ?? 50007);

using s = new Socket(AF_INET, SOCK_STREAM);
s.connect([HOST, PORT]);
s.sendall("Hello, world");
const data = s.recv(1024);
console.log("Received", JSON.stringify(data.toString()));
