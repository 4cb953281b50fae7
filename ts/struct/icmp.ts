// Which ICMP types reach a raw socket: ICMP_FILTER (raw(7)), ICMP6_FILTER (RFC 3542 3.2).
import { int, show } from "../base/check.js";
import { mapped, struct, type Bindable } from "../codec/layout.js";

const BITS = 32;

/** A filter of `words` words: an array of the types that pass, in order. */
function filter(name: string, words: number, fields: string[]): Bindable<readonly number[]> {
  return mapped<Record<string, number>, readonly number[]>(
    struct(name, ...fields),
    types => {
      if (!Array.isArray(types))
        throw new TypeError(`${name} must be an array of types that pass, got ${show(types)}`);
      const blocked = Array.from({ length: words }, () => 0xffffffff);
      for (const given of types) {
        const type = int(`${name}: type`, given, 0, words * BITS - 1);
        const word = Math.floor(type / BITS);
        blocked[word] = (blocked[word]! & ~(1 << (type % BITS))) >>> 0;
      }
      return Object.fromEntries(fields.map((field, i) => [field, blocked[i]!]));
    },
    values =>
      Array.from({ length: words * BITS }, (_, type) => type).filter(
        type => !((values[fields[Math.floor(type / BITS)]!]! >>> (type % BITS)) & 1),
      ),
  );
}

/** The types 0..31 that pass; those above always do. */
export const icmp_filter = filter("icmp_filter", 1, ["data"]);
/** The types 0..255 that pass. */
export const icmp6_filter = filter(
  "icmp6_filter",
  8,
  Array.from({ length: 8 }, (_, i) => `word${i}`),
);
