// What is said where there is no addon: of a system without sources, of a bundle, of a build that
// lacked something, of an install script that did not run. ./build.sh pack has the same as a user does.
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { missing } from "../shim/missing-addon.js";
import { is, test } from "./suite.js";

const NO_SOURCES = "this version of berkeley-sockets has no sockets for darwin, its codec alone";

test("missing: a system that host/ has no sources for", () => {
  is(missing("darwin"), NO_SOURCES);
});

test("missing: where the module lies elsewhere, where the build said why, where nothing did", async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "missing ")));
  try {
    mkdirSync(join(folder, "dist"));
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    cpSync(fileURLToPath(new URL("../shim", import.meta.url)), join(folder, "dist/shim"), {
      recursive: true,
    });
    const copy = (await import(pathToFileURL(join(folder, "dist/shim/missing-addon.js")).href)) as {
      missing: typeof missing;
    };
    is(
      copy.missing("linux"),
      `the socket addon is not where this module looks for it, in ${folder}/: a bundler must leave berkeley-sockets out`,
    );
    mkdirSync(join(folder, "host"));
    writeFileSync(join(folder, "host/sys_linux.cc"), "");
    is(
      copy.missing("linux"),
      "the socket addon is not built, since its install script did not run: run `npm rebuild --ignore-scripts=false berkeley-sockets` with a C++ compiler, make and python3 installed",
    );
    is(copy.missing("darwin"), NO_SOURCES);
    mkdirSync(join(folder, "build"));
    writeFileSync(join(folder, "build/not-built.txt"), "make is missing");
    is(
      copy.missing("linux"),
      "the socket addon is not built: make is missing; then run `npm rebuild berkeley-sockets`",
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
