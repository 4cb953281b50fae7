// Options of CAN_ISOTP (linux/can/isotp.h): CAN_ISOTP_OPTS, CAN_ISOTP_RECV_FC, CAN_ISOTP_LL_OPTS.
// They are set before bind(2).
import { struct } from "../codec/layout.js";

/** CAN_ISOTP_OPTS (linux/can/isotp.h). */
export interface IsotpOptions {
  /** CAN_ISOTP_*. */
  flags: number;
  /** Nanoseconds that a frame takes; 0 leaves it as it is, CAN_ISOTP_FRAME_TXTIME_ZERO sets 0. */
  frameTxtime?: number;
  /** The extended address of what is sent. */
  extAddress?: number;
  /** The byte that fills frames up which are sent. */
  txpadContent?: number;
  /** The byte that must fill frames up which come. */
  rxpadContent?: number;
  /** The extended address of what comes. */
  rxExtAddress?: number;
}

/** CAN_ISOTP_RECV_FC (linux/can/isotp.h): the flow control that a sender gets. */
export interface IsotpFcOptions {
  /** Frames in a block; 0: all. */
  bs?: number;
  /** Time between frames: 0..127 milliseconds, 0xf1..0xf9 for 100..900 microseconds. */
  stmin?: number;
  /** Wait frames at most. */
  wftmax?: number;
}

/** CAN_ISOTP_LL_OPTS (linux/can/isotp.h): the frames below. */
export interface IsotpLlOptions {
  /** CAN_MTU or CANFD_MTU. */
  mtu: number;
  /** Bytes of a frame's data at most: 8, 12, 16, 20, 24, 32, 48 or 64. */
  txDl: number;
  /** Flags of CAN FD frames: CANFD_BRS, CANFD_ESI. */
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
