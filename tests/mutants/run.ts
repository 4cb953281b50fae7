// Applies each mutant of list.ts to a copy of the tree, builds that, and has the model or the suite
// find it: node dist/tests/mutants/run.js COPY [all | words of names | a count]. Without one, three
// of the list, by the date. The last line is the count.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { mutants, type Mutant } from "./list.js";
import { placesOf } from "./place.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const [copy, ...wanted] = process.argv.slice(2);
if (copy === undefined) throw new Error("usage: node dist/tests/mutants/run.js COPY [all | WORD…]");

const BY_DATE = 3;
const MODEL_SECONDS = 60;
const FILE_SECONDS = 120;
const BUILD_SECONDS = 600;
const DAY = 86_400_000;
const SEED = "1";

/** Today's three, each day others. */
function today(): Mutant[] {
  const day = Math.floor(Date.now() / DAY);
  return Array.from({ length: BY_DATE }, (_, i) => mutants[(day * BY_DATE + i) % mutants.length]!);
}

function chosen(): readonly Mutant[] {
  if (wanted.length === 0) return today();
  if (wanted[0] === "all") return mutants;
  return mutants.filter(({ name }) => wanted.some(word => name.includes(word)));
}

/** The tree as it is, what is not committed too, and what is built of it. */
function prepare(): void {
  rmSync(copy!, { recursive: true, force: true });
  mkdirSync(copy!, { recursive: true });
  const files = execFileSync(
    "git",
    ["-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
    { encoding: "utf8" },
  );
  const there = files.split("\0").filter(name => name !== "" && existsSync(join(root, name)));
  execFileSync("tar", ["-C", copy!, "-x"], {
    input: execFileSync("tar", ["-C", root, "-c", ...there, "dist", "build/Release/berkeley_sockets.node"], {
      maxBuffer: 1 << 30,
    }),
    maxBuffer: 1 << 30,
  });
  symlinkSync(join(root, "node_modules"), join(copy!, "node_modules"));
}

function run(
  command: string,
  args: string[],
  seconds: number,
  env: NodeJS.ProcessEnv = {},
): { failed: boolean; output: string } {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: copy,
    encoding: "utf8",
    timeout: seconds * 1000,
    killSignal: "SIGKILL",
    env: { ...process.env, ...env },
    maxBuffer: 1 << 26,
  });
  return { failed: status !== 0, output: `${stdout}${stderr}` };
}

/** What is built of a folder, by the stage of its name; all else is tsc's. */
const outputs: Readonly<Record<string, string>> = {
  host: "build/Release/berkeley_sockets.node",
  wasm: "dist/codec.wasm",
};

/**
 * Builds what a file belongs to. Types may be wrong in a mutant: what counts is that there is
 * something to run.
 */
function build(file: string): string | undefined {
  const folder = file.slice(0, file.indexOf("/"));
  const output = outputs[folder];
  if (output !== undefined) {
    // Times of files are coarse: what was built a moment ago may seem as new as the mutant.
    rmSync(join(copy!, output));
    const { failed, output: said } = run("./build.sh", [folder], BUILD_SECONDS);
    return failed ? said : undefined;
  }
  const built = join(copy!, "dist", file.replace(/\.ts$/, ".js"));
  const before = statSync(built).mtimeMs;
  const { output: said } = run("node_modules/.bin/tsc", ["-p", "."], BUILD_SECONDS);
  return statSync(built).mtimeMs === before ? `${built} was not built anew\n${said}` : undefined;
}

/** Who finds it, or undefined. */
function found(by: readonly string[]): string | undefined {
  for (const finder of by) {
    const { failed, output } =
      finder === "model"
        ? run("node", ["--expose-gc", "dist/tests/model/run.js"], 3 * MODEL_SECONDS, {
            MODEL_SECONDS: String(MODEL_SECONDS),
            MODEL_SEED: SEED,
            MODEL_FAULTS: "1",
            MODEL_QUICK: "1",
          })
        : run("node", ["--expose-gc", `dist/tests/${finder}.test.js`], FILE_SECONDS);
    const what = /^ *FAIL.*$/m.exec(output)?.[0].trim() ?? "";
    if (failed) return `${finder}: ${what.slice(0, 150)}`;
  }
  return undefined;
}

/** Applies one; undefined where all is well, else what is not. */
function judge({ name, file, find, put, by }: Mutant): string | undefined {
  const path = join(copy!, file);
  const source = readFileSync(path, "utf8");
  const places = placesOf(find, source);
  if (places.length !== 1) return `its text is ${places.length} times in ${file}, not once`;
  const [from, to] = places[0]!;
  const start = performance.now();
  writeFileSync(path, source.slice(0, from) + put + source.slice(to));
  try {
    const failure = build(file);
    if (failure !== undefined) return `does not build: ${failure.slice(-500)}`;
    const built = performance.now();
    const finder = found(by);
    if (finder === undefined) return `nobody has found it: ${by.join(", ")}`;
    console.log(
      `found ${name}: ${((performance.now() - built) / 1000).toFixed(0)} s (built in ${((built - start) / 1000).toFixed(0)} s), ${finder}`,
    );
    return undefined;
  } finally {
    writeFileSync(path, source);
    const failure = build(file);
    if (failure !== undefined)
      // biome-ignore lint/correctness/noUnsafeFinally: nothing that comes after it would be true
      throw new Error(`the tree does not build any more: ${dirname(path)}: ${failure}`);
  }
}

prepare();
let passed = 0;
let failed = 0;
for (const mutant of chosen()) {
  const trouble = judge(mutant);
  if (trouble === undefined) passed++;
  else {
    failed++;
    console.log(`FAIL ${mutant.name}: ${trouble}`);
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed || passed === 0 ? 1 : 0);
