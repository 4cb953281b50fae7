// Connected sockets for tests.
import { AF_INET, SOCK_DGRAM, SOCK_STREAM, Socket } from "../ts/index.js";
import type { InetAddress } from "../ts/base/types.js";

/** A TCP listener on a port of the system's choice. */
export function listener(backlog?: number): Socket<InetAddress> {
  const server = new Socket(AF_INET, SOCK_STREAM);
  server.bind(["127.0.0.1", 0]);
  server.listen(backlog);
  return server;
}

/**
 * Connects to a listener with backlog 0 until it takes nobody more; the caller closes what was put
 * into `waiting`, also after an error.
 */
export function fillBacklog(address: InetAddress, waiting: Socket[]): void {
  for (let i = 0; i < 4; i++) {
    const s = new Socket();
    waiting.push(s);
    s.settimeout(0.1);
    if (s.connectEx(address) !== 0) break;
  }
}

/** Both ends of a TCP connection. */
export function tcp(): [client: Socket<InetAddress>, server: Socket<InetAddress>] {
  using server = listener();
  const client = new Socket(AF_INET, SOCK_STREAM);
  client.connect(server.getsockname());
  return [client, server.accept()[0]];
}

/** Two UDP sockets, the first connected to the second. */
export function udp(): [client: Socket<InetAddress>, server: Socket<InetAddress>] {
  const server = new Socket(AF_INET, SOCK_DGRAM);
  const client = new Socket(AF_INET, SOCK_DGRAM);
  server.bind(["127.0.0.1", 0]);
  client.connect(server.getsockname());
  return [client, server];
}

/** Sends `size` bytes at a time until nothing more fits. */
export function fillSendBuffer(s: Socket, size = 65536): void {
  const mode = s.gettimeout();
  const data = Buffer.alloc(size);
  s.setblocking(false);
  for (let full = false; !full; ) {
    try {
      s.send(data);
    } catch (error) {
      if ((error as { code?: string }).code !== "EAGAIN") throw error;
      full = true;
    }
  }
  s.settimeout(mode);
}
