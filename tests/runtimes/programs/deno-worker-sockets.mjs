// On Deno a worker that ends leaves two sockets of the runtime's own open for seconds.
import { readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";

const open = () => readdirSync("/proc/self/fd").length;
const before = open();
const script = `require("node:worker_threads").parentPort.postMessage("ready"); setInterval(() => {}, 1000);`;
const worker = new Worker(script, { eval: true });
await new Promise(done => worker.once("message", done));
await worker.terminate();
await sleep(3000);
console.log(open() - before); // Node: 0, Deno 2.9: 2
process.exit();
