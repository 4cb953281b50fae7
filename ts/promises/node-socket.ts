// What a Socket of promises has on Node beside its calls: it becomes a stream of Node's, or hands its
// descriptor to Node's own classes. The class itself names nothing of Node's; the Node entry imports
// this file, which adds these methods to it.
import type { Socket as DatagramSocket } from "node:dgram";
import type { Server as NetServer, Socket as NetSocket } from "node:net";
import { toDuplex, type DuplexOptions, type SocketDuplex } from "./duplex.js";
import { Socket } from "./socket.js";
import { toNode } from "./to-node.js";

declare module "./socket.js" {
  interface Socket<A = any, B extends Uint8Array = Uint8Array> {
    /**
     * The socket as a Node stream, which owns it from now on: backpressure, half close and errors as
     * net.Socket's.
     */
    toDuplex(options?: DuplexOptions): SocketDuplex;

    /**
     * Hands the descriptor to Node's own socket, where Node can take it: TCP and AF_UNIX streams,
     * their listeners, UDP. This one is then closed.
     * @throws ENOTSUP.
     */
    toNode(): Promise<NetSocket | NetServer | DatagramSocket>;
  }
}

const methods: Pick<Socket, "toDuplex" | "toNode"> & ThisType<Socket> = {
  toDuplex(options = {}) {
    return toDuplex(this, options);
  },
  toNode() {
    return toNode(this);
  },
};
for (const [name, value] of Object.entries(methods))
  Object.defineProperty(Socket.prototype, name, { value, writable: true, configurable: true });
