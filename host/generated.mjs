// Files that a script makes of other files: written, or compared with what is there.
import { readFileSync, writeFileSync } from "node:fs";

/** The top of the tree. */
export const root = new URL("../", import.meta.url);
export const read = path => readFileSync(new URL(path, root), "utf8");

/**
 * Writes each text to its path; with --check it compares instead, and the process fails where one
 * differs. `origin` says what makes them.
 */
export function writeOrCompare(mode, texts, origin) {
  for (const [path, text] of Object.entries(texts)) {
    if (mode !== "--check") writeFileSync(new URL(path, root), text);
    else if (read(path) !== text) {
      process.exitCode = 1;
      console.error(`${path} is not what ${origin}`);
    }
  }
}
