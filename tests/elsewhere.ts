// What is done to a descriptor elsewhere in the process: behind the back of the package, and of the
// runtime.
import { statSync, type Stats } from "node:fs";
import { nodeHost } from "../shim/node.js";

// A second environment, to the addon. It is not told what the first one owns and watches. (Deno's
// closeSync() closes only what it opened.)
const other = nodeHost();

/** close(2) of a number that the package goes on to take for its own. */
export function closeElsewhere(fd: number): void {
  if (other.close(fd) < 0) throw new Error(`${fd} was not open`);
}

/**
 * The path of what a number leads to, for those whose fs functions take no descriptor that they did
 * not open.
 */
export const pathOf = (fd: number): string => `/proc/self/fd/${fd}`;

/** fstat(2) of any descriptor. */
export const statOf = (fd: number): Stats => statSync(pathOf(fd));
