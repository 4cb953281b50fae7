// ./build.sh pack: npm pack, the tarball installed in an empty project, and programs that use it
// there. The last line is the count.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { installs } from "./install.js";

const root = process.cwd();
const folder = realpathSync(mkdtempSync(join(tmpdir(), "sockets pack ")));
const project = join(folder, "project");
const installed = join(project, "node_modules/berkeley-sockets");
let passed = 0;
let failed = 0;

export interface Result {
  status: number | null;
  output: string;
  stdout: string;
}

function run(cwd: string, command: string, args: string[], env: NodeJS.ProcessEnv = process.env): Result {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd,
    env,
    encoding: "utf8",
    timeout: 240_000,
    killSignal: "SIGKILL",
    input: "",
    maxBuffer: 1 << 26,
  });
  return { status, stdout, output: `${stdout ?? ""}${stderr ?? ""}${error?.message ?? ""}` };
}

/** One claim; `broken` says what breaks it, "" if nothing does. */
function claim(name: string, broken: string): boolean {
  if (broken) failed++;
  else passed++;
  console.log(`${broken ? "FAIL" : "ok  "} ${name}`);
  if (broken) console.log(broken.trimEnd().replace(/^/gm, "     "));
  return !broken;
}
const succeeds = ({ status, output }: Result) => (status === 0 ? "" : `status ${status}\n${output}`);
const prints = (expected: string, result: Result) =>
  succeeds(result) ||
  (result.stdout === `${expected}\n` ? "" : `expected ${expected}, got:\n${result.output}`);

// What every program below does: a connection and a line over it.
const body = `
const server = createServer(["127.0.0.1", 0]);
const client = createConnection(server.getsockname());
const [connection] = server.accept();
client.sendall("over the wire");
console.log(connection.recv(100).toString());
for (const s of [connection, client, server]) s.close();
`;
const names = "createConnection, createServer";
// The same in promises, between the two classes.
const awaited = `
import { OSError, createServer } from "berkeley-sockets";
import { OSError as same, Socket, getaddrinfo } from "berkeley-sockets/promises";
if (same !== OSError) throw new Error("two modules");
const server = createServer(["127.0.0.1", 0]), [row] = await getaddrinfo("localhost", server.getsockname()[1], 2);
const client = new Socket(row[0], 1);
await client.connect(row[4]);
const [connection] = server.accept();
const received = client.recv(100);
connection.sendall("over the wire");
console.log((await received).toString());
for (const s of [connection, client, server]) s.close();
`;
const programs: Record<string, string> = {
  "program.mjs": `import { ${names} } from "berkeley-sockets";\n${body}`,
  "program.ts": `import { ${names}, type InetAddress, type Socket } from "berkeley-sockets";\nconst typed: Socket<InetAddress>[] = [];\n${body}typed.length = 0;\n`,
  "awaited.mjs": awaited,
  "program.cjs": `const { ${names} } = require("berkeley-sockets");\n${body}`,
};

/** Node 22.12 or newer can require() ES modules; an older one asks npx for a newer. */
function requiringNode(): [command: string, ...args: string[]] {
  const [major, minor] = process.versions.node.split(".").map(Number) as [number, number];
  return major > 22 || (major === 22 && minor >= 12)
    ? [process.execPath]
    : ["npx", "--yes", "--package=node@22", "node"];
}

/** Declarations of the installed package without a map, and maps whose source is not there. */
function lostSources(paths: readonly string[]): string {
  return paths
    .filter(path => path.endsWith(".d.ts"))
    .flatMap(path => {
      const map = join(installed, `${path}.map`);
      if (!existsSync(map)) return [`${path} has no map`];
      const { sources } = JSON.parse(readFileSync(map, "utf8")) as { sources: string[] };
      return sources
        .filter(source => !existsSync(join(dirname(map), source)))
        .map(source => `${path}.map points at ${source}, which is not there`);
    })
    .join("\n");
}

try {
  const packed = run(root, "npm", ["pack", "--json", `--pack-destination=${folder}`]);
  if (!claim("npm pack", succeeds(packed))) throw new Error("nothing was packed");
  const [{ filename, files }] = JSON.parse(packed.stdout) as [
    { filename: string; files: { path: string }[] },
  ];
  const paths = files.map(({ path }) => path);
  const needed = [
    "package.json",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
    "COMPATIBILITY.md",
    "build.sh",
    "binding.gyp",
    "dist/codec.wasm",
    "dist/lib/index.js",
    "dist/ts/index.d.ts",
    "dist/ts/index.d.ts.map",
    "ts/index.ts",
    "shim/contract.ts",
    "dist/lib/codec.js",
    "dist/ts/codec.d.ts",
    "dist/lib/promises.js",
    "dist/ts/promises/index.d.ts",
    "dist/shim/contract.d.ts",
    "dist/lib/host.js",
    "dist/shim/host.d.ts",
    "dist/lib/policy.js",
    "dist/shim/policy/index.d.ts",
    "docs/policy.schema.json",
    "dist/lib/wit.js",
    "dist/shim/jco/index.d.ts",
    "dist/sockets.core.wasm",
    "dist/sockets.component.wasm",
    "dist/codec.component.wasm",
    "wasm/wit/sockets.wit",
    "host/binding.cc",
    "host/sys.h",
    "host/constants.txt",
    "host/constants.mjs",
  ];
  claim(
    "the tarball holds what a user needs",
    needed
      .filter(path => !paths.includes(path))
      .map(path => `${path} is missing`)
      .join("\n"),
  );
  claim(
    "the tarball holds nothing else",
    paths
      .filter(path =>
        /^(build\/|tests|dist\/(tests|examples|readme)|dist\/(ts|shim)\/.*\.js$|examples|wasm\/(?!wit\/)|\.)|\.tsbuildinfo$|\.node$/.test(
          path,
        ),
      )
      .join("\n"),
  );

  mkdirSync(project);
  writeFileSync(
    join(project, "package.json"),
    JSON.stringify({ name: "project", private: true, type: "module" }),
  );
  for (const [name, text] of Object.entries(programs)) writeFileSync(join(project, name), text);
  // Where node-gyp would get and keep headers, if it were not told where they are.
  const headers = join(folder, "headers");
  const env = {
    ...process.env,
    npm_config_disturl: "http://127.0.0.1:1/",
    npm_config_devdir: headers,
    npm_config_nodedir: "",
  };
  const install = run(
    project,
    "npm",
    ["install", "--no-audit", "--no-fund", "--prefer-offline", join(folder, filename)],
    env,
  );
  if (!claim("npm install of the tarball builds the addon", succeeds(install)))
    throw new Error("nothing was installed");
  claim("npm install fetched no headers", existsSync(headers) ? readdirSync(headers).join("\n") : "");
  claim(
    "npm install brought no devDependencies",
    readdirSync(join(project, "node_modules"))
      .filter(name => !/^(\.|berkeley-sockets$|node-addon-api$)/.test(name))
      .join("\n"),
  );

  claim("each declaration map points at a source that is there", lostSources(paths));

  claim(
    "a JavaScript program imports it",
    prints("over the wire", run(project, process.execPath, ["program.mjs"])),
  );
  claim(
    "a program imports the promises beside it",
    prints("over the wire", run(project, process.execPath, ["awaited.mjs"])),
  );
  const command = run(project, "npx", [
    "--no",
    "berkeley-sockets",
    "--",
    "decode",
    "--target",
    "linux64",
    "--as",
    "linger",
    "0100000005000000",
  ]);
  claim(
    "npx runs the command",
    succeeds(command) || (command.stdout.endsWith("\nlinger of linux64\n") ? "" : command.output),
  );
  const [node, ...args] = requiringNode();
  claim(
    "a CommonJS program requires it",
    prints("over the wire", run(project, node, [...args, "program.cjs"])),
  );
  // The compiler and Node's types are the user's own: here this checkout's.
  symlinkSync(join(root, "node_modules/@types"), join(project, "node_modules/@types"));
  const compiled = run(project, join(root, "node_modules/.bin/tsc"), [
    "--target",
    "es2022",
    "--module",
    "nodenext",
    "--strict",
    "--types",
    "node",
    "program.ts",
  ]);
  if (claim("a TypeScript program compiles against it", succeeds(compiled))) {
    claim(
      "a TypeScript program uses it",
      prints("over the wire", run(project, process.execPath, ["program.js"])),
    );
  }

  installs({ folder, tarball: join(folder, filename), run, claim });
} catch (error) {
  if (failed === 0) claim("pack", (error as Error).stack ?? String(error));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
