// ./build.sh guests, its part in C: small programs, natively by cc and as guests by Emscripten, at -O1 and,
// with minified imports, at -O3. Their outputs must be equal. node c.js FOLDER; the last line is the count.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const programs = join(root, "tests/guests/c");
const library = join(root, "shim/emscripten/library.js");
const stubs = join(root, "shim/emscripten/sockets.c");
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: node dist/tests/guests/c.js FOLDER");
mkdirSync(folder, { recursive: true });

const COMPILE_SECONDS = 180;
const RUN_SECONDS = 60;
const AT_ONCE = 2;

interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

function run(command: string, args: readonly string[], seconds: number): Promise<Ended> {
  return new Promise(resolve => {
    const child = spawn(command, args, {
      // Debian's Emscripten finds its own packages there.
      env: { ...process.env, NODE_PATH: "/usr/share/nodejs" },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: seconds * 1000,
      killSignal: "SIGKILL",
    });
    const ended: Ended = { status: null, stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      ended.stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      ended.stderr += text;
    });
    child.on("error", error => resolve({ ...ended, stderr: error.message }));
    child.on("close", status => resolve({ ...ended, status }));
  });
}

const failures: string[] = [];
let passed = 0;

function judge(name: string, expected: string, got: string): void {
  if (expected === got) {
    passed++;
    return;
  }
  failures.push(name);
  console.log(
    `FAIL ${name}\n  expected: ${expected.trim()}\n  got:      ${got.trim()}`.replaceAll("\n", "\n    "),
  );
}

/** Whether a file is there and newer than those that it was made of. */
function isFresh(file: string, sources: readonly string[]): boolean {
  const time = (path: string) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return sources.every(source => time(source) < time(file));
}

/** Compiles, unless it is there. Gives what the compiler said if it failed. */
async function compile(output: string, command: string, args: readonly string[]): Promise<string> {
  const sources = [...args.filter(arg => /\.(c|js)$/.test(arg)), join(programs, "program.h")];
  if (isFresh(output, sources)) return "";
  const { status, stderr } = await run(command, [...args, "-D_GNU_SOURCE", "-o", output], COMPILE_SECONDS);
  return status === 0 ? "" : `${command} ended with status ${status}\n${stderr}`;
}

/** How a program is linked: with the library and sockets.c, or without anything. */
const linked = (source: string) => [source, stubs, "--js-library", library];

/** What a program prints as a guest, or what went wrong. */
async function guestOutput(output: string, optimized: string, sources: readonly string[]): Promise<string> {
  const failed = await compile(output, "emcc", [optimized, "-sMODULARIZE", ...sources]);
  if (failed !== "") return failed;
  const own = mkdtempSync(join(folder!, "s-"));
  try {
    const runner = fileURLToPath(new URL("c-program.js", import.meta.url));
    const { status, stdout, stderr } = await run(process.execPath, [runner, output, own], RUN_SECONDS);
    return status === 0 ? stdout : `${stdout}ended with status ${status}\n${stderr}`;
  } finally {
    rmSync(own, { recursive: true });
  }
}

async function compare(source: string): Promise<void> {
  const name = basename(source, ".c");
  const native = join(folder!, name);
  const failed = await compile(native, "cc", ["-O1", source]);
  const own = mkdtempSync(join(folder!, "s-"));
  const expected = failed !== "" ? undefined : await run(native, [own], RUN_SECONDS);
  rmSync(own, { recursive: true });
  if (expected?.status !== 0) {
    judge(`${name}, natively`, "status 0", failed || `status ${expected?.status}: ${expected?.stderr}`);
    return;
  }
  // Unmodified where it calls nothing that the libc has only a stub for.
  const whole = /\b(setsockopt|shutdown|socketpair|gethostname)\b/.test(readFileSync(source, "utf8"));
  const plain = await guestOutput(`${native}.O1.cjs`, "-O1", whole ? linked(source) : [source]);
  judge(`${name} at -O1${whole ? "" : ", unmodified"}`, expected.stdout, plain);
  const minified = await guestOutput(`${native}.O3.cjs`, "-O3", linked(source));
  judge(`${name} at -O3`, expected.stdout, minified);
}

/** A program without sockets.c: of what the libc has a stub for, nothing succeeds. */
async function withoutSocketsC(source: string): Promise<void> {
  const expected = [
    "setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof on): ENOPROTOOPT",
    "shutdown(fd, SHUT_RDWR): ENOSYS",
    "socketpair(AF_UNIX, SOCK_STREAM, 0, ends): ENOSYS",
    "sendmmsg(fd, &none, 1, 0): ENOSYS",
    "recvmmsg(fd, &none, 1, MSG_DONTWAIT, NULL): ENOSYS",
    "pselect(fd + 1, NULL, NULL, NULL, &time, NULL): ENOSYS",
  ];
  const output = await guestOutput(join(folder!, "stubs.O1.cjs"), "-O1", [source]);
  judge("stubs at -O1, unmodified", `${expected.join("\n")}\n`, output);
}

/** What instantiateWasm() promises beside the programs, with two of them. */
async function promises(): Promise<void> {
  const minified = join(folder!, "minified.cjs");
  const failed = await compile(minified, "emcc", ["-O3", "-sMODULARIZE", join(programs, "udp.c")]);
  if (failed !== "") throw new Error(failed);
  const doors = fileURLToPath(new URL("c-doors.js", import.meta.url));
  const args = [doors, minified, join(folder!, "udp.O3.cjs"), join(folder!, "udp.O1.cjs")];
  const { status, stdout, stderr } = await run(process.execPath, args, RUN_SECONDS);
  judge("policies, several at once, the end", "0 ", `${status} ${stdout}${stderr}`);
}

/** The program of the guide, as it stands there. */
async function guide(): Promise<void> {
  const text = readFileSync(join(root, "docs/guests.md"), "utf8");
  const [, section] = /^## An Emscripten program\n([^]*?)(?=^## )/m.exec(text)!;
  const block = (language: string) =>
    new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, "m").exec(section!)![1]!;
  const own = join(folder!, "guide");
  mkdirSync(own, { recursive: true });
  const entry = pathToFileURL(join(root, "dist/lib/emscripten.js")).href;
  writeFileSync(join(own, "hello.c"), block("c"));
  writeFileSync(
    join(own, "hello.mjs"),
    block("js").replace('"berkeley-sockets/emscripten"', JSON.stringify(entry)),
  );
  const [command, ...args] = block("sh")
    .trim()
    .replaceAll("\\\n", " ")
    .replaceAll(/\S*node_modules\/berkeley-sockets\//g, root)
    .split(/\s+/)
    .map(word => (/^hello\./.test(word) ? join(own, word) : word));
  const built = await run(command!, args, COMPILE_SECONDS);
  if (built.status !== 0) throw new Error(`the guide's command fails: ${built.stderr}`);
  const { stdout, stderr } = await run(process.execPath, [join(own, "hello.mjs")], RUN_SECONDS);
  judge("the program of docs/guests.md", "hello from wasm\n", stdout + stderr);
}

async function all(): Promise<void> {
  const sources = readdirSync(programs)
    .filter(name => name.endsWith(".c") && name !== "stubs.c")
    .sort()
    .map(name => join(programs, name));
  const lanes = Array.from({ length: AT_ONCE }, async () => {
    for (let source = sources.shift(); source !== undefined; source = sources.shift()) await compare(source);
  });
  await Promise.all(lanes);
  await Promise.all([withoutSocketsC(join(programs, "stubs.c")), promises(), guide()]);
}

const version = await run("emcc", ["--version"], RUN_SECONDS);
if (version.status !== 0) {
  console.log("SKIP the programs in C: emcc is missing: apt-get install emscripten");
  console.log("0 passed, 0 failed, 1 skipped");
} else {
  console.log(version.stdout.split("\n")[0]);
  await all();
  for (const failure of failures) console.log(`failed: ${failure}`);
  console.log(`${passed} passed, ${failures.length} failed`);
  process.exitCode = failures.length > 0 ? 1 : 0;
}
