// Runs test files, each in its own process, two at a time: node dist/tests/run.js [PATTERN…]. A file that takes too long is
// ended and counts as a failure. In CI, a skip that tests/allowed-skips.txt does not list is a failure too.
import { spawn } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const patterns = process.argv.slice(2);
const AT_ONCE = 2, FILE_SECONDS = Number(process.env.TEST_FILE_SECONDS ?? 180);

const files = readdirSync(here, { recursive: true, encoding: "utf8" })
  .filter(name => name.endsWith(".test.js") && !name.startsWith("lab/") && (patterns.length === 0 || patterns.some(p => name.includes(p))))
  .sort();
const allowed = readFileSync(new URL("../../tests/allowed-skips.txt", import.meta.url), "utf8")
  .split("\n").map(line => line.replace(/#.*/, "").trim()).filter(Boolean);

const total = { passed: 0, failed: 0, skipped: 0 };
const troubles: string[] = [];

function run(file: string): Promise<void> {
  return new Promise(done => {
    const child = spawn(process.execPath, ["--expose-gc", "--enable-source-maps", here + file], { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", chunk => output += chunk);
    child.stderr.on("data", chunk => output += chunk);
    let late = false;
    const timer = setTimeout(() => { late = true; child.kill("SIGKILL"); }, FILE_SECONDS * 1000);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      const counts = /^(\d+) passed, (\d+) failed, (\d+) skipped$/m.exec(output);
      const [passed, failed, skipped] = counts ? counts.slice(1).map(Number) as [number, number, number] : [0, 1, 0];
      total.passed += passed;
      total.failed += failed;
      total.skipped += skipped;
      let trouble = late ? `took longer than ${FILE_SECONDS} s` : !counts ? `ended without a count (${signal ?? code})` : failed ? `${failed} failed` : "";
      if (!trouble && code !== 0) { trouble = `exit status ${code}`; total.failed++; }
      for (const line of output.split("\n").filter(line => line.startsWith("SKIP "))) {
        const listed = allowed.some(entry => line.slice(5).startsWith(entry));
        console.log(line + (listed ? "" : "  (not in allowed-skips.txt)"));
        if (!listed && process.env.CI) { total.failed++; trouble ||= "a skip that is not allowed"; }
      }
      console.log(`${trouble ? "FAIL" : "ok  "} ${file.replace(/\.test\.js$/, "")}: ${passed} passed${skipped ? `, ${skipped} skipped` : ""}${trouble && `: ${trouble}`}`);
      if (trouble) { troubles.push(file); console.log(output.replace(/^/gm, "    ")); }
      done();
    });
  });
}

const queue = [...files];
async function worker(): Promise<void> { for (let file; (file = queue.shift()) !== undefined;) await run(file); }
if (files.length === 0) { console.error(`no test file matches ${patterns.join(" ")}`); total.failed++; }
await Promise.all(Array.from({ length: AT_ONCE }, worker));
if (troubles.length) console.log(`failed: ${troubles.join(", ")}`);
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed ? 1 : 0;
