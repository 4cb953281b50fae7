// The Python page's notes on timeouts: the three modes, and what connect and accept make of them.
import {
  BlockingIOError,
  POLLIN,
  TimeoutError,
  createConnection,
  createServer,
  poll,
  setdefaulttimeout,
} from "berkeley-sockets";

function message(what: () => unknown, expected: typeof BlockingIOError | typeof TimeoutError): string {
  try {
    what();
  } catch (error) {
    if (error instanceof expected) return `${error.name}: ${error.message}`;
    throw error;
  }
  throw new Error(`${expected.name} was expected`);
}

using server = createServer(["127.0.0.1", 0]);

// Timeout mode: each call ends after so many seconds.
server.settimeout(0.1);
console.log(
  "accept, timeout mode:",
  message(() => server.accept(), TimeoutError),
);

// Non-blocking mode: what can't be done at once fails.
server.settimeout(0);
console.log(
  "accept, non-blocking mode:",
  message(() => server.accept(), BlockingIOError),
);

// Blocking mode, the default: calls take as long as they take.
server.setblocking(true);

// A bound on connect is a bound on what follows, too.
using client = createConnection(server.getsockname(), 0.1);
console.log("the client's timeout:", client.gettimeout());
console.log(
  "recv, timeout mode:",
  message(() => client.recv(1), TimeoutError),
);

// An accepted socket blocks, whatever its listener does, but for the default timeout.
const [blocking] = server.accept();
using _blocking = blocking;
console.log("an accepted socket's timeout:", blocking.gettimeout());
setdefaulttimeout(2.5);
using second = createConnection(server.getsockname());
const [limited] = server.accept();
using _limited = limited;
console.log("with a default timeout:", limited.gettimeout(), "and", second.gettimeout());
setdefaulttimeout(null);

// Waiting for one of several sockets.
second.sendall("ready");
for (const [socket, events] of poll(
  [
    [blocking, POLLIN],
    [limited, POLLIN],
  ],
  1,
)) {
  console.log(
    socket === limited ? "the second connection" : "the first connection",
    "can be read:",
    (events & POLLIN) !== 0,
  );
}
