// SO_RCVLOWAT, below which the poller tells nothing: who wants less than the mark gets it, and
// nobody else pays for that.
import type { Host } from "../../shim/contract.js";
import { nodeHost } from "../../shim/node.js";
import {
  AF_INET,
  AF_UNIX,
  MSG_PEEK,
  MSG_WAITALL,
  SOL_SOCKET,
  SO_RCVLOWAT,
  Socket,
  sendFds,
  socketpair,
} from "../../ts/promises/index.js";
import { nodeBytes } from "../../ts/codec/buffer-pool.js";
import { socketModules } from "../../ts/promises/module.js";
import { ask } from "../python.js";
import { equal, is, ok, test } from "../suite.js";
import { listener, pair } from "./connected.js";
import { codec } from "./pending-lookups.js";
import { code, pause, soon } from "./settling.js";

const MARK = 10;

const calls: Record<string, (s: Socket) => Promise<unknown>> = {
  recv: s => s.recv(4).then(String),
  "recv with MSG_PEEK": async s => {
    await s.recv(4, MSG_PEEK);
    return String(await s.recv(4));
  },
  recvfrom: s => s.recvfrom(4).then(([data]) => String(data)),
  recvmsg: s => s.recvmsg(4).then(([data]) => String(data)),
  recvInto: async s => {
    const into = Buffer.alloc(4);
    await s.recvInto(into);
    return String(into);
  },
  recvmsgInto: async s => {
    const into = Buffer.alloc(4);
    await s.recvmsgInto([into]);
    return String(into);
  },
};

test("SO_RCVLOWAT: CPython's recv(4) below a mark of 10 waits for 4 bytes, and for the end", () => {
  const answers = ask<string[]>(`
import threading, time
server = socket.create_server(("127.0.0.1", 0)); a = socket.create_connection(server.getsockname()); b, _ = server.accept()
b.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 10)
def peer():
    for piece in (b"0123", b"45", b"67", b"89"): time.sleep(0.05); a.sendall(piece)
    a.close()
threading.Thread(target=peer).start()
print(json.dumps([b.recv(4).decode() for _ in range(4)]))`);
  equal(answers, ["0123", "4567", "89", ""]);
});

test("SO_RCVLOWAT: who wants less than the mark gets it", async () => {
  for (const [name, call] of Object.entries(calls)) {
    const [a, b] = await pair();
    using _a = a;
    using _b = b;
    b.setsockopt(SOL_SOCKET, SO_RCVLOWAT, MARK);
    const waiting = call(b);
    await pause(5);
    await a.sendall("0123");
    is(await soon(waiting), "0123", name);
  }
  const [a, b] = await pair();
  using _b = b;
  b.setsockopt(SOL_SOCKET, SO_RCVLOWAT, MARK);
  const gathering = b.recv(MARK + 4, MSG_WAITALL).then(String);
  await pause(5);
  await a.sendall("0123456789ab");
  await pause(30);
  await a.sendall("cd");
  is(await soon(gathering), "0123456789abcd");
  const last = b.recv(4).then(String);
  await pause(5);
  a.close();
  is(await soon(last), "");
});

test("SO_RCVLOWAT: as in CPython a part of what is wanted is waited with, and the end gives it", async () => {
  const [a, b] = await pair();
  using _b = b;
  b.setsockopt(SOL_SOCKET, SO_RCVLOWAT, MARK);
  const waiting = b.recv(4).then(String);
  await pause(5);
  await a.sendall("01");
  is(await soon(waiting, 60), "pending");
  a.close();
  is(await soon(waiting), "01");
});

test("SO_RCVLOWAT: a mark set while a call waits, inherited from a listener, or set before the adoption", async () => {
  const [a, b] = await pair();
  using _a = a;
  using _b = b;
  const before = b.recv(4).then(String);
  await pause(5);
  b.setsockopt(SOL_SOCKET, SO_RCVLOWAT, MARK);
  await a.sendall("0123");
  is(await soon(before), "0123");

  using server = await listener();
  server.setsockopt(SOL_SOCKET, SO_RCVLOWAT, MARK);
  using client = new Socket(AF_INET);
  const [[inherits]] = await Promise.all([server.accept(), client.connect(server.getsockname())]);
  using _inherits = inherits;
  const waiting = inherits.recv(4).then(String);
  await pause(5);
  await client.sendall("4567");
  is(await soon(waiting), "4567");

  using adopted = new Socket({ fileno: b.detach() });
  const last = adopted.recv(4).then(String);
  await pause(5);
  await a.sendall("89ab");
  is(await soon(last), "89ab");
});

test("SO_RCVLOWAT: who stands behind a call for more is not forgotten when that one ends", async () => {
  const [a, b] = await pair();
  const controller = new AbortController();
  using _a = a;
  using _b = b;
  b.setsockopt(SOL_SOCKET, SO_RCVLOWAT, MARK);
  const more = code(b.recv(100, 0, { signal: controller.signal }));
  const less = b.recv(4).then(String);
  await pause(5);
  await a.sendall("0123");
  is(await soon(more, 30), "pending");
  controller.abort("enough");
  equal([await soon(more), await soon(less)], ["enough", "0123"]);
});

test("SO_RCVLOWAT: a call that waits sleeps, and costs nothing without a mark or with room for it", async () => {
  const real = nodeHost();
  const counts = { asked: 0, timers: 0, tries: 0 };
  const host: Host = {
    ...real,
    getsockopt: (...args) => {
      counts.asked++;
      return real.getsockopt(...args);
    },
    setTimer: (...args) => {
      counts.timers++;
      return real.setTimer(...args);
    },
    recv: (...args) => {
      counts.tries++;
      return real.recv(...args);
    },
  };
  const { promises: p } = socketModules(host, codec, nodeBytes);
  using server = new p.Socket(AF_INET);
  using a = new p.Socket(AF_INET);
  await server.bind(["127.0.0.1", 0]);
  server.listen();
  const [[b]] = await Promise.all([server.accept(), a.connect(server.getsockname())]);
  using _b = b;
  const counted = async (size: number, milliseconds: number, text: string) => {
    Object.assign(counts, { asked: 0, timers: 0, tries: 0 });
    const waiting = b.recv(size).then(String);
    await pause(milliseconds);
    await a.sendall(text);
    equal(await soon(waiting), text);
    return { ...counts };
  };
  equal(await counted(4, 5, "0123"), { asked: 0, timers: 0, tries: 2 });
  b.setsockopt(SOL_SOCKET, SO_RCVLOWAT, MARK);
  equal(await counted(100, 5, "0123456789"), { asked: 1, timers: 0, tries: 2 });
  const below = await counted(4, 200, "0123");
  is(below.tries, 2);
  ok(below.timers < 25, `${below.timers} timers`);
  // From outside: asked once.
  b.setsockopt(SOL_SOCKET, SO_RCVLOWAT, 1);
  using adopted = new p.Socket({ fileno: b.detach() });
  counts.asked = 0;
  for (let i = 0; i < 3; i++) {
    const waiting = adopted.recv(4).then(String);
    await pause(2);
    await a.sendall("0123");
    is(await soon(waiting), "0123");
  }
  is(counts.asked, 1);
  const [c, d] = await p.socketpair(AF_UNIX);
  using _c = c;
  using _d = d;
  const local = d.recv(1).then(String);
  await c.sendall("x");
  is(await soon(local), "x");
});

const unixCalls = Object.entries(calls).filter(([name]) => !name.includes("PEEK"));

test("SO_RCVLOWAT: over AF_UNIX a call that waits does so for the mark, or for its room, as CPython's", async () => {
  const answers = ask<string[]>(`
import threading, time
a, b = socket.socketpair(); b.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, 10)
def peer():
    for piece in (b"01", b"23", b"45678", b"9abcd", b"e"): time.sleep(0.05); a.sendall(piece)
    time.sleep(0.05); socket.send_fds(a, [b"fg"], [0]); time.sleep(0.05); a.sendall(b"h"); time.sleep(0.05); a.close()
threading.Thread(target=peer).start()
print(json.dumps([b.recv(n).decode() for n in (4, 100, 100, 100, 100)]))`);
  equal(answers, ["0123", "456789abcd", "efg", "h", ""]);
  const [a, b] = await socketpair(AF_UNIX);
  using _b = b;
  b.setsockopt(SOL_SOCKET, SO_RCVLOWAT, MARK);
  const got: string[] = [];
  const reading = (async () => {
    for (const n of [4, 100, 100, 100, 100]) got.push(String(await b.recv(n)));
  })();
  for (const piece of ["01", "23", "45678", "9abcd", "e"]) {
    await pause(20);
    await a.sendall(piece);
  }
  await pause(20);
  await sendFds(a, ["fg"], [0]);
  await pause(20);
  await a.sendall("h");
  await pause(20);
  a.close();
  is(await soon(reading), undefined);
  equal(got, answers);
});

for (const [name, call] of unixCalls)
  test(`SO_RCVLOWAT: over AF_UNIX ${name} waits for its room; its time and a signal end that`, async () => {
    const [a, b] = await socketpair(AF_UNIX);
    using _a = a;
    using _b = b;
    b.setsockopt(SOL_SOCKET, SO_RCVLOWAT, MARK);
    const waiting = call(b);
    await pause(5);
    await a.sendall("01");
    is(await soon(waiting, 40), "pending");
    await a.sendall("23");
    is(await soon(waiting), "0123");
    const stop = new AbortController();
    const more = code(b.recv(100, 0, { signal: stop.signal }));
    const less = call(b);
    await pause(5);
    await a.sendall("4567");
    is(await soon(more, 40), "pending");
    stop.abort("enough");
    equal([await soon(more), await soon(less)], ["enough", "4567"]);
    b.settimeout(0.05);
    const late = b.recv(100).then(String);
    await pause(5);
    await a.sendall("89");
    is(await soon(late), "89");
  });

test("SO_RCVLOWAT: close() ends a wait below the mark", async () => {
  const [a, b] = await pair();
  using _a = a;
  b.setsockopt(SOL_SOCKET, SO_RCVLOWAT, MARK);
  const waiting = code(b.recv(4));
  await pause(5);
  b.close();
  is(await soon(waiting), "EBADF");
  await pause(30);
});
