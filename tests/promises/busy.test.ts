// One busy socket among others: it must not keep the others from their turn.
import { equal, is, ok, promiseModule, test } from "../suite.js";
import { soon } from "./settling.js";

const {
  AF_INET,
  AF_UNIX,
  SHUT_WR,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  SO_LINGER,
  Socket,
  createConnection,
  createServer,
  socketpair,
  structs,
} = await promiseModule();
type Socket<A = any> = import("../../ts/promises/index.js").Socket<A>;

const BYTE = Buffer.from("x");
/** Echoes as often as it is asked to; counts. */
function busy(s: Socket): { count: number } {
  const state = { count: 0 };
  const into = Buffer.alloc(64);
  const echo = async () => {
    for (;;) {
      const n = await s.recvInto(into);
      if (n <= 0) break;
      await s.sendall(into.subarray(0, n));
      state.count++;
    }
  };
  echo().catch((error: { code: string }) => {
    is(error.code, "EBADF");
  }); // closed at the test's end
  return state;
}
async function turns(s: Socket, count: number): Promise<void> {
  const into = Buffer.alloc(64);
  for (let i = 0; i < count; i++) {
    await s.sendall(BYTE);
    is(await s.recvInto(into), 1);
  }
}

test("a connection that is always ready does not keep another from being accepted and served", async () => {
  using server = await createServer(["127.0.0.1", 0]);
  using client = await createConnection(server.getsockname());
  const [served] = await server.accept();
  using _served = served;
  busy(served);
  await turns(client, 100);
  // A loop that never lets go: both ends are in this process, and one of them is always ready.
  let ends = false;
  const going = (async () => {
    while (!ends) await turns(client, 1);
  })();
  try {
    for (let i = 0; i < 5; i++) {
      const [second, [connection]] = await Promise.all([
        createConnection(server.getsockname()),
        server.accept(),
      ]);
      using _second = second;
      using _connection = connection;
      busy(connection);
      await turns(second, 20);
    }
  } finally {
    ends = true;
  }
  await going;
});

test("a busy socket is closed, or nobody reads it any more", async () => {
  const [a, b] = await socketpair(AF_UNIX, SOCK_STREAM);
  const [c, d] = await socketpair(AF_UNIX, SOCK_DGRAM);
  using _b = b;
  using _c = c;
  using _d = d;
  const echo = busy(a);
  await turns(b, 50);
  is(echo.count, 50);
  a.close();
  is(await b.recvInto(Buffer.alloc(1)), 0);
  for (let i = 0; i < 20; i++) {
    const got = d.recv(9);
    await c.send(String(i));
    is(String(await got), String(i));
  }
  const controller = new AbortController();
  const waiting = d.recv(9, { signal: controller.signal });
  controller.abort("enough");
  is(await waiting.catch((reason: unknown) => reason), "enough");
  await c.send("kept");
  await new Promise(done => setTimeout(done, 20));
  is(String(await d.recv(9)), "kept");
});

test("the end and a reset reach a busy socket", async () => {
  for (const end of ["shutdown", "reset"] as const) {
    using server = await createServer(["127.0.0.1", 0]);
    const client = await createConnection(server.getsockname());
    const [served] = await server.accept();
    using _client = client;
    using _served = served;
    const into = Buffer.alloc(64);
    for (let i = 0; i < 20; i++) {
      await client.sendall(BYTE);
      is(await served.recvInto(into), 1);
    }
    const last = served.recvInto(into);
    await client.sendall(BYTE);
    if (end === "shutdown") client.shutdown(SHUT_WR);
    else {
      client.setsockopt(SOL_SOCKET, SO_LINGER, structs.linger.pack({ onoff: 1, linger: 0 }));
      client.close();
    }
    const seen = await last.catch((error: { code: string }) => error.code);
    if (seen === 1)
      equal(
        await served.recvInto(into).catch((error: { code: string }) => error.code),
        end === "shutdown" ? 0 : "ECONNRESET",
      );
    else equal(seen, "ECONNRESET");
  }
});

test("datagrams to one socket come while another waits", async () => {
  const receiver = new Socket(AF_INET, SOCK_DGRAM);
  const other = new Socket(AF_INET, SOCK_DGRAM);
  const sender = new Socket(AF_INET, SOCK_DGRAM);
  using _r = receiver;
  using _o = other;
  using _s = sender;
  await receiver.bind(["127.0.0.1", 0]);
  await other.bind(["127.0.0.1", 0]);
  const quiet = other.recv(9);
  const batch = receiver.batch({ count: 8 });
  for (let i = 0; i < 100; i++) {
    const got = receiver.recvmmsg(batch);
    await sender.sendto("x", receiver.getsockname());
    ok((await got) >= 1);
  }
  await sender.sendto("quiet", other.getsockname());
  is(String(await quiet), "quiet");
});

test("what a turn of the loop has spent, the next one has again", async () => {
  const [a, b] = await socketpair(AF_UNIX, SOCK_STREAM);
  using _a = a;
  using _b = b;
  const BYTES = 4000;
  await a.sendall(Buffer.alloc(BYTES));
  let turned = 0;
  let ended = false;
  const count = () => {
    turned++;
    if (!ended) setImmediate(count);
  };
  setImmediate(count);
  const reading = (async () => {
    for (let i = 0; i < BYTES; i++) is((await b.recv(1)).length, 1);
  })();
  await soon(
    reading.finally(() => {
      ended = true;
    }),
  );
  // No turn takes all, and none takes but one.
  ok(turned > 3 && turned < BYTES / 20, `${turned} turns`);
});
