// fromNode: options and names of Node's own sockets.
import { createSocket } from "node:dgram";
import { once } from "node:events";
import * as net from "node:net";
import {
  AF_INET,
  IPPROTO_IP,
  IPPROTO_TCP,
  IP_TTL,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  SO_KEEPALIVE,
  SO_RCVBUF,
  SO_REUSEADDR,
  TCP_NODELAY,
  fromNode,
} from "../../ts/index.js";
import { equal, fails, is, ok, test, throws } from "../suite.js";

async function pair(): Promise<{
  client: net.Socket;
  peer: net.Socket;
  server: net.Server;
  [Symbol.asyncDispose](): Promise<void>;
}> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = net.connect((server.address() as net.AddressInfo).port, "127.0.0.1");
  const [[peer]] = (await Promise.all([once(server, "connection"), once(client, "connect")])) as [
    [net.Socket],
    unknown,
  ];
  return {
    client,
    peer,
    server,
    async [Symbol.asyncDispose]() {
      client.destroy();
      peer.destroy();
      server.close();
      await Promise.all(
        [client, peer, server].map(s =>
          (s as net.Socket).closed || (!(s as net.Server).listening && s === server)
            ? undefined
            : once(s, "close"),
        ),
      );
    },
  };
}

test("fromNode: options of a net.Socket are read and set, and Node goes on using it", async () => {
  await using p = await pair();
  const view = fromNode(p.client);
  is(view.family, AF_INET);
  is(view.type, SOCK_STREAM);
  is(view.gettimeout(), 0);
  equal(view.getpeername(), ["127.0.0.1", (p.server.address() as net.AddressInfo).port]);
  p.client.setNoDelay(true);
  is(view.getsockopt(IPPROTO_TCP, TCP_NODELAY), 1);
  view.setsockopt(SOL_SOCKET, SO_KEEPALIVE, 1);
  is(view.getsockopt(SOL_SOCKET, SO_KEEPALIVE), 1);
  view.close();
  fails("EBADF", () => view.getsockname());
  p.client.write("alive");
  const [data] = (await once(p.peer, "data")) as [Buffer];
  is(data.toString(), "alive");
});

test("fromNode: a net.Server and a dgram.Socket", async () => {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  is(fromNode(server).getsockopt(SOL_SOCKET, SO_REUSEADDR), 1);
  server.close();
  await once(server, "close");
  const udp = createSocket("udp4");
  udp.bind(0, "127.0.0.1");
  await once(udp, "listening");
  const view = fromNode(udp);
  is(view.type, SOCK_DGRAM);
  view.setsockopt(IPPROTO_IP, IP_TTL, 33);
  is(view.getsockopt(IPPROTO_IP, IP_TTL), 33);
  ok(view.getsockopt(SOL_SOCKET, SO_RCVBUF) > 0);
  udp.close();
  await once(udp, "close");
  fails("EBADF", () => view.getsockopt(SOL_SOCKET, SO_RCVBUF));
});

test("fromNode: it borrows; mode, ownership and duplicates are refused", async () => {
  await using p = await pair();
  const view = fromNode(p.client);
  fails("ENOTSUP", () => view.settimeout(null));
  fails("ENOTSUP", () => view.setblocking(true));
  fails("ENOTSUP", () => view.detach());
  fails("ENOTSUP", () => view.dup());
  fails("EAGAIN", () => view.recv(1));
});

test("fromNode: bad arguments", () => {
  throws(
    () => fromNode({}),
    TypeError,
    "fromNode: handle must be a net.Socket, net.Server or dgram.Socket, got an object of class Object",
  );
  throws(() => fromNode(3 as never), TypeError, /got 3/);
  fails("EBADF", () => fromNode(new net.Socket()));
});
