// Code of the caller's that runs in the midst of a try, and ends the call, gives its socket up or
// makes other calls; and a wait that can't begin.
import { closeSync, openSync } from "node:fs";
import {
  AF_UNIX,
  EMFILE,
  MSG_WAITALL,
  POLLIN,
  SHUT_WR,
  SOCK_STREAM,
  type Socket,
  socketpair,
  type CallOptions,
  close,
} from "../../ts/promises/index.js";
import { lengthOf } from "../../ts/base/views.js";
import { Child } from "../child.js";
import { equal, is, test } from "../suite.js";
import { pendingLookups } from "./pending-lookups.js";
import { code, pause, soon } from "./settling.js";

/** Sends until nothing more fits; the count. */
async function fill(s: Socket): Promise<number> {
  s.settimeout(0);
  let sent = 0;
  for (let full = false; !full; ) {
    try {
      sent += await s.send(Buffer.alloc(4096));
    } catch (error) {
      is((error as { code?: string }).code, "EAGAIN");
      full = true;
    }
  }
  s.settimeout(null);
  return sent;
}

/** All that comes behind the first `skipped` bytes, until the end or nothing more comes. */
async function rest(s: Socket, skipped: number): Promise<string> {
  let text = "";
  s.settimeout(0.2);
  for (;;) {
    const data = await s.recv(1 << 16).catch(() => Buffer.alloc(0));
    if (data.length === 0) return text.slice(skipped);
    text += data.toString("latin1");
  }
}

/** Five pieces of four bytes, `act` before the third. */
const source = (act: () => void) => {
  let reads = 0;
  return {
    read() {
      reads++;
      if (reads === 3) act();
      return reads <= 5 ? Buffer.alloc(4, 64 + reads) : Buffer.alloc(0);
    },
  };
};

const ends: Record<string, { act: (s: Socket, stop: AbortController) => void; code: string }> = {
  abort: { act: (_, stop) => stop.abort("enough"), code: "ECANCELED" },
  close: { act: s => s.close(), code: "EBADF" },
  detach: {
    act(s) {
      close(s.detach());
    },
    code: "EBADF",
  },
};

for (const [name, { act, code: expected }] of Object.entries(ends)) {
  for (const waits of [false, true]) {
    test(`sendfile: ${name} in read(), ${waits ? "of a call that waits" : "at the first try"}`, async () => {
      const [a, b] = await socketpair();
      using _a = a;
      using _b = b;
      const filled = waits ? await fill(a) : 0;
      const stop = new AbortController();
      const sending = a.sendfile(
        source(() => act(a, stop)),
        { signal: stop.signal },
      );
      const behind = code(a.sendall("behind"));
      const told = (error: { code: string; bytesSent: number }) => [error.code, error.bytesSent];
      const came = rest(b, filled);
      equal(await soon(sending.then(String, told)), [expected, 8]);
      is(await soon(behind), name === "abort" ? "resolved: undefined" : "EBADF");
      is(await came, `AAAABBBB${name === "abort" ? "behind" : ""}`);
      is(a._waiters, 0);
    });
  }
}

test("sendfile: an abort in read() ends a call that waits afterwards", async () => {
  const [a, b] = await socketpair();
  using _a = a;
  using _b = b;
  const stop = new AbortController();
  const endless = {
    read(size: number) {
      stop.abort("enough");
      return Buffer.alloc(size);
    },
  };
  is(await soon(a.sendfile(endless, { signal: stop.signal }).catch((reason: unknown) => reason)), "enough");
});

test("sendfile: what read() sends on the socket is sent behind the file", async () => {
  for (const waits of [false, true]) {
    const [a, b] = await socketpair();
    using _a = a;
    using _b = b;
    const filled = waits ? await fill(a) : 0;
    let inner: Promise<unknown> | undefined;
    const sending = a.sendfile(
      source(() => {
        inner = a.sendall("inner");
      }),
    );
    const came = rest(b, filled);
    is(await soon(sending), 20);
    await soon(inner!);
    is(await came, "AAAABBBBCCCCDDDDEEEEinner");
  }
});

test("sendfile: a getter `fd` that closes the socket sends nothing to its number", async () => {
  const [a, b] = await socketpair();
  using _a = a;
  using _b = b;
  const fd = openSync(process.execPath, "r");
  let asked = 0;
  const others: Socket[] = [];
  const file = {
    get fd() {
      if (++asked === 3) {
        a.close();
        others.push(...socketpair(AF_UNIX, SOCK_STREAM));
      }
      return fd;
    },
  };
  try {
    is(await soon(code(a.sendfile(file, 0, 1000))), "EBADF");
    for (const s of others) {
      s.settimeout(0);
      is(await code(s.recv(10)), "EAGAIN");
    }
  } finally {
    for (const s of others) s.close();
    closeSync(fd);
  }
});

test("shutdown in read(): the call ends with EPIPE, and so does the one behind it", async () => {
  const [a, b] = await socketpair();
  using _a = a;
  using _b = b;
  const sending = a.sendfile(source(() => a.shutdown(SHUT_WR)));
  const behind = code(a.sendall("behind"));
  equal(
    await soon(
      sending.then(String, (error: { code: string; bytesSent: number }) => [error.code, error.bytesSent]),
    ),
    ["EPIPE", 8],
  );
  is(await soon(behind), "EPIPE");
  is(await rest(b, 0), "AAAABBBB");
});

test("poller: where it can't be started, calls that would wait end, with what they have", async () => {
  const module = pendingLookups({ startWatching: () => -EMFILE });
  const [a, b] = module.socketpair();
  using _a = a;
  using _b = b;
  a.settimeout(0.05);
  is(await soon(code(a.recv(10))), "EMFILE");
  is(await soon(code(module.poll([[a, POLLIN]]))), "EMFILE");
  await pause(100); // nothing is left of them whose time could run out
  await b.send("abc");
  is(String(await soon(a.recv(6, MSG_WAITALL))), "abc");
  const error = await a.sendall(Buffer.alloc(1 << 22)).catch((error: { code: string }) => error);
  const { code: why, bytesSent } = error as { code: string; bytesSent: number };
  is(why, "EMFILE");
  b.settimeout(0);
  let came = 0;
  for (let n = 1; n > 0; came += n) n = await b.recv(1 << 20).then(lengthOf, () => 0);
  is(came, bytesSent);
  const stream = b.toDuplex();
  const failed = new Promise(resolve => {
    stream.on("error", resolve);
  });
  is(((await soon(failed)) as { code?: string }).code, "EMFILE");
  is(a._waiters, 0);
});

test("signal: what its addEventListener throws is the call's error, and leaves nothing behind", async () => {
  const [a, b] = await socketpair();
  using _a = a;
  using _b = b;
  const { signal } = new AbortController();
  Object.defineProperty(signal, "addEventListener", {
    value() {
      throw new RangeError("no listeners");
    },
  });
  const calls: ((options: CallOptions) => Promise<unknown>)[] = [
    options => a.recv(10, options),
    options => a.ready(1, options),
  ];
  for (const call of calls)
    is(await soon(call({ signal }).catch((error: Error) => error.message)), "no listeners");
  is(a._waiters, 0);
  const waiting = a.recv(10);
  await b.send("x");
  is(String(await soon(waiting)), "x");
});

test(
  "poller: a process without descriptors goes on when there are some again",
  async () => {
    const { status, stdout, stderr } = await new Child(
      `
      const P = await import(${JSON.stringify(new URL("../../lib/promises.js", import.meta.url).href)});
      const fs = await import("node:fs");
      const [a, b] = P.socketpair();
      const files = [];
      try { for (;;) files.push(fs.openSync("/dev/null")); } catch {}
      a.settimeout(0.05);
      const first = await a.recv(10).catch(error => error.code);
      for (const fd of files) fs.closeSync(fd);
      await new Promise(done => setTimeout(done, 100));
      const waiting = a.recv(10);
      await b.send("later");
      console.log(first, String(await waiting));
      a.close();
      b.close();`,
      { descriptors: 60 },
    ).ended;
    equal([status, stdout, stderr], [0, "EMFILE later\n", ""]);
  },
  { seconds: 30 },
);

test("signal: one that is aborted within its own addEventListener ends the call", async () => {
  const [a, b] = await socketpair();
  using _a = a;
  using _b = b;
  const stop = new AbortController();
  const add = stop.signal.addEventListener;
  stop.signal.addEventListener = function (this: AbortSignal, ...rest: Parameters<typeof add>) {
    add.apply(this, rest);
    stop.abort("enough");
  };
  is(await soon(a.recv(5, { signal: stop.signal }).catch((reason: unknown) => reason)), "enough");
  await b.send("next");
  is(String(await soon(a.recv(5))), "next");
});

/** What comes to the process while `body` runs. */
async function uncaught(body: () => Promise<void>): Promise<unknown[]> {
  const errors: unknown[] = [];
  const listen = (error: unknown) => errors.push(error);
  const others = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", listen);
  try {
    await body();
    await pause(5);
  } finally {
    process.off("uncaughtException", listen);
    for (const other of others) process.on("uncaughtException", other);
  }
  return errors;
}

test("signal: what its removeEventListener throws is the process's, and the call has what came", async () => {
  const thrown = new Error("never removed");
  const { signal } = new AbortController();
  signal.removeEventListener = () => {
    throw thrown;
  };
  const [a, b] = await socketpair();
  using _a = a;
  using _b = b;
  const module = pendingLookups();
  const errors = await uncaught(async () => {
    const receiving = a.recv(10, { signal });
    await b.send("data");
    is(String(await soon(receiving)), "data");
    const polling = module.poll([[a.fileno(), POLLIN]], null, { signal });
    await b.send("more");
    equal(await soon(polling), [[a.fileno(), POLLIN]]);
    const looking = module.getaddrinfo("some.name", 80, { signal });
    module.ends[0]!();
    is(((await soon(looking)) as unknown[]).length, 1);
    a.settimeout(0.01);
    is(await soon(code(a.recv(10, MSG_WAITALL, { signal }))), "resolved: more");
    is(await soon(code(a.recv(10, { signal }))), "ETIMEDOUT");
  });
  equal(errors, [thrown, thrown, thrown, thrown, thrown]);
  is(a._waiters, 0);
});

test("signal: what runs in its removeEventListener takes nothing of what came", async () => {
  const [a, b] = await socketpair();
  const [c, d] = await socketpair();
  using _a = a;
  using _b = b;
  using _c = c;
  using _d = d;
  const { signal } = new AbortController();
  let other: Promise<[Buffer, unknown]> | undefined;
  await d.send("other");
  signal.removeEventListener = () => {
    other = c.recvfrom(10);
  };
  const receiving = a.recvfrom(10, { signal });
  await b.send("mine!");
  is(String((await soon(receiving))[0]), "mine!");
  is(String((await other!)[0]), "other");
});

test("signal: what its getter of the reason throws is the reason, for all that wait with it", async () => {
  const thrown = new Error("no reason");
  const stop = new AbortController();
  const { signal } = stop;
  Object.defineProperty(signal, "reason", {
    get() {
      throw thrown;
    },
  });
  const [a, b] = await socketpair();
  using _a = a;
  using _b = b;
  const module = pendingLookups();
  const errors = await uncaught(async () => {
    const waiting = [
      a.recv(10, { signal }),
      a.ready(POLLIN, { signal }),
      module.poll([[a.fileno(), POLLIN]], null, { signal }),
      module.poll([], null, { signal }),
      module.getaddrinfo("some.name", 80, { signal }),
    ].map(call => call.catch((error: unknown) => error));
    await pause(5);
    stop.abort();
    for (const each of waiting) is(await soon(each as Promise<unknown>), thrown);
    is(await soon(a.recv(10, { signal }).catch((error: unknown) => error)), thrown);
    module.ends[0]!();
  });
  equal(errors, []);
  is(a._waiters, 0);
});

test("getaddrinfo: one that is aborted within its signal's addEventListener asks nothing", async () => {
  const module = pendingLookups();
  const stop = new AbortController();
  stop.signal.addEventListener = () => stop.abort("enough");
  const { signal } = stop;
  is(
    await soon(module.getaddrinfo("some.name", 80, { signal }).catch((reason: unknown) => reason)),
    "enough",
  );
  equal(module.begun, []);
});
