// CPython's threaded socket tests in two halves: the server's in the guest and the client's native, and
// the other way round; with the guest's own socket module, whose calls come to the door, and with the
// replacement. node halves.js LOADER [PATTERN…] prints the counts and what halves.txt does not list.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { argumentsOf, listed, native, SUITE, type Count } from "./cpython.js";
import { Party, worst, type Command, type Outcome, type Role } from "./workers.js";

/** What must pass at the least, of the tests that pass with both halves native. */
const BARS = { imports: 0.5, replaced: 0.95 } as const;
type Mode = keyof typeof BARS;

/** Runs tests in two parties at once: most of what a half does is to wait. */
async function runAll(
  members: readonly (readonly [Role, Command])[],
  names: readonly string[],
  parties: number,
) {
  const outcomes = new Map<string, Outcome>();
  const waiting = [...names];
  const work = async () => {
    const party = new Party(...members);
    const skipped = await party.tests();
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const reason = skipped.get(name) ?? null;
      outcomes.set(name, reason === null ? worst(await party.run(name)) : ["skip", reason]);
    }
    await party.end();
  };
  await Promise.all(Array.from({ length: parties }, work));
  return outcomes;
}

/** Measures it, and prints what it finds. */
export async function halves(
  loader: string,
  patterns: readonly string[],
  modes: readonly Mode[],
): Promise<Count> {
  const folder = mkdtempSync(join(tmpdir(), "halves-"));
  const cannot = listed("halves.txt");
  const guest = (mode: Mode): Command => [
    process.execPath,
    fileURLToPath(new URL("half.js", import.meta.url)),
    loader,
    SUITE,
    folder,
    mode,
  ];
  try {
    const probe = new Party(["server", native(folder)]);
    const all = [...(await probe.tests()).keys()];
    await probe.end();
    const names = all.filter(
      name => !cannot.has(`split ${name}`) && (patterns.length === 0 || patterns.some(p => name.includes(p))),
    );
    const expected = await runAll(
      [
        ["server", native(folder)],
        ["client", native(folder)],
      ],
      names,
      3,
    );
    const passing = names.filter(name => expected.get(name)![0] === "pass");
    const broken = names.filter(name => expected.get(name)![0] === "fail");
    for (const name of broken) console.log(`FAIL natively ${name}: ${expected.get(name)![1]}`);
    console.log(`halves: ${passing.length} of ${all.length} threaded tests pass with both native`);
    const count = { passed: 0, failures: broken.map(name => `halves: natively ${name}`) };
    await Promise.all(
      modes.flatMap(mode =>
        (["server", "client"] as const).map(async side => {
          const members = (["server", "client"] as const).map(
            role => [role, role === side ? guest(mode) : native(folder)] as const,
          );
          judge(mode, side, await runAll(members, passing, 1), cannot, count);
        }),
      ),
    );
    return count;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function judge(
  mode: Mode,
  side: Role,
  outcomes: ReadonlyMap<string, Outcome>,
  cannot: ReadonlyMap<string, string>,
  count: { passed: number; failures: string[] },
): void {
  const tally = { pass: 0, skip: 0, fail: 0 };
  for (const [name, [what, why]] of outcomes) {
    tally[what]++;
    const key = `${mode} ${side} ${name}`;
    // What the guest's own module is built without is skipped by the tests themselves.
    const allowed = cannot.has(key) || (mode === "imports" && what === "skip");
    if (what === "pass" && !cannot.has(key)) count.passed++;
    else if (what === "pass" || !allowed) {
      count.failures.push(`halves: ${key}`);
      console.log(`FAIL ${key}: ${what === "pass" ? "passes, but halves.txt lists it" : `${what}: ${why}`}`);
    }
  }
  console.log(
    `halves: ${mode}, the ${side} in the guest: ${tally.pass} of ${outcomes.size} pass, ` +
      `${tally.skip} skipped, ${tally.fail} failed`,
  );
  if (tally.pass < BARS[mode] * outcomes.size)
    count.failures.push(`halves: ${mode} ${side}: fewer than ${100 * BARS[mode]} % pass`);
}

const own = argumentsOf(import.meta.url);
if (own !== undefined) {
  const [loader, ...patterns] = own;
  const { passed, failures } = await halves(loader!, patterns, ["imports", "replaced"]);
  console.log(`${passed} passed, ${failures.length} failed`);
}
