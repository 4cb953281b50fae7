// The README's programs: each ts block is a file of its own, compiled as a user's would be and run.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import type { Rule } from "../check.js";
import { run } from "./commands.js";
import { textOf } from "./tree.js";

// Inside the package, so that "berkeley-sockets" is this checkout.
const FOLDER = "dist/readme";
const options = {
  target: "es2022",
  lib: ["es2022", "esnext.disposable"],
  module: "nodenext",
  types: ["node"],
  strict: true,
  skipLibCheck: false,
  rootDir: ".",
  outDir: "out",
};

interface Block {
  line: number;
  text: string;
}

/** The ts blocks of a page, each with its line. */
export function blocks(markdown: string): Block[] {
  return [...markdown.matchAll(/^```ts\n([^]*?)^```$/gm)].map(({ index, 1: text }) => ({
    line: markdown.slice(0, index).split("\n").length,
    text: text!,
  }));
}

const found = blocks(textOf("README.md"));

function compile(): string[] {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  for (const block of found) writeFileSync(`${FOLDER}/line-${block.line}.ts`, block.text);
  writeFileSync(`${FOLDER}/tsconfig.json`, JSON.stringify({ compilerOptions: options, include: ["*.ts"] }));
  return run("node_modules/.bin/tsc", ["-p", FOLDER]);
}

export const rules: Rule[] = [
  ["README.md: it shows programs", () => (found.length ? [] : ["no ts block"])],
  ["README.md: its programs compile", compile],
  ...found.map(
    ({ line, text }): Rule => [
      `README.md:${line}: the program runs, and prints what the comments say`,
      () =>
        run(
          process.execPath,
          [`${FOLDER}/out/line-${line}.js`],
          Array.from(text.matchAll(/console\.log\(.*\);\s*\/\/ (.+)/g), match => match[1]!),
        ),
    ],
  ),
];
