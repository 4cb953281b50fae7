// What other commands judge: generated files are fresh, the names are Python's, package.json points
// at what is there.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import type { Rule } from "../check.js";
import { mutants } from "../mutants/list.js";
import { placesOf } from "../mutants/place.js";
import { files, textOf } from "./tree.js";

/** Runs a program; gives its output if it failed, and those of `lines` that it did not print. */
export function run(command: string, args: readonly string[], lines: readonly string[] = []): string[] {
  const { status, signal, error, stdout, stderr } = spawnSync(command, args, {
    encoding: "utf8",
    timeout: 120_000,
    killSignal: "SIGKILL",
    input: "",
    maxBuffer: 1 << 26,
  });
  if (status === 0) {
    const printed = new Set(stdout.split("\n"));
    return lines.filter(line => !printed.has(line)).map(line => `it did not print: ${line}`);
  }
  const output = `${stdout ?? ""}${stderr ?? ""}`.trimEnd().split("\n").slice(-30);
  return [
    `${[command, ...args].join(" ")}: ${error?.message ?? `ended with ${signal ?? `status ${status}`}`}`,
    ...output,
  ];
}

/** What a program prints. */
function output(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    timeout: 120_000,
    killSignal: "SIGKILL",
    input: "",
  });
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with status ${status}: ${stderr}`);
  return stdout;
}

/** Each file that package.json's exports name. */
function exported(value: unknown): string[] {
  return typeof value === "string" ? [value] : Object.values(value as object).flatMap(exported);
}

const COMPATIBILITY = "dist/tests/compatibility.js";
const FAMILIES = "dist/tests/families.js";

/** C++ is formatted as .clang-format says; where the formatter is not there, only CI minds. */
function formatted(): string[] {
  const sources = files.filter(path => /\.(cc|h|c)$/.test(path));
  const missing = spawnSync("clang-format", ["--version"]).error !== undefined;
  if (!missing) return run("clang-format", ["--dry-run", "--Werror", ...sources]);
  console.log("SKIP clang-format is missing: apt-get install clang-format");
  return process.env.CI ? ["clang-format is missing"] : [];
}

export const rules: Rule[] = [
  ["biome: format and lint", () => run("node_modules/.bin/biome", ["ci", "--colors=off", "."])],
  ["clang-format: C and C++", formatted],
  [
    "functions: their exports have the texts of where they are made",
    () => run(process.execPath, ["ts/functions.mjs", "--check"]),
  ],
  [
    "constants: the generated files are what constants.txt makes",
    () => run(process.execPath, ["host/constants.mjs", "--check"]),
  ],
  ["exports: Python's names are all there", () => run(process.execPath, ["dist/tests/run.js", "names"])],
  [
    "COMPATIBILITY.md: is what the table makes",
    () =>
      textOf("COMPATIBILITY.md") === output(COMPATIBILITY) ? [] : [`it differs from: node ${COMPATIBILITY}`],
  ],
  [
    "docs/from-python.md: its table of names is what the table makes",
    () => {
      const [, table] = /<!-- names -->\n([^]*?)<!-- \/names -->/.exec(textOf("docs/from-python.md")) ?? [];
      return table?.trim() === output(COMPATIBILITY, "--names").trim()
        ? []
        : [`between <!-- names --> and <!-- /names --> it differs from: node ${COMPATIBILITY} --names`];
    },
  ],
  [
    "docs/families.md: its table is what ts/cli/table.ts makes",
    () => {
      const [, table] =
        /<!-- families -->\n([^]*?)<!-- \/families -->/.exec(textOf("docs/families.md")) ?? [];
      return table === output(FAMILIES)
        ? []
        : [`between <!-- families --> and <!-- /families --> it differs from: node ${FAMILIES}`];
    },
  ],
  [
    "mutants: each text stands once in its file",
    () =>
      mutants
        .filter(({ file, find }) => placesOf(find, textOf(file)).length !== 1)
        .map(({ file, name }) => `${file}: ${name}`),
  ],
  [
    "package.json: every export is built",
    () =>
      exported(JSON.parse(textOf("package.json")).exports)
        .filter(path => !existsSync(path))
        .map(path => `${path} is missing`),
  ],
  [
    "examples/: every one is compiled",
    () =>
      files
        .filter(path => /^examples\/[^/]+\.ts$/.test(path))
        .filter(path => !existsSync(`dist/${path.replace(/ts$/, "js")}`))
        .map(path => `${path} has no dist/${path.replace(/ts$/, "js")}`),
  ],
];
