// Constants that this system lacks: what stands in their place, and the checks that refuse it.
import { constantNames, flagNames, type Constants } from "./constants.gen.js";
import { int, MAX_INT } from "./check.js";
import type { Errors } from "./error.js";

/**
 * A flag that this system lacks: outside the range of every flags argument, where NaN would count
 * as 0.
 */
export const ABSENT_FLAG = 0x80000000;
const isFlag = (name: string) => flagNames.test(name);

/** The constants by name, of the values that a host gives in the order of their names. */
export function constantsOf(values: Float64Array): Constants {
  // Without a prototype an object is a hash table from the start: measured, a third less time for
  // 2,000 names.
  const constants: Record<string, number> = Object.create(null);
  for (let i = 0; i < constantNames.length; i++) {
    const name = constantNames[i]!;
    const value = values[i]!;
    constants[name] = !Number.isNaN(value) || !isFlag(name) ? value : ABSENT_FLAG;
  }
  return constants as unknown as Constants;
}

export function isDefined(constants: Constants, name: string): boolean {
  if (!Object.hasOwn(constants, name)) return false;
  const value: number = constants[name as keyof Constants];
  return !Number.isNaN(value) && !(value === ABSENT_FLAG && isFlag(name));
}

/** The constants of a prefix that this system lacks. */
export function lacking(constants: Constants, prefix: string): string[] {
  return constantNames.filter(name => name.startsWith(prefix) && !isDefined(constants, name));
}

/** What a check of constants asks of one module. */
export interface ConstantsContext {
  readonly host: { readonly unavailable?: string | undefined };
  readonly constants: Constants;
  readonly errors: Errors;
}

/**
 * A number that is or holds a constant whose name begins with `prefix`, in 0..high; the message
 * says which of them this system lacks.
 */
export function checkConstant(
  context: ConstantsContext,
  name: string,
  value: unknown,
  high: number,
  prefix: string,
): number {
  if (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= high) return value as number;
  const absent =
    typeof value === "number" &&
    (Number.isNaN(value) || ((value & ABSENT_FLAG) !== 0 && Math.abs(value) <= 0xffffffff));
  if (!absent) return int(name, value, 0, high);
  if (context.host.unavailable) throw context.errors.named("ENOSYS", name);
  const names = lacking(context.constants, prefix).join(", ");
  if (names === "") return int(name, value, 0, high);
  throw new RangeError(`${name} must be an integer 0..${high}, got ${value}; this system lacks ${names}`);
}

/** A flags argument: none that this system lacks, whose names begin with `prefix`. */
export function checkFlags(context: ConstantsContext, flags: number, prefix = "MSG_"): number {
  return checkConstant(context, "flags", flags, MAX_INT, prefix);
}
