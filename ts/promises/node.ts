// toNode(): hands a descriptor to Node's own net.Socket, net.Server or dgram.Socket, which own and close it from then on.
import type { Socket as DatagramSocket } from "node:dgram";
import type { NetConnectOpts, Server, Socket as NetSocket } from "node:net";
import { builtin } from "../../shim/builtin.js";
import type { PromiseEndpoint } from "./endpoint.js";

/** Bun and Deno have node:net and node:dgram too, which differ in what they do with a descriptor. */
const { bun, deno } = process.versions as { bun?: string; deno?: string };

/** What Node can take: TCP and AF_UNIX streams, their listeners, UDP. */
export async function toNode(socket: PromiseEndpoint): Promise<NetSocket | Server | DatagramSocket> {
  const { constants: c, errors } = socket._core;
  if (socket._fd < 0) throw errors.named("EBADF", "toNode");
  const inet = socket.family === c.AF_INET || socket.family === c.AF_INET6;
  if (socket.type === c.SOCK_DGRAM && inet) {
    if (deno !== undefined) throw errors.named("ENOTSUP", "toNode", "(Deno's dgram takes no descriptor)");
    const udp = builtin("node:dgram").createSocket({ type: socket.family === c.AF_INET ? "udp4" : "udp6" });
    udp.bind({ fd: socket.detach() }); // listening at once: nothing to wait for
    return udp;
  }
  if (socket.type !== c.SOCK_STREAM || !inet && socket.family !== c.AF_UNIX) {
    throw errors.named("ENOTSUP", "toNode", "(Node takes TCP, UDP and AF_UNIX streams; toDuplex() takes any stream)");
  }
  const net = builtin("node:net");
  if (socket.getsockopt(c.SOL_SOCKET, c.SO_ACCEPTCONN)) {
    const server = new net.Server();
    server.listen({ fd: socket.detach() });
    await builtin("node:events").once(server, "listening");
    return server;
  }
  if (bun !== undefined) {
    // Its constructor leaves the descriptor out; its connect() does not.
    const stream = new net.Socket();
    stream.connect({ fd: socket.detach() } as unknown as NetConnectOpts);
    return stream;
  }
  return new net.Socket({ fd: socket.detach(), readable: true, writable: true });
}
