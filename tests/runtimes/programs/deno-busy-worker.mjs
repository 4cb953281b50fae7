// How often a worker that never yields goes round in the five seconds after terminate() resolved: 0
// on Node, for ever on Deno.
import { once } from "node:events";
import { Worker } from "node:worker_threads";

const rounds = new Int32Array(new SharedArrayBuffer(4));
const worker = new Worker(
  `
  const { parentPort, workerData } = require("node:worker_threads");
  parentPort.postMessage("runs");
  for (;;) Atomics.add(workerData, 0, 1);`,
  { eval: true, workerData: rounds },
);
await once(worker, "message");
await worker.terminate();
const before = Atomics.load(rounds, 0);
await new Promise(resolve => setTimeout(resolve, 5000));
console.log(`${Atomics.load(rounds, 0) - before} rounds after terminate()`);
process.exit();
