// Descriptions and numbers that others share: a blocking socket on a dup, a number that is
// another's by now; and who holds the loop.
import * as b from "../../ts/index.js";
import {
  AF_INET,
  EALREADY,
  ECONNREFUSED,
  MSG_DONTWAIT,
  MSG_WAITALL,
  POLLHUP,
  POLLIN,
  POLLOUT,
  SOCK_STREAM,
  Socket,
  dup,
  poll,
  socketpair,
} from "../../ts/promises/index.js";
import { closeElsewhere } from "../elsewhere.js";
import { equal, fails, is, ok, test } from "../suite.js";

test("recv, send: a blocking socket on the same description does not make them block", async () => {
  const [client, server] = socketpair();
  using _client = client;
  using _server = server;
  using shared = new b.Socket({ fileno: dup(server.fileno()) });
  shared.settimeout(null); // the description blocks from now on
  const waiting = server.recv(5);
  setTimeout(() => {
    void client.send("late");
  }, 20);
  is(String(await waiting), "late");
  const block = Buffer.alloc(1 << 20);
  const sending = server.sendall(block);
  let got = 0;
  while (got < block.length) got += (await client.recv(1 << 16)).length;
  await sending;
  const batch = server.batch({ count: 2 });
  const filling = server.recvmmsg(batch);
  setTimeout(() => {
    void client.send("x");
  }, 20);
  is(await filling, 1);
});

test("close: a number that was closed elsewhere and used again stays open", () => {
  const socket = new Socket(AF_INET, SOCK_STREAM);
  const fd = socket.fileno();
  closeElsewhere(fd);
  using other = new Socket(AF_INET, SOCK_STREAM);
  is(other.fileno(), fd);
  fails("EBADF", () => socket.close());
  ok(other.getsockname());
});

const loops: Readonly<Record<string, (s: Socket) => Promise<unknown>>> = {
  "ready()": s => s.ready(POLLHUP),
  "poll() without a wait": s => poll([[s, POLLOUT]], 0),
  "poll() of what is ready": s => poll([[s, POLLOUT]]),
  "connect() refused": s => s.connect(["127.0.0.1", 1]),
  "connectEx()": s => s.connectEx(["127.0.0.1", 1]),
  "bind() again": s => s.bind(["127.0.0.1", 0]),
  "send() unconnected": s => s.send("x"),
  "an accept() of none": s => s.accept(),
};
for (const [name, call] of Object.entries(loops)) {
  test(`${name}: a loop of it leaves the loop its turns`, async () => {
    using s = new Socket(AF_INET, SOCK_STREAM);
    let turns = 0;
    const ticking = setInterval(() => {
      turns++;
    }, 1);
    const until = performance.now() + 2000;
    while (turns < 3 && performance.now() < until) await call(s).catch(() => {});
    clearInterval(ticking);
    ok(turns >= 3, `${turns} turns`);
  });
}

test("connect: neither an impatient reader nor a second connect takes its error", async () => {
  const nobody = new Socket(AF_INET, SOCK_STREAM);
  await nobody.bind(["127.0.0.1", 0]);
  const to = nobody.getsockname();
  {
    using s = new Socket(AF_INET, SOCK_STREAM);
    const connecting = s.connectEx(to);
    const second = s.connectEx(to);
    const reading = s.recv(1, MSG_DONTWAIT).catch((error: { code: string }) => error.code);
    equal([await connecting, await second, await reading], [ECONNREFUSED, EALREADY, "EAGAIN"]);
  }
  nobody.close();
});

test("recvInto: a buffer that shrinks in the middle is that call's own affair", async () => {
  const [a, c] = socketpair();
  using _a = a;
  using _c = c;
  const memory = new (
    ArrayBuffer as unknown as new (
      size: number,
      options: object,
    ) => ArrayBuffer & { resize(size: number): void }
  )(100, { maxByteLength: 100 });
  const waiting = a.recvInto(new Uint8Array(memory), 0, MSG_WAITALL);
  await c.send("hello");
  await new Promise(resolve => {
    setTimeout(resolve, 30);
  });
  memory.resize(2);
  await c.send("w");
  is(await waiting, 5);
  is(String(await a.recv(5)), "w");
});

test("poll: what was ready is told, although a reader behind it has taken it", async () => {
  const [a, c] = socketpair();
  using _a = a;
  using _c = c;
  const polling = poll([[a, POLLIN]]);
  const reading = a.recv(1);
  await c.send("q");
  equal([String(await reading), await polling], ["q", [[a, POLLIN]]]);
});
