// What the guests of the tests are: Pyodide, and a policy that grants all.
import type { PyodideLike, RuleText } from "../../shim/emscripten/index.js";

/** What the tests use of a Pyodide beside what attach() does. */
export interface Pyodide extends PyodideLike {
  mountNodeFS(path: string, hostPath: string): void;
  setStdout(options: { batched: (line: string) => void }): void;
  runPythonAsync(code: string, options: { globals: unknown }): Promise<unknown>;
  toPy(value: unknown): unknown;
}

/** Rules that grant a guest whatever can be granted. */
export const EVERYTHING: readonly RuleText[] = [
  "tcp-connect:*:*",
  "tcp-listen:*:*",
  "tcp-bind:*:*",
  "mptcp-connect:*:*",
  "mptcp-listen:*:*",
  "sctp-connect:*:*",
  "sctp-listen:*:*",
  "udp-connect:*:*",
  "udp-bind:*:*",
  "udplite-connect:*:*",
  "udplite-bind:*:*",
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
  "family:bluetooth",
  "names:*",
  "reverse:*",
  "services",
  "interfaces",
  "hostname",
  "option:*",
  "control:*",
  "ioctl:*",
  "attach-filter",
];
