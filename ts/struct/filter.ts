// struct sock_filter (linux/filter.h): SO_ATTACH_FILTER takes a list of them, attachFilter() passes it.
import { struct } from "../layout.js";

/** An instruction of a classic packet filter: `code` is made of BPF_* constants, `jt` and `jf` are how many instructions a jump skips
 *  if its test is true or false, `k` is its operand. */
export interface SockFilter { code: number; jt: number; jf: number; k: number }

export const sock_filter = struct<SockFilter>("sock_filter", "code", "jt", "jf", "k");
