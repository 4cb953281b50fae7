// The table of docs/families.md, made of the rows that `berkeley-sockets families` probes: node
// dist/tests/families.js prints it.
import { fileURLToPath } from "node:url";
import { needs, rows } from "../ts/cli/table.js";

const code = (text: string) =>
  text
    .split(" or ")
    .map(part => `\`${part}\``)
    .join(" or ");

/** The table's text. */
export function families(): string {
  const lines = rows.map(row => {
    const kinds = row.probes.map(({ name }) => name).join(", ");
    return `| \`${row.name}\` | ${/^by /.test(row.address) ? row.address : code(row.address)} | ${row.notes} | ${kinds} | ${needs(row)} | ${row.tested} |`;
  });
  return `| family | address | notes | sockets | needs | traffic tested on |
|---|---|---|---|---|---|
${lines.join("\n")}
| any other | \`[family, bytes]\` | the bytes after \`sa_family\`, as the system has them | | | |
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.stdout.write(families());
