// The last argument of every call that can wait.

/** What every call that can wait takes last. */
export interface CallOptions {
  /** Aborting it rejects the call with its reason. */
  signal?: AbortSignal | undefined;
}

/** An optional argument; the call's options may come in its place. */
export type Or<T> = T | CallOptions | undefined;

export function isOptions(value: unknown): value is CallOptions {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value) && !(Symbol.iterator in value);
}

/** A call's arguments and its options, which may come after any of them. */
export function withOptions<A extends readonly unknown[]>(args: A): [args: A, options: CallOptions] {
  const last = args.findIndex(isOptions);
  return last < 0 ? [args, {}] : [args.slice(0, last) as unknown as A, args[last] as CallOptions];
}
