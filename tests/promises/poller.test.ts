// The poller that a thread of its own watches, as on Bun and Deno: on Node a variable asks for it.
// ./build.sh runtimes has all of tests/promises on it; here is what each build is held to.
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { Child } from "../child.js";
import { runtime } from "../runtime.js";
import { equal, is, leftOpen, ok, openDescriptors, test } from "../suite.js";

const promises = new URL("../../ts/promises/index.js", import.meta.url).href;
const THREAD = 'data:text/javascript,process.env.BERKELEY_SOCKETS_POLLER="thread"';
const run = (program: string) =>
  new Child(`const m = await import(${JSON.stringify(promises)});\n${program}`, {
    flags: [`--import=${THREAD}`],
  }).ended;
const seconds = 40;

test(
  "thread: connections echo, many at once",
  async () => {
    const { status, stdout, stderr } = await run(`
      const server = await m.createServer(["127.0.0.1", 0]);
      const echo = async connection => {
        for (let data; (data = await connection.recv(100)).length > 0; ) await connection.sendall(data);
        connection.close();
      };
      (async () => { for await (const [connection] of server) echo(connection); })();
      const clients = await Promise.all(Array.from({ length: 20 }, () => m.createConnection(server.getsockname())));
      let answers = 0;
      await Promise.all(clients.map(async (client, i) => {
        for (let k = 0; k < 20; k++) {
          await client.sendall(i + ":" + k);
          if (String(await client.recv(100)) === i + ":" + k) answers++;
        }
        client.close();
      }));
      server.close();
      console.log(answers);
    `);
    equal([status, stdout, stderr], [0, "400\n", ""]);
  },
  { seconds },
);

test(
  "thread: timeouts, aborts and close() end calls that wait",
  async () => {
    const { status, stdout } = await run(`
      const told = promise => promise.then(String, error => error.name);
      const s = new m.Socket(m.AF_INET, m.SOCK_DGRAM);
      await s.bind(["127.0.0.1", 0]);
      const controller = new AbortController();
      const aborted = told(s.recv(1, { signal: controller.signal }));
      const closed = told(s.recv(1));
      setTimeout(() => controller.abort(), 20);
      console.log(await aborted);
      s.settimeout(0.02);
      console.log(await told(s.recv(1)));
      s.close();
      console.log(await closed);
    `);
    equal([status, stdout], [0, "AbortError\nTimeoutError\nOSError\n"]);
  },
  { seconds },
);

test(
  "thread: a call that waits keeps the process alive, a socket alone does not",
  async () => {
    const { status, stdout } = await run(`
      const [a, b] = m.socketpair();
      b.recv(10).then(data => console.log(String(data)));
      setTimeout(() => a.sendall("late"), 100).unref();
      const keep = setInterval(() => {}, 50);
      setTimeout(() => clearInterval(keep), 60);
    `);
    equal([status, stdout], [0, "late\n"]);
  },
  { seconds },
);

test(
  "thread: workers end while their calls wait, and leave nothing open",
  async () => {
    const before = openDescriptors();
    for (let i = 0; i < 4; i++) {
      const worker = new Worker(
        `import(${JSON.stringify(promises)}).then(async m => {
          const s = new m.Socket(m.AF_INET, m.SOCK_DGRAM);
          await s.bind(["127.0.0.1", 0]);
          await s.sendto("x", s.getsockname());
          const first = String(await s.recv(10));
          s.recv(10);
          require("node:worker_threads").parentPort.postMessage(first);
        })`,
        { eval: true, env: { ...process.env, BERKELEY_SOCKETS_POLLER: "thread" } },
      );
      const [first] = await once(worker, "message");
      is(first, "x");
      await worker.terminate();
    }
    const left = await leftOpen(before);
    ok(left.length === 0, left.join());
  },
  { seconds, skip: runtime !== "node" && "Bun and Deno leave a terminated worker's files open" },
);
