// What a round trip of 64 bytes over TCP costs in a Pyodide, beside the same program natively, and whose
// the guest's time is: node echo.js LOADER [COUNT]. The self times are perf's, of user mode alone: the
// kernel is left out. Without perf the rates alone are told.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import { attach } from "../../shim/emscripten/index.js";
import type { Pyodide } from "./guest.js";

const path = fileURLToPath(new URL("../../../tests/guests/echo.py", import.meta.url));
/** The most that our JavaScript and the addon may take of the guest's user time. */
const BAR = 0.25;

const SERVER = `
import socket
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    sock, _ = listener.accept()
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    while data := sock.recv(64):
        sock.sendall(data)
`;

/** The guest's process: prints the seconds that the round trips take, and records itself meanwhile. */
async function guest(
  loader: string,
  mode: string,
  port: string,
  count: number,
  record: string,
): Promise<void> {
  const { loadPyodide } = (await import(pathToFileURL(loader).href)) as {
    loadPyodide: (options?: unknown) => Promise<Pyodide>;
  };
  const pyodide = await attach(loadPyodide, {
    policy: ["tcp-connect:127.0.0.1:*"],
    replaceSocketModule: mode === "replaced",
  });
  pyodide.runPython(readFileSync(path, "utf8").split("if __name__")[0]!);
  // Until the compilers have done their work.
  pyodide.runPython(`round_trips(${port}, ${count})`);
  const options = ["record", "-q", "-e", "cpu-clock:u", "-F", "3000", "-p", `${process.pid}`, "-o", record];
  const perf = record === "" ? undefined : spawn("perf", options, { stdio: "ignore" });
  if (perf !== undefined) await new Promise(done => setTimeout(done, 1500));
  console.log(pyodide.runPython(`round_trips(${port}, ${count})`));
  if (perf === undefined) return;
  perf.kill("SIGINT");
  await once(perf, "exit");
}

/** The shares of a record: whose code it was. */
function sharesOf(record: string): Record<"ours" | "addon" | "wasm", number> {
  const { stdout } = spawnSync("perf", ["report", "-i", record, "--sort", "dso,symbol", "--stdio"], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  const shares = { ours: 0, addon: 0, wasm: 0 };
  for (const line of stdout.split("\n")) {
    const share = /^ *([\d.]+)%/.exec(line);
    if (share === null) continue;
    const part = Number(share[1]) / 100;
    if (/wasm-function/.test(line)) shares.wasm += part;
    else if (/\/dist\/(shim|ts)\//.test(line)) shares.ours += part;
    else if (line.includes("berkeley_sockets.node")) shares.addon += part;
  }
  return shares;
}

const percent = (part: number) => `${(100 * part).toFixed(1)} %`;

async function measure(loader: string, count: number): Promise<boolean> {
  const server = spawn("python3", ["-c", SERVER], { stdio: ["ignore", "pipe", "inherit"] });
  const [port] = (await once(createInterface({ input: server.stdout }), "line")) as [string];
  const folder = mkdtempSync(join(tmpdir(), "echo-"));
  const hasPerf = spawnSync("perf", ["--version"]).status === 0;
  const native = Number(spawnSync("python3", [path, port, `${count}`], { encoding: "utf8" }).stdout);
  console.log(`natively: ${(count / native).toFixed(0)} round trips a second`);
  let kept = true;
  for (const mode of ["own", "replaced"]) {
    const record = hasPerf ? join(folder, mode) : "";
    const child = spawn(
      process.execPath,
      ["--perf-basic-prof", fileURLToPath(import.meta.url), "guest", loader, mode, port, `${count}`, record],
      { stdio: ["ignore", "pipe", "inherit"], cwd: folder },
    );
    const [seconds] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
    await once(child, "exit");
    const rate = count / Number(seconds);
    console.log(
      `${mode} module: ${rate.toFixed(0)} a second, ${(rate / (count / native)).toFixed(2)} of that`,
    );
    if (!hasPerf) continue;
    const { ours, addon, wasm } = sharesOf(record);
    console.log(
      `  self time: our JavaScript ${percent(ours)}, the addon ${percent(addon)}, the guest's wasm ` +
        `${percent(wasm)}, Node, its libraries and Pyodide's JavaScript ${percent(1 - ours - addon - wasm)}`,
    );
    if (ours + addon > BAR) kept = false;
    rmSync(`/tmp/perf-${child.pid}.map`, { force: true });
  }
  server.kill();
  rmSync(folder, { recursive: true, force: true });
  if (hasPerf) console.log(`ours is ${kept ? "at most" : "more than"} ${percent(BAR)}`);
  else console.log("perf is missing: whose time it is, is not told");
  return kept;
}

const [first, ...rest] = process.argv.slice(2);
if (first === "guest") {
  const [loader, mode, port, count, record] = rest as [string, string, string, string, string];
  await guest(loader, mode, port, Number(count), record);
} else process.exitCode = (await measure(first!, Number(rest[0] ?? 20_000))) ? 0 : 1;
