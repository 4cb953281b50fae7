// Which ICMP types reach a raw socket: ICMP_FILTER (raw(7)), ICMP6_FILTER (RFC 3542 3.2); messages
// of ICMP (RFC 792) and ICMPv6 (RFC 4443).
import { int, octets, show } from "../base/check.js";
import { checksum } from "../base/checksum.js";
import { headed, mapped, struct, type Bindable } from "../codec/layout.js";

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

/**
 * A message. `type`: ICMP_* or ICMP6_*; `code`: ICMP_*_UNREACH and the like; `id` and `sequence`:
 * those of an echo. Other types have other things in these four bytes: of ICMP_FRAG_NEEDED
 * `sequence` is the next MTU, of ICMP6_PACKET_TOO_BIG `id * 65536 + sequence` is, in bytes. `data`:
 * what follows the 8 bytes of the header. Left out they are 0 and nothing; but ICMP's `checksum` is
 * then made. ICMPv6's needs the addresses of the IP header, and the kernel makes it (RFC 3542 3.1).
 */
export interface IcmpMessage {
  /** ICMP_* or ICMP6_*. */
  type: number;
  /** ICMP_*_UNREACH and the like; 0 if it is left out. */
  code?: number;
  /** Of ICMP made if it is left out; ICMPv6's is the kernel's to make (RFC 3542 3.1). */
  checksum?: number;
  /** The identifier of an echo; the upper 16 bits of what other types have there. */
  id?: number;
  /** The sequence number of an echo; of ICMP_FRAG_NEEDED the next MTU. */
  sequence?: number;
  /** What follows the 8 bytes of the header. */
  data?: Uint8Array;
}
type Header = Omit<IcmpMessage, "data">;

function message(name: string, sums: boolean): Bindable<IcmpMessage> {
  const base = struct<Header>(name, "type", "code?", "checksum?", "id?", "sequence?");
  return headed<Header, IcmpMessage>(name, base, context => ({
    split({ data = NOTHING, ...fields }) {
      const bytes = octets(`${name}: data`, data);
      if (!sums || fields.checksum !== undefined) return [fields, bytes];
      return [{ ...fields, checksum: checksum(base(context).pack(fields), bytes) }, bytes];
    },
    join: (fields, rest) => ({ ...fields, data: context.wire.copy(rest) }),
  }));
}
const NOTHING = new Uint8Array(0);

/** A message of ICMP: the header, 8 bytes, and the data. */
export const icmphdr = message("icmphdr", true);
/** A message of ICMPv6: the header, 8 bytes, and the data. */
export const icmp6_hdr = message("icmp6_hdr", false);
