// Blocking calls in workers where timer_create(2) is refused, so that nothing interrupts them:
// poll(2) waits, and no call in the kernel. A limit of no pending signals refuses it, for timers
// have one each.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { fileArguments, textArguments } from "../runtime.js";
import { is, match, test } from "../suite.js";

const node = new URL("../../shim/node.js", import.meta.url).href;

/** What a program prints that may have no timer. */
async function withoutTimers(args: readonly string[], only = ""): Promise<string> {
  const child = spawn("bash", ["-c", 'ulimit -i 0; exec "$0" "$@"', process.execPath, ...args], {
    env: { ...process.env, TEST_ONLY: only },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const limit = setTimeout(() => child.kill("SIGKILL"), 40_000);
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (data: string) => {
    text += data;
  });
  await once(child, "close");
  clearTimeout(limit);
  return text;
}

test("timer_create: is refused in these tests", async () => {
  const program = `import { constants } from "node:os"; import(${JSON.stringify(node)}).then(({ nodeHost }) => console.log(nodeHost().interruptible(20) === -constants.errno.EAGAIN));`;
  is(await withoutTimers(textArguments([], program)), "true\n");
});

for (const only of [
  "blocked in",
  "a worker's blocking sockets",
  "waits for a connection",
  "waits for room",
]) {
  test(
    `timer_create refused: tests/socket/worker.test.ts, "${only}"`,
    async () => {
      const file = fileURLToPath(new URL("./worker.test.js", import.meta.url));
      match(await withoutTimers(fileArguments([], file), only), /^[1-9]\d* passed, 0 failed, /m);
    },
    { seconds: 50 },
  );
}
