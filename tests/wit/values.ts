// Values for each type of the WIT: its limits, and what a seed gives.
import type { Outcome, Type } from "../../shim/jco/types.js";

/** A generator of numbers below 2^32 (xorshift). */
export function random(seed: number): (below: number) => number {
  let state = seed || 1;
  return below => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const LIMITS: Readonly<Record<string, readonly (number | bigint)[]>> = {
  u8: [0, 1, 0x7f, 0xff],
  s8: [-128, -1, 0, 127],
  u16: [0, 1, 0x8000, 0xffff],
  s16: [-0x8000, -1, 0, 0x7fff],
  u32: [0, 1, 0x80000000, 0xffffffff],
  s32: [-0x80000000, -1, 0, 0x7fffffff],
  u64: [0n, 1n, 2n ** 63n, 2n ** 64n - 1n],
  s64: [-(2n ** 63n), -1n, 0n, 2n ** 63n - 1n],
};
const TEXTS = ["", "a", "127.0.0.1", "grün", "日本", "😀", "x".repeat(100), "\0", "é".repeat(24)];

const camel = (name: string) => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** A value of the type. `resource` makes what a handle stands for. */
export function valueOf(type: Type, next: (below: number) => number, resource: () => unknown): unknown {
  const of = (part: Type) => valueOf(part, next, resource);
  const some = <T>(values: readonly T[]): T => values[next(values.length)]!;
  const { parts } = type;
  switch (type.form) {
    case "number":
      return some(LIMITS[type.name]!);
    case "bool":
      return next(2) === 1;
    case "string":
      return some(TEXTS);
    case "list": {
      const length = some([0, 1, 2, 5]);
      const element = parts[0]![1]!;
      const values = Array.from({ length }, () => of(element));
      if (element.name === "u8") return Uint8Array.from(values as number[]);
      return element.name === "s16" ? Int16Array.from(values as number[]) : values;
    }
    case "tuple":
      return parts.map(([, part]) => of(part!));
    case "record":
      return Object.fromEntries(parts.map(([name, part]) => [camel(name), of(part!)]));
    case "enum":
      return some(parts)[0];
    case "variant": {
      const [tag, part] = some(parts);
      return part === undefined ? { tag } : { tag, val: of(part) };
    }
    case "option":
      return next(3) === 0 ? undefined : of(parts[1]![1]!);
    case "result": {
      const failed = next(4) === 0;
      const part = parts[failed ? 1 : 0]![1];
      return { failed, value: part === undefined ? undefined : of(part) } satisfies Outcome;
    }
    case "own":
    case "borrow":
      return resource();
  }
}
