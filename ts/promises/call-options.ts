// The last argument of every call that can wait.
import { show } from "../base/check.js";

/** What every call that can wait takes last. */
export interface CallOptions {
  /** Aborting it rejects the call with its reason. */
  signal?: AbortSignal | undefined;
}

/**
 * Whether an argument can only be meant as options: an object that is no data, no address and no
 * list.
 */
export function isOptions(value: unknown): value is CallOptions {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !ArrayBuffer.isView(value) &&
    !(Symbol.iterator in value)
  );
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  // A plain object of another realm has a prototype that has none.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

const isAborted = Object.getOwnPropertyDescriptor(AbortSignal.prototype, "aborted")!.get!;

/** Whether it really is an AbortSignal, of whatever realm: the getter throws on what is none. */
function isSignal(value: unknown): value is AbortSignal {
  if (value instanceof AbortSignal) return true;
  try {
    return typeof isAborted.call(value) === "boolean";
  } catch {
    return false;
  }
}

/**
 * The options of a call, each value of the user's read once: a plain object with `signal` and the
 * keys that the call has beside it.
 */
export function readOptions<T extends CallOptions = CallOptions>(
  value: unknown,
  keys: readonly (keyof T & string)[] = [],
): T {
  if (value === undefined) return {} as T;
  if (typeof value !== "object" || value === null || !isPlain(value)) {
    throw new TypeError(`options must be a plain object such as { signal }, got ${show(value)}`);
  }
  const read: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    if (key !== "signal" && !keys.includes(key as keyof T & string)) {
      throw new TypeError(`options has no ${show(key)}: it takes ${["signal", ...keys].join(", ")}`);
    }
    read[key] = (value as Record<string, unknown>)[key];
  }
  const { signal } = read;
  if (signal !== undefined && !isSignal(signal))
    throw new TypeError(`signal must be an AbortSignal, got ${show(signal)}`);
  return read as T;
}

/**
 * The options of a call: its last argument, or what stands in the place of an optional one before
 * it. undefined: there are none.
 */
export function peel(
  last: unknown,
  first: unknown,
  second?: unknown,
  third?: unknown,
): CallOptions | undefined {
  let options = last;
  if (isOptions(first)) options = first;
  if (isOptions(second)) options = second;
  if (isOptions(third)) options = third;
  return options === undefined ? undefined : readOptions(options);
}

/** An optional argument, or its default, also where the options stand in its place. */
export function given<T, D>(value: T | CallOptions | undefined, otherwise: D): T | D {
  return value === undefined || isOptions(value) ? otherwise : value;
}

/** A call's arguments and its options, which may come after any of them. */
export function withOptions<A extends readonly unknown[], T extends CallOptions = CallOptions>(
  args: A,
  keys?: readonly (keyof T & string)[],
): [args: A, options: T] {
  const at = args.findIndex(isOptions);
  return at < 0 ? [args, {} as T] : [args.slice(0, at) as unknown as A, readOptions<T>(args[at], keys)];
}
