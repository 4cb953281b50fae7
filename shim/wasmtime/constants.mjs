// Makes shim/wasmtime/src/policy/constants.txt: the constants of this Linux, by the addon, each line
// a name and its value. --check compares.
import { readFileSync, writeFileSync } from "node:fs";
import { constantNames } from "../../dist/ts/base/constants.gen.js";
import { nodeHost } from "../../dist/shim/node.js";

const file = new URL("src/policy/constants.txt", import.meta.url);
const values = nodeHost().constants();
const text = constantNames
  .flatMap((name, i) => (Number.isNaN(values[i]) ? [] : [`${name} ${values[i]}\n`]))
  .join("");
if (!process.argv.includes("--check")) writeFileSync(file, text);
else if (readFileSync(file, "utf8") !== text) {
  console.error(
    "shim/wasmtime/src/policy/constants.txt is not what this system has: node shim/wasmtime/constants.mjs",
  );
  process.exitCode = 1;
}
