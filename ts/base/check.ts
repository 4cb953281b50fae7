// Argument checks: TypeError for the wrong kind, RangeError for the wrong value, both before any
// system call.
import type { Data, WritableBytes } from "./types.js";
import { honest, isBytes, lengthOf, viewOf } from "./views.js";

// What a message shows of a value: so many characters of text, elements of an array, arrays in
// arrays, and characters in all.
const MAX_TEXT = 60;
const MAX_ELEMENTS = 8;
const MAX_DEPTH = 4;
const MAX_SHOWN = 300;
const MAX_BIGINT = 2n ** 128n;

const shorten = (text: string): string =>
  text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 3)}...` : text;

/**
 * A value as a message shows it: short, whatever the value is, and without running its code:
 * getters are not called; only a proxy's traps can't be avoided.
 */
export function show(value: unknown): string {
  try {
    return shown(value, MAX_DEPTH, MAX_SHOWN);
  } catch {
    return "an object that can't be looked at";
  }
}

function shown(value: unknown, depth: number, room: number): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(shorten(value));
    case "function":
      return "a function";
    case "bigint":
      return -MAX_BIGINT < value && value < MAX_BIGINT ? `${value}n` : "a bigint of more than 128 bits";
    case "object":
      break;
    default:
      return shorten(String(value));
  }
  if (value === null) return "null";
  if (Array.isArray(value)) return depth === 0 ? "[...]" : elements(value, depth, room);
  const bytes = ArrayBuffer.isView(value) ? viewOf(value) : undefined;
  const name = className(value);
  return bytes === undefined ? `an object of class ${name}` : `${name}(${lengthOf(bytes)})`;
}

function elements(array: readonly unknown[], depth: number, room: number): string {
  const texts: string[] = [];
  let left = room;
  for (let i = 0; i < array.length; i++) {
    if (i === MAX_ELEMENTS || left < 0) {
      texts.push("...");
      break;
    }
    const property = Object.getOwnPropertyDescriptor(array, i);
    const text =
      property === undefined || "value" in property ? shown(property?.value, depth - 1, left) : "a getter";
    left -= text.length;
    texts.push(text);
  }
  return `[${texts.join(", ")}]`;
}

/**
 * An array as a plain one: its elements are read here, once, so that none of them runs code later.
 * An array longer than any address is cut. Any other value is returned as it is.
 */
export function still(value: unknown): unknown {
  return Array.isArray(value)
    ? Array.from({ length: Math.min(value.length, MAX_ELEMENTS + 1) }, (_, i) => value[i] as unknown)
    : value;
}

/** The name of an object's class, as its nearest prototype has it. */
function className(object: object): string {
  for (
    let at = Object.getPrototypeOf(object) as object | null, i = 0;
    at !== null && i < 10;
    at = Object.getPrototypeOf(at) as object | null, i++
  ) {
    const made: unknown = Object.getOwnPropertyDescriptor(at, "constructor")?.value;
    const name: unknown =
      typeof made === "function" ? Object.getOwnPropertyDescriptor(made, "name")?.value : undefined;
    if (typeof name === "string" && name !== "") return shorten(name);
  }
  return "null";
}

/** What can be iterated and is no text: Array.from() would take a number for nothing. */
export function iterableOf<T>(name: string, of: string, value: Iterable<T>): Iterable<T> {
  if (typeof value !== "object" || (value as unknown) === null || !(Symbol.iterator in value))
    throw new TypeError(`${name} must be an iterable of ${of}, got ${show(value)}`);
  return value;
}

/** An integer in low..high. */
export function int(name: string, value: unknown, low: number, high: number): number {
  if (typeof value !== "number") throw new TypeError(`${name} must be a number, got ${show(value)}`);
  if (!Number.isInteger(value) || value < low || value > high) {
    const hint = Number.isNaN(value) ? " (a constant that this system lacks?)" : "";
    throw new RangeError(`${name} must be an integer ${low}..${high}, got ${value}${hint}`);
  }
  return value + 0; // -0 is 0
}

/**
 * An integer in 0..high. Its full name is put together only for a message: addresses are encoded
 * for each datagram.
 */
export function uint(call: string, name: string, value: unknown, high: number): number {
  return typeof value === "number" && value >= 0 && value <= high && Number.isInteger(value)
    ? value
    : int(`${call}: ${name}`, value, 0, high);
}

/** A value that fits a C int. */
export function cint(name: string, value: unknown): number {
  return int(name, value, -0x80000000, MAX_INT);
}

/** 32 bits as an unsigned number; what JavaScript's | makes of the highest bit is below zero. */
export function bits32(name: string, value: unknown): number {
  return int(name, value, -0x80000000, 0xffffffff) >>> 0;
}

const encoder = new TextEncoder();

/** The bytes of a data argument, without a copy; a string becomes UTF-8. */
export function bytesOf(name: string, data: Data): Uint8Array {
  if (isBytes(data)) return honest(data);
  if (typeof data === "string") return encoder.encode(data);
  const view = viewOf(data);
  if (view === undefined)
    throw new TypeError(
      `${name} must be a string, a Uint8Array, another view or an ArrayBuffer, got ${show(data)}`,
    );
  return view;
}

/** A writable view of the caller's bytes. */
export function writableOf(name: string, data: WritableBytes): Uint8Array {
  const view = viewOf(data);
  if (view === undefined)
    throw new TypeError(`${name} must be a Uint8Array, another view or an ArrayBuffer, got ${show(data)}`);
  return view;
}

/** A Uint8Array and nothing else. */
export function octets(name: string, data: unknown): Uint8Array {
  if (!isBytes(data)) throw new TypeError(`${name} must be a Uint8Array, got ${show(data)}`);
  return honest(data);
}

/** The largest C int. */
export const MAX_INT = 0x7fffffff;
/** The bits that a flags argument can have: an absent flag is 0x80000000, and has none of them. */
export const FLAG_BITS = MAX_INT;

/** How many bytes a call may put into a buffer: 0 or nothing means all of it. */
export function room(buffer: Uint8Array, nbytes: number | undefined): number {
  const length = lengthOf(buffer);
  if (nbytes === undefined || nbytes === 0) return length;
  int("nbytes", nbytes, 0, MAX_INT);
  if (nbytes > length)
    throw new RangeError(`nbytes must be 0..${length}, the buffer's length, got ${nbytes}`);
  return nbytes;
}
