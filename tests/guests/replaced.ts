// One Pyodide whose socket module is this package's, which runs programs: node replaced.js LOADER FILE….
// Prints each program's name and output, apart by \x01, ended by a zero. SOCKETS is a folder for paths.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { attach, dispose, type PyodideLike, type RuleText } from "../../shim/emscripten/index.js";

interface Pyodide extends PyodideLike {
  mountNodeFS(path: string, hostPath: string): void;
  setStdout(options: { batched: (line: string) => void }): void;
  runPythonAsync(code: string, options: { globals: unknown }): Promise<unknown>;
  toPy(value: unknown): unknown;
}

const SOCKETS = process.env.SOCKETS!;
/** Whatever the programs try, so that the kernel alone refuses. */
const POLICY: readonly RuleText[] = [
  ...["tcp-connect", "tcp-listen", "udp-connect", "udp-bind", "udplite-connect", "udplite-bind"].map(
    kind => `${kind}:*:*` as const,
  ),
  ...["mptcp-connect", "mptcp-listen", "sctp-connect", "sctp-listen"].map(kind => `${kind}:*:*` as const),
  "raw:*",
  "ping:*",
  "unix:/**",
  "abstract:*",
  "unix-pair",
  "rights",
  "netlink:*",
  "packet:*",
  "can:*",
  "vsock-connect:*:*",
  "vsock-listen:*:*",
  "family:alg",
  "family:tipc",
  "family:rds",
  "family:qipcrtr",
  "names:*",
  "reverse:*",
  "services",
  "interfaces",
  "hostname",
  "option:*",
  "control:*",
] as readonly RuleText[];

const [loader, ...files] = process.argv.slice(2);
const { loadPyodide } = (await import(pathToFileURL(loader!).href)) as {
  loadPyodide: (options?: unknown) => Promise<Pyodide>;
};
const pyodide = await attach(loadPyodide, {
  policy: POLICY,
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
