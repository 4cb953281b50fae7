// struct bcm_msg_head and the frames after it (linux/can/bcm.h): what CAN_BCM sockets send and
// receive.
import { int, show } from "../base/check.js";
import { array, headed, struct } from "../codec/layout.js";
import { can_frame, canfd_frame, fromId, toId, type CanFdFrame, type CanFrame, type CanId } from "./can.js";
import { fromTimeval, toTimeval } from "./time.js";

/**
 * What CAN_BCM sockets send and receive: a task, or a subscription, and its frames
 * (linux/can/bcm.h). `id` and its flags say whose it is.
 */
export interface BcmMessage extends CanId {
  /** CAN_BCM_TX_SETUP, CAN_BCM_RX_SETUP and the like. */
  opcode: number;
  /** CAN_BCM_SETTIMER and the like; 0 by default. */
  flags?: number;
  /** How many frames go out, or timeouts pass, at the first interval. */
  count?: number;
  /** Seconds: the interval of the first `count` frames. */
  ival1?: number;
  /** Seconds: the interval of those after them. */
  ival2?: number;
  /** Classic frames, or CAN FD's with CAN_BCM_CAN_FD_FRAME. */
  frames?: readonly (CanFrame | CanFdFrame)[];
}

interface Head {
  opcode: number;
  flags: number;
  count?: number;
  ival1Sec: number;
  ival1Usec: number;
  ival2Sec: number;
  ival2Usec: number;
  id: number;
  nframes: number;
}

const CAN_FD_FRAME = 0x800;

const head = struct<Head>(
  "bcm_msg_head",
  "opcode",
  "flags",
  "count?",
  "ival1Sec",
  "ival1Usec",
  "ival2Sec",
  "ival2Usec",
  "id",
  "nframes",
);

export const bcm_msg_head = headed<Head, BcmMessage>("bcm_msg_head", head, context => {
  const classic = array<CanFrame>("frames", can_frame)(context);
  const fd = array<CanFdFrame>("frames", canfd_frame)(context);
  const framesOf = (flags: number) => (flags & CAN_FD_FRAME ? fd : classic);
  return {
    split({ id, eff, rtr, err, flags = 0, ival1 = 0, ival2 = 0, frames = [], ...rest }) {
      const bits = int("bcm_msg_head: flags", flags, 0, 0xffffffff);
      if (!Array.isArray(frames))
        throw new TypeError(`bcm_msg_head: frames must be an array, got ${show(frames)}`);
      const first = toTimeval("bcm_msg_head: ival1", ival1);
      const second = toTimeval("bcm_msg_head: ival2", ival2);
      return [
        {
          ...rest,
          flags: bits,
          id: toId("bcm_msg_head", { id, eff, rtr, err } as CanId),
          nframes: frames.length,
          ival1Sec: first.sec,
          ival1Usec: first.usec,
          ival2Sec: second.sec,
          ival2Usec: second.usec,
        },
        framesOf(bits).pack(frames),
      ];
    },
    join({ opcode, flags, count, ival1Sec, ival1Usec, ival2Sec, ival2Usec, id, nframes }, rest) {
      const codec = framesOf(flags);
      const wanted = nframes * codec.size;
      if (rest.length !== wanted)
        throw new RangeError(
          `bcm_msg_head: ${nframes} frames are ${wanted} bytes, got ${rest.length}: too ${rest.length < wanted ? "few" : "many"}`,
        );
      return {
        opcode,
        flags,
        count: count!,
        ival1: fromTimeval(ival1Sec, ival1Usec),
        ival2: fromTimeval(ival2Sec, ival2Usec),
        ...fromId(id),
        frames: codec.unpack(rest),
      };
    },
    rows: ({ flags }, rest) => framesOf(Number(flags)).annotate(rest),
  };
});
