// The promise Socket: the calls, in order, with timeouts, aborts and closes.
import { AF_INET, SOCK_DGRAM, SOCK_STREAM, Socket, TimeoutError } from "../../ts/promises/index.js";
import type { InetAddress } from "../../ts/base/types.js";
import { Child } from "../child.js";
import { equal, is, ok, rejects, test } from "../suite.js";

async function pair(): Promise<[Socket<InetAddress>, Socket<InetAddress>]> {
  using server = new Socket(AF_INET, SOCK_STREAM);
  await server.bind(["127.0.0.1", 0]);
  server.listen();
  const client = new Socket(AF_INET, SOCK_STREAM);
  const [[connection]] = await Promise.all([server.accept(), client.connect(server.getsockname())]);
  return [client, connection];
}
const later = (ms: number) => new Promise(done => setTimeout(done, ms));

test("recv: waits for what is sent, and for the end", async () => {
  const [a, b] = await pair();
  using _a = a;
  using _b = b;
  setTimeout(() => a.sendall("hello"), 10);
  is((await b.recv(100)).toString(), "hello");
  a.close();
  is((await b.recv(100)).length, 0);
});

test("recv: data and end that come together are both seen", async () => {
  const [a, b] = await pair();
  using _b = b;
  const first = b.recvInto(Buffer.alloc(100));
  await a.sendall("x");
  a.close();
  is(await first, 1);
  is(await b.recvInto(Buffer.alloc(100)), 0);
});

test("recv: several waiters are served in order", async () => {
  const [a, b] = await pair();
  using _a = a;
  using _b = b;
  const waiting = [b.recv(1), b.recv(1), b.recv(1)];
  await a.sendall("abc");
  equal((await Promise.all(waiting)).map(String), ["a", "b", "c"]);
});

test("recv: the timeout rejects, and the next call waits again", async () => {
  const [a, b] = await pair();
  using _a = a;
  using _b = b;
  b.settimeout(0.03);
  await rejects(() => b.recv(1), TimeoutError, "timed out");
  const next = b.recv(1);
  await a.sendall("x");
  is((await next).toString(), "x");
});

test("recv: an abort rejects with its reason; one from before does nothing at all", async () => {
  const [a, b] = await pair();
  using _a = a;
  using _b = b;
  const reason = new Error("enough");
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), 10);
  is(await rejects(() => b.recv(1, { signal: controller.signal }), Error), reason);
  await a.sendall("x");
  await later(5);
  is(await rejects(() => b.recv(1, { signal: AbortSignal.abort(reason) }), Error), reason);
  is((await b.recv(1)).toString(), "x");
});

test("close: waiters are rejected with EBADF, and later calls too", async () => {
  const [a, b] = await pair();
  using _a = a;
  const waiting = b.recv(1);
  setTimeout(() => b.close(), 5);
  is(
    ((await rejects(() => waiting, Error, /recv EBADF .*closed while the call waited/)) as { code?: string })
      .code,
    "EBADF",
  );
  is(((await rejects(() => b.recv(1), Error)) as { code?: string }).code, "EBADF");
  is(((await rejects(() => b.sendall("x"), Error)) as { code?: string }).code, "EBADF");
});

test("sendall: waits while the peer does not read", async () => {
  const [a, b] = await pair();
  using _a = a;
  using _b = b;
  const size = 8 << 20;
  const sending = a.sendall(Buffer.alloc(size, 1));
  let got = 0;
  const into = Buffer.alloc(65536);
  while (got < size) got += await b.recvInto(into);
  await sending;
  is(got, size);
});

test("connect: nobody listens is ECONNREFUSED", async () => {
  using s = new Socket(AF_INET, SOCK_STREAM);
  is(((await rejects(() => s.connect(["127.0.0.1", 1]), Error)) as { code?: string }).code, "ECONNREFUSED");
  using t = new Socket(AF_INET, SOCK_STREAM);
  ok((await t.connectEx(["127.0.0.1", 1])) > 0);
});

test("for await: datagrams until the socket is closed", async () => {
  using s = new Socket(AF_INET, SOCK_DGRAM);
  await s.bind(["127.0.0.1", 0]);
  setTimeout(async () => {
    for (const word of ["a", "b", "c"]) await s.sendto(word, s.getsockname());
  }, 5);
  const got: string[] = [];
  for await (const [data, address] of s) {
    equal(address, s.getsockname());
    if (got.push(String(data)) === 3) s.close();
  }
  equal(got, ["a", "b", "c"]);
});

test("unref: a socket whose first wait is not to be waited for", async () => {
  const { status, stdout, stderr } = await new Child(`
    import { AF_INET, SOCK_DGRAM, Socket } from ${JSON.stringify(new URL("../../ts/promises/index.js", import.meta.url).href)};
    const a = new Socket(AF_INET, SOCK_DGRAM).unref(), b = new Socket(AF_INET, SOCK_DGRAM);
    await a.bind(["127.0.0.1", 0]);
    a.recv(1).then(data => { console.log(String(data)); return a.recv(1); }).then(() => console.log("never"));
    await b.sendto("x", a.getsockname());
    setTimeout(() => b.close(), 200); // which nothing else keeps`).ended;
  equal([status, stdout, stderr], [0, "x\n", ""]);
});

test("settimeout: more than a timer can count does not fire at once", async () => {
  const [a, b] = await pair();
  using _a = a;
  using _b = b;
  b.settimeout(9e9);
  const received = b.recv(1);
  await later(30);
  await a.sendall("x");
  is((await received).toString(), "x");
});
