// What the poller tells nothing of: data that another call did not see, what an option lets
// through, the end of receiving.
import {
  AF_INET,
  AF_UNIX,
  MSG_OOB,
  MSG_PEEK,
  SHUT_RD,
  SHUT_RDWR,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  SO_OOBINLINE,
  SO_PEEK_OFF,
  Socket,
  createConnection,
  socketpair,
} from "../../ts/promises/index.js";
import * as blocking from "../../ts/index.js";
import { ask } from "../python.js";
import { equal, fails, is, test } from "../suite.js";
import { listener, pair } from "./connected.js";
import { code, pause, soon } from "./settling.js";

const kinds: Record<string, () => Promise<[Socket, Socket]>> = {
  "AF_UNIX stream": async () => await socketpair(AF_UNIX, SOCK_STREAM),
  "AF_UNIX datagrams": async () => await socketpair(AF_UNIX, SOCK_DGRAM),
  TCP: pair,
};

test("SO_PEEK_OFF: what a peek does not find behind its offset, others do", async () => {
  for (const [name, make] of Object.entries(kinds)) {
    const [a, b] = await make();
    using _a = a;
    using _b = b;
    b.setsockopt(SOL_SOCKET, SO_PEEK_OFF, 0);
    await a.send("hello");
    is(String(await b.recv(100, MSG_PEEK)), "hello", name);
    const stop = new AbortController();
    const peek = b.recv(100, MSG_PEEK, { signal: stop.signal });
    const behind = b.recv(3);
    await pause(5);
    stop.abort("enough");
    is(await peek.catch((reason: unknown) => reason), "enough");
    is(String(await soon(behind)), "hel", name);
    if (name === "AF_UNIX datagrams") await a.send("lo");
    b.settimeout(0.01);
    await soon(b.recv(100, MSG_PEEK).catch(() => undefined));
    await soon(b.recv(100, MSG_PEEK).catch(() => undefined));
    b.settimeout(null);
    is(String(await soon(b.recv(100))), "lo", name);
  }
});

test("SO_OOBINLINE: what it lets through is received, though no edge comes for it", async () => {
  const [a, b] = await pair();
  using _a = a;
  using _b = b;
  // Watched: a short read then says that there is no more.
  const early = b.recv(10);
  await pause(2);
  await a.send("ab");
  is(String(await early), "ab");
  await a.send("c", MSG_OOB);
  await pause(5);
  b.setsockopt(SOL_SOCKET, SO_OOBINLINE, 1);
  is(String(await soon(b.recv(10))), "c");
});

async function udp(): Promise<[Socket, Socket]> {
  const a = new Socket(AF_INET, SOCK_DGRAM);
  const b = new Socket(AF_INET, SOCK_DGRAM);
  await a.bind(["127.0.0.1", 0]);
  await b.bind(["127.0.0.1", 0]);
  await a.connect(b.getsockname());
  await b.connect(a.getsockname());
  return [a, b];
}
const datagrams: Record<string, () => Promise<[Socket, Socket]>> = {
  UDP: udp,
  AF_UNIX: async () => await socketpair(AF_UNIX, SOCK_DGRAM),
};

test("shutdown(SHUT_RD): CPython's receiving calls of a datagram socket give nothing from nobody", () => {
  equal(
    ask(`
a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM); b.shutdown(socket.SHUT_RD)
print(json.dumps([b.recv(10).decode(), b.recvfrom(10)[1], list(b.recvmsg(10, 100)[1:])]))`),
    ["", null, [[], 0, null]],
  );
});

test("shutdown(SHUT_RD): receiving calls of datagrams end, those that wait and those that come", async () => {
  for (const [name, make] of Object.entries(datagrams)) {
    for (const watched of [false, true]) {
      const [a, b] = await make();
      using _a = a;
      using _b = b;
      const waiting = watched ? b.recv(10) : undefined;
      await pause(2);
      b.shutdown(SHUT_RD);
      is(String(await soon(waiting ?? b.recv(10))), "", name);
      equal(await soon(b.recvfrom(10)), [Buffer.alloc(0), null], name);
      equal(await soon(b.recvmsg(10, 100)), [Buffer.alloc(0), [], 0, null], name);
      is(await soon(b.recvmmsg(b.batch({ count: 2 }))), 0, name);
      equal(await soon(b.datagrams().next()), { value: undefined, done: true }, name);
    }
  }
});

test("shutdown(SHUT_RD): calls with a timeout end as those without", () => {
  const [a, b] = blocking.socketpair(AF_UNIX, SOCK_DGRAM);
  using _a = a;
  using _b = b;
  b.settimeout(20);
  a.send("before");
  b.shutdown(SHUT_RD);
  equal([String(b.recv(10)), String(b.recv(10)), b.recvfrom(10)], ["before", "", [Buffer.alloc(0), null]]);
  using server = new blocking.Socket(AF_UNIX, SOCK_STREAM);
  server.bind("");
  server.listen();
  server.settimeout(20);
  server.shutdown(SHUT_RDWR);
  fails("EINVAL", () => server.accept());
});

test("shutdown(SHUT_RD): what has come before it is received first", async () => {
  for (const [name, make] of Object.entries(datagrams)) {
    const [a, b] = await make();
    using _a = a;
    using _b = b;
    await a.send("before");
    b.shutdown(SHUT_RD);
    is(String(await soon(b.recv(10))), "before", name);
    is(String(await soon(b.recv(10))), "", name);
  }
});

test("shutdown(SHUT_RDWR): accept() of a listener ends with EINVAL", async () => {
  for (const family of [AF_UNIX, AF_INET]) {
    for (const watched of [false, true]) {
      using server = new Socket(family, SOCK_STREAM);
      await server.bind(family === AF_UNIX ? "" : ["127.0.0.1", 0]);
      server.listen();
      const waiting = watched ? server.accept() : undefined;
      await pause(2);
      server.shutdown(SHUT_RDWR);
      is(await soon(code(waiting ?? server.accept())), "EINVAL");
      is(await soon(code(server.accept())), "EINVAL");
    }
  }
});

test("shutdown(SHUT_RDWR): a stream's bytes all come before its end", async () => {
  using server = await listener();
  for (let i = 0; i < 50; i++) {
    using client = await createConnection(server.getsockname());
    const [served] = await server.accept();
    using _served = served;
    const reading = (async () => {
      let n = 0;
      for (;;) {
        const got = (await served.recv(1000)).length;
        if (got <= 0) break;
        n += got;
      }
      return n;
    })();
    await client.sendall(Buffer.alloc(10_000));
    client.shutdown(SHUT_RDWR);
    is(await soon(reading), 10_000);
  }
});
