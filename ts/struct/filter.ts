// struct sock_filter (linux/filter.h): SO_ATTACH_FILTER takes a list of them, attachFilter() passes
// it.
import { bits32, show } from "../base/check.js";
import { mapped, struct } from "../codec/layout.js";

/** An instruction of a classic packet filter (linux/filter.h). What is not given is 0. */
export interface SockFilter {
  /** What it does: BPF_* constants, or-ed. */
  code: number;
  /** Instructions that a jump skips if its test is true. */
  jt?: number;
  /** Instructions that a jump skips if its test is false. */
  jf?: number;
  /** The operand, 32 bits; below zero where it is relative to one of SKF_*_OFF. */
  k?: number;
}

export const sock_filter = mapped<SockFilter, SockFilter>(
  struct<SockFilter>("sock_filter", "code", "jt?", "jf?", "k?"),
  value => {
    if (typeof value !== "object" || value === null)
      throw new TypeError(`sock_filter must be an object, got ${show(value)}`);
    const { k = 0, ...rest } = value;
    return { ...rest, k: bits32("sock_filter: k", k) };
  },
  fields => fields,
);
