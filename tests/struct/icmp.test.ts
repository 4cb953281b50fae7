// struct icmp_filter: raw(7), linux/icmp.h; struct icmp6_filter: RFC 3542 3.2, linux/icmpv6.h (a
// set bit blocks). Messages of ICMP and ICMPv6: RFC 792, RFC 4443; their checksum: RFC 1071.
import { targets } from "../../shim/contract.js";
import { checksum } from "../../ts/index.js";
import { equal, is, test, throws } from "../suite.js";
import { bytes, codec, hex, structBytes } from "../vectors.js";

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

test("checksum: RFC 1071's example, odd bytes, parts", () => {
  const example = bytes("0001 f203 f4f5 f6f7"); // RFC 1071 3: the sum is ddf2
  is(checksum(example), 0xffff - 0xddf2);
  is(checksum(example, Uint8Array.of(0x22, 0x0d)), 0);
  is(checksum(), 0xffff);
  is(checksum(new Uint8Array(0)), 0xffff);
  is(checksum("abc"), checksum(bytes("61626300")));
  for (let cut = 0; cut <= 8; cut++)
    is(checksum(example.subarray(0, cut), example.subarray(cut)), checksum(example), `cut at ${cut}`);
  is(checksum(new Uint8Array(1 << 20).fill(0xff)), 0);
  // A real IPv4 header, whose checksum is b861.
  const header = "4500 0073 0000 4000 4011 0000 c0a8 0001 c0a8 00c7";
  is(checksum(bytes(header)), 0xb861);
  is(checksum(bytes(header.replace("4011 0000", "4011 b861"))), 0);
  throws(() => checksum(5 as never), TypeError, /^part 0 must be a string, a Uint8Array/);
});

test("icmphdr, icmp6_hdr: the same bytes on every target", () => {
  for (const target of targets) {
    const { icmphdr, icmp6_hdr } = codec.target(target).structs;
    const message = {
      type: 8,
      code: 1,
      checksum: 0x0203,
      id: 0x0405,
      sequence: 0x0607,
      data: bytes("aabbcc"),
    };
    for (const struct of [icmphdr, icmp6_hdr]) {
      is(struct.size, 8);
      is(hex(struct.pack(message)), "0801020304050607aabbcc", target);
      equal(struct.unpack(bytes("0801020304050607aabbcc")), message, target);
      equal(struct.unpack(bytes("0801020304050607")).data, new Uint8Array(0));
    }
    throws(
      () => icmphdr.unpack(new Uint8Array(7)),
      RangeError,
      `icmphdr is at least 8 bytes on ${target}, got 7: too few`,
    );
  }
});

test("icmphdr: pack() makes the checksum that isn't given, of ICMPv6 the kernel does", () => {
  const { icmphdr, icmp6_hdr } = codec.target("linux64").structs;
  for (const length of [0, 1, 2, 55, 56]) {
    const data = new Uint8Array(length).fill(0xa7);
    const packed = icmphdr.pack({ type: 8, id: 0xfffe, sequence: 1, data });
    is(checksum(packed), 0, `${length} bytes of data`);
    is(icmphdr.unpack(packed).checksum !== 0, true);
  }
  is(hex(icmphdr.pack({ type: 8 })), "0800f7ff00000000");
  is(hex(icmphdr.pack({ type: 8, checksum: 0 })), "0800000000000000");
  is(hex(icmp6_hdr.pack({ type: 128, id: 1 })), "8000000000010000");
});

test("icmphdr: bad values", () => {
  const { icmphdr } = codec.target("linux64").structs;
  throws(() => icmphdr.pack({ type: 256 }), RangeError, "icmphdr: type must be an integer 0..255, got 256");
  throws(
    () => icmphdr.pack({ type: 8, id: -1 }),
    RangeError,
    "icmphdr: id must be an integer 0..65535, got -1",
  );
  throws(
    () => icmphdr.pack({ type: 8, data: "x" as never }),
    TypeError,
    'icmphdr: data must be a Uint8Array, got "x"',
  );
  throws(() => icmphdr.pack({} as never), TypeError, "icmphdr: type is missing");
  throws(() => icmphdr.pack(8 as never), TypeError, "icmphdr must be an object, got 8");
  throws(() => icmphdr.pack({ type: 8, seq: 1 } as never), TypeError, "linux64 has no icmphdr.seq");
});
