// The suite on other runtimes: node dist/tests/runtimes.js FOLDER [RUNTIME…]. FOLDER has the npm
// packages that bring them. tests/runtimes/NAME.txt lists the tests that fail there, each with its
// reason. A failure that is not listed fails, and so does a listed test that passes, unless it is
// marked as one that fails now and then; a process that dies can't be listed.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

interface Runtime {
  /** The command before a test file, from the package's folder. */
  command: (folder: string) => string[];
  environment?: Record<string, string>;
  /** Only the files whose names begin so. */
  part?: string;
}

const node = (folder: string) => [
  join(folder, "node_modules/.bin/node"),
  "--expose-gc",
  "--enable-source-maps",
];
const runtimes: Record<string, Runtime> = {
  thread: {
    command: () => [process.execPath, "--expose-gc", "--enable-source-maps"],
    environment: { BERKELEY_SOCKETS_POLLER: "thread" },
    part: "promises/",
  },
  node22: { command: node, part: "promises/" },
  node24: { command: node, part: "promises/" },
  node26: { command: node },
  bun: { command: folder => [join(folder, "node_modules/.bin/bun")] },
  deno: {
    command: folder => [join(folder, "node_modules/.bin/deno"), "run", "-A", "--v8-flags=--expose-gc"],
    environment: { DENO_NO_UPDATE_CHECK: "1" },
  },
};

const MOST_LISTED = 30;
const AT_ONCE = 2;
const FILE_SECONDS = Number(process.env.TEST_FILE_SECONDS ?? 180);
const here = fileURLToPath(new URL(".", import.meta.url));
const [base, ...chosen] = process.argv.slice(2);
const files = readdirSync(here, { recursive: true, encoding: "utf8" })
  .filter(name => name.endsWith(".test.js") && !name.startsWith("lab/"))
  .map(name => name.slice(0, -".test.js".length))
  .sort();

interface Listed {
  reason: string;
  flaky: boolean;
  met: boolean;
}

/** A line of the list is `FILE: TEST  # reason`, a `?` before it where the test fails now and then. */
function listOf(name: string): Map<string, Listed> {
  const path = fileURLToPath(new URL(`../../tests/runtimes/${name}.txt`, import.meta.url));
  const list = new Map<string, Listed>();
  if (!existsSync(path)) return list;
  for (const line of readFileSync(path, "utf8").split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const parts = /^(\? )?(\S.*?) {2}# (\S.*)$/.exec(line);
    if (parts === null) throw new Error(`${path}: not an entry: ${line}`);
    list.set(parts[2]!, { reason: parts[3]!, flaky: parts[1] !== undefined, met: false });
  }
  if (list.size > MOST_LISTED) throw new Error(`${path}: ${list.size} entries, more than ${MOST_LISTED}`);
  return list;
}

const total = { passed: 0, failed: 0, skipped: 0 };
function fails(line: string, output?: string): void {
  total.failed++;
  console.log(`FAIL ${line}`);
  if (output !== undefined) console.log(output.replace(/^/gm, "    "));
}

interface Ended {
  output: string;
  how: number | string;
  late: boolean;
}
const ended = ([command, ...args]: string[], environment: Record<string, string>) =>
  new Promise<Ended>((resolve, reject) => {
    const child = spawn(command!, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, TEST_TRACE: "1", NO_COLOR: "1", ...environment },
    });
    let output = "";
    let late = false;
    child.stdout.on("data", chunk => (output += chunk));
    child.stderr.on("data", chunk => (output += chunk));
    const timer = setTimeout(() => {
      late = true;
      child.kill("SIGKILL");
    }, FILE_SECONDS * 1000);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ output, how: code ?? signal!, late });
    });
  });

async function run(name: string, file: string, list: Map<string, Listed>): Promise<void> {
  const { command, environment = {} } = runtimes[name]!;
  const { output, how, late } = await ended(
    [...command(join(base!, name)), `${here}${file}.test.js`],
    environment,
  );
  const counts = /^(\d+) passed, (\d+) failed, (\d+) skipped$/m.exec(output);
  const failed = [...output.matchAll(/^FAILED (.*)$/gm)].map(match => match[1]!);
  const text = output.replace(/\n(RUN|FAILED) .*\n/g, "");
  if (counts === null) {
    const last = [...output.matchAll(/^RUN (.*)$/gm)].at(-1)?.[1] ?? "nothing";
    fails(
      `${name} ${file}: ${late ? `took longer than ${FILE_SECONDS} s` : `died (${how})`}, last in "${last}"`,
      text,
    );
  } else {
    total.passed += Number(counts[1]);
    total.skipped += Number(counts[3]);
    if (Number(counts[2]) !== failed.length) fails(`${name} ${file}: an error outside of the tests`, text);
  }
  const strange = failed.filter(test => !list.has(`${file}: ${test}`));
  for (const test of failed) {
    const entry = list.get(`${file}: ${test}`);
    if (entry === undefined) fails(`${name} ${file}: ${test}`);
    else {
      entry.met = true;
      console.log(`known ${name} ${file}: ${test}: ${entry.reason}`);
    }
  }
  if (strange.length > 0 && counts !== null) console.log(text.replace(/^/gm, "    "));
}

async function suite(name: string): Promise<void> {
  const began = performance.now();
  const { part = "" } = runtimes[name]!;
  const list = listOf(name);
  const queue = files.filter(file => file.startsWith(part));
  for (const entry of list.keys())
    if (!queue.includes(entry.slice(0, entry.indexOf(": "))))
      fails(`${name}: no file has the test that is listed: ${entry}`);
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (;;) {
        const file = queue.shift();
        if (file === undefined) break;
        await run(name, file, list);
      }
    }),
  );
  for (const [test, { flaky, met }] of list) {
    if (met)
      total.passed++; // as it is known to
    else if (!flaky) fails(`${name} ${test}: is listed, and passes`);
  }
  console.log(`${name}: ${Math.round((performance.now() - began) / 1000)} s`);
}

const unknown = chosen.filter(name => runtimes[name] === undefined);
if (base === undefined || unknown.length > 0) {
  console.error(`usage: runtimes.js FOLDER [RUNTIME…]   runtimes: ${Object.keys(runtimes).join(" ")}`);
  process.exit(2);
}
for (const name of chosen.length > 0 ? chosen : Object.keys(runtimes)) await suite(name);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed ? 1 : 0);
