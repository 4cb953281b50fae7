// Every call that waits, ended in every way: what is left is no waiter, no descriptor, no handle of
// the loop and a socket that works.
import { spawnSync } from "node:child_process";
import { getEventListeners } from "node:events";
import { Socket, TimeoutError, type CallOptions } from "../../ts/promises/index.js";
import { runtime, textArguments } from "../runtime.js";
import { equal, is, ok, rejects, test } from "../suite.js";
import { pair } from "./connected.js";
import { handles, hostCalls } from "./loop.js";
import { calls, type Row } from "./waiting.js";

interface Waiting {
  readonly socket: Socket;
  readonly name: string;
  call(options?: CallOptions): Promise<unknown>;
  satisfy(): Promise<unknown>;
}

const later = (ms: number) => new Promise(done => setTimeout(done, ms));
const waiting = (socket: Socket) => socket._readiness.waiting;
const codeOf = (error: Error) => (error as { code?: string }).code;
/** connect(2) goes on by itself, and says so to whoever asks again. */
const connecting = (w: Waiting) => w.name.startsWith("connect");
const reason = new Error("enough");

const ends: Record<string, (w: Waiting) => Promise<void>> = {
  async "succeeds when it can"(w) {
    await Promise.all([
      w.call(),
      later(1).then(() => {
        is(waiting(w.socket), 1);
        return w.satisfy();
      }),
    ]);
  },
  async "is aborted, and the next call succeeds"(w) {
    const controller = new AbortController();
    const call = w.call({ signal: controller.signal });
    setTimeout(() => controller.abort(reason), 5);
    is(await rejects(() => call, Error), reason);
    is(waiting(w.socket), 0);
    await Promise.all([w.call(), w.satisfy()]).catch(error => {
      if (!connecting(w) || error.code !== "EALREADY") throw error;
    });
  },
  async "is aborted while another waits before it, which succeeds"(w) {
    const controller = new AbortController();
    const first = w.call();
    const second = rejects(() => w.call({ signal: controller.signal }), Error);
    await later(5);
    controller.abort(reason);
    const error = await second;
    ok(error === reason || (connecting(w) && codeOf(error) === "EALREADY"), String(error));
    is(waiting(w.socket), 1);
    await Promise.all([first, w.satisfy()]);
  },
  async "is aborted in the turn in which it begins"(w) {
    const controller = new AbortController();
    const call = w.call({ signal: controller.signal });
    controller.abort(reason);
    is(await rejects(() => call, Error), reason);
    is(waiting(w.socket), 0);
  },
  async "asks the system nothing when it was aborted before"(w) {
    equal(
      await hostCalls(w.socket._core.host, async () =>
        is(await rejects(() => w.call({ signal: AbortSignal.abort(reason) }), Error), reason),
      ),
      [],
    );
    is(waiting(w.socket), 0);
  },
  async "is aborted by AbortSignal.timeout()"(w) {
    is(
      (await rejects(() => w.call({ signal: AbortSignal.timeout(10) }), DOMException as never)).name,
      "TimeoutError",
    );
    is(waiting(w.socket), 0);
  },
  async "is aborted long before it would time out"(w) {
    w.socket.settimeout(1000);
    const controller = new AbortController();
    const call = w.call({ signal: controller.signal });
    setTimeout(() => controller.abort(reason), 1);
    is(await rejects(() => call, Error), reason);
    is(waiting(w.socket), 0);
  },
  async "times out"(w) {
    w.socket.settimeout(0.02);
    await rejects(() => w.call(), TimeoutError, "timed out");
    is(waiting(w.socket), 0);
  },
  async "is rejected by close()"(w) {
    const call = w.call();
    const also = w.call().then(
      () => "",
      error => error.code,
    );
    setTimeout(() => w.socket.close(), 5);
    is(codeOf(await rejects(() => call, Error, /closed while the call waited/)), "EBADF");
    is(await also, connecting(w) ? "EALREADY" : "EBADF");
    is(waiting(w.socket), 0);
  },
  async "is rejected by detach()"(w) {
    const call = w.call();
    await later(1);
    const fd = w.socket.detach();
    is(codeOf(await rejects(() => call, Error, /detached while the call waited/)), "EBADF");
    new Socket(w.socket.family, w.socket.type, w.socket.proto, fd).close();
  },
  async "is rejected on a closed socket"(w) {
    w.socket.close();
    is(codeOf(await rejects(() => w.call(), Error)), "EBADF");
  },
  async "fails at once in non-blocking mode"(w) {
    w.socket.settimeout(0);
    const error = await rejects(() => w.call(), Error);
    if (w.name === "sendfile") is(error.message, "non-blocking sockets are not supported");
    else is(codeOf(error), connecting(w) ? "EINPROGRESS" : "EAGAIN");
    is(waiting(w.socket), 0);
  },
};

/** Runs a test's body; afterwards the loop has the handles that it had before. */
async function tidily(body: () => Promise<void>): Promise<void> {
  const turn = () => new Promise(setImmediate);
  for (const s of await pair()) s.close(); // starts the poller, which stays
  await turn(); // what was before may have ended within the poller's
  const before = await handles();
  await body();
  for (let i = 0; i < 3; i++) await turn(); // libuv closes handles in a turn of its own
  equal(await handles(), before);
}

test("recv: the first wait starts the poller, and a process has one", async () => {
  const before = await handles();
  const sockets = (await Promise.all([pair(), pair()])).flat();
  const received = sockets.map(s => s.recv(1));
  await Promise.all([...sockets.map(s => s.send("x")), ...received]);
  for (const s of sockets) s.close();
  const { poll: one = 0, "poll*": held = 0, ...others } = await handles();
  const { poll: _, "poll*": __, ...same } = before;
  // Node hears of a thread that watches by an async handle.
  const threaded = runtime !== "node" || process.env.BERKELEY_SOCKETS_POLLER === "thread";
  is(one + held, threaded ? 0 : 1);
  equal({ ...others, async: 0, "async*": 0 }, { ...same, async: 0, "async*": 0 });
});

for (const [name, row] of Object.entries(calls)) {
  for (const [end, run] of Object.entries(ends))
    test(`${name}: ${end}`, () =>
      tidily(async () => {
        const [socket, peer, ...others] = await row.make();
        const address = socket.getsockname();
        const to = peer.getsockname();
        try {
          await run({
            socket,
            name,
            call: options => row.call(socket, to, options),
            satisfy: () => row.satisfy(peer, address),
          });
        } finally {
          for (const s of [socket, peer, ...others]) s.close();
        }
        is(waiting(socket), 0);
      }));

  test(`${name}: is not lost when its socket is dropped, and is all that keeps it`, () =>
    tidily(async () => {
      const { dropped, call, peer, address, others } = await drop(row);
      try {
        await collected();
        ok(dropped.deref() !== undefined, "collected while its call waits");
        await Promise.all([call, row.satisfy(peer, address)]);
        await collected();
        // Bun's collector finds it late now and then: it takes what it sees on the stack for
        // references.
        for (let i = 0; i < 100 && runtime === "bun" && dropped.deref() !== undefined; i++) await collected();
        ok(dropped.deref() === undefined, "kept though nothing waits");
        for (let i = 0; i < 100 && warnings.length === 0; i++)
          await (runtime === "bun" ? collected() : later(1));
        equal(
          warnings.splice(0).map(warning => warning.name),
          ["ResourceWarning"],
        );
      } finally {
        for (const s of [peer, ...others]) s.close();
      }
    }));
}

// What is collected says so; these are expected.
const warnings: Error[] = [];
process.removeAllListeners("warning").on("warning", warning => warnings.push(warning));

/** Looking through a WeakRef holds what it shows until the turn ends. */
async function collected(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await later(1);
    global.gc!();
  }
  await later(1);
}

/** A waiting call whose socket nobody else holds. */
async function drop(row: Row) {
  const [socket, peer, ...others] = await row.make();
  return {
    dropped: new WeakRef(socket),
    call: row.call(socket, peer.getsockname()),
    peer,
    others,
    address: socket.getsockname(),
  };
}

test("one signal for many calls: no warning, all are rejected in the order of the calls, none keeps the signal", () =>
  tidily(async () => {
    const pairs = await Promise.all(Array.from({ length: 30 }, () => pair()));
    const controller = new AbortController();
    const { signal } = controller;
    const order: unknown[] = [];
    warnings.length = 0;
    const waits = pairs.map(([a], i) =>
      a.recv(1, { signal }).then(String, error => {
        order.push(error === reason ? i : codeOf(error));
      }),
    );
    await later(5);
    equal(getEventListeners(signal, "abort").length, 1);
    await pairs[7]![1].send("x"); // one that is served
    is(await waits[7], "x");
    pairs[8]![0].close(); // one that fails
    await waits[8];
    controller.abort(reason);
    await Promise.all(waits);
    equal(order, ["EBADF", ...pairs.map((_, i) => i).filter(i => i !== 7 && i !== 8)]);
    for (const s of pairs.flat()) s.close();
    equal([warnings, getEventListeners(signal, "abort").length], [[], 0]);
  }));

test("a signal that is never aborted: nothing of a call that was served stays with it", () =>
  tidily(async () => {
    const [a, b] = await pair();
    const { signal } = new AbortController();
    const received = a.recv(1, { signal });
    is(getEventListeners(signal, "abort").length, 1);
    await b.send("x");
    is(String(await received), "x");
    is(getEventListeners(signal, "abort").length, 0);
    a.close();
    b.close();
  }));

test("for await: ends with the socket, whether it is closed or detached while it waits", () =>
  tidily(async () => {
    for (const name of ["accept", "recvfrom"])
      for (const end of ["close", "detach"] as const) {
        const [socket, peer] = await calls[name]!.make();
        const iterating = (async () => {
          for await (const _ of socket) throw new Error("nothing was sent");
        })();
        await later(2);
        is(waiting(socket), 1);
        const fd = socket[end]();
        await iterating;
        is(waiting(socket), 0);
        if (fd !== undefined) new Socket(undefined, undefined, undefined, fd).close();
        peer.close();
      }
  }));

test("for await: a timeout is its error, and what comes later is for the next loop", () =>
  tidily(async () => {
    for (const name of ["accept", "recvfrom"]) {
      const { make, satisfy } = calls[name]!;
      const [socket, peer] = await make();
      socket.settimeout(0.02);
      await rejects(async () => {
        for await (const _ of socket) throw new Error("nothing was sent");
      }, TimeoutError);
      socket.settimeout(null);
      void satisfy(peer, socket.getsockname());
      for await (const [item] of socket) {
        if (item instanceof Socket) item.close();
        else is(String(item), "x");
        break;
      }
      ok(socket.fileno() >= 0);
      socket.close();
      peer.close();
    }
  }));

test("for await: a connected stream has no items", async () => {
  const [a, b] = await pair();
  using _a = a;
  using _b = b;
  await rejects(
    async () => {
      for await (const _ of a) break;
    },
    TypeError,
    /no items: use recv\(\), toDuplex\(\) or toWeb\(\)/,
  );
});

test("the process ends by itself once nobody waits, and not before", () => {
  const script = `
    import { AF_INET, SOCK_DGRAM, Socket } from ${JSON.stringify(new URL("../../ts/promises/index.js", import.meta.url).href)};
    const a = new Socket(AF_INET, SOCK_DGRAM), b = new Socket(AF_INET, SOCK_DGRAM);
    await a.bind(["127.0.0.1", 0]);
    setTimeout(() => b.sendto("x", a.getsockname()), 30);
    console.log(String(await a.recv(10)));
    b.recv(1).catch(() => {}), b.unref();
    const controller = new AbortController();
    a.recv(1, { signal: controller.signal }).catch(error => console.log(error.name));
    controller.abort();
  `;
  const { status, stdout, stderr } = spawnSync(process.execPath, textArguments([], script), {
    encoding: "utf8",
    timeout: 10_000,
  });
  is(stderr, "");
  is(stdout, "x\nAbortError\n");
  is(status, 0);
});
