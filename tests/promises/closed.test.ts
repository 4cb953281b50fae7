// What every method does on a closed socket, and on one that is closed by `await using`; and calls
// whose signal was aborted before.
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { CallOptions } from "../../ts/promises/index.js";
import { equal, is, ok, openDescriptors, promiseModule, rejects, test } from "../suite.js";
import { pair } from "./connected.js";
import { hostCalls } from "./loop.js";

const {
  AF_INET,
  POLLIN,
  AF_UNIX,
  OSError,
  SHUT_RDWR,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  SO_TYPE,
  Socket,
  createConnection,
  createServer,
  getaddrinfo,
  getfqdn,
  gethostbyaddr,
  gethostbyname,
  gethostbynameEx,
  getnameinfo,
  recvFds,
  sendFds,
} = await promiseModule();
type Socket<A = any> = import("../../ts/promises/index.js").Socket<A>;

const HERE: [string, number] = ["127.0.0.1", 9];

/** Calls that wait, or could. */
const WAITING: Readonly<Record<string, (s: Socket, options?: CallOptions) => Promise<unknown>>> = {
  accept: (s, options) => s.accept(options),
  bind: (s, options) => s.bind(HERE, options),
  connect: (s, options) => s.connect(HERE, options),
  connectEx: (s, options) =>
    s.connectEx(HERE, options).then(errno => {
      throw s._core.errors.system(errno, "connect");
    }),
  recv: (s, options) => s.recv(1, options),
  recvInto: (s, options) => s.recvInto(Buffer.alloc(1), options),
  recvfrom: (s, options) => s.recvfrom(1, options),
  recvfromInto: (s, options) => s.recvfromInto(Buffer.alloc(1), options),
  recvmsg: (s, options) => s.recvmsg(1, 100, options),
  recvmsgInto: (s, options) => s.recvmsgInto([Buffer.alloc(1)], options),
  recvmmsg: (s, options) => s.recvmmsg(s.batch({ count: 1 }), options),
  send: (s, options) => s.send("x", options),
  sendall: (s, options) => (options ? s.sendall("x", options) : s.sendall("x")),
  sendto: (s, options) => (options ? s.sendto("x", HERE, options) : s.sendto("x", HERE)),
  sendmsg: (s, options) => s.sendmsg(["x"], options),
  sendmmsg(s: Socket, options?: CallOptions) {
    const batch = s.batch({ count: 1 });
    batch.push("x");
    return s.sendmmsg(batch, options);
  },
  sendSegments: (s, options) => s.sendSegments("xyz", 2, HERE, options),
  sendfile: (s, options) => s.sendfile(0, options),
  toNode: s => s.toNode(),
  ready: (s, options) => s.ready(POLLIN, options),
};
/** Calls that don't wait, but ask the system. */
const IMMEDIATE: Readonly<Record<string, (s: Socket) => unknown>> = {
  dup: s => s.dup(),
  getInheritable: s => s.getInheritable(),
  setInheritable: s => s.setInheritable(false),
  getpeername: s => s.getpeername(),
  getsockname: s => s.getsockname(),
  getsockopt: s => s.getsockopt(SOL_SOCKET, SO_TYPE),
  setsockopt: s => s.setsockopt(SOL_SOCKET, 2, 1),
  ioctl: s => s.ioctl(0x541b, Buffer.alloc(4)),
  listen: s => s.listen(),
  shutdown: s => s.shutdown(SHUT_RDWR),
  setGro: s => s.setGro(true),
  detachFilter: s => s.detachFilter(),
  attachFilter: s => s.attachFilter("1\n6 0 0 0"),
};
/** What asks the system nothing works, or fails as it does on open ones. */
const OTHER: Readonly<Record<string, (s: Socket) => unknown>> = {
  close: s => s.close(),
  detach: s => is(s.detach(), -1),
  fileno: s => is(s.fileno(), -1),
  settimeout: s => s.settimeout(3),
  gettimeout: s => is(s.gettimeout(), 3),
  getblocking: s => is(s.getblocking(), true),
  setblocking: s => s.setblocking(true),
  timeout: s => is(s.timeout, null),
  batch: s => is(s.batch({ count: 2 }).count, 2),
  ref: s => is(s.ref(), s),
  unref: s => is(s.unref(), s),
  toString: (s: Socket) => ok(s.toString().startsWith("<[closed] Socket fd=-1")),
  share: s => rejects(async () => s.share(1), OSError, /ENOSYS/),
  sendmsgAfalg: s =>
    rejects(() => s.sendmsgAfalg(["x"], { op: 0 }), OSError, "algset is only supported for AF_ALG"),
  async toDuplex(s: Socket) {
    is(
      (
        await rejects(async () => {
          for await (const _ of s.toDuplex()) break;
        }, OSError)
      ).code,
      "EBADF",
    );
  },
  async connections(s) {
    equal(await s.connections().next(), { value: undefined, done: true });
  },
  async datagrams(s) {
    equal(await s.datagrams().next(), { value: undefined, done: true });
  },
  async toWeb(s) {
    const { readable, writable } = s.toWeb();
    is((await rejects(() => readable.getReader().read(), OSError)).code, "EBADF");
    is((await rejects(() => writable.getWriter().write("x"), OSError)).code, "EBADF");
  },
};

for (const [name, call] of Object.entries({ ...WAITING, ...IMMEDIATE }))
  test(`${name}: a closed socket is EBADF`, async () => {
    for (const end of ["close", "detach"] as const)
      for (const type of name === "sendfile" ? [SOCK_STREAM] : [SOCK_STREAM, SOCK_DGRAM]) {
        const s: Socket = new Socket(AF_INET, type);
        const fd = s[end]();
        let settled: Promise<unknown> | undefined;
        const error = await rejects(async () => {
          settled = call(s) as Promise<unknown>;
          await settled;
        }, OSError);
        is(error.code, "EBADF");
        if (name in WAITING) ok(settled instanceof Promise, "it threw instead of rejecting");
        if (fd !== undefined) new Socket(undefined, undefined, undefined, fd).close();
      }
  });

for (const [name, call] of Object.entries(OTHER))
  test(`${name}: on a closed socket`, async () => {
    const s: Socket = new Socket(AF_INET, SOCK_STREAM);
    s.close();
    if (name === "gettimeout") s.settimeout(3);
    await call(s);
  });

test("for await: a closed socket has no items", async () => {
  for (const type of [SOCK_STREAM, SOCK_DGRAM]) {
    const s: Socket = new Socket(AF_INET, type);
    s.close();
    for await (const item of s) throw new Error(`got ${item}`);
  }
});

test("Socket: these are all its methods", () => {
  const all: string[] = [];
  for (
    let at = Socket.prototype as object;
    at !== Object.prototype;
    at = Object.getPrototypeOf(at) as object
  ) {
    all.push(
      ...Object.getOwnPropertyNames(at).filter(
        name => !name.startsWith("_") && name !== "constructor" && !all.includes(name),
      ),
    );
  }
  equal(all.sort(), Object.keys({ ...WAITING, ...IMMEDIATE, ...OTHER }).sort());
});

test("await using: closes the socket at the end of its block, and rejects what waits", async () => {
  let waiting: Promise<unknown>;
  let fd: number;
  {
    await using s = new Socket(AF_INET, SOCK_DGRAM);
    await s.bind(["127.0.0.1", 0]);
    fd = s.fileno();
    waiting = rejects(() => s.recv(1), OSError, /closed while the call waited/);
  }
  await waiting;
  is(
    openDescriptors().some(line => line.startsWith(`${fd} -> socket:`)),
    false,
  );
});

const EVENTS = [
  "__new__",
  "bind",
  "connect",
  "sendto",
  "sendmsg",
  "getaddrinfo",
  "getnameinfo",
  "gethostbyname",
  "gethostbyaddr",
  "gethostname",
].map(name => `socket.${name}`);
const reason = new Error("before");
const options = { signal: AbortSignal.abort(reason) };
/** Functions of the module. */
const FUNCTIONS: Readonly<Record<string, () => Promise<unknown>>> = {
  createConnection: () => createConnection(HERE, options),
  createServer: () => createServer(["127.0.0.1", 0], options),
  getaddrinfo: () => getaddrinfo("localhost", 80, options),
  getfqdn: () => getfqdn("localhost", options),
  getnameinfo: () => getnameinfo(HERE, 0, options),
  gethostbyname: () => gethostbyname("localhost", options),
  gethostbynameEx: () => gethostbynameEx("localhost", options),
  gethostbyaddr: () => gethostbyaddr("127.0.0.1", options),
};

test("a signal aborted before: the call rejects with its reason, without a system call or an event", async () => {
  using stream: Socket = new Socket(AF_INET, SOCK_STREAM);
  using datagram: Socket = new Socket(AF_INET, SOCK_DGRAM);
  using unix: Socket = new Socket(AF_UNIX, SOCK_DGRAM);
  const events: unknown[] = [];
  const note = (_: unknown, name: string | symbol) => events.push(name);
  for (const name of EVENTS) subscribe(name, note);
  try {
    const bound = Object.entries(WAITING)
      .filter(([name]) => name !== "toNode")
      .flatMap(([name, call]) => [stream, datagram].map(s => [name, () => call(s, options)] as const));
    const rights = [
      ["sendFds", () => sendFds(unix, ["x"], [0], options as never)],
      ["recvFds", () => recvFds(unix, 1, 1, options)],
    ] as const;
    for (const [name, call] of [...bound, ...rights, ...Object.entries(FUNCTIONS)]) {
      const called = await hostCalls(stream._core.host, async () =>
        is(await rejects(call, Error), reason, name),
      );
      equal([name, called, events], [name, [], []]);
    }
  } finally {
    for (const name of EVENTS) unsubscribe(name, note);
  }
});

test("a signal that was aborted before: nothing is connected, sent or received", async () => {
  using server: Socket = new Socket(AF_INET, SOCK_STREAM);
  using client: Socket = new Socket(AF_INET, SOCK_STREAM);
  await server.bind(["127.0.0.1", 0]);
  server.listen();
  is(await rejects(() => client.connect(server.getsockname(), options), Error), reason);
  server.settimeout(0.02);
  is((await rejects(() => server.accept(), OSError)).code, "ETIMEDOUT");
  const [a, b] = await pair();
  using _a = a;
  using _b = b;
  await a.sendall("kept");
  for (const name of ["recv", "recvInto", "recvfrom", "recvfromInto", "recvmsg", "recvmsgInto"])
    is(await rejects(() => WAITING[name]!(b, options), Error), reason);
  for (const name of ["send", "sendall", "sendmsg"])
    is(await rejects(() => WAITING[name]!(b, options), Error), reason);
  is((await b.recv(10)).toString(), "kept");
  b.shutdown(SHUT_RDWR);
  is((await a.recv(10)).length, 0);
});
