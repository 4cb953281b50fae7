// The rules of waiting, crossed: two sockets, flags beside each other, a timeout or an abort in the
// middle.
import { equal, is, ok, promiseModule, rejects, slow, test, throws } from "../suite.js";
import { pair } from "./connected.js";
import { code, pause, soon } from "./settling.js";

const {
  AF_INET,
  AF_UNIX,
  ECONNRESET,
  FIONREAD,
  IPPROTO_IP,
  IP_RECVERR,
  MSG_DONTWAIT,
  MSG_ERRQUEUE,
  MSG_OOB,
  MSG_PEEK,
  MSG_TRUNC,
  MSG_WAITALL,
  OSError,
  POLLERR,
  POLLIN,
  POLLPRI,
  SHUT_WR,
  SOCK_DGRAM,
  SOL_SOCKET,
  SO_ERROR,
  SO_LINGER,
  SO_OOBINLINE,
  SO_SNDBUF,
  Socket,
  TimeoutError,
  socketpair,
  structs,
} = await promiseModule();
type Socket<A = any> = import("../../ts/promises/index.js").Socket<A>;

test("recv: MSG_WAITALL on two sockets gathers for each its own", async () => {
  const [a, c] = await socketpair();
  const [x, y] = await socketpair();
  using _a = a;
  using _c = c;
  using _x = x;
  using _y = y;
  const records = Promise.all([c.recv(10, MSG_WAITALL), y.recv(10, MSG_WAITALL)]);
  await a.sendall("AAAAA");
  await pause(5);
  await x.sendall("bbbbb");
  await pause(5);
  await a.sendall("AAAAA");
  await x.sendall("bbbbb");
  equal((await records).map(String), ["AAAAAAAAAA", "bbbbbbbbbb"]);
});

test("recv: a waiting call of one socket and small receives of another share nothing", async () => {
  const [a, b] = await socketpair();
  const [x, y] = await socketpair();
  using _a = a;
  using _b = b;
  using _x = x;
  using _y = y;
  const kept: Buffer[] = [];
  const waiting = b.recv(100);
  await x.sendall("mine");
  kept.push(await y.recv(100));
  await a.sendall("hers");
  kept.push(await waiting);
  await x.sendall("next");
  kept.push(await y.recv(100));
  equal(kept.map(String), ["mine", "hers", "next"]);
});

const partial: Record<string, (s: Socket, options?: { signal?: AbortSignal }) => Promise<unknown>> = {
  recv: (s, options) => s.recv(20, MSG_WAITALL, options).then(String),
  recvfrom: (s, options) => s.recvfrom(20, MSG_WAITALL, options).then(([data]) => String(data)),
  recvInto: async (s, options) => {
    const into = Buffer.alloc(20);
    return String(into.subarray(0, await s.recvInto(into, 20, MSG_WAITALL, options)));
  },
  recvfromInto: async (s, options) => {
    const into = Buffer.alloc(20);
    const [n] = await s.recvfromInto(into, 20, MSG_WAITALL, options);
    return String(into.subarray(0, n));
  },
  recvmsg: (s, options) => s.recvmsg(20, 100, MSG_WAITALL, options).then(([data]) => String(data)),
  recvmsgInto: async (s, options) => {
    const into = [Buffer.alloc(7), Buffer.alloc(13)];
    const [n] = await s.recvmsgInto(into, 100, MSG_WAITALL, options);
    return String(Buffer.concat(into).subarray(0, n));
  },
};

/** Waits until what has come is in a call: a second at most. */
async function taken(s: Socket): Promise<void> {
  const queued = new Int32Array(1);
  for (let i = 0; i < 100; i++) {
    await pause(10);
    s.ioctl(FIONREAD, queued);
    if (queued[0] === 0) return;
  }
}

for (const [name, call] of Object.entries(partial)) {
  test(`${name}: MSG_WAITALL resolves with its part after a timeout, an abort, a close() or the peer's end`, async () => {
    for (const how of ["time", "abort", "close", "end", "whole"]) {
      const [a, b] = await pair();
      using _a = a;
      using _b = b;
      await a.sendall("0123456789");
      const controller = new AbortController();
      if (how === "time") b.settimeout(0.05);
      const waiting = call(b, { signal: controller.signal });
      await pause(10);
      await a.sendall("abc");
      await taken(b);
      if (how === "abort") controller.abort(new Error("enough"));
      if (how === "close") b.close();
      if (how === "end") a.shutdown(SHUT_WR);
      if (how === "whole") await a.sendall("defghijklm");
      is(await soon(waiting), how === "whole" ? "0123456789abcdefghij" : "0123456789abc", how);
      if (how === "whole") is(String(await b.recv(10)), "klm");
      if (how === "abort") {
        const next = b.recv(5);
        await a.sendall("next");
        is(String(await next), "next", "the abort was that call's");
      }
    }
  });

  test(`${name}: MSG_WAITALL without a part is rejected by the timeout and the signal`, async () => {
    const [a, b] = await pair();
    using _a = a;
    using _b = b;
    b.settimeout(0.02);
    await rejects(() => call(b), TimeoutError);
    b.settimeout(null);
    const controller = new AbortController();
    const reason = new Error("enough");
    const waiting = call(b, { signal: controller.signal });
    controller.abort(reason);
    is(await waiting.catch((error: unknown) => error), reason);
  });
}

test("recv: the error behind a part of MSG_WAITALL is the next call's, once", async () => {
  const [a, b] = await pair();
  using _a = a;
  using _b = b;
  const waiting = b.recv(20, MSG_WAITALL);
  await a.sendall("part");
  await pause(10);
  a.setsockopt(SOL_SOCKET, SO_LINGER, structs.linger.pack({ onoff: 1, linger: 0 }));
  a.close();
  is(String(await soon(waiting)), "part");
  is(await code(b.recv(20)), "ECONNRESET");
  is(String(await b.recv(20)), "");
});

test("recv, recvmsg: what is there at once under MSG_WAITALL does not cost the error behind it", async () => {
  for (const timeout of [0, null]) {
    for (const call of [
      (s: Socket) => s.recv(100, MSG_WAITALL),
      async (s: Socket) => (await s.recvmsg(100, 0, MSG_WAITALL))[0],
    ]) {
      const [a, b] = await socketpair();
      using _b = b;
      await b.send("unread");
      await a.send("a part");
      a.close(); // with something unread: ECONNRESET for b
      b.settimeout(timeout);
      is(String(await call(b)), "a part");
      is(await code(b.recv(10)), "ECONNRESET");
      is(await code(b.recv(10)), "resolved: ");
    }
  }
});

/** A socket that has received "abc" under MSG_WAITALL, which a reset has ended. */
async function resetBehindPart(): Promise<Socket> {
  const [a, b] = await pair();
  const waiting = b.recv(10, MSG_WAITALL);
  await a.sendall("abc");
  await pause(10);
  a.setsockopt(SOL_SOCKET, SO_LINGER, structs.linger.pack({ onoff: 1, linger: 0 }));
  a.close();
  is(String(await soon(waiting)), "abc");
  return b;
}

test("SO_ERROR: an error kept behind a part of MSG_WAITALL is told by it, once", async () => {
  using s = await resetBehindPart();
  throws(() => s.getsockopt(SOL_SOCKET, SO_ERROR, -1), RangeError, /length/);
  is(s.getsockopt(SOL_SOCKET, SO_ERROR), ECONNRESET);
  is(s.getsockopt(SOL_SOCKET, SO_ERROR), 0);
  is(await code(s.recv(10)), "resolved: ");
  using other = await resetBehindPart();
  is(structs.int.unpack(other.getsockopt(SOL_SOCKET, SO_ERROR, 4)), ECONNRESET);
  is(other.getsockopt(SOL_SOCKET, SO_ERROR), 0);
});

for (const [name, send] of Object.entries<(s: Socket) => Promise<unknown>>({
  send: s => s.send("x"),
  sendall: s => s.sendall("x"),
  sendto: s => s.sendto("x", ["127.0.0.1", 1]),
  sendmsg: s => s.sendmsg(["x"]),
  sendfile: s => s.sendfile({ read: () => Buffer.from("x") }),
}))
  test(`${name}: an error kept behind a part of MSG_WAITALL is told by it, once`, async () => {
    using s = await resetBehindPart();
    is(await code(send(s)), "ECONNRESET");
    is(await code(send(s)), "EPIPE");
    is(await code(s.recv(10)), "resolved: ");
  });

test("toDuplex, toWeb: a write gets an error kept behind a part of MSG_WAITALL", async () => {
  using s = await resetBehindPart();
  const writer = s.toWeb().writable.getWriter();
  writer.closed.catch(() => {});
  is(await code(writer.write("x")), "ECONNRESET");
});

test("dup: an error kept behind a part is told once, by the socket or its copy", async () => {
  for (const before of [true, false]) {
    const [a, b] = await socketpair();
    using _b = b;
    const early = b.dup();
    await b.send("unread");
    await a.send("a part");
    a.close();
    is(String(await b.recv(100, MSG_WAITALL)), "a part");
    using copy = before ? early : b.dup();
    early.close();
    using last = before ? b.dup() : copy;
    b.close();
    is(await code(last.recv(10)), "ECONNRESET");
    is(String(await last.recv(10)), "");
  }
});

test("recv: MSG_TRUNC of TCP gives a zero for each discarded byte; recvInto leaves the buffer alone", async () => {
  const [a, b] = await pair();
  using _a = a;
  using _b = b;
  await a.sendall("secret");
  is(String(await b.recv(100)), "secret");
  await a.sendall("gone");
  await b.ready(POLLIN);
  const data = await b.recv(100, MSG_TRUNC);
  equal([...data], [0, 0, 0, 0]);
  await a.sendall("gone");
  await b.ready(POLLIN);
  const into = Buffer.from("untouched");
  is(await b.recvInto(into, 4, MSG_TRUNC), 4);
  is(String(into), "untouched");
});

test("settimeout(0): after EAGAIN every later call asks again", async () => {
  const [a, b] = await socketpair();
  using _a = a;
  using _b = b;
  b.settimeout(0);
  is(await code(b.recv(10)), "EAGAIN");
  await a.sendall("x");
  is(String(await b.recv(10)), "x");
  is(await code(b.recv(10, MSG_DONTWAIT)), "EAGAIN");
  b.settimeout(null);
  const waiting = b.recv(10);
  await a.sendall("y");
  is(String(await soon(waiting)), "y");
  // It is watched now: an edge that nobody has fetched yet must not hide what is there.
  b.settimeout(0);
  is(await code(b.recv(10)), "EAGAIN");
  await a.sendall("z");
  is(String(await b.recv(10)), "z");
  const sender = a;
  sender.setsockopt(SOL_SOCKET, SO_SNDBUF, 4096);
  sender.settimeout(0);
  const block = Buffer.alloc(100_000);
  const full = await rejects(() => sender.sendall(block), OSError);
  is(full.code, "EAGAIN");
  ok(full.bytesSent! > 0 && full.bytesSent! < block.length);
  is(await code(sender.send(block)), "EAGAIN");
  let got = 0;
  while (got < full.bytesSent!) got += (await b.recv(100_000)).length;
  ok((await sender.send(block)) > 0, "there is room again");
});

test("connect: fails although a receive in flight could have taken its error", async () => {
  const listener = new Socket(AF_INET);
  await listener.bind(["127.0.0.1", 0]);
  const to = listener.getsockname();
  listener.close();
  for (const take of [
    (s: Socket) => s.recvInto(new Uint8Array(10)),
    async (s: Socket) => s.getsockopt(SOL_SOCKET, SO_ERROR),
  ]) {
    using s = new Socket(AF_INET);
    const connecting = code(s.connect(to));
    for (let i = 0; i < 6; i++) await null;
    const taken = code(take(s));
    const how = await soon(connecting);
    ok(["ECONNREFUSED", "ENOTCONN"].includes(how), how);
    ok((await soon(taken)) !== "pending");
  }
});

test("connect: readers that were there before are served once it is made", async () => {
  using listener = new Socket(AF_INET);
  await listener.bind(["127.0.0.1", 0]);
  listener.listen();
  using s = new Socket(AF_INET);
  const connecting = s.connect(listener.getsockname());
  const reading = s.recv(10);
  const [[peer]] = await Promise.all([listener.accept(), connecting]);
  using _peer = peer;
  await peer.sendall("hello");
  is(String(await soon(reading)), "hello");
});

test("connect: AF_UNIX waits until the backlog has room, and a timeout ends that", async () => {
  using listener = new Socket(AF_UNIX);
  await listener.bind("");
  listener.listen(0);
  const clients = [0, 1, 2].map(() => new Socket(AF_UNIX));
  const [first, second, third] = clients as [Socket, Socket, Socket];
  try {
    await first.connect(listener.getsockname());
    second.settimeout(0.05);
    await rejects(() => second.connect(listener.getsockname()), TimeoutError);
    const waiting = third.connect(listener.getsockname());
    await pause(20);
    (await listener.accept())[0].close();
    is(await soon(waiting), undefined);
  } finally {
    for (const client of clients) client.close();
  }
});

test("sendto: to a full AF_UNIX peer it waits without spinning, and goes on when there is room", async () => {
  using receiver = new Socket(AF_UNIX, SOCK_DGRAM);
  using sender = new Socket(AF_UNIX, SOCK_DGRAM);
  await receiver.bind("");
  const to = receiver.getsockname();
  sender.settimeout(0);
  for (;;) if ((await code(sender.sendto("x", to))) === "EAGAIN") break;
  sender.settimeout(null);
  const before = process.cpuUsage();
  const waiting = sender.sendto("last", to);
  is(await soon(waiting, 300), "pending");
  const { user, system } = process.cpuUsage(before);
  ok(user + system < 150_000 * slow, `${(user + system) / 1000} ms of CPU`);
  while (receiver._pollNow(POLLIN)) await receiver.recv(10);
  is(await soon(waiting), 4);
  is(String(await receiver.recv(10)), "last");
});

test("recvmsg: the error queue is a lane of its own, and can be waited for", async () => {
  using s = new Socket(AF_INET, SOCK_DGRAM);
  using nobody = new Socket(AF_INET, SOCK_DGRAM);
  await nobody.bind(["127.0.0.1", 0]);
  const to = nobody.getsockname();
  nobody.close();
  await s.bind(["127.0.0.1", 0]);
  s.setsockopt(IPPROTO_IP, IP_RECVERR, 1);
  is(await code(s.recvmsg(100, 500, MSG_ERRQUEUE | MSG_DONTWAIT)), "EAGAIN");
  const controller = new AbortController();
  const reading = s.recv(100, { signal: controller.signal }).catch((reason: unknown) => reason);
  const failing = s.recvmsg(100, 500, MSG_ERRQUEUE);
  const readiness = s.ready(0);
  await s.sendto("lost", to);
  const [data, ancdata] = await failing;
  is(String(data), "lost");
  is(ancdata.length, 1);
  is((await readiness) & POLLERR, POLLERR);
  // What the kernel told beside the queue met the receive; either way it has ended or can be ended.
  controller.abort("over");
  ok((await soon(reading)) !== "pending");
});

test("recv: urgent data is a lane of its own, and can be waited for", async () => {
  const [a, b] = await pair();
  using _a = a;
  using _b = b;
  const urgent = b.recv(1, MSG_OOB);
  const ready = b.ready(POLLPRI);
  const ordinary = b.recv(10);
  await a.send("!", MSG_OOB);
  is(String(await soon(urgent)), "!");
  is((await ready) & POLLPRI, POLLPRI);
  await a.sendall("data");
  is(String(await soon(ordinary)), "data");
  b.settimeout(0);
  is(await code(b.recv(1, MSG_OOB)), "EINVAL");
  b.settimeout(null);
  b.setsockopt(SOL_SOCKET, SO_OOBINLINE, 1);
  is(await code(b.recv(1, MSG_OOB)), "EINVAL");
  b.setsockopt(SOL_SOCKET, SO_OOBINLINE, 0);
  const never = code(b.recv(1, MSG_OOB));
  a.close();
  is(await soon(never), "EINVAL");
});

test("recv: an endless sender leaves the loop its turns", async () => {
  const [a, b] = await pair();
  using _a = a;
  using _b = b;
  const block = Buffer.alloc(1 << 16);
  let over = false;
  let received = 0;
  const sending = (async () => {
    while (!over) await a.send(block);
  })();
  const reading = (async () => {
    while (!over) received += (await b.recv(16)).length;
  })();
  let ticks = 0;
  const ticking = setInterval(() => {
    ticks++;
  }, 10);
  for (const until = performance.now() + 5000; ticks < 10 && performance.now() < until; ) await pause(10);
  clearInterval(ticking);
  over = true;
  b.close();
  await Promise.allSettled([sending, reading]);
  ok(ticks >= 10, `${ticks} ticks in 5 s`);
  ok(received > 0);
});

test("calls that succeed or fail at once leave the loop its turns", async () => {
  const [a, b] = await socketpair();
  using _b = b;
  b.settimeout(0);
  const calls: Record<string, () => Promise<unknown>> = {
    EAGAIN: () => b.recv(1),
    "recv(0)": () => a.recv(0),
    "a bad argument": () => b.recv(-1),
    "an aborted signal": () => b.recv(1, { signal: AbortSignal.abort() }),
    "a closed socket": () => a.send("x"),
    "options that are none": () => b.recv(1, 0, 5 as never),
  };
  a.close();
  for (const [name, call] of Object.entries(calls)) {
    let turned = false;
    setImmediate(() => {
      turned = true;
    });
    for (let i = 0; i < 10_000 && !turned; i++) await call().catch(() => {});
    ok(turned, name);
  }
});

test("sendall: an error is told once, with what was taken", async () => {
  using s = new Socket(AF_INET, SOCK_DGRAM);
  using nobody = new Socket(AF_INET, SOCK_DGRAM);
  await nobody.bind(["127.0.0.1", 0]);
  await s.connect(nobody.getsockname());
  nobody.close();
  await s.sendall("first");
  await s.ready(0);
  const error = await rejects(() => s.sendall("second"), OSError);
  equal([error.code, error.bytesSent], ["ECONNREFUSED", 0]);
});

test("sendall: an abort or a close in the middle says how much was taken", async () => {
  for (const how of ["abort", "close", "time"]) {
    const [a, b] = await socketpair();
    using _a = a;
    using _b = b;
    const controller = new AbortController();
    const reason = new Error("enough");
    const data = Buffer.alloc(10_000_000);
    if (how === "time") a.settimeout(0.02);
    const sending = a.sendall(data, { signal: controller.signal });
    await pause(5);
    if (how === "abort") controller.abort(reason);
    if (how === "close") a.close();
    const error = await rejects(() => sending, OSError);
    is(error.code, { abort: "ECANCELED", close: "EBADF", time: "ETIMEDOUT" }[how]);
    if (how === "abort") is(error.cause, reason);
    if (how === "time") a.close();
    let got = 0;
    for (;;) {
      if (how === "abort" && b._pollNow(POLLIN) === 0) break;
      const { length } = await b.recv(1 << 20);
      if (length === 0) break;
      got += length;
    }
    is(got, error.bytesSent);
  }
});

test("send: one that has sent nothing is rejected with the signal's reason", async () => {
  const [a, b] = await socketpair();
  using _a = a;
  using _b = b;
  a.settimeout(0);
  await rejects(() => a.sendall(Buffer.alloc(10_000_000)), OSError);
  a.settimeout(null);
  const controller = new AbortController();
  const reason = new Error("enough");
  const sending = a.sendall("more", { signal: controller.signal });
  controller.abort(reason);
  is(await sending.catch((error: unknown) => error), reason);
});

test("sendmsg, sendto and sendSegments keep their order", async () => {
  using s = new Socket(AF_INET, SOCK_DGRAM);
  using to = new Socket(AF_INET, SOCK_DGRAM);
  await to.bind(["127.0.0.1", 0]);
  const address = to.getsockname();
  const batch = s.batch({ count: 1 });
  batch.push("4", address);
  await Promise.all([
    s.sendmsg(["1"], [], 0, address),
    s.sendto("2", address),
    s.sendSegments("3", 10, address),
    s.sendmmsg(batch),
    s.sendto("5", address),
  ]);
  const got = [];
  for (let i = 0; i < 5; i++) got.push(String(await to.recv(10)));
  equal(got, ["1", "2", "3", "4", "5"]);
});

test("bind and connect of numeric addresses are made at once", async () => {
  using listener = new Socket(AF_INET);
  const bound = listener.bind(["127.0.0.1", 0]);
  listener.listen();
  await bound;
  ok(listener.getsockname()[1] > 0);
});

test("recv: peeks and receives of one lane keep their order", async () => {
  const [a, b] = await socketpair();
  using _a = a;
  using _b = b;
  const both = Promise.all([b.recv(4, MSG_PEEK), b.recv(4), b.recv(4, MSG_PEEK), b.recv(10)]);
  await a.sendall("12345678");
  equal((await both).map(String), ["1234", "1234", "5678", "5678"]);
  a.setsockopt(SOL_SOCKET, SO_SNDBUF, 4096);
  is(await code(a.recv(1, MSG_DONTWAIT)), "EAGAIN");
});
