// CPython's tests of sockets that start no thread and no process (alone.txt), in a guest whose socket
// module is replaced. node alone.js LOADER [PATTERN…] prints the counts and what alone-cannot.txt does
// not list.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { argumentsOf, listed, native, SUITE, type Count } from "./cpython.js";
import { Party, type Command, type Outcome } from "./workers.js";

/** What must pass at the least, of what passes natively, by groups of modules. */
const BARS = [
  [["test_socket", "test_timeout"], 0.9],
  [["test_select", "test_selectors", "test_poll"], 0.75],
] as const;

async function runAll(command: Command, names: readonly string[]): Promise<Map<string, Outcome>> {
  const party = new Party(["alone", command]);
  const outcomes = new Map<string, Outcome>();
  for (const name of names) outcomes.set(name, (await party.run(name))[0]!);
  await party.end();
  return outcomes;
}

/** Measures it, and prints what it finds. */
export async function alone(loader: string, patterns: readonly string[]): Promise<Count> {
  const folder = mkdtempSync(join(tmpdir(), "alone-"));
  const names = [...listed("alone.txt").keys()].filter(
    name => patterns.length === 0 || patterns.some(p => name.includes(p)),
  );
  const cannot = listed("alone-cannot.txt");
  const counted = names.filter(name => !cannot.has(`other ${name}`));
  const half = fileURLToPath(new URL("half.js", import.meta.url));
  try {
    const [expected, got] = await Promise.all([
      runAll(native(folder), counted),
      runAll([process.execPath, half, loader, SUITE, folder, "replaced"], counted),
    ]);
    const count = { passed: 0, failures: [] as string[] };
    for (const [modules, bar] of BARS) {
      const group = counted.filter(
        name => modules.some(module => name.startsWith(`${module}.`)) && expected.get(name)![0] === "pass",
      );
      const passing = group.filter(name => got.get(name)![0] === "pass");
      for (const name of group) {
        const [what, why] = got.get(name)!;
        if (what === "pass" && !cannot.has(name)) count.passed++;
        else if (what === "pass" || !cannot.has(name)) {
          count.failures.push(`alone: ${name}`);
          const reason = what === "pass" ? "passes, but alone-cannot.txt lists it" : `${what}: ${why}`;
          console.log(`FAIL ${name}: ${reason}`);
        }
      }
      console.log(`alone: ${modules.join(", ")}: ${passing.length} of ${group.length} pass in the guest`);
      if (passing.length < bar * group.length)
        count.failures.push(`alone: ${modules.join(", ")}: fewer than ${100 * bar} % pass`);
    }
    return count;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const own = argumentsOf(import.meta.url);
if (own !== undefined) {
  const [loader, ...patterns] = own;
  const { passed, failures } = await alone(loader!, patterns);
  console.log(`${passed} passed, ${failures.length} failed`);
}
