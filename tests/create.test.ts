// createConnection, createServer, hasDualstackIPv6, socketpair, fromfd.
import { AF_INET, AF_UNIX, OSError, SOCK_DGRAM, SOCK_STREAM, createServer, fromfd, socketpair } from "../ts/index.js";
import { equal, fails, is, ok, test } from "./suite.js";

test("createServer: a port in use is EADDRINUSE and leaves nothing open", () => {
  using server = createServer(["127.0.0.1", 0]);
  const error = fails("EADDRINUSE", () => createServer(server.getsockname()));
  equal((error as OSError).address, server.getsockname());
});

test("createServer: reusePort shares a port", () => {
  using one = createServer(["127.0.0.1", 0], { reusePort: true });
  using two = createServer(one.getsockname(), { reusePort: true, backlog: 1 });
  equal(one.getsockname(), two.getsockname());
});

test("socketpair: AF_UNIX streams by default, other types as asked", () => {
  const [a, b] = socketpair();
  using _a = a, _b = b;
  is(a.family, AF_UNIX);
  is(a.type, SOCK_STREAM);
  a.sendall("ping");
  is(b.recv(10).toString(), "ping");
  const [c, d] = socketpair(AF_UNIX, SOCK_DGRAM);
  using _c = c, _d = d;
  is(c.type, SOCK_DGRAM);
  fails("ENOTSUP", () => socketpair(AF_INET, SOCK_STREAM));
});

test("fromfd: duplicates the descriptor", () => {
  const [a, b] = socketpair();
  using _b = b;
  const copy = fromfd(a.fileno(), AF_UNIX, SOCK_STREAM);
  ok(copy.fileno() !== a.fileno());
  a.close();
  copy.sendall("still");
  copy.close();
  is(b.recv(10).toString(), "still");
  fails("EBADF", () => fromfd(1 << 20, AF_UNIX, SOCK_STREAM));
});
