// Programs of every family (sockets/*.py), in the system's Python and in a Pyodide whose socket module is
// this package's: their outputs must be equal. node sockets.js LOADER [PATTERN…] prints what differs.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const programs = join(root, "tests/guests/sockets");
const SECONDS = 120;

export type Judge = (name: string, expected: string, got: string) => void;

function guideOf(loader: string): string {
  const programs = readFileSync(join(root, "docs/guests.md"), "utf8").matchAll(/^```js\n([^]*?)^```$/gm);
  const program = Array.from(programs, ([, text]) => text!).find(text =>
    text.includes("replaceSocketModule"),
  );
  return program!
    .replace(
      '"berkeley-sockets/emscripten"',
      JSON.stringify(pathToFileURL(join(root, "dist/lib/emscripten.js"))),
    )
    .replace('"pyodide"', JSON.stringify(pathToFileURL(loader)));
}

/** Runs the programs, or those whose names hold one of the patterns, natively and in the guest. */
export function everyFamily(
  name: string,
  loader: string,
  judge: Judge,
  patterns: readonly string[] = [],
): void {
  const files = readdirSync(programs)
    .filter(file => patterns.length === 0 || patterns.some(pattern => file.includes(pattern)))
    .sort();
  const folder = mkdtempSync(join(tmpdir(), "s-"));
  const run = (command: string, args: string[]) => {
    const { stdout, stderr, status } = spawnSync(command, args, {
      encoding: "utf8",
      env: { ...process.env, SOCKETS: folder },
      timeout: SECONDS * 1000,
      maxBuffer: 1 << 26,
    });
    return status === 0 ? stdout : `${stdout}${stderr}`;
  };
  try {
    const runner = fileURLToPath(new URL("replaced.js", import.meta.url));
    const parts = run(process.execPath, [runner, loader, ...files.map(file => join(programs, file))])
      .split("\0")
      .map(part => part.split("\x01") as [string, string | undefined]);
    const outputs = new Map(parts);
    const last = parts.at(-1)![0];
    // The guide's program of this module, as it stands there.
    const guide = join(folder, "guide.mjs");
    writeFileSync(guide, guideOf(loader));
    if (patterns.length === 0)
      judge(`${name}: the second program of docs/guests.md`, "b'HELLO\\n'\n", run(process.execPath, [guide]));
    for (const file of files)
      judge(
        `${name} sockets/${file}`,
        run("python3", ["-P", join(programs, file)]),
        outputs.get(file) ?? `nothing: ${last.slice(-2000)}`,
      );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [loader, ...patterns] = process.argv.slice(2);
  let failed = 0;
  const judge: Judge = (name, expected, got) => {
    if (expected === got) return;
    failed++;
    console.log(`FAIL ${name}\n--- native\n${expected}--- guest\n${got}`);
  };
  everyFamily("pyodide", loader!, judge, patterns);
  console.log(`${failed} failed`);
}
