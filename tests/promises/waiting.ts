// Every call that can wait for a socket, a row each: how it is made to wait, and how it is then let
// succeed.
import { closeSync, openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  AF_INET,
  AF_UNIX,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  SO_SNDBUF,
  Socket,
  recvFds,
  sendFds,
  type CallOptions,
} from "../../ts/promises/index.js";
import { is, rejects } from "../suite.js";
import { pair, streamFamilies } from "./connected.js";

/** The socket on which the call will wait, its peer, what else must be closed. */
export type Sockets = [socket: Socket, peer: Socket, ...others: Socket[]];

/** Its functions hold no socket: a test finds out whether anybody else does. */
export interface Row {
  make(): Promise<Sockets>;
  /** `to` is the peer's address. */
  call(socket: Socket, to: any, options?: CallOptions): Promise<unknown>;
  /** `to` is the socket's address. */
  satisfy(peer: Socket, to: any): Promise<unknown>;
}

const UNIX = streamFamilies.find(({ name }) => name === "AF_UNIX")!;
const message = Buffer.alloc(1000, 1);
const self = fileURLToPath(import.meta.url);

async function datagrams(): Promise<Sockets> {
  const sockets: Socket[] = [0, 1].map(() => new Socket(AF_UNIX, SOCK_DGRAM));
  for (const s of sockets) await s.bind("");
  return sockets as Sockets;
}

/** A reader with nothing to read. */
function reads(call: Row["call"], make: Row["make"] = pair): Row {
  return {
    make,
    call,
    satisfy: (peer, to) => (make === datagrams ? peer.sendto("x", to) : peer.sendall("x")),
  };
}

/** A writer whose peer does not read: the buffers are full, and AF_UNIX has none on the way. */
function writes(call: Row["call"], of: Row["make"] = () => pair(UNIX)): Row {
  return {
    call,
    async make() {
      const [socket, peer] = await of();
      socket.setsockopt(SOL_SOCKET, SO_SNDBUF, 4096);
      if (of === datagrams) await socket.connect(peer.getsockname());
      socket.settimeout(0);
      is(
        (
          (await rejects(async () => {
            for (;;) await socket.send(message);
          }, Error)) as { code?: string }
        ).code,
        "EAGAIN",
      );
      socket.settimeout(null);
      return [socket, peer];
    },
    async satisfy(peer) {
      peer.settimeout(0);
      is(
        (
          (await rejects(async () => {
            for (;;) await peer.recv(1 << 20);
          }, Error)) as { code?: string }
        ).code,
        "EAGAIN",
      );
    },
  };
}

/** A listener with a full backlog leaves the handshake hanging. */
const connects = (call: Row["call"]): Row => ({
  call,
  async make() {
    const sockets: Socket[] = [0, 1, 2].map(() => new Socket(AF_INET, SOCK_STREAM));
    const [, server, filler] = sockets;
    await server!.bind(["127.0.0.1", 0]);
    server!.listen(0);
    await filler!.connect(server!.getsockname());
    return sockets as Sockets;
  },
  async satisfy(server) {
    for (let i = 0; i < 2; i++) (await server.accept())[0].close();
  },
});

export const calls: Readonly<Record<string, Row>> = {
  accept: {
    async make() {
      const [socket, client]: Socket[] = [0, 1].map(() => new Socket(AF_INET, SOCK_STREAM));
      await socket!.bind(["127.0.0.1", 0]);
      socket!.listen();
      return [socket!, client!];
    },
    async call(socket, _, options) {
      (await socket.accept(options))[0].close();
    },
    satisfy: (client, to) => client.connect(to),
  },
  connect: connects((s, to, options) => s.connect(to, options)),
  connectEx: connects(async (s, to, options) => {
    const errno = await s.connectEx(to, options);
    if (errno !== 0) throw s._core.errors.system(errno, "connectEx");
  }),
  recv: reads((s, _, options) => s.recv(10, options)),
  "recv with flags": reads((s, _, options) => s.recv(10, 0, options)),
  recvInto: reads((s, _, options) => s.recvInto(Buffer.alloc(10), options)),
  recvmsg: reads((s, _, options) => s.recvmsg(10, 100, options)),
  recvmsgInto: reads((s, _, options) => s.recvmsgInto([Buffer.alloc(10)], options)),
  recvfrom: reads((s, _, options) => s.recvfrom(10, options), datagrams),
  recvfromInto: reads((s, _, options) => s.recvfromInto(Buffer.alloc(10), options), datagrams),
  recvmmsg: reads((s, _, options) => s.recvmmsg(s.batch({ count: 2 }), options), datagrams),
  recvFds: reads(
    (s, _, options) => recvFds(s, 10, 5, options),
    () => pair(UNIX),
  ),
  send: writes((s, _, options) => s.send(message, options)),
  sendall: writes((s, _, options) => s.sendall(message, options)),
  "sendmsg of a stream": writes((s, _, options) => s.sendmsg([message], options)),
  sendto: writes((s, to, options) => s.sendto(message, to, options), datagrams),
  sendmsg: writes((s, to, options) => s.sendmsg([message], [], 0, to, options), datagrams),
  sendmmsg: writes((s, _, options) => {
    const batch = s.batch({ count: 1 });
    batch.push(message);
    return s.sendmmsg(batch, options);
  }, datagrams),
  sendSegments: writes((s, _, options) => s.sendSegments(message, 500, options), datagrams),
  "sendSegments to an address": writes(
    (s, to, options) => s.sendSegments(message, 500, to, options),
    datagrams,
  ),
  sendFds: writes((s, _, options) => sendFds(s, [message], [0], 0, null, options)),
  sendfile: writes(async (s, _, options) => {
    const file = openSync(self, "r");
    try {
      return await s.sendfile(file, 0, 1000, options);
    } finally {
      closeSync(file);
    }
  }),
};
