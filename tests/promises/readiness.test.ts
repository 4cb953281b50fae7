// Waiting for readiness as such, options that are none, aborts and timeouts in numbers.
import { closeSync, openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  AF_INET,
  MSG_DONTWAIT,
  POLLIN,
  POLLOUT,
  POLLPRI,
  SOCK_DGRAM,
  Socket,
  TimeoutError,
  close,
  poll,
  sendFds,
  socketpair,
} from "../../ts/promises/index.js";
import * as blocking from "../../ts/index.js";
import { sleep } from "../child.js";
import { equal, is, ok, rejects, slow, test } from "../suite.js";
import { code, soon } from "./settling.js";

test("options: what is none is refused before anything, as a rejection", async () => {
  const [a, b] = await socketpair();
  using _a = a;
  using _b = b;
  await a.sendall("kept");
  const wrong: unknown[] = [
    { signal: { aborted: false } },
    { signal: null },
    { sginal: AbortSignal.abort() },
    new Date(),
    AbortSignal.abort(),
    new Map(),
    5,
    null,
    "x",
    [],
  ];
  for (const options of wrong) {
    await rejects(() => b.recv(10, 0, options as never), TypeError);
    await rejects(() => b.recvInto(Buffer.alloc(1), 1, 0, options as never), TypeError);
    await rejects(() => a.sendall("lost", 0, options as never), TypeError);
    await rejects(() => a.connect("", options as never), TypeError);
    await rejects(() => b.ready(POLLIN, options as never), TypeError);
  }
  is(String(await b.recv(100)), "kept");
});

test("options: a getter that sends does not change where the datagram goes", async () => {
  using s = new Socket(AF_INET, SOCK_DGRAM);
  using one = new Socket(AF_INET, SOCK_DGRAM);
  using two = new Socket(AF_INET, SOCK_DGRAM);
  await Promise.all([one.bind(["127.0.0.1", 0]), two.bind(["127.0.0.1", 0])]);
  const other = new blocking.Socket(AF_INET, SOCK_DGRAM);
  using _other = other;
  await s.sendto("for one", one.getsockname(), {
    get signal() {
      other.sendto("for two", two.getsockname());
      return undefined;
    },
  });
  equal([String(await one.recv(10)), String(await two.recv(10))], ["for one", "for two"]);
});

test("poll: sockets of both classes and descriptors, with a timeout and a signal", async () => {
  const [a, b] = await socketpair();
  const [c, d] = blocking.socketpair();
  using _a = a;
  using _b = b;
  using _c = c;
  using _d = d;
  equal(
    await poll([
      [b, POLLIN],
      [a, POLLOUT],
    ]),
    [[a, POLLOUT]],
  );
  equal(
    await poll(
      [
        [b, POLLIN],
        [d, POLLIN],
        [d.fileno(), POLLIN],
      ],
      0.02,
    ),
    [],
  );
  const waiting = poll([
    [b, POLLIN],
    [d, POLLIN],
  ]);
  const beside = poll([[b, POLLIN]]);
  c.send("x");
  equal(await soon(waiting), [[d, POLLIN]]);
  await a.send("y");
  equal(await soon(beside), [[b, POLLIN]]);
  const controller = new AbortController();
  const aborted = poll([[a, POLLIN]], { signal: controller.signal });
  controller.abort("enough");
  is(await aborted.catch((reason: unknown) => reason), "enough");
  is(await code(soon(poll([], 0.01))), "resolved: ");
  const closing = code(poll([[a, POLLIN]]));
  a.close();
  is(await soon(closing), "EBADF");
  await rejects(() => poll([[a, POLLIN]]), RangeError, "poll: the socket is closed");
});

test("poll, sendFds: what can't be iterated is refused before any call", async () => {
  const [a, b] = socketpair();
  using _a = a;
  using _b = b;
  for (const none of [5, null, "", { length: 0 }] as never[]) {
    await rejects(() => poll(none, 0.01), TypeError, /entries must be an iterable of \[socket, events\]/);
    await rejects(() => sendFds(a, ["x"], none), TypeError, /fds must be an iterable of descriptors/);
  }
  is(await b.recv(1, MSG_DONTWAIT).catch((error: { code: string }) => error.code), "EAGAIN");
});

test("poll: what epoll can't watch is ready at once or never, as poll(2) says", async () => {
  const file = openSync(fileURLToPath(import.meta.url), "r");
  const [a, b] = await socketpair();
  using _a = a;
  using _b = b;
  try {
    for (const events of [POLLIN, POLLOUT, POLLIN | POLLOUT | POLLPRI]) {
      const asked: [number, number][] = [[file, events]];
      const found = await poll(asked, 1);
      equal(found, [[file, events & ~POLLPRI]]);
      equal(found, blocking.poll(asked, 1));
    }
    for (const events of [POLLPRI, 0])
      equal(await poll([[file, events]], 0.02), blocking.poll([[file, events]], 0.02));
    const controller = new AbortController();
    const aborted = poll([[file, POLLPRI]], { signal: controller.signal });
    is(await Promise.race([aborted, sleep(20).then(() => "waits")]), "waits");
    controller.abort("enough");
    is(await aborted.catch((reason: unknown) => reason), "enough");
    const beside = poll([
      [file, POLLPRI],
      [b, POLLIN],
    ]);
    await a.send("x");
    equal(await soon(beside), [[b, POLLIN]]);
  } finally {
    closeSync(file);
  }
});

test("ready: resolves with the events; a timeout, a signal and close() end it; calls that read go on", async () => {
  const [a, b] = await socketpair();
  using _a = a;
  using _b = b;
  is(await a.ready(POLLOUT), POLLOUT);
  const waiting = b.ready(POLLIN);
  const reading = b.recv(10);
  await a.send("x");
  const events = await soon(waiting);
  ok(events === POLLIN || events === "pending", "the reader may have been first");
  is(String(await reading), "x");
  if (events === "pending") await a.send("y");
  b.settimeout(0.02);
  await rejects(() => a.ready(POLLIN, { signal: AbortSignal.timeout(10) }), DOMException);
  await rejects(() => b.ready(POLLPRI), TimeoutError);
  b.settimeout(null);
  const closing = code(b.ready(POLLPRI));
  b.close();
  is(await closing, "EBADF");
});

test("close(number): ends the calls that wait on the socket which owns it", async () => {
  const [a, b] = await socketpair();
  using _a = a;
  const waiting = code(b.recv(10));
  close(b.fileno());
  is(await soon(waiting), "EBADF");
  is(b.fileno(), -1);
});

test(
  "waiters are aborted in reverse order without looking at the others",
  async () => {
    const [a, b] = await socketpair();
    using _a = a;
    using _b = b;
    const controllers = Array.from({ length: 20_000 }, () => new AbortController());
    const waiting = controllers.map(({ signal }) => b.recv(1, { signal }).catch((reason: unknown) => reason));
    const began = process.cpuUsage();
    for (const controller of controllers.reverse()) controller.abort("over");
    const { user, system } = process.cpuUsage(began);
    await Promise.all(waiting);
    ok(user + system < 1_500_000 * slow, `${(user + system) / 1000} ms of CPU`);
  },
  { seconds: 30 },
);

test("a timeout never fires early, and what came while the loop was busy is taken", async () => {
  const [a, b] = await socketpair();
  using _a = a;
  using _b = b;
  for (let i = 0; i < 30; i++) {
    b.settimeout(0.005);
    const began = performance.now();
    await rejects(() => b.recv(1), TimeoutError);
    ok(performance.now() - began >= 5, `${performance.now() - began} ms`);
  }
  b.settimeout(0.02);
  const late = b.recv(10);
  await a.sendall("in time");
  for (const until = performance.now() + 60; performance.now() < until; );
  is(String(await late), "in time");
});
