// struct linger (socket(7)): SO_LINGER.
import { struct } from "../codec/layout.js";

/** `onoff`: 0 or 1; `linger`: seconds. */
export interface Linger {
  onoff: number;
  linger: number;
}

export const linger = struct<Linger>("linger", "onoff", "linger");
