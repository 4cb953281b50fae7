// Blocking, timeout and non-blocking mode: one deadline for a call, interrupted calls, false
// wakeups, interrupted connects.
import {
  AF_INET,
  AF_UNIX,
  BlockingIOError,
  EAGAIN,
  ECONNREFUSED,
  ECONNRESET,
  EINPROGRESS,
  EINTR,
  EPIPE,
  ETIMEDOUT,
  POLLOUT,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  SO_ERROR,
  SO_SNDBUF,
  Socket,
  TimeoutError,
  getdefaulttimeout,
  poll,
  setdefaulttimeout,
  socketpair,
} from "../../ts/index.js";
import { Child } from "../child.js";
import { fillBacklog, listener, fillSendBuffer, tcp, udp } from "../pairs.js";
import { ask } from "../python.js";
import { answers, scripted } from "../scripted.js";
import { equal, fails, instance, is, ok, test, throws } from "../suite.js";

/** Milliseconds that `body` takes, and its result. */
function timed<T>(body: () => T): [milliseconds: number, result: T] {
  const start = performance.now();
  const result = body();
  return [performance.now() - start, result];
}

function timesOut(body: () => unknown, milliseconds: number): void {
  const [took, error] = timed(() => throws(body, TimeoutError, "timed out"));
  equal([error.code, error.errno], ["ETIMEDOUT", ETIMEDOUT]);
  ok(took >= milliseconds && took < milliseconds + 2000, `took ${took} ms, should take ${milliseconds}`);
}

test("settimeout: the modes, and what getblocking says", () => {
  using s = new Socket();
  for (const [set, timeout, blocking] of [
    [null, null, true],
    [0, 0, false],
    [1.5, 1.5, true],
    [-0, 0, false],
    [1e-10, 1e-10, true],
  ] as const) {
    s.settimeout(set);
    equal([s.gettimeout(), s.timeout, s.getblocking()], [timeout, timeout, blocking]);
  }
  s.setblocking(true);
  is(s.gettimeout(), null);
  s.setblocking(false);
  is(Object.is(s.gettimeout(), 0), true);
});

const wrongValues = [-1, -1e-9, NaN, Infinity, -Infinity, 9223372037, 1e300];
const wrongKinds = ["1", true, {}, [1], 1n];
test("settimeout, setdefaulttimeout: what is out of range or no number", () => {
  using s = new Socket();
  for (const set of [(v: any) => s.settimeout(v), setdefaulttimeout, (v: any) => poll([], v)]) {
    for (const value of wrongValues)
      throws(() => set(value), RangeError, `seconds must be 0..9223372036 or null, got ${value}`);
    for (const value of wrongKinds)
      throws(() => set(value as number), TypeError, /seconds must be a number or null/);
  }
  equal([s.gettimeout(), getdefaulttimeout()], [null, null]);
});

test("settimeout: the same values as Python takes, and refuses", () => {
  const values = [0, 1e-10, 5e-324, 0.5, 2147483.648, 4e6, 9e9, 9223372036, 9223372037, 1e10, -1, -1e-12];
  const python = ask<boolean[]>(
    `
def takes(v):
    try:
        socket.socket().settimeout(v)
        return True
    except (ValueError, OverflowError):
        return False
print(json.dumps([takes(float(v)) for v in data]))`,
    values,
  );
  using s = new Socket();
  // -1e-12 is rounded to -1 ns there, and refused.
  const ours = values.map(value => {
    try {
      s.settimeout(value);
      return true;
    } catch {
      return false;
    }
  });
  equal(ours, python);
});

test("setdefaulttimeout: null at first; a value is that of new sockets", () => {
  is(getdefaulttimeout(), null);
  setdefaulttimeout(0);
  try {
    using s = new Socket();
    equal([getdefaulttimeout(), s.gettimeout()], [0, 0]);
  } finally {
    setdefaulttimeout(null);
  }
});

test("settimeout: each receiving call ends in time", () => {
  const [a, b] = udp();
  using _a = a;
  using _b = b;
  b.settimeout(0.05);
  const buffer = new Uint8Array(10);
  for (const call of [
    () => b.recv(1),
    () => b.recvfrom(1),
    () => b.recvmsg(1),
    () => b.recvInto(buffer),
    () => b.recvfromInto(buffer),
    () => b.recvmsgInto([buffer]),
  ])
    timesOut(call, 50);
  using server = listener();
  server.settimeout(0.05);
  timesOut(() => server.accept(), 50);
});

test("settimeout: each sending call ends in time", () => {
  const [a, b] = socketpair();
  using _a = a;
  using _b = b;
  fillSendBuffer(a);
  a.settimeout(0.05);
  for (const call of [() => a.send("x"), () => a.sendall("x"), () => a.sendmsg(["x"])]) timesOut(call, 50);
  using to = new Socket(AF_UNIX, SOCK_DGRAM);
  using from = new Socket(AF_UNIX, SOCK_DGRAM);
  to.bind("");
  from.connect(to.getsockname());
  fillSendBuffer(from, 1);
  using other = new Socket(AF_UNIX, SOCK_DGRAM);
  other.settimeout(0.05);
  timesOut(() => other.sendto("x", to.getsockname()), 50);
});

test("settimeout: the tiniest is rounded up to a poll of a millisecond, not down to none", () => {
  const [a, b] = socketpair();
  using _a = a;
  using _b = b;
  for (const seconds of [5e-324, 1e-10, 0.0009]) {
    b.settimeout(seconds);
    timesOut(() => b.recv(1), 0.5);
  }
});

test("settimeout: never before its time", () => {
  const [a, b] = socketpair();
  using _a = a;
  using _b = b;
  for (const seconds of [0.0011, 0.0149, 0.0201]) {
    b.settimeout(seconds);
    for (let i = 0; i < 5; i++) timesOut(() => b.recv(1), seconds * 1000);
  }
});

test("setblocking: non-blocking calls are EAGAIN at once", () => {
  const [a, b] = tcp();
  using _a = a;
  using _b = b;
  a.setblocking(false);
  const [took, error] = timed(() => fails("EAGAIN", () => a.recv(1)));
  instance(error, BlockingIOError);
  is(error.errno, EAGAIN);
  ok(took < 1000);
  fillSendBuffer(a);
  fails("EAGAIN", () => a.send("x"));
  fails("EAGAIN", () => a.sendall("x"));
});

test(
  "settimeout: data that is there, or comes, is received",
  async () => {
    const [a, b] = socketpair();
    using _a = a;
    using _b = b;
    b.settimeout(5);
    a.send("now");
    is(b.recv(10).toString(), "now");
    const child = new Child(
      `const s = new S.Socket(undefined, undefined, undefined, 3); console.log("ready");
        setTimeout(() => s.send("later"), 100);`,
      { inherit: [a.fileno()] },
    );
    await child.prints("ready");
    const [took, data] = timed(() => b.recv(10).toString());
    is(data, "later");
    ok(took < 4000);
    is((await child.ended).status, 0);
  },
  { seconds: 20 },
);

test(
  "sendall: one deadline for all of it, however slowly the peer reads",
  async () => {
    const [a, b] = tcp();
    using _a = a;
    using _b = b;
    a.setsockopt(SOL_SOCKET, SO_SNDBUF, 4096);
    // The peer makes a little room every 50 ms: no single send waits for long.
    const child = new Child(
      `const s = new S.Socket(undefined, undefined, undefined, 3); s.settimeout(0); console.log("ready");
    let n = 0;
    const timer = setInterval(() => { try { n += s.recv(65536).length;
      } catch (e) { if (e.code !== "EAGAIN") throw e; } }, 50);
    setTimeout(() => { clearInterval(timer); console.log(n); }, 2500);`,
      { inherit: [b.fileno()] },
    );
    await child.prints("ready");
    a.settimeout(0.6);
    timesOut(() => a.sendall(Buffer.alloc(64 << 20)), 600);
    const { stdout } = await child.ended;
    ok(parseInt(stdout.slice(6), 10) > 65536, `it read more than once: ${stdout}`);
  },
  { seconds: 20 },
);

test(
  "recv: signals do not end it, nor lengthen it: EINTR is retried with the time that is left",
  async () => {
    const [a, b] = socketpair();
    using _a = a;
    using _b = b;
    let heard = 0;
    const listen = () => {
      heard++;
    };
    process.on("SIGUSR2", listen);
    const child = new Child(
      `console.log("ready"); const timer = setInterval(() => process.kill(process.ppid, "SIGUSR2"), 20);
        setTimeout(() => clearInterval(timer), 700);`,
    );
    try {
      await child.prints("ready");
      b.settimeout(0.4);
      const [took] = timed(() => timesOut(() => b.recv(1), 400));
      ok(took < 700, `${took} ms`);
      is(heard, 0); // JavaScript's handlers can't run inside a blocking call
      await child.ended;
      ok(heard > 0, "the signals came");
    } finally {
      process.off("SIGUSR2", listen);
    }
  },
  { seconds: 20 },
);

test("connect: non-blocking is EINPROGRESS, then POLLOUT and SO_ERROR 0; connectEx then says done", () => {
  using server = listener();
  using s = new Socket();
  s.setblocking(false);
  const error = fails("EINPROGRESS", () => s.connect(server.getsockname()));
  instance(error, BlockingIOError);
  equal(poll([[s, POLLOUT]], 5), [[s, POLLOUT]]);
  is(s.getsockopt(SOL_SOCKET, SO_ERROR), 0);
  is(s.connectEx(server.getsockname()), 0); // as Linux: the first call after the connection succeeds
  fails("EISCONN", () => s.connect(server.getsockname()));
  server.accept()[0].close();
});

test("connectEx: errno for what the system says, exceptions for what it never saw", () => {
  using s = new Socket();
  is(s.connectEx(["127.0.0.1", 1]), ECONNREFUSED);
  throws(
    () => s.connectEx(["127.0.0.1", 70000]),
    RangeError,
    /port must be an integer 0\.\.65535, got 70000/,
  );
  using n = new Socket();
  n.setblocking(false);
  using server = listener();
  is(n.connectEx(server.getsockname()), EINPROGRESS);
  equal(poll([[n, POLLOUT]], 5), [[n, POLLOUT]]);
});

test(
  "connect: a full backlog times out; connectEx then returns EAGAIN, as Python's",
  () => {
    using server = listener(0);
    const address = server.getsockname();
    const waiting: Socket[] = [];
    try {
      fillBacklog(address, waiting);
      using s = new Socket();
      s.settimeout(0.1);
      timesOut(() => s.connect(address), 100);
      using e = new Socket();
      e.settimeout(0.1);
      const [took, errno] = timed(() => e.connectEx(address));
      is(errno, EAGAIN);
      ok(took >= 100);
    } finally {
      for (const s of waiting) s.close();
    }
    const python = ask<number>(`
server = socket.create_server(("127.0.0.1", 0), backlog=0)
kept = []
for i in range(5):
    s = socket.socket(); s.settimeout(0.1); kept.append(s)
    errno = s.connect_ex(server.getsockname())
print(json.dumps(errno))`);
    is(python, EAGAIN);
  },
  { seconds: 20 },
);

// From here on a written host: what a kernel can't be made to do on demand.

test("recv: a false wakeup waits again, with the time that is left", () => {
  const waits: number[] = [];
  const m = scripted({
    recv: answers(-EAGAIN, -EAGAIN, -EAGAIN, 3),
    poll(_entries, milliseconds) {
      waits.push(milliseconds);
      const until = performance.now() + 20;
      while (performance.now() < until);
      return 1;
    },
  });
  const s = new m.Socket(AF_INET, SOCK_STREAM);
  s.settimeout(10);
  is(s.recvInto(new Uint8Array(5)), 3);
  is(waits.length, 4); // as CPython, it waits before it asks
  ok(waits[0]! > 9900 && waits[0]! <= 10000, String(waits));
  ok(waits[1]! <= waits[0]! - 19 && waits[2]! <= waits[1]! - 19, String(waits));
});

test("recv: false wakeups for ever end at the deadline", () => {
  const m = scripted({ recv: () => -EAGAIN, poll: () => 1 });
  const s = new m.Socket(AF_INET, SOCK_STREAM);
  s.settimeout(0.05);
  const [took] = timed(() => throws(() => s.recv(1), TimeoutError, "timed out"));
  ok(took >= 50 && took < 2000);
});

test("recv: an interrupted wait goes on with the time that is left", () => {
  const waits: number[] = [];
  const result = answers(-EINTR, -EINTR, 1);
  const m = scripted({
    recv: () => 2,
    poll(_entries, milliseconds) {
      waits.push(milliseconds);
      const until = performance.now() + 20;
      while (performance.now() < until);
      return result();
    },
  });
  const s = new m.Socket(AF_INET, SOCK_STREAM);
  s.settimeout(1);
  is(s.recvInto(new Uint8Array(5)), 2);
  is(waits.length, 3);
  ok(waits[2]! <= waits[0]! - 39, String(waits));
});

const interrupted: Record<string, (s: Socket) => unknown> = {
  recv: s => s.recvInto(new Uint8Array(9)),
  recvfrom: s => s.recvfromInto(new Uint8Array(9))[0],
  recvmsg: s => s.recvmsgInto([new Uint8Array(9)])[0],
  send: s => s.send("123456789"),
  sendto: s => s.sendto("123456789", ["127.0.0.1", 9]),
  sendmsg: s => s.sendmsg(["123456789"]),
};
for (const name in interrupted)
  test(`${name}: EINTR is retried in every mode`, () => {
    for (const mode of [null, 5, 0]) {
      const m = scripted({ [name]: answers(-EINTR, -EINTR, 9), poll: () => 1 });
      const s = new m.Socket(AF_INET, SOCK_DGRAM);
      s.settimeout(mode);
      is(interrupted[name]!(s), 9);
      is(m.made.filter(call => call === name).length, 3);
    }
  });

test("recv: EINTR without end is a timeout when there is one", () => {
  const m = scripted({ recv: () => -EINTR, poll: () => 1 });
  const s = new m.Socket(AF_INET, SOCK_STREAM);
  s.settimeout(0.02);
  throws(() => s.recv(1), TimeoutError, "timed out");
});

test("sendall: EINTR and short counts in the middle lose nothing", () => {
  const sent: string[] = [];
  const script = answers(3, -EINTR, -EAGAIN, 2, 4);
  const m = scripted({
    send(_fd, data) {
      const n = script();
      if (n > 0) sent.push(Buffer.from(data.subarray(0, n)).toString());
      return n;
    },
    poll: () => 1,
  });
  const s = new m.Socket(AF_INET, SOCK_STREAM);
  s.settimeout(5);
  s.sendall("123456789");
  equal(sent, ["123", "45", "6789"]);
});

test("sendall: the first error is the one that is told", () => {
  const m = scripted({ send: answers(-ECONNRESET, -EPIPE) });
  const s = new m.Socket(AF_INET, SOCK_STREAM);
  fails("ECONNRESET", () => s.sendall("x"));
});

test("accept: EINTR is retried, and what another took is waited for again", () => {
  const m = scripted({
    accept: answers(-EINTR, -EAGAIN, -EAGAIN, 1001),
    poll: () => 1,
    getsockname: () => 0,
  });
  const s = new m.Socket(AF_INET, SOCK_STREAM);
  s.settimeout(5);
  is(s.accept()[0].fileno(), 1001);
});

const errorOption = (errno: number) => (_fd: number, _level: number, _name: number, buffer: Uint8Array) => {
  new Int32Array(buffer.buffer)[0] = errno;
  return 4;
};

test("connect: an interrupted one goes on by poll and SO_ERROR, in blocking mode too", () => {
  for (const mode of [null, 5])
    for (const errno of [0, ECONNREFUSED]) {
      const m = scripted({
        connect: answers(-EINTR, -1),
        poll: answers(-EINTR, 1),
        getsockopt: errorOption(errno),
      });
      const s = new m.Socket(AF_INET, SOCK_STREAM);
      s.settimeout(mode);
      is(s.connectEx(["127.0.0.1", 9]), errno);
      is(m.made.filter(call => call === "connect").length, 1, "connect is not called again");
    }
  const m = scripted({ connect: () => -EINTR, poll: () => 1, getsockopt: errorOption(ECONNREFUSED) });
  const s = new m.Socket(AF_INET, SOCK_STREAM);
  is(fails("ECONNREFUSED", () => s.connect(["127.0.0.1", 9])).message, "connect ECONNREFUSED 127.0.0.1:9");
});

test("connect: non-blocking and interrupted is EINTR: it goes on by itself", () => {
  const m = scripted({ connect: () => -EINTR });
  const s = new m.Socket(AF_INET, SOCK_STREAM);
  s.setblocking(false);
  is(s.connectEx(["127.0.0.1", 9]), EINTR);
});

test("recv: a wait longer than poll can count is several", () => {
  const waits: number[] = [];
  const ready = answers(0, 0, 1);
  const m = scripted({
    recv: () => 1,
    poll(_entries, milliseconds) {
      waits.push(milliseconds);
      return ready();
    },
  });
  const s = new m.Socket(AF_INET, SOCK_STREAM);
  s.settimeout(9e9);
  is(s.recvInto(new Uint8Array(1)), 1);
  equal(waits, [0x7fffffff, 0x7fffffff, 0x7fffffff]);
});

test("recv: however late the call comes to wait, it looks once, as CPython", () => {
  let now = 0;
  const m = scripted({ now: () => (now += 10), recv: () => 1, poll: () => 1 });
  const s = new m.Socket(AF_INET, SOCK_STREAM);
  s.settimeout(0.001);
  is(s.recvInto(new Uint8Array(1)), 1);
});

test("recv: what poll tells falsely ends with the deadline", () => {
  let now = 0;
  const m = scripted({ now: () => (now += 10), recv: () => -EAGAIN, poll: () => 1 });
  const s = new m.Socket(AF_INET, SOCK_STREAM);
  s.settimeout(0.001);
  throws(() => s.recvInto(new Uint8Array(1)), TimeoutError);
});
