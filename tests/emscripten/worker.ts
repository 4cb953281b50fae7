// A guest in a worker, for workers.test.ts: it waits for a datagram that never comes, or talks to itself.
import { parentPort, workerData } from "node:worker_threads";
import { start, type Door } from "./guest.js";

const STREAM = 1;
const DATAGRAM = 2;
const { door, what } = workerData as { door: Door; what: "waits" | "talks" };
const g = await start(door, [
  "tcp-listen:127.0.0.1:*",
  "tcp-connect:127.0.0.1:*",
  "udp-bind:127.0.0.1:*",
  "udp-connect:127.0.0.1:*",
]);

/** Messages over a connection to itself; gives how many came back as they were, and the first number. */
function talk(): [right: number, first: number] {
  const listener = g.bound(STREAM);
  g.good("__syscall_listen", listener, 1);
  const client = g.good("__syscall_socket", 2, STREAM, 0);
  g.good("__syscall_connect", client, g.inet(1024, g.port(listener)), 16);
  const server = g.good("__syscall_accept4", listener, 0, 0, 0);
  let right = 0;
  for (let i = 0; i < 500; i++) {
    g.words(1500, i, 7 * i);
    g.good("__syscall_sendto", client, 1500, 8, 0, 0, 0);
    g.words(1600, 0, 0);
    const got = g.good("__syscall_recvfrom", server, 1600, 8, 0, 0, 0);
    if (got === 8 && g.word(1600) === i && g.word(1604) === 7 * i) right++;
  }
  return [right, listener];
}

if (what === "talks") {
  const answer = talk();
  g.dispose();
  parentPort!.postMessage(answer);
} else {
  const fd = g.bound(DATAGRAM);
  parentPort!.postMessage("waits");
  parentPort!.postMessage(g.call("__syscall_recvfrom", fd, 1024, 16, 0, 0, 0));
}
