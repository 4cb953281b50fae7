// struct j1939_filter: linux/can/j1939.h. Its size on linux32 is that of machines which align
// 64-bit numbers to 8 (not i386).
import { equal, is, test, throws } from "../suite.js";
import { codec, structBytes } from "../vectors.js";

structBytes(
  "j1939_filter",
  [
    {
      name: 0xfedcba9876543210n,
      nameMask: 2n ** 64n - 1n,
      pgn: 0x12345,
      pgnMask: 0x3ffff,
      addr: 0x80,
      addrMask: 0xff,
    },
  ],
  {
    linux64: "1032547698badcfe ffffffffffffffff 45230100 ffff0300 80 ff 000000000000",
    linux64be: "fedcba9876543210 ffffffffffffffff 00012345 0003ffff 80 ff 000000000000",
    darwin64: null,
    freebsd64: null,
    windows64: null,
  },
);

test("j1939_filter: many, what need not be given, what is out of range", () => {
  const { j1939_filter } = codec.target("linux64").structs;
  is(
    j1939_filter.pack([
      { pgn: 1, pgnMask: 1 },
      { addr: 5, addrMask: 0xff },
    ]).length,
    64,
  );
  equal(j1939_filter.unpack(j1939_filter.pack([{ addr: 5 }])), [
    { name: 0n, nameMask: 0n, pgn: 0, pgnMask: 0, addr: 5, addrMask: 0 },
  ]);
  throws(
    () => j1939_filter.pack([{ addr: 256 }]),
    RangeError,
    "j1939_filter: addr must be an integer 0..255, got 256",
  );
  throws(
    () => j1939_filter.pack([{ name: 5 as never }]),
    TypeError,
    "j1939_filter: name must be a bigint, got 5",
  );
});
