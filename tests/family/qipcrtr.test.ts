// AF_QIPCRTR: linux/qrtr.h.
import { QRTR_NODE_BCAST, QRTR_PORT_CTRL } from "../../ts/index.js";
import { qipcrtr } from "../../ts/family/qipcrtr.js";
import { equal, test, throws } from "../suite.js";
import { addressBytes, codec, rowsCover } from "../vectors.js";

addressBytes(
  "AF_QIPCRTR",
  qipcrtr,
  [1, 0x4001],
  {
    linux64: "2a00 0000 01000000 01400000",
    linux64be: "002a 0000 00000001 00004001",
    darwin64: null,
    freebsd64: null,
    windows64: null,
  },
  { node: 1, port: 0x4001 },
);
addressBytes(
  "AF_QIPCRTR",
  qipcrtr,
  [QRTR_NODE_BCAST || 0xffffffff, QRTR_PORT_CTRL || 0xfffffffe],
  {
    linux64: "2a00 0000 ffffffff feffffff",
    linux64be: "002a 0000 ffffffff fffffffe",
    darwin64: null,
    freebsd64: null,
    windows64: null,
  },
  { node: 0xffffffff, port: 0xfffffffe },
);

const linux = codec.target("linux32");

test("AF_QIPCRTR: bytes too few, too many, of another family", () => {
  const whole = linux.encodeAddress("AF_QIPCRTR", [7, 8]);
  equal(linux.decodeAddress(whole), { family: "AF_QIPCRTR", address: [7, 8] });
  for (let n = 2; n < 12; n++)
    throws(
      () => linux.decodeAddress(whole.subarray(0, n)),
      RangeError,
      `${n} bytes are too few for an AF_QIPCRTR address`,
    );
  throws(
    () => linux.decodeAddress(new Uint8Array([...whole, 0])),
    RangeError,
    "13 bytes are too many for an AF_QIPCRTR address",
  );
  throws(
    () => codec.target("linux64be").decodeAddress(whole, "AF_QIPCRTR"),
    RangeError,
    "the 12 bytes are another family's, not an AF_QIPCRTR address",
  );
  throws(
    () => codec.target("windows64").encodeAddress("AF_QIPCRTR", [1, 1]),
    RangeError,
    'windows64 has no address family "AF_QIPCRTR"',
  );
  rowsCover(linux.annotate(whole, "address"), whole);
});

test("AF_QIPCRTR: each number's range", () => {
  const bad =
    (...address: unknown[]) =>
    () =>
      linux.encodeAddress("AF_QIPCRTR", address as never);
  throws(bad(2 ** 32, 1), RangeError, "encodeAddress: node must be an integer 0..4294967295, got 4294967296");
  throws(bad(1, -1), RangeError, "encodeAddress: port must be an integer 0..4294967295, got -1");
  throws(bad(1, null), TypeError, "encodeAddress: port must be a number, got null");
  throws(bad(), TypeError, "encodeAddress: address must be [node: number, port: number], got []");
});
