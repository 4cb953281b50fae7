// connections(), datagrams() and the plain iterator: errors that pass, errors that don't, the end.
import type { Host } from "../../shim/contract.js";
import { nodeHost } from "../../shim/node.js";
import {
  AF_INET,
  AF_UNIX,
  ConnectionRefusedError,
  EACCES,
  ECONNABORTED,
  ECONNREFUSED,
  EMFILE,
  ENOMEM,
  OSError,
  SOCK_DGRAM,
  SOCK_STREAM,
} from "../../ts/promises/index.js";
import { nodeBytes } from "../../ts/codec/buffer-pool.js";
import { socketModules } from "../../ts/promises/module.js";
import { equal, is, ok, rejects, test } from "../suite.js";
import { codec } from "./pending-lookups.js";
import { pause, soon } from "./settling.js";

/**
 * Both modules of a host whose next calls answer what `injected` holds for their name; its warnings
 * are kept.
 */
function injecting() {
  const real = nodeHost();
  const injected: Partial<Record<"accept" | "recvfrom", number[]>> = {};
  const warnings: string[] = [];
  const host: Host = {
    ...real,
    accept: (...args) => injected.accept?.shift() ?? real.accept(...args),
    recvfrom: (...args) => injected.recvfrom?.shift() ?? real.recvfrom(...args),
    warn: message => {
      warnings.push(message);
    },
  };
  return { ...socketModules(host, codec, nodeBytes), injected, warnings };
}

test("connections: what passes is told to onError and tried again, all else throws", async () => {
  const { promises: p, injected, warnings } = injecting();
  using listener = new p.Socket(AF_INET);
  await listener.bind(["127.0.0.1", 0]);
  listener.listen();
  injected.accept = [-EMFILE, -ECONNABORTED, -ENOMEM];
  const told: OSError[] = [];
  const from = listener.connections({ onError: error => told.push(error) });
  using client = new p.Socket(AF_INET);
  await client.connect(listener.getsockname());
  const { value } = await from.next();
  using _connection = value![0];
  equal(
    told.map(({ code }) => code),
    ["EMFILE", "ECONNABORTED", "ENOMEM"],
  );
  equal(value![1], client.getsockname());
  equal(warnings, []);
  injected.accept = [-EACCES];
  is((await rejects(() => from.next(), OSError)).code, "EACCES");
});

test("connections: without onError it warns once a minute; close() ends it, in a pause too; a signal throws", async () => {
  const { promises: p, injected, warnings } = injecting();
  using listener = new p.Socket(AF_INET);
  await listener.bind(["127.0.0.1", 0]);
  listener.listen();
  injected.accept = Array<number>(8).fill(-EMFILE);
  const from = listener[Symbol.asyncIterator]();
  const began = performance.now();
  const next = from.next();
  setTimeout(() => listener.close(), 100);
  equal(await next, { value: undefined, done: true });
  ok(performance.now() - began < 600, "a pause was not waited for");
  ok(
    injected.accept.length >= 2 && injected.accept.length <= 6,
    `${8 - injected.accept.length} tries in 100 ms`,
  );
  equal(warnings, ["accept EMFILE: tried again"]);
  using other = new p.Socket(AF_INET, SOCK_DGRAM);
  await other.bind(["127.0.0.1", 0]);
  const controller = new AbortController();
  const waiting = other.datagrams({ signal: controller.signal }).next();
  controller.abort("enough");
  is(await waiting.catch((reason: unknown) => reason), "enough");
});

test(
  "connections: a server survives that there are no descriptors left",
  async () => {
    const { promises: p } = injecting();
    using listener = new p.Socket(AF_UNIX, SOCK_STREAM);
    await listener.bind("");
    listener.listen();
    const errors: string[] = [];
    const held: { close(): void }[] = [];
    const serving = (async () => {
      for await (const [connection] of listener.connections({
        onError: error => {
          errors.push(error.code!);
          while (held.length) held.pop()!.close();
        },
      })) {
        await connection.sendall("served");
        connection.close();
      }
    })();
    using client = new p.Socket(AF_UNIX, SOCK_STREAM);
    const spare = new p.Socket(AF_UNIX, SOCK_STREAM);
    using _spare = spare;
    try {
      for (;;) held.push(client.dup());
    } catch (error) {
      is((error as OSError).code, "EMFILE");
    }
    await client.connect(listener.getsockname());
    is(String(await client.recv(10)), "served");
    ok(errors.length > 0 && errors.every(code => code === "EMFILE"), errors.join());
    listener.close();
    await serving;
  },
  { seconds: 60 },
);

test("datagrams: an answer to what was sent does not end it", async () => {
  const { promises: p, injected } = injecting();
  using s = new p.Socket(AF_INET, SOCK_DGRAM);
  using peer = new p.Socket(AF_INET, SOCK_DGRAM);
  await s.bind(["127.0.0.1", 0]);
  injected.recvfrom = [-ECONNREFUSED, -ECONNREFUSED];
  const told: Error[] = [];
  const from = s.datagrams({ onError: error => told.push(error) });
  await peer.sendto("still here", s.getsockname());
  const { value } = await from.next();
  is(String(value![0]), "still here");
  ok(told.length === 2 && told.every(error => error instanceof ConnectionRefusedError));
});

test("connections, datagrams: return() ends a next() that waits, as events.on() does, and takes nothing", async () => {
  const { promises: p, injected } = injecting();
  using listener = new p.Socket(AF_INET);
  using receiver = new p.Socket(AF_INET, SOCK_DGRAM);
  using client = new p.Socket(AF_INET);
  await listener.bind(["127.0.0.1", 0]);
  await receiver.bind(["127.0.0.1", 0]);
  listener.listen();
  const end = { value: undefined, done: true };
  const { signal } = new AbortController();
  for (const made of [
    () => listener.connections(),
    () => listener.connections({ signal }),
    () => receiver.datagrams(),
    () => listener[Symbol.asyncIterator](),
  ]) {
    const from = made();
    const waiting = [from.next(), from.next()];
    await pause(5);
    equal(await soon(from.return()), end);
    equal(await soon(Promise.all([...waiting, from.next()])), [end, end, end]);
    equal(await from.return(Promise.resolve()), end);
    const other = made();
    const ended = other.next();
    is(await soon(other.throw("mine").catch((reason: unknown) => reason)), "mine");
    equal(await soon(ended), end);
  }
  injected.accept = Array<number>(99).fill(-EMFILE);
  const pausing = listener.connections({ onError() {} });
  const paused = pausing.next();
  await pause(60);
  await pausing[Symbol.asyncDispose]();
  equal(await soon(paused), end);
  injected.accept = [];
  // Nobody took the connection: the next who asks gets it. What has come already is given.
  await client.connect(listener.getsockname());
  const last = listener.connections();
  const given = last.next();
  equal(await last.return(), end);
  const { value, done } = (await soon(given)) as IteratorResult<[{ close(): void }, unknown]>;
  is(done, false);
  equal(value[1], client.getsockname());
  value[0].close();
  ok(
    "next" in Object.getPrototypeOf(last) &&
      Symbol.asyncIterator in Object.getPrototypeOf(Object.getPrototypeOf(last)),
  );
});

test("connections: next() calls made at once are served one after another, an error ends them all", async () => {
  const { promises: p, injected } = injecting();
  using listener = new p.Socket(AF_UNIX, SOCK_STREAM);
  using one = new p.Socket(AF_UNIX, SOCK_STREAM);
  using two = new p.Socket(AF_UNIX, SOCK_STREAM);
  await listener.bind("");
  listener.listen();
  await one.connect(listener.getsockname());
  await two.connect(listener.getsockname());
  const from = listener.connections();
  const items = await Promise.all([from.next(), from.next()]);
  for (const { value } of items) value![0].close();
  injected.accept = [-EACCES];
  const [failed, after] = [from.next(), from.next()];
  is((await rejects(() => failed, OSError)).code, "EACCES");
  equal(await after, { value: undefined, done: true });
});

test("connections: options are checked, a connected stream has no items", async () => {
  const { promises: p } = injecting();
  const [a, b] = await p.socketpair();
  using _a = a;
  using _b = b;
  await rejects(async () => a.connections({ onError: 5 } as never), TypeError, "onError must be a function");
  await rejects(async () => a.datagrams({ onerror() {} } as never), TypeError, /it takes signal, onError/);
  await rejects(() => a[Symbol.asyncIterator]().next(), TypeError, /no items/);
});
