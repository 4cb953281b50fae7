// Numbers alone: what most options and control messages hold. ttl and tos have the width that the
// target gives them.
import { mapped, struct } from "../codec/layout.js";
import type { Bindable } from "../codec/layout.js";

const alone = <V>(name: string): Bindable<V> =>
  mapped<{ value: V }, V>(
    struct<{ value: V }>(name, "value"),
    value => ({ value }),
    ({ value }) => value,
  );

export const int = alone<number>("int");
export const uint8 = alone<number>("uint8");
export const uint16 = alone<number>("uint16");
export const uint32 = alone<number>("uint32");
export const uint64 = alone<bigint>("uint64");
export const ttl = alone<number>("ttl");
export const tos = alone<number>("tos");
