// Hosts that have no sockets, one addon for two modules, and Node's permission model: what they
// say, and that they say it.
import type { Host } from "../shim/contract.js";
import { forbidden, nodeHost } from "../shim/node.js";
import { unsupported } from "../shim/unsupported.js";
import { constantNames } from "../ts/base/constants.gen.js";
import { OSError } from "../ts/index.js";
import { nodeBytes } from "../ts/codec/buffer-pool.js";
import { socketModule } from "../ts/module.js";
import { promiseModule } from "../ts/promises/module.js";
import { Child } from "./child.js";
import { runtime } from "./runtime.js";
import { codec } from "./scripted.js";
import { equal, is, match, ok, rejects, test, throws } from "./suite.js";

const seconds = 20;
const why = "no sockets on the moon";

test("unsupported: every call of the contract answers -ENOSYS, by value, failure or promise", async () => {
  const host = unsupported(why);
  const ENOSYS = host.constants()[constantNames.indexOf("ENOSYS")]!;
  is(ENOSYS, 38);
  const own = [
    "constants",
    "channel",
    "idna",
    "descriptorOf",
    "warn",
    "collect",
    "ownerOf",
    "owned",
    "sweep",
    "now",
    "setTimer",
    "clearTimer",
    "nextTurn",
    "random",
    "gai_strerror",
    "hstrerror",
  ];
  let calls = 0;
  for (const [name, call] of Object.entries(host)) {
    if (typeof call !== "function" || own.includes(name)) continue;
    const answer = await (call as () => unknown)();
    if (typeof answer === "object") equal(answer, { status: 0, errno: ENOSYS }, name);
    else is(answer, -ENOSYS, name);
    calls++;
  }
  ok(calls > 50, String(calls));
  equal(host.sweep(), []);
});

test("unsupported: it has every call that Node's host has", () => {
  const names = (host: Host) => Object.keys(host).sort();
  const node = names(nodeHost()).filter(name => name !== "layouts");
  equal(
    names(unsupported(why)).filter(name => name !== "unavailable"),
    node,
  );
});

test("unsupported: the module loads, and a socket says why there is none", () => {
  const m = socketModule(unsupported(why), codec);
  for (const make of [
    () => new m.Socket(),
    () => new m.Socket(2, 1),
    () => new m.Socket(undefined, undefined, undefined, 3),
    () => m.createServer(["127.0.0.1", 0]),
    () => m.socketpair(),
    () => m.createConnection(["127.0.0.1", 1]),
    () => m.getaddrinfo("localhost", 80, m.constants.AF_INET),
  ]) {
    const error = throws(make, OSError, /^\w+ ENOSYS: no sockets on the moon$/);
    equal([error.code, error.errno], ["ENOSYS", 38]);
  }
  throws(() => m.gethostname(), OSError, /ENOSYS: no sockets on the moon$/);
  // What needs no system works.
  is(m.inet_ntoa(m.inet_aton("1.2.3.4")), "1.2.3.4");
  equal(m.getdefaulttimeout(), null);
});

test("socketModule: two modules on two hosts live side by side", () => {
  const one = socketModule(unsupported("first"), codec);
  const two = socketModule(unsupported("second"), codec);
  ok(one.Socket !== two.Socket);
  one.setdefaulttimeout(1);
  equal([one.getdefaulttimeout(), two.getdefaulttimeout()], [1, null]);
  throws(() => new two.Socket(), OSError, /second$/);
});

test("socketModule: a second module on one host is EBUSY, and the first goes on", () => {
  const host = nodeHost();
  const first = socketModule(host, codec);
  const error = throws(
    () => socketModule(host, codec),
    OSError,
    "attach EBUSY (another socket module has this host)",
  );
  is(error.code, "EBUSY");
  using s = new first.Socket(first.constants.AF_INET, first.constants.SOCK_DGRAM);
  s.bind(["127.0.0.1", 0]);
  is(s.getsockname()[0], "127.0.0.1");
});

test("socketModule: two modules on two Node hosts, whose addresses do not mix", () => {
  const one = socketModule(nodeHost(), codec, nodeBytes);
  const two = socketModule(nodeHost(), codec, nodeBytes);
  const { AF_INET, SOCK_DGRAM } = one.constants;
  using a = new one.Socket(AF_INET, SOCK_DGRAM);
  using b = new two.Socket(AF_INET, SOCK_DGRAM);
  a.bind(["127.0.0.1", 0]);
  b.bind(["127.0.0.2", 0]);
  a.sendto("from one", b.getsockname());
  equal(b.recvfrom(99), [Buffer.from("from one"), a.getsockname()]);
  equal([a.getsockname()[0], b.getsockname()[0]], ["127.0.0.1", "127.0.0.2"]);
});

test("socketModule: without a maker of Buffers all that is received is plain Uint8Arrays", async () => {
  const module = socketModule(nodeHost(), codec);
  const { AF_INET, AF_UNIX, SOCK_DGRAM, SOL_SOCKET, SO_LINGER } = module.constants;
  const awaited = promiseModule(module);
  const [a, b] = module.socketpair();
  const [c, d] = awaited.socketpair(AF_UNIX, SOCK_DGRAM);
  const isPlain = (bytes: Uint8Array | null, text?: string) => {
    is(bytes?.constructor, Uint8Array);
    if (text !== undefined) is(new TextDecoder().decode(bytes!), text);
  };
  try {
    a.sendall("one two three\nfour\nfive six");
    isPlain(b.recv(4), "one ");
    isPlain(b.recvfrom(4)[0], "two ");
    isPlain(b.recvmsg(2)[0], "th");
    isPlain(module.recvFds(b, 3, 1)[0], "ree");
    using file = b.makefile("rb");
    isPlain(file.readline(), "\n");
    isPlain(file.readline(), "four\n");
    isPlain(file.peek(), "five six");
    isPlain(file.read(4), "five");
    isPlain(file.read(4), " six");
    isPlain(b.recv(0), "");
    isPlain(a.getsockopt(SOL_SOCKET, SO_LINGER, 8));
    isPlain(module.inet_pton(AF_INET, "127.0.0.1"));
    for (const text of ["recv", "recvfrom", "recvmsg", "batch"]) await c.send(text);
    isPlain(await d.recv(9), "recv");
    isPlain((await d.recvfrom(9))[0], "recvfrom");
    isPlain((await d.recvmsg(9))[0], "recvmsg");
    const batch = d.batch();
    await d.recvmmsg(batch);
    isPlain(batch.data(0), "batch");
  } finally {
    for (const socket of [a, b, c, d]) socket.close();
  }
});

// The flag that Node 20 calls --experimental-permission, newer ones --permission.
const permission = process.allowedNodeEnvironmentFlags.has("--permission")
  ? "--permission"
  : "--experimental-permission";
const noPermissions = runtime !== "node" && "permissions by Node's flags are Node's";
const attempt = `try { const s = new S.Socket(); console.log("opened"); s.close();
  } catch (e) { console.log(e.code, e.message); } console.log(S.inet_ntoa(S.inet_aton("127.1")));`;

test(
  "permission: without --allow-addons the error says what to pass, and the codec works",
  async () => {
    const { status, stdout } = await new Child(attempt, { flags: [permission, "--allow-fs-read=*"] }).ended;
    const wanted = process.allowedNodeEnvironmentFlags.has("--allow-net")
      ? /^ENOSYS socket ENOSYS: Node runs with --permission: pass --allow-(net|addons) /
      : /^ENOSYS socket ENOSYS: Node runs with --permission: pass --allow-addons to load the socket addon\n/;
    match(stdout, wanted);
    match(stdout, /\n127\.0\.0\.1\n$/);
    is(status, 0);
  },
  { seconds, skip: noPermissions },
);

test(
  "permission: with what it says, sockets open",
  async () => {
    const flags = [
      permission,
      "--allow-fs-read=*",
      "--allow-addons",
      ...(process.allowedNodeEnvironmentFlags.has("--allow-net") ? ["--allow-net"] : []),
    ];
    const { stdout } = await new Child(attempt, { flags }).ended;
    is(stdout, "opened\n127.0.0.1\n");
  },
  { seconds, skip: noPermissions },
);

test(
  "permission: network permission is honoured where Node has one",
  async () => {
    const says = (...granted: string[]) => ({ has: (scope: string) => granted.includes(scope) });
    const newer = () => new Set(["--permission", "--allow-net"]);
    const older = () => new Set(["--permission"]);
    const refusal = "Node runs with --permission: pass --allow-net to open sockets";
    is(forbidden(undefined, newer), "");
    is(forbidden(says("net"), newer), "");
    is(forbidden(says("addon"), newer), refusal);
    is(forbidden(says("addon"), older), ""); // says no to a name that it does not know
    if (!process.allowedNodeEnvironmentFlags.has("--allow-net")) return;
    const { stdout } = await new Child(attempt, {
      flags: [permission, "--allow-fs-read=*", "--allow-addons"],
    }).ended;
    is(stdout, `ENOSYS socket ENOSYS: ${refusal}\n127.0.0.1\n`);
  },
  { seconds },
);

test("unsupported: the promise class rejects or throws the same", async () => {
  const { Socket } = promiseModule(socketModule(unsupported(why), codec));
  await rejects(async () => new Socket(), OSError, /no sockets on the moon$/);
});
