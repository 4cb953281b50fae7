// One Pyodide whose socket module is this package's, which runs programs: node replaced.js LOADER FILE….
// Prints each program's name and output, apart by \x01, ended by a zero. SOCKETS is a folder for paths.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { attach, dispose } from "../../shim/emscripten/index.js";
import { EVERYTHING, type Pyodide } from "./guest.js";

const SOCKETS = process.env.SOCKETS!;
const [loader, ...files] = process.argv.slice(2);
const { loadPyodide } = (await import(pathToFileURL(loader!).href)) as {
  loadPyodide: (options?: unknown) => Promise<Pyodide>;
};
const pyodide = await attach(loadPyodide, {
  // The kernel alone refuses.
  policy: EVERYTHING,
  pyodide: { env: { SOCKETS } },
  replaceSocketModule: true,
});
pyodide.mountNodeFS(SOCKETS, SOCKETS);
for (const file of files) {
  const lines: string[] = [];
  pyodide.setStdout({ batched: line => lines.push(line) });
  const globals = pyodide.toPy({ __name__: "__main__" });
  try {
    await pyodide.runPythonAsync(readFileSync(file, "utf8"), { globals });
  } catch (error) {
    lines.push((error as Error).message.trim().split("\n").slice(-6).join(" "));
  }
  process.stdout.write(`${basename(file)}\x01${lines.map(line => `${line}\n`).join("")}\0`);
}
dispose(pyodide);
