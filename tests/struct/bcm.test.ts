// struct bcm_msg_head: linux/can/bcm.h.
import {
  CAN_BCM_CAN_FD_FRAME,
  CAN_BCM_SETTIMER,
  CAN_BCM_STARTTIMER,
  CAN_BCM_TX_SETUP,
} from "../../ts/index.js";
import type { BcmMessage } from "../../ts/index.js";
import { targets, type Target } from "../../shim/contract.js";
import { equal, is, test, throws } from "../suite.js";
import { bytes, codec, hex, rowsCover } from "../vectors.js";

const message: BcmMessage = {
  opcode: CAN_BCM_TX_SETUP,
  flags: CAN_BCM_SETTIMER | CAN_BCM_STARTTIMER,
  count: 5,
  ival1: 1.000258,
  ival2: 0.1,
  id: 0x123,
  frames: [
    { id: 0x123, data: bytes("0102") },
    { id: 0x124, eff: true, data: bytes("03") },
  ],
};
const frames = "23010000 02 000000 0102000000000000 24010080 01 000000 0300000000000000";
const vectors: Partial<Record<Target, string>> = {
  linux64: `01000000 03000000 05000000 00000000 0100000000000000 0201000000000000 0000000000000000 a086010000000000 23010000 02000000 ${frames}`,
  linux32: `01000000 03000000 05000000 01000000 02010000 00000000 a0860100 23010000 02000000 00000000 ${frames}`,
  linux64be:
    `00000001 00000003 00000005 00000000 0000000000000001 0000000000000102 0000000000000000 00000000000186a0 00000123 00000002` +
    "00000123 02 000000 0102000000000000 80000124 01 000000 0300000000000000",
};

test("bcm_msg_head: its bytes on every target", () => {
  for (const target of targets) {
    const { bcm_msg_head } = codec.target(target).structs;
    const wanted = vectors[target];
    if (wanted === undefined) {
      throws(() => bcm_msg_head.pack(message), RangeError, `${target} has no struct bcm_msg_head`);
      continue;
    }
    is(hex(bcm_msg_head.pack(message)), wanted.replace(/ /g, ""), target);
    equal(bcm_msg_head.unpack(bytes(wanted)), message, target);
    is(bcm_msg_head.size, target === "linux32" ? 40 : 56);
    for (const size of [
      0,
      5,
      bcm_msg_head.size,
      bcm_msg_head.size + 5,
      bytes(wanted).length,
      bytes(wanted).length + 3,
    ]) {
      const data = new Uint8Array(size);
      data.set(bytes(wanted).subarray(0, size));
      rowsCover(bcm_msg_head.annotate(data), data);
    }
  }
  const rows = codec.target("linux64").structs.bcm_msg_head.annotate(bytes(vectors.linux64!));
  equal(
    rows.filter(row => row.value !== null).map(row => row.name),
    [
      "opcode",
      "flags",
      "count",
      "ival1Sec",
      "ival1Usec",
      "ival2Sec",
      "ival2Usec",
      "id",
      "nframes",
      "frames[0].id",
      "frames[0].len",
      "frames[0].len8Dlc",
      "frames[0].data",
      "frames[1].id",
      "frames[1].len",
      "frames[1].len8Dlc",
      "frames[1].data",
    ],
  );
});

const { bcm_msg_head } = codec.target("linux64").structs;

test("bcm_msg_head: CAN FD frames by its flag", () => {
  const fd: BcmMessage = {
    opcode: 4,
    flags: CAN_BCM_CAN_FD_FRAME,
    count: 0,
    ival1: 0,
    ival2: 0,
    id: 5,
    eff: true,
    frames: [{ id: 5, eff: true, flags: 1, data: new Uint8Array(12).fill(1) }],
  };
  is(bcm_msg_head.pack(fd).length, 56 + 72);
  equal(bcm_msg_head.unpack(bcm_msg_head.pack(fd)), fd);
  throws(
    () => bcm_msg_head.pack({ ...fd, flags: 0, frames: [{ id: 5, flags: 1, data: new Uint8Array(8) }] }),
    TypeError,
    "linux64 has no can_frame.flags",
  );
  throws(
    () => bcm_msg_head.unpack(bcm_msg_head.pack(fd).subarray(0, 100)),
    RangeError,
    "bcm_msg_head: 1 frames are 72 bytes, got 44: too few",
  );
  throws(
    () => bcm_msg_head.unpack(new Uint8Array([...bcm_msg_head.pack(fd), 0])),
    RangeError,
    "bcm_msg_head: 1 frames are 72 bytes, got 73: too many",
  );
});

test("bcm_msg_head: what need not be given, and what can't be", () => {
  equal(bcm_msg_head.unpack(bcm_msg_head.pack({ opcode: 6, id: 5 })), {
    opcode: 6,
    flags: 0,
    count: 0,
    ival1: 0,
    ival2: 0,
    id: 5,
    frames: [],
  });
  throws(
    () => bcm_msg_head.unpack(new Uint8Array(55)),
    RangeError,
    "bcm_msg_head is at least 56 bytes on linux64, got 55: too few",
  );
  throws(
    () => bcm_msg_head.pack({ opcode: -1, id: 5 }),
    RangeError,
    "bcm_msg_head: opcode must be an integer 0..4294967295, got -1",
  );
  throws(
    () => bcm_msg_head.pack({ opcode: 1, id: 0x800 }),
    RangeError,
    "bcm_msg_head: id must be an integer 0..2047, got 2048",
  );
  throws(
    () => bcm_msg_head.pack({ opcode: 1, id: 5, ival1: "1" as never }),
    TypeError,
    'bcm_msg_head: ival1 must be a number of seconds, got "1"',
  );
  throws(
    () => bcm_msg_head.pack({ opcode: 1, id: 5, frames: {} as never }),
    TypeError,
    "bcm_msg_head: frames must be an array, got an object of class Object",
  );
  throws(
    () => bcm_msg_head.pack({ opcode: 1, id: 5, interval: 1 } as never),
    TypeError,
    "linux64 has no bcm_msg_head.interval",
  );
});
