// struct linger (socket(7)): SO_LINGER.
import { struct } from "../codec/layout.js";

/** SO_LINGER (socket(7)): how long close() waits for what is unsent. */
export interface Linger {
  /** 1: close() waits for what is unsent; 0: it does not. */
  onoff: number;
  /** Seconds that it waits at most; 0 resets the connection. */
  linger: number;
}

export const linger = struct<Linger>("linger", "onoff", "linger");
