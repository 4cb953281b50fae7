// What fields hold: for each kind of wasm/layout.ts, how a value gets into the codec's memory and out of it.
import type { AddressContext, AddressFamily } from "./address.js";
import { int, show } from "./check.js";
import { inet } from "./family/inet.js";
import { inet6 } from "./family/inet6.js";
import { unknown } from "./registry.js";
import { decodePath, encodePath } from "./text.js";

/** A field of one target's struct. */
export interface Field {
  readonly name: string;
  readonly optional: boolean;
  readonly kind: Kind;
  /** The cell in which its value travels; undefined where it is read and written in its place. */
  readonly cell: number | undefined;
  readonly offset: number;
  readonly width: number;
  readonly signed: boolean;
}

export interface Kind {
  /** Writes a value at `at`; throws TypeError or RangeError that begins with `name`. */
  put(context: AddressContext, at: number, value: unknown, field: Field, name: string): void;
  take(context: AddressContext, at: number, field: Field): unknown;
  /** The same for annotate(), which never throws. */
  show?(context: AddressContext, at: number, field: Field): unknown;
}

function wide({ wire }: AddressContext, at: number, signed: boolean): number | bigint {
  const value = signed ? wire.view.getBigInt64(at, true) : wire.view.getBigUint64(at, true), number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

const integer = (low?: number): Kind => ({
  put({ wire }, at, value, { width, signed }, name) {
    const bits = Math.min(8 * width - (signed ? 1 : 0), 53);
    wire.view.setBigInt64(at, BigInt(int(name, value, signed ? low ?? -(2 ** bits) : 0, 2 ** bits - 1)), true);
  },
  take(context, at, { name, signed }) {
    const value = wide(context, at, signed);
    if (typeof value === "bigint") throw new RangeError(`${name} is ${value}, more than a number can hold exactly`);
    return value;
  },
  show: (context, at, { signed }) => wide(context, at, signed),
});

const numeric = (what: string, pton: "pton4" | "pton6", ntop: "ntop4" | "ntop6"): Kind => ({
  put({ wire }, at, value, _, name) {
    if (typeof value !== "string") throw new TypeError(`${name} must be ${what} as a string, got ${show(value)}`);
    const length = wire.putText(value);
    if (length < 0 || wire.calls[pton](wire.text, length, at) < 0) throw new RangeError(`${name} must be ${what}, got ${show(value)}`);
  },
  take: ({ wire }, at) => wire.takeText(wire.calls[ntop](at, wire.text)),
});

/** A path that ends at a zero byte or with its field; decoded, an abstract name stays bytes. */
const path: Kind = {
  put({ wire }, at, value, { width }, name) {
    const bytes = typeof value === "string" ? encodePath(value, name) : value;
    if (!(bytes instanceof Uint8Array)) throw new TypeError(`${name} must be a string or a Uint8Array, got ${show(value)}`);
    if (bytes.length > width) throw new RangeError(`${name} must be at most ${width} bytes, got ${bytes.length}`);
    wire.bytes.fill(0, at, at + width);
    wire.bytes.set(bytes, at);
  },
  take({ wire }, at, { width }) {
    const bytes = wire.bytes.subarray(at, at + width), end = bytes.indexOf(0);
    return end === 0 && width > 1 ? wire.copy(bytes) : decodePath(end < 0 ? bytes : bytes.subarray(0, end));
  },
};

/** Bytes as they are. */
const raw: Kind = {
  put({ wire }, at, value, { width }, name) {
    if (!(value instanceof Uint8Array)) throw new TypeError(`${name} must be a Uint8Array, got ${show(value)}`);
    if (value.length !== width) throw new RangeError(`${name} must be ${width} bytes, got ${value.length}`);
    wire.bytes.set(value, at);
  },
  take: ({ wire }, at, { width }) => wire.copy(wire.bytes.subarray(at, at + width)),
};

/** Writes an AF_INET or AF_INET6 address, whose host is numeric, or [family, bytes] to the message block; returns its length. */
export function putEndpoint(context: AddressContext, value: unknown, name: string): number {
  const host: unknown = Array.isArray(value) ? value[0] : undefined;
  const family: AddressFamily = typeof host === "number" ? unknown : typeof host === "string" && host.includes(":") ? inet6 : inet;
  const length = family.encode(context, value, name);
  if (length < 0) throw new RangeError(`${name} must have a numeric host, got ${show(value)}`);
  return length;
}

/** The address in these `bytes`, of which it may need fewer; null for none, or one of no family. */
export function endpointOf(context: AddressContext, bytes: Uint8Array): any {
  const { wire } = context, length = wire.putAddress(bytes.subarray(0, wire.addressSize));
  if (length < 2 || wire.calls.sockaddr_family(wire.target, length) === 0) return null;
  for (const family of [inet, inet6]) {
    const size = wire.size(family.layout[0]), address = size > length ? undefined : family.decode(context, size);
    if (Array.isArray(address)) return address;
  }
  return unknown.decode(context, length);
}

/** A struct sockaddr_storage that holds an AF_INET or AF_INET6 address. */
const endpoint: Kind = {
  put(context, at, value, { width }, name) {
    const { wire } = context, length = putEndpoint(context, value, name);
    wire.bytes.fill(0, at, at + width);
    wire.bytes.copyWithin(at, wire.address, wire.address + length);
  },
  take: (context, at, { width }) => endpointOf(context, context.wire.bytes.slice(at, at + width)) ?? unknown.decode(context, width),
};

/** A number of 64 bits, exactly. */
const big: Kind = {
  put({ wire }, at, value, { signed }, name) {
    if (typeof value !== "bigint") throw new TypeError(`${name} must be a bigint, got ${show(value)}`);
    const [low, high] = signed ? [-(2n ** 63n), 2n ** 63n - 1n] : [0n, 2n ** 64n - 1n];
    if (value < low || value > high) throw new RangeError(`${name} must be a bigint ${low}..${high}, got ${value}`);
    wire.view.setBigInt64(at, value, true);
  },
  take: ({ wire }, at, { signed }) => signed ? wire.view.getBigInt64(at, true) : wire.view.getBigUint64(at, true),
};

/** wasm/layout.ts's kinds, in its order. */
export const kinds: readonly Kind[] = [
  integer(),
  numeric("an IPv4 address", "pton4", "ntop4"),
  numeric("an IPv6 address", "pton6", "ntop6"),
  path,
  integer(), // family
  integer(0), // interface index
  integer(0), // descriptor
  endpoint,
  raw,
  big,
];
