// systemd-socket: a server whose listening sockets come from whoever starts it, as systemd hands
// them over (sd_listen_fds(3), systemd.socket(5)): descriptors from 3 on, their count in LISTEN_FDS,
// for whom in LISTEN_PID, their names in LISTEN_FDNAMES. systemd-socket [COUNT]: ends after so many
// connections. Without systemd: systemd-socket-activate -l 8080 node systemd-socket.js
import { AF_UNIX, SOCK_STREAM, SOL_SOCKET, SO_ACCEPTCONN, Socket } from "berkeley-sockets/promises";

const FIRST = 3;
const COUNT = Number(process.argv[2] ?? Infinity);

/** The sockets that were handed over, by name; none where that was to somebody else. */
function handedOver(): [name: string, socket: Socket][] {
  const { LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES = "" } = process.env;
  if (Number(LISTEN_PID) !== process.pid) return [];
  const names = LISTEN_FDNAMES.split(":");
  // A child of ours is not to take them for its own.
  for (const name of ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"]) delete process.env[name];
  return Array.from({ length: Number(LISTEN_FDS) }, (_, i) => {
    // Family, type and protocol are the kernel's word; what is no socket is ENOTSOCK.
    const socket = new Socket({ fileno: FIRST + i });
    socket.setInheritable(false);
    return [names[i] || "unknown", socket];
  });
}

const sockets = handedOver();
if (sockets.length === 0) {
  console.error("Nobody handed a socket over: start this by systemd, or by systemd-socket-activate");
  process.exit(1);
}

let served = 0;
await Promise.all(
  sockets.map(async ([name, socket]) => {
    if (socket.type !== SOCK_STREAM || socket.getsockopt(SOL_SOCKET, SO_ACCEPTCONN) === 0)
      throw new Error(`${name} does not listen`);
    const kind = socket.family === AF_UNIX ? "a path" : "a port";
    console.log(`Serving ${name}, ${kind}: ${JSON.stringify(socket.getsockname())}`);
    for await (const [connection] of socket.connections()) {
      await connection.sendall(`Hello from ${name}\n`);
      connection.close();
      if (++served >= COUNT) for (const [, listener] of sockets) listener.close();
    }
  }),
);
console.log(`Served ${served}`);
