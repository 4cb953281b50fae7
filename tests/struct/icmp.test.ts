// struct icmp_filter: raw(7), linux/icmp.h; struct icmp6_filter: RFC 3542 3.2, linux/icmpv6.h (a
// set bit blocks).
import { equal, is, test, throws } from "../suite.js";
import { codec, hex, structBytes } from "../vectors.js";

const nowhere = { darwin64: null, freebsd64: null, windows64: null };
structBytes("icmp_filter", [0, 9, 31], { linux64: "fefdff7f", linux64be: "7ffffdfe", ...nowhere });
const rest = "ffffffff".repeat(3);
structBytes("icmp6_filter", [1, 129, 255], {
  linux64: `fdffffff ${rest} fdffffff ${"ffffffff".repeat(2)} ffffff7f`,
  linux64be: `fffffffd ${rest} fffffffd ${"ffffffff".repeat(2)} 7fffffff`,
  ...nowhere,
});

test("icmp_filter, icmp6_filter: nothing and everything", () => {
  const { icmp_filter, icmp6_filter } = codec.target("linux64").structs;
  is(hex(icmp_filter.pack([])), "ffffffff");
  is(hex(icmp_filter.pack(Array.from({ length: 32 }, (_, type) => type))), "00000000");
  equal(
    icmp6_filter.unpack(new Uint8Array(32)),
    Array.from({ length: 256 }, (_, type) => type),
  );
  is(hex(icmp6_filter.pack([3, 3, 3])), "f7ffffff" + "ff".repeat(28));
});

test("icmp_filter, icmp6_filter: bad values", () => {
  const { icmp_filter, icmp6_filter } = codec.target("linux64").structs;
  throws(() => icmp_filter.pack([32]), RangeError, "icmp_filter: type must be an integer 0..31, got 32");
  throws(() => icmp6_filter.pack([256]), RangeError, "icmp6_filter: type must be an integer 0..255, got 256");
  throws(() => icmp6_filter.pack(["1" as never]), TypeError, 'icmp6_filter: type must be a number, got "1"');
  throws(
    () => icmp_filter.pack(1 as never),
    TypeError,
    "icmp_filter must be an array of types that pass, got 1",
  );
});
