// COMPATIBILITY.md, made of the table that names.test.ts tests: node dist/tests/compatibility.js
// prints it; with --names, the table of names of docs/from-python.md.
import { fileURLToPath } from "node:url";
import { classes, constants, functions, methods, pending, type Constant, type Name } from "./names/table.js";

const code = (name: string) => `\`${name}\``;

function grouped<T>(items: readonly T[], key: (item: T) => string): [key: string, items: T[]][] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return [...groups];
}

function rows(names: readonly Name[]): string {
  const here = ({ ours, note }: Name) =>
    ours === null || note?.startsWith("Windows only") ? "no" : pending.includes(ours) ? "not yet" : "yes";
  return [
    "| Python | here | on Linux | |",
    "|---|---|---|---|",
    ...names.map(
      name =>
        `| ${code(name.python)} | ${name.ours === null ? "" : code(name.ours)} | ${here(name)} | ${name.note ?? ""} |`,
    ),
  ].join("\n");
}

function constantRows(): string {
  const list = (some: readonly Constant[]) =>
    some.map(({ python, since }) => (since === "3.13" ? python : `${python} (${since})`)).join(", ");
  return [
    "| | on Linux | not on Linux |",
    "|---|---|---|",
    ...grouped(constants, ({ python }) => /^[^_]+_|^.+/.exec(python)![0])
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([prefix, all]) => {
        const away = grouped(
          all.filter(({ systems }) => systems),
          ({ systems }) => systems!,
        ).map(([systems, some]) => `${systems}: ${list(some)}`);
        return `| ${code(prefix)} | ${list(all.filter(({ systems }) => !systems))} | ${away.join("; ")} |`;
      }),
  ].join("\n");
}

/** A row for each door: name, families, what is missing. The stages of build.sh test them. */
const doorRows: readonly (readonly [door: string, families: string, lacks: string])[] = [
  [
    "Pyodide, [`attach()`](docs/guests.md)",
    "TCP and UDP over IPv4, pairs of AF_UNIX: those of its own `_socket`",
    "asyncio, `ssl`, signals, threads",
  ],
  [
    "Pyodide, `attach()` with `replaceSocketModule`",
    "all",
    "`ssl`, signals, threads, `_socket.CAPI`, received files",
  ],
  [
    "Emscripten, [`instantiateWasm()`](docs/guests.md), imports with names (`-O2` or less)",
    "all",
    "`setsockopt`, `shutdown`, `socketpair`, `gethostname`, which its C library answers with errors; `pselect`, `sendmmsg`, `recvmmsg`",
  ],
  [
    "Emscripten with `sockets.c` and `library.js` linked in, `-O3` too",
    "all",
    "`pselect`, `sendmmsg`, `recvmmsg`",
  ],
  ["WIT in Node, [`instantiate()`, `adapter()`](docs/wit.md)", "all", "what docs/wit.md lists"],
  [
    "WIT in Node by jco, `imports()`",
    "all",
    "the same; of several sockets that come in one message jco drops the last only",
  ],
  ["WIT in wasmtime, [the crate](docs/wasmtime.md)", "all", "the same"],
  [
    "WIT on WASI 0.2, `sockets-wasi.component.wasm`",
    "TCP and UDP over IPv4 and IPv6",
    "names, and what WASI lacks: ENOSYS",
  ],
];

function doors(): string {
  return [
    "| Door | Families | Missing |",
    "|---|---|---|",
    ...doorRows.map(row => `| ${row.join(" | ")} |`),
  ].join("\n");
}

const ours = (names: readonly Name[]) => names.filter(name => name.ours !== null);

/** The text of COMPATIBILITY.md. */
export function compatibility(): string {
  const all = [...functions, ...classes, ...methods, ...constants];
  const missing = all.length - ours(all).length;
  return `# Compatibility with Python's socket module

Made by \`node dist/tests/compatibility.js\` of the table that \`tests/names.test.ts\` holds the
package against. It has ${all.length} names, of Python 3.13 and older on every system that Python
knows, and what 3.14 and 3.15 add. ${all.length - missing} are here. Where "here" differs from
"Python" the name is spelled as TypeScript spells names.

What every name shares:

- \`None\` is \`null\`; a parameter that is not given is \`undefined\`; Python's keyword-only parameters
  are one object of options at the end.
- Numbers that Python truncates are refused. \`ValueError\` and \`OverflowError\` are \`RangeError\`;
  \`TypeError\` is \`TypeError\`; Python's own \`OSError\`s are \`OSError\`s.
- Addresses are the same tuples. Received bytes are \`Buffer\`s.
- A constant that a system lacks is \`NaN\`, or 0x80000000 where it is a flag: every call
  refuses it. \`defined("AF_CAN")\` asks.
- NetBSD and DragonFly BSD address Bluetooth's HCI by device address, other systems by number.

## Functions

${rows(functions)}

## Classes and other values

${rows(classes)}

## The methods and properties of socket

${rows(methods)}

## Constants

${constants.length}, each exported under Python's name; in brackets the Python that adds
it. The values are the running system's.

${constantRows()}

## Guests

What a guest of each door has, where its policy grants it. "All" are the families of this system.

${doors()}

A guest that was written against \`wasi:sockets\` does not run on this package's host.
`;
}

/** The table of docs/from-python.md: what has another name here. */
export function renamed(): string {
  const changed = (names: readonly Name[]) => ours(names).filter(({ python, ours }) => python !== ours);
  const same = (names: readonly Name[]) =>
    ours(names)
      .filter(({ python, ours }) => python === ours)
      .map(({ python }) => code(python))
      .join(", ");
  return `| Python | here |
|---|---|
${[...functions, ...classes, ...methods]
  .filter(name => changed([name]).length > 0)
  .map(({ python, ours }) => `| ${code(python)} | ${code(ours!)} |`)
  .join("\n")}

Unchanged: ${same(functions)}; ${same(classes)}; of a socket ${same(methods)}; and every constant.
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [mode, ...rest] = process.argv.slice(2);
  if (rest.length > 0 || (mode !== undefined && mode !== "--names")) {
    console.error("usage: compatibility.js [--names]");
    process.exitCode = 2;
  } else process.stdout.write(mode === undefined ? compatibility() : renamed());
}
