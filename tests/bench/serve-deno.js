// The Deno side: deno run -A serve-deno.js serve-echo. Speaks as peer.c describes.
import { createInterface } from "node:readline";
import process from "node:process";

const MESSAGE = 64;
let echoed = 0;
let open = 0;
let count = 0;
let startCpu = 0;
let startWall = 0;
let done;
const cpu = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};
const server = Deno.listen({ hostname: "127.0.0.1", port: 0 });
async function serve(connection) {
  connection.setNoDelay(true);
  const into = new Uint8Array(65536);
  for (;;) {
    const n = await connection.read(into);
    if (n === null) break;
    await connection.write(into.subarray(0, n));
    echoed += n / MESSAGE;
  }
  connection.close();
  if (--open === 0 && echoed >= count) done?.();
}
void (async () => {
  for await (const connection of server) {
    if (open++ === 0) {
      startWall = performance.now();
      startCpu = cpu();
    }
    void serve(connection);
  }
})();
console.log(`port ${server.addr.port}`);
for await (const line of createInterface({ input: process.stdin })) {
  const finished = new Promise(resolve => {
    done = resolve;
  });
  count += Number(line); // over all rounds: a round's load may be quicker than its line
  if (echoed < count || open > 0) await finished;
  console.log(`${Math.round(cpu() - startCpu)} ${Math.round((performance.now() - startWall) * 1000)}`);
}
process.exit();
