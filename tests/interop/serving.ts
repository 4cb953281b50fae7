// What the interop tests share: packages by name, streams to a server's address, servers that run
// while a test does.
import { once } from "node:events";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { AF_INET, SOCK_STREAM, Socket } from "../../ts/promises/index.js";
import type { SocketDuplex } from "../../ts/promises/duplex.js";

/** require() among the packages that ./build.sh interop has installed. */
export const driver = createRequire(resolve(process.argv[2] ?? ".cache/interop", "index.js"));
export const later = (ms: number) => new Promise(done => setTimeout(done, ms));

/** A connected socket as a Node stream, tried until the server listens. */
export async function stream(family: any, address: any): Promise<SocketDuplex> {
  for (let tries = 0; ; tries++) {
    const socket: Socket = new Socket(family, SOCK_STREAM);
    try {
      await socket.connect(address);
      return socket.toDuplex();
    } catch (error) {
      socket.close();
      if (tries === 200) throw error;
      await later(50);
    }
  }
}

export async function freePort(): Promise<number> {
  using probe = new Socket(AF_INET, SOCK_STREAM);
  await probe.bind(["127.0.0.1", 0]);
  return probe.getsockname()[1];
}

/** Runs a server in a folder of its own while `use` does. */
export async function serving(
  start: (folder: string, port: number) => ChildProcess,
  use: (folder: string, port: number) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "berkeley-sockets-"));
  const port = await freePort();
  const server = start(folder, port);
  let output = "";
  server.stdout!.on("data", text => (output += text));
  server.stderr!.on("data", text => (output += text));
  try {
    await use(folder, port);
  } catch (error) {
    throw new Error(`${(error as Error).stack}\n${output}`);
  } finally {
    server.kill("SIGTERM");
    if (server.exitCode === null && server.signalCode === null) await once(server, "exit");
    rmSync(folder, { recursive: true, force: true });
  }
}
