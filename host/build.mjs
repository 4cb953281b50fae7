// Builds the addon, build/Release/berkeley_sockets.node, by node-gyp. In a checkout `node host/build.mjs`
// (./build.sh host) makes what is out of date and fails where it can't; npm's install script is
// install.mjs.
import { spawnSync } from "node:child_process";
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
const build = join(root, "build");
const addon = join(build, "Release", "berkeley_sockets.node");
const log = join(build, "host.log");
/** The package that users install has no lock file. */
export const isCheckout = existsSync(join(root, "package-lock.json"));

/** What is missing, and what to do about it: nothing is wrong with the sources. */
export class Missing extends Error {}

/** Whether the output is there and no input, a file or a folder, is newer. */
function isNewer(output, inputs) {
  if (!existsSync(output)) return false;
  const made = statSync(output).mtimeMs;
  const files = inputs.flatMap(input =>
    statSync(input).isDirectory() ? [input, ...readdirSync(input).map(name => join(input, name))] : [input],
  );
  return files.every(file => statSync(file).mtimeMs <= made);
}

function inPath(command) {
  const folders = command.includes("/") ? [""] : (process.env.PATH ?? "").split(delimiter);
  return folders.some(folder => {
    try {
      const file = join(folder, command);
      accessSync(file, constants.X_OK);
      return statSync(file).isFile();
    } catch {
      return false;
    }
  });
}

/** The commands that a build needs, each with the Debian package that has it. */
function requireTools() {
  const { CXX, MAKE, PYTHON, npm_config_python: python } = process.env;
  const tools = [
    [CXX?.trim().split(/\s+/)[0] || "g++", "g++"],
    [MAKE || "make", "make"],
    [python || PYTHON || "python3", "python3"],
  ];
  const missing = tools.filter(([command]) => !inPath(command));
  if (missing.length === 0) return;
  const commands = missing.map(([command]) => command).join(", ");
  const packages = missing.map(([, name]) => name).join(" ");
  throw new Missing(
    `${commands} ${missing.length > 1 ? "are" : "is"} missing (on Debian and Ubuntu: apt-get install ${packages})`,
  );
}

/** Runs a command; what it printed if it failed, else "". */
function run(command, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    ...options,
  });
  return status === 0
    ? ""
    : `${stdout ?? ""}${stderr ?? ""}${error?.message ?? ""}`.trim() || `status ${status}`;
}

/** Headers of this very Node, from its npm package, in `folder`. */
function fetchHeaders(folder) {
  const { platform, arch, versions } = process;
  const name = `node-${platform}-${arch}@${versions.node}`;
  const packages = `${folder}.packages`;
  mkdirSync(packages, { recursive: true });
  const options = ["--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"];
  const failed = run("npm", ["install", "--prefix", packages, ...options, name]);
  if (failed) {
    rmSync(packages, { recursive: true, force: true });
    const why = failed.split("\n").find(line => /\S/.test(line.replace(/^npm \w+!?/, "")));
    throw new Missing(
      `the headers of Node ${versions.node} are missing: ${process.execPath} came without include/node, and npm could not install ${name}: ${why}`,
    );
  }
  mkdirSync(folder);
  renameSync(join(packages, "node_modules", name.replace(/@.*/, ""), "include"), join(folder, "include"));
  rmSync(packages, { recursive: true });
}

/** The folder whose include/node has this Node's headers: its own, else that of its npm package. */
function headers(temporary) {
  const own = dirname(dirname(realpathSync(process.execPath)));
  if (existsSync(join(own, "include/node/node_api.h"))) return own;
  const folder = join(isCheckout ? join(root, ".cache") : temporary, `node-${process.versions.node}`);
  if (!existsSync(folder)) fetchHeaders(folder);
  return folder;
}

/** npm's node-gyp. */
function nodeGyp(command, options) {
  const { npm_config_node_gyp: script } = process.env;
  const args = [command, "--loglevel=error"];
  if (script && existsSync(script)) return run(process.execPath, [script, ...args], options);
  if (inPath("node-gyp")) return run("node-gyp", args, options);
  return run("npm", ["run", "--silent", "node-gyp", "--", ...args], options);
}

/** Makes build/Makefile; whether it still serves when the temporary folder is gone. */
function configure(temporary) {
  let prefix = headers(temporary);
  if (/\s/.test(prefix)) {
    // node-gyp's makefile names the headers without quotes.
    const link = join(temporary, "headers");
    if (/\s/.test(link)) {
      throw new Missing(
        `node-gyp can't use headers from a folder whose name holds a space, as ${prefix} and ${temporary} do: set TMPDIR to another folder`,
      );
    }
    symlinkSync(prefix, link);
    prefix = link;
  }
  // In the environment, where it outdoes a nodedir of the user's npm configuration; as an argument
  // it would not.
  const failed = nodeGyp("configure", { env: { ...process.env, npm_config_nodedir: prefix } });
  if (failed) throw new Error(failed);
  return !prefix.startsWith(temporary);
}

function compile() {
  const output = openSync(log, "w");
  const failed = nodeGyp("build", { stdio: ["ignore", output, output] });
  closeSync(output);
  if (failed)
    throw new Error(`${readFileSync(log, "utf8")}the addon could not be built: that is what ${log} says`);
  const now = new Date();
  utimesSync(addon, now, now);
}

/** What build/ holds but the addon. */
function removeRest() {
  for (const path of ["Makefile", "Release/.deps", "Release/obj.target", "Release/obj"])
    rmSync(join(build, path), { recursive: true, force: true });
}

function makeFolder(fresh) {
  try {
    if (fresh) rmSync(build, { recursive: true, force: true });
    mkdirSync(build, { recursive: true });
  } catch (error) {
    throw new Missing(`${build} can't be written (${error.code})`);
  }
}

/**
 * Builds the addon; `fresh`: all of it. Throws Missing if this system lacks what the build needs, an
 * Error with what was printed if the build fails.
 */
export function buildAddon(fresh) {
  const { platform } = process;
  if (!existsSync(join(root, "host", `sys_${platform}.cc`)))
    throw new Missing(`this version has no sockets for ${platform}`);
  const gyp = join(root, "binding.gyp");
  if (!fresh && isNewer(addon, [join(root, "host"), gyp])) return;
  requireTools();
  makeFolder(fresh);
  const temporary = mkdtempSync(join(tmpdir(), "berkeley-sockets-"));
  try {
    const lasts = isNewer(join(build, "Makefile"), [gyp]) || configure(temporary);
    compile();
    if (!isCheckout || !lasts) removeRest();
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  try {
    buildAddon(false);
  } catch (error) {
    console.error(`build.sh: ${error instanceof Missing ? error.message : (error.stack ?? error)}`);
    process.exitCode = 1;
  }
}
