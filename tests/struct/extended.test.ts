// struct sock_extended_err: linux/errqueue.h, ip(7).
import { targets } from "../../shim/contract.js";
import { equal, is, test, throws } from "../suite.js";
import { bytes, codec, hex, rowsCover } from "../vectors.js";

const head = { errno: 111, origin: 2, type: 3, code: 4, info: 0x102, data: 0xfedcba98 };
const little = "6f000000 02 03 04 00 02010000 98badcfe";
const big = "0000006f 02 03 04 00 00000102 fedcba98";
const plain = (text: string) => text.replace(/ /g, "");

test("sock_extended_err: its bytes on every target", () => {
  for (const target of targets) {
    const { sock_extended_err } = codec.target(target).structs;
    const wanted = target === "linux64be" ? big : little;
    if (!target.startsWith("linux")) {
      throws(
        () => sock_extended_err.pack({ ...head, offender: null }),
        RangeError,
        `${target} has no struct sock_extended_err`,
      );
      continue;
    }
    is(sock_extended_err.size, 16);
    is(hex(sock_extended_err.pack({ ...head, offender: null })), plain(wanted));
    equal(sock_extended_err.unpack(bytes(wanted)), { ...head, offender: null });
    equal(
      sock_extended_err.unpack(bytes(wanted + "00".repeat(16))),
      { ...head, offender: null },
      "an address of no family",
    );
    throws(
      () => sock_extended_err.unpack(bytes(wanted).subarray(1)),
      RangeError,
      `sock_extended_err is at least 16 bytes on ${target}, got 15: too few`,
    );
    rowsCover(sock_extended_err.annotate(bytes(wanted + "aa".repeat(16))), bytes(wanted + "aa".repeat(16)));
  }
});

test("sock_extended_err: the offender's address, of either family or of another", () => {
  const { sock_extended_err } = codec.target("linux64").structs;
  for (const [offender, text] of [
    [["192.0.2.7", 0], "0200 0000 c0000207 0000000000000000"],
    [["2001:db8::1", 0, 0, 0], "0a00 0000 00000000 20010db8000000000000000000000001 00000000"],
    [[99, bytes("0102")], "6300 0102"],
  ] as const) {
    is(hex(sock_extended_err.pack({ ...head, offender: offender as never })), plain(little + text));
    equal(sock_extended_err.unpack(bytes(little + text)), { ...head, offender });
  }
  throws(
    () => sock_extended_err.pack({ ...head, offender: ["host", 0] }),
    RangeError,
    'sock_extended_err: offender must have a numeric host, got ["host", 0]',
  );
  throws(
    () => sock_extended_err.pack({ ...head, origin: 256, offender: null }),
    RangeError,
    "sock_extended_err: origin must be an integer 0..255, got 256",
  );
  throws(
    () => sock_extended_err.pack(null as never),
    TypeError,
    "sock_extended_err must be an object, got null",
  );
});
