// What the poller tells nothing of: data that another call did not see, what an option lets
// through, the end of receiving.
import {
  AF_INET,
  AF_NETLINK,
  AF_UNIX,
  MSG_DONTWAIT,
  MSG_OOB,
  MSG_PEEK,
  NETLINK_USERSOCK,
  POLLIN,
  POLLOUT,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
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

/** Sends until nothing more fits. */
async function fill(s: Socket, to?: any): Promise<void> {
  s.settimeout(0);
  for (const size of [4096, 1]) {
    const some = Buffer.alloc(size);
    while ((await code(to === undefined ? s.send(some) : s.sendto(some, to))).startsWith("resolved"));
  }
  s.settimeout(null);
}

const data = Buffer.alloc(1 << 20);
const sends: Record<string, (s: Socket) => Promise<unknown>> = {
  send: s => s.send("x"),
  sendall: s => s.sendall(data),
  sendmsg: s => s.sendmsg(["x"]),
  sendfile: s => s.sendfile({ read: size => Buffer.alloc(size) }),
  "toDuplex().write()": s =>
    new Promise((resolve, reject) => {
      s.toDuplex()
        .on("error", reject)
        .write(data, error => {
          if (!error) resolve("written");
        });
    }),
};
/** How a direction ends, by an object that the module may not know. */
const shutdowns: Record<string, (a: Socket, b: Socket, copy: Socket, blocking: any) => void> = {
  "its own SHUT_WR": a => a.shutdown(SHUT_WR),
  "a dup()'s SHUT_WR": (_, __, copy) => copy.shutdown(SHUT_WR),
  "a blocking socket's SHUT_WR": (_, __, ___, other) => other.shutdown(SHUT_WR),
  "the peer's SHUT_RD": (_, b) => b.shutdown(SHUT_RD),
};

test("shutdown: CPython's waiting send() over AF_UNIX ends with EPIPE", () => {
  equal(
    ask(`
import threading, time
out = []
for mine in [True, False]:
    a, b = socket.socketpair(); a.setblocking(False)
    try:
        while True: a.send(bytes(4096))
    except BlockingIOError: pass
    a.setblocking(True); got = []
    def send():
        try: got.append(a.send(b"x"))
        except OSError as e: got.append(type(e).__name__)
    t = threading.Thread(target=send); t.start(); time.sleep(.1)
    a.shutdown(socket.SHUT_WR) if mine else b.shutdown(socket.SHUT_RD); t.join(5); out += got
print(json.dumps(out))`),
    ["BrokenPipeError", "BrokenPipeError"],
  );
});

for (const [how, act] of Object.entries(shutdowns)) {
  test(
    `shutdown: sends that wait over AF_UNIX end by ${how}`,
    async () => {
      for (const type of [SOCK_STREAM, SOCK_SEQPACKET, SOCK_DGRAM]) {
        if (type === SOCK_DGRAM && how.startsWith("the peer's")) continue; // CPython waits too
        for (const [name, send] of Object.entries(sends)) {
          if (type !== SOCK_STREAM && name !== "send" && name !== "sendmsg") continue;
          const [a, b] = await socketpair(AF_UNIX, type);
          using _a = a;
          using _b = b;
          using copy = a.dup();
          using other = new blocking.Socket({ fileno: a.dup().detach() });
          await fill(a);
          const waiting = code(send(a));
          const behind = name.startsWith("toDuplex") ? undefined : code(a.send("behind"));
          await pause(5);
          act(a, b, copy, other);
          is(await soon(waiting), "EPIPE", name);
          if (behind !== undefined) is(await soon(behind), "EPIPE", name);
        }
      }
    },
    { seconds: 30 },
  );
}

test("shutdown: sends that wait over TCP end by their own SHUT_WR", async () => {
  for (const [name, send] of Object.entries(sends)) {
    const [a, b] = await pair();
    using _a = a;
    using _b = b;
    await fill(a);
    const waiting = code(send(a));
    await pause(5);
    a.shutdown(SHUT_WR);
    is(await soon(waiting), "EPIPE", name);
  }
});

test("shutdown: a socket that waited over AF_UNIX and is done is looked at no more", async () => {
  const [a, b] = await socketpair();
  using _a = a;
  using _b = b;
  await fill(a);
  const waiting = a.send("x");
  await pause(5);
  let got = 0;
  while (got < 1000) got += (await b.recv(1 << 20)).length;
  is(await soon(waiting), 1);
  const { host } = a._core;
  const { send } = host;
  let asked = 0;
  host.send = (...args) => {
    asked++;
    return send(...args);
  };
  try {
    await pause(250);
  } finally {
    host.send = send;
  }
  is(asked, 0);
});

test("datagrams: shutdown(SHUT_RD) ends behind the last, empty ones too", async () => {
  const sent = [["", "x", ""], ["x", ""], [""], []];
  equal(
    sent.map(texts =>
      ask(
        `
a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
for text in data: a.send(text.encode())
b.shutdown(socket.SHUT_RD); print(json.dumps([b.recv(9).decode() for _ in data]))`,
        texts,
      ),
    ),
    sent,
  );
  for (const texts of sent) {
    for (const [name, make] of Object.entries(datagrams)) {
      const [a, b] = await make();
      using _a = a;
      using _b = b;
      for (const text of texts) await a.send(text);
      b.shutdown(SHUT_RD);
      const got: string[] = [];
      for await (const [bytes] of b.datagrams()) got.push(String(bytes));
      equal(got, texts, name);
      equal(await soon(b.datagrams().next()), { value: undefined, done: true }, name);
    }
  }
});

test("send: a full receiver of AF_NETLINK is waited for, as a blocking socket does", async () => {
  const [receiver, sender]: Socket[] = [0, 1].map(
    () => new Socket(AF_NETLINK, SOCK_DGRAM, NETLINK_USERSOCK),
  ) as [Socket, Socket];
  using _receiver = receiver!;
  using _sender = sender!;
  for (const s of [receiver!, sender!]) await s.bind([0, 0]);
  const to = receiver!.getsockname();
  await fill(sender!, to);
  sender!.settimeout(0.05);
  is(await soon(code(sender!.sendto("late", to))), "ETIMEDOUT");
  sender!.settimeout(null);
  const waiting = code(sender!.sendto("x", to));
  is(await soon(waiting, 50), "pending");
  receiver!.settimeout(0);
  while ((await code(receiver!.recv(8192))).startsWith("resolved"));
  is(await soon(waiting), "resolved: 1");
});

test("SO_PEEK_OFF: a peek that waits keeps nobody from what is there", async () => {
  for (const [name, make] of Object.entries(kinds)) {
    const [a, b] = await make();
    using _a = a;
    using _b = b;
    b.setsockopt(SOL_SOCKET, SO_PEEK_OFF, 3);
    await a.send("abc");
    const peek = b.recv(3, MSG_PEEK).then(String);
    await pause(5);
    if (name === "AF_UNIX datagrams") {
      is(String(await b.recv(3, MSG_DONTWAIT)), "abc", name);
    } else {
      is(String(await b.recv(1, MSG_DONTWAIT)), "a", name);
      is(String(await soon(b.recv(1))), "b", name);
      is(String(await soon(b.recvInto(Buffer.alloc(1)))), "1", name);
    }
    const behind = b.recv(3).then(String);
    await pause(5);
    b.setsockopt(SOL_SOCKET, SO_PEEK_OFF, 0);
    await a.send("def");
    equal(await soon(Promise.all([peek, behind])), ["def", "def"], name);
  }
});

test("MSG_PEEK: what is there when a reader comes, a peek that waited sees first", async () => {
  for (const [name, make] of Object.entries(kinds)) {
    for (const flags of [0, MSG_DONTWAIT]) {
      const [a, b] = await make();
      using _a = a;
      using _b = b;
      const peek = b.recv(3, MSG_PEEK).then(String);
      await pause(5);
      const sent = blocking.fromfd(a.fileno());
      using _sent = sent;
      sent.send("abc"); // and the loop has not turned when the reader comes
      const reading = b.recv(3, flags).then(String);
      equal(await soon(Promise.all([peek, reading])), ["abc", "abc"], name);
    }
  }
});

test("ready: one that waits keeps no other from what is so already", async () => {
  const [a, b] = await pair();
  using _a = a;
  using _b = b;
  const waiting = a.ready(POLLIN);
  await pause(5);
  is(await soon(a.ready(POLLOUT)), POLLOUT);
  await b.send("x");
  is(await soon(waiting), POLLIN);
});

test("datagrams: messages of a connection end with it, behind all that came", async () => {
  for (const last of ["2", ""]) {
    const [a, b] = await socketpair(AF_UNIX, SOCK_SEQPACKET);
    using _a = a;
    await b.send("1");
    await b.send("");
    await b.send(last);
    b.close();
    const got: string[] = [];
    for await (const [data] of a.datagrams()) if (got.push(String(data)) > 10) break;
    equal(got.slice(0, 2), last === "" ? ["1"] : ["1", ""]);
    is(got.length, last === "" ? 1 : 3);
  }
});
