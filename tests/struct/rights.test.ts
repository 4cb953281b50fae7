// SCM_RIGHTS: ints (unix(7)).
import { structs } from "../../ts/index.js";
import { equal, is, test, throws } from "../suite.js";
import { codec, hex, structBytes } from "../vectors.js";

structBytes("rights", [258], {
  linux64: "02010000",
  linux64be: "00000102",
  darwin64: "02010000",
  freebsd64: "02010000",
  windows64: null,
});

test("rights: any number of descriptors", () => {
  const { rights } = codec.target("linux64be").structs;
  is(hex(rights.pack([3, 4, 5])), "000000030000000400000005");
  equal(rights.unpack(rights.pack([3, 4, 5])), [3, 4, 5]);
  equal(rights.unpack(new Uint8Array(0)), []);
  equal(
    rights.annotate(rights.pack([3, 7])).map(row => [row.offset, row.name, row.value]),
    [
      [0, "rights[0].fd", 3],
      [4, "rights[1].fd", 7],
    ],
  );
  equal(structs.rights.unpack(new Uint8Array(Int32Array.of(1, 2).buffer)), [1, 2]);
});

test("rights: bad descriptors, a cut one", () => {
  const { rights } = codec.target("linux64").structs;
  throws(() => rights.pack([3, -1]), RangeError, "rights: fd must be an integer 0..2147483647, got -1");
  throws(() => rights.pack(3 as never), TypeError, "rights must be an array, got 3");
  throws(
    () => rights.unpack(new Uint8Array(6)),
    RangeError,
    "rights is a multiple of 4 bytes on linux64, got 6: too many",
  );
});
