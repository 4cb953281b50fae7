// A worker of halves.ts in Pyodide: node half.js LOADER TESTS FOLDER [replaced]. TESTS is the folder of
// CPython's package `test`, FOLDER one that both workers have for sockets and files. Its channel is
// descriptor 3.
import { mkdtempSync, readFileSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { attach } from "../../shim/emscripten/index.js";
import { EVERYTHING, type Pyodide } from "./guest.js";

const CHANNEL = 3;
const [loader, tests, folder, replaced] = process.argv.slice(2);
const { loadPyodide } = (await import(pathToFileURL(loader!).href)) as {
  loadPyodide: (options?: unknown) => Promise<Pyodide>;
};

let rest = "";
/** The next line, "" at the end: the guest's only thread waits for it. */
function receive(): string {
  const buffer = Buffer.alloc(1 << 16);
  for (;;) {
    const end = rest.indexOf("\n");
    if (end >= 0) {
      const line = rest.slice(0, end);
      rest = rest.slice(end + 1);
      return line;
    }
    const count = readSync(CHANNEL, buffer);
    if (count === 0) return "";
    rest += buffer.toString("latin1", 0, count);
  }
}

const pyodide = await attach(loadPyodide, {
  policy: EVERYTHING,
  replaceSocketModule: replaced === "replaced",
  pyodide: { env: { HOME: folder, TMPDIR: folder }, stdout: () => {}, stderr: console.error },
});
pyodide.mountNodeFS("/suite/test", tests!);
pyodide.mountNodeFS(folder!, folder!);
pyodide.FS.writeFile(
  "/suite/halves.py",
  readFileSync(fileURLToPath(new URL("../../../tests/guests/halves.py", import.meta.url))),
);
pyodide.registerJsModule("channel", {
  receive,
  send: (line: string) => void writeSync(CHANNEL, `${line}\n`),
});
pyodide.runPython(`
import sys
sys.path.insert(0, "/suite")
import channel, halves, os
os.chdir(${JSON.stringify(mkdtempSync(join(folder!, "guest-")))})
halves.serve(channel, True)
`);
