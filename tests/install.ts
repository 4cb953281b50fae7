// ./build.sh pack: the package where something is missing: a compiler, a supported system, an install
// script that ran, headers, room to write. Installing it ends well, the codec works, and the first
// socket says what to do. And package-lock.json, which npm takes as it is.
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import type { Result } from "./pack.js";

interface Stage {
  /** A temporary folder, whose name holds a space. */
  folder: string;
  tarball: string;
  run: (cwd: string, command: string, args: string[], env?: NodeJS.ProcessEnv) => Result;
  claim: (name: string, broken: string) => boolean;
}

const { execPath } = process;
const NPM = ["--no-audit", "--no-fund", "--prefer-offline"];

/** What needs no socket, and then the first one. */
const program = `
import { load } from "berkeley-sockets/codec";
import { Socket } from "berkeley-sockets";
import { Socket as Waiting } from "berkeley-sockets/promises";
console.log(Buffer.from((await load()).target("linux64").encodeAddress("AF_INET", ["127.0.0.1", 80])).toString("hex"));
for (const Class of [Socket, Waiting]) {
  try {
    new Class().close();
    console.log("opened");
  } catch (error) {
    console.log(error.message);
  }
}
`;
const ADDRESS = "020000507f0000010000000000000000";

/** A PATH with what is in this one, save some commands. */
function pathWithout(folder: string, ...missing: string[]): string {
  const bin = join(folder, `without ${missing.join(" ")}`);
  mkdirSync(bin);
  const folders = (process.env.PATH ?? "").split(delimiter).filter(existsSync);
  const taken = new Set(missing);
  for (const directory of folders) {
    for (const name of readdirSync(directory)) {
      if (taken.has(name)) continue;
      taken.add(name);
      symlinkSync(join(directory, name), join(bin, name));
    }
  }
  return bin;
}

const lines = (...expected: string[]) => expected.map(line => `${line}\n`).join("");

export function installs({ folder, tarball, run, claim }: Stage): void {
  /** An empty project with the program. */
  function projectOf(name: string, npmrc = ""): { project: string; installed: string } {
    const project = join(folder, name);
    mkdirSync(project);
    writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
    writeFileSync(join(project, "program.mjs"), program);
    writeFileSync(join(project, ".npmrc"), npmrc);
    return { project, installed: join(project, "node_modules/berkeley-sockets") };
  }
  const install = (project: string, env: NodeJS.ProcessEnv = {}) =>
    run(project, "npm", ["install", ...NPM, tarball], { ...process.env, ...env });
  const build = (installed: string, env: NodeJS.ProcessEnv = {}) =>
    run(installed, execPath, ["host/install.mjs"], { ...process.env, ...env });

  /** It ended well and printed that alone. */
  const printed = ({ status, output }: Result, expected: string) =>
    status === 0 && output === expected
      ? ""
      : `expected status 0 and:\n${expected}\nstatus ${status}:\n${output}`;
  const ended = ({ status, output }: Result) => (status === 0 ? "" : `status ${status}\n${output}`);
  const notBuilt = (why: string) =>
    lines(`berkeley-sockets: the socket addon is not built: ${why}. The codec works without it.`);
  /** What the program prints where there is no addon. */
  const refused = (why: string) => lines(ADDRESS, `socket ENOSYS: ${why}`, `socket ENOSYS: ${why}`);
  const unbuilt = (why: string) =>
    refused(`the socket addon is not built: ${why}; then run \`npm rebuild berkeley-sockets\``);
  const use = (project: string, env: NodeJS.ProcessEnv = {}) =>
    run(project, execPath, ["program.mjs"], { ...process.env, ...env });
  const decode = (project: string, env: NodeJS.ProcessEnv = {}) =>
    run(project, "npx", ["--no", "berkeley-sockets", "--", "decode", "--as", "linger", "0100000005000000"], {
      ...process.env,
      ...env,
    });

  // No compiler, and one command after the other.
  const bare = projectOf("no compiler");
  const tools = "g++, make, python3 are missing (on Debian and Ubuntu: apt-get install g++ make python3)";
  const without = pathWithout(folder, "g++", "make", "python3");
  claim(
    "without compiler, make and python3 npm install ends well",
    ended(install(bare.project, { PATH: without })),
  );
  claim(
    "without them the codec works, and a socket says what to install",
    printed(use(bare.project), unbuilt(tools)),
  );
  claim("without them the command decodes", ended(decode(bare.project)));
  for (const [command, ...others] of [
    ["g++", "make", "python3"],
    ["make", "g++", "python3"],
    ["python3", "g++", "make"],
  ] as const) {
    const PATH = pathWithout(folder, command);
    claim(
      `${others.join(" and ")} without ${command}: the line names it`,
      printed(
        build(bare.installed, { PATH }),
        notBuilt(`${command} is missing (on Debian and Ubuntu: apt-get install ${command})`),
      ),
    );
  }

  // A system that host/ has no sources for.
  for (const platform of ["darwin", "win32"]) {
    const { project, installed } = projectOf(platform);
    const fake = join(folder, `${platform}.cjs`);
    writeFileSync(fake, `Object.defineProperty(process, "platform", { value: "${platform}" });`);
    const env = { NODE_OPTIONS: `--require ${JSON.stringify(fake)}` };
    // npm itself asks for the platform to choose a shell: it has the true one.
    const run = install(project, { npm_config_ignore_scripts: "true" });
    claim(`${platform}: npm install`, ended(run));
    claim(
      `${platform}: the install script says so in one line and ends well`,
      printed(build(installed, env), notBuilt(`this version has no sockets for ${platform}`)),
    );
    claim(
      `${platform}: the codec works, and a socket says that there are none`,
      printed(
        use(project, env),
        refused(`this version of berkeley-sockets has no sockets for ${platform}, its codec alone`),
      ),
    );
  }

  // An install script that did not run, and the command that the message names.
  const silent = projectOf("no scripts", "ignore-scripts=true\n");
  claim("with ignore-scripts npm install ends well", ended(install(silent.project)));
  const rebuild = "npm rebuild --ignore-scripts=false berkeley-sockets";
  claim(
    "with ignore-scripts a socket says what to run",
    printed(
      use(silent.project),
      refused(
        `the socket addon is not built, since its install script did not run: run \`${rebuild}\` with a C++ compiler, make and python3 installed`,
      ),
    ),
  );
  const [npm, ...args] = rebuild.split(" ");
  claim("what it says to run builds the addon", ended(run(silent.project, npm!, args)));
  claim("then sockets open", printed(use(silent.project), lines(ADDRESS, "opened", "opened")));
  claim(
    "of the build the addon alone is left",
    ["Makefile", "Release/obj.target", "not-built.txt"]
      .filter(name => existsSync(join(silent.installed, "build", name)))
      .join("\n"),
  );

  // An addon of another system.
  const addon = join(silent.installed, "build/Release/berkeley_sockets.node");
  writeFileSync(addon, "not an addon");
  const foreign = use(silent.project);
  claim(
    "an addon that does not load: the message has the loader's words and what to run",
    foreign.status === 0 &&
      /did not load: .*; if it was built on another system, run `npm rebuild/.test(foreign.stdout)
      ? ""
      : foreign.output,
  );

  // A Node without headers, and one whose headers lie in a folder with a space.
  const apart = join(folder, "another node");
  mkdirSync(join(apart, "bin"), { recursive: true });
  copyFileSync(execPath, join(apart, "bin/node"));
  const other = (env: NodeJS.ProcessEnv) =>
    run(bare.installed, join(apart, "bin/node"), ["host/install.mjs"], { ...process.env, ...env });
  const cacheless = other({ npm_config_cache: "/dev/null/cache" });
  claim(
    "without headers, and where npm can't write its cache: the line says so",
    cacheless.status === 0 &&
      new RegExp(
        `^berkeley-sockets: the socket addon is not built: the headers of Node ${process.versions.node} are missing: .* npm could not install node-.*\n$`,
      ).test(cacheless.output)
      ? ""
      : cacheless.output,
  );
  const include = join(execPath, "../../include");
  if (existsSync(join(include, "node/node_api.h"))) {
    symlinkSync(include, join(apart, "include"));
    claim("headers in a folder with a space", printed(other({}), ""));
    claim("and the addon that they gave", printed(use(bare.project), lines(ADDRESS, "opened", "opened")));
  }

  // A package that can't be written, asked by one who is not root.
  const fixed = join(folder, "fixed");
  cpSync(bare.installed, fixed, { recursive: true });
  cpSync(join(bare.project, "node_modules/node-addon-api"), join(fixed, "node_modules/node-addon-api"), {
    recursive: true,
  });
  chmodSync(folder, 0o755);
  chmodSync(fixed, 0o555);
  chmodSync(join(fixed, "build"), 0o555);
  const nobody =
    process.getuid?.() === 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] : ["env"];
  claim(
    "a package that can't be written: the line says so",
    printed(
      run(fixed, nobody[0]!, [...nobody.slice(1), execPath, "host/install.mjs"]),
      notBuilt(`${join(fixed, "build")} can't be written (EACCES)`),
    ),
  );
  chmodSync(fixed, 0o755);
  chmodSync(join(fixed, "build"), 0o755);

  // What is wrong with the sources is no lack of the system.
  writeFileSync(join(bare.installed, "host/binding.cc"), "#error this is broken\n");
  const broken = build(bare.installed);
  claim(
    "sources that don't compile are an error, with what the compiler said",
    broken.status === 1 && broken.output.includes("#error this is broken")
      ? ""
      : `status ${broken.status}\n${broken.output}`,
  );

  // The lock file of this checkout.
  const locked = join(folder, "locked");
  mkdirSync(locked);
  for (const name of ["package.json", "package-lock.json", ".npmrc"]) copyFileSync(name, join(locked, name));
  claim(
    "npm ci takes package-lock.json",
    ended(run(locked, "npm", ["ci", ...NPM, "--dry-run", "--ignore-scripts"])),
  );
  claim(
    "npm install leaves package-lock.json as it is",
    ended(run(locked, "npm", ["install", ...NPM, "--package-lock-only", "--ignore-scripts"])) ||
      (readFileSync(join(locked, "package-lock.json"), "utf8") === readFileSync("package-lock.json", "utf8")
        ? ""
        : "it was changed"),
  );
}
