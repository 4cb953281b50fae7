// ./build.sh guests: small Python programs, in the system's Python and in Pyodide over this package.
// Their outputs must be equal. The last line is the count.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { everyFamily } from "./sockets.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const programs = join(root, "tests/guests/python");
const [folder, ...versions] = process.argv.slice(2);
if (folder === undefined || versions.length === 0)
  throw new Error("usage: node dist/tests/guests/run.js FOLDER VERSION…");
const SECONDS = 60;

const failures: string[] = [];
let passed = 0;

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

const names = readdirSync(programs).sort();
const native = new Map(
  names.map(name => {
    const { stdout, stderr, status } = spawnSync("python3", ["-P", join(programs, name)], {
      encoding: "utf8",
      timeout: SECONDS * 1000,
    });
    if (status !== 0) throw new Error(`${name} fails natively: ${stderr}`);
    return [name, stdout];
  }),
);

const runner = fileURLToPath(new URL("program.js", import.meta.url));
for (const version of versions) {
  const require = createRequire(pathToFileURL(join(folder, version, "package.json")));
  const loader = require.resolve("pyodide/pyodide.mjs");
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [runner, loader, ...names.map(name => join(programs, name))],
    { encoding: "utf8", timeout: SECONDS * 1000 * 5, maxBuffer: 1 << 26 },
  );
  const doors = spawnSync(process.execPath, [fileURLToPath(new URL("doors.js", import.meta.url)), loader], {
    encoding: "utf8",
    timeout: SECONDS * 1000 * 5,
  });
  // The guide's own program, as it stands there.
  const [, guide] = /^```js\n([^]*?)^```$/m.exec(readFileSync(join(root, "docs/guests.md"), "utf8"))!;
  const program = join(folder, version, "guide.mjs");
  const entry = pathToFileURL(join(root, "dist/lib/emscripten.js")).href;
  writeFileSync(program, guide!.replace('"berkeley-sockets/emscripten"', JSON.stringify(entry)));
  const shown = spawnSync(process.execPath, [program], { encoding: "utf8", timeout: SECONDS * 1000 });
  judge(`pyodide ${version}: the program of docs/guests.md`, "b'hello'\n", shown.stdout + shown.stderr);
  judge(`pyodide ${version}: policies, two at once, the end`, "", doors.stdout + doors.stderr);
  if (status !== 0) failures.push(`pyodide ${version}: ${stderr.slice(-2000)}`);
  const outputs = new Map(
    stdout
      .split("\0")
      .filter(Boolean)
      .map(part => part.split("\x01") as [string, string]),
  );
  for (const name of names)
    judge(`pyodide ${version} ${name}`, native.get(name)!, outputs.get(name) ?? "nothing");
  everyFamily(`pyodide ${version}`, loader, judge);
}
for (const failure of failures) console.log(`failed: ${failure}`);
console.log(`${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length > 0 ? 1 : 0;
