// The resolver on the thread pool: the answers of the blocking functions, in their own time.
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { lookups } from "../../shim/node.js";
import { unsupported } from "../../shim/unsupported.js";
import * as blocking from "../../ts/index.js";
import { socketModule } from "../../ts/module.js";
import { promiseModule } from "../../ts/promises/module.js";
import * as promises from "../../ts/promises/index.js";
import {
  AF_INET,
  AF_INET6,
  AI_NUMERICHOST,
  EAI_NONAME,
  GaiError,
  NI_NUMERICHOST,
  NI_NUMERICSERV,
  OSError,
  SOCK_DGRAM,
  SOCK_STREAM,
  Socket,
  getaddrinfo,
  getfqdn,
  gethostbyaddr,
  gethostbyname,
  gethostbynameEx,
  getnameinfo,
} from "../../ts/promises/index.js";
import { childAnswer } from "../child.js";
import { noNetworkNamespace } from "../have.js";
import { equal, is, match, ok, rejects, test } from "../suite.js";
import { codec, pendingLookups } from "./pending-lookups.js";

const NUMERIC = NI_NUMERICHOST | NI_NUMERICSERV;
const ENDLESS = Array(6).fill("x".repeat(60)).join(".");
const nameserver = JSON.stringify(new URL("../nameserver.js", import.meta.url).href);
const module = JSON.stringify(new URL("../../ts/promises/index.js", import.meta.url).href);

type Call = readonly [
  name: "getaddrinfo" | "getfqdn" | "getnameinfo" | "gethostbyname" | "gethostbynameEx" | "gethostbyaddr",
  ...args: any[],
];

const CALLS: Call[] = [
  ["getaddrinfo", "localhost", 80],
  ["getaddrinfo", null, "http", AF_INET, SOCK_STREAM],
  ["getaddrinfo", Buffer.from("127.0.0.1"), null],
  ["getaddrinfo", "::1", 80, AF_INET6, SOCK_STREAM, 6],
  ["getaddrinfo", "localhost", 80, 0, 0, 0, AI_NUMERICHOST],
  ["getaddrinfo", "127.0.0.1", "nosuch"],
  ["getaddrinfo", "a..b", 80],
  ["getaddrinfo", 1, 80],
  ["getaddrinfo", "localhost\0", 80],
  ["getaddrinfo", "127.0.0.1", 80, NaN],
  ["getaddrinfo", "127.0.0.1", 80, 0, 0, 0, -1],
  ["getfqdn"],
  ["getfqdn", "127.0.0.1"],
  ["getfqdn", " localhost\n"],
  ["getfqdn", ENDLESS],
  ["getfqdn", "a..b"],
  ["getfqdn", 1],
  ["getnameinfo", ["127.0.0.1", 80], 0],
  ["getnameinfo", ["fe80::1", 80, 0, 1], NUMERIC],
  ["getnameinfo", ["localhost", 80], NUMERIC],
  ["getnameinfo", ["127.0.0.1", 80, 0, 0], NUMERIC],
  ["getnameinfo", ["127.0.0.1", 70000], NUMERIC],
  ["getnameinfo", "127.0.0.1", NUMERIC],
  ["getnameinfo", ["127.0.0.1", 80], -1],
  ["gethostbyname", "localhost"],
  ["gethostbyname", ""],
  ["gethostbyname", "<broadcast>"],
  ["gethostbyname", "::1"],
  ["gethostbyname", ENDLESS],
  ["gethostbyname", null],
  ["gethostbynameEx", "127.1"],
  ["gethostbynameEx", "localhost"],
  ["gethostbynameEx", ""],
  ["gethostbynameEx", "a..b"],
  ["gethostbyaddr", "127.0.0.1"],
  ["gethostbyaddr", "localhost"],
  ["gethostbyaddr", ENDLESS],
  ["gethostbyaddr", "\ud800"],
];

async function outcome(call: () => unknown): Promise<unknown> {
  try {
    return { ok: await call() };
  } catch (error) {
    const { name, message, errno, code, syscall, address } = error as OSError;
    return { name, message, errno, code, syscall, address };
  }
}

test("lookups: each comes to what the blocking function comes to", async () => {
  for (const [name, ...args] of CALLS) {
    const theirs = await outcome(() => (blocking[name] as (...args: any[]) => unknown)(...args));
    equal(
      {
        call: [name, ...args],
        outcome: await outcome(() => (promises[name] as (...args: any[]) => unknown)(...args)),
      },
      { call: [name, ...args], outcome: theirs },
    );
  }
});

test("lookups: options may follow any argument", async () => {
  const options = { signal: new AbortController().signal };
  const [row] = await getaddrinfo("127.0.0.1", 80, AF_INET, SOCK_STREAM, options);
  const address: [string, number] = row![4];
  equal(address, ["127.0.0.1", 80]);
  for (const rows of [
    getaddrinfo("127.0.0.1", 80, options),
    getaddrinfo("127.0.0.1", 80, 0, options),
    getaddrinfo("127.0.0.1", 80, 0, 0, 0, 0, options),
    getaddrinfo("127.0.0.1", 80, {}),
  ]) {
    ok((await rows).length > 0);
  }
  is(await getfqdn("127.0.0.1", options), blocking.getfqdn("127.0.0.1"));
  is(await getfqdn(options), blocking.getfqdn());
});

test("lookups: an aborted signal does nothing at all, not even an event", async () => {
  const reason = new Error("before");
  const signal = AbortSignal.abort(reason);
  const events: unknown[] = [];
  const note = (event: unknown) => events.push(event);
  const names = ["getaddrinfo", "getnameinfo", "gethostbyname", "gethostbyaddr", "gethostname"].map(
    name => `socket.${name}`,
  );
  for (const name of names) subscribe(name, note);
  try {
    for (const call of [
      getaddrinfo("localhost", 80, { signal }),
      getaddrinfo(1 as never, 80, { signal }),
      getfqdn({ signal }),
      getnameinfo(["127.0.0.1", 80], 0, { signal }),
      gethostbyname("localhost", { signal }),
      gethostbynameEx("localhost", { signal }),
      gethostbyaddr("127.0.0.1", { signal }),
    ])
      is(await rejects(() => call, Error), reason);
    await gethostbyname("127.0.0.1");
  } finally {
    for (const name of names) unsubscribe(name, note);
  }
  equal(events, [{ hostname: "127.0.0.1" }]);
});

const settle = () => new Promise(setImmediate);

test("lookups: as many run at once as the host says, the others in order", async () => {
  const { begun, ends, getaddrinfo } = pendingLookups();
  const done: string[] = [];
  const all = ["a", "b", "c", "d", "e"].map(name => getaddrinfo(name, 80).then(() => done.push(name)));
  await settle();
  equal(begun, ["a", "b"]);
  ends[1]!();
  await settle();
  equal([begun, done], [["a", "b", "c"], ["b"]]);
  ends[0]!();
  ends[2]!();
  await settle();
  equal(
    [begun, done],
    [
      ["a", "b", "c", "d", "e"],
      ["b", "a", "c"],
    ],
  );
  ends[3]!();
  ends[4]!();
  await Promise.all(all);
});

test("lookups: an abort rejects at once; one that waited never begins, one that runs keeps its thread", async () => {
  const { begun, ends, gethostbyname } = pendingLookups();
  const reason = new Error("enough");
  const controllers = [0, 1, 2, 3].map(() => new AbortController());
  const calls = controllers.map(({ signal }, i) => gethostbyname(`n${i}`, { signal }));
  controllers[0]!.abort(reason);
  controllers[2]!.abort(reason);
  for (const i of [0, 2]) is(await rejects(() => calls[i]!, Error), reason);
  equal(begun, ["n0", "n1"]);
  ends[0]!();
  await settle();
  equal(begun, ["n0", "n1", "n3"]);
  ends[1]!();
  ends[2]!();
  equal([await calls[1], await calls[3]], ["127.0.0.1", "127.0.0.1"]);
  controllers[1]!.abort(reason);
});

test("lookups: an abort between two steps ends the call, even one that forgives failures", async () => {
  let asked = 0;
  const { ends, getfqdn } = pendingLookups({
    gethostbyaddrAsync: async () => {
      asked++;
      return ["a", [], []];
    },
  });
  const controller = new AbortController();
  const reason = new OSError("the user's own");
  const name = getfqdn("somewhere", { signal: controller.signal });
  ends[0]!();
  controller.abort(reason);
  is(await rejects(() => name, OSError), reason);
  is(asked, 0);
});

test("lookups: failures are the errors of the blocking functions", async () => {
  const failing = (status: number, errno = 0) =>
    pendingLookups({ getaddrinfoAsync: async () => ({ status, errno }) });
  const error = await rejects(() => failing(EAI_NONAME).getaddrinfo("x", 80), GaiError);
  equal(
    [error.errno, error.code, error.syscall, error.address],
    [EAI_NONAME, "EAI_NONAME", "getaddrinfo", "x"],
  );
  await rejects(
    () => failing(blocking.EAI_SYSTEM, blocking.EMFILE).gethostbyname("x"),
    OSError,
    /^getaddrinfo EMFILE /,
  );
  const crashed = new Error("no thread");
  const { getaddrinfo } = pendingLookups({ getaddrinfoAsync: () => Promise.reject(crashed) });
  for (let i = 0; i < 5; i++) is(await rejects(() => getaddrinfo("x", 80), Error), crashed);
});

test("lookups: a host without a resolver says why", async () => {
  const module = promiseModule(socketModule(unsupported("nothing to ask here"), codec));
  for (const call of [
    () => module.getaddrinfo("localhost", 80),
    () => module.gethostbyname("localhost"),
    () => module.gethostbyaddr("127.0.0.1"),
    () => module.getnameinfo(["127.0.0.1", 80], 0),
  ]) {
    match((await rejects(call, OSError)).message, /ENOSYS.*: nothing to ask here$/);
  }
});

test("lookups: half of the threads of the pool", () => {
  equal(
    [undefined, "4", "1", "0", "x", "5", "128", "9999"].map(size => lookups(size)),
    [2, 2, 1, 1, 1, 3, 64, 512],
  );
  equal(
    [undefined, "4"].map(size => lookups(size, 12)),
    [6, 2],
  );
});

test("an address is read when the call is made: what is put into its array during the lookup is nobody's", async () => {
  using server = new Socket(AF_INET, SOCK_DGRAM);
  await server.bind(["127.0.0.1", 0]);
  const port: number = server.getsockname()[1];
  using client = new Socket(AF_INET, SOCK_DGRAM);
  for (const call of [
    (address: [string, number]) => client.connect(address),
    (address: [string, number]) => client.sendto("x", address),
  ]) {
    const address: [string, number] = ["localhost", port];
    const done = call(address);
    address[0] = "127.0.0.9";
    address[1] = 9;
    await done;
    equal(client.getpeername(), ["127.0.0.1", port]);
  }
  equal((await server.recv(10)).toString(), "x");
});

test("bind, connect, sendto: hosts that are names", async () => {
  using server = new Socket(AF_INET, SOCK_STREAM);
  using client = new Socket(AF_INET, SOCK_STREAM);
  using udp = new Socket(AF_INET, SOCK_DGRAM);
  await server.bind(["localhost", 0]);
  server.listen();
  const port = server.getsockname()[1];
  await client.connect(["localhost", port]);
  (await server.accept())[0].close();
  await udp.bind([Buffer.from("localhost"), 0]);
  is(await udp.sendto("x", ["localhost", udp.getsockname()[1]]), 1);
  is((await udp.recv(10)).toString(), "x");
  await rejects(() => udp.sendto("x", [ENDLESS, 9]), GaiError);
  await rejects(() => udp.connect(["\u00fc\ud800", 9]), RangeError);
});

test(
  "isolated: names from a server, and the loop turns while it is silent",
  async () => {
    const answer = await childAnswer(
      `
    import { readFile } from "node:fs/promises";
    import { serveNames } from ${nameserver};
    import * as P from ${module};
    const asked = [];
    await serveNames({ "one.test": ["192.0.2.1"], "both.test": ["192.0.2.2", "2001:db8::2", "192.0.2.3"], "1.2.0.192.in-addr.arpa": ["host.one.test"],
      ...Object.fromEntries(["s1", "s2", "s3", "s4"].map(name => [name + ".silent.test", null])) }, asked);
    const hosts = async name => (await P.getaddrinfo(name, 80, 0, P.SOCK_STREAM)).map(row => row[4][0]).sort();
    const failure = promise => promise.then(() => "no failure", error => error.code ?? error.message);
    const out = { one: await hosts("one.test"), both: await hosts("both.test"), none: await failure(hosts("none.test")),
      entry: await P.gethostbyaddr("192.0.2.1"), fqdn: await P.getfqdn("one.test"), name: await P.getnameinfo(["192.0.2.1", 80], P.NI_NUMERICSERV) };
    asked.length = 0;
    const controller = new AbortController(), socket = new P.Socket(P.AF_INET, P.SOCK_STREAM);
    const silent = [
      failure(P.getaddrinfo("s1.silent.test", 80)), failure(socket.connect(["s2.silent.test", 80])),
      failure(P.gethostbyname("s3.silent.test", { signal: controller.signal })), failure(socket.bind(["s4.silent.test", 80])),
    ];
    while (new Set(asked).size < 2) await new Promise(done => setTimeout(done, 5));
    const start = performance.now();
    await readFile("/etc/resolv.conf");
    controller.abort(new Error("enough"));
    socket.close();
    out.meanwhile = [await silent[1], await silent[2], await silent[3]];
    out.quick = performance.now() - start < 1500;
    out.first = await silent[0];
    out.asked = [...new Set(asked)].sort();
    console.log(JSON.stringify(out));`,
      { isolated: true },
    );
    equal(answer, {
      one: ["192.0.2.1"],
      both: ["192.0.2.2", "192.0.2.3", "2001:db8::2"],
      none: "EAI_NONAME",
      entry: ["host.one.test", [], ["192.0.2.1"]],
      fqdn: "host.one.test",
      name: ["host.one.test", "80"],
      meanwhile: ["EBADF", "enough", "EBADF"],
      quick: true,
      first: "EAI_AGAIN",
      asked: ["s1.silent.test", "s2.silent.test"],
    });
  },
  { skip: noNetworkNamespace, seconds: 30 },
);

test(
  "isolated: a worker that ends while it looks up names",
  async () => {
    const answer = await childAnswer(
      `
    import { Worker } from "node:worker_threads";
    import { serveNames } from ${nameserver};
    const asked = [];
    await serveNames({ "silent.test": null }, asked);
    const took = [];
    for (let round = 0; round < 2; round++) {
      const workers = Array.from({ length: 4 }, () => new Worker(\`import(${module.replaceAll('"', "'")}).then(P => {
        for (let i = 0; i < 20; i++) P.getaddrinfo("silent.test", 80).catch(() => {});
        P.gethostbyaddr("silent.test").catch(() => {});
      })\`, { eval: true }));
      const before = asked.length;
      while (asked.length === before) await new Promise(done => setTimeout(done, 5));
      const start = performance.now();
      await Promise.all(workers.map(worker => worker.terminate()));
      took.push(performance.now() - start);
    }
    console.log(JSON.stringify(took));`,
      { isolated: true },
    );
    is(answer.length, 2);
    // Each waits for its own two lookups, which give up after two seconds, not for the nineteen
    // others.
    ok(
      answer.every((took: number) => took < 10_000),
      JSON.stringify(answer),
    );
  },
  { skip: noNetworkNamespace, seconds: 30 },
);
