// toNode(): hands a descriptor to Node's own net.Socket, net.Server or dgram.Socket, which own and
// close it from then on.
import type { Socket as DatagramSocket } from "node:dgram";
import type { NetConnectOpts, Server as NetServer, Socket as NetSocket } from "node:net";
import { builtin } from "../../shim/builtin.js";
import type { PromiseEndpoint } from "./endpoint.js";

/**
 * Bun and Deno have node:net and node:dgram too, which differ in what they do with a descriptor.
 */
const { bun, deno } = process.versions as { bun?: string; deno?: string };

/** Node's own default of Server.listen(). */
const BACKLOG = 511;

/**
 * What Node can take: TCP and AF_UNIX streams, their listeners, UDP. The socket gives its
 * descriptor away last, when Node has it: until then a failure leaves all as it was.
 */
export async function toNode(socket: PromiseEndpoint): Promise<NetSocket | NetServer | DatagramSocket> {
  const { constants: c, errors } = socket._core;
  if (socket._fd < 0) throw errors.named("EBADF", "toNode");
  const inet = socket.family === c.AF_INET || socket.family === c.AF_INET6;
  if (socket.type === c.SOCK_DGRAM && inet) return datagrams(socket);
  if (socket.type !== c.SOCK_STREAM || (!inet && socket.family !== c.AF_UNIX)) {
    throw errors.named(
      "ENOTSUP",
      "toNode",
      "(Node takes TCP, UDP and AF_UNIX streams; toDuplex() takes any stream)",
    );
  }
  if (socket.getsockopt(c.SOL_SOCKET, c.SO_ACCEPTCONN)) return listener(socket);
  const errno = socket._takeError();
  const node = stream(socket);
  if (errno !== 0) await failLater(node, errors.system(errno, "read"));
  return node;
}

/**
 * Ends a stream with an error that a call has met behind a part of the data, and that Node would not
 * get of the kernel any more. Whoever waits for toNode() may listen before: Node tells it in a tick,
 * and those come behind the microtasks that now run.
 */
async function failLater(node: NetSocket, error: Error): Promise<void> {
  await undefined;
  node.destroy(error);
}

function datagrams(socket: PromiseEndpoint): DatagramSocket {
  const { constants, errors, host } = socket._core;
  // libuv sees that it is connected, and refuses Node's sends with an address; dgram does not, and
  // refuses those without one.
  if (host.getpeername(socket._fd) >= 0) {
    throw errors.named(
      "ENOTSUP",
      "toNode",
      "(the socket is connected, and Node's dgram can send only where it has connected itself: hand it over unconnected)",
    );
  }
  if (deno !== undefined) throw errors.named("ENOTSUP", "toNode", "(Deno's dgram takes no descriptor)");
  const udp = builtin("node:dgram").createSocket({
    type: socket.family === constants.AF_INET ? "udp4" : "udp6",
  });
  // Exclusive: a cluster's worker would ask the primary for a descriptor of this number. It listens
  // at once: nothing to wait for.
  try {
    udp.bind({ fd: socket._fd, exclusive: true });
  } catch (error) {
    udp.unref();
    throw error;
  }
  socket.detach();
  return udp;
}

/** What Server.listen() does with a descriptor where no cluster is. */
interface Server extends NetServer {
  _listen2?(address: null, port: null, addressType: null, backlog: number, fd: number): void;
}

async function listener(socket: PromiseEndpoint): Promise<NetServer> {
  const server: Server = new (builtin("node:net").Server)();
  const events = builtin("node:events");
  const inCluster = builtin("node:cluster").isWorker;
  if (inCluster && server._listen2 === undefined)
    throw socket._core.errors.named("ENOTSUP", "toNode", "(a listener, in a cluster's worker)");
  const listening = events.once(server, "listening");
  // A cluster's worker would ask the primary for a descriptor of this number, exclusive or not.
  if (inCluster) server._listen2!(null, null, null, BACKLOG, socket._fd);
  else server.listen({ fd: socket._fd });
  if (server.listening) socket.detach();
  await listening;
  return server;
}

function stream(socket: PromiseEndpoint): NetSocket {
  const { Socket } = builtin("node:net");
  if (bun !== undefined) {
    // Its constructor leaves the descriptor out; its connect() does not.
    return new Socket().connect({ fd: socket.detach() } as unknown as NetConnectOpts);
  }
  const node = new Socket({ fd: socket._fd, readable: true, writable: true });
  socket.detach();
  return node;
}
