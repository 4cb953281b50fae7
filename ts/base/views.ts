// The true length and bytes of a caller's view. A subclass, or a property of the view itself, may
// say any length and may run any code; the getters of %TypedArray%.prototype tell the truth and run
// no code, for views of any realm. Only this file takes lengths and parts of callers' views.

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;

function getter<T>(prototype: object, name: string | symbol): (value: unknown) => T {
  const get = Object.getOwnPropertyDescriptor(prototype, name)!.get!;
  return Function.prototype.call.bind(get) as (value: unknown) => T;
}

/** How many bytes a view has: 0 once its buffer is transferred or has shrunk. */
export const lengthOf = getter<number>(typedArray, "length") as (view: Uint8Array) => number;
const bufferOf = getter<ArrayBuffer>(typedArray, "buffer");
const offsetOf = getter<number>(typedArray, "byteOffset");
const sizeOf = getter<number>(typedArray, "byteLength");
/** The class's name by which a typed array was made; undefined for all else. */
const classOf = getter<string | undefined>(typedArray, Symbol.toStringTag);

const dataView = {
  buffer: getter<ArrayBuffer>(DataView.prototype, "buffer"),
  offset: getter<number>(DataView.prototype, "byteOffset"),
  size: getter<number>(DataView.prototype, "byteLength"),
};
const { isView } = ArrayBuffer;
// An ordinary page has no SharedArrayBuffer.
const bufferSizes = [
  ArrayBuffer,
  ...(typeof SharedArrayBuffer === "undefined" ? [] : [SharedArrayBuffer]),
].map(kind => getter<number>(kind.prototype, "byteLength"));

/** The bytes of a view from `start` to `end`, its end by default, as a plain Uint8Array. */
export function part(view: Uint8Array, start: number, end = lengthOf(view)): Uint8Array {
  return bytesAt(bufferOf(view), offsetOf(view) + start, Math.max(end - start, 0));
}

/** How many bytes several views have. */
export function totalLength(views: readonly Uint8Array[]): number {
  let length = 0;
  for (const view of views) length += lengthOf(view);
  return length;
}

/** Whether it is a Uint8Array, of any class and realm. */
export function isBytes(value: unknown): value is Uint8Array {
  return classOf(value) === "Uint8Array";
}

/**
 * The caller's Uint8Array: itself, or if it says a wrong length, a plain view of the same bytes.
 * Measured, checking its class, its prototype or its own properties too takes two to four times as
 * long. So a subclass that tells the truth passes, and one whose getters change their answer;
 * neither misleads code that uses lengthOf() and part().
 */
export function honest(view: Uint8Array): Uint8Array {
  return view.length === lengthOf(view) ? view : part(view, 0);
}

/**
 * The bytes of a Uint8Array, another view, an ArrayBuffer or a SharedArrayBuffer, without a copy;
 * undefined for all else. A transferred buffer has no bytes.
 */
export function viewOf(value: unknown): Uint8Array | undefined {
  if (classOf(value) === "Uint8Array") return honest(value as Uint8Array);
  if (isView(value))
    return classOf(value) === undefined
      ? dataBytes(value)
      : bytesAt(bufferOf(value), offsetOf(value), sizeOf(value));
  if (typeof value !== "object" || value === null) return undefined;
  for (const size of bufferSizes) {
    const length = valueOrUndefined(size, value);
    if (length !== undefined) return length === 0 ? new Uint8Array(0) : new Uint8Array(value as ArrayBuffer);
  }
  return undefined;
}

/**
 * A getter's answer; undefined if it throws: the value is of another class, or its buffer is
 * transferred.
 */
function valueOrUndefined<T>(get: (value: unknown) => T, value: unknown): T | undefined {
  try {
    return get(value);
  } catch {
    return undefined;
  }
}

/** A transferred buffer takes no view, not even an empty one. */
function bytesAt(buffer: ArrayBuffer, offset: number, length: number): Uint8Array {
  return length === 0 ? new Uint8Array(0) : new Uint8Array(buffer, offset, length);
}

function dataBytes(view: ArrayBufferView): Uint8Array {
  return bytesAt(
    dataView.buffer(view),
    valueOrUndefined(dataView.offset, view) ?? 0,
    valueOrUndefined(dataView.size, view) ?? 0,
  );
}
