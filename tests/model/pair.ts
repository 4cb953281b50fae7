// Two sockets that are connected, of the blocking class.
import type { Kind } from "./program.js";
import type { Under } from "./under.js";

/** Small buffers: a flood is over them soon. */
const BUFFERS = 32768;

export function pairOf(
  { blocking: { Socket, socketpair }, constants: c, address }: Under,
  kind: Kind,
): any[] {
  if (kind.startsWith("unix"))
    return socketpair(
      c.AF_UNIX,
      kind === "unix-stream" ? c.SOCK_STREAM : kind === "unix-datagram" ? c.SOCK_DGRAM : c.SOCK_SEQPACKET,
    );
  const to = [kind === "tcp6" ? "::1" : address, 0];
  const family = kind === "tcp6" ? c.AF_INET6 : c.AF_INET;
  if (kind === "udp") {
    const ends = [0, 1].map(() => new Socket(family, c.SOCK_DGRAM)) as any[];
    for (const end of ends) end.bind(to);
    ends[0].connect(ends[1].getsockname());
    ends[1].connect(ends[0].getsockname());
    return ends;
  }
  const listener = new Socket(family, c.SOCK_STREAM);
  const client = new Socket(family, c.SOCK_STREAM);
  try {
    for (const socket of [listener, client])
      for (const name of [c.SO_SNDBUF!, c.SO_RCVBUF!]) socket.setsockopt(c.SOL_SOCKET!, name, BUFFERS);
    listener.bind(to);
    listener.listen();
    client.connect(listener.getsockname());
    const [server] = listener.accept();
    for (const socket of [server, client]) socket.setsockopt(c.IPPROTO_TCP!, c.TCP_NODELAY!, 1);
    return [client, server];
  } finally {
    listener.close();
  }
}

/** A promise socket in place of a blocking one. */
export function promised(under: Under, socket: any): any {
  return new under.promises.Socket(socket.family, socket.type, socket.proto, socket.detach());
}
