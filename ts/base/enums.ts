// The constants of one host: which of them it has, and their names by number, as Python's enums
// give them.
import { isDefined } from "./absent-constants.js";
import { constantNames, constantSections, type Constants } from "./constants.gen.js";
import * as literals from "./literals.js";

type Section = keyof typeof constantSections;

/** The constant of a section that has this value. */
export function findName(constants: Constants, section: Section, value: number): string | undefined {
  const [from, to] = constantSections[section];
  for (let i = from; i < to; i++)
    if (constants[constantNames[i]!] === value && isDefined(constants, constantNames[i]!))
      return constantNames[i];
  return undefined;
}

/** The constant of a section that has this value, or the number itself. */
export function nameOf(constants: Constants, section: Section, value: number): string {
  return findName(constants, section, value) ?? String(value);
}

/**
 * The constants of a prefix by name, and their names by number: `AddressFamily.AF_INET === 2`,
 * `AddressFamily[2] === "AF_INET"`. Of several names for one number the alphabetically first of
 * Python's stands (16 is AF_NETLINK, not AF_ROUTE).
 */
export type Enum<Prefix extends string> = {
  readonly [Name in keyof Constants as Name extends `${Prefix}_${string}` ? Name : never]: Constants[Name];
} & { readonly [value: number]: string | undefined } & {
  /**
   * A value's name, or the number; flags as `MSG_PEEK|MSG_DONTWAIT`, bits without a name as a
   * number at the end.
   */
  text(value: number): string;
};

function makeEnum<Prefix extends Section & string>(
  constants: Constants,
  prefix: Prefix,
  text: (table: Record<number, string>, value: number) => string,
): Enum<Prefix> {
  const table: Record<string | number, string | number> = {};
  const [from, to] = constantSections[prefix];
  for (let i = from; i < to; i++) {
    const name = constantNames[i]!;
    if (!name.startsWith(`${prefix}_`)) continue;
    const value: number = constants[name];
    table[name] = value;
    if (isDefined(constants, name)) table[value] ??= name;
  }
  Object.defineProperty(table, "text", {
    value: (value: number) => text(table as Record<number, string>, value),
  });
  return Object.freeze(table) as unknown as Enum<Prefix>;
}

const single = (table: Record<number, string>, value: number) => table[value] ?? String(value);

function flags(table: Record<number, string>, value: number): string {
  const names: string[] = [];
  let rest = value;
  for (let bit = 1; bit > 0 && bit <= value; bit <<= 1) {
    const name = table[bit];
    if ((value & bit) === 0 || name === undefined) continue;
    names.push(name);
    rest = (rest & ~bit) >>> 0;
  }
  if (rest !== 0 || names.length === 0) names.push(String(rest));
  return names.join("|");
}

export function bindEnums(constants: Constants) {
  return {
    /** Names and numbers of the address families, AF_*: `AddressFamily[2] === "AF_INET"`. */
    AddressFamily: makeEnum(constants, "AF", single),
    /** Names and numbers of the socket types, SOCK_*. */
    SocketKind: makeEnum(constants, "SOCK", single),
    /** Names and numbers of the flags of sends and receives, MSG_*. */
    MsgFlag: makeEnum(constants, "MSG", flags),
    /** Names and numbers of the flags of getaddrinfo(), AI_*. */
    AddressInfo: makeEnum(constants, "AI", flags),

    /**
     * Whether this system has a constant of this name, as `hasattr(socket, name)` tells in Python.
     */
    defined: (name: string): boolean => isDefined(constants, name) || Object.hasOwn(literals, name),

    /** Whether this system has IPv6's address family. */
    hasIPv6: isDefined(constants, "AF_INET6"),
  };
}
