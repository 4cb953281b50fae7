// The runtime that the tests run on, and how it is asked to run a program: Node, Bun and Deno
// differ in their arguments.
import { mkdtempSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const { bun, deno } = process.versions as { bun?: string; deno?: string };
export const runtime = bun !== undefined ? "bun" : deno !== undefined ? "deno" : "node";

/** gc() in all three; V8's is asked for by a flag. */
const GC = "globalThis.gc ??= () => Bun.gc(true);";
if (runtime === "bun") Function(GC)();

/**
 * The runtime's arguments before a program's file. `flags` are Node's; of these the others know
 * --expose-gc alone.
 */
export function fileArguments(flags: readonly string[], file: string): string[] {
  if (runtime === "node") return [...flags, file];
  if (runtime === "bun") return [file];
  return ["run", "-A", ...(flags.includes("--expose-gc") ? ["--v8-flags=--expose-gc"] : []), file];
}

let folder: string | undefined;
let files = 0;

/**
 * The runtime's arguments for an ES module's text: a file of a folder that goes with this process,
 * where -e takes no module.
 */
export function textArguments(flags: readonly string[], text: string): string[] {
  if (runtime === "node") return [...flags, "--input-type=module", "-e", text];
  if (folder === undefined) {
    const made = mkdtempSync(join(tmpdir(), "program-"));
    folder = made;
    process.on("exit", () => rmSync(made, { recursive: true, force: true }));
  }
  const file = join(folder, `${files++}.mjs`);
  writeFileSync(file, runtime === "bun" && flags.includes("--expose-gc") ? `${GC}\n${text}` : text);
  return fileArguments(flags, file);
}

/** Where descriptors 0, 1 and 2 lead. */
const standard = runtime === "node" ? [] : [0, 1, 2].map(fd => readlinkSync(`/proc/self/fd/${fd}`));

/**
 * Whether a line of openDescriptors() is the runtime's own: Deno has pipes for its workers, and a
 * database.
 */
export function ofRuntime(line: string): boolean {
  return runtime === "deno" && / -> (pipe:|anon_inode:)|\.cache\/deno\//.test(line);
}

/** Whether it is a duplicate of 0, 1 or 2, which Bun makes for http and Deno for workers. */
export function duplicates(line: string): boolean {
  return standard.includes(line.replace(/^\d+ -> /, ""));
}

/**
 * Waits until the runtime has opened what it opens by itself: Deno two sockets, half a second after
 * its start.
 */
export async function settled(): Promise<void> {
  if (runtime === "deno") await new Promise(resolve => setTimeout(resolve, 700));
}
