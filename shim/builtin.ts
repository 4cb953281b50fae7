// Node's own modules by require(). Measured, importing node:fs, node:os, node:url,
// node:worker_threads and node:diagnostics_channel costs an import of the package 4 ms, since
// import makes a namespace of all that a module exports and loads what it depends on; require()
// costs 0.4 ms, and can wait until the module is needed.
import { createRequire } from "node:module";

interface Builtins {
  "node:cluster": typeof import("node:cluster")["default"];
  "node:dgram": typeof import("node:dgram");
  "node:diagnostics_channel": typeof import("node:diagnostics_channel");
  "node:events": typeof import("node:events");
  "node:fs": typeof import("node:fs");
  "node:net": typeof import("node:net");
  "node:os": typeof import("node:os");
  "node:stream": typeof import("node:stream");
  "node:url": typeof import("node:url");
  "node:v8": typeof import("node:v8");
  "node:vm": typeof import("node:vm");
  "node:worker_threads": typeof import("node:worker_threads");
}

export const builtin = createRequire(import.meta.url) as <K extends keyof Builtins>(name: K) => Builtins[K];
