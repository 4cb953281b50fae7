// Files that three terminated workers opened, one each, and that are open afterwards: on Node none,
// on Bun 3.
import { readdirSync, readlinkSync } from "node:fs";
import { once } from "node:events";
import { Worker } from "node:worker_threads";

const opens =
  'require("node:fs").openSync("/etc/passwd"); require("node:worker_threads").parentPort.postMessage(0); setInterval(() => {}, 1000)';
for (let i = 0; i < 3; i++) {
  const worker = new Worker(opens, { eval: true });
  await once(worker, "message");
  await worker.terminate();
}
await new Promise(done => setTimeout(done, 500));
const target = fd => {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return "";
  }
};
console.log(readdirSync("/proc/self/fd").filter(fd => target(fd) === "/etc/passwd").length);
process.exit();
