// Structs as values: field names and types on this side, their places in the codec's tables
// (wasm/layout.ts).
import type { AddressContext } from "./address.js";
import { octets, show, still } from "../base/check.js";
import { kinds, type Field } from "./field-kinds.js";
import { lengthOf, part } from "../base/views.js";
import { UNSUPPORTED } from "./wire.js";

/**
 * One struct of one target, packed and unpacked. `T` is its value: an object of its fields, or what
 * it stands for.
 */
export interface Struct<T> {
  /** sizeof, in bytes. RangeError where the target has no such struct. */
  readonly size: number;
  /**
   * The struct's bytes.
   * @throws TypeError for a wrong kind, RangeError for a wrong value, each naming the field.
   */
  pack(value: T): Uint8Array;
  /**
   * The value of exactly `size` bytes.
   * @throws RangeError for fewer or more.
   */
  unpack(bytes: Uint8Array): T;
  /**
   * What each byte is: fields in the order of their offsets, padding and what is left over
   * included. Never throws for bytes.
   */
  annotate(bytes: Uint8Array): Row[];
}

/** A few bytes and what they are. */
export interface Row {
  /** Where they begin, in bytes. */
  readonly offset: number;
  /** The bytes themselves. */
  readonly bytes: Uint8Array;
  /** The field's name, or `padding`, or `rest` for what follows the last whole field. */
  readonly name: string;
  /** Its value; null for padding and rest. */
  readonly value: unknown;
}

/** A struct for any target; binding it to one gives its Struct. */
export type Bindable<T> = (context: AddressContext) => Struct<T>;

/** A layout's fields on one target. */
export class Layout {
  readonly fields: readonly Field[];
  readonly size: number;
  readonly #context: AddressContext;
  readonly #layout: number;

  /**
   * Names by number; one that ends in ? need not be given. `length` is that of a whole which has no
   * fixed one.
   */
  constructor(
    context: AddressContext,
    readonly name: string,
    names: readonly string[],
    length = 0,
  ) {
    const { wire } = context;
    const { calls, target } = wire;
    this.#context = context;
    this.#layout = wire.layout(name);
    const size = wire.size(name);
    if (size === UNSUPPORTED) throw new RangeError(`${wire.name} has no struct ${name}`);
    const fields: Field[] = [];
    names.forEach((given, i) => {
      if (calls.layout_field(target, this.#layout, i, length) === UNSUPPORTED) return;
      fields.push({
        name: given.replace("?", ""),
        optional: given.endsWith("?"),
        kind: kinds[wire.word(2)]!,
        offset: wire.word(0),
        width: wire.word(1),
        signed: wire.word(3) !== 0,
        cell: wire.word(4) ? wire.cells + i * wire.cellSize : undefined,
      });
    });
    this.fields = fields;
    this.size = fields.reduce((end, field) => Math.max(end, field.offset + field.width), size);
  }

  /**
   * Writes a struct at `at`; `values` are those of `fields`, undefined for zeros. Returns its size.
   */
  write(at: number, values: readonly unknown[], what: string): number {
    const context = this.#context;
    const { wire } = context;
    const { fields } = this;
    const put = (field: Field, i: number, place: number) =>
      field.kind.put(context, place, values[i], field, `${what}: ${field.name}`);
    fields.forEach((field, i) => {
      if (field.cell === undefined) return;
      wire.bytes.fill(0, field.cell, field.cell + wire.cellSize);
      if (values[i] !== undefined) put(field, i, field.cell);
    });
    wire.calls.layout_encode(wire.target, this.#layout, at);
    fields.forEach((field, i) => {
      if (field.cell === undefined && values[i] !== undefined) put(field, i, at + field.offset);
    });
    return this.size;
  }

  /**
   * The values of the fields of the `length` bytes at `at`, undefined for those that are not whole.
   * `shown`: as annotate() has them.
   */
  read(at: number, length: number, shown = false): unknown[] {
    const context = this.#context;
    const { wire } = context;
    const { fields } = this;
    const take = (field: Field, place: number) => {
      if (field.offset + field.width > length) return undefined;
      return ((shown && field.kind.show) || field.kind.take)(context, place, field);
    };
    wire.calls.layout_decode(wire.target, this.#layout, at, length);
    // Wide ones last: reading an address inside a struct uses the cells.
    const values = fields.map(field => (field.cell === undefined ? undefined : take(field, field.cell)));
    fields.forEach((field, i) => {
      if (field.cell === undefined) values[i] = take(field, at + field.offset);
    });
    return values;
  }

  /**
   * Rows of these bytes, however many there are: those that the image has no room for are left
   * over.
   */
  annotate(bytes: Uint8Array): Row[] {
    const { wire } = this.#context;
    const rows: Row[] = [];
    const whole = part(bytes, 0);
    const length = Math.min(whole.length, this.size, wire.imageSize);
    wire.putImage(whole.subarray(0, length));
    const values = this.read(wire.image, length, true);
    const there = this.fields
      .map((field, i) => ({ ...field, value: values[i] }))
      .filter(field => field.value !== undefined);
    let end = 0;
    const push = (to: number, name: string, value: unknown) => {
      if (to > end) rows.push({ offset: end, bytes: wire.copy(whole.subarray(end, to)), name, value });
      end = to;
    };
    for (const { offset, width, name, value } of there.sort((a, b) => a.offset - b.offset)) {
      push(offset, "padding", null);
      push(offset + width, name, value);
    }
    if (there.length === this.fields.length) push(length, "padding", null);
    push(whole.length, "rest", null);
    return rows;
  }
}

type Names<T> = readonly ((keyof T & string) | `${keyof T & string}?`)[];

/** A struct of named fields. */
export function struct<T extends object>(name: string, ...names: Names<T>): Bindable<T> {
  return fixed(name, names, false);
}

/**
 * A struct that kernels add to at its end: where there are fewer bytes, its last fields, which need
 * not be given, are missing; what follows its last is left alone.
 */
export function growing<T extends object>(name: string, ...names: Names<T>): Bindable<T> {
  return fixed(name, names, true);
}

function fixed<T extends object>(name: string, names: Names<T>, grows: boolean): Bindable<T> {
  return context => {
    const { wire } = context;
    let made: Layout | undefined;
    const layout = () => (made ??= new Layout(context, name, names));
    return {
      get size() {
        return layout().size;
      },
      pack(value) {
        const { fields } = layout();
        if (typeof value !== "object" || value === null)
          throw new TypeError(`${name} must be an object, got ${show(value)}`);
        for (const key in value)
          if (!fields.some(field => field.name === key))
            throw new TypeError(`${wire.name} has no ${name}.${key}`);
        const values = fields.map(field => {
          const given = still(value[field.name as keyof T]);
          if (given === undefined && !field.optional)
            throw new TypeError(`${name}: ${field.name} is missing`);
          return given;
        });
        return wire.take(wire.image, layout().write(wire.image, values, name));
      },
      unpack(bytes) {
        const { fields, size } = layout();
        const given = lengthOf(octets(name, bytes));
        const length = Math.min(given, size);
        if (given !== size && !grows)
          throw new RangeError(
            `${name} is ${size} bytes on ${wire.name}, got ${given}: too ${given < size ? "few" : "many"}`,
          );
        wire.putImage(part(bytes, 0, length));
        const values = layout().read(wire.image, length);
        if (fields.some((field, i) => !field.optional && values[i] === undefined))
          throw new RangeError(`${name} has more than ${given} bytes on ${wire.name}: too few`);
        return Object.fromEntries(
          fields.flatMap((field, i) => (values[i] === undefined ? [] : [[field.name, values[i]]])),
        ) as T;
      },
      annotate: bytes => layout().annotate(octets(name, bytes)),
    };
  };
}

/** A struct that stands for something other than an object of its fields. */
export function mapped<T extends object, V>(
  base: Bindable<T>,
  toFields: (value: V) => T,
  fromFields: (fields: T) => V,
): Bindable<V> {
  return context => {
    const bound = base(context);
    return {
      get size() {
        return bound.size;
      },
      pack: value => bound.pack(toFields(value)),
      unpack: bytes => fromFields(bound.unpack(bytes)),
      annotate: bytes => bound.annotate(bytes),
    };
  };
}

/** What follows a struct's fields in its bytes. */
export interface Tail<T, V> {
  /** What a value is, if not an object of fields. */
  readonly value?: string;
  /** The fields of a value, and the bytes after them. */
  split(value: V): readonly [fields: T, rest: Uint8Array];
  join(fields: T, rest: Uint8Array): V;
  /**
   * annotate() of those bytes, with the fields as annotate() shows them; offsets count from their
   * start.
   */
  rows?(fields: Readonly<Record<string, unknown>>, rest: Uint8Array): Row[];
}

/** A struct that more bytes follow; its size is without them. */
export function headed<T extends object, V extends object>(
  name: string,
  base: Bindable<T>,
  tailOf: (context: AddressContext) => Tail<T, V>,
): Bindable<V> {
  return context => {
    const head = base(context);
    const { wire } = context;
    const tail = tailOf(context);
    return {
      get size() {
        return head.size;
      },
      pack(value) {
        if (typeof value !== "object" || value === null)
          throw new TypeError(`${name} must be ${tail.value ?? "an object"}, got ${show(value)}`);
        const { size } = head;
        const [fields, rest] = tail.split(value);
        const out = new Uint8Array(size + lengthOf(rest));
        out.set(head.pack(fields));
        out.set(rest, size);
        return wire.copy(out);
      },
      unpack(bytes) {
        const { size } = head;
        const length = lengthOf(octets(name, bytes));
        if (length < size)
          throw new RangeError(`${name} is at least ${size} bytes on ${wire.name}, got ${length}: too few`);
        return tail.join(head.unpack(part(bytes, 0, size)), part(bytes, size));
      },
      annotate(bytes) {
        const { size } = head;
        const whole = octets(name, bytes);
        if (!tail.rows || lengthOf(whole) <= size) return head.annotate(whole);
        const front = head.annotate(part(whole, 0, size));
        const fields = Object.fromEntries(front.map(row => [row.name, row.value]));
        return [
          ...front,
          ...tail.rows(fields, part(whole, size)).map(row => ({ ...row, offset: size + row.offset })),
        ];
      },
    };
  };
}

/** Any number of one struct, one after another; its size is that of one. */
export function array<V>(name: string, base: Bindable<V>): Bindable<readonly V[]> {
  return context => {
    const one = base(context);
    const { wire } = context;
    return {
      get size() {
        return one.size;
      },
      pack(values) {
        if (!Array.isArray(values)) throw new TypeError(`${name} must be an array, got ${show(values)}`);
        // Not map(), which an array may have of its own, and which leaves out what is missing.
        const parts = Array.from(values as readonly V[], value => one.pack(value));
        const out = new Uint8Array(parts.length * one.size);
        for (const [i, bytes] of parts.entries()) out.set(bytes, i * one.size);
        return wire.copy(out);
      },
      unpack(bytes) {
        const { size } = one;
        const length = lengthOf(octets(name, bytes));
        if (length % size) {
          const fault = length < size ? "too few" : "too many";
          throw new RangeError(
            `${name} is a multiple of ${size} bytes on ${wire.name}, got ${length}: ${fault}`,
          );
        }
        return Array.from({ length: length / size }, (_, i) =>
          one.unpack(part(bytes, i * size, (i + 1) * size)),
        );
      },
      annotate(bytes) {
        const rows: Row[] = [];
        const { size } = one;
        const length = lengthOf(octets(name, bytes));
        for (let at = 0; at < length; at += size) {
          for (const row of one.annotate(part(bytes, at, Math.min(at + size, length)))) {
            rows.push({ ...row, offset: at + row.offset, name: `${name}[${at / size}].${row.name}` });
          }
        }
        return rows;
      },
    };
  };
}
