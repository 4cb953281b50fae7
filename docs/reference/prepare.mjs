// ./build.sh reference: copies the declarations to where typedoc reads them, with what it needs and
// an editor does not: a tag that says of a constant whose type is a function that it is one.
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [to] = process.argv.slice(2);
for (const folder of ["dist", "docs"]) rmSync(join(to, folder), { recursive: true, force: true });
const declarations = path => !/\.\w+$/.test(path) || path.endsWith(".d.ts");
for (const folder of ["dist/ts", "dist/shim"])
  cpSync(folder, join(to, folder), { recursive: true, filter: declarations });
mkdirSync(join(to, "docs/reference"), { recursive: true });
for (const name of readdirSync("docs/reference").filter(name => name.endsWith(".ts")))
  cpSync(join("docs/reference", name), join(to, "docs/reference", name));

for (const name of ["functions", "shared-functions", "promises/functions"]) {
  const path = join(to, `dist/ts/${name}.gen.d.ts`);
  const text = readFileSync(path, "utf8");
  const tagged = text
    .replace(/^\/\*\* (.*) \*\/$/gm, "/**\n * $1\n */")
    .replace(/\n \*\/\n(?=export declare const \w+: typeof )/g, "\n * @function\n */\n");
  if (tagged === text) throw new Error(`${path}: no function in it`);
  writeFileSync(path, tagged);
}

writeFileSync(
  join(to, "tsconfig.json"),
  JSON.stringify({
    compilerOptions: {
      target: "es2022",
      lib: ["es2022", "esnext.disposable"],
      module: "nodenext",
      types: ["node"],
      typeRoots: ["../../node_modules/@types"],
      strict: true,
      skipLibCheck: true,
      noEmit: true,
    },
    include: ["docs/reference/*.ts"],
  }),
);
