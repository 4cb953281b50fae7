// The linter finds what its rules are for: one planted fault for each rule that biome.json turns on
// beyond the recommended ones, or that stands for a rule of CONTRIBUTING.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Rule } from "../check.js";
import { textOf } from "./tree.js";

const biome = join(process.cwd(), "node_modules/.bin/biome");

/** Functions with a branch in a loop in a branch, as many as it takes to be too complex. */
const tangled = `export function tangled(n: number): number {
  let sum = 0;
  ${"if (n > sum) for (let i = 0; i < n; i++) if (i > sum) sum += i;\n".repeat(4)}
  return sum;
}
`;

/** A file for each rule, and what it holds. Each is a module, or the linter would see a script. */
const faults: Readonly<Record<string, readonly [path: string, text: string]>> = {
  noImportCycles: ["ts/one.ts", 'import { two } from "./two.js";\nexport const one = (): number => two();\n'],
  noFloatingPromises: ["ts/floating.ts", "async function wait(): Promise<void> {}\nwait();\nexport {};\n"],
  noExplicitAny: ["ts/any.ts", "export const value: any = 1;\n"],
  noCommaOperator: ["ts/comma.ts", "export const f = (n: number) => (console.log(n), n);\n"],
  noAssignInExpressions: ["ts/assign.ts", "let n = 0;\nexport const f = (): number => (n = 1) + n;\n"],
  noImplicitAnyLet: ["ts/let.ts", "let n;\nn = 1;\nexport const f = (): number => n;\n"],
  noNestedTernary: ["ts/ternary.ts", 'export const f = (n: number) => (n < 0 ? "-" : n > 0 ? "+" : "0");\n'],
  noExcessiveCognitiveComplexity: ["ts/tangled.ts", tangled],
  useSingleVarDeclarator: ["ts/several.ts", "let a = 1,\n  b = 2;\na++;\nb++;\nexport const sum = a + b;\n"],
  useImportType: [
    "ts/type.ts",
    'import { Readable } from "node:stream";\nexport type Source = Readable | null;\n',
  ],
};

/** The rules that a file of the planted ones breaks, by the file. */
function found(): Map<string, string[]> {
  const folder = mkdtempSync(join(tmpdir(), "faults-"));
  try {
    const config = JSON.parse(textOf("biome.json")) as Record<string, unknown>;
    delete config.vcs;
    delete config.$schema;
    const sources = [
      ...Object.values(faults),
      ["ts/two.ts", 'import { one } from "./one.js";\nexport const two = (): number => one();\n'] as const,
      ["biome.json", JSON.stringify(config)] as const,
    ];
    for (const [path, text] of sources) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const { stdout, stderr } = spawnSync(biome, ["lint", "--reporter=json", "."], {
      cwd: folder,
      encoding: "utf8",
      timeout: 120_000,
      killSignal: "SIGKILL",
    });
    if (!stdout.startsWith("{")) throw new Error(`biome says: ${stderr}`);
    const { diagnostics } = JSON.parse(stdout) as {
      diagnostics: { category: string; location: { path: string } }[];
    };
    const rules = new Map<string, string[]>();
    for (const { category, location } of diagnostics) {
      const rule = category.split("/").at(-1)!;
      rules.set(location.path, [...(rules.get(location.path) ?? []), rule]);
    }
    return rules;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const rules: Rule[] = [
  [
    "biome: each of our rules finds a planted fault",
    () => {
      const broken = found();
      return Object.entries(faults).flatMap(([rule, [path]]) =>
        broken.get(path)?.includes(rule)
          ? []
          : [`${rule} did not find the fault in ${path}: ${broken.get(path) ?? "nothing"}`],
      );
    },
  ],
];
