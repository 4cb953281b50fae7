// Python's names held against ours: each is there, under the name that the table says, or still
// pending.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { readFileSync } from "node:fs";
import * as api from "../ts/index.js";
import { Socket, defined } from "../ts/index.js";
import { compatibility } from "./compatibility.js";
import { classes, constants, functions, imported, methods, pending, type Name } from "./names/table.js";
import { ask } from "./python.js";
import { fileArguments } from "./runtime.js";
import { equal, is, ok, test } from "./suite.js";

const exported = api as Readonly<Record<string, unknown>>;
const has = (name: string) => name in exported;
const symbols = new Map([["[Symbol.dispose]", Symbol.dispose]]);

/** What the table says is here and isn't, and the other way round. */
function wrong(names: readonly Name[], has: (name: string) => boolean): string[] {
  return names
    .filter(({ ours }) => ours !== null)
    .map(({ ours }) => ours!)
    .filter(ours => has(ours) === pending.includes(ours))
    .map(ours => (has(ours) ? `${ours} is here: take it from pending` : `${ours} is missing`));
}

test("names: the module's functions, classes and other values are exported", () => {
  equal(wrong([...functions, ...classes], has), []);
  equal(
    [...functions, ...classes].filter(({ ours, note }) => ours === null && !note),
    [],
  );
});

test("names: Socket has the methods and properties", () => {
  using s = new Socket();
  equal(
    wrong(methods, name => (symbols.get(name) ?? name) in s),
    [],
  );
});

test("names: the constants are exported, numbers or text", () => {
  equal(wrong(constants, has), []);
  equal(
    constants.filter(({ ours }) => !["number", "string"].includes(typeof exported[ours!])),
    [],
  );
  is(new Set(constants.map(({ python }) => python)).size, constants.length);
});

test(
  "names: this system has the constants that the table says",
  () => {
    equal(
      constants
        .filter(({ python, systems }) => defined(python) !== (systems === undefined))
        .map(({ python }) => python),
      [],
    );
  },
  {
    skip:
      process.platform === "linux" &&
      (process.report.getReport() as { header: { glibcVersionRuntime?: string } }).header.glibcVersionRuntime
        ? undefined
        : "the table tells what Linux with glibc has",
  },
);

test("names: pending ones are in the table", () => {
  const ours = [...functions, ...classes, ...methods, ...constants].map(name => name.ours);
  equal(
    pending.filter(name => !ours.includes(name)),
    [],
  );
});

test("names: python3 has none that the table lacks", () => {
  const theirs: { module: string[]; socket: string[] } = ask(`
print(json.dumps({
  "module": [n for n in dir(socket) if not n.startswith("_")],
  "socket": [n for n in dir(socket.socket) if not n.startswith("_")]}))`);
  const known = new Set(
    [...functions, ...classes, ...constants].map(({ python }) => python).concat(imported),
  );
  ok(theirs.module.length > 300);
  equal(
    theirs.module.filter(name => !known.has(name)),
    [],
  );
  equal(
    theirs.socket.filter(name => !methods.some(({ python }) => python === name)),
    [],
  );
});

const root = new URL("../../", import.meta.url);

test("COMPATIBILITY.md: is what the table makes", () => {
  is(readFileSync(new URL("COMPATIBILITY.md", root), "utf8"), compatibility());
});

test("compatibility.js: prints it, or the table of names", () => {
  const run = (...args: string[]) =>
    spawnSync(
      process.execPath,
      [...fileArguments([], fileURLToPath(new URL("compatibility.js", import.meta.url))), ...args],
      { encoding: "utf8" },
    );
  is(run().stdout, compatibility());
  ok(run("--names").stdout.includes("| `connect_ex` | `connectEx` |"));
  is(run("--nonsense").status, 2);
});
