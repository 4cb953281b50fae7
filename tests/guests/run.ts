// ./build.sh guests: what Pyodide does over this package, against the system's Python. Small programs,
// whose outputs must be equal; CPython's own tests, of which the newest Pyodide passes what the lists do
// not name. node run.js FOLDER VERSION…: FOLDER has each version, newest first, and the programs'
// modules. The last line is the count.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { alone } from "./alone.js";
import { hasSuite, type Count } from "./cpython.js";
import { halves } from "./halves.js";
import { programs } from "./programs.js";
import { everyFamily } from "./sockets.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const [folder, ...versions] = process.argv.slice(2);
if (folder === undefined || versions.length === 0)
  throw new Error("usage: node dist/tests/guests/run.js FOLDER VERSION…");
const SECONDS = 60;

const failures: string[] = [];
let passed = 0;
let skipped = 0;

function judge(name: string, expected: string, got: string): void {
  if (expected === got) {
    passed++;
    return;
  }
  failures.push(name);
  console.log(
    `FAIL ${name}\n  native: ${expected.trim()}\n  guest:  ${got.trim()}`.replaceAll("\n", "\n    "),
  );
}

const loaderOf = (version: string) =>
  createRequire(pathToFileURL(join(folder, version, "package.json"))).resolve("pyodide/pyodide.mjs");

for (const version of versions) {
  const doors = spawnSync(
    process.execPath,
    [fileURLToPath(new URL("doors.js", import.meta.url)), loaderOf(version)],
    { encoding: "utf8", timeout: SECONDS * 1000 * 5 },
  );
  // The guide's own program, as it stands there.
  const [, guide] = /^```js\n([^]*?)^```$/m.exec(readFileSync(join(root, "docs/guests.md"), "utf8"))!;
  const program = join(folder, version, "guide.mjs");
  const entry = pathToFileURL(join(root, "dist/lib/emscripten.js")).href;
  writeFileSync(program, guide!.replace('"berkeley-sockets/emscripten"', JSON.stringify(entry)));
  const shown = spawnSync(process.execPath, [program], { encoding: "utf8", timeout: SECONDS * 1000 });
  judge(`pyodide ${version}: the program of docs/guests.md`, "b'hello'\n", shown.stdout + shown.stderr);
  judge(`pyodide ${version}: policies, two at once, the end`, "", doors.stdout + doors.stderr);
  everyFamily(`pyodide ${version}`, loaderOf(version), judge);
}

const newest = versions[0]!;
/** Until 0.29 ssl is a package to be downloaded, which the clients import, TLS or not. */
const without = {
  programs: /^(redis|postgres)_/,
  why: "it has no module ssl, which redis and pg8000 import",
};
const runs = versions.map(version => ({
  name: `pyodide ${version}`,
  loader: loaderOf(version),
  mode: "own" as const,
  ...(version.startsWith("0.") ? { without } : undefined),
}));
skipped += await programs(
  [...runs, { ...runs[0]!, mode: "replaced" }],
  [join(root, "tests/guests/modules"), join(folder, "site")],
  judge,
);

/** Counts what a measure of CPython's tests found. */
function add(count: Count): void {
  passed += count.passed;
  failures.push(...count.failures);
}
if (hasSuite()) {
  add(await halves(loaderOf(newest), [], ["imports", "replaced"]));
  add(await alone(loaderOf(newest), []));
} else {
  skipped++;
  console.log("CPython's tests are not installed (python3.11, libpython3.11-testsuite): they are skipped");
}
for (const failure of failures) console.log(`failed: ${failure}`);
console.log(`${passed} passed, ${failures.length} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = failures.length > 0 ? 1 : 0;
