// Why there is no addon to load, and what to do about it.
import { builtin } from "./builtin.js";

const { existsSync, readFileSync } = builtin("node:fs");
const { fileURLToPath } = builtin("node:url");

const HOST = new URL("../../host/", import.meta.url);
/** Written by host/install.mjs: what the build lacked. */
const REASON = new URL("../../build/not-built.txt", import.meta.url);

/** Of an addon that is not there; `platform` as in process.platform. */
export function missing(platform: string): string {
  if (!existsSync(HOST)) {
    const place = fileURLToPath(new URL("../..", import.meta.url));
    return `the socket addon is not where this module looks for it, in ${place}: a bundler must leave berkeley-sockets out`;
  }
  if (!existsSync(new URL(`sys_${platform}.cc`, HOST)))
    return `this version of berkeley-sockets has no sockets for ${platform}, its codec alone`;
  if (existsSync(REASON))
    return `the socket addon is not built: ${readFileSync(REASON, "utf8")}; then run \`npm rebuild berkeley-sockets\``;
  return "the socket addon is not built, since its install script did not run: run `npm rebuild --ignore-scripts=false berkeley-sockets` with a C++ compiler, make and python3 installed";
}
