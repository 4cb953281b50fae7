// struct j1939_filter (linux/can/j1939.h): SO_J1939_FILTER.
import { array, struct } from "../codec/layout.js";

/**
 * SO_J1939_FILTER (linux/can/j1939.h). Passes messages whose sender's name, parameter group and
 * address equal these where the masks have ones.
 */
export interface J1939Filter {
  /** The sender's name, 64 bits. */
  name?: bigint;
  /** Which bits of the name must be equal. */
  nameMask?: bigint;
  /** The parameter group's number. */
  pgn?: number;
  /** Which bits of it must be equal. */
  pgnMask?: number;
  /** The sender's address. */
  addr?: number;
  /** Which bits of it must be equal. */
  addrMask?: number;
}

/** Any number of them; one of them must match. */
export const j1939_filter = array(
  "j1939_filter",
  struct<J1939Filter>("j1939_filter", "name?", "nameMask?", "pgn?", "pgnMask?", "addr?", "addrMask?"),
);
