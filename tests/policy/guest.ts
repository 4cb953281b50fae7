// A guest as the tests of escapes have it: a guarded host with its message block, and what stands
// beside it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeHost } from "../../shim/host.js";
import { guarded, type GuardedHost, type Policy, type RuleText } from "../../shim/policy/index.js";
import * as S from "../../ts/index.js";
import { is, ok } from "../suite.js";
import { c } from "./recording.js";

export interface Guest {
  guard: GuardedHost;
  block: Uint8Array;
  /** Writes an address of AF_INET; returns its length. */
  inet(host: string, port: number): number;
  inet6(bytes: number[], port: number): number;
  unix(path: string): number;
  port(fd: number): number;
}

export const host = (body: (guest: Guest) => unknown, policy: Policy | RuleText[]): unknown => {
  const guard = guarded(nodeHost(), policy);
  const block = new Uint8Array(16 + 256);
  const view = new DataView(block.buffer);
  guard.attach(block);
  const done = body({
    guard,
    block,
    inet(address, port) {
      block.fill(0, 16);
      view.setUint16(16, c.AF_INET, true);
      view.setUint16(18, port);
      block.set(address.split(".").map(Number), 20);
      return 16;
    },
    inet6(bytes, port) {
      block.fill(0, 16);
      view.setUint16(16, c.AF_INET6, true);
      view.setUint16(18, port);
      block.set(bytes, 24);
      return 28;
    },
    unix(path) {
      const bytes = Buffer.from(`${path}\0`);
      view.setUint16(16, c.AF_UNIX, true);
      block.set(bytes, 18);
      return 2 + bytes.length;
    },
    port(fd) {
      is(guard.getsockname(fd), 0);
      return view.getUint16(18);
    },
  });
  if (done instanceof Promise) return done.finally(() => guard.dispose());
  guard.dispose();
  return done;
};
export const guest = (policy: Policy | RuleText[], body: (guest: Guest) => unknown) => () =>
  host(body, policy);

/** A folder that is gone afterwards. */
export async function inFolder(body: (folder: string) => unknown): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "escape-"));
  try {
    await body(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const opened = (fd: number): number => {
  ok(fd >= 0, `-errno ${fd}`);
  return fd;
};
export const stream = ({ guard }: Guest, family: number = c.AF_INET) =>
  opened(guard.socket(family, c.SOCK_STREAM, 0));

/** A listener of the embedder's. */
export function listening(): { port: number; fd: number; close(): void } {
  const server = new S.Socket(S.AF_INET, S.SOCK_STREAM);
  server.bind(["127.0.0.1", 0]);
  server.listen(5);
  return { port: server.getsockname()[1], fd: server.fileno(), close: () => server.close() };
}
