// createConnection by Happy Eyeballs, createServer, socketpair, fromfd, sendFds, recvFds, each as a
// promise where it waits.
import { clock } from "../../shim/clock.js";
import { closeSync, openSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as blocking from "../../ts/index.js";
import { DELAY, interleave, race } from "../../ts/promises/happy-eyeballs.js";
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  ConnectionRefusedError,
  GaiError,
  OSError,
  SOCK_DGRAM,
  SOCK_STREAM,
  Socket,
  TimeoutError,
  close,
  createConnection,
  createServer,
  fromfd,
  getaddrinfo,
  recvFds,
  sendFds,
  socketpair,
} from "../../ts/promises/index.js";
import type { InetAddress } from "../../ts/base/types.js";
import { childAnswer } from "../child.js";
import { pathOf } from "../elsewhere.js";
import { noIPv6, noNetworkNamespace } from "../have.js";
import { equal, is, ok, openDescriptors, rejects, slow, test, throws } from "../suite.js";

type Any = Socket<any>;
const later = (ms: number) => new Promise(done => setTimeout(done, ms));

/** A listener that takes no connection: its queue is full, so that the kernel drops who comes. */
async function deaf(
  address: readonly [string, number],
  family: number,
): Promise<Disposable & { port: number }> {
  const listener: Any = new Socket(family, SOCK_STREAM);
  const first: Any = new Socket(family, SOCK_STREAM);
  const end = () => {
    listener.close();
    first.close();
  };
  try {
    await listener.bind(address);
    listener.listen(0);
    await first.connect(listener.getsockname());
  } catch (error) {
    end();
    throw error;
  }
  return { port: listener.getsockname()[1], [Symbol.dispose]: end };
}

/**
 * Loopback's addresses in the order in which they are tried; each with what `what` makes there, all
 * on one port.
 */
async function loopback<T>(
  ...what: ((host: string, port: number, family: number) => Promise<T>)[]
): Promise<[port: number, made: T[]]> {
  const hosts = (await getaddrinfo(null, 0, 0, SOCK_STREAM)).map(
    ([family, , , , [host]]) => [family, host] as const,
  );
  for (let tries = 0; ; tries++) {
    const made: T[] = [];
    using probe: Any = new Socket(hosts[0]![0], SOCK_STREAM);
    await probe.bind([hosts[0]![1], 0]);
    const port = probe.getsockname()[1];
    probe.close();
    try {
      for (const [i, make] of what.entries()) made.push(await make(hosts[i]![1], port, hosts[i]![0]));
      return [port, made];
    } catch (error) {
      for (const each of made) (each as Disposable)[Symbol.dispose]();
      if (tries > 20) throw error;
    }
  }
}
const silent = (host: string, port: number, family: number) => deaf([host, port], family);
const listening = (host: string, port: number, family: number) =>
  createServer([host, port], { family: family as typeof AF_INET });
/** Bound, not listening: who comes is refused. */
async function refusing(host: string, port: number, family: number): Promise<Any> {
  const s: Any = new Socket(family, SOCK_STREAM);
  await s.bind([host, port]);
  return s;
}

async function timed<T>(call: () => Promise<T>): Promise<[result: T, milliseconds: number]> {
  const start = performance.now();
  return [await call(), performance.now() - start];
}

test("interleave: families in turn, the first address's first, order kept", () => {
  const turns = (text: string) => interleave(text.split(" "), target => target.charCodeAt(0)).join(" ");
  equal(["a1 a2 a3 b1", "a1 b1 b2 a2 b3", "b1", "a1 b1 c1 a2 c2"].map(turns), [
    "a1 b1 a2 a3",
    "a1 b1 a2 b2 b3",
    "b1",
    "a1 b1 c1 a2 c2",
  ]);
  equal(
    interleave([], () => 0),
    [],
  );
});

/** Attempts that end as they are told: after so many milliseconds, well or not. */
function attempts(...ends: [ms: number, error?: Error][]) {
  const begun: number[] = [];
  const start = performance.now();
  const attempt = async (i: number) => {
    begun.push(performance.now() - start);
    const [ms, error] = ends[i]!;
    await later(ms);
    if (error) throw error;
    return i;
  };
  return {
    begun,
    run: (signal?: AbortSignal) =>
      race(
        clock,
        ends.map((_, i) => i),
        attempt,
        errors => new AggregateError(errors),
        signal,
      ),
  };
}
const refused = new ConnectionRefusedError("refused");
const gone = new OSError("gone");
/**
 * Each attempt began after so many delays: none is at once, however late a busy machine's timers
 * are.
 */
function began(times: number[], delays: number[]): void {
  is(times.length, delays.length);
  for (const [i, n] of delays.entries())
    ok(n === 0 ? times[i]! < DELAY - 5 : times[i]! >= n * DELAY - 5, `${times} for ${delays}`);
}

test("race: the next attempt begins after the delay, the first success counts", async () => {
  const { begun, run } = attempts([DELAY * 10], [DELAY * 1.5], [DELAY * 10], [1]);
  is(await run(), 1);
  began(begun, [0, 1, 2]);
});

test("race: a failure begins the next at once, an older one's does not", async () => {
  const first = attempts([10, refused], [10, gone], [10]);
  is(await first.run(), 2);
  began(first.begun, [0, 0, 0]);
  const second = attempts([DELAY * 1.4, refused], [DELAY * 3], [1]);
  is(await second.run(), 2);
  began(second.begun, [0, 1, 2]);
});

test("race: all errors, in the targets' order, whichever came first", async () => {
  const all = await rejects(() => attempts([DELAY * 1.5, refused], [10, gone]).run(), AggregateError);
  equal(all.errors, [refused, gone]);
  equal(
    (
      await rejects(
        () =>
          race(
            clock,
            [],
            () => Promise.reject(refused),
            errors => new AggregateError(errors),
          ),
        AggregateError,
      )
    ).errors,
    [],
  );
});

test("race: an error that is no OSError ends it", async () => {
  const wrong = new TypeError("wrong");
  const { begun, run } = attempts([5, wrong], [1]);
  is(await rejects(() => run(), TypeError), wrong);
  await later(20);
  is(begun.length, 1);
});

test("race: an abort ends it", async () => {
  const reason = new Error("enough");
  const controller = new AbortController();
  const { begun, run } = attempts([DELAY * 3], [DELAY * 3], [1]);
  setTimeout(() => controller.abort(reason), DELAY * 1.5);
  is(await rejects(() => run(controller.signal), Error), reason);
  await later(DELAY);
  is(begun.length, 2);
  is(await rejects(() => run(controller.signal), Error), reason);
  is(begun.length, 2);
});

test("createConnection: timeout and source address are the socket's", async () => {
  using server = await createServer(["127.0.0.1", 0]);
  using client = await createConnection(server.getsockname(), 2.5, ["127.0.0.2", 0]);
  equal(
    [client.gettimeout(), client.getsockname()[0], client.getpeername()],
    [2.5, "127.0.0.2", server.getsockname()],
  );
  using named = await createConnection(
    ["localhost", String(server.getsockname()[1])],
    null,
    ["localhost", 0],
    {},
  );
  equal([named.gettimeout(), named.getsockname()[0]], [null, "127.0.0.1"]);
  const [[connection]] = await Promise.all([server.accept(), named.sendall("hello")]);
  connection.close();
});

test(
  "createConnection: an address that is silent is left for the next after the delay",
  async () => {
    const [port, [hole, server]] = await loopback<Disposable>(silent, listening);
    using _ = hole!;
    using __ = server!;
    const before = openDescriptors().length;
    const [client, took] = await timed(() => createConnection([null, port]));
    equal(client.getpeername(), (server as Any).getsockname());
    is(openDescriptors().length, before + 1); // the other attempt is closed
    client.close();
    ok(took >= DELAY - 5 && took < 4 * DELAY * slow, `${took}`);
  },
  { skip: noIPv6 },
);

test(
  "createConnection: an address that refuses is left for the next at once",
  async () => {
    const [port, [one, server]] = await loopback<Any>(refusing, listening);
    using _ = one!;
    using __ = server!;
    const [client, took] = await timed(() => createConnection([null, port], 5));
    equal(client.getpeername(), server!.getsockname());
    client.close();
    ok(took < DELAY * slow, `${took}`);
  },
  { skip: noIPv6 },
);

test(
  "createConnection: the error of the last address, or each one's",
  async () => {
    const [port, [one, other]] = await loopback<Any>(refusing, refusing);
    using _ = one!;
    using __ = other!;
    const error = await rejects(() => createConnection([null, port]), ConnectionRefusedError);
    equal((error.address as unknown[])[0], other!.getsockname()[0]);
    const all = await rejects(
      () => createConnection([null, port], { allErrors: true }),
      AggregateError,
      "createConnection failed",
    );
    equal(
      all.errors.map((each: OSError) => [each.code, (each.address as unknown[])[0]]),
      [one!, other!].map(s => ["ECONNREFUSED", s.getsockname()[0]]),
    );
  },
  { skip: noIPv6 },
);

test(
  "createConnection: seconds bound each attempt",
  async () => {
    const [port, holes] = await loopback<Disposable>(silent, silent);
    using _ = holes[0]!;
    using __ = holes[1]!;
    const [, took] = await timed(() =>
      rejects(() => createConnection([null, port], 0.1), TimeoutError, "timed out"),
    );
    ok(took >= 195 && took < 1000 * slow, `${took}`);
    const all = await rejects(
      () => createConnection([null, port], 0.05, { allErrors: true }),
      AggregateError,
    );
    equal(
      all.errors.map((each: OSError) => each.code),
      ["ETIMEDOUT", "ETIMEDOUT"],
    );
  },
  { skip: noIPv6 },
);

test(
  "createConnection: an abort rejects with its reason and closes every attempt",
  async () => {
    const [port, holes] = await loopback<Disposable>(silent, silent);
    using _ = holes[0]!;
    using __ = holes[1]!;
    const before = openDescriptors();
    const reason = new Error("enough");
    for (const ms of [DELAY * 0.4, DELAY * 1.5]) {
      const controller = new AbortController();
      const connecting = rejects(() => createConnection([null, port], { signal: controller.signal }), Error);
      await later(ms);
      controller.abort(reason);
      is(await connecting, reason);
      equal(openDescriptors(), before);
    }
    is(
      await rejects(() => createConnection([null, port], { signal: AbortSignal.abort(reason) }), Error),
      reason,
    );
    is(
      await rejects(
        () => createConnection("no address" as never, { signal: AbortSignal.abort(reason) }),
        Error,
      ),
      reason,
    );
  },
  { skip: noIPv6 },
);

test("createConnection: what is wrong is said before anything is opened", async () => {
  await rejects(
    () => createConnection("127.0.0.1" as never),
    TypeError,
    'createConnection: address must be [host, port], got "127.0.0.1"',
  );
  await rejects(
    () => createConnection(["127.0.0.1", 1], -1),
    RangeError,
    /^seconds must be 0\.\.\d+ or null, got -1$/,
  );
  await rejects(
    () => createConnection(["127.0.0.1", 1], undefined, "::1" as never),
    TypeError,
    /^bind: address must be \[host: string, port: number\]/,
  );
  await rejects(() => createConnection(["127.0.0.1", "no such service"]), GaiError);
});

test(
  "isolated: createConnection to a name of many addresses finds the one that answers",
  async () => {
    const answer = await childAnswer(
      `
    import { serveNames } from ${JSON.stringify(new URL("../nameserver.js", import.meta.url).href)};
    import * as P from ${JSON.stringify(new URL("../../ts/promises/index.js", import.meta.url).href)};
    await serveNames({ "many.test": ["192.0.2.1", "127.0.0.3", "127.0.0.4", "127.0.0.5", "2001:db8::1", "::1"], "silent.test": null });
    const server = await P.createServer(["127.0.0.4", 0]), port = server.getsockname()[1];
    const silent = new P.Socket(), first = new P.Socket();
    await silent.bind(["127.0.0.5", port]);
    silent.listen(0);
    await first.connect(silent.getsockname());
    const client = await P.createConnection(["many.test", port]);
    const controller = new AbortController(), start = performance.now();
    setTimeout(() => controller.abort(new Error("enough")), 50);
    const failure = await P.createConnection(["silent.test", 80], { signal: controller.signal }).catch(error => error.message);
    console.log(JSON.stringify([client.getpeername()[0], failure, performance.now() - start < 1500]));
    for (const socket of [client, server, silent, first]) socket.close();`,
      { isolated: true },
    );
    equal(answer, ["127.0.0.4", "enough", true]);
  },
  { skip: noNetworkNamespace, seconds: 20 },
);

test("createServer: by a name, by options, as the blocking one", async () => {
  using server = await createServer(["localhost", 0], { backlog: 3 });
  is(server.getsockname()[0], "127.0.0.1");
  using one = await createServer(["127.0.0.1", 0], { reusePort: true });
  using two = await createServer(one.getsockname(), { reusePort: true, backlog: 1 });
  equal(one.getsockname(), two.getsockname());
  using client = await createConnection(server.getsockname());
  const [connection, address] = await server.accept();
  connection.close();
  equal(address, client.getsockname());
});

test("createServer: failures leave nothing open", async () => {
  using server = await createServer(["127.0.0.1", 0]);
  const error = await rejects(() => createServer(server.getsockname()), OSError);
  equal([error.code, error.address], ["EADDRINUSE", server.getsockname()]);
  await rejects(() => createServer(["127.0.0.1", 0], { dualstackIPv6: true }), RangeError);
  await rejects(() => createServer(["127.0.0.1", 0], { backlog: 0.5 }), RangeError, /^backlog/);
  await rejects(() => createServer(["a..b", 0]), GaiError);
  const reason = new Error("before");
  is(
    await rejects(() => createServer(["127.0.0.1", 0], { signal: AbortSignal.abort(reason) }), Error),
    reason,
  );
});

test(
  "createServer: dual-stack takes IPv4, too",
  async () => {
    using server = await createServer(["", 0] as unknown as InetAddress, {
      family: AF_INET6,
      dualstackIPv6: true,
    });
    using _ = await createConnection(["127.0.0.1", server.getsockname()[1]]);
    const [connection] = await server.accept();
    is(connection.getpeername()[0], "::ffff:127.0.0.1");
    connection.close();
  },
  { skip: noIPv6 || (blocking.hasDualstackIPv6() ? undefined : "no dual-stack sockets here") },
);

test("socketpair: two ends that wait on the loop", async () => {
  const [a, b] = socketpair();
  using _ = a;
  using __ = b;
  equal([a.family, a.type, a.gettimeout()], [AF_UNIX, SOCK_STREAM, null]);
  const received = b.recv(10);
  setTimeout(() => a.sendall("ping"), 5);
  is((await received).toString(), "ping");
  const [c, d] = socketpair(AF_UNIX, SOCK_DGRAM);
  using ___ = c;
  using ____ = d;
  is(c.type, SOCK_DGRAM);
  is(throws(() => socketpair(AF_INET, SOCK_STREAM), OSError).code, "ENOTSUP");
});

test("fromfd: a duplicate of a blocking descriptor, which does not block here", async () => {
  const [a, b] = blocking.socketpair();
  using _ = b;
  using copy = fromfd(a.fileno(), AF_UNIX, SOCK_STREAM);
  a.close();
  const received = copy.recv(10);
  setTimeout(() => b.sendall("x"), 5);
  is((await received).toString(), "x");
  is(throws(() => fromfd(1 << 20, AF_UNIX, SOCK_STREAM), OSError).code, "EBADF");
  throws(() => fromfd(-1, AF_UNIX, SOCK_STREAM), RangeError);
});

test("sendFds, recvFds: a file arrives under another number", async () => {
  const [a, b] = socketpair();
  using _ = a;
  using __ = b;
  const receiving = recvFds(b, 10, 5);
  const file = openSync(fileURLToPath(import.meta.url), "r");
  is(await sendFds(a, ["x", "y"], [file]), 2);
  closeSync(file);
  const [data, fds, flags, address] = await receiving;
  equal([data.toString(), fds.length, flags, address], ["xy", 1, 0, null]);
  equal(readFileSync(pathOf(fds[0]!)), readFileSync(fileURLToPath(import.meta.url)));
  close(fds[0]!);
});

test("sendFds, recvFds: aborts and errors", async () => {
  const [a, b] = socketpair();
  const reason = new Error("enough");
  const controller = new AbortController();
  const { signal } = controller;
  using _ = a;
  using __ = b;
  const receiving = recvFds(b, 10, 5, { signal });
  setTimeout(() => controller.abort(reason), 5);
  is(await rejects(() => receiving, Error), reason);
  is(await rejects(() => sendFds(a, ["x"], [0], { signal }), Error), reason);
  is(await rejects(() => sendFds(a, ["x"], [0], 0, null, { signal }), Error), reason);
  await rejects(
    () => sendFds(a, ["x"], ["3" as unknown as number]),
    TypeError,
    'descriptor must be a number, got "3"',
  );
  await rejects(() => recvFds(b, 1, -1), RangeError, /maxfds must be an integer 0\.\.65535/);
  is((await rejects(() => sendFds(a, ["x"], [1 << 20]), OSError)).code, "EBADF");
  b.setblocking(false);
  is((await rejects(() => recvFds(b, 10, 5), OSError)).code, "EAGAIN");
});
