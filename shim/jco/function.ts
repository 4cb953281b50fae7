// Functions across the canonical ABI: what a core module exports, as a function of JavaScript's; one of
// JavaScript's, as what a core module imports; and what one module exports, as what another imports.
import type { Signature, Signatures } from "./interfaces.js";
import { trap, type Core, type CoreFunction, type Memory } from "./memory.js";
import { isResult, type Type } from "./types.js";

/** A function of the WIT, with values as jco has them; the error of a result is thrown. */
export type WitFunction = (...args: never[]) => unknown;

/** How many core values a result may be before it goes through memory. */
const MAX_RESULTS = 1;

const inMemory = (type: Type): boolean => type.flat.length > MAX_RESULTS;

/** Calls what gives a place in memory. A spread takes longer than the call. */
function apply(call: CoreFunction, flats: readonly Core[]): number {
  switch (flats.length) {
    case 1:
      return call(flats[0]!) as number;
    case 2:
      return call(flats[0]!, flats[1]!) as number;
    case 3:
      return call(flats[0]!, flats[1]!, flats[2]!) as number;
    case 4:
      return call(flats[0]!, flats[1]!, flats[2]!, flats[3]!) as number;
    default:
      return call(...flats) as number;
  }
}

/** What a module exports, for JavaScript. `failure` makes what is thrown for the error of a result. */
export function exported(
  call: CoreFunction,
  { params, result }: Signature,
  memory: Memory,
  failure: (error: unknown) => unknown,
): (...args: unknown[]) => unknown {
  if (!inMemory(result)) throw new Error("an export's result that is one core value is not known here");
  const resultOf = isResult(result) ? result : undefined;
  return (...args) => {
    const flats: Core[] = [];
    for (let i = 0; i < params.length; i++) params[i]!.lower(memory, args[i], flats);
    const at = apply(call, flats);
    if (resultOf === undefined) return result.load(memory, at);
    const { ok, error, payload } = resultOf;
    if (memory.view.getUint8(at) !== 0) throw failure(error.load(memory, at + payload));
    return ok?.load(memory, at + payload);
  };
}

/** The error that a function of JavaScript's threw for a result: what jco takes for one. */
function errorIn(thrown: unknown): unknown {
  if (typeof thrown === "object" && thrown !== null && Object.hasOwn(thrown, "payload"))
    return (thrown as { payload: unknown }).payload;
  if (thrown instanceof Error) throw thrown;
  return thrown;
}

/** A function of JavaScript's, for a module. `memory` is asked for at each call: it is there later. */
export function imported(
  implementation: (...args: never[]) => unknown,
  { params, result }: Signature,
  memory: () => Memory,
): CoreFunction {
  const starts: number[] = [];
  let count = 0;
  for (const { flat } of params) {
    starts.push(count);
    count += flat.length;
  }
  const resultOf = isResult(result) ? result : undefined;
  const call = implementation as (...args: unknown[]) => unknown;
  return (...flats) => {
    const from = memory();
    const args: unknown[] = [];
    for (let i = 0; i < params.length; i++) args.push(params[i]!.lift(from, flats, starts[i]!));
    if (!inMemory(result)) {
      const lowered: Core[] = [];
      result.lower(from, call(...args), lowered);
      return lowered[0];
    }
    const out = from.place(flats[count]!, result.align, result.size);
    if (resultOf === undefined) {
      result.store(from, out, call(...args));
      return undefined;
    }
    let failed = false;
    let value: unknown;
    try {
      value = call(...args);
    } catch (thrown) {
      failed = true;
      value = errorIn(thrown);
    }
    const type = failed ? resultOf.error : resultOf.ok;
    type?.store(from, out + resultOf.payload, value);
    from.view.setUint8(out, failed ? 1 : 0);
    return undefined;
  };
}

/** What a module exports, for another one: values are copied from memory to memory, and nothing is made of them. */
export function linked(
  call: CoreFunction,
  { params, result }: Signature,
  inner: Memory,
  outer: () => Memory,
): CoreFunction {
  if (!inMemory(result)) throw new Error("an export's result that is one core value is not known here");
  const count = params.reduce((sum, { flat }) => sum + flat.length, 0);
  return (...flats) => {
    const from = outer();
    const out = from.place(flats[count]!, result.align, result.size);
    const own = flats.slice(0, count);
    let at = 0;
    for (const type of params) {
      type.pass(from, own, at, inner);
      at += type.flat.length;
    }
    const given = apply(call, own);
    from.bytes.set(inner.bytes.subarray(given, given + result.size), out);
    result.move(inner, given, from, out);
    return undefined;
  };
}

/** The functions of an interface that a core module exports. */
export function exportsOf(
  exports: Readonly<Record<string, unknown>>,
  name: string,
  signatures: Signatures,
): Map<string, CoreFunction> {
  const found = Object.keys(signatures).map(key => {
    const value = exports[`${name}#${key}`];
    if (typeof value !== "function") throw new Error(`the module does not export ${name}#${key}`);
    return [key, value as CoreFunction] as const;
  });
  return new Map(found);
}

/** The member of an implementation that a core module's name stands for. */
export function memberOf(implementation: object, key: string): WitFunction {
  const camel = (name: string) => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const [, kind, resource, name] = /^\[(static|method)\](\w+)\.(.+)$/.exec(key) ?? [];
  const members = implementation as Record<string, unknown>;
  if (kind === undefined) return bound(members, camel(key));
  const type = members[resource![0]!.toUpperCase() + resource!.slice(1)] as Record<string, unknown>;
  if (kind === "static") return bound(type, camel(name!));
  const method = camel(name!);
  return ((self: Record<string, WitFunction>, ...args: never[]) => self[method]!(...args)) as WitFunction;
}

function bound(owner: Record<string, unknown>, name: string): WitFunction {
  const member = owner[name];
  return typeof member === "function" ? member.bind(owner) : trap(`there is no ${name}`);
}
