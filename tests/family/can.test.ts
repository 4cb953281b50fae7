// AF_CAN: linux/can.h, with linux/can/isotp.h and linux/can/j1939.h; lengths from can_addr on by
// net/can/{raw,bcm,isotp}.c and net/can/j1939/socket.c.
import { CAN_EFF_FLAG, J1939_NO_ADDR, J1939_NO_PGN } from "../../ts/index.js";
import { targets } from "../../shim/contract.js";
import { can, isotp, j1939 } from "../../ts/family/can.js";
import { equal, is, test, throws } from "../suite.js";
import { addressBytes, bytes, codec, hex, rowsCover, prefilledContext } from "../vectors.js";

const nowhere = { darwin64: null, freebsd64: null, windows64: null };
addressBytes(
  "AF_CAN",
  can,
  ["test0"],
  {
    linux64: `1d00 0000 03000000 ${"00".repeat(16)}`,
    linux64be: `001d 0000 00000003 ${"00".repeat(16)}`,
    ...nowhere,
  },
  { ifindex: 3 },
);
addressBytes(
  "CAN_ISOTP",
  isotp,
  ["test0", 0x7e8, 0x98da10f1],
  {
    linux64: `1d00 0000 03000000 e8070000 f110da98 ${"00".repeat(8)}`,
    linux64be: `001d 0000 00000003 000007e8 98da10f1 ${"00".repeat(8)}`,
    ...nowhere,
  },
  { ifindex: 3, rxId: 0x7e8, txId: 0x98da10f1 },
);
addressBytes(
  "CAN_J1939",
  j1939,
  ["test0", 0xfedcba9876543210n, 0x12345, 0x80],
  {
    linux64: "1d00 0000 03000000 1032547698badcfe 45230100 80 000000",
    linux64be: "001d 0000 00000003 fedcba9876543210 00012345 80 000000",
    ...nowhere,
  },
  { ifindex: 3, name: 0xfedcba9876543210n, pgn: 0x12345, addr: 0x80 },
);

const linux = codec.target("linux64");

test("AF_CAN: the protocol chooses the tuple", () => {
  for (const target of ["linux64", "linux64be", "linux32"] as const) {
    const c = codec.target(target);
    for (const name of ["AF_CAN", "CAN_ISOTP", "CAN_J1939"] as const) is(c.family(name), 29);
    const packed = c.encodeAddress("CAN_ISOTP", ["5", 1, 2]);
    equal(c.decodeAddress(packed, "CAN_ISOTP"), { family: "CAN_ISOTP", address: ["5", 1, 2] });
    equal(c.decodeAddress(packed), { family: "AF_CAN", address: ["5"] }, "the bytes don't tell");
    equal(c.decodeAddress(c.encodeAddress("CAN_J1939", ["", 1n, 2, 3]), "CAN_J1939").address, ["", 1n, 2, 3]);
    equal(c.decodeAddress(c.encodeAddress(29, ["2147483647"])), {
      family: "AF_CAN",
      address: ["2147483647"],
    });
    equal(
      c.annotate(packed, "CAN_ISOTP").map(row => [row.offset, row.name, row.value]),
      [
        [0, "family", 29],
        [2, "padding", null],
        [4, "ifindex", 5],
        [8, "rxId", 1],
        [12, "txId", 2],
        [16, "padding", null],
      ],
    );
    equal(
      c.annotate(packed, "address").map(row => row.name),
      ["family", "padding", "ifindex", "padding"],
    );
    for (const name of ["AF_CAN", "CAN_ISOTP", "CAN_J1939"] as const)
      for (let n = 0; n < 30; n++) rowsCover(c.annotate(new Uint8Array(n), name), new Uint8Array(n));
  }
  for (const target of ["darwin64", "freebsd64", "windows64"] as const) {
    for (const name of ["AF_CAN", "CAN_ISOTP", "CAN_J1939"] as const)
      throws(
        () => codec.target(target).family(name),
        RangeError,
        `${target} has no address family "${name}"`,
      );
  }
});

test("AF_CAN: the least and the most bytes of each protocol", () => {
  const whole = bytes(`1d00 0000 00000000 ${"11".repeat(16)}`);
  for (const [name, least, article] of [
    ["AF_CAN", 8, "an"],
    ["CAN_ISOTP", 16, "a"],
    ["CAN_J1939", 24, "a"],
  ] as const) {
    for (let n = 2; n < least; n++)
      throws(
        () => linux.decodeAddress(whole.subarray(0, n), name),
        RangeError,
        `${n} bytes are too few for ${article} ${name} address`,
      );
    for (let n = least; n <= 24; n++) is(linux.decodeAddress(whole.subarray(0, n), name).address[0], "");
    throws(
      () => linux.decodeAddress(new Uint8Array([...whole, 0]), name),
      RangeError,
      `25 bytes are too many for ${article} ${name} address`,
    );
    throws(
      () => linux.decodeAddress(bytes(`0200 ${"00".repeat(14)}`), name),
      RangeError,
      `the 16 bytes are another family's, not ${article} ${name} address`,
    );
    throws(() => codec.target("linux64be").decodeAddress(whole, name), RangeError, /are another family's/);
  }
  equal(linux.decodeAddress(whole, "CAN_J1939").address, ["", 0x1111111111111111n, 0x11111111, 0x11]);
});

test("AF_CAN: what an id is: 11 bits, or 29 with CAN_EFF_FLAG", () => {
  const round = (rx: number, tx: number) =>
    linux.decodeAddress(linux.encodeAddress("CAN_ISOTP", ["", rx, tx]), "CAN_ISOTP").address.slice(1);
  equal(round(0, 0x7ff), [0, 0x7ff]);
  equal(round(CAN_EFF_FLAG, CAN_EFF_FLAG + 0x1fffffff), [0x80000000, 0x9fffffff]);
  is(CAN_EFF_FLAG | 0x18da10f1, -0x6725ef0f, "JavaScript's | is signed");
  equal(round(CAN_EFF_FLAG | 0x18da10f1, 1), [0x98da10f1, 1]);
  for (const [id, shown] of [
    [0x800, "800"],
    [0x1fffffff, "1fffffff"],
    [0x40000001, "40000001"],
    [0x20000001, "20000001"],
    [0xa0000000, "a0000000"],
    [-1, "ffffffff"],
  ] as const) {
    throws(
      () => round(id, 1),
      RangeError,
      `encodeAddress: rxId must be an integer 0..2047, or with CAN_EFF_FLAG 0..536870911, got 0x${shown}`,
    );
    throws(
      () => round(1, id),
      RangeError,
      `encodeAddress: txId must be an integer 0..2047, or with CAN_EFF_FLAG 0..536870911, got 0x${shown}`,
    );
  }
  throws(
    () => round(2 ** 32, 1),
    RangeError,
    "encodeAddress: rxId must be an integer -2147483648..4294967295, got 4294967296",
  );
  throws(() => round(1.5, 1), RangeError, /rxId must be an integer/);
});

test("AF_CAN: bad addresses", () => {
  const bad = (name: "AF_CAN" | "CAN_ISOTP" | "CAN_J1939", address: unknown) => () =>
    linux.encodeAddress(name, address as never);
  throws(
    bad("AF_CAN", "test0"),
    TypeError,
    'encodeAddress: address must be [interface: string], got "test0"',
  );
  throws(bad("AF_CAN", []), TypeError, /address must be/);
  throws(bad("AF_CAN", ["", 1]), TypeError, /address must be/);
  throws(bad("AF_CAN", [3]), TypeError, "encodeAddress: interface must be a string, got 3");
  throws(
    bad("AF_CAN", ["can0"]),
    RangeError,
    'encodeAddress: interface must be given by its index here, got "can0"',
  );
  throws(
    bad("AF_CAN", ["2147483648"]),
    RangeError,
    "encodeAddress: interface must be an integer 0..2147483647, got 2147483648",
  );
  throws(
    bad("CAN_ISOTP", ["", 1]),
    TypeError,
    'encodeAddress: address must be [interface: string, rxId: number, txId: number], got ["", 1]',
  );
  throws(bad("CAN_ISOTP", ["", "1", 2]), TypeError, 'encodeAddress: rxId must be a number, got "1"');
  throws(
    bad("CAN_J1939", ["", 0n, 0]),
    TypeError,
    'encodeAddress: address must be [interface: string, name: bigint, pgn: number, addr: number], got ["", 0n, 0]',
  );
  throws(
    bad("CAN_J1939", ["", 0.5, 0, 0]),
    TypeError,
    "encodeAddress: name must be a bigint or a safe integer, got 0.5",
  );
  equal(
    linux.encodeAddress("CAN_J1939", ["", 5, 0, 0] as never),
    linux.encodeAddress("CAN_J1939", ["", 5n, 0, 0]),
  );
  throws(
    bad("CAN_J1939", ["", -1n, 0, 0]),
    RangeError,
    "encodeAddress: name must be an integer 0..18446744073709551615, got -1",
  );
  throws(bad("CAN_J1939", ["", 2n ** 64n, 0, 0]), RangeError, /name must be an integer/);
  throws(
    bad("CAN_J1939", ["", 0n, 0x40001, 0]),
    RangeError,
    "encodeAddress: pgn must be an integer 0..262144, got 262145",
  );
  throws(
    bad("CAN_J1939", ["", 0n, 0, 256]),
    RangeError,
    "encodeAddress: addr must be an integer 0..255, got 256",
  );
  throws(bad("CAN_J1939", ["", 0n, 0, -1]), RangeError, /addr must be/);
  is(
    hex(linux.encodeAddress("CAN_J1939", ["", 2n ** 64n - 1n, J1939_NO_PGN, J1939_NO_ADDR])),
    `1d00 0000 00000000 ${"ff".repeat(8)} 00000400 ff 000000`.replace(/ /g, ""),
  );
});

test("AF_CAN: no scratch byte gets into an address", () => {
  for (const target of targets.filter(target => target.startsWith("linux"))) {
    const context = prefilledContext(target);
    const { wire } = context;
    for (const length of [
      can.encode(context, [""], "test"),
      isotp.encode(context, ["", 0, 0], "test"),
      j1939.encode(context, ["", 0n, 0, 0], "test"),
    ]) {
      is(hex(wire.bytes.subarray(wire.address + 2, wire.address + length)), "00".repeat(22));
    }
  }
});
