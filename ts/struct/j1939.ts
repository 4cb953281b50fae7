// struct j1939_filter (linux/can/j1939.h): SO_J1939_FILTER.
import { array, struct } from "../codec/layout.js";

/**
 * Passes messages whose sender's name, parameter group and address equal these where the masks have
 * ones.
 */
export interface J1939Filter {
  name?: bigint;
  nameMask?: bigint;
  pgn?: number;
  pgnMask?: number;
  addr?: number;
  addrMask?: number;
}

/** Any number of them; one of them must match. */
export const j1939_filter = array(
  "j1939_filter",
  struct<J1939Filter>("j1939_filter", "name?", "nameMask?", "pgn?", "pgnMask?", "addr?", "addrMask?"),
);
