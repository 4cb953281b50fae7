// Literal bytes on every target: what the tests of families and structs share. Scratch is filled
// with a5 before each use, so that a byte nobody wrote shows.
import { readFileSync } from "node:fs";
import { targets, type Target } from "../shim/contract.js";
import type { AddressContext, AddressFamily } from "../ts/codec/address.js";
import { show } from "../ts/base/check.js";
import { Codec } from "../ts/codec.js";
import { Layout } from "../ts/codec/layout.js";
import { bindStructs, type StructName, type Structs } from "../ts/structs.js";
import { wasm } from "../ts/codec/webassembly.js";
import { plainBytes, Wire } from "../ts/codec/wire.js";
import { equal, is, test, throws } from "./suite.js";

export const file = new URL("../codec.wasm", import.meta.url);
export const module = new wasm.Module(readFileSync(file));
export const codec = new Codec(module);

/** Interfaces of the tests: index 3 is the one called test0. */
const interfaces = {
  index: (name: string) => {
    is(name, "test0");
    return 3;
  },
  name: () => "test0",
};

/** A context whose scratch area is filled with a5, so that a byte that nobody wrote shows. */
export function prefilledContext(target: Target): AddressContext {
  const wire = new Wire(module, target, plainBytes);
  for (const [at, size] of [
    [wire.address, wire.addressSize],
    [wire.text, wire.textSize],
    [wire.cells, 128 * wire.cellSize],
    [wire.image, wire.imageSize],
  ] as const) {
    wire.bytes.fill(0xa5, at, at + size);
  }
  return { wire, interfaces };
}

/** Numbers below what it is asked for, the same each time for the same seed. */
export function random(seed: number): (below: number) => number {
  let state = seed;
  return below => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** An array that tells of each reading and gives what it is told to. */
export function lying(array: unknown[], read: (key: string, value: unknown) => unknown): unknown[] {
  return new Proxy(array, { get: (of, key) => read(String(key), of[key as never]) });
}

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
export const bytes = (text: string): Uint8Array =>
  new Uint8Array(Buffer.from(text.replace(/[^0-9a-f]/g, ""), "hex"));
const plain = (text: string) => text.replace(/ /g, "");

/**
 * Expected bytes by target; those of linux64 hold for linux32 where that has none of its own, null
 * where there is no such thing.
 */
export type Vectors = Partial<Record<Target, string | null>> & {
  linux64: string | null;
  linux64be: string | null;
};
function expected(vectors: Vectors, target: Target): string | null {
  const found = target === "linux32" ? (vectors.linux32 ?? vectors.linux64) : vectors[target];
  if (found === undefined) throw new Error(`no bytes for ${target}`);
  return found;
}

type Value<N extends StructName> = Parameters<Structs[N]["pack"]>[0];

/**
 * A struct's bytes on every target, packed and unpacked; the value may depend on the target.
 * `title`, where one has several of these.
 */
export function structBytes<N extends StructName>(
  name: N,
  value: Value<N> | ((target: Target) => Value<N>),
  vectors: Vectors,
  title: string = name,
): void {
  test(`${title}: its bytes on every target`, () => {
    for (const target of targets) {
      const wanted = expected(vectors, target);
      const context = prefilledContext(target);
      const struct = bindStructs(context)[name] as Structs["linger"];
      const given: any =
        typeof value === "function" ? (value as (target: Target) => Value<N>)(target) : value;
      if (wanted === null) {
        throws(() => struct.pack(given), RangeError, `${target} has no struct ${name}`);
        throws(() => struct.size, RangeError, `${target} has no struct ${name}`);
        continue;
      }
      is(hex(struct.pack(given)), plain(wanted), target);
      equal(struct.unpack(bytes(wanted)), given, target);
      is(struct.size, plain(wanted).length / 2, target);
      rowsCover(struct.annotate(bytes(wanted)), bytes(wanted));
      throws(() => struct.unpack(bytes(wanted + "00")), RangeError, /too many$/);
      throws(() => struct.unpack(bytes(wanted).subarray(1)), RangeError, /too few$/);
    }
  });
}

/** Every byte is in exactly one row, in order. */
export function rowsCover(rows: readonly { offset: number; bytes: Uint8Array }[], whole: Uint8Array): void {
  let at = 0;
  for (const row of rows) {
    is(row.offset, at);
    at += row.bytes.length;
  }
  is(hex(Buffer.concat(rows.map(row => row.bytes))), hex(whole));
}

/**
 * An address's bytes on every target, both ways; and the family's field table, which reads and
 * writes the same bytes.
 */
export function addressBytes<A>(
  name: string,
  family: AddressFamily<A>,
  address: A,
  vectors: Vectors,
  fields: Record<string, unknown> | ((target: Target) => Record<string, unknown>),
): void {
  test(`${name} ${show(address)}: its bytes on every target`, () => {
    for (const target of targets) {
      const wanted = expected(vectors, target);
      const context = prefilledContext(target);
      const { wire } = context;
      if (wanted === null) {
        throws(() => family.encode(context, address, "test"), RangeError);
        continue;
      }
      const length = family.encode(context, address, "test");
      is(hex(wire.bytes.subarray(wire.address, wire.address + length)), plain(wanted), target);
      equal(family.decode(context, length), address, target);

      const [struct, ...names] = family.layout;
      const layout = new Layout(context, struct, names, length);
      const has = layout.fields.map(field => field.name);
      const values: Record<string, unknown> = {
        ...(typeof fields === "function" ? fields(target) : fields),
        len: length,
        family: wire.calls.sockaddr_family(wire.target, length),
      };
      equal(
        layout.read(wire.address, length),
        has.map(field => values[field]),
        target,
      );
      wire.bytes.fill(0xa5, wire.image, wire.image + wire.imageSize);
      layout.write(
        wire.image,
        has.map(field => values[field]),
        "test",
      );
      is(hex(wire.bytes.subarray(wire.image, wire.image + length)), plain(wanted), target);
      is(wire.bytes[wire.image + length], 0xa5, `${target}: a byte past the end`);
    }
  });
}
