// Descriptions and numbers that others share: a blocking socket on a dup, a number that is
// another's by now; and who holds the loop.
import { once } from "node:events";
import { connect } from "node:net";
import * as b from "../../ts/index.js";
import {
  AF_INET,
  AF_UNIX,
  EALREADY,
  ECONNREFUSED,
  MSG_DONTWAIT,
  MSG_WAITALL,
  POLLHUP,
  POLLIN,
  POLLOUT,
  POLLPRI,
  SOCK_STREAM,
  Socket,
  close as closeNumber,
  createServer,
  dup,
  fromfd,
  poll,
  socketpair,
} from "../../ts/promises/index.js";
import { childAnswer } from "../child.js";
import { closeElsewhere } from "../elsewhere.js";
import { equal, fails, is, ok, test } from "../suite.js";
import { code, pause, soon } from "./settling.js";

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

const ends: Record<string, (s: b.Socket) => void> = {
  close: s => s.close(),
  "close of the number": s => closeNumber(s.fileno()),
  dispose: s => s[Symbol.dispose](),
};
for (const [name, end] of Object.entries(ends)) {
  test(`poll: a blocking socket's ${name} ends it, and the peer sees the end`, async () => {
    for (const beside of [false, true]) {
      const [s, peer] = b.socketpair();
      const [other, another] = socketpair();
      using _peer = peer;
      using _other = other;
      using _another = another;
      using observer = fromfd(peer.fileno(), AF_UNIX, SOCK_STREAM);
      const coming = observer.recv(1);
      const polling = code(
        poll(
          beside
            ? [
                [other, POLLIN],
                [s, POLLIN],
              ]
            : [[s, POLLIN]],
        ),
      );
      await pause(5);
      end(s);
      is(await soon(polling), "EBADF");
      is(String(await soon(coming)), "");
    }
  });
}

test("poll: a blocking socket that is detached ends it, and the descriptor stays the caller's", async () => {
  const [s, peer] = b.socketpair();
  using _peer = peer;
  const polling = code(poll([[s, POLLIN]]));
  await pause(5);
  using mine = new b.Socket({ fileno: s.detach() });
  is(await soon(polling), "EBADF");
  peer.send("x");
  is(String(mine.recv(1)), "x");
});

test("poll: Node's own socket, borrowed, ends when Node has closed it", async () => {
  using server = await createServer(["127.0.0.1", 0]);
  const theirs = connect(server.getsockname()[1] as number, "127.0.0.1");
  const connected = once(theirs, "connect");
  const [accepted] = await server.accept();
  using _accepted = accepted;
  await connected;
  const polling = code(poll([[b.fromNode(theirs), POLLPRI]]));
  await pause(5);
  const coming = accepted.recv(1);
  theirs.destroy();
  is(await soon(polling), "EBADF");
  is(String(await soon(coming)), "");
});

test("poll: a socket that no call of its own may wait on is waited for", async () => {
  const [a, c] = socketpair();
  using _a = a;
  using _c = c;
  a.settimeout(0);
  equal(await poll([[a, POLLIN]], 0.02), []);
  const polling = poll([[a, POLLIN]]);
  await c.send("x");
  equal(await soon(polling), [[a, POLLIN]]);
  a.settimeout(0.02); // that of its calls, not of poll()
  await a.recv(1);
  const late = poll([[a, POLLIN]]);
  await pause(60);
  await c.send("x");
  equal(await soon(late), [[a, POLLIN]]);
});

test("poll: nothing to wait for is waited for as well", async () => {
  const start = performance.now();
  equal(await poll([], 0.05), []);
  ok(performance.now() - start >= 49);
  const stop = new AbortController();
  const waiting = poll([], null, { signal: stop.signal }).catch((reason: unknown) => reason);
  stop.abort("enough");
  is(await soon(waiting), "enough");
});

const held = (body: string) =>
  childAnswer<number>(`
    const P = await import(${JSON.stringify(new URL("../../ts/promises/index.js", import.meta.url).href)});
    const [a, c] = P.socketpair();
    const start = performance.now();
    // Both are held: the end of a peer that was collected would end the wait.
    process.on("exit", () => console.log(Math.round(performance.now() - start), ...[a, c].filter(s => s === null)));
    ${body}`);
test(
  "unref: a wait with a time holds the process no more than one without; ref() holds it again",
  async () => {
    const waits = [
      "P.poll([[a, P.POLLIN]], 10)",
      "P.poll([[a, P.POLLIN], [c, P.POLLPRI]], 10)",
      "a.ready(P.POLLIN)",
      "a.recv(1)",
    ];
    for (const wait of waits) {
      const took = await held(`a.unref(); c.unref(); a.settimeout(10); void ${wait};`);
      ok(took < 5000, `${wait}: ${took} ms`);
    }
    for (const wait of waits.slice(0, 3)) {
      const call = wait.replace("10", "0.5");
      const took = await held(`a.unref(); c.unref(); a.settimeout(0.5); ${call}.catch(() => {}); a.ref();`);
      ok(took >= 499, `${call}: ${took} ms`);
    }
  },
  { seconds: 60 },
);

test("connect: neither a reader nor a writer of a duplicate takes its error", async () => {
  const nobody = new Socket(AF_INET, SOCK_STREAM);
  using _nobody = nobody;
  await nobody.bind(["127.0.0.1", 0]);
  const to = nobody.getsockname();
  for (const when of ["before", "after"]) {
    using s = new Socket(AF_INET, SOCK_STREAM);
    const early = when === "before" ? s.dup() : undefined;
    const connecting = s.connectEx(to);
    using copy = early ?? s.dup();
    const calls = [copy.recv(1), copy.recv(1, MSG_DONTWAIT), copy.send("x"), copy.send("x", MSG_DONTWAIT)];
    const codes = calls.map(code);
    is(await copy.connectEx(to), EALREADY);
    is(await soon(connecting), ECONNREFUSED, when);
    const told = await soon(Promise.all(codes));
    ok(!told.includes("ECONNREFUSED"), String(told));
    equal([told[1], told[3]], ["EAGAIN", "EAGAIN"]);
  }
});

test("connect: calls of a duplicate that stood back go on when the connection is made", async () => {
  using server = await createServer(["127.0.0.1", 0]);
  using s = new Socket(AF_INET, SOCK_STREAM);
  using copy = s.dup();
  const connecting = s.connect(server.getsockname());
  const reading = copy.recv(5);
  const writing = copy.sendall("hello");
  await soon(connecting);
  const [accepted] = await server.accept();
  using _accepted = accepted;
  is(await soon(writing), undefined);
  is(String(await soon(accepted.recv(5))), "hello");
  await accepted.send("world");
  is(String(await soon(reading)), "world");
});
