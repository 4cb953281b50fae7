// One Pyodide that runs programs, each in a fresh namespace: node program.js LOADER FILE…. Prints each
// program's name and output, apart by \x01, ended by a zero.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { attach, dispose, type PyodideLike } from "../../shim/emscripten/index.js";

interface Pyodide extends PyodideLike {
  setStdout(options: { batched: (line: string) => void }): void;
  runPythonAsync(code: string, options: { globals: unknown }): Promise<unknown>;
  toPy(value: unknown): unknown;
}

/** What the programs need: loopback, pairs, names, and the options and groups that they set. */
const POLICY = [
  "tcp-connect:127.0.0.1:*",
  "tcp-listen:127.0.0.1:*",
  "udp-bind:127.0.0.1:*",
  "udp-connect:127.0.0.1:*",
  "unix-pair",
  // The libc asks for interfaces by a datagram socket of AF_UNIX.
  "unix-connect:/nowhere",
  "option:IP_ADD_MEMBERSHIP",
  "option:IP_MULTICAST_TTL",
  "reverse:*",
  "names:*",
  "services",
  "hostname",
  "interfaces",
  "netlink:route",
];

const [loader, ...files] = process.argv.slice(2);
const { loadPyodide } = (await import(pathToFileURL(loader!).href)) as {
  loadPyodide: (options?: unknown) => Promise<Pyodide>;
};
const pyodide = await attach(loadPyodide, { policy: POLICY });
for (const file of files) {
  const lines: string[] = [];
  pyodide.setStdout({ batched: line => lines.push(line) });
  const globals = pyodide.toPy({ __name__: "__main__" });
  try {
    await pyodide.runPythonAsync(readFileSync(file, "utf8"), { globals });
  } catch (error) {
    lines.push((error as Error).message.trim().split("\n").slice(-3).join(" "));
  }
  process.stdout.write(`${basename(file)}\x01${lines.map(line => `${line}\n`).join("")}\0`);
}
dispose(pyodide);
