// What fields hold: for each kind of wasm/layout.ts, how a value gets into the codec's memory and
// out of it.
import type { AddressContext, AddressFamily, AnyAddress } from "./address.js";
import { int, show, still } from "../base/check.js";
import { OSError } from "../base/error.js";
import { inet } from "../family/inet.js";
import { inet6 } from "../family/inet6.js";
import { decodePath, encodePath } from "../base/surrogate-escape.js";
import { unknown } from "./unknown-family.js";
import { isBytes, lengthOf, part } from "../base/views.js";

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
  const value = signed ? wire.view.getBigInt64(at, true) : wire.view.getBigUint64(at, true);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

const integer = (low?: number): Kind => ({
  put({ wire }, at, value, { width, signed }, name) {
    // A cell is a little-endian i64 on every target; a number holds 53 bits of it exactly.
    const bits = Math.min(8 * width - (signed ? 1 : 0), 53);
    wire.view.setBigInt64(
      at,
      BigInt(int(name, value, signed ? (low ?? -(2 ** bits)) : 0, 2 ** bits - 1)),
      true,
    );
  },
  take(context, at, { name, signed }) {
    const value = wide(context, at, signed);
    if (typeof value === "bigint")
      throw new RangeError(`${name} is ${value}, more than a number can hold exactly`);
    return value;
  },
  show: (context, at, { signed }) => wide(context, at, signed),
});

const numeric = (what: string, pton: "pton4" | "pton6", ntop: "ntop4" | "ntop6"): Kind => ({
  put({ wire }, at, value, _, name) {
    if (typeof value !== "string")
      throw new TypeError(`${name} must be ${what} as a string, got ${show(value)}`);
    const length = wire.putText(value);
    if (length < 0 || wire.calls[pton](wire.text, length, at) < 0)
      throw new RangeError(`${name} must be ${what}, got ${show(value)}`);
  },
  take: ({ wire }, at) => wire.takeText(wire.calls[ntop](at, wire.text)),
});

/** A path that ends at a zero byte or with its field; decoded, an abstract name stays bytes. */
const path: Kind = {
  put({ wire }, at, value, { width }, name) {
    const bytes = typeof value === "string" ? encodePath(value, name) : value;
    if (!isBytes(bytes)) throw new TypeError(`${name} must be a string or a Uint8Array, got ${show(value)}`);
    if (lengthOf(bytes) > width)
      throw new RangeError(`${name} must be at most ${width} bytes, got ${lengthOf(bytes)}`);
    wire.bytes.fill(0, at, at + width);
    wire.bytes.set(bytes, at);
  },
  take({ wire }, at, { width }) {
    const bytes = wire.bytes.subarray(at, at + width);
    const end = bytes.indexOf(0);
    return end === 0 && width > 1 ? wire.copy(bytes) : decodePath(end < 0 ? bytes : bytes.subarray(0, end));
  },
};

/** Bytes as they are. */
const raw: Kind = {
  put({ wire }, at, value, { width }, name) {
    if (!isBytes(value)) throw new TypeError(`${name} must be a Uint8Array, got ${show(value)}`);
    if (lengthOf(value) !== width)
      throw new RangeError(`${name} must be ${width} bytes, got ${lengthOf(value)}`);
    wire.bytes.set(value, at);
  },
  take: ({ wire }, at, { width }) => wire.copy(wire.bytes.subarray(at, at + width)),
};

/**
 * Writes an AF_INET or AF_INET6 address, whose host is numeric, or [family, bytes] to the message
 * block; returns its length.
 */
export function putEndpoint(context: AddressContext, address: unknown, name: string): number {
  const value = still(address);
  const host: unknown = Array.isArray(value) ? value[0] : undefined;
  let family: AddressFamily = inet;
  if (typeof host === "number") family = unknown;
  else if (typeof host === "string" && host.includes(":")) family = inet6;
  const length = family.encode(context, value, name);
  if (length < 0) throw new RangeError(`${name} must have a numeric host, got ${show(value)}`);
  return length;
}

/** The address in these `bytes`, of which it may need fewer; null for none, or one of no family. */
export function endpointOf(context: AddressContext, bytes: Uint8Array): AnyAddress {
  const { wire } = context;
  const length = wire.putAddress(part(bytes, 0, Math.min(lengthOf(bytes), wire.addressSize)));
  if (length < 2 || wire.calls.sockaddr_family(wire.target, length) === 0) return null;
  for (const family of [inet, inet6]) {
    const size = wire.size(family.layout[0]);
    const address = size > length ? undefined : family.decode(context, size);
    if (Array.isArray(address)) return address;
  }
  return unknown.decode(context, length);
}

/** A struct sockaddr_storage that holds an AF_INET or AF_INET6 address. */
const endpoint: Kind = {
  put(context, at, value, { width }, name) {
    const { wire } = context;
    const length = putEndpoint(context, value, name);
    if (length > width)
      throw new RangeError(`${name} must be at most ${width} bytes with its family, got ${length}`);
    wire.bytes.fill(0, at, at + width);
    wire.bytes.copyWithin(at, wire.address, wire.address + length);
  },
  take: (context, at, { width }) =>
    endpointOf(context, context.wire.bytes.slice(at, at + width)) ?? unknown.decode(context, width),
};

/** A number of 64 bits, exactly. */
const big: Kind = {
  put({ wire }, at, value, { signed }, name) {
    if (typeof value !== "bigint") throw new TypeError(`${name} must be a bigint, got ${show(value)}`);
    const [low, high] = signed ? [-(2n ** 63n), 2n ** 63n - 1n] : [0n, 2n ** 64n - 1n];
    if (value < low || value > high)
      throw new RangeError(`${name} must be a bigint ${low}..${high}, got ${value}`);
    wire.view.setBigInt64(at, value, true);
  },
  take: ({ wire }, at, { signed }) =>
    signed ? wire.view.getBigInt64(at, true) : wire.view.getBigUint64(at, true),
};

/** Text in a field of fixed length, with a zero byte after it. */
const text: Kind = {
  put({ wire }, at, value, { width }, name) {
    if (typeof value !== "string") throw new TypeError(`${name} must be a string, got ${show(value)}`);
    const bytes = encodePath(value, name);
    if (bytes.includes(0)) throw new TypeError(`${name} must not hold a zero byte`);
    if (bytes.length >= width)
      throw new RangeError(`${name} must be at most ${width - 1} bytes, got ${bytes.length}`);
    wire.bytes.fill(0, at, at + width);
    wire.bytes.set(bytes, at);
  },
  take({ wire }, at, { width }) {
    const bytes = wire.bytes.subarray(at, at + width);
    const end = bytes.indexOf(0);
    return decodePath(end < 0 ? bytes : bytes.subarray(0, end));
  },
};

const hex = (bytes: Uint8Array): string[] => Array.from(bytes, byte => byte.toString(16).padStart(2, "0"));

/** A Bluetooth device's address, the last byte first. As in Python, bad text is an OSError. */
const bdaddr: Kind = {
  put({ wire }, at, value, _, name) {
    if (typeof value !== "string") throw new TypeError(`${name} must be a string, got ${show(value)}`);
    if (!/^[0-9a-f]{1,2}(:[0-9a-f]{1,2}){5}$/i.test(value))
      throw new OSError(`${name} must be a Bluetooth address, XX:XX:XX:XX:XX:XX, got ${show(value)}`, {
        address: value,
      });
    wire.bytes.set(
      value
        .split(":")
        .reverse()
        .map(part => parseInt(part, 16)),
      at,
    );
  },
  take: ({ wire }, at, { width }) =>
    hex(wire.bytes.subarray(at, at + width))
      .reverse()
      .join(":")
      .toUpperCase(),
};

/**
 * Where a UUID's text has each byte: Windows' GUID is a u32, two u16 and eight bytes, the first
 * three little-endian (guiddef.h).
 */
const GUID_ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

const uuid: Kind = {
  put({ wire }, at, value, _, name) {
    if (typeof value !== "string") throw new TypeError(`${name} must be a string, got ${show(value)}`);
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value))
      throw new RangeError(
        `${name} must be a UUID, XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX, got ${show(value)}`,
      );
    const digits = value.replaceAll("-", "");
    GUID_ORDER.forEach((from, i) => {
      wire.bytes[at + i] = parseInt(digits.slice(2 * from, 2 * from + 2), 16);
    });
  },
  take({ wire }, at) {
    const digits = GUID_ORDER.map(from => hex(wire.bytes.subarray(at + from, at + from + 1))[0]).join("");
    return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  },
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
  text,
  bdaddr,
  uuid,
];
