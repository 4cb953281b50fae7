// Workers: their waits return to JavaScript, so that they can be ended; their descriptors end with
// them; modes as on the main thread.
import { fileURLToPath } from "node:url";
import {
  AF_UNIX,
  SHUT_RD,
  SHUT_WR,
  SOCK_DGRAM,
  SOCK_STREAM,
  Socket,
  getdefaulttimeout,
  socketpair,
} from "../../ts/index.js";
import { Child, message, sleep, terminated, worker, workerAnswer } from "../child.js";
import { noProc } from "../have.js";
import { fillBacklog, listener, fillSendBuffer, tcp } from "../pairs.js";
import { runtime } from "../runtime.js";
import { equal, is, leftOpen, match, ok, openDescriptors, test } from "../suite.js";

const seconds = 20;
const MOST = 1000; // milliseconds that a blocked worker may take to end

// Calls that wait for ever, on the descriptor `data`, which the test lends.
const waits: Record<string, { lend: () => [Socket, ...Socket[]]; call: string }> = {
  recv: { lend: socketpair as () => [Socket, Socket], call: "s.recv(1)" },
  recvfrom: { lend: () => socketpair(AF_UNIX, SOCK_DGRAM), call: "s.recvfrom(1)" },
  recvmsg: { lend: tcp, call: "s.recvmsg(1, 100)" },
  recvInto: { lend: tcp, call: "s.recvInto(new Uint8Array(1))" },
  "recv with MSG_WAITALL": {
    lend: () => {
      const [a, b] = tcp();
      b.send("x");
      return [a, b];
    },
    call: "s.recv(5, S.MSG_WAITALL)",
  },
  "recvmsg with MSG_WAITALL": {
    lend: () => {
      const [a, b] = tcp();
      b.send("x");
      return [a, b];
    },
    call: "s.recvmsg(5, 0, S.MSG_WAITALL); s.recv(9)",
  },
  send: {
    lend: () => {
      const [a, b] = socketpair();
      fillSendBuffer(a);
      return [a, b];
    },
    call: 's.send("x")',
  },
  sendall: {
    lend: () => {
      const [a, b] = socketpair();
      return [a, b];
    },
    call: "s.sendall(new Uint8Array(16 << 20))",
  },
  sendmsg: {
    lend: () => {
      const [a, b] = socketpair();
      fillSendBuffer(a);
      return [a, b];
    },
    call: 's.sendmsg(["x"])',
  },
  accept: { lend: () => [listener()], call: "s.accept()" },
  poll: { lend: socketpair as () => [Socket, Socket], call: "S.poll([[s, S.POLLIN]])" },
  "a long timeout": { lend: socketpair as () => [Socket, Socket], call: "s.settimeout(1000); s.recv(1)" },
  "a line of a file": { lend: socketpair as () => [Socket, Socket], call: 's.makefile("r").readline()' },
  sendfile: {
    lend: () => {
      const [a, b] = socketpair();
      return [a, b];
    },
    call: 'const fs = await import("node:fs"); const f = fs.openSync(process.execPath, "r"); try { s.sendfile(f); } finally { fs.closeSync(f); }',
  },
};
for (const name in waits)
  test(
    `terminate: a worker blocked in ${name} ends within a second`,
    async () => {
      const { lend, call } = waits[name]!;
      const sockets = lend();
      try {
        const w = worker(
          `const s = new S.Socket(undefined, undefined, undefined, data); post("ready"); ${call}; post("returned");`,
          sockets[0].fileno(),
        );
        is(await message(w), "ready");
        const told: unknown[] = [];
        w.on("message", m => told.push(m));
        await sleep(250);
        equal(told, []);
        const took = await terminated(w, sockets[0].fileno());
        ok(took < MOST, `${took} ms`);
        equal(told, []);
      } finally {
        sockets[0].detach(); // the worker owned it, and closed it
        for (const s of sockets) s.close();
      }
    },
    { seconds },
  );

test(
  "terminate: a worker that waits for a connection ends within a second",
  async () => {
    using server = listener(0);
    const address = server.getsockname();
    const waiting: Socket[] = [];
    try {
      fillBacklog(address, waiting);
      const w = worker(
        `const s = new S.Socket(); post("ready"); s.connect(data); post("returned");`,
        address,
      );
      is(await message(w), "ready");
      await sleep(250);
      const took = await terminated(w);
      ok(took < MOST, `${took} ms`);
    } finally {
      for (const s of waiting) s.close();
    }
  },
  { seconds },
);

test(
  "terminate: a worker that is loading the addon does not take the process with it",
  async () => {
    const rounds = runtime === "deno" ? 1000 : 1e6; // Deno's has to come to its end
    const { status, stdout, stderr } = await new Child(`
    import { Worker } from "node:worker_threads";
    for (let i = 0; i < 20; i++) {
      const w = new Worker('const { parentPort, workerData } = require("node:worker_threads"); parentPort.postMessage(0); for (let i = 0; i < ${rounds}; i++) process.dlopen({ exports: {} }, workerData)',
        { eval: true, execArgv: [], workerData: ${JSON.stringify(fileURLToPath(new URL("../../../build/Release/berkeley_sockets.node", import.meta.url)))} });
      await new Promise(done => w.once("message", done));
      await new Promise(done => setTimeout(done, i));
      await w.terminate();
    }
    console.log("here");`).ended;
    equal([status, stdout, stderr], [0, "here\n", ""]);
  },
  { seconds: 30 },
);

test(
  "terminate: a worker's descriptors are closed, idle or blocked; detached ones are not",
  async () => {
    const before = openDescriptors();
    const idle = worker(
      `globalThis.kept = Array.from({ length: 40 }, () => new S.Socket()); globalThis.pair = S.socketpair();
        setInterval(() => {}, 1000); post(new S.Socket().detach());`,
    );
    const blocked = worker(
      `const list = Array.from({ length: 40 }, () => new S.Socket()); const [a, b] = S.socketpair();
        post(a.fileno()); a.recv(1);`,
    );
    const [detached, waiting] = await Promise.all([message<number>(idle), message<number>(blocked)]);
    const during = openDescriptors().length;
    ok(during >= before.length + 85, `${before.length}, then ${during}`);
    await Promise.all([idle.terminate(), terminated(blocked, waiting)]);
    const mine = new Socket(undefined, undefined, undefined, detached);
    is(mine.getsockname()[1], 0);
    mine.close();
    equal(await leftOpen(before), []);
  },
  { seconds, skip: noProc },
);

// Each opens without end, and a terminated worker runs no JavaScript between two calls: what a call
// opens is owned in that call.
const endless: Record<string, string> = {
  dup: "const a = new S.Socket(); post(0); for (;;) a.dup().close();",
  Socket: "post(0); for (;;) new S.Socket().close();",
  socketpair: "post(0); for (;;) for (const s of S.socketpair()) s.close();",
  fromfd:
    "const a = new S.Socket(); post(0); for (;;) S.fromfd(a.fileno(), S.AF_INET, S.SOCK_STREAM).close();",
  accept: `const server = S.createServer(["127.0.0.1", 0]), address = server.getsockname(); post(0);
    for (;;) { const c = new S.Socket(); c.connect(address); server.accept()[0].close(); c.close(); }`,
};
for (const name in endless)
  test(
    `terminate: of 25 workers in the middle of ${name}, none leaves a descriptor`,
    async () => {
      const before = openDescriptors().length;
      for (let i = 0; i < 25; i++) {
        const w = worker(endless[name]!);
        await message(w);
        await sleep(i % 5);
        await w.terminate();
      }
      is(openDescriptors().length, before, openDescriptors().join("\n"));
    },
    {
      seconds: 60,
      skip:
        noProc ||
        (runtime === "deno" &&
          "Deno goes on running a terminated worker that does not yield: tests/runtimes/programs/deno-busy-worker.mjs"),
    },
  );

test(
  "exit: a worker that ends by itself closes what it left open",
  async () => {
    const before = openDescriptors();
    const w = worker(
      `globalThis.kept = [new S.Socket(), ...S.socketpair()]; require("node:worker_threads").parentPort.close();`,
    );
    await new Promise(resolve => w.on("exit", resolve));
    equal(await leftOpen(before), []);
  },
  { seconds, skip: noProc },
);

test(
  "process.exit: a blocked worker does not hold it up",
  async () => {
    const start = performance.now();
    const { status, stdout, stderr } = await new Child(`
    import { Worker } from "node:worker_threads";
    const [a, b] = globalThis.kept = S.socketpair(); // Bun collects a constant that nothing uses any more
    const w = new Worker('import("node:worker_threads").then(async ({ parentPort, workerData }) => { const S = await import(workerData.index); const s = new S.Socket(undefined, undefined, undefined, workerData.fd); parentPort.postMessage(0); s.recv(1); })',
      { eval: true, workerData: { fd: b.detach(), index: ${JSON.stringify(new URL("../../ts/index.js", import.meta.url).href)} } });
    w.on("message", () => setTimeout(() => { const start = performance.now(); process.on("exit", () => {});
      console.log("leaving"); process.exit(7); }, 200));`).ended;
    equal([status, stdout, stderr], [7, "leaving\n", ""]);
    ok(performance.now() - start < 10_000);
  },
  { seconds },
);

test(
  "a worker's sockets: an echo over TCP with the main thread",
  async () => {
    const w = worker(`const server = S.createServer(["127.0.0.1", 0]); post(server.getsockname());
    const [c, from] = server.accept(); for (let data; (data = c.recv(1000)).length;) c.sendall(data);
      c.close(); server.close(); post(from);`);
    const address = await message(w);
    using s = new Socket();
    s.connect(address);
    for (const text of ["one", "two", "three"]) {
      s.sendall(text);
      is(s.recv(1000).toString(), text);
    }
    s.shutdown(1);
    is(s.recv(1).length, 0);
    equal(await message(w), s.getsockname());
    await w.terminate();
  },
  { seconds },
);

test(
  "a worker's blocking sockets: descriptors stay in blocking mode through connect and accept",
  async () => {
    const flags = await workerAnswer<number[]>(`
    const fs = require("node:fs"), nonblocking = s => parseInt(/^flags:\\s+(\\d+)$/m.exec(fs.readFileSync("/proc/self/fdinfo/" + s.fileno(), "latin1"))[1], 8) & 0o4000;
    const server = S.createServer(["127.0.0.1", 0]), client = new S.Socket(); client.connect(server.getsockname());
    const [accepted] = server.accept(), refused = new S.Socket(), errno = refused.connectEx(["127.0.0.1", 1]);
    const timed = new S.Socket(); timed.settimeout(5);
    const out = [...[server, client, accepted, refused, timed].map(nonblocking), errno];
    for (const s of [server, client, accepted, refused, timed]) s.close();
    post(out);`);
    equal(flags.slice(0, 5), [0, 0, 0, 0, 0o4000]);
    ok(flags[5]! > 0);
  },
  { seconds, skip: noProc },
);

test(
  "a worker's blocking sockets: MSG_DONTWAIT and MSG_ERRQUEUE do not wait",
  async () => {
    const codes = await workerAnswer<string[]>(`
    const s = new S.Socket(S.AF_INET, S.SOCK_DGRAM), full = S.socketpair(); s.bind(["127.0.0.1", 0]);
    const code = call => { try { call(); return "no error"; } catch (e) { return e.code; } };
    const out = [() => s.recv(1, S.MSG_DONTWAIT), () => s.recvfrom(1, S.MSG_DONTWAIT), () => s.recvmsg(1, 0, S.MSG_DONTWAIT), () => s.recvmsg(1, 100, S.MSG_ERRQUEUE),
      () => s.recvInto(new Uint8Array(1), 0, S.MSG_DONTWAIT), () => { for (;;) full[0].send(new Uint8Array(65536), S.MSG_DONTWAIT); }].map(code);
    s.close(); full[0].close(); full[1].close(); post(out);`);
    equal(codes, Array(6).fill("EAGAIN"));
  },
  { seconds },
);

test(
  "a worker's blocking sockets: MSG_WAITALL waits for all, and ends with the stream",
  async () => {
    const [a, b] = tcp();
    using _a = a;
    const w = worker(
      `const s = new S.Socket(undefined, undefined, undefined, data), buffer = new Uint8Array(4); post("ready");
    post(s.recv(4, S.MSG_WAITALL).toString());
      post([s.recvInto(buffer, 0, S.MSG_WAITALL), Buffer.from(buffer).toString()]);
    post(s.recvfrom(4, S.MSG_WAITALL)[0].toString()); post(s.recv(100, S.MSG_WAITALL).toString()); s.close();`,
      b.detach(),
    );
    const got: unknown[] = [];
    is(await message(w), "ready");
    w.on("message", m => got.push(m));
    for (const piece of ["ab", "c", "de", "fgh", "i", "jkl", "rest"]) {
      a.sendall(piece);
      await sleep(40);
    }
    while (got.length < 3) await sleep(10); // the worker may start late
    equal(got, ["abcd", [4, "efgh"], "ijkl"]);
    a.shutdown(1);
    await new Promise(resolve => w.on("exit", resolve));
    equal(got.slice(3), ["rest"]);
  },
  { seconds },
);

test(
  "a worker's blocking sockets: sendall sends all",
  async () => {
    const [a, b] = socketpair();
    using _b = b;
    const w = worker(
      `const s = new S.Socket(undefined, undefined, undefined, data);
        s.sendall(new Uint8Array(3 << 20).fill(7)); s.close(); post("sent");`,
      a.detach(),
    );
    const done = message(w);
    let got = 0;
    b.settimeout(10);
    for (;;) {
      const data = b.recv(1 << 20);
      if (data.length === 0) break;
      got += data.length;
    }
    is(got, 3 << 20);
    is(await done, "sent");
    await w.terminate();
  },
  { seconds },
);

test(
  "a worker's blocking sockets: connect waits for room in a UNIX backlog",
  async () => {
    using server = new Socket(AF_UNIX, SOCK_STREAM);
    server.bind("");
    server.listen(0);
    const address = server.getsockname();
    const waiting: Socket[] = [];
    for (let full = false; !full; ) {
      const s = new Socket(AF_UNIX, SOCK_STREAM);
      waiting.push(s);
      s.setblocking(false);
      full = s.connectEx(address) !== 0;
    }
    const w = worker(
      `const s = new S.Socket(S.AF_UNIX); post("ready"); s.connect(data); post("connected"); s.close();`,
      address,
    );
    is(await message(w), "ready");
    let connected = false;
    const then = message(w).then(() => {
      connected = true;
    });
    await sleep(100);
    is(connected, false);
    for (const _ of waiting.slice(0, -1)) server.accept()[0].close();
    await then;
    server.accept()[0].close();
    for (const s of waiting) s.close();
    await w.terminate();
  },
  { seconds },
);

test(
  "accept: of two workers at one listener the one that comes too late can still be ended",
  async () => {
    using server = listener();
    const script = `const s = new S.Socket(undefined, undefined, undefined, data), fd = s.fileno();
      post("ready"); const [c] = s.accept(); s.detach(); c.close(); post("accepted");`;
    const both = [worker(script, server.dup().detach()), worker(script, server.dup().detach())];
    await Promise.all(both.map(w => message(w)));
    const first = Promise.race(
      both.map(async w => {
        await message(w).catch(() => {});
        return w;
      }),
    );
    await sleep(100);
    using client = new Socket();
    client.connect(server.getsockname());
    await first;
    await sleep(150);
    for (const w of both) {
      const took = await terminated(w);
      ok(took < MOST, `${took} ms`);
    }
  },
  { seconds, leaks: true },
); // the worker that accepted had detached its listener

test(
  "setdefaulttimeout: each thread has its own",
  async () => {
    is(
      await workerAnswer(
        "S.setdefaulttimeout(5); const s = new S.Socket(); post(s.gettimeout()); s.close();",
      ),
      5,
    );
    is(getdefaulttimeout(), null);
  },
  { seconds },
);

test(
  "Socket: descriptors pass between threads by number",
  async () => {
    const [a, b] = socketpair();
    using _a = a;
    const w = worker(
      `const s = new S.Socket(undefined, undefined, undefined, data); s.sendall("from the worker");
        post(s.detach());`,
      b.detach(),
    );
    using back = new Socket(AF_UNIX, SOCK_STREAM, 0, await message<number>(w));
    is(a.recv(99).toString(), "from the worker");
    await w.terminate();
    back.sendall("still open");
    is(a.recv(99).toString(), "still open");
  },
  { seconds },
);

test(
  "receiving: what the main thread sends to a SharedArrayBuffer's view, a worker sees",
  async () => {
    const shared = new Int32Array(new SharedArrayBuffer(4));
    const [a, b] = socketpair();
    using _a = a;
    using _b = b;
    const w = worker(`Atomics.wait(data, 0, 0, 5000); post(data[0]);`, shared);
    a.sendall(Int32Array.of(42));
    is(b.recvInto(shared), 4);
    Atomics.notify(shared, 0);
    is(await message(w), 42);
    await w.terminate();
  },
  { seconds },
);

test(
  "sockets of a worker are found by the collector too",
  async () => {
    const opened =
      await workerAnswer<number>(`const { readdirSync } = require("node:fs"), count = () => readdirSync("/proc/self/fd").length, before = count();
    process.removeAllListeners("warning"); process.on("warning", () => {});
    for (let i = 0; i < 1000; i++) new S.Socket(); post(count() - before);`);
    ok(opened <= 300, `${opened} open`);
  },
  { seconds, skip: noProc },
);

// Each sends on the descriptor `data` more than there is room for; what it comes to.
const sends: Record<string, { call: string; told: RegExp }> = {
  send: { call: "s.send(bytes)", told: /^\d+$/ },
  sendmsg: { call: "s.sendmsg([bytes])", told: /^\d+$/ },
  sendall: { call: "s.sendall(bytes)", told: /^EPIPE \d+$/ },
  "sendfile({ read })": {
    call: "s.sendfile({ read: size => new Uint8Array(size) })",
    told: /^EPIPE \d+$/,
  },
};
for (const [name, { call, told }] of Object.entries(sends)) {
  for (const how of ["its own SHUT_WR", "the peer's SHUT_RD"]) {
    test(
      `waits for room: ${name} in a worker over AF_UNIX ends by ${how}, and tells what was taken`,
      async () => {
        const [a, b] = socketpair();
        using other = a.dup();
        const w = worker(
          `const s = new S.Socket(undefined, undefined, undefined, data), bytes = new Uint8Array(4 << 20); post("ready");
          try { post(String(${call})); } catch (error) { post(error.code + " " + error.bytesSent); }`,
          a.fileno(),
        );
        try {
          is(await message(w), "ready");
          await sleep(350); // the kernel's wait has been interrupted by now
          const answer = message<string>(w);
          if (how.startsWith("its")) other.shutdown(SHUT_WR);
          else b.shutdown(SHUT_RD);
          const text = await Promise.race([answer, sleep(5000).then(() => "waits")]);
          match(text, told);
          const sent = Number(text.replace("EPIPE ", ""));
          ok(sent > 0);
          if (how.startsWith("its")) {
            b.settimeout(1);
            let came = 0;
            for (let n = 1; n > 0; came += n) n = b.recv(1 << 20).length;
            is(came, sent);
          }
        } finally {
          await terminated(w, a.fileno());
          a.detach(); // the worker owned it, and closed it
          b.close();
        }
      },
      { seconds },
    );
  }
}
