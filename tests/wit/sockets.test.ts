// berkeley-sockets/wit: adapter(), on this system's sockets; and its end.
import { Worker } from "node:worker_threads";
import { adapter, type GuestInterfaces } from "../../shim/jco/index.js";
import { PolicyError } from "../../shim/policy/index.js";
import { nodeHost } from "../../shim/node.js";
import { AF_INET, AF_UNIX, SOCK_DGRAM, SOCK_STREAM } from "../../ts/index.js";
import { equal, is, leftOpen, ok, openDescriptors, test, throws } from "../suite.js";
import { payload, realCases } from "./real.js";

for (const { name, skip, body } of realCases) test(name, () => body(policy => adapter({ policy })), { skip });

test("adapter: the values of JavaScript are judged: ports that are none are no port", () => {
  using door = adapter({ policy: null });
  const s = door.sockets.Socket.open(AF_INET, SOCK_STREAM, 0);
  const connect = (port: unknown) =>
    s.connect({ tag: "inet", val: { host: "127.0.0.1", port: port as number } });
  throws(() => connect(70000), RangeError, "u16 must be 0..65535, got 70000");
  throws(() => connect(-1), RangeError);
  throws(() => connect("80"), TypeError);
  throws(() => s.send("text" as never, 0), TypeError, 'Uint8Array expected, got "text"');
  throws(() => s.sendmsg(new Uint8Array(1), [], [{} as never], 0, { tag: "unspecified" }), TypeError);
});

test("adapter: dispose() closes what is open, and what is dropped is closed at once", () => {
  for (const policy of [null, ["unix-pair"]]) {
    const before = openDescriptors().length;
    const door = adapter({ policy });
    const [a, b] = door.sockets.Socket.pair(AF_UNIX, SOCK_STREAM, 0);
    is(openDescriptors().length, before + 2);
    a[Symbol.dispose]();
    a[Symbol.dispose]();
    is(openDescriptors().length, before + 1);
    is(
      payload(() => a.send(new Uint8Array(1), 0)),
      "ebadf",
    );
    is(b.recv(1, 0).length, 0);
    door.dispose();
    door.dispose();
    is(openDescriptors().length, before);
    ok(payload(() => b.recv(1, 0)) !== "no error");
    b[Symbol.dispose]();
  }
});

test("adapter: what is collected is closed, sockets and whole guests", async () => {
  const gc = (globalThis as { gc?: () => void }).gc;
  if (gc === undefined) throw new Error("--expose-gc is missing: tests/run.ts gives it");
  const before = openDescriptors().length;
  const until = async (open: number) => {
    for (let i = 0; i < 100 && openDescriptors().length > open; i++) {
      gc();
      await new Promise(resolve => setTimeout(resolve, 20));
    }
    is(openDescriptors().length, open);
  };
  let kept: GuestInterfaces | undefined = adapter({ policy: null });
  (() => kept.sockets.Socket.open(AF_INET, SOCK_DGRAM, 0))();
  await until(before);
  (() => {
    for (const policy of [null, ["unix-pair"]])
      adapter({ policy }).sockets.Socket.pair(AF_UNIX, SOCK_STREAM, 0);
  })();
  const held = kept.sockets.Socket.open(AF_INET, SOCK_DGRAM, 0);
  await until(before + 1);
  held.getsockname();
  kept.dispose();
  kept = undefined;
});

test("adapter: a policy must be said, and one with an error is refused whole", () => {
  const before = openDescriptors();
  throws(() => adapter({} as never), TypeError, "policy must be a policy, a list of rules, or null");
  throws(() => adapter({ policy: ["tcp-conect:*:*"] }), PolicyError);
  const host = nodeHost();
  using _ = adapter({ policy: null, host });
  throws(() => adapter({ policy: null, host }), Error, /serves somebody else/);
  throws(() => adapter({ policy: [], host }), Error, /somebody else/);
  equal(openDescriptors(), before);
});

test("adapter: a wait that the policy bounds is etimedout", () => {
  using door = adapter({ policy: { allow: ["udp-bind:127.0.0.1:*"], limits: { milliseconds: 50 } } });
  const s = door.sockets.Socket.open(AF_INET, SOCK_DGRAM, 0);
  s.bind({ tag: "inet", val: { host: "127.0.0.1", port: 0 } });
  is(
    payload(() => s.recv(1, 0)),
    "etimedout",
  );
  is(
    payload(() => door.sockets.poll([[s, 1]], -1)),
    "etimedout",
  );
});

test("adapter: names are looked up as far as the policy grants them", () => {
  using door = adapter({ policy: ["names:localhost", "services", "interfaces", "hostname"] });
  const { names, codec } = door;
  const rows = names.getaddrinfo("localhost", "80", AF_INET, SOCK_STREAM, 0, 0);
  equal(codec.decodeAddress("linux64", "default", rows[0]!.address), {
    tag: "inet",
    val: { host: "127.0.0.1", port: 80 },
  });
  const refused = payload(() => names.getaddrinfo("example.org", undefined, 0, 0, 0, 0)) as { tag: string };
  is(refused.tag, "status");
  is((payload(() => names.getaddrinfo("a\0b", undefined, 0, 0, 0, 0)) as { tag: string }).tag, "status");
  const [lo] = names.ifNameindex().filter(({ name }) => name === "lo");
  is(names.ifNametoindex("lo"), lo!.index);
  is(names.ifIndextoname(lo!.index), "lo");
  ok(typeof payload(() => names.ifNametoindex("no such")) === "number");
  ok(names.gethostname().length > 0);
  is(names.getprotobyname("no such"), undefined);
  using closed = adapter({ policy: [] });
  ok(typeof payload(() => closed.names.gethostname()) === "number");
  is(closed.names.getservbyname("http", undefined), undefined);
});

/** A worker whose guest blocks in recv(); it tells when it begins. */
const BLOCKED = `
  import { parentPort, workerData } from "node:worker_threads";
  const { adapter } = await import(workerData.entry);
  const { sockets } = adapter({ policy: workerData.policy });
  const [a] = sockets.Socket.pair(1, 1, 0);
  parentPort.postMessage("blocked");
  a.recv(1, 0);`;

test(
  "adapter: a worker whose guest blocks can be terminated, and its descriptors are closed",
  async () => {
    const entry = new URL("../../shim/jco/index.js", import.meta.url).href;
    for (const policy of [null, ["unix-pair"], { allow: ["unix-pair"], limits: { milliseconds: 60_000 } }]) {
      const before = openDescriptors();
      const source = new URL(`data:text/javascript,${encodeURIComponent(BLOCKED)}`);
      const worker = new Worker(source, { workerData: { entry, policy } });
      await new Promise<void>((resolve, reject) => {
        worker.on("message", resolve);
        worker.on("error", reject);
      });
      await new Promise(resolve => setTimeout(resolve, 100));
      const begin = performance.now();
      await worker.terminate();
      ok(performance.now() - begin < 5000);
      equal(await leftOpen(before), []);
    }
  },
  { seconds: 30 },
);
