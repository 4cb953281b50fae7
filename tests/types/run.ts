// ./build.sh types: the package's .d.ts, as npm packs them, under the oldest and the newest
// TypeScript and @types/node that package.json and the README allow: the type tests of this folder
// and the README's programs, strictly. The last line is the count.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { blocks } from "../check/blocks.js";
import { surfaceOf } from "./surface.js";

const at = resolve(process.argv[2]!);
const tests = "tests/types";
const notPrograms = new Set(["run.ts", "surface.ts"]);
let passed = 0;
let failed = 0;

/** One claim, broken by the lines that it is given. */
function claim(name: string, broken: readonly string[]): void {
  if (broken.length > 0) failed++;
  else passed++;
  console.log(`${broken.length > 0 ? "FAIL" : "ok  "} ${name}`);
  for (const line of broken.slice(0, 20)) console.log(`     ${line}`);
  if (broken.length > 20) console.log(`     and ${broken.length - 20} more`);
}

/** Where build.sh has installed a package. */
const installed = (spec: string) => join(at, spec.replaceAll("/", "+"), "node_modules");
const versionOf = (modules: string, name: string): string =>
  (JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8")) as { version: string }).version;

/** A project of a user's that has the package, one @types/node and the programs. */
function project(name: string, types: string, tarball: string): string {
  const folder = join(at, "projects", name);
  const modules = join(folder, "node_modules");
  const ours = join(modules, "berkeley-sockets");
  mkdirSync(ours, { recursive: true });
  mkdirSync(join(folder, "programs"));
  mkdirSync(join(folder, "readme"));
  execFileSync("tar", ["-xzf", tarball, "-C", ours, "--strip-components=1"]);
  cpSync(installed(types), modules, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  const imports = entries.map(([name], i) => `export * as e${i} from "berkeley-sockets${name.slice(1)}";`);
  writeFileSync(join(folder, "programs", "entries.ts"), imports.join("\n"));
  for (const file of readdirSync(tests)) {
    if (!file.endsWith(".ts") || notPrograms.has(file)) continue;
    const text = readFileSync(join(tests, file), "utf8")
      .replaceAll('"../../ts/index.js"', '"berkeley-sockets"')
      .replaceAll('"../../ts/promises/index.js"', '"berkeley-sockets/promises"');
    writeFileSync(join(folder, "programs", file), text);
  }
  for (const { line, text } of blocks(readFileSync("README.md", "utf8")))
    writeFileSync(join(folder, "readme", `line-${line}.ts`), text);
  return folder;
}

const strictly = {
  target: "es2022",
  lib: ["es2022"],
  module: "nodenext",
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
};

/** Whether @types/node are made for that compiler. For an older one Node's streams are not iterable. */
function fits(typescript: string, types: string): boolean {
  const { typeScriptVersion } = JSON.parse(
    readFileSync(join(installed(types), "@types/node/package.json"), "utf8"),
  ) as { typeScriptVersion: string };
  const [least, is] = [typeScriptVersion, versionOf(installed(typescript), "typescript")].map(version =>
    version.split(".").map(Number),
  ) as [[number, number], [number, number]];
  return is[0] > least[0] || (is[0] === least[0] && is[1] >= least[1]);
}

/** What a compiler says that is not about somebody else's .d.ts. */
function errors(typescript: string, folder: string, include: string[], options: object): string[] {
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions: { ...strictly, ...options }, include }),
  );
  const { stdout, status } = spawnSync(
    process.execPath,
    [join(installed(typescript), "typescript/bin/tsc"), "-p", folder, "--pretty", "false"],
    { cwd: folder, encoding: "utf8", maxBuffer: 1 << 26 },
  );
  const lines = stdout.split("\n").filter(line => /error TS\d+/.test(line));
  if (status !== 0 && lines.length === 0) return [`tsc ended with status ${status}`, stdout];
  return lines.filter(line => !/^node_modules\/(?!berkeley-sockets\/)/.test(line));
}

rmSync(join(at, "projects"), { recursive: true, force: true });
mkdirSync(join(at, "projects"), { recursive: true });
const packed = execFileSync(
  "npm",
  ["pack", "--json", "--ignore-scripts", `--pack-destination=${at}/projects`],
  {
    encoding: "utf8",
  },
);
const [{ filename }] = JSON.parse(packed) as [{ filename: string }];
const tarball = join(at, "projects", filename);

/** The entries that have types, "." first. */
const entries = Object.entries(
  (JSON.parse(readFileSync("package.json", "utf8")) as { exports: Record<string, { types?: string }> })
    .exports,
).flatMap(([name, { types }]): [name: string, types: string][] =>
  types === undefined ? [] : [[name, types]],
);
const compilers = process.argv[3]!.split(" ");
const api = process.argv[4]!;
const typings = process.argv[5]!.split(" ");
// TypeScript 7 has no API to look at the surface with.
const ts = createRequire(join(installed(api), "x.js"))("typescript");
const looks = `TypeScript ${versionOf(installed(api), "typescript")}`;
for (const types of typings) {
  const folder = project(types.replace(/\W/g, "-"), types, tarball);
  const node = `@types/node ${versionOf(installed(types), "@types/node")}`;
  for (const typescript of compilers) {
    const compiler = `TypeScript ${versionOf(installed(typescript), "typescript")}`;
    const programs = ["programs", ...(fits(typescript, types) ? ["readme"] : [])];
    for (const skipLibCheck of [false, true]) {
      for (const list of [[], ["node"]]) {
        const how = `skipLibCheck ${skipLibCheck}, types ${JSON.stringify(list)}`;
        claim(
          `${compiler}, ${node}, ${how}: no errors`,
          errors(typescript, folder, programs, { skipLibCheck, types: list }),
        );
      }
    }
  }
  const ours = join(folder, "node_modules/berkeley-sockets");
  const options = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    types: [],
  };
  for (const [name, path] of entries) {
    const beside = name === "./promises" ? join(ours, entries[0]![1]) : undefined;
    const { hidden, any, seen } = surfaceOf(ts, join(ours, path), options, beside);
    const few = seen < 100 ? [`only ${seen} nodes were looked at`] : [];
    claim(`${looks}, ${node}, ${name}: every type of a signature is exported`, [...hidden, ...few]);
    claim(`${looks}, ${node}, ${name}: no signature is any without saying so`, [...any, ...few]);
  }
}

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
