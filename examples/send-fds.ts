// Descriptors to another process: sendFds passes a file that has no name any more, and one end of a
// socketpair. send-fds PATH
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AF_UNIX, SOCK_STREAM, Socket, sendFds, socketpair } from "berkeley-sockets";

const PATH = process.argv[2] ?? "fds.socket";

function unnamedFile(text: string): number {
  const folder = mkdtempSync(join(tmpdir(), "send-fds-"));
  try {
    const fd = openSync(join(folder, "file"), "w+");
    writeSync(fd, text, 0);
    return fd;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

using s = new Socket(AF_UNIX, SOCK_STREAM);
s.connect(PATH);
const [ours, theirs] = socketpair();
using _ = ours;
const file = unnamedFile("Hello, world");
sendFds(s, ["a file and a socket"], [file, theirs.fileno()]);
closeSync(file);
theirs.close();
console.log(`Process ${process.pid} received`, JSON.stringify(ours.recv(1024).toString()));
