// Small Python programs, in the system's Python and in Pyodide: their outputs must be equal.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { argumentsOf } from "./cpython.js";
import { startServers } from "./servers.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));
/** A program that takes longer hangs. */
const SECONDS = 40;
/** What the output of a program ends with that fails. */
const ENDED = "ended with status";
/** How many run natively at a time. */
const AT_ONCE = 4;

/** A Pyodide, and the programs that it runs. */
export interface Run {
  /** What it is called. */
  readonly name: string;
  readonly loader: string;
  /** Whether its socket module is its own, or this package's. */
  readonly mode: "own" | "replaced";
  /** Programs that this one can't run, by their names, and why. */
  readonly without?: { readonly programs: RegExp; readonly why: string };
}
export type Judge = (name: string, expected: string, got: string) => void;

/** The folders of programs: replaced has those that need more than Pyodide's own module. */
const FOLDERS = { own: ["python"], replaced: ["python", "replaced"] } as const;
const programsOf = (mode: Run["mode"], patterns: readonly string[]) =>
  FOLDERS[mode]
    .flatMap(folder =>
      readdirSync(join(root, "tests/guests", folder))
        .sort()
        .map(name => join(root, "tests/guests", folder, name)),
    )
    .filter(path => patterns.length === 0 || patterns.some(pattern => path.includes(pattern)));

/** Runs a command; its output as it comes, "" when it ends or was killed for its silence. */
async function* outputOf(command: string, args: string[], env: NodeJS.ProcessEnv): AsyncGenerator<string> {
  const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "close");
  let said = "";
  child.stderr.on("data", text => (said = (said + text).slice(-2000)));
  let timer = setTimeout(() => {}, 0);
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      said += ` killed after ${SECONDS} seconds`;
      child.kill("SIGKILL");
    }, SECONDS * 1000);
  };
  wait();
  child.stdout.setEncoding("utf8");
  for await (const text of child.stdout) {
    wait();
    yield text as string;
  }
  const [status] = (await ended) as [number | null];
  clearTimeout(timer);
  if (status !== 0) yield `${ENDED} ${status}: ${said}`;
}

async function natively(file: string, env: NodeJS.ProcessEnv): Promise<string> {
  let output = "";
  for await (const text of outputOf("python3", ["-P", file], env)) output += text;
  if (output.includes(ENDED)) throw new Error(`${file} fails natively: ${output}`);
  return output;
}

/** The outputs in a guest; one that hangs or crashes costs a new guest for those behind it. */
async function inGuest(
  run: Run,
  files: readonly string[],
  modules: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<Map<string, string>> {
  const outputs = new Map<string, string>();
  const runner = fileURLToPath(new URL("program.js", import.meta.url));
  let left = files;
  while (left.length > 0) {
    let rest = "";
    let last = "";
    const before = left.length;
    const args = [runner, run.loader, run.mode, modules.join(":"), ...left];
    for await (const text of outputOf(process.execPath, args, env)) {
      const parts = (rest + text).split("\0");
      rest = parts.pop()!;
      for (const part of parts) {
        const [name, output] = part.split("\x01") as [string, string];
        outputs.set(name, output);
      }
    }
    if (rest !== "") {
      [last, rest] = rest.includes("\x01")
        ? (rest.split("\x01") as [string, string])
        : [baseOf(left[0]!), rest];
      outputs.set(last, rest);
    }
    left = left.filter(file => !outputs.has(baseOf(file)));
    if (left.length === before) throw new Error(`${run.name} runs nothing: ${rest}`);
  }
  return outputs;
}

const baseOf = (file: string) => file.slice(file.lastIndexOf("/") + 1);

/**
 * Runs the programs of all guests, and natively, or those whose names hold one of the patterns;
 * `modules` are folders of modules that they import. Returns how many servers are missing.
 */
export async function programs(
  runs: readonly Run[],
  modules: readonly string[],
  judge: Judge,
  patterns: readonly string[] = [],
): Promise<number> {
  const servers = await startServers();
  for (const name of servers.missing) console.log(`${name} is not installed: its programs are skipped`);
  const runnable = (mode: Run["mode"]) =>
    programsOf(mode, patterns).filter(file => !servers.missing.some(name => baseOf(file).includes(name)));
  const PEERS = JSON.stringify(servers.ports);
  try {
    const files = [...new Set(runs.flatMap(({ mode }) => runnable(mode)))];
    const expected = new Map<string, string>();
    const env = { ...process.env, PEERS, PYTHONPATH: modules.join(":"), PYTHONUTF8: "1" };
    const waiting = [...files];
    const work = async () => {
      for (let file = waiting.shift(); file !== undefined; file = waiting.shift())
        expected.set(file, await natively(file, env));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    for (const run of runs) {
      const all = runnable(run.mode);
      const own = all.filter(file => !run.without?.programs.test(baseOf(file)));
      if (own.length < all.length)
        console.log(`${run.name}: ${all.length - own.length} programs are left out: ${run.without!.why}`);
      const outputs = await inGuest(run, own, modules, { ...process.env, PEERS });
      for (const file of own)
        judge(`${run.name} ${run.mode}/${baseOf(file)}`, expected.get(file)!, outputs.get(baseOf(file))!);
    }
    return servers.missing.length;
  } finally {
    await servers.end();
  }
}

const own = argumentsOf(import.meta.url);
if (own !== undefined) {
  const [modules, loader, mode, ...patterns] = own as [string, string, Run["mode"], ...string[]];
  const run = { name: "pyodide", loader, mode };
  const folders = [join(root, "tests/guests/modules"), modules];
  const judge: Judge = (name, expected, got) => {
    if (expected !== got) console.log(`FAIL ${name}\n--- native\n${expected}--- guest\n${got}`);
    else if (patterns.length > 0) console.log(`ok ${name}\n${expected}`);
    else console.log(`ok ${name}`);
  };
  await programs([run], folders, judge, patterns);
}
