// Guests in threads: two at once, one that ends while a call of its waits, a memory that another thread
// writes to while the host judges.
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { equal, is, ok, test } from "../suite.js";
import { doors, start } from "./guest.js";

const DATAGRAM = 2;
const EACCES = 2;
const worker = (door: string, what: string) =>
  new Worker(new URL("worker.js", import.meta.url), { workerData: { door, what } });

for (const door of doors) {
  test(
    `${door}: two guests in two workers are two`,
    async () => {
      const both = [worker(door, "talks"), worker(door, "talks")];
      const answers = await Promise.all(both.map(async one => (await once(one, "message"))[0] as number[]));
      equal(answers, [
        [500, 512],
        [500, 512],
      ]);
      await Promise.all(both.map(one => one.terminate()));
    },
    { seconds: 30 },
  );

  test(
    `${door}: a worker ends while a call waits, and its descriptors are closed`,
    async () => {
      const waiting = worker(door, "waits");
      is((await once(waiting, "message"))[0], "waits");
      let answered = false;
      waiting.on("message", () => {
        answered = true;
      });
      await new Promise(done => setTimeout(done, 150));
      await waiting.terminate();
      is(answered, false, "the call waited");
      // The descriptors are compared by the suite.
    },
    { seconds: 30 },
  );

  test(
    `${door}: an address that another thread changes is judged as it is used`,
    async () => {
      const [granted, forbidden] = [createSocket("udp4"), createSocket("udp4")];
      const came = [0, 0];
      for (const [i, socket] of [granted, forbidden].entries()) {
        socket.on("message", () => {
          came[i]!++;
        });
        socket.bind(0, "127.0.0.1");
        await once(socket, "listening");
      }
      const g = await start(
        door,
        ["udp-bind:127.0.0.1:*", `udp-connect:127.0.0.1:${granted.address().port}`],
        { shared: 2 },
      );
      const fd = g.bound(DATAGRAM);
      const ports = [granted, forbidden].map(socket => socket.address().port);
      g.inet(1024, ports[0]!);
      const swapper = new Worker(
        `const { workerData: { buffer, ports }, parentPort } = require("node:worker_threads");
         const port = new Uint16Array(buffer, 1026, 1);
         const swapped = ports.map(value => ((value & 255) << 8) | (value >> 8));
         const turn = () => {
           for (let i = 0; i < 100000; i++) Atomics.store(port, 0, swapped[i & 1]);
           setImmediate(turn);
         };
         parentPort.postMessage("on");
         turn();`,
        { eval: true, workerData: { buffer: g.memory.buffer, ports } },
      );
      await once(swapper, "message");
      const outcomes = new Map<number, number>();
      const count = (result: number) => outcomes.set(result, (outcomes.get(result) ?? 0) + 1);
      // A header, an address and a vector, all in the memory that changes.
      g.words(2100, 1500, 1);
      g.words(512, 1024, 16, 2100, 1, 0, 0, 0);
      for (let i = 0; i < 2000; i++) {
        count(g.call("__syscall_sendto", fd, 1500, 1, 0x40, 1024, 16));
        count(g.call("__syscall_sendmsg", fd, 512, 0x40));
      }
      for (let i = 0; i < 200; i++) {
        const other = g.good("__syscall_socket", 2, DATAGRAM, 0);
        if (g.call("__syscall_connect", other, 1024, 16) === 0)
          g.call("__syscall_sendto", other, 1500, 1, 0x40, 0, 0);
        g.good("fd_close", other);
      }
      await swapper.terminate();
      await new Promise(done => setTimeout(done, 50));
      ok(outcomes.has(1) && outcomes.has(-EACCES), `both were seen: ${JSON.stringify([...outcomes])}`);
      ok(came[0]! > 0);
      is(came[1], 0, "nothing came where it was not granted");
      g.dispose();
      for (const socket of [granted, forbidden]) socket.close();
      await new Promise(done => setImmediate(done));
    },
    { seconds: 60 },
  );
}
