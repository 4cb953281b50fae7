// AF_LINK: net/if_dl.h of FreeBSD (sdl_data of 46 bytes) and of XNU (12 bytes). No system that runs
// these tests in CI has it: codec only.
import { link } from "../../ts/family/link.js";
import { equal, is, test, throws } from "../suite.js";
import { addressBytes, bytes, codec, hex, rowsCover, prefilledContext } from "../vectors.js";

const mac = "0200c0ffee01";
const en0 = "656e30";
const IFT_ETHER = 6;
const nowhere = { linux64: null, linux64be: null, windows64: null };
addressBytes(
  "AF_LINK",
  link,
  ["test0", 3, IFT_ETHER, "en0", bytes(mac)],
  {
    ...nowhere,
    darwin64: `1412 0300 06 03 06 00 ${en0} ${mac} 000000`,
    freebsd64: `3612 0300 06 03 06 00 ${en0} ${mac} ${"00".repeat(37)}`,
  },
  target => ({
    index: 3,
    type: 6,
    nlen: 3,
    alen: 6,
    slen: 0,
    data: bytes(`${en0} ${mac}`.padEnd(target === "darwin64" ? 25 : 93, "0")),
  }),
);

const darwin = codec.target("darwin64");
const freebsd = codec.target("freebsd64");

test("AF_LINK: both systems' sizes, and what is longer than they", () => {
  for (const [c, size] of [
    [darwin, 20],
    [freebsd, 54],
  ] as const) {
    is(c.family("AF_LINK"), 18);
    const round = (...address: [string, number, number, string, Uint8Array]) => {
      const packed = c.encodeAddress("AF_LINK", address);
      is(packed[0], packed.length);
      return [packed.length, ...c.decodeAddress(packed, "AF_LINK").address];
    };
    equal(round("", 0, 0, "", new Uint8Array(0)), [size, "", 0, 0, "", new Uint8Array(0)]);
    equal(round("7", 0, 255, "bridge100", bytes(mac)), [
      size < 23 ? 23 : size,
      "7",
      7,
      255,
      "bridge100",
      bytes(mac),
    ]);
    equal(round("", 65535, 6, "é\udcff", bytes(mac)), [size, "65535", 65535, 6, "é\udcff", bytes(mac)]);
    equal(round("9", 9, 199, "x", new Uint8Array(246).fill(0xab)), [
      255,
      "9",
      9,
      199,
      "x",
      new Uint8Array(246).fill(0xab),
    ]);
    for (let n = 0; n < 80; n++) rowsCover(c.annotate(new Uint8Array(n), "AF_LINK"), new Uint8Array(n));
  }
  for (const target of ["linux64", "linux64be", "linux32", "windows64"] as const)
    throws(
      () => codec.target(target).family("AF_LINK"),
      RangeError,
      `${target} has no address family "AF_LINK"`,
    );
});

test("AF_LINK: what kernels send: rounded up to 8, cut to what is used, with a selector", () => {
  const rounded = bytes(`3812 0200 06 03 06 00 ${en0} ${mac} ${"00".repeat(39)}`);
  is(rounded.length, 56);
  equal(freebsd.decodeAddress(rounded), { family: "AF_LINK", address: ["2", 2, 6, "en0", bytes(mac)] });
  equal(darwin.decodeAddress(bytes(`1112 0200 06 03 06 00 ${en0} ${mac}`)).address, [
    "2",
    2,
    6,
    "en0",
    bytes(mac),
  ]);
  equal(darwin.decodeAddress(bytes("0812 0200 06 00 00 00")).address, ["2", 2, 6, "", new Uint8Array(0)]);
  equal(darwin.decodeAddress(bytes(`1412 0200 06 03 06 03 ${en0} ${mac} aabbcc`)).address, [
    "2",
    2,
    6,
    "en0",
    bytes(mac),
  ]);
  equal(
    freebsd
      .annotate(bytes(`1112 0200 06 03 06 00 ${en0} ${mac}`), "address")
      .map(row => [row.offset, hex(row.bytes), row.name]),
    [
      [0, "11", "len"],
      [1, "12", "family"],
      [2, "0200", "index"],
      [4, "06", "type"],
      [5, "03", "nlen"],
      [6, "06", "alen"],
      [7, "00", "slen"],
      [8, en0 + mac, "data"],
    ],
  );
});

test("AF_LINK: bytes too few, too many, another target's", () => {
  const whole = bytes(`1112 0200 06 03 06 00 ${en0} ${mac}`);
  for (let n = 2; n < 17; n++)
    throws(
      () => darwin.decodeAddress(whole.subarray(0, n)),
      RangeError,
      `${n} bytes are too few for an AF_LINK address`,
    );
  throws(
    () => darwin.decodeAddress(bytes(`1412 0200 06 ff ff ff ${"00".repeat(12)}`)),
    RangeError,
    "20 bytes are too few for an AF_LINK address",
  );
  throws(
    () => darwin.decodeAddress(bytes(`1912 0200 06 00 00 00 ${"00".repeat(17)}`)),
    RangeError,
    "25 bytes are too many for an AF_LINK address",
  );
  throws(
    () => freebsd.decodeAddress(bytes(`3912 0200 06 00 00 00 ${"00".repeat(49)}`)),
    RangeError,
    "57 bytes are too many for an AF_LINK address",
  );
  throws(
    () => codec.target("linux64").decodeAddress(whole, "AF_LINK"),
    RangeError,
    'linux64 has no address family "AF_LINK"',
  );
  throws(
    () => darwin.decodeAddress(bytes("1002 0050 01020304 0000000000000000"), "AF_LINK"),
    RangeError,
    "the 16 bytes are another family's, not an AF_LINK address",
  );
});

test("AF_LINK: bad addresses", () => {
  const bad =
    (...address: unknown[]) =>
    () =>
      darwin.encodeAddress("AF_LINK", address as never);
  const none = new Uint8Array(0);
  throws(
    bad("1", 1, 6, "en0"),
    TypeError,
    'encodeAddress: address must be [interface: string, index: number, type: number, name: string, addr: Uint8Array], got ["1", 1, 6, "en0"]',
  );
  throws(bad(1, 1, 6, "en0", none), TypeError, "encodeAddress: interface must be a string, got 1");
  throws(
    bad("en0", 1, 6, "en0", none),
    RangeError,
    'encodeAddress: interface must be given by its index here, got "en0"',
  );
  throws(
    bad("65536", 0, 6, "", none),
    RangeError,
    'encodeAddress: index of "65536" must be an integer 0..65535, got 65536',
  );
  throws(bad("2", 3, 6, "", none), RangeError, 'encodeAddress: index must be 2, that of "2", got 3');
  throws(
    bad("", 65536, 6, "", none),
    RangeError,
    "encodeAddress: index must be an integer 0..65535, got 65536",
  );
  throws(bad("", 1, 256, "", none), RangeError, "encodeAddress: type must be an integer 0..255, got 256");
  throws(bad("", 1, 6, none, none), TypeError, "encodeAddress: name must be a string, got Uint8Array(0)");
  throws(bad("", 1, 6, "\ud800", none), RangeError, /name holds a lone surrogate/);
  throws(bad("", 1, 6, "en0", mac), TypeError, `encodeAddress: addr must be a Uint8Array, got "${mac}"`);
  throws(
    bad("", 1, 6, "en0", new Uint8Array(245)),
    RangeError,
    "encodeAddress: name and addr must be at most 247 bytes together, got 248",
  );
});

test("AF_LINK: no scratch byte gets into an address", () => {
  for (const [target, size] of [
    ["darwin64", 20],
    ["freebsd64", 54],
  ] as const) {
    const context = prefilledContext(target);
    const { wire } = context;
    const length = link.encode(context, ["", 0, 0, "", new Uint8Array(0)], "test");
    is(hex(wire.bytes.subarray(wire.address + 2, wire.address + length)), "00".repeat(size - 2));
  }
});
