// CAN filters and frames: linux/can.h.
import { CANFD_BRS, CAN_EFF_FLAG, CAN_ERR_FLAG, CAN_INV_FILTER, CAN_RTR_FLAG } from "../../ts/index.js";
import type { CanFrame } from "../../ts/index.js";
import { targets } from "../../shim/contract.js";
import { ask } from "../python.js";
import { equal, is, test, throws } from "../suite.js";
import { bytes, codec, hex, rowsCover, structBytes, type Vectors } from "../vectors.js";

const nowhere = { darwin64: null, freebsd64: null, windows64: null };
const on = (little: string, big: string): Vectors => ({ linux64: little, linux64be: big, ...nowhere });

structBytes("can_filter", [{ id: 0x123, mask: 0xc00007ff }], on("23010000 ff0700c0", "00000123 c00007ff"));
structBytes(
  "can_frame",
  { id: 0x123, data: bytes("010203") },
  on("23010000 03 0000 00 0102030000000000", "00000123 03 0000 00 0102030000000000"),
);
structBytes(
  "can_frame",
  { id: 0x18da10f1, eff: true, rtr: true, data: new Uint8Array(4) },
  on("f110dad8 04 0000 00 0000000000000000", "d8da10f1 04 0000 00 0000000000000000"),
  "can_frame, remote",
);
structBytes(
  "can_frame",
  { id: 0x44, err: true, data: bytes("0102030405060708"), len8Dlc: 15 },
  on("44000020 08 0000 0f 0102030405060708", "20000044 08 0000 0f 0102030405060708"),
  "can_frame, error",
);
structBytes(
  "canfd_frame",
  { id: 0x1fffffff, eff: true, flags: 1, data: new Uint8Array(64).fill(0xab) },
  on(`ffffff9f 40 01 0000 ${"ab".repeat(64)}`, `9fffffff 40 01 0000 ${"ab".repeat(64)}`),
);
structBytes(
  "canfd_frame",
  { id: 1, flags: 6, data: bytes("0102") },
  on(`01000000 02 06 0000 0102 ${"00".repeat(62)}`, `00000001 02 06 0000 0102 ${"00".repeat(62)}`),
  "canfd_frame, short",
);

const { can_filter, can_frame, canfd_frame, canxl_frame } = codec.target("linux64").structs;

test("canxl_frame: its bytes on every target", () => {
  for (const target of targets) {
    const xl = codec.target(target).structs.canxl_frame;
    const frame = { prio: 0x123, vcid: 0x45, flags: 0x81, sdt: 3, af: 0x89abcdef, data: bytes("010203") };
    if (!target.startsWith("linux")) {
      throws(() => xl.pack(frame), RangeError, `${target} has no struct canxl_frame`);
      continue;
    }
    const wanted =
      (target === "linux64be" ? "00450123 81 03 0003 89abcdef" : "23014500 81 03 0300 efcdab89") + "010203";
    const packed = xl.pack({ ...frame, flags: 1 });
    is(hex(packed), wanted.replace(/ /g, ""));
    equal(xl.unpack(packed), frame);
    is(xl.size, 12);
    rowsCover(xl.annotate(packed), packed);
    equal(
      xl.annotate(packed).map(row => row.name),
      ["prio", "flags", "sdt", "len", "af", "data"],
    );
  }
  const head = "01000000 80 00 0300 00000000";
  throws(
    () => canxl_frame.unpack(bytes(`${head} 0102`)),
    RangeError,
    "canxl_frame: len is 3, but the data is 2 bytes",
  );
  throws(() => canxl_frame.unpack(bytes(`${head} 01020304`)), RangeError, /but the data is 4 bytes/);
  throws(
    () => canxl_frame.unpack(bytes("0100")),
    RangeError,
    "canxl_frame is at least 12 bytes on linux64, got 2: too few",
  );
  const frame = { prio: 1, sdt: 0, af: 0, data: new Uint8Array(2048) };
  is(canxl_frame.pack(frame).length, 2060);
  throws(
    () => canxl_frame.pack({ ...frame, data: new Uint8Array(2049) }),
    RangeError,
    "canxl_frame: length of data must be an integer 1..2048, got 2049",
  );
  throws(() => canxl_frame.pack({ ...frame, data: new Uint8Array(0) }), RangeError, /got 0$/);
  throws(
    () => canxl_frame.pack({ ...frame, prio: 0x800 }),
    RangeError,
    "canxl_frame: prio must be an integer 0..2047, got 2048",
  );
  throws(() => canxl_frame.pack({ ...frame, vcid: 256 }), RangeError, /vcid must be an integer 0\.\.255/);
  throws(
    () => canxl_frame.pack({ ...frame, sdt: 256 }),
    RangeError,
    "canxl_frame: sdt must be an integer 0..255, got 256",
  );
  throws(
    () => canxl_frame.pack({ ...frame, data: "x" as never }),
    TypeError,
    'canxl_frame: data must be a Uint8Array, got "x"',
  );
});

test("can_filter: many, with the flags of ids", () => {
  const filters = [
    { id: 0x123, mask: 0x7ff },
    { id: CAN_EFF_FLAG | CAN_INV_FILTER | 5, mask: CAN_EFF_FLAG | CAN_RTR_FLAG | 0x1fffffff },
  ];
  const packed = can_filter.pack(filters);
  is(hex(packed), "23010000ff070000" + "050000a0ffffffdf");
  equal(can_filter.unpack(packed), [filters[0], { id: 0xa0000005, mask: 0xdfffffff }]);
  is(can_filter.pack([]).length, 0, "which receives nothing");
  equal(
    can_filter.annotate(packed).map(row => row.name),
    ["can_filter[0].id", "can_filter[0].mask", "can_filter[1].id", "can_filter[1].mask"],
  );
  throws(
    () => can_filter.pack([{ id: 2 ** 32, mask: 0 }]),
    RangeError,
    "can_filter: id must be an integer -2147483648..4294967295, got 4294967296",
  );
  throws(
    () => can_filter.pack([{ id: 1 } as never]),
    TypeError,
    "can_filter: mask must be a number, got undefined",
  );
  throws(
    () => can_filter.pack([{ id: 1, mask: 1, inverted: true } as never]),
    TypeError,
    "linux64 has no can_filter.inverted",
  );
});

test("can_frame: what a frame can't be", () => {
  const data = new Uint8Array(8);
  const bad = (frame: object) => () => can_frame.pack({ id: 1, data, ...frame });
  throws(bad({ id: 0x800 }), RangeError, "can_frame: id must be an integer 0..2047, got 2048");
  throws(
    bad({ id: 0x20000000, eff: true }),
    RangeError,
    "can_frame: id must be an integer 0..536870911, got 536870912",
  );
  throws(bad({ id: CAN_EFF_FLAG | 1 }), RangeError, /id must be an integer 0\.\.2047, got -2147483647/);
  throws(bad({ data: new Uint8Array(9) }), RangeError, "can_frame: data must be at most 8 bytes, got 9");
  throws(bad({ data: "12345678" }), TypeError, 'can_frame: data must be a Uint8Array, got "12345678"');
  throws(bad({ eff: 1 }), TypeError, "can_frame: eff must be a boolean, got 1");
  throws(bad({ len8Dlc: 256 }), RangeError, "can_frame: len8Dlc must be an integer 0..255, got 256");
  throws(bad({ flags: CANFD_BRS }), TypeError, "linux64 has no can_frame.flags");
  throws(
    () => canfd_frame.pack({ id: 1, data: new Uint8Array(65) }),
    RangeError,
    "canfd_frame: data must be at most 64 bytes, got 65",
  );
  throws(() => can_frame.pack(undefined as never), TypeError);
  throws(
    () => can_frame.unpack(bytes("01000000 09 0000 00 0102030405060708")),
    RangeError,
    "can_frame: len must be 0..8, got 9",
  );
  throws(
    () => canfd_frame.unpack(bytes(`01000000 41 00 0000 ${"00".repeat(64)}`)),
    RangeError,
    "canfd_frame: len must be 0..64, got 65",
  );
  equal(
    can_frame
      .annotate(bytes("01000000 09 0000 00 0102030405060708"))
      .map(row => [row.name, row.value])
      .slice(0, 2),
    [
      ["id", 1],
      ["len", 9],
    ],
    "annotate shows it all the same",
  );
});

test("can_frame: the flags of its id, all eight ways", () => {
  for (let bits = 0; bits < 8; bits++) {
    const frame: CanFrame = {
      id: 5,
      ...(bits & 1 && { eff: true }),
      ...(bits & 2 && { rtr: true }),
      ...(bits & 4 && { err: true }),
      data: new Uint8Array(0),
    };
    const packed = can_frame.pack(frame);
    is(
      new DataView(packed.buffer, packed.byteOffset).getUint32(0, true),
      5 + (bits & 1 ? CAN_EFF_FLAG : 0) + (bits & 2 ? CAN_RTR_FLAG : 0) + (bits & 4 ? CAN_ERR_FLAG : 0),
    );
    equal(can_frame.unpack(packed), frame);
    is(hex(can_frame.pack({ eff: false, rtr: false, err: false, ...frame })), hex(packed));
  }
});

test("can_frame: as the page of Python's module packs it", () => {
  const frames = [
    [0, ""],
    [0x123, "0102"],
    [0x7ff, "ffffffffffffffff"],
  ] as const;
  const theirs = ask<string[]>(
    `
import struct
print(json.dumps([struct.pack("=IB3x8s", i, len(bytes.fromhex(d)), bytes.fromhex(d).ljust(8, b"\\0")).hex() for i, d in data]))`,
    frames,
  );
  const big = new Uint8Array(Uint16Array.of(1).buffer)[0] === 0;
  equal(
    frames.map(([id, data]) =>
      hex(codec.target(big ? "linux64be" : "linux64").structs.can_frame.pack({ id, data: bytes(data) })),
    ),
    theirs,
  );
});
