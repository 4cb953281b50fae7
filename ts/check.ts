// Argument checks: TypeError for the wrong kind, RangeError for the wrong value, both before any system call.
import type { Data, WritableBytes } from "./types.js";

/** A value as it is shown in a message. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? value.slice(0, 57) + "..." : value);
  if (Array.isArray(value)) return `[${value.slice(0, 8).map(show).join(", ")}]`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${value.byteLength})`;
  if (typeof value === "function") return "a function";
  if (typeof value === "object" && value !== null) return `an object of class ${value.constructor?.name ?? "null"}`;
  return typeof value === "bigint" ? `${value}n` : String(value);
}

/** An integer in low..high. */
export function int(name: string, value: unknown, low: number, high: number): number {
  if (typeof value !== "number") throw new TypeError(`${name} must be a number, got ${show(value)}`);
  if (!Number.isInteger(value) || value < low || value > high) {
    const hint = Number.isNaN(value) ? " (a constant that this system lacks?)" : "";
    throw new RangeError(`${name} must be an integer ${low}..${high}, got ${value}${hint}`);
  }
  return value;
}

/** An integer in 0..high. Its full name is put together only for a message: addresses are encoded for each datagram. */
export function uint(call: string, name: string, value: unknown, high: number): number {
  return typeof value === "number" && value >= 0 && value <= high && Number.isInteger(value) ? value : int(`${call}: ${name}`, value, 0, high);
}

/** A value that fits a C int. */
export function cint(name: string, value: unknown): number { return int(name, value, -0x80000000, 0x7fffffff); }

/** 32 bits as an unsigned number; what JavaScript's | makes of the highest bit is below zero. */
export function bits32(name: string, value: unknown): number { return int(name, value, -0x80000000, 0xffffffff) >>> 0; }

const encoder = new TextEncoder();

/** The bytes of a data argument, without a copy; a string becomes UTF-8. */
export function bytesOf(name: string, data: Data): Uint8Array {
  if (data instanceof Uint8Array) return data;
  if (typeof data === "string") return encoder.encode(data);
  return viewOf(name, data, "a string, a Uint8Array, another view or an ArrayBuffer");
}

/** A writable view of the caller's bytes. */
export function writableOf(name: string, data: WritableBytes): Uint8Array {
  if (data instanceof Uint8Array) return data;
  return viewOf(name, data, "a Uint8Array, another view or an ArrayBuffer");
}

function viewOf(name: string, data: unknown, wanted: string): Uint8Array {
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (data instanceof ArrayBuffer || data instanceof SharedArrayBuffer) return new Uint8Array(data);
  throw new TypeError(`${name} must be ${wanted}, got ${show(data)}`);
}

/** The largest C int. */
export const MAX_INT = 0x7fffffff;

/** How many bytes a call may put into a buffer: 0 or nothing means all of it. */
export function room(buffer: Uint8Array, nbytes: number | undefined): number {
  if (nbytes === undefined || nbytes === 0) return buffer.length;
  int("nbytes", nbytes, 0, MAX_INT);
  if (nbytes > buffer.length) throw new RangeError(`nbytes must be 0..${buffer.length}, the buffer's length, got ${nbytes}`);
  return nbytes;
}
