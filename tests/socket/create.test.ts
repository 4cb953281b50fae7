// createConnection, createServer, hasDualstackIPv6, socketpair, fromfd.
import type { OSError } from "../../ts/index.js";
import { noIPv6 } from "../have.js";
import { blockingModule, equal, fails, is, ok, test, throws } from "../suite.js";

const {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  ConnectionRefusedError,
  GaiError,
  SOCK_DGRAM,
  SOCK_STREAM,
  Socket,
  createConnection,
  createServer,
  fromfd,
  socketpair,
} = await blockingModule();
type Socket<A = any> = import("../../ts/index.js").Socket<A>;

/** A port that nobody listens on and nobody else gets: bound, not listening. */
function refusing(): Socket<[string, number]> {
  const s = new Socket(AF_INET, SOCK_STREAM);
  s.bind(["127.0.0.1", 0]);
  return s;
}

test("createConnection: timeout and source address are the socket's", () => {
  using server = createServer(["127.0.0.1", 0]);
  using client = createConnection(server.getsockname(), 2.5, ["127.0.0.2", 0]);
  is(client.gettimeout(), 2.5);
  is(client.getsockname()[0], "127.0.0.2");
  equal(client.getpeername(), server.getsockname());
  using blocking = createConnection(server.getsockname(), null);
  is(blocking.gettimeout(), null);
  using plain = createConnection(["127.0.0.1", String(server.getsockname()[1])]);
  is(plain.gettimeout(), null);
});

test(
  "createConnection: the addresses of a host are tried in turn",
  () => {
    // null is loopback, which has two: whichever comes first, one of these two servers is not there.
    for (const server of [createServer(["127.0.0.1", 0]), createServer(["::1", 0], { family: AF_INET6 })]) {
      using _ = server;
      using client = createConnection([null, server.getsockname()[1]]);
      equal(client.getpeername(), server.getsockname());
    }
    using nobody = refusing();
    const all = throws(
      () => createConnection([null, nobody.getsockname()[1]], undefined, null, { allErrors: true }),
      AggregateError,
    );
    equal(all.errors.map((each: OSError) => (each.address as string[])[0]).sort(), ["127.0.0.1", "::1"]);
  },
  { skip: noIPv6 },
);

test("createConnection: refused is the last attempt's error, or with allErrors each one", () => {
  using nobody = refusing();
  const address = nobody.getsockname();
  const error = fails("ECONNREFUSED", () => createConnection(address));
  ok(error instanceof ConnectionRefusedError);
  equal((error as OSError).address, address);
  const all = throws(
    () => createConnection(address, undefined, null, { allErrors: true }),
    AggregateError,
    "createConnection failed",
  );
  equal(
    all.errors.map((each: OSError) => each.code),
    ["ECONNREFUSED"],
  );
});

test("createConnection: what is wrong is said before anything is opened", () => {
  throws(
    () => createConnection("127.0.0.1" as never),
    TypeError,
    'createConnection: address must be [host, port], got "127.0.0.1"',
  );
  throws(
    () => createConnection(["127.0.0.1", 1], -1),
    RangeError,
    /^seconds must be 0\.\.\d+ or null, got -1$/,
  );
  throws(
    () => createConnection(["127.0.0.1", 1], undefined, "::1" as never),
    TypeError,
    /^bind: address must be \[host: string, port: number\]/,
  );
  throws(() => createConnection(["127.0.0.1", "no such service"]), GaiError);
});

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
  using _a = a;
  using _b = b;
  is(a.family, AF_UNIX);
  is(a.type, SOCK_STREAM);
  a.sendall("ping");
  is(b.recv(10).toString(), "ping");
  const [c, d] = socketpair(AF_UNIX, SOCK_DGRAM);
  using _c = c;
  using _d = d;
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
