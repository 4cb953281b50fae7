// README.md and docs/: each program in them is compiled as a user's would be, and run; relative
// links lead somewhere; prose is at most 100 columns wide.
//
// A program is a block marked ts. A line before it may say what it needs:
//
//   <!-- needs netlink -->        it runs where that probe finds nothing missing, else it is compiled
//   <!-- needs a browser -->      it is compiled only
//
// What a comment behind a console.log() says, the program must have printed.
import { blocks } from "./blocks.js";
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename } from "node:path";
import type { Rule } from "../check.js";
import * as have from "../have.js";
import { run } from "./commands.js";
import { brokenLinks, prose } from "./links.js";
import { files, textOf } from "./tree.js";

// Beside dist/ts, so that "berkeley-sockets" is this checkout and "../ts" what a file of tests/ or
// examples/ means by it.
const FOLDER = "dist/documents";
const COLUMNS = 100;
/** A program's time limit, on a machine that is busy. */
const SECONDS = 60;
const AT_ONCE = Math.min(2, availableParallelism());

const options = {
  target: "es2022",
  lib: ["es2022", "esnext.disposable"],
  module: "nodenext",
  types: ["node"],
  strict: true,
  skipLibCheck: false,
};

const noInterface = (name: string) =>
  existsSync(`/sys/class/net/${name}`) ? undefined : `there is no interface ${name}`;

/** Why a program can't run here; undefined: it can. */
const needs: Readonly<Record<string, string | undefined>> = {
  "a browser": "it needs a browser",
  systemd: "it needs systemd",
  privileges: have.noRaw ?? have.noPacket,
  netlink: have.noNetlink,
  "interface vcan0": noInterface("vcan0"),
  "interface veth0": noInterface("veth0"),
};

interface Block {
  /** Where it stands: file and line. */
  readonly place: string;
  /** Its file's name, without its ending. */
  readonly name: string;
  readonly text: string;
  readonly needs: string | undefined;
}

function programsOf(path: string): Block[] {
  return blocks(textOf(path)).map(({ line, text, needs }) => ({
    place: `${path}:${line}`,
    name: `${basename(path, ".md")}-${line}`,
    text,
    needs,
  }));
}

const markdown = files.filter(path => /^[^/]+\.md$|^docs\/.*\.md$/.test(path));
const programs = markdown
  .filter(path => path === "README.md" || path.startsWith("docs/"))
  .flatMap(programsOf);

function compile(): string[] {
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  for (const { name, text } of programs) writeFileSync(`${FOLDER}/${name}.ts`, text);
  writeFileSync(`${FOLDER}/tsconfig.json`, JSON.stringify({ compilerOptions: options, include: ["*.ts"] }));
  return run("node_modules/.bin/tsc", ["-p", FOLDER]);
}

/** Runs one; gives what it did wrong. */
function execute({ name, text }: Block): Promise<string[]> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, [`${FOLDER}/${name}.js`], {
      stdio: ["ignore", "pipe", "pipe"],
      timeout: SECONDS * 1000,
      killSignal: "SIGKILL",
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (data: string) => {
      stdout += data;
    });
    child.stderr.setEncoding("utf8").on("data", (data: string) => {
      stderr += data;
    });
    child.on("error", error => resolve([error.message]));
    child.on("close", (status, signal) => {
      if (status !== 0) {
        const output = `${stdout}${stderr}`.trimEnd().split("\n").slice(-30);
        return resolve([`it ended with ${signal ?? `status ${status}`}`, ...output]);
      }
      const printed = new Set(stdout.split("\n"));
      resolve(
        Array.from(text.matchAll(/console\.log\(.*\);\s*\/\/ (.+)/g), match => match[1]!)
          .filter(line => !printed.has(line))
          .map(line => `it did not print: ${line}`),
      );
    });
  });
}

/** What each program did wrong: all are started by the first who asks, few at a time. */
let results: Map<Block, Promise<string[]>> | undefined;
function resultOf(block: Block): Promise<string[]> {
  if (!results) {
    results = new Map();
    const lanes: Promise<unknown>[] = Array.from({ length: AT_ONCE }, () => Promise.resolve());
    for (const [i, program] of programs.entries()) {
      if (program.needs !== undefined && needs[program.needs] !== undefined) continue;
      const result = lanes[i % AT_ONCE]!.then(() => execute(program));
      lanes[i % AT_ONCE] = result;
      results.set(program, result);
    }
  }
  return results.get(block)!;
}

function programRule(block: Block): Rule {
  const missing = block.needs === undefined ? undefined : needs[block.needs];
  if (block.needs !== undefined && !(block.needs in needs)) {
    const known = Object.keys(needs).join(", ");
    return [
      `${block.place}: what it needs is known`,
      () => [`no probe "${block.needs}", there are ${known}`],
    ];
  }
  if (missing !== undefined) return [`${block.place}: compiled, not run: ${missing}`, () => []];
  return [`${block.place}: the program runs, and prints what the comments say`, () => resultOf(block)];
}

/** Whether a file or a folder is in the tree. */
const there = (path: string) =>
  files.includes(path) || files.some(one => one.startsWith(path.replace(/\/?$/, "/")));

/** Lines that are too wide; a table's row is one line, and a link can't be broken. */
const wide = (path: string) =>
  prose(textOf(path))
    .split("\n")
    .flatMap((line, i) =>
      line.length > COLUMNS && !/^\s*(\||<|!?\[[^\]]*\]\([^)]*\)$)|^Unchanged: /.test(line)
        ? [`${path}:${i + 1}: ${line.length} columns`]
        : [],
    );

/** Names of files that the map has and the tree has not. */
function unknownInMap(): string[] {
  const [, map] = /^## The map\n\n```\n([^]*?)^```$/m.exec(textOf("CONTRIBUTING.md")) ?? [];
  if (map === undefined) return ["there is no map"];
  return (map.match(/[\w./-]+\.(ts|cc|h|c|mjs|txt)\b/g) ?? [])
    .filter(name => !files.some(path => path === name || path.endsWith(`/${name}`)))
    .map(name => `no file ${name}`);
}

export const rules: Rule[] = [
  ["README.md: it shows programs", () => (programsOf("README.md").length ? [] : ["no ts block"])],
  ["CONTRIBUTING.md: the files of its map are there", unknownInMap],
  ["documents: links lead somewhere", () => markdown.flatMap(path => brokenLinks(path, there))],
  [
    "docs/README.md: every page of docs/ is in the index",
    () =>
      markdown
        .filter(path => path.startsWith("docs/") && path !== "docs/README.md")
        .filter(path => !textOf("docs/README.md").includes(`(${path.slice("docs/".length)})`)),
  ],
  [
    `documents: prose is at most ${COLUMNS} columns wide`,
    () => markdown.filter(path => path !== "CHANGELOG.md").flatMap(wide),
  ],
  ["documents: the programs compile", compile],
  ...programs.map(programRule),
];
