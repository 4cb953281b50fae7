// npm's install script: builds the addon. Where this system lacks what that needs, it says so in one
// line and ends well: the codec works without the addon, and the first socket says what is missing
// (shim/missing-addon.ts). A build that fails is an error.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Missing, buildAddon, isCheckout, root } from "./build.mjs";

const build = join(root, "build");
const reason = join(build, "not-built.txt");

/** Keeps why there is no addon, for the first socket. In a folder that can't be written it is not kept. */
function keep(why) {
  try {
    mkdirSync(build, { recursive: true });
    writeFileSync(reason, why);
  } catch (error) {
    if (!["EACCES", "EPERM", "EROFS"].includes(error.code)) throw error;
  }
}

try {
  buildAddon(!isCheckout);
  rmSync(reason, { force: true });
} catch (error) {
  if (!(error instanceof Missing)) {
    console.error(error.message);
    process.exit(1);
  }
  console.log(
    `berkeley-sockets: the socket addon is not built: ${error.message}. The codec works without it.`,
  );
  keep(error.message);
}
