// Encodings by their names, spelled in any of Python's ways: case, hyphens, underscores and blanks
// don't matter.
import { show } from "../base/check.js";
import { FirstCharacters, ReadOnly, Table, tableOf } from "./charset.js";
import type { Codec } from "./text-codec.js";
import { Utf16, Utf8 } from "./unicode.js";

/** One codec for all files: tables take a millisecond to make. */
function shared<T extends Codec>(make: () => T): () => T {
  let codec: T | undefined;
  return () => (codec ??= make());
}
const utf8 = shared(() => new Utf8());
const ascii = shared(() => new FirstCharacters("ascii", 128));
const latin1 = shared(() => new FirstCharacters("latin-1", 256));
const tables = new Map<string, Codec>();

/** Names that TextDecoder lacks or has for another encoding: it takes "ascii" and "latin1" for windows-1252. */
const known: Readonly<Record<string, () => Codec>> = {
  utf8,
  u8: utf8,
  cp65001: utf8,
  utf16: () => new Utf16(),
  u16: () => new Utf16(),
  utf16le: () => new Utf16("le"),
  unicodelittleunmarked: () => new Utf16("le"),
  utf16be: () => new Utf16("be"),
  unicodebigunmarked: () => new Utf16("be"),
  ascii,
  usascii: ascii,
  "646": ascii,
  iso646us: ascii,
  latin1,
  latin: latin1,
  l1: latin1,
  iso88591: latin1,
  "88591": latin1,
  cp819: latin1,
  "8859": latin1,
};

/** The codec of an encoding; utf-16 is a file's own, since it remembers a byte order. */
export function findCodec(encoding: string, errors: string, writes: boolean): Codec {
  const name = encoding.toLowerCase().trim();
  const make = known[name.replace(/[-_ ]/g, "")];
  if (make) return make();
  let label: string;
  try {
    label = new TextDecoder(
      name
        .replaceAll("_", "-")
        .replace(/^iso8859/, "iso-8859")
        .replace(/^cp(125\d)$/, "windows-$1"),
    ).encoding;
  } catch {
    throw new RangeError(
      "encoding must be utf-8, utf-16, utf-16-le, utf-16-be, ascii, latin-1 " +
        `or one that TextDecoder knows, got ${show(encoding)}`,
    );
  }
  const codec = known[label.replace(/[-_ ]/g, "")]?.() ?? tables.get(label) ?? tableOf(label);
  if (codec instanceof Table) tables.set(label, codec);
  return codec ?? new ReadOnly(label, errors, writes);
}
