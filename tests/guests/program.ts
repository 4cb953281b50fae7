// One Pyodide that runs programs, each in a fresh namespace: node program.js LOADER MODE FOLDERS FILE….
// FOLDERS, apart by colons, are those of modules that the programs import. Prints each program's name when
// it begins and its output behind it, apart by \x01, ended by a zero.
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { attach, dispose } from "../../shim/emscripten/index.js";
import type { Pyodide } from "./guest.js";

/** What the programs need: loopback, pairs, names, and the options and groups that they set. */
const POLICY = [
  "tcp-connect:127.0.0.1:*",
  "tcp-listen:127.0.0.1:*",
  "tcp-listen:0.0.0.0:*",
  "tcp-bind:192.0.2.1:*",
  "udp-bind:127.0.0.1:*",
  "udp-bind:0.0.0.0:*",
  "udp-connect:127.0.0.0/8:*",
  "udp-connect:239.255.0.0/16:*",
  "unix-pair",
  // The libc asks for interfaces by a datagram socket of AF_UNIX.
  "unix-connect:/nowhere",
  "option:*",
  "reverse:*",
  "names:*",
  "services",
  "hostname",
  "interfaces",
  "netlink:route",
];
/** What those need beside that whose socket module is replaced. */
const REPLACED = [
  "tcp-connect:[::1]:*",
  "tcp-listen:[::1]:*",
  "udp-bind:[::1]:*",
  "udp-connect:[::1]:*",
  `unix:${tmpdir()}/**`,
  "abstract:*",
  "rights",
];

const [loader, mode, folders, ...files] = process.argv.slice(2);
const { loadPyodide } = (await import(pathToFileURL(loader!).href)) as {
  loadPyodide: (options?: unknown) => Promise<Pyodide>;
};
const replaced = mode === "replaced";
const pyodide = await attach(loadPyodide, {
  policy: replaced ? [...POLICY, ...REPLACED] : POLICY,
  replaceSocketModule: replaced,
  pyodide: { env: { HOME: "/home", PEERS: process.env.PEERS! } },
});
const modules = folders!.split(":");
modules.forEach((folder, i) => {
  pyodide.mountNodeFS(`/modules/${i}`, folder);
});
pyodide.runPython(`import sys\nsys.path[:0] = [${modules.map((_, i) => `"/modules/${i}"`)}]`);
for (const file of files) {
  process.stdout.write(`${basename(file)}\x01`);
  const lines: string[] = [];
  pyodide.setStdout({ batched: line => lines.push(line) });
  const globals = pyodide.toPy({ __name__: "__main__" });
  try {
    await pyodide.runPythonAsync(readFileSync(file, "utf8"), { globals });
  } catch (error) {
    lines.push((error as Error).message.trim().split("\n").slice(-3).join(" "));
  }
  process.stdout.write(`${lines.map(line => `${line}\n`).join("")}\0`);
}
dispose(pyodide);
