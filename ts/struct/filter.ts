// struct sock_filter (linux/filter.h): SO_ATTACH_FILTER takes a list of them, attachFilter() passes
// it.
import { bits32, show } from "../base/check.js";
import { mapped, struct } from "../codec/layout.js";

/**
 * An instruction of a classic packet filter: `code` is made of BPF_* constants, `jt` and `jf` are
 * how many instructions a jump skips if its test is true or false, `k` is its operand: 32 bits,
 * below zero where it is relative to one of SKF_*_OFF. What is not given is 0.
 */
export interface SockFilter {
  code: number;
  jt?: number;
  jf?: number;
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
