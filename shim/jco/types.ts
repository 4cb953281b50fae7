// The canonical ABI's types: how a value of each is laid out, read, written, and brought from one
// module's memory into another's (component-model, CanonicalABI.md). Values are those that jco has:
// `{ tag, val }` for a variant, its case's name for an enum, undefined for none, bigint for 64 bits.
import { trap, type Core, type Memory } from "./memory.js";

export type CoreType = "i32" | "i64";

export type Form =
  | "number"
  | "bool"
  | "string"
  | "list"
  | "record"
  | "tuple"
  | "enum"
  | "variant"
  | "option"
  | "result"
  | "own"
  | "borrow";
/** A field or a case with its type; elements have no name. */
export type Part = readonly [name: string, type: Type | undefined];

export interface Type {
  /** Its name in the WIT, for messages. */
  readonly name: string;
  /** What kind of type it is, and what it is made of: fields, cases, elements. */
  readonly form: Form;
  readonly parts: readonly Part[];
  readonly size: number;
  readonly align: number;
  /** The core parameters that it takes. */
  readonly flat: readonly CoreType[];
  /** Reads a value in a module's memory. */
  load(memory: Memory, at: number): unknown;
  /** Writes one, with what it points at. */
  store(memory: Memory, at: number, value: unknown): void;
  /** Reads one from parameters, the first of which is `at`. */
  lift(memory: Memory, flats: readonly Core[], at: number): unknown;
  /** Adds one to parameters. */
  lower(memory: Memory, value: unknown, flats: Core[]): void;
  /** Where the bytes of one in `from` were copied to `to`, brings over what it points at. */
  move(from: Memory, at: number, to: Memory, out: number): void;
  /** The same of parameters, in place. */
  pass(from: Memory, flats: Core[], at: number, to: Memory): void;
}

/** More elements than this are a lie: a byte of a guest's may not cost the host many. */
const MAX_ELEMENTS = 1 << 16;

const nothing = (): void => {};
const alignUp = (n: number, align: number): number => (n + align - 1) & -align;

function wrongKind(name: string, value: unknown): never {
  const shown = typeof value === "object" ? "an object" : String(value);
  throw new TypeError(`${name} expected, got ${typeof value === "string" ? JSON.stringify(value) : shown}`);
}

/** A number of 32 bits or fewer. */
function integer(
  name: string,
  size: 1 | 2 | 4,
  low: number,
  high: number,
  read: (view: DataView, at: number) => number,
  write: (view: DataView, at: number, value: number) => void,
): Type {
  const checked = (value: unknown): number => {
    if (typeof value !== "number" || !Number.isInteger(value)) wrongKind(name, value);
    if (value < low || value > high) throw new RangeError(`${name} must be ${low}..${high}, got ${value}`);
    return value;
  };
  return {
    name,
    form: "number",
    parts: [],
    size,
    align: size,
    flat: ["i32"],
    load: (memory, at) => read(memory.view, at),
    store: (memory, at, value) => write(memory.view, at, checked(value)),
    // What the type can't hold is cut, as the canonical ABI says.
    lift: (_, flats, at) => {
      const value = Number(flats[at]) | 0;
      if (size === 4) return low < 0 ? value : value >>> 0;
      const bits = 8 * size;
      return low < 0 ? (value << (32 - bits)) >> (32 - bits) : value & high;
    },
    lower: (_, value, flats) => {
      flats.push(checked(value));
    },
    move: nothing,
    pass: nothing,
  };
}

export const u8 = integer(
  "u8",
  1,
  0,
  0xff,
  (view, at) => view.getUint8(at),
  (view, at, value) => view.setUint8(at, value),
);
export const s8 = integer(
  "s8",
  1,
  -128,
  127,
  (view, at) => view.getInt8(at),
  (view, at, value) => view.setInt8(at, value),
);
export const u16 = integer(
  "u16",
  2,
  0,
  0xffff,
  (view, at) => view.getUint16(at, true),
  (view, at, value) => view.setUint16(at, value, true),
);
export const s16 = integer(
  "s16",
  2,
  -0x8000,
  0x7fff,
  (view, at) => view.getInt16(at, true),
  (view, at, value) => view.setInt16(at, value, true),
);
export const u32 = integer(
  "u32",
  4,
  0,
  0xffffffff,
  (view, at) => view.getUint32(at, true),
  (view, at, value) => view.setUint32(at, value, true),
);
export const s32 = integer(
  "s32",
  4,
  -0x80000000,
  0x7fffffff,
  (view, at) => view.getInt32(at, true),
  (view, at, value) => view.setInt32(at, value, true),
);

/** A number of 64 bits, a bigint. */
function big(name: "u64" | "s64"): Type {
  const cut = (value: bigint): bigint =>
    name === "u64" ? BigInt.asUintN(64, value) : BigInt.asIntN(64, value);
  const checked = (value: unknown): bigint => {
    if (typeof value !== "bigint") wrongKind(`${name}, a bigint,`, value);
    if (cut(value) !== value) throw new RangeError(`${name} expected, got ${value}`);
    return value;
  };
  return {
    name,
    form: "number",
    parts: [],
    size: 8,
    align: 8,
    flat: ["i64"],
    load: (memory, at) => cut(memory.view.getBigInt64(at, true)),
    store: (memory, at, value) => memory.view.setBigInt64(at, BigInt.asIntN(64, checked(value)), true),
    lift: (_, flats, at) => cut(BigInt(flats[at]!)),
    lower: (_, value, flats) => {
      flats.push(BigInt.asIntN(64, checked(value)));
    },
    move: nothing,
    pass: nothing,
  };
}
export const u64 = big("u64");
export const s64 = big("s64");

export const bool: Type = {
  name: "bool",
  form: "bool",
  parts: [],
  size: 1,
  align: 1,
  flat: ["i32"],
  load: (memory, at) => memory.view.getUint8(at) !== 0,
  store: (memory, at, value) => memory.view.setUint8(at, value ? 1 : 0),
  lift: (_, flats, at) => flats[at] !== 0,
  lower: (_, value, flats) => {
    flats.push(value ? 1 : 0);
  },
  move: nothing,
  pass: nothing,
};

/** What is a place and a length: brings `length` elements over, and gives their new place. */
type Carry = (from: Memory, at: number, length: number, to: Memory) => number;

/** The members of what is a place and a length, a list or a string. */
function pointed(
  name: string,
  form: Form,
  parts: readonly Part[],
  read: (memory: Memory, at: number, length: number) => unknown,
  write: (memory: Memory, value: unknown) => [at: number, length: number],
  carry: Carry,
): Type {
  return {
    name,
    form,
    parts,
    size: 8,
    align: 4,
    flat: ["i32", "i32"],
    load: (memory, at) => read(memory, memory.view.getUint32(at, true), memory.view.getUint32(at + 4, true)),
    store: (memory, at, value) => {
      const [place, length] = write(memory, value);
      memory.view.setUint32(at, place, true);
      memory.view.setUint32(at + 4, length, true);
    },
    lift: (memory, flats, at) => read(memory, Number(flats[at]) >>> 0, Number(flats[at + 1]) >>> 0),
    lower: (memory, value, flats) => {
      flats.push(...write(memory, value));
    },
    move: (from, at, to, out) => {
      const length = from.view.getUint32(at + 4, true);
      const place = carry(from, from.view.getUint32(at, true), length, to);
      to.view.setUint32(out, place, true);
    },
    pass: (from, flats, at, to) => {
      flats[at] = carry(from, Number(flats[at]) >>> 0, Number(flats[at + 1]) >>> 0, to);
    },
  };
}

const carryBytes: Carry = (from, at, length, to) => {
  from.place(at, 1, length);
  const place = to.allocate(1, length);
  to.bytes.set(from.bytes.subarray(at, at + length), place);
  return place;
};

export const string = pointed(
  "string",
  "string",
  [],
  (memory, at, length) => memory.text(memory.place(at, 1, length), length),
  (memory, value) => (typeof value === "string" ? memory.putText(value) : wrongKind("string", value)),
  carryBytes,
);

/** list<u8>: a Uint8Array. */
export const bytes = pointed(
  "list<u8>",
  "list",
  [["", u8]],
  (memory, at, length) => {
    memory.place(at, 1, length);
    return memory.lends ? memory.bytes.subarray(at, at + length) : memory.bytes.slice(at, at + length);
  },
  (memory, value) =>
    value instanceof Uint8Array ? [memory.putBytes(value), value.length] : wrongKind("Uint8Array", value),
  carryBytes,
);

/** A list: an array; of s16 an Int16Array. */
export function list(element: Type): Type {
  const { size, align } = element;
  const check = (memory: Memory, at: number, length: number): void => {
    if (length > MAX_ELEMENTS) trap(`a list of ${length} is longer than ${MAX_ELEMENTS}`);
    memory.place(at, align, size * length);
  };
  return pointed(
    `list<${element.name}>`,
    "list",
    [["", element]],
    (memory, at, length) => {
      check(memory, at, length);
      const read = (_: unknown, i: number) => element.load(memory, at + i * size);
      return element === s16
        ? Int16Array.from({ length }, read as () => number)
        : Array.from({ length }, read);
    },
    (memory, value) => {
      if (!Array.isArray(value) && !(value instanceof Int16Array)) wrongKind("array", value);
      const at = memory.allocate(align, size * value.length);
      value.forEach((one: unknown, i: number) => {
        element.store(memory, at + i * size, one);
      });
      return [at, value.length];
    },
    (from, at, length, to) => {
      check(from, at, length);
      const place = to.allocate(align, size * length);
      to.bytes.set(from.bytes.subarray(at, at + size * length), place);
      if (element.move !== nothing)
        for (let i = 0; i < length; i++) element.move(from, at + i * size, to, place + i * size);
      return place;
    },
  );
}

/** Fields one after another: what a record and a tuple share. */
function fieldsOf(types: readonly Type[]) {
  let size = 0;
  let align = 1;
  const offsets = types.map(type => {
    const offset = alignUp(size, type.align);
    size = offset + type.size;
    align = Math.max(align, type.align);
    return offset;
  });
  return { size: alignUp(size, align), align, offsets, flat: types.flatMap(type => type.flat) };
}

/** A record, or a tuple: `pick` takes a value apart, `join` makes one. */
function product(
  name: string,
  form: Form,
  parts: readonly (readonly [string, Type])[],
  pick: (value: unknown) => readonly unknown[],
  join: (values: unknown[]) => unknown,
): Type {
  const types = parts.map(([, type]) => type);
  const { size, align, offsets, flat } = fieldsOf(types);
  const starts = types.map((_, i) => types.slice(0, i).reduce((sum, type) => sum + type.flat.length, 0));
  const moves = types.some(type => type.move !== nothing);
  return {
    name,
    form,
    parts,
    size,
    align,
    flat,
    load: (memory, at) => join(types.map((type, i) => type.load(memory, at + offsets[i]!))),
    store: (memory, at, value) => {
      const values = pick(value);
      types.forEach((type, i) => {
        type.store(memory, at + offsets[i]!, values[i]);
      });
    },
    lift: (memory, flats, at) => join(types.map((type, i) => type.lift(memory, flats, at + starts[i]!))),
    lower: (memory, value, flats) => {
      const values = pick(value);
      types.forEach((type, i) => {
        type.lower(memory, values[i], flats);
      });
    },
    move: moves
      ? (from, at, to, out) => {
          types.forEach((type, i) => {
            type.move(from, at + offsets[i]!, to, out + offsets[i]!);
          });
        }
      : nothing,
    pass: (from, flats, at, to) => {
      types.forEach((type, i) => {
        type.pass(from, flats, at + starts[i]!, to);
      });
    },
  };
}

const camel = (name: string): string => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** A record: an object, whose keys are the fields' names in camel case. */
export function record(name: string, fields: Readonly<Record<string, Type>>): Type {
  const keys = Object.keys(fields).map(camel);
  return product(
    name,
    "record",
    Object.entries(fields),
    value => {
      if (typeof value !== "object" || value === null) wrongKind(name, value);
      return keys.map(key => (value as Record<string, unknown>)[key]);
    },
    values => Object.fromEntries(keys.map((key, i) => [key, values[i]])),
  );
}

/** A tuple: an array. */
export function tuple(...types: readonly Type[]): Type {
  const name = `tuple<${types.map(type => type.name).join(", ")}>`;
  return product(
    name,
    "tuple",
    types.map(type => ["", type]),
    value => (Array.isArray(value) && value.length === types.length ? value : wrongKind(name, value)),
    values => values,
  );
}

/** Cases of which one holds: what variants, options and results share. */
interface Cases {
  readonly name: string;
  readonly form: Form;
  readonly parts: readonly Part[];
  /** The case of a value, and what it holds. */
  pick(value: unknown): [index: number, held: unknown];
  join(index: number, held: unknown): unknown;
}

/** A core value where another one's type stands too: i64 where either is. */
const joined = (a: CoreType | undefined, b: CoreType): CoreType =>
  a === "i64" || b === "i64" ? "i64" : "i32";
const narrow = (value: Core, type: CoreType): Core =>
  type === "i32" && typeof value === "bigint" ? Number(BigInt.asIntN(32, value)) : value;
const widen = (value: Core, type: CoreType): Core =>
  type === "i64" && typeof value === "number" ? BigInt(value >>> 0) : value;

/** An address has 23 cases: a byte tells them apart. */
const MAX_CASES = 256;

function sum({ name, form, parts, pick, join }: Cases): Type {
  const types = parts.map(([, type]) => type);
  if (types.length > MAX_CASES) throw new RangeError(`${name} has more than ${MAX_CASES} cases`);
  const align = Math.max(1, ...types.map(type => type?.align ?? 1));
  const payload = align;
  const size = alignUp(payload + Math.max(0, ...types.map(type => type?.size ?? 0)), align);
  const rest: CoreType[] = [];
  for (const type of types)
    type?.flat.forEach((core, i) => {
      rest[i] = joined(rest[i], core);
    });
  const moves = types.some(type => type !== undefined && type.move !== nothing);
  const typeOf = (index: number): Type | undefined =>
    index < types.length ? types[index] : trap(`${name} has no case ${index}`);
  /** The parameters of a case, of its own types. */
  const own = (type: Type, flats: readonly Core[], at: number): Core[] =>
    type.flat.map((core, i) => narrow(flats[at + 1 + i]!, core));
  return {
    name,
    form,
    parts,
    size,
    align,
    flat: ["i32", ...rest],
    load: (memory, at) => {
      const index = memory.view.getUint8(at);
      return join(index, typeOf(index)?.load(memory, at + payload));
    },
    store: (memory, at, value) => {
      const [index, held] = pick(value);
      memory.view.setUint8(at, index);
      types[index]?.store(memory, at + payload, held);
    },
    lift: (memory, flats, at) => {
      const index = Number(flats[at]) >>> 0;
      const type = typeOf(index);
      return join(index, type?.lift(memory, own(type, flats, at), 0));
    },
    lower: (memory, value, flats) => {
      const [index, held] = pick(value);
      const given: Core[] = [];
      types[index]?.lower(memory, held, given);
      flats.push(index);
      for (const [i, core] of rest.entries()) flats.push(widen(given[i] ?? 0, core));
    },
    move: moves
      ? (from, at, to, out) => typeOf(from.view.getUint8(at))?.move(from, at + payload, to, out + payload)
      : nothing,
    pass: (from, flats, at, to) => {
      const type = typeOf(Number(flats[at]) >>> 0);
      if (type === undefined) return;
      const given = own(type, flats, at);
      type.pass(from, given, 0, to);
      for (const [i, value] of given.entries()) flats[at + 1 + i] = widen(value, rest[i]!);
    },
  };
}

/** An enum: the name of its case. */
export function enumeration(name: string, cases: readonly string[]): Type {
  const indexes = new Map(cases.map((one, i) => [one, i]));
  return sum({
    name,
    form: "enum",
    parts: cases.map(one => [one, undefined]),
    pick: value => {
      const index = indexes.get(value as string);
      return index === undefined ? wrongKind(`a case of ${name}`, value) : [index, undefined];
    },
    join: index => cases[index],
  });
}

/** A variant: `{ tag, val }`. */
export function variant(name: string, cases: Readonly<Record<string, Type | undefined>>): Type {
  const tags = Object.keys(cases);
  return sum({
    name,
    form: "variant",
    parts: Object.entries(cases),
    pick: value => {
      const { tag, val } = (value ?? {}) as { tag?: unknown; val?: unknown };
      const index = tags.indexOf(tag as string);
      return index < 0 ? wrongKind(`a case of ${name}`, tag) : [index, val];
    },
    join: (index, val) =>
      cases[tags[index]!] === undefined ? { tag: tags[index] } : { tag: tags[index], val },
  });
}

/** An option: undefined, or the value. */
export function option(type: Type): Type {
  return sum({
    name: `option<${type.name}>`,
    form: "option",
    parts: [
      ["none", undefined],
      ["some", type],
    ],
    pick: value => (value === undefined ? [0, undefined] : [1, value]),
    join: (_, held) => held,
  });
}

/** A result as it is passed on: a call's own is taken apart by function.ts. */
export interface ResultType extends Type {
  readonly ok: Type | undefined;
  readonly error: Type;
  /** Where the value of either case is. */
  readonly payload: number;
}

export interface Outcome {
  readonly failed: boolean;
  readonly value: unknown;
}

export function result(ok: Type | undefined, error: Type): ResultType {
  const type = sum({
    name: `result<${ok?.name ?? "_"}, ${error.name}>`,
    form: "result",
    parts: [
      ["ok", ok],
      ["err", error],
    ],
    pick: outcome => {
      const { failed, value } = outcome as Outcome;
      return [failed ? 1 : 0, value];
    },
    join: (index, value): Outcome => ({ failed: index === 1, value }),
  });
  return { ...type, ok, error, payload: type.align };
}

export const isResult = (type: Type | undefined): type is ResultType =>
  type !== undefined && "payload" in type;

/** A handle of a resource, owned or borrowed. */
function handle(name: string, owned: boolean): Type {
  return {
    name,
    form: owned ? "own" : "borrow",
    parts: [],
    size: 4,
    align: 4,
    flat: ["i32"],
    load: (memory, at) => memory.handles.lift(memory.view.getInt32(at, true), owned),
    store: (memory, at, value) => memory.view.setInt32(at, memory.handles.lower(value, owned), true),
    lift: (memory, flats, at) => memory.handles.lift(Number(flats[at]) | 0, owned),
    lower: (memory, value, flats) => {
      flats.push(memory.handles.lower(value, owned));
    },
    move: (from, at, to, out) => {
      const resource = from.handles.lift(from.view.getInt32(at, true), owned);
      to.view.setInt32(out, to.handles.lower(resource, owned), true);
    },
    pass: (from, flats, at, to) => {
      flats[at] = to.handles.lower(from.handles.lift(Number(flats[at]) | 0, owned), owned);
    },
  };
}
export const own = (resource: string): Type => handle(resource, true);
export const borrow = (resource: string): Type => handle(`borrow<${resource}>`, false);
