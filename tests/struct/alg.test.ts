// struct af_alg_iv: linux/if_alg.h.
import { equal, is, test, throws } from "../suite.js";
import { bytes, codec, hex, rowsCover } from "../vectors.js";

const iv = bytes("a1a2a3a4a5a6a7");
const images = { linux64: "07000000 a1a2a3a4a5a6a7", linux64be: "00000007 a1a2a3a4a5a6a7", linux32: "07000000 a1a2a3a4a5a6a7" };

test("af_alg_iv: its bytes on every target", () => {
  for (const [target, image] of Object.entries(images)) {
    const { af_alg_iv } = codec.target(target as "linux64").structs;
    is(hex(af_alg_iv.pack(iv)), image.replace(" ", ""));
    equal(af_alg_iv.unpack(bytes(image)), iv);
    is(af_alg_iv.size, 4);
    is(hex(af_alg_iv.pack(new Uint8Array())), "00000000");
    equal(af_alg_iv.unpack(new Uint8Array(4)), new Uint8Array());
    equal(af_alg_iv.annotate(bytes(image)).map(row => [row.offset, row.name, row.value]), [[0, "ivlen", 7], [4, "iv", iv]]);
    for (let n = 0; n < 12; n++) rowsCover(af_alg_iv.annotate(new Uint8Array(n)), new Uint8Array(n));
  }
  for (const target of ["darwin64", "freebsd64", "windows64"] as const) {
    throws(() => codec.target(target).structs.af_alg_iv.pack(iv), RangeError, `${target} has no struct af_alg_iv`);
  }
});

test("af_alg_iv: a length that is not its bytes'", () => {
  const { af_alg_iv } = codec.target("linux64").structs;
  for (let n = 0; n < 4; n++) throws(() => af_alg_iv.unpack(new Uint8Array(n)), RangeError, `af_alg_iv is its length and as many bytes, got ${n} bytes: too few`);
  throws(() => af_alg_iv.unpack(bytes("07000000 a1a2a3a4a5a6")), RangeError, "af_alg_iv is its length and as many bytes, got 10 bytes: too few");
  throws(() => af_alg_iv.unpack(bytes("06000000 a1a2a3a4a5a6a7")), RangeError, "af_alg_iv is its length and as many bytes, got 11 bytes: too many");
  throws(() => af_alg_iv.unpack(new Uint8Array(1025)), RangeError, /too many$/);
  throws(() => af_alg_iv.pack(new Uint8Array(1021)), RangeError, "af_alg_iv must be at most 1020 bytes, got 1021");
  throws(() => af_alg_iv.pack("iv" as never), TypeError, 'af_alg_iv must be a Uint8Array, got "iv"');
  throws(() => af_alg_iv.unpack([] as never), TypeError, "af_alg_iv must be a Uint8Array, got []");
});
