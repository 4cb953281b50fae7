// What a ChildProcess tells that was sent a signal, took no harm from it and ended with 3: the
// status 3 on Node, the signal on Deno.
import { spawn } from "node:child_process";
import { once } from "node:events";

const child = spawn("sh", ["-c", "trap 'exit 3' INT; echo there; while :; do sleep 0.1; done"], {
  stdio: ["ignore", "pipe", "inherit"],
});
await once(child.stdout, "data");
child.kill("SIGINT");
console.log(...(await once(child, "close")));
