// Runs test files, each in its own process, two at a time: node dist/tests/run.js [--lab]
// [PATTERN…]. A file that takes too long is ended and counts as a failure. In CI, a skip that
// allowed-skips.txt does not list is a failure too. --lab: in two virtual machines.
import { spawn } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as laboratory from "./lab/runner.js";

/**
 * How a process ended: what it printed, its exit status or signal, why it was ended or couldn't
 * run.
 */
export interface Ended {
  output: string;
  how: number | string;
  trouble?: string | undefined;
}
export type Runner = (argv: readonly string[], seconds: number) => Promise<Ended>;

const here = fileURLToPath(new URL(".", import.meta.url));
const lab = process.argv[2] === "--lab";
const patterns = process.argv.slice(lab ? 3 : 2);
const AT_ONCE = 2;
const FILE_SECONDS = Number(process.env.TEST_FILE_SECONDS ?? 180);

const files = readdirSync(here, { recursive: true, encoding: "utf8" })
  .filter(name => name.endsWith(".test.js") && (lab || !name.startsWith("lab/")))
  .filter(name =>
    patterns.length ? patterns.some(p => name.includes(p)) : !lab || laboratory.wanted.test(name),
  )
  .sort();
const list = lab ? "tests/lab/allowed-skips.txt" : "tests/allowed-skips.txt";
const allowed = readFileSync(new URL(`../../${list}`, import.meta.url), "utf8")
  .split("\n")
  .map(line => line.replace(/#.*/, "").trim())
  .filter(Boolean);

process.env.TEST_TRACE = "1"; // the suite tells which test begins

const total = { passed: 0, failed: 0, skipped: 0 };
const troubles: string[] = [];

/** Runs a command on this machine. */
const local: Runner = ([command, ...args], seconds) =>
  new Promise(done => {
    const child = spawn(command!, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let trouble: string | undefined;
    child.stdout.on("data", chunk => (output += chunk));
    child.stderr.on("data", chunk => (output += chunk));
    const timer = setTimeout(() => {
      trouble = `took longer than ${seconds} s`;
      child.kill("SIGKILL");
    }, seconds * 1000);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      done({ output, how: code ?? signal!, trouble });
    });
  });

async function run(file: string, runner: Runner): Promise<void> {
  const {
    output: traced,
    how,
    trouble: failure,
  } = await runner([process.execPath, "--expose-gc", "--enable-source-maps", here + file], FILE_SECONDS);
  const started = [...traced.matchAll(/^RUN (.*)$/gm)].at(-1)?.[1];
  const output = traced.replace(/\n(RUN|FAILED) .*\n/g, "");
  const counts = /^(\d+) passed, (\d+) failed, (\d+) skipped$/m.exec(output);
  const [passed, failed, skipped] = counts
    ? (counts.slice(1).map(Number) as [number, number, number])
    : [0, 1, 0];
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
  const where = !counts && started ? `in "${started}": ` : "";
  let trouble = failure
    ? where + failure
    : !counts
      ? `${where}ended without a count (${how})`
      : failed
        ? `${failed} failed`
        : "";
  if (counts && !failed && (trouble || how !== 0)) {
    trouble ||= `exit status ${how}`;
    total.failed++;
  }
  for (const line of output.split("\n").filter(line => line.startsWith("SKIP "))) {
    const listed = allowed.some(entry => line.slice(5).startsWith(entry));
    console.log(line + (listed ? "" : `  (not in ${list})`));
    if (!listed && process.env.CI) {
      total.failed++;
      trouble ||= "a skip that is not allowed";
    }
  }
  console.log(
    `${trouble ? "FAIL" : "ok  "} ${file.replace(/\.test\.js$/, "")}: ${passed} passed${skipped ? `, ${skipped} skipped` : ""}${trouble && `: ${trouble}`}`,
  );
  if (trouble) {
    troubles.push(file);
    console.log(output.replace(/^/gm, "    "));
  }
}

const queue = [...files];
async function worker(): Promise<void> {
  const runner = lab ? laboratory.runner() : local;
  for (;;) {
    const file = queue.shift();
    if (file === undefined) break;
    await run(file, runner);
  }
}
if (files.length === 0) {
  console.error(`no test file matches ${patterns.join(" ")}`);
  total.failed++;
}
await Promise.all(Array.from({ length: Math.min(AT_ONCE, files.length) }, worker));
if (troubles.length) console.log(`failed: ${troubles.join(", ")}`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed ? 1 : 0);
