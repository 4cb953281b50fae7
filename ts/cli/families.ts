// `berkeley-sockets families`: which sockets this kernel opens, and where it doesn't, why and what
// would change that.
import { bound } from "../node-module.js";
import { rows, type FamilyRow, type Probe } from "./table.js";

/** What came of one probe. */
export interface Result {
  readonly family: string;
  readonly socket: string;
  readonly supported: boolean;
  /** An errno's name, or null. */
  readonly code: string | null;
  /** Why not, and what would enable it; "" for what works. */
  readonly why: string;
}

/** What an error of socket(2) means, and what helps. */
function reason(code: string, { modules, capability }: Probe): string {
  const load =
    modules === undefined ? "" : `: modprobe ${modules.split(" ").length > 1 ? "-a " : ""}${modules}`;
  switch (code) {
    case "EAFNOSUPPORT":
      return `the kernel has no such family${load}`;
    case "EPROTONOSUPPORT":
      return `the kernel has no such protocol${load}`;
    case "ESOCKTNOSUPPORT":
      return `the kernel has no such type${load}`;
    case "EPERM":
    case "EACCES":
      return `not permitted: needs ${capability ?? "more rights"}`;
    default:
      return `socket(2) failed${load}`;
  }
}

function probe({ name: family }: FamilyRow, kind: Probe): Result {
  const result = { family, socket: kind.name, supported: false, code: null, why: "" };
  const { constants, Socket } = bound;
  const wanted = [family, kind.type, ...(kind.protocol === undefined ? [] : [kind.protocol])];
  const missing = wanted.filter(name => !bound.defined(name));
  if (missing.length) return { ...result, why: `this system has no ${missing.join(", ")}` };
  try {
    new Socket(
      constants[family],
      constants[kind.type],
      kind.protocol === undefined ? 0 : constants[kind.protocol],
    ).close();
    return { ...result, supported: true };
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === undefined) throw error;
    return { ...result, code, why: reason(code, kind) };
  }
}

/** Opens and closes a socket of each kind. */
export function probeAll(): Result[] {
  return rows.flatMap(row => row.probes.map(kind => probe(row, kind)));
}

/** The table as text. */
export function families(results: readonly Result[]): string {
  const lines = [
    ["FAMILY", "SOCKET", "HERE", ""],
    ...results.map(({ family, socket, supported, code, why }) => [
      family,
      socket,
      supported ? "yes" : "no",
      code === null ? why : `${code}: ${why}`,
    ]),
  ];
  const widths = [0, 1, 2].map(i => Math.max(...lines.map(line => line[i]!.length)));
  return lines
    .map(line =>
      line
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
