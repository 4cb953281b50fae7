// Names for numbers.
import type { Constants } from "./constants.gen.js";

/** The constant of a prefix that has this value, or the number itself. */
export function nameOf(constants: Constants, prefix: string, value: number): string {
  for (const name in constants) if (name.startsWith(prefix) && constants[name as keyof Constants] === value) return name;
  return String(value);
}
