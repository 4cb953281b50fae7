// Options of CAN_ISOTP (linux/can/isotp.h): CAN_ISOTP_OPTS, CAN_ISOTP_RECV_FC, CAN_ISOTP_LL_OPTS.
// They are set before bind(2).
import { struct } from "../codec/layout.js";

/**
 * `flags`: CAN_ISOTP_*; `frameTxtime`: nanoseconds that a frame takes, 0 leaves it as it is; the
 * two extended addresses; what padding is filled with.
 */
export interface IsotpOptions {
  flags: number;
  frameTxtime?: number;
  extAddress?: number;
  txpadContent?: number;
  rxpadContent?: number;
  rxExtAddress?: number;
}

/**
 * Flow control that a sender gets: frames in a block (0: all), time between frames (0..127 ms,
 * 0xf1..0xf9: 100..900 us), wait frames at most.
 */
export interface IsotpFcOptions {
  bs?: number;
  stmin?: number;
  wftmax?: number;
}

/**
 * Frames below: CAN_MTU or CANFD_MTU, their longest data (8, 12, 16, 20, 24, 32, 48 or 64), flags
 * of CAN FD frames.
 */
export interface IsotpLlOptions {
  mtu: number;
  txDl: number;
  txFlags?: number;
}

export const can_isotp_options = struct<IsotpOptions>(
  "can_isotp_options",
  "flags",
  "frameTxtime?",
  "extAddress?",
  "txpadContent?",
  "rxpadContent?",
  "rxExtAddress?",
);
export const can_isotp_fc_options = struct<IsotpFcOptions>(
  "can_isotp_fc_options",
  "bs?",
  "stmin?",
  "wftmax?",
);
export const can_isotp_ll_options = struct<IsotpLlOptions>("can_isotp_ll_options", "mtu", "txDl", "txFlags?");
