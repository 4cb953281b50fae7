// Makes ts/base/constants.gen.ts and ts/exports.gen.ts from host/constants.txt; --check compares
// them instead. --inc FILE writes the values' initializers, which host/constants.cc includes
// (binding.gyp asks for them).
import { writeFileSync } from "node:fs";
import { read, writeOrCompare } from "./generated.mjs";

// The address type that a family's or protocol's constant carries (ts/base/types.ts).
const families = {
  UnixAddress: "AF_UNIX",
  InetAddress: "AF_INET AF_RDS PF_RDS AF_DIVERT PF_DIVERT",
  Inet6Address: "AF_INET6",
  NetlinkAddress: "AF_NETLINK",
  TipcAddress: "AF_TIPC",
  CanAddress: "AF_CAN PF_CAN",
  BluetoothAddress: "AF_BLUETOOTH",
  AlgAddress: "AF_ALG",
  VsockAddress: "AF_VSOCK",
  PacketAddress: "AF_PACKET PF_PACKET",
  QipcrtrAddress: "AF_QIPCRTR",
  SystemAddress: "AF_SYSTEM PF_SYSTEM",
  LinkAddress: "AF_LINK",
  XdpAddress: "AF_XDP",
  HypervAddress: "AF_HYPERV",
};
const protocols = {
  CanAddress: "CAN_RAW CAN_BCM",
  CanIsotpAddress: "CAN_ISOTP",
  CanJ1939Address: "CAN_J1939",
  L2capAddress: "BTPROTO_L2CAP",
  RfcommAddress: "BTPROTO_RFCOMM",
  HciAddress: "BTPROTO_HCI",
  ScoAddress: "BTPROTO_SCO",
  IsoAddress: "BTPROTO_ISO",
  SystemAddress: "SYSPROTO_CONTROL",
  HypervAddress: "HV_PROTOCOL_RAW",
};
const types = new Map();
for (const [brand, table] of [
  ["Family", families],
  ["Protocol", protocols],
])
  for (const [address, names] of Object.entries(table))
    for (const name of names.split(" ")) types.set(name, `${brand}<${address}>`);

// Words for guards. SPARC and PA-RISC number socket options their own way, MIPS and Alpha the old
// ones only.
const guards = {
  any: "1",
  linux: "defined(__linux__)",
  generic: "(defined(__linux__) && !defined(__sparc__) && !defined(__hppa__))",
  darwin: "defined(__APPLE__)",
  windows: "defined(_WIN32)",
};
const expand = guard => guard.replace(/\b[a-z]+\b(?!\()/g, word => guards[word] ?? word);

// Flags that a system lacks are no NaN, which would count as 0 in a flags argument (ts/base/enums.ts).
const flagNames = /^(MSG|AI|NI)_|^SOCK_(NONBLOCK|CLOEXEC)$/;

const rows = [];
const sections = {};
let section;
for (const line of read("host/constants.txt").split("\n")) {
  const text = line.replace(/#.*/, "").trim();
  if (!text) continue;
  const heading = /^\[(\w+)\](?: (\w+):)? (.+?) \| (.+)$/.exec(text);
  if (heading) {
    const [, name, guard, kind, source] = heading;
    section = { guard, source, kinds: [["*", kind, source]], range: [rows.length, rows.length] };
    sections[name] = section;
    continue;
  }
  const group = /^([\w* ]+): (.+?)(?: \| (.+))?$/.exec(text);
  if (group) {
    const [, patterns, kind, source = section.source] = group;
    for (const pattern of patterns.split(" ")) section.kinds.push([pattern, kind, source]);
    continue;
  }
  const row = /^(\w+)(?: = (.+?)(?: if (.+?))?)?(?: \/\/ (.+))?$/.exec(text);
  const [, name, expression, guard = section?.guard, own] = row ?? [];
  if (!name || (expression && !guard)) throw new Error(`constants.txt: ${line}`);
  rows.push({ name, expression, guard: guard && expand(guard), own, section });
  section.range[1] = rows.length;
}

function matches(pattern, name) {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

/** A constant's text for the editor: what it is, and where it is described. */
function docOf({ name, expression, guard, own, section }) {
  const fitting = section.kinds.filter(([pattern]) => matches(pattern, name));
  const weight = ([pattern]) => (pattern === name ? Infinity : pattern.length);
  const [, kind, source] = fitting.reduce((best, other) => (weight(other) > weight(best) ? other : best));
  const everywhere = expression !== undefined && guard === guards.any;
  const absent = flagNames.test(name) ? "0x80000000" : "NaN";
  const lines = [
    ...(own ? [`${own}.`] : []),
    `${kind}; see ${source}.${everywhere ? "" : ` ${absent} where the system lacks it.`}`,
  ];
  return lines.length === 1 ? `/** ${lines[0]} */` : `/**\n${lines.map(line => ` * ${line}\n`).join("")} */`;
}

const indented = text => text.replace(/^/gm, "  ");
const names = rows.map(row => row.name);
const twice = names.filter((name, i) => names.indexOf(name) !== i);
if (twice.length) throw new Error(`constants.txt lists twice: ${twice.join(", ")}`);
const strange = [...types.keys()].filter(name => !names.includes(name));
if (strange.length) throw new Error(`constants.txt lacks ${strange.join(", ")}`);
const idle = Object.values(sections).flatMap(({ kinds, range }) =>
  kinds.filter(([pattern]) => !names.slice(...range).some(name => matches(pattern, name))),
);
if (idle.length)
  throw new Error(`constants.txt has texts of nothing: ${idle.map(([pattern]) => pattern).join(", ")}`);

function wrapped(words, separator, indent) {
  const lines = [""];
  for (const word of words) {
    if (lines.at(-1).length + word.length > 150) lines.push("");
    lines[lines.length - 1] += word + separator;
  }
  return lines.map(line => indent + line.trimEnd()).join("\n");
}

const typeOf = name => types.get(name) ?? "number";
const generated = "// Generated by host/constants.mjs from host/constants.txt.\n";
const addresses = [...new Set([...Object.keys(families), ...Object.keys(protocols)])].sort();
const named = ["AF", "SOCK", "MSG", "AI", "EAI", "h_errno", "errno"];
const outputs = {
  "ts/base/constants.gen.ts": `${generated}import type {
${wrapped(["Family", "Protocol", ...addresses], ", ", "  ")}
} from "./types.js";

/** Every constant's name, in the order in which a host gives their values. */
export const constantNames: readonly (keyof Constants)[] = (
${wrapped(names, " ", "  ")
  .split("\n")
  .map(line => `  "${line.trim()} "`)
  .join(" +\n")}
).trimEnd().split(" ") as (keyof Constants)[];

/** Where the names of a section begin and end. */
export const constantSections = {
${named.map(name => `  ${name}: [${sections[name].range.join(", ")}],`).join("\n")}
} as const;

/** The flags: what a system lacks of them is not NaN. */
export const flagNames = ${flagNames};

/** Every constant; what this system lacks is NaN, or 0x80000000 where it is a flag. */
export interface Constants {
${rows.map(row => indented(`${docOf(row)}\nreadonly ${row.name}: ${typeOf(row.name)};`)).join("\n")}
}
`,
  "ts/exports.gen.ts": `${generated}// The constants as named exports. rolldown.config.mjs reads the lines that begin with export.
import { constants } from "./node-module.js";
import type {
${wrapped(["Family", "Protocol", ...addresses], ", ", "  ")}
} from "./base/types.js";

${rows.map(row => `${docOf(row)}\nexport const ${row.name}: ${typeOf(row.name)} = constants.${row.name};`).join("\n")}
`,
};

const value = code => `  static_cast<double>(${code}),\n`;
const initializers =
  generated +
  rows
    .map(
      ({ name, expression, guard }) =>
        `#ifdef ${name}\n${value(name)}${expression ? `#elif ${guard}\n${value(expression)}` : ""}#else\n  NAN,\n#endif\n`,
    )
    .join("");

const [mode, path] = process.argv.slice(2);
if (mode === "--inc") writeFileSync(path, initializers);
else writeOrCompare(mode, outputs, "host/constants.mjs makes of host/constants.txt");
