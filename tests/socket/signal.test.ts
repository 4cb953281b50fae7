// Signals while a call blocks: the four cases of Ctrl-C (main thread or worker blocked, with and
// without a listener), and SIGPIPE.
import { type Socket, socketpair } from "../../ts/index.js";
import { Child, sleep } from "../child.js";
import { equal, is, ok, test } from "../suite.js";

const seconds = 20;
const index = JSON.stringify(new URL("../../ts/index.js", import.meta.url).href);

/**
 * A child that runs `script` with the other end of a socketpair as descriptor 3, once it has
 * printed "blocked".
 */
async function blocked(script: string): Promise<[child: Child, mine: Socket]> {
  const [mine, theirs] = socketpair();
  const child = new Child(script, { inherit: [theirs.fileno()] });
  theirs.close();
  await child.prints("blocked");
  await sleep(200);
  return [child, mine];
}

const listener = `process.on("SIGINT", () => console.log("heard"));`;
const blockMain = `const s = new S.Socket(undefined, undefined, undefined, 3); console.log("blocked");
  console.log(s.recv(9).toString()); s.close();`;
const blockWorker = `import { Worker } from "node:worker_threads";
  new Worker('import("node:worker_threads").then(async ({ parentPort }) => { const S = await import(${index}); const s = new S.Socket(undefined, undefined, undefined, 3); parentPort.postMessage("blocked"); parentPort.postMessage(s.recv(9).toString()); s.close(); })', { eval: true })
    .on("message", text => console.log(text));`;

test(
  "SIGINT: ends a program whose main thread blocks, without a listener",
  async () => {
    const [child, mine] = await blocked(blockMain);
    using _ = mine;
    const start = performance.now();
    child.kill("SIGINT");
    const { signal, stdout } = await child.ended;
    equal([signal, stdout], ["SIGINT", "blocked\n"]);
    ok(performance.now() - start < 5000);
  },
  { seconds },
);

test(
  "SIGINT: with a listener it waits until the main thread's call returns",
  async () => {
    const [child, mine] = await blocked(`${listener} ${blockMain}`);
    using _ = mine;
    child.kill("SIGINT");
    await sleep(500);
    is(child.process.exitCode, null);
    is(child.process.signalCode, null);
    mine.sendall("data");
    const { status, stdout } = await child.ended;
    // The call is not interrupted: the data arrives whole, and the listener runs when the loop turns.
    ok(status === 0 && stdout.startsWith("blocked\ndata\n"), `${status} ${stdout}`);
  },
  { seconds },
);

test(
  "SIGINT: with a listener, a call with a timeout keeps its time, and then the listener runs",
  async () => {
    const [child, mine] =
      await blocked(`${listener} const s = new S.Socket(undefined, undefined, undefined, 3); s.settimeout(1);
        console.log("blocked");
    const start = performance.now(); try { s.recv(1);
      } catch (e) { console.log(e.message, performance.now() - start >= 1000); } s.close();
      setTimeout(() => {}, 200);`);
    using _ = mine;
    child.kill("SIGINT");
    const { status, stdout } = await child.ended;
    equal([status, stdout], [0, "blocked\ntimed out true\nheard\n"]);
  },
  { seconds },
);

test(
  "SIGINT: ends a program whose worker blocks, without a listener",
  async () => {
    const [child, mine] = await blocked(blockWorker);
    using _ = mine;
    const start = performance.now();
    child.kill("SIGINT");
    const { signal } = await child.ended;
    is(signal, "SIGINT");
    ok(performance.now() - start < 5000);
  },
  { seconds },
);

test(
  "SIGINT: a listener runs at once while a worker blocks, and may exit",
  async () => {
    const [child, mine] = await blocked(
      `process.on("SIGINT", () => { console.log("heard"); process.exit(3); }); ${blockWorker}`,
    );
    using _ = mine;
    const start = performance.now();
    child.kill("SIGINT");
    const { status, stdout } = await child.ended;
    equal([status, stdout], [3, "blocked\nheard\n"]);
    ok(performance.now() - start < 5000);
  },
  { seconds },
);

test(
  "SIGINT: a listener that does not exit leaves a blocked worker's call as it was",
  async () => {
    const [child, mine] = await blocked(`${listener} ${blockWorker}`);
    using _ = mine;
    child.kill("SIGINT");
    await child.prints("heard");
    mine.sendall("data");
    const { status, stdout } = await child.ended;
    equal([status, stdout], [0, "blocked\nheard\ndata\n"]);
  },
  { seconds },
);

test(
  "SIGTERM: ends a blocked program too",
  async () => {
    const [child, mine] = await blocked(blockMain);
    using _ = mine;
    child.kill("SIGTERM");
    is((await child.ended).signal, "SIGTERM");
  },
  { seconds },
);

test(
  "SIGPIPE: a send to a closed peer is an exception, in workers too",
  async () => {
    const { status, stdout } = await new Child(`import { Worker } from "node:worker_threads";
    const attempt = 'const [a, b] = S.socketpair(); b.close(); let code; try { a.send("x"); } catch (e) { code = e.code; } a.close();';
    const { code } = await new Function("S", attempt + "return { code };")(S); console.log(code);
    new Worker('import("node:worker_threads").then(async ({ parentPort }) => { const S = await import(${index});' + attempt + ' parentPort.postMessage(code); })', { eval: true })
      .on("message", text => console.log(text));`).ended;
    equal([status, stdout], [0, "EPIPE\nEPIPE\n"]);
  },
  { seconds },
);

test(
  "stop and continue: a blocked call goes on",
  async () => {
    const [child, mine] = await blocked(blockMain);
    using _ = mine;
    child.kill("SIGSTOP");
    await sleep(50);
    child.kill("SIGCONT");
    await sleep(50);
    mine.sendall("data");
    const { status, stdout } = await child.ended;
    equal([status, stdout], [0, "blocked\ndata\n"]);
  },
  { seconds },
);
