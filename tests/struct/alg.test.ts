// struct af_alg_iv: linux/if_alg.h.
import { equal, is, test, throws } from "../suite.js";
import { bytes, codec, hex, rowsCover } from "../vectors.js";

const iv = bytes("a1a2a3a4a5a6a7");
const images = {
  linux64: "07000000 a1a2a3a4a5a6a7",
  linux64be: "00000007 a1a2a3a4a5a6a7",
  linux32: "07000000 a1a2a3a4a5a6a7",
};

test("af_alg_iv: its bytes on every target", () => {
  for (const [target, image] of Object.entries(images)) {
    const { af_alg_iv } = codec.target(target as "linux64").structs;
    is(hex(af_alg_iv.pack(iv)), image.replace(" ", ""));
    equal(af_alg_iv.unpack(bytes(image)), iv);
    is(af_alg_iv.size, 4);
    is(hex(af_alg_iv.pack(new Uint8Array())), "00000000");
    equal(af_alg_iv.unpack(new Uint8Array(4)), new Uint8Array());
    equal(
      af_alg_iv.annotate(bytes(image)).map(row => [row.offset, row.name, row.value]),
      [
        [0, "ivlen", 7],
        [4, "iv", iv],
      ],
    );
    for (let n = 0; n < 12; n++) rowsCover(af_alg_iv.annotate(new Uint8Array(n)), new Uint8Array(n));
  }
  for (const target of ["darwin64", "freebsd64", "windows64"] as const) {
    throws(
      () => codec.target(target).structs.af_alg_iv.pack(iv),
      RangeError,
      `${target} has no struct af_alg_iv`,
    );
  }
});

test("af_alg_iv: a length that is not its bytes'", () => {
  const { af_alg_iv } = codec.target("linux64").structs;
  for (let n = 0; n < 4; n++)
    throws(
      () => af_alg_iv.unpack(new Uint8Array(n)),
      RangeError,
      `af_alg_iv is at least 4 bytes on linux64, got ${n}: too few`,
    );
  throws(
    () => af_alg_iv.unpack(bytes("07000000 a1a2a3a4a5a6")),
    RangeError,
    "af_alg_iv is its length and as many bytes, got 6 of 7: too few",
  );
  throws(
    () => af_alg_iv.unpack(bytes("06000000 a1a2a3a4a5a6a7")),
    RangeError,
    "af_alg_iv is its length and as many bytes, got 7 of 6: too many",
  );
  throws(() => af_alg_iv.pack("iv" as never), TypeError, 'af_alg_iv must be a Uint8Array, got "iv"');
  throws(() => af_alg_iv.unpack([] as never), TypeError, "af_alg_iv must be a Uint8Array, got []");
});

test("af_alg_iv: of any length", () => {
  const { linger, af_alg_iv } = codec.target("linux64").structs;
  const long = new Uint8Array(5000).fill(0xff);
  const packed = af_alg_iv.pack(long);
  is(packed.length, 5004);
  equal(af_alg_iv.unpack(packed), long);
  equal(
    af_alg_iv.annotate(long).map(row => [row.offset, row.name, row.bytes.length]),
    [
      [0, "ivlen", 4],
      [4, "iv", 4996],
    ],
  );
  is(hex(linger.pack({ onoff: 1, linger: 2 })), "0100000002000000");
});
