// Workers: many at once, and one that is terminated while its calls wait.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { equal, is, leftOpen, ok, openDescriptors, slow, test } from "../suite.js";

const promises = new URL("../../ts/promises/index.js", import.meta.url).href;

/** A worker that runs `body` with the promise module as `m` and `parent` to post to. */
function worker(body: string): Worker {
  return new Worker(
    `(async () => {
    const parent = require("node:worker_threads").parentPort, m = await import(${JSON.stringify(promises)});
    ${body}
  })()`,
    { eval: true },
  );
}

test(
  "worker: several echo at once",
  async () => {
    const workers = Array.from({ length: 4 }, () =>
      worker(`
    const server = new m.Socket(m.AF_INET, m.SOCK_DGRAM), client = new m.Socket(m.AF_INET, m.SOCK_DGRAM);
    await server.bind(["127.0.0.1", 0]);
    (async () => { for await (const [data, address] of server) await server.sendto(data, address); })();
    let count = 0;
    for (let i = 0; i < 500; i++) {
      await client.sendto(String(i), server.getsockname());
      if (String(await client.recv(10)) === String(i)) count++;
    }
    server.close(), client.close();
    parent.postMessage(count);
  `),
    );
    const counts = await Promise.all(
      workers.map(async w => {
        const [[count]] = await Promise.all([once(w, "message"), once(w, "exit")]); // both may come in one turn
        return count;
      }),
    );
    is(counts.join(), "500,500,500,500");
  },
  { seconds: 30 },
);

test(
  "worker: terminated with reads in flight, its descriptors are closed",
  async () => {
    const before = openDescriptors();
    for (let i = 0; i < 5; i++) {
      const w = worker(`
      for (let i = 0; i < 20; i++) {
        const s = new m.Socket(m.AF_INET, m.SOCK_DGRAM);
        await s.bind(["127.0.0.1", 0]);
        s.recv(10);
      }
      parent.postMessage("waiting");
    `);
      await once(w, "message");
      ok(openDescriptors().length >= before.length + 20);
      const start = performance.now();
      await w.terminate();
      ok(performance.now() - start < 1000 * slow);
    }
    equal(await leftOpen(before), []);
  },
  { seconds: 30 },
);

test(
  "worker: terminated with calls of every kind in flight, at any moment",
  async () => {
    const before = openDescriptors();
    for (let i = 0; i < 8; i++) {
      const w = worker(`
      const fs = require("node:fs"), server = await m.createServer(["127.0.0.1", 0]), file = fs.openSync(process.execPath, "r");
      (async () => { for await (const [connection] of server) (async () => { for (;;) await connection.sendall(await connection.recv(100)); })(); })();
      for (let i = 0; i < 4; i++) {
        const client = await m.createConnection(server.getsockname());
        (async () => { for (;;) { await client.sendall("x"); await client.recv(1); } })();
        const [a, b] = m.socketpair();
        a.sendfile(file).catch(() => {});
        b.toDuplex().on("data", () => {});
        const [c, d] = m.socketpair();
        c.sendall(Buffer.alloc(1 << 20)).catch(() => {});
        c.recvmsg(10, 100).catch(() => {});
        m.getaddrinfo("localhost", 80).catch(() => {});
        m.recvFds(d, 0, 10).catch(() => {});
      }
      parent.postMessage("busy");
    `);
      await once(w, "message");
      await new Promise(done => setTimeout(done, i));
      const start = performance.now();
      await w.terminate();
      ok(performance.now() - start < 1000 * slow);
    }
    equal(await leftOpen(before), []);
  },
  { seconds: 60 },
);
