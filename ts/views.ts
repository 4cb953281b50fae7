// What a view of the caller's really is. A subclass, or a property of the view's own, may say any length and may run any code;
// the getters of %TypedArray%.prototype tell the truth and run none. Lengths and parts of foreign views are taken here alone.

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;

function getter<T>(name: string): (view: Uint8Array) => T {
  const get = Object.getOwnPropertyDescriptor(typedArray, name)!.get!;
  return Function.prototype.call.bind(get) as (view: Uint8Array) => T;
}

/** How many bytes a view has: 0 once its buffer is transferred or has shrunk. */
export const lengthOf = getter<number>("length");
const bufferOf = getter<ArrayBuffer>("buffer");
const offsetOf = getter<number>("byteOffset");

/** The bytes of a view from `start` to `end`, its end by default, as a plain Uint8Array. */
export function part(view: Uint8Array, start: number, end = lengthOf(view)): Uint8Array {
  return new Uint8Array(bufferOf(view), offsetOf(view) + start, end - start);
}

/** How many bytes several views have. */
export function totalLength(views: readonly Uint8Array[]): number {
  let length = 0;
  for (const view of views) length += lengthOf(view);
  return length;
}
