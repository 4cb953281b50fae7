// Rules that the tracked files' names and text show: layout, size, words.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, extname } from "node:path";
import type { Rule } from "../check.js";

const MAX_LINES = 600;
const code = new Set([".ts", ".cc", ".h", ".mjs", ".js", ".sh", ".rs"]);

/** The tracked and the new files that are there, from the top of the tree. */
export const files: readonly string[] = execFileSync(
  "git",
  ["ls-files", "-z", "--cached", "--others", "--exclude-standard"],
  { encoding: "utf8" },
)
  .split("\0")
  .filter(path => path && existsSync(path));
export const textOf = (path: string): string => readFileSync(path, "utf8");

const isCode = (path: string) => code.has(extname(path)) && !/\.gen\.ts$/.test(path);
/** Without comments, so that only code is judged; line numbers stay. */
const bare = (text: string) =>
  text.replace(/\/\*[^]*?\*\//g, comment => comment.replace(/[^\n]/g, " ")).replace(/\/\/.*/g, "");

/** `path:line: text` for each line that the pattern matches. */
export function grep(
  pattern: RegExp,
  paths: readonly string[],
  read: (path: string) => string = textOf,
): string[] {
  return paths.flatMap(path =>
    read(path)
      .split("\n")
      .flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}: ${line.trim().slice(0, 120)}`] : [])),
  );
}
const within = (folder: string) => files.filter(path => path.startsWith(`${folder}/`) && isCode(path));
export const bareText = (path: string) => bare(textOf(path));

/** The names under wasm/, ts/ and tests/ of one folder, and what some of them lack. */
function unequal(folder: string): string[] {
  const sides = { [`wasm/${folder}`]: ".ts", [`ts/${folder}`]: ".ts", [`tests/${folder}`]: ".test.ts" };
  const names = Object.entries(sides).map(([side, ending]) => ({
    side,
    ending,
    names: files
      .filter(path => path.startsWith(`${side}/`) && path.endsWith(ending))
      .map(path => basename(path, ending)),
  }));
  const all = new Set(names.flatMap(side => side.names));
  return names.flatMap(({ side, ending, names }) =>
    [...all].filter(name => !names.includes(name)).map(name => `${side}/${name}${ending} is missing`),
  );
}

/** OS names in wasm: only the names that abi.ts exports may hold one. */
function systemsInWasm(): string[] {
  const allowed = new Set(
    Array.from(textOf("wasm/abi.ts").matchAll(/^export const (\w+)/gm), match => match[1]!),
  );
  const system = /linux|darwin|freebsd|openbsd|netbsd|windows|win32|macos|apple|android/i;
  return within("wasm").flatMap(path =>
    bareText(path)
      .split("\n")
      .flatMap((line, i) =>
        (line.match(/\w+/g) ?? [])
          .filter(word => system.test(word) && !allowed.has(word))
          .map(word => `${path}:${i + 1}: ${word}`),
      ),
  );
}

/** A pattern that matches this folder's path; where it is the root, nothing. */
const literal = (path: string) => (path === "/" ? "(?!)" : `${path.replace(/\W/g, "\\$&")}\\b`);

const TOP_LEVEL =
  /^(\.ci|\.(clang-format|editorconfig|git-blame-ignore-revs|gitignore|npmrc)|[A-Z]+(\.md)?|(asconfig|biome|package|package-lock|tsconfig)\.json|binding\.gyp|build\.sh|rolldown\.config\.mjs|docs|examples|host|shim|tests|ts|wasm)$/;

export const rules: Rule[] = [
  ["family/: wasm, ts and tests list the same names", () => unequal("family")],
  ["struct/: wasm, ts and tests list the same names", () => unequal("struct")],
  ["wasm/: no OS names in code but abi.ts's", systemsInWasm],
  [
    "ts/: no byte offset, but in codec/wire.ts",
    () =>
      grep(
        /\.[gs]et(Big)?(Uint|Int|Float)\d+\([^,)]*[1-9]|\bwire\.(message|address|text|cells|image|unixPath|addressData)\s*\+\s*\d/,
        within("ts").filter(path => path !== "ts/codec/wire.ts"),
        bareText,
      ),
  ],
  [
    "ts/: only error.ts defines exceptions",
    () =>
      grep(
        /\bclass\s+\w+\s+extends\s+\w*Error\b/,
        within("ts").filter(path => path !== "ts/base/error.ts"),
        bareText,
      ),
  ],
  [
    "tests/: only suite.ts imports uvu",
    () =>
      grep(
        /^(import|export)\b.*"uvu/,
        within("tests").filter(path => path !== "tests/suite.ts"),
        bareText,
      ),
  ],
  [
    `files: none past ${MAX_LINES} lines of code but generated ones`,
    () =>
      files.filter(isCode).flatMap(path => {
        const lines = bareText(path)
          .split("\n")
          .filter(line => line.trim() !== "").length;
        return lines > MAX_LINES ? [`${path}: ${lines} lines`] : [];
      }),
  ],
  [
    "files: each begins with a comment that says what it is",
    () =>
      files
        .filter(path => isCode(path) || /\.gen\.ts$|\.inc$/.test(path))
        .filter(path => !/^(\/\/|\/\*|#!)/.test(textOf(path))),
  ],
  [
    "files: the folder itself holds its own files alone, none that a program has left there",
    () => [...new Set(files.map(path => path.split("/")[0]!))].filter(name => !TOP_LEVEL.test(name)),
  ],
  ["files: nothing left for later", () => grep(/\b(TO[D]O|FIX[M]E|XX[X])\b/, files)],
  [
    "files: no path of one machine",
    () =>
      grep(
        new RegExp(
          `(?<![\\w.~-])(/(home|root|Users|work|farm|mnt|srv)/\\w|${[process.cwd(), homedir()].map(literal).join("|")})`,
        ),
        files,
      ),
  ],
  [
    "files: no registry's host",
    // cargo's lock names its registry for each package.
    () =>
      grep(
        /\bregistry\.[\w-]+\.[a-z]{2,}|\b(npmjs|npmmirror|yarnpkg|jfrog|crates)\.\w|\bpypi\./,
        files.filter(path => basename(path) !== "Cargo.lock"),
      ),
  ],
  ["package-lock.json: resolves nothing to an address", () => grep(/"resolved"/, ["package-lock.json"])],
];
