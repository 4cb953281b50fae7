// A worker with a blocking socket: one side of a crowded program. It imports the module that it is
// told to.
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { Random } from "./random.js";
import { receives, sends, type Side } from "./traffic.js";

/** What a worker is told. */
export interface Task {
  module: string;
  constants: Record<string, number>;
  role: "send" | "receive" | "endless" | "datagrams" | "busy";
  socket: { family: number; type: number; proto: number; fd: number };
  stream: number;
  total: number;
  seed: number;
  calm: boolean;
}

const {
  module,
  constants,
  role,
  socket: { family, type, proto, fd },
  stream,
  total,
  seed,
  calm,
} = workerData as Task;
const { Socket, socketpair } = (await import(module)) as typeof import("../../ts/index.js");
const folder = mkdtempSync(join(tmpdir(), "model-"));
let files = 0;

function file(bytes: Uint8Array): { fd: number; close(): void } {
  const name = join(folder, String(files++));
  writeFileSync(name, bytes);
  const fd = openSync(name, "r");
  rmSync(name);
  return {
    fd,
    close: () => {
      closeSync(fd);
    },
  };
}

try {
  const socket = new Socket(family, type, proto, fd);
  const side: Side = { socket, constants, promises: false, calm, file };
  if (role === "send") {
    const runs = await sends(side, stream, total, new Random(seed));
    socket.close();
    parentPort!.postMessage({ runs });
  } else if (role === "receive") {
    const chunks = await receives(side, new Random(seed));
    socket.close();
    parentPort!.postMessage({ chunks: chunks.map(chunk => Uint8Array.from(chunk)) });
  } else if (role === "endless") {
    const data = new Uint8Array(4096);
    try {
      for (;;) socket.sendall(data);
    } catch (error) {
      if (!["EPIPE", "ECONNRESET"].includes((error as { code: string }).code)) throw error;
    }
    socket.close();
    parentPort!.postMessage({});
  } else if (role === "busy") {
    parentPort!.postMessage({});
    // Until it is terminated, wherever that finds it.
    for (;;) {
      const [a, b] = socketpair();
      a.sendall("x");
      b.recv(1);
      const copy = a.dup();
      a.close();
      copy.close();
      b.close();
    }
  }
} catch (error) {
  parentPort!.postMessage({ error: `${(error as Error).stack}` });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
