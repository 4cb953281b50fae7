// The data of a message as a value: a struct, then attributes by their names. A table says for each
// name the attribute's number and what its bytes are; what no table knows stays bytes.
import { int, octets, show } from "../base/check.js";
import { decodePath, encodePath } from "../base/surrogate-escape.js";
import type { Data } from "../base/types.js";
import { lengthOf, part } from "../base/views.js";
import { addressBytes, addressText } from "../codec/host-bytes.js";
import type { Struct } from "../codec/layout.js";
import type { Wire } from "../codec/wire.js";
import type { StructName, Structs } from "../structs.js";
import type { NetlinkAttribute, NetlinkAttributeIn, NetlinkMessages } from "./message.js";

/** The data of a message: its struct's fields, the attributes that are known, and the others. */
export type NetlinkValue<H, A> = H & {
  /** Those that were there, by the kernel's names. */
  attributes: A;
  /**
   * Type and bytes of what is unknown, of what should have other bytes, of what holds more than is
   * known, and of what is there a second time.
   */
  others: NetlinkAttribute[];
};
/** The same to be packed; what is left out is not sent. */
export type NetlinkValueIn<H, A> = H & {
  /** Those to be sent, by the kernel's names. */
  attributes?: A;
  /** Others: types and bytes. */
  others?: readonly NetlinkAttribute[];
};
/** The data of one kind of messages, packed and unpacked. */
export interface NetlinkFormat<H, A> {
  /**
   * The data of a message, for netlink.pack() and netlink.request().
   * @throws TypeError for a wrong kind, RangeError for a wrong value, each naming the field.
   */
  pack(value: NetlinkValueIn<H, A>): Uint8Array;
  /**
   * The value of a message's data.
   * @throws RangeError for bytes too few, and for attributes that claim more than there are.
   */
  unpack(data: Uint8Array): NetlinkValue<H, A>;
}

/** What all formats of one target share. */
export interface Scope {
  readonly wire: Wire;
  readonly structs: Structs;
  readonly messages: NetlinkMessages;
}

/** What an attribute's bytes are. */
export interface Value<T> {
  /** undefined for bytes that can't be such a value. */
  unpack(scope: Scope, bytes: Uint8Array): T | undefined;
  /** Whether the value holds all of the bytes, where it need not. */
  isWhole?(scope: Scope, bytes: Uint8Array, value: T): boolean;
  /** Bytes, or attributes; throws TypeError or RangeError that begins with `name`. */
  pack(scope: Scope, name: string, value: unknown): Data | NetlinkAttributeIn[];
}

/** For each name of `T`: the attribute's number and what it is. */
export type Table<T> = {
  readonly [K in Exclude<keyof T, "others">]-?: readonly [type: number, value: Value<NonNullable<T[K]>>];
};
type Rows = Readonly<Record<string, readonly [type: number, value: Value<unknown>]>>;

// linux/netlink.h: numbers in network order, though the table has them in the machine's.
const NLA_F_NET_BYTEORDER = 0x4000;

/** A table both ways; `what` begins its messages. */
function walker(what: string, rows: Rows) {
  // Made when first needed: an import of the package need not wait for it.
  let known: Map<number, { name: string; value: Value<unknown> }> | undefined;
  const byType = () =>
    (known ??= new Map(Object.entries(rows).map(([name, [type, value]]) => [type, { name, value }])));
  return {
    unpack(scope: Scope, bytes: Uint8Array) {
      const { items, whole } = scope.messages.parseAttributes(bytes);
      const attributes: Record<string, unknown> = {};
      const others = items.filter(({ type, flags, data }) => {
        const row = byType().get(type);
        if (row === undefined || flags & NLA_F_NET_BYTEORDER || row.name in attributes) return true;
        const value = row.value.unpack(scope, data);
        if (value === undefined) return true;
        attributes[row.name] = value;
        return row.value.isWhole !== undefined && !row.value.isWhole(scope, data, value);
      });
      return { attributes, others, whole };
    },
    pack(scope: Scope, given: unknown, others: unknown = []): NetlinkAttributeIn[] {
      if (typeof given !== "object" || given === null)
        throw new TypeError(`${what}: attributes must be an object, got ${show(given)}`);
      if (!Array.isArray(others))
        throw new TypeError(`${what}: others must be an array of attributes, got ${show(others)}`);
      const packed: NetlinkAttributeIn[] = [];
      for (const [name, value] of Object.entries(given)) {
        if (!Object.hasOwn(rows, name)) throw new TypeError(`${what} has no attribute ${show(name)}`);
        const [type, kind] = rows[name]!;
        if (value !== undefined) packed.push([type, kind.pack(scope, `${what}: ${name}`, value)]);
      }
      for (const other of Array.from(others as readonly unknown[])) {
        if (typeof other !== "object" || other === null)
          throw new TypeError(`${what}: an attribute must be { type, flags, data }, got ${show(other)}`);
        const { type, flags = 0, data } = other as NetlinkAttribute;
        int(`${what}: attribute's type`, type, 0, 0x3fff);
        int(`${what}: attribute's flags`, flags, 0, 0xffff);
        packed.push([type | flags, data]);
      }
      return packed;
    },
  };
}

/** A kind of messages: the struct that it begins with, and its attributes. */
export function format<H extends object, A extends object>(
  name: string,
  head: StructName,
  table: Table<A>,
): (scope: Scope) => NetlinkFormat<H, A> {
  const attributes = walker(name, table as Rows);
  return scope => {
    const struct = () => scope.structs[head] as unknown as Struct<object>;
    return {
      pack(value) {
        if (typeof value !== "object" || value === null)
          throw new TypeError(`${name} must be an object, got ${show(value)}`);
        const { attributes: given = {}, others, ...fields } = value;
        const first = struct().pack(fields);
        const rest = scope.messages.packAttributes(attributes.pack(scope, given, others));
        const out = new Uint8Array(first.length + rest.length);
        out.set(first);
        out.set(rest, first.length);
        return scope.wire.copy(out);
      },
      unpack(data) {
        const length = lengthOf(octets(name, data));
        const size = Math.min(struct().size, length);
        const fields = struct().unpack(part(data, 0, size));
        const { whole, ...found } = attributes.unpack(scope, part(data, size));
        if (!whole) throw new RangeError(`${name}: attributes claim more than their ${length - size} bytes`);
        return { ...fields, ...found } as NetlinkValue<H, A>;
      },
    };
  };
}

/** What a struct packs; the value may be what one stands for. */
export function struct<N extends StructName>(name: N): Value<ReturnType<Structs[N]["unpack"]>> {
  type T = ReturnType<Structs[N]["unpack"]>;
  return {
    unpack({ structs }, bytes) {
      try {
        return structs[name].unpack(bytes) as T;
      } catch (error) {
        // Too few bytes, or too many.
        if (error instanceof RangeError) return undefined;
        throw error;
      }
    },
    // Of a struct that grows, an older kernel has a part, a later one more.
    isWhole({ structs }, bytes, value) {
      const whole = structs[name] as unknown as Struct<unknown>;
      if (bytes.length >= whole.size) return bytes.length === whole.size;
      const packed = whole.pack(value);
      return bytes.every((byte, i) => byte === packed[i]);
    },
    pack: ({ structs }, _, value) => (structs[name] as unknown as Struct<unknown>).pack(value),
  };
}

function number(name: "uint8" | "uint16" | "uint32" | "int", low: number, high: number): Value<number> {
  const { unpack } = struct(name);
  return { unpack, pack: ({ structs }, what, value) => structs[name].pack(int(what, value, low, high)) };
}
export const u8 = number("uint8", 0, 0xff);
export const u16 = number("uint16", 0, 0xffff);
export const u32 = number("uint32", 0, 0xffffffff);
export const s32 = number("int", -0x80000000, 0x7fffffff);
export const u64 = struct("uint64");
/** 16 bits in network order. */
export const be16: Value<number> = {
  unpack: (_, bytes) => (bytes.length === 2 ? bytes[0]! * 256 + bytes[1]! : undefined),
  pack(_, name, value) {
    const number = int(name, value, 0, 0xffff);
    return Uint8Array.of(number >> 8, number & 0xff);
  },
};

/** Text with a zero byte at its end; bytes that are not UTF-8 come out as U+DC80..U+DCFF. */
export const text: Value<string> = {
  unpack(_, bytes) {
    const end = bytes.indexOf(0);
    return end < 0 || end === bytes.length - 1
      ? decodePath(end < 0 ? bytes : part(bytes, 0, end))
      : undefined;
  },
  pack(_, name, value) {
    if (typeof value !== "string") throw new TypeError(`${name} must be a string, got ${show(value)}`);
    if (value.includes("\0")) throw new TypeError(`${name} must not hold a zero byte`);
    const bytes = encodePath(value, name);
    const out = new Uint8Array(bytes.length + 1);
    out.set(bytes);
    return out;
  },
};

/** An IPv4 or IPv6 address, told by its length. */
export const address: Value<string> = {
  unpack: ({ wire }, bytes) =>
    bytes.length === 4 || bytes.length === 16 ? addressText(wire, bytes) : undefined,
  pack: ({ wire }, name, value) => addressBytes(wire, name, value),
};

/** A link's address of any length: 00:1b:21:3c:9d:f8. */
export const hardware: Value<string> = {
  unpack: (_, bytes) => Array.from(bytes, byte => byte.toString(16).padStart(2, "0")).join(":"),
  pack(_, name, value) {
    if (typeof value !== "string") throw new TypeError(`${name} must be a string, got ${show(value)}`);
    if (!/^([0-9a-f]{2}(:[0-9a-f]{2})*)?$/i.test(value))
      throw new RangeError(`${name} must be bytes as XX:XX:XX:XX:XX:XX, got ${show(value)}`);
    return Uint8Array.from(value === "" ? [] : value.split(":"), byte => parseInt(byte, 16));
  },
};

/** Bytes, and nothing is known of them. */
export const bytes: Value<Uint8Array> = {
  unpack: (_, given) => given,
  pack: (_, name, value) => octets(name, value),
};

/** 32-bit numbers one after another. */
export const numbers: Value<number[]> = {
  unpack({ structs }, given) {
    if (given.length % 4) return undefined;
    return Array.from({ length: given.length / 4 }, (_, i) =>
      structs.uint32.unpack(part(given, 4 * i, 4 * i + 4)),
    );
  },
  pack({ structs }, name, value) {
    if (!Array.isArray(value)) throw new TypeError(`${name} must be an array, got ${show(value)}`);
    const words = Array.from(value as readonly unknown[], (given, i) =>
      structs.uint32.pack(int(`${name}[${i}]`, given, 0, 0xffffffff)),
    );
    const out = new Uint8Array(4 * words.length);
    for (const [i, word] of words.entries()) out.set(word, 4 * i);
    return out;
  },
};

/** Attributes in an attribute: their names, and `others` where there are some. */
export function nested<T extends { others?: NetlinkAttribute[] }>(what: string, table: Table<T>): Value<T> {
  const attributes = walker(what, table as unknown as Rows);
  return {
    unpack(scope, given) {
      const { attributes: values, others, whole } = attributes.unpack(scope, given);
      if (!whole) return undefined;
      return { ...values, ...(others.length ? { others } : {}) } as T;
    },
    pack(scope, name, value) {
      if (typeof value !== "object" || value === null)
        throw new TypeError(`${name} must be an object, got ${show(value)}`);
      const { others, ...values } = value as { others?: unknown };
      return attributes.pack(scope, values, others);
    },
  };
}

/** Attributes of one kind in an attribute: `type` is that of each, or they are counted from 1. */
export function list<T>(kind: Value<T>, type?: number): Value<T[]> {
  return {
    unpack(scope, given) {
      const { items, whole } = scope.messages.parseAttributes(given);
      const values = items.map(item =>
        type === undefined || item.type === type ? kind.unpack(scope, item.data) : undefined,
      );
      return whole && !values.includes(undefined) ? (values as T[]) : undefined;
    },
    pack(scope, name, value) {
      if (!Array.isArray(value)) throw new TypeError(`${name} must be an array, got ${show(value)}`);
      return Array.from(value as readonly unknown[], (item, i) => [
        type ?? i + 1,
        kind.pack(scope, `${name}[${i}]`, item),
      ]);
    },
  };
}
