// AF_VSOCK: vsock(7), linux/vm_sockets.h; XNU bsd/sys/vsock.h.
import { VMADDR_CID_ANY, VMADDR_PORT_ANY } from "../../ts/index.js";
import { vsock } from "../../ts/family/vsock.js";
import { equal, is, test, throws } from "../suite.js";
import { addressBytes, bytes, codec, rowsCover } from "../vectors.js";

addressBytes(
  "AF_VSOCK",
  vsock,
  [3, 0x12345678],
  {
    linux64: "2800 0000 78563412 03000000 00 000000",
    linux64be: "0028 0000 12345678 00000003 00 000000",
    darwin64: "0c28 0000 78563412 03000000",
    freebsd64: null,
    windows64: null,
  },
  { cid: 3, port: 0x12345678, flags: 0 },
);
addressBytes(
  "AF_VSOCK",
  vsock,
  [0xffffffff, 0xffffffff],
  {
    linux64: "2800 0000 ffffffff ffffffff 00 000000",
    linux64be: "0028 0000 ffffffff ffffffff 00 000000",
    darwin64: "0c28 0000 ffffffff ffffffff",
    freebsd64: null,
    windows64: null,
  },
  { cid: 0xffffffff, port: 0xffffffff, flags: 0 },
);

const linux = codec.target("linux64");
const darwin = codec.target("darwin64");

test("AF_VSOCK: any is all ones", () => {
  equal(linux.decodeAddress(linux.encodeAddress("AF_VSOCK", [VMADDR_CID_ANY, VMADDR_PORT_ANY])), {
    family: "AF_VSOCK",
    address: [0xffffffff, 0xffffffff],
  });
});

test("AF_VSOCK: bytes too few, too many, of another family", () => {
  const whole = linux.encodeAddress("AF_VSOCK", [2, 1024]);
  for (let n = 2; n < 16; n++)
    throws(
      () => linux.decodeAddress(whole.subarray(0, n)),
      RangeError,
      `${n} bytes are too few for an AF_VSOCK address`,
    );
  throws(
    () => linux.decodeAddress(new Uint8Array([...whole, 0])),
    RangeError,
    "17 bytes are too many for an AF_VSOCK address",
  );
  throws(
    () => darwin.decodeAddress(bytes("1028 0000 78563412 03000000 00000000")),
    RangeError,
    "16 bytes are too many for an AF_VSOCK address",
  );
  throws(
    () => codec.target("linux64be").decodeAddress(whole, "AF_VSOCK"),
    RangeError,
    "the 16 bytes are another family's, not an AF_VSOCK address",
  );
  throws(
    () => codec.target("freebsd64").encodeAddress("AF_VSOCK", [1, 1]),
    RangeError,
    'freebsd64 has no address family "AF_VSOCK"',
  );
  const rows = linux.annotate(whole, "address");
  equal(
    rows.map(row => [row.offset, row.name, row.value]),
    [
      [0, "family", 40],
      [2, "padding", null],
      [4, "port", 1024],
      [8, "cid", 2],
      [12, "flags", 0],
      [13, "padding", null],
    ],
  );
  rowsCover(rows, whole);
  is(darwin.annotate(whole.subarray(0, 9), "AF_VSOCK").at(-1)!.name, "rest");
});

test("AF_VSOCK: each number's range", () => {
  const bad =
    (...address: unknown[]) =>
    () =>
      linux.encodeAddress("AF_VSOCK", address as never);
  throws(bad(-1, 1), RangeError, "encodeAddress: cid must be an integer 0..4294967295, got -1");
  throws(bad(1, 2 ** 32), RangeError, "encodeAddress: port must be an integer 0..4294967295, got 4294967296");
  throws(bad("2", 1), TypeError, 'encodeAddress: cid must be a number, got "2"');
  throws(bad(1), TypeError, "encodeAddress: address must be [cid: number, port: number], got [1]");
  throws(bad(1, 2, 3), TypeError, /address must be/);
});
