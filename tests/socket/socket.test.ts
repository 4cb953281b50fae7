// The Socket object: how it is made, told, duplicated, let go.
import { closeSync, openSync, readFileSync } from "node:fs";
import { inspect } from "node:util";
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  IPPROTO_TCP,
  IPPROTO_UDP,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
  SO_ACCEPTCONN,
  Socket,
  close,
  fromfd,
  setdefaulttimeout,
  socketpair,
} from "../../ts/index.js";
import { closeElsewhere } from "../elsewhere.js";
import { noIPv6, noProc } from "../have.js";
import { listener, tcp, udp } from "../pairs.js";
import { ask } from "../python.js";
import { equal, fails, is, match, ok, test, throws } from "../suite.js";

/** O_NONBLOCK and O_CLOEXEC of a descriptor, as the kernel has them. */
function flagsOf(fd: number): { nonblocking: boolean; cloexec: boolean } {
  const flags = parseInt(/^flags:\s+(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "latin1"))![1]!, 8);
  return { nonblocking: (flags & 0o4000) !== 0, cloexec: (flags & 0o2000000) !== 0 };
}

test(
  "Socket: AF_INET, SOCK_STREAM, 0 by default; blocking and close-on-exec",
  () => {
    using s = new Socket();
    equal(
      [s.family, s.type, s.proto, s.gettimeout(), s.timeout, s.getblocking()],
      [AF_INET, SOCK_STREAM, 0, null, null, true],
    );
    equal(flagsOf(s.fileno()), { nonblocking: false, cloexec: true });
  },
  { skip: noProc },
);

test(
  "Socket: type never shows SOCK_NONBLOCK or SOCK_CLOEXEC, but the first sets the mode",
  () => {
    using s = new Socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC);
    equal([s.type, s.gettimeout(), s.getblocking()], [SOCK_STREAM, 0, false]);
    equal(flagsOf(s.fileno()), { nonblocking: true, cloexec: true });
    using again = new Socket(undefined, undefined, undefined, s.dup().detach());
    is(again.type, SOCK_STREAM);
  },
  { skip: noProc },
);

test("Socket: a protocol as passed", () => {
  using s = new Socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
  is(s.proto, IPPROTO_UDP);
  fails("EPROTONOSUPPORT", () => new Socket(AF_INET, SOCK_STREAM, IPPROTO_UDP));
  fails("EAFNOSUPPORT", () => new Socket(12345));
  fails("EINVAL", () => new Socket(AF_INET, 99));
});

const kinds: [name: string, make: () => Socket][] = [
  ["TCP", () => new Socket(AF_INET, SOCK_STREAM)],
  ["UDP", () => new Socket(AF_INET, SOCK_DGRAM)],
  ["UNIX datagrams", () => new Socket(AF_UNIX, SOCK_DGRAM)],
  ["UNIX packets", () => new Socket(AF_UNIX, SOCK_SEQPACKET)],
  ...(noIPv6 ? [] : [["TCP over IPv6", () => new Socket(AF_INET6, SOCK_STREAM)] as [string, () => Socket]]),
];
for (const [name, make] of kinds)
  test(`Socket: fileno alone detects family, type and protocol: ${name}`, () => {
    const made = make();
    const fd = made.detach();
    using s = new Socket(undefined, undefined, undefined, fd);
    is(s.fileno(), fd);
    const protocol = made.family === AF_UNIX ? 0 : made.type === SOCK_STREAM ? IPPROTO_TCP : IPPROTO_UDP;
    equal([s.family, s.type, s.proto], [made.family, made.type, protocol]);
  });

test("Socket: what is passed with a fileno overrides what it is", () => {
  using tcp = new Socket(AF_INET, SOCK_STREAM);
  const wrong = new Socket(AF_UNIX, SOCK_DGRAM, 7, tcp.fileno());
  equal([wrong.family, wrong.type, wrong.proto], [AF_UNIX, SOCK_DGRAM, 7]);
  is(wrong.detach(), tcp.fileno());
  const half = new Socket(undefined, SOCK_DGRAM, undefined, tcp.fileno());
  equal([half.family, half.type, half.proto], [AF_INET, SOCK_DGRAM, IPPROTO_TCP]);
  half.detach();
});

test(
  "Socket: a fileno that is no socket, or not open",
  () => {
    const file = openSync("/dev/null", "r");
    try {
      fails("ENOTSOCK", () => new Socket(undefined, undefined, undefined, file));
      fails("ENOTSOCK", () => new Socket(AF_INET, undefined, undefined, file));
      fails("ENOTSOCK", () => new Socket(AF_INET, SOCK_STREAM, 0, file));
      is(flagsOf(file).cloexec, true); // still open
    } finally {
      closeSync(file);
    }
    fails("EBADF", () => new Socket(undefined, undefined, undefined, 1 << 20));
  },
  { skip: noProc },
);

test(
  "Socket: the default timeout, but not with SOCK_NONBLOCK",
  () => {
    setdefaulttimeout(2.5);
    try {
      using s = new Socket();
      is(s.gettimeout(), 2.5);
      ok(flagsOf(s.fileno()).nonblocking);
      using n = new Socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK);
      is(n.gettimeout(), 0);
      const [a, b] = socketpair();
      equal([a.gettimeout(), b.gettimeout()], [2.5, 2.5]);
      a.close();
      b.close();
    } finally {
      setdefaulttimeout(null);
    }
  },
  { skip: noProc },
);

test("detach: the descriptor stays open, the socket is closed", () => {
  const s = new Socket();
  const fd = s.fileno();
  is(s.detach(), fd);
  equal([s.fileno(), s.detach()], [-1, -1]);
  fails("EBADF", () => s.getsockname());
  s.close();
  using again = new Socket(undefined, undefined, undefined, fd);
  equal(again.getsockname(), ["0.0.0.0", 0]);
});

test(
  "dup: another descriptor of the same endpoint, close-on-exec, same class and timeout",
  () => {
    class Mine extends Socket<any> {
      tag = "mine";
    }
    const s = new Mine(AF_INET, SOCK_DGRAM);
    s.settimeout(3);
    s.bind(["127.0.0.1", 0]);
    const address = s.getsockname();
    using copy = s.dup();
    ok(copy instanceof Mine && copy.tag === "mine");
    ok(copy.fileno() !== s.fileno());
    equal([copy.family, copy.type, copy.proto, copy.gettimeout()], [s.family, s.type, s.proto, 3]);
    ok(flagsOf(copy.fileno()).cloexec);
    s.close();
    equal(copy.getsockname(), address);
    fails("EBADF", () => s.dup());
  },
  { skip: noProc },
);

test("dup, accept, fromfd: a class that refuses leaves no descriptor open", () => {
  class Fussy extends Socket<any> {
    constructor(family?: number, type?: number, proto?: number, fileno?: number | null) {
      super(family, type, proto, fileno);
      if (fileno !== undefined) throw new Error("no");
    }
  }
  using s = new Fussy(AF_INET, SOCK_STREAM);
  throws(() => s.dup(), Error, "no");
  throws(() => fromfd(s.fileno(), 70000, SOCK_STREAM), RangeError);
});

test("close: twice is once; what comes after is EBADF", () => {
  const s = new Socket();
  const fd = s.fileno();
  s.close();
  s.close();
  is(s.fileno(), -1);
  fails("EBADF", () => close(fd));
  const buffer = new Uint8Array(1);
  const calls: Record<string, () => unknown> = {
    accept: () => s.accept(),
    bind: () => s.bind(["", 0]),
    connect: () => s.connect(["127.0.0.1", 1]),
    dup: () => s.dup(),
    getInheritable: () => s.getInheritable(),
    setInheritable: () => s.setInheritable(true),
    getpeername: () => s.getpeername(),
    getsockname: () => s.getsockname(),
    getsockopt: () => s.getsockopt(1, 2),
    setsockopt: () => s.setsockopt(1, 2, 1),
    listen: () => s.listen(),
    ioctl: () => s.ioctl(0x541b, new Int32Array(1)),
    recv: () => s.recv(1),
    recvfrom: () => s.recvfrom(1),
    recvmsg: () => s.recvmsg(1),
    recvInto: () => s.recvInto(buffer),
    recvfromInto: () => s.recvfromInto(buffer),
    recvmsgInto: () => s.recvmsgInto([buffer]),
    send: () => s.send("x"),
    sendall: () => s.sendall("x"),
    sendto: () => s.sendto("x", ["127.0.0.1", 1]),
    sendmsg: () => s.sendmsg(["x"]),
    settimeout: () => s.settimeout(1),
    setblocking: () => s.setblocking(true),
    shutdown: () => s.shutdown(SHUT_WR),
  };
  for (const name in calls) {
    const { errno } = fails("EBADF", calls[name]!);
    is(errno, 9, name);
  }
  is(s.connectEx(["127.0.0.1", 1]), 9);
});

test("close: a socket that was taken from it behind its back", () => {
  const s = new Socket();
  closeElsewhere(s.fileno());
  fails("EBADF", () => s.close());
  is(s.fileno(), -1);
});

test("close: by its number closes a socket that owns it, whatever files it has", () => {
  const [a, b] = socketpair();
  const number = a.fileno();
  const file = a.makefile("rb");
  close(number);
  is(a.fileno(), -1);
  a.close();
  file.close();
  is(b.recv(1).length, 0);
  b.close();
  fails("EBADF", () => close(number));
});

test("using: the block's end closes, also when it throws", async () => {
  let kept: Socket;
  throws(
    () => {
      using s = new Socket();
      kept = s;
      throw new Error("out");
    },
    Error,
    "out",
  );
  is(kept!.fileno(), -1);
  {
    await using s = new Socket();
    kept = s;
  }
  is(kept.fileno(), -1);
});

test(
  "getInheritable: false until it is set",
  () => {
    using s = new Socket();
    is(s.getInheritable(), false);
    s.setInheritable(true);
    is(s.getInheritable(), true);
    is(flagsOf(s.fileno()).cloexec, false);
    s.setInheritable(false);
    is(s.getInheritable(), false);
  },
  { skip: noProc },
);

test(
  "accept, socketpair, fromfd: what they make is close-on-exec and blocks",
  () => {
    const [a, b] = tcp();
    const [c, d] = socketpair();
    using _a = a;
    using _b = b;
    using _c = c;
    using _d = d;
    using e = fromfd(c.fileno(), AF_UNIX, SOCK_STREAM);
    for (const s of [a, b, c, d, e])
      equal([s.getInheritable(), s.gettimeout(), flagsOf(s.fileno()).nonblocking], [false, null, false]);
  },
  { skip: noProc },
);

test(
  "accept: the result blocks whatever the listener's mode, unless there is a default timeout",
  () => {
    using server = listener();
    for (const [mode, fallback] of [
      [null, null],
      [5, null],
      [0, null],
      [5, 7],
      [0, 0],
    ] as const) {
      server.settimeout(mode);
      using client = new Socket();
      client.connect(server.getsockname());
      setdefaulttimeout(fallback);
      try {
        const [connection] = server.accept();
        using _ = connection;
        is(connection.gettimeout(), fallback);
        is(flagsOf(connection.fileno()).nonblocking, fallback !== null);
      } finally {
        setdefaulttimeout(null);
      }
    }
  },
  { skip: noProc },
);

test("accept: nobody there is EAGAIN in non-blocking mode; no listener is EINVAL", () => {
  using server = listener();
  server.setblocking(false);
  fails("EAGAIN", () => server.accept());
  using deaf = new Socket();
  fails("EINVAL", () => deaf.accept());
  using datagrams = new Socket(AF_INET, SOCK_DGRAM);
  fails("ENOTSUP", () => datagrams.accept());
});

test("listen: the backlog's range; negative is 0", () => {
  using s = new Socket();
  s.bind(["127.0.0.1", 0]);
  is(s.getsockopt(SOL_SOCKET, SO_ACCEPTCONN), 0);
  s.listen(-5);
  s.listen(0);
  s.listen();
  is(s.getsockopt(SOL_SOCKET, SO_ACCEPTCONN), 1);
  throws(() => s.listen(2 ** 31), RangeError, /backlog must be an integer/);
});

test("shutdown: each direction", () => {
  const [a, b] = socketpair();
  using _a = a;
  using _b = b;
  a.sendall("last");
  a.shutdown(SHUT_WR);
  fails("EPIPE", () => a.send("x"));
  is(b.recv(9).toString(), "last");
  is(b.recv(9).length, 0);
  b.shutdown(SHUT_RD);
  b.shutdown(SHUT_RDWR);
  fails("EINVAL", () => a.shutdown(9));
  using lone = new Socket();
  fails("ENOTCONN", () => lone.shutdown(SHUT_RDWR));
});

test("getpeername: not connected is ENOTCONN", () => {
  using s = new Socket();
  fails("ENOTCONN", () => s.getpeername());
});

test("toString: descriptor, family, type, protocol, addresses; inspect says the same", () => {
  const [a, b] = tcp();
  const fd = a.fileno();
  const [, port] = a.getsockname();
  const [, other] = b.getsockname();
  is(
    String(a),
    `<Socket fd=${fd}, family=AF_INET, type=SOCK_STREAM, proto=0, laddr=["127.0.0.1", ${port}], raddr=["127.0.0.1", ${other}]>`,
  );
  is(inspect(a), String(a));
  is(inspect({ a }), `{\n  a: ${a}\n}`);
  a.close();
  b.close();
  is(String(a), "<[closed] Socket fd=-1, family=AF_INET, type=SOCK_STREAM, proto=0>");
  const [c, d] = udp();
  match(String(d), /type=SOCK_DGRAM, proto=0, laddr=\["127\.0\.0\.1", \d+\]>$/);
  c.close();
  d.close();
  class Named extends Socket<any> {}
  const [g, h] = udp();
  using _g = g;
  using e = new Named(12 as number, SOCK_DGRAM, 0, h.detach());
  match(String(e), /^<Named fd=\d+, family=\w+, type=SOCK_DGRAM, proto=0/);
});

test("toString: the same facts as Python's repr", () => {
  const python = ask<[string, number, number][]>(
    `
out = []
for make in data:
    s = socket.socket(*make)
    out.append([repr(s), s.family, s.type])
    s.close()
print(json.dumps(out))`,
    [
      [2, 1],
      [2, 2],
      [1, 1],
      [1, 5],
    ],
  );
  for (const [repr, family, type] of python) {
    using s = new Socket(family, type);
    const laddr = /laddr=\('([^']*)', (\d+)\)/.exec(repr);
    const ours = /laddr=\["([^"]*)", (\d+)\]/.exec(String(s));
    equal(ours && [ours[1], ours[2]], laddr && [laddr[1], laddr[2]], `${repr} ${s}`);
    equal([s.family, s.type], [family, type]);
  }
});
