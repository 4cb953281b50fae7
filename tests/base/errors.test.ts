// Exceptions: their classes, fields and messages; what bad input gets, and that nothing was opened
// or sent.
import { closeSync, openSync } from "node:fs";
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  BlockingIOError,
  BrokenPipeError,
  ChildProcessError,
  ConnectionAbortedError,
  ConnectionError,
  ConnectionRefusedError,
  ConnectionResetError,
  EAI_NONAME,
  FileExistsError,
  FileNotFoundError,
  GaiError,
  HError,
  InterruptedError,
  IsADirectoryError,
  MSG_DONTWAIT,
  NotADirectoryError,
  OSError,
  PermissionError,
  ProcessLookupError,
  SOCK_DGRAM,
  SOCK_STREAM,
  Socket,
  TimeoutError,
  createConnection,
  createServer,
  error,
  fromfd,
  getaddrinfo,
  gethostbyname,
  getservbyname,
  htons,
  if_indextoname,
  inet_aton,
  inet_ntoa,
  inet_ntop,
  inet_pton,
  socketpair,
  timeout,
} from "../../ts/index.js";
import * as S from "../../ts/index.js";
import { constants } from "../../ts/node-module.js";
import { noIPv6 } from "../have.js";
import { listener, udp } from "../pairs.js";
import { ask } from "../python.js";
import { scripted } from "../scripted.js";
import { equal, fails, instance, is, match, ok, openDescriptors, test, throws } from "../suite.js";

const classes: Record<string, typeof OSError> = {
  OSError,
  BlockingIOError,
  BrokenPipeError,
  ChildProcessError,
  ConnectionAbortedError,
  ConnectionError,
  ConnectionRefusedError,
  ConnectionResetError,
  FileExistsError,
  FileNotFoundError,
  InterruptedError,
  IsADirectoryError,
  NotADirectoryError,
  PermissionError,
  ProcessLookupError,
  TimeoutError,
};

test("OSError: each errno has the class and the name that Python gives it (PEP 3151)", () => {
  const numbers = Object.entries(constants)
    .filter(([name, n]) => /^E[0-9A-Z]+$/.test(name) && n > 0)
    .map(([, n]) => n);
  const python = ask<Record<string, [string, string]>>(
    `
import errno
print(json.dumps({n: [type(OSError(n, "")).__name__, errno.errorcode.get(n, "")] for n in data}))`,
    numbers,
  );
  let special = 0;
  for (const n of new Set(numbers)) {
    const m = scripted({ listen: () => -n });
    const thrown = throws(() => new m.Socket(AF_INET, SOCK_STREAM).listen(1), OSError);
    const [name, code] = python[n]!;
    is(thrown.constructor.name, name, `${thrown.code}`);
    if (name !== "OSError") special++;
    is(thrown.errno, n);
    is(S[thrown.code as "EPIPE"], n);
    if (code) is(S[code as "EPIPE"], n, code);
  }
  ok(special >= 17, String(special));
});

test("OSError: the classes descend as Python's do", () => {
  for (const c of [BrokenPipeError, ConnectionAbortedError, ConnectionRefusedError, ConnectionResetError])
    ok(c.prototype instanceof ConnectionError);
  for (const name in classes) {
    const e = new classes[name]!("text", { errno: 1, code: "EPERM" });
    instance(e, OSError);
    instance(e, Error);
    equal([e.name, e.message, e.errno, e.code, String(e)], [name, "text", 1, "EPERM", `${name}: text`]);
  }
  ok(
    new GaiError() instanceof OSError &&
      new HError() instanceof OSError &&
      !(new GaiError() instanceof HError),
  );
  is(error, OSError);
  is(timeout, TimeoutError);
});

test("OSError: errno, code, syscall, address and Node's message", () => {
  using s = new Socket();
  const refused = throws(
    () => s.connect(["127.0.0.1", 1]),
    ConnectionRefusedError,
    "connect ECONNREFUSED 127.0.0.1:1",
  );
  equal(
    [refused.errno, refused.code, refused.syscall, refused.address],
    [S.ECONNREFUSED, "ECONNREFUSED", "connect", ["127.0.0.1", 1]],
  );
  using u = new Socket(AF_UNIX, SOCK_STREAM);
  const missing = throws(
    () => u.connect("/nonexistent/socket"),
    FileNotFoundError,
    "connect ENOENT /nonexistent/socket",
  );
  is(missing.address, "/nonexistent/socket");
  throws(
    () => u.connect(Buffer.from("\0no such abstract name")),
    ConnectionRefusedError,
    "connect ECONNREFUSED @no such abstract name",
  );
  const closed = new Socket();
  closed.close();
  const bad = throws(() => closed.recv(1), OSError, "recv EBADF");
  equal([bad.errno, bad.code, bad.syscall, bad.address], [S.EBADF, "EBADF", "recv", undefined]);
  match(refused.stack!, /errors\.test/);
});

test(
  "OSError: an IPv6 address in its message",
  () => {
    using s = new Socket(AF_INET6, SOCK_STREAM);
    throws(() => s.connect(["::1", 1]), ConnectionRefusedError, "connect ECONNREFUSED [::1]:1");
  },
  { skip: noIPv6 },
);

test("TimeoutError: ours has errno too, so that one test covers both kinds", () => {
  using s = listener();
  s.settimeout(0.001);
  const e = throws(() => s.accept(), TimeoutError, "timed out");
  equal([e.errno, e.code, e.syscall], [S.ETIMEDOUT, "ETIMEDOUT", "accept"]);
});

test("OSError: the same error numbers as Python for the same misuse", () => {
  const python = ask<Record<string, number>>(`
def errno(call):
    try: call(); return 0
    except OSError as e: return e.errno
tcp = lambda: socket.socket()
def listening():
    s = tcp(); s.bind(("127.0.0.1", 0)); s.listen(); return s
kept, null = [], open("/dev/null")
def connected():
    l = listening(); kept.append(l); c = tcp(); c.connect(l.getsockname()); return c
def bound():
    s = tcp(); s.bind(("127.0.0.1", 0)); return s
taken = listening()
print(json.dumps({
  "accept deaf": errno(lambda: tcp().accept()),
  "bind twice": errno(lambda: bound().bind(("127.0.0.1", 0))),
  "bind taken": errno(lambda: tcp().bind(taken.getsockname())),
  "bind foreign": errno(lambda: tcp().bind(("192.0.2.1", 0))),
  "connect twice": errno((lambda c: lambda: c.connect(c.getpeername()))(connected())),
  "connect listener": errno(lambda: listening().connect(("127.0.0.1", 1))),
  "getpeername": errno(lambda: tcp().getpeername()),
  "listen datagrams": errno(lambda: socket.socket(2, 2).listen()),
  "recv unconnected": errno(lambda: tcp().recv(1)),
  "recv listener": errno(lambda: listening().recv(1)),
  "send unconnected": errno(lambda: tcp().send(b"x")),
  "shutdown": errno(lambda: tcp().shutdown(2)),
  "shutdown how": errno(lambda: connected().shutdown(77)),
  "family": errno(lambda: socket.socket(999)),
  "type": errno(lambda: socket.socket(2, 99)),
  "protocol": errno(lambda: socket.socket(2, 1, 17)),
  "pair": errno(lambda: socket.socketpair(2)),
  "fd": errno(lambda: socket.socket(fileno=99999)),
  "no socket": errno(lambda: socket.socket(fileno=null.fileno())),
  "unix directory": errno(lambda: socket.socket(1).bind("/")),
  "unix missing": errno(lambda: socket.socket(1).bind("/nonexistent/x")),
  "unix long": errno(lambda: socket.socket(1).bind("x" * 200)),
  "broadcast": errno(lambda: socket.socket(2, 2).sendto(b"x", ("<broadcast>", 9))),
  "index": errno(lambda: socket.if_indextoname(999999)),
}))`);
  const tcp = () => new Socket();
  const bound = () => {
    const s = tcp();
    s.bind(["127.0.0.1", 0]);
    return s;
  };
  const listening = () => {
    const s = bound();
    s.listen();
    return s;
  };
  const errno = (make: () => Socket, call: (s: Socket) => unknown) => {
    using s = make();
    try {
      call(s);
      return 0;
    } catch (e) {
      instance(e, OSError);
      return (e as OSError).errno ?? null;
    }
  };
  const file = openSync("/dev/null", "r");
  using taken = listening();
  const connected = () => {
    const c = tcp();
    c.connect(taken.getsockname());
    return c;
  };
  const ours = {
    "accept deaf": errno(tcp, s => s.accept()),
    "bind twice": errno(bound, s => s.bind(["127.0.0.1", 0])),
    "bind taken": errno(tcp, s => s.bind(taken.getsockname())),
    "bind foreign": errno(tcp, s => s.bind(["192.0.2.1", 0])),
    "connect twice": errno(connected, s => s.connect(taken.getsockname())),
    "connect listener": errno(listening, s => s.connect(["127.0.0.1", 1])),
    getpeername: errno(tcp, s => s.getpeername()),
    "listen datagrams": errno(
      () => new Socket(AF_INET, SOCK_DGRAM),
      s => s.listen(),
    ),
    "recv unconnected": errno(tcp, s => s.recv(1)),
    "recv listener": errno(listening, s => s.recv(1)),
    "send unconnected": errno(tcp, s => s.send("x")),
    shutdown: errno(tcp, s => s.shutdown(2)),
    "shutdown how": errno(connected, s => s.shutdown(77)),
    family: errno(tcp, () => new Socket(999)),
    type: errno(tcp, () => new Socket(AF_INET, 99)),
    protocol: errno(tcp, () => new Socket(AF_INET, 1, 17)),
    pair: errno(tcp, () => socketpair(AF_INET)),
    fd: errno(tcp, () => new Socket(undefined, undefined, undefined, 99999)),
    "no socket": errno(tcp, () => new Socket(undefined, undefined, undefined, file)),
    "unix directory": errno(
      () => new Socket(AF_UNIX),
      s => s.bind("/"),
    ),
    "unix missing": errno(
      () => new Socket(AF_UNIX),
      s => s.bind("/nonexistent/x"),
    ),
    "unix long": errno(
      () => new Socket(AF_UNIX),
      s => s.bind("x".repeat(200)),
    ),
    broadcast: errno(
      () => new Socket(AF_INET, SOCK_DGRAM),
      s => s.sendto("x", ["<broadcast>", 9]),
    ),
    index: errno(tcp, () => if_indextoname(999999)),
  };
  closeSync(file);
  equal(ours, python);
});

// Bad input, and what it gets. Each row runs on a bound UDP socket `s` whose peer `peer` must get
// nothing.
type Call = (s: Socket, peer: Socket) => unknown;
const port = 70000;
const wrong: [name: string, kind: new (...args: any[]) => Error, message: string | RegExp, call: Call][] = [
  // Wrong kind: TypeError naming the argument.
  ["family a string", TypeError, 'family must be a number, got "2"', () => new Socket("2" as never)],
  ["family null", TypeError, "family must be a number, got null", () => new Socket(null as never)],
  ["type a boolean", TypeError, "type must be a number, got true", () => new Socket(AF_INET, true as never)],
  [
    "proto a bigint",
    TypeError,
    "proto must be a number, got 1n",
    () => new Socket(AF_INET, SOCK_STREAM, 1n as never),
  ],
  [
    "fileno a string",
    TypeError,
    'fileno must be a number, got "3"',
    () => new Socket(AF_INET, SOCK_STREAM, 0, "3" as never),
  ],
  ["bufsize a string", TypeError, 'bufsize must be a number, got "1"', s => s.recv("1" as never)],
  [
    "buffer a string",
    TypeError,
    'buffer must be a Uint8Array, another view or an ArrayBuffer, got "x"',
    s => s.recvInto("x" as never),
  ],
  ["buffer an array", TypeError, /^buffer must be .*, got \[1, 2\]$/, s => s.recvfromInto([1, 2] as never)],
  [
    "data a number",
    TypeError,
    "data must be a string, a Uint8Array, another view or an ArrayBuffer, got 5",
    s => s.send(5 as never),
  ],
  ["data null", TypeError, /^data must be .*, got null$/, s => s.sendall(null as never)],
  [
    "data undefined",
    TypeError,
    /^data must be .*, got undefined$/,
    (s, peer) => s.sendto(undefined as never, peer.getsockname()),
  ],
  [
    "data an object",
    TypeError,
    /^data must be .*, got an object of class Object$/,
    s => s.send({ length: 3 } as never),
  ],
  ["flags a string", TypeError, 'flags must be a number, got "1"', s => s.send("x", "1" as never)],
  [
    "flags null",
    TypeError,
    "flags must be a number, got null",
    (s, peer) => s.sendto("x", null as never, peer.getsockname()),
  ],
  ["backlog a string", TypeError, 'backlog must be a number, got "5"', s => s.listen("5" as never)],
  ["how undefined", TypeError, "how must be a number, got undefined", s => (s.shutdown as any)()],
  [
    "fd a string",
    TypeError,
    'fd must be a number, got "3"',
    () => fromfd("3" as never, AF_INET, SOCK_STREAM),
  ],
  ["close of a string", TypeError, 'fd must be a number, got "3"', () => S.close("3" as never)],
  // Out of range: RangeError with range and value.
  ["family 2^16", RangeError, /^family must be an integer 0\.\.65535, got 65536/, () => new Socket(65536)],
  [
    "family of another system",
    RangeError,
    /^family must be an integer 0\.\.65535, got NaN; this system lacks .*AF_LINK/,
    () => new Socket(S.AF_LINK),
  ],
  ["type -1", RangeError, "type must be an integer 0..2147483647, got -1", () => new Socket(AF_INET, -1)],
  [
    "proto 2^31",
    RangeError,
    /^proto must be an integer .*, got 2147483648$/,
    () => new Socket(AF_INET, SOCK_STREAM, 2 ** 31),
  ],
  [
    "fileno -1",
    RangeError,
    "fileno must be an integer 0..2147483647, got -1",
    () => new Socket(AF_INET, SOCK_STREAM, 0, -1),
  ],
  ["bufsize -1", RangeError, "bufsize must be an integer 0..2147483647, got -1", s => s.recv(-1)],
  [
    "bufsize 2^31",
    RangeError,
    "bufsize must be an integer 0..2147483647, got 2147483648",
    s => s.recvfrom(2 ** 31),
  ],
  ["bufsize 1.5", RangeError, /^bufsize must be an integer .*, got 1.5$/, s => s.recvmsg(1.5)],
  ["bufsize NaN", RangeError, /^bufsize must be an integer .*, got NaN/, s => s.recv(NaN)],
  ["flags -1", RangeError, /^flags must be an integer 0\.\.2147483647, got -1/, s => s.recv(1, -1)],
  ["flags 1.5", RangeError, /^flags must be an integer 0\.\.2147483647, got 1.5/, s => s.send("x", 1.5)],
  [
    "port 70000",
    RangeError,
    "sendto: port must be an integer 0..65535, got 70000",
    s => s.sendto("x", ["127.0.0.1", port]),
  ],
  [
    "port -1",
    RangeError,
    "connect: port must be an integer 0..65535, got -1",
    s => s.connect(["127.0.0.1", -1]),
  ],
  [
    "port 1.5",
    RangeError,
    "bind: port must be an integer 0..65535, got 1.5",
    s => s.bind(["127.0.0.1", 1.5]),
  ],
  [
    "port 70000 of a message",
    RangeError,
    "sendmsg: port must be an integer 0..65535, got 70000",
    s => s.sendmsg(["x"], [], 0, ["127.0.0.1", port]),
  ],
  [
    "port 70000 of a server",
    RangeError,
    "bind: port must be an integer 0..65535, got 70000",
    () => createServer(["127.0.0.1", port]),
  ],
  [
    "flowinfo 2^20",
    RangeError,
    "bind: flowinfo must be an integer 0..1048575, got 1048576",
    () => {
      using v6 = new Socket(AF_INET6, SOCK_DGRAM);
      v6.bind(["::1", 0, 2 ** 20]);
    },
  ],
  [
    "scopeid 2^32",
    RangeError,
    "bind: scopeid must be an integer 0..4294967295, got 4294967296",
    () => {
      using v6 = new Socket(AF_INET6, SOCK_DGRAM);
      v6.bind(["::1", 0, 0, 2 ** 32]);
    },
  ],
  ["seconds -1", RangeError, "seconds must be 0..9223372036 or null, got -1", s => s.settimeout(-1)],
  ["seconds NaN", RangeError, "seconds must be 0..9223372036 or null, got NaN", s => s.settimeout(NaN)],
  [
    "seconds of a connection",
    RangeError,
    /^seconds must be 0\.\.9223372036 or null, got -1$/,
    (_s, peer) => createConnection(peer.getsockname(), -1),
  ],
  ["htons 2^16", RangeError, /65536/, () => htons(65536)],
  // Bad text, paths, names: OSError, TypeError, GaiError.
  ["inet_pton of three numbers", OSError, /1\.2\.3/, () => inet_pton(AF_INET, "1.2.3")],
  ["inet_aton of words", OSError, /nonsense/, () => inet_aton("nonsense")],
  ["inet_ntoa of 3 bytes", OSError, /3/, () => inet_ntoa(new Uint8Array(3))],
  ["inet_ntop of 5 bytes", RangeError, /5/, () => inet_ntop(AF_INET, new Uint8Array(5))],
  [
    "a path of 108 bytes",
    OSError,
    "AF_UNIX path too long",
    () => {
      using u = new Socket(AF_UNIX, SOCK_DGRAM);
      u.bind("/".padEnd(108, "x"));
    },
  ],
  [
    "an abstract name of 109 bytes",
    OSError,
    "AF_UNIX path too long",
    () => {
      using u = new Socket(AF_UNIX, SOCK_DGRAM);
      u.bind(Buffer.from("\0".padEnd(109, "x")));
    },
  ],
  [
    "a path with a zero byte",
    TypeError,
    "bind: path must not hold a zero byte",
    () => {
      using u = new Socket(AF_UNIX, SOCK_DGRAM);
      u.bind("a\0b");
    },
  ],
  ["a host with a zero byte", TypeError, /zero byte/, s => s.sendto("x", ["local\0host", 9])],
  [
    "a host in bytes with a zero byte",
    TypeError,
    /zero byte/,
    s => s.connect([Buffer.from("local\0host"), 9]),
  ],
  [
    "a host of a connection with a zero byte",
    TypeError,
    /zero byte/,
    () => createConnection(["local\0host", 9]),
  ],
  ["a looked up host with a zero byte", TypeError, /zero byte/, () => getaddrinfo("local\0host", 9)],
  ["a looked up service with a zero byte", TypeError, /zero byte/, () => getaddrinfo("localhost", "ht\0tp")],
  ["a service with a zero byte", TypeError, /zero byte/, () => getservbyname("ht\0tp")],
  ["a host that can't be resolved", GaiError, /./, s => s.sendto("x", ["no such host.invalid", 9])],
  ["a host by name that can't be resolved", GaiError, /./, () => gethostbyname("no such host.invalid")],
  // An address for another family: TypeError that shows the expected tuple.
  [
    "a path on AF_INET",
    TypeError,
    'sendto: address must be [host: string, port: number], got "/tmp/x"',
    s => s.sendto("x", "/tmp/x" as never),
  ],
  [
    "four fields on AF_INET",
    TypeError,
    'connect: address must be [host: string, port: number], got ["::1", 1, 0, 0]',
    s => s.connect(["::1", 1, 0, 0] as never),
  ],
  [
    "one field on AF_INET",
    TypeError,
    'bind: address must be [host: string, port: number], got ["::1"]',
    s => s.bind(["::1"] as never),
  ],
  [
    "a numeric host",
    TypeError,
    "sendto: address must be [host: string, port: number], got [1, 2]",
    s => s.sendto("x", [1, 2] as never),
  ],
  [
    "a port in text",
    TypeError,
    'sendto: port must be a number, got "80"',
    s => s.sendto("x", ["127.0.0.1", "80"] as never),
  ],
  [
    "nothing",
    TypeError,
    "bind: address must be [host: string, port: number], got undefined",
    s => (s.bind as any)(),
  ],
  [
    "a tuple on AF_UNIX",
    TypeError,
    'bind: address must be a path: string | Uint8Array, got ["127.0.0.1", 1]',
    () => {
      using u = new Socket(AF_UNIX);
      u.bind(["127.0.0.1", 1] as never);
    },
  ],
  [
    "a path on AF_INET6",
    TypeError,
    /^bind: address must be \[host: string, port: number, flowinfo\?: number, scopeid\?: number\], got "x"$/,
    () => {
      using v6 = new Socket(AF_INET6);
      v6.bind("x" as never);
    },
  ],
];
for (const [name, kind, message, call] of wrong)
  test(`bad input: ${name}`, () => {
    const [s, peer] = udp();
    using _s = s;
    using _peer = peer;
    const before = openDescriptors();
    throws(() => call(s, peer), kind, message);
    equal(openDescriptors(), before);
    fails("EAGAIN", () => peer.recv(1, MSG_DONTWAIT));
    s.send("still alive");
    is(peer.recv(20, MSG_DONTWAIT).toString(), "still alive");
  });

test("bad input: a path of 107 bytes is the longest, as in Python", () => {
  using u = new Socket(AF_UNIX, SOCK_DGRAM);
  fails("ENOENT", () => u.bind("/nonexistent/".padEnd(107, "x")));
  const python = ask<(string | null)[]>(
    `
def text(path):
    try: socket.socket(socket.AF_UNIX).bind(path)
    except OSError as e: return str(e) if e.errno is None else "errno"
print(json.dumps([text("/nonexistent/".ljust(n, "x")) for n in data]))`,
    [107, 108, 109],
  );
  const ours = [107, 108, 109].map(n => {
    try {
      u.bind("/nonexistent/".padEnd(n, "x"));
      return null;
    } catch (e) {
      return (e as OSError).errno === undefined ? (e as Error).message : "errno";
    }
  });
  equal(ours, python);
});

test("GaiError: errno, code and gai_strerror's message, as Python's", () => {
  const e = throws(() => getaddrinfo("no such host.invalid", 80), GaiError);
  equal([e.errno, e.code], [EAI_NONAME, "EAI_NONAME"]);
  const python = ask<[number, string]>(`
try: socket.getaddrinfo("no such host.invalid", 80)
except socket.gaierror as e: print(json.dumps([e.errno, e.strerror]))`);
  equal([e.errno, e.message.includes(python[1])], [python[0], true]);
});
