// ./build.sh check: the rules of the tree that a script can hold. Each rule gives what breaks it;
// the last line is the count.
import { rules as codec } from "./check/codec.js";
import { rules as commands } from "./check/commands.js";
import { rules as documents } from "./check/documents.js";
import { rules as face } from "./check/face.js";
import { rules as faults } from "./check/faults.js";
import { rules as imports } from "./check/imports.js";
import { rules as tree } from "./check/tree.js";

export type Rule = readonly [name: string, broken: () => string[] | Promise<string[]>];

let passed = 0;
let failed = 0;
for (const [name, broken] of [...tree, ...imports, ...face, ...codec, ...commands, ...faults, ...documents]) {
  let lines: string[];
  try {
    lines = await broken();
  } catch (error) {
    lines = [String(error)];
  }
  if (lines.length) failed++;
  else passed++;
  console.log(`${lines.length ? "FAIL" : "ok  "} ${name}`);
  for (const line of lines) console.log(`     ${line}`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
