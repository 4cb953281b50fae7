// `berkeley-sockets decode`: a socket address, a control buffer or a struct, byte by byte.
import { targets, type Target } from "../../shim/contract.js";
import { show } from "../base/check.js";
import { load, type FamilyName, type Row, type StructName, type TargetCodec } from "../codec.js";

/** Bytes as they are typed: hex, with or without 0x, spaces, colons, commas. */
export function bytesFrom(text: string): Uint8Array {
  const hex = text.replace(/\b0x|\\x|[\s:,;-]/gi, "");
  const wrong = /[^0-9a-f]/i.exec(hex);
  if (wrong)
    throw new RangeError(`bytes must be hex, got ${show(wrong[0])} in ${show(text)} (--base64 takes base64)`);
  if (hex.length % 2) throw new RangeError(`hex has two digits a byte, got ${hex.length} digits`);
  return Uint8Array.from(hex.match(/../g) ?? [], pair => parseInt(pair, 16));
}

/** The same as base64, of either alphabet. */
export function bytesFromBase64(text: string): Uint8Array {
  const base64 = text.replace(/\s/g, "");
  const wrong = /[^A-Za-z0-9+/_=-]/.exec(base64);
  if (wrong) throw new RangeError(`bytes must be base64, got ${show(wrong[0])} in ${show(text)}`);
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(base64) || base64.replace(/=+$/, "").length % 4 === 1)
    throw new RangeError(`base64 is cut off or has "=" inside: ${show(text)}`);
  return Uint8Array.from(atob(base64.replace(/-/g, "+").replace(/_/g, "/").replace(/=+$/, "")), character =>
    character.charCodeAt(0),
  );
}

const PER_LINE = 8;
const hexOf = (bytes: Uint8Array) => Array.from(bytes, byte => byte.toString(16).padStart(2, "0"));

/** Text in quotes. What a terminal would obey, or turn the line round by, is escaped. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A value that was read from bytes. */
function shown(value: unknown): string {
  if (value instanceof Uint8Array) return `<${hexOf(value).join(" ")}>`;
  if (Array.isArray(value)) return `[${value.map(shown).join(", ")}]`;
  return typeof value === "string" ? quoted(value) : show(value);
}

/** A row's value; nothing for bytes, which the row shows already. */
function valueOf(value: unknown): string {
  if (value === null || value instanceof Uint8Array) return "";
  return typeof value === "bigint" ? String(value) : shown(value);
}

/** Rows as text: offset, bytes (eight a line), name, value. */
export function tableOf(rows: readonly Row[]): string {
  const lines: string[][] = [["OFFSET", "BYTES", "NAME", "VALUE"]];
  for (const { offset, bytes, name, value } of rows) {
    for (let i = 0; i < bytes.length; i += PER_LINE) {
      lines.push([
        String(offset + i),
        hexOf(bytes.subarray(i, i + PER_LINE)).join(" "),
        ...(i === 0 ? [name, valueOf(value)] : ["", ""]),
      ]);
    }
  }
  const widths = [0, 1, 2].map(i => Math.max(...lines.map(line => line[i]!.length)));
  return lines
    .map(line =>
      line
        .map((cell, i) => (i === 0 ? cell.padStart(widths[0]!) : cell.padEnd(widths[i] ?? 0)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/**
 * What the bytes are as a whole.
 * @throws RangeError for bytes that are cut short, or are not of this kind.
 */
function meaning(codec: TargetCodec, bytes: Uint8Array, what: string): string {
  if (what === "control") {
    const { items, whole } = codec.parseControl(bytes);
    if (!whole)
      throw new RangeError(
        `the control buffer is cut or malformed after ${items.length} message${items.length === 1 ? "" : "s"}`,
      );
    return items
      .map(
        ([level, type, data]) =>
          `level ${level}, type ${type}, ${data.length} byte${data.length === 1 ? "" : "s"}`,
      )
      .join("\n");
  }
  if (Object.hasOwn(codec.structs, what)) {
    codec.structs[what as StructName].unpack(bytes);
    return `${what} of ${codec.target}`;
  }
  const { family, address } =
    what === "address" ? codec.decodeAddress(bytes) : codec.decodeAddress(bytes, what as FamilyName);
  return `${family} ${shown(address)}`;
}

/**
 * The table and what it means, and what is wrong with the bytes.
 * @throws RangeError for a target or a kind that isn't.
 */
export async function decode(
  bytes: Uint8Array,
  target: string,
  what: string,
): Promise<{ table: string; meaning?: string; trouble?: string }> {
  if (!(targets as readonly string[]).includes(target))
    throw new RangeError(`--target must be one of ${targets.join(", ")}, got ${show(target)}`);
  if (bytes.length === 0) throw new RangeError("there are no bytes to decode");
  const codec = (await load()).target(target as Target);
  const table = tableOf(codec.annotate(bytes, what as "address"));
  try {
    return { table, meaning: meaning(codec, bytes, what) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { table, trouble: error.message };
  }
}
