// AF_ALG: linux/if_alg.h.
import { alg } from "../../ts/family/alg.js";
import { equal, is, test, throws } from "../suite.js";
import { addressBytes, codec, hex, rowsCover } from "../vectors.js";

const nowhere = { darwin64: null, freebsd64: null, windows64: null };
const padded = (text: string, size: number) =>
  Buffer.from(text)
    .toString("hex")
    .padEnd(2 * size, "0");
addressBytes(
  "AF_ALG",
  alg,
  ["skcipher", "cbc(aes)", 0x12345678, 0xfedcba98],
  {
    linux64: `2600 ${padded("skcipher", 14)} 78563412 98badcfe ${padded("cbc(aes)", 64)}`,
    linux64be: `0026 ${padded("skcipher", 14)} 12345678 fedcba98 ${padded("cbc(aes)", 64)}`,
    ...nowhere,
  },
  { type: "skcipher", name: "cbc(aes)", feat: 0x12345678, mask: 0xfedcba98 },
);

const linux = codec.target("linux64");

test("AF_ALG: feat and mask are 0 where they are not given", () => {
  const zeros = hex(linux.encodeAddress("AF_ALG", ["hash", "sha256", 0, 0]));
  for (const address of [
    ["hash", "sha256"],
    ["hash", "sha256", 0],
    ["hash", "sha256", undefined, undefined],
  ] as const)
    is(hex(linux.encodeAddress("AF_ALG", address as never)), zeros);
  equal(linux.decodeAddress(linux.encodeAddress("AF_ALG", ["hash", "sha256"])), {
    family: "AF_ALG",
    address: ["hash", "sha256", 0, 0],
  });
  equal(
    linux.decodeAddress(linux.encodeAddress("AF_ALG", ["hash", "sha256", 0xffffffff, 0xffffffff])).address,
    ["hash", "sha256", 0xffffffff, 0xffffffff],
  );
});

test("AF_ALG: names fill their fields save for a zero byte", () => {
  const type = "t".repeat(13);
  const name = "n".repeat(63);
  equal(linux.decodeAddress(linux.encodeAddress("AF_ALG", [type, name])).address, [type, name, 0, 0]);
  throws(
    () => linux.encodeAddress("AF_ALG", [type + "t", name]),
    RangeError,
    "encodeAddress: type must be at most 13 bytes, got 14",
  );
  throws(
    () => linux.encodeAddress("AF_ALG", [type, name + "n"]),
    RangeError,
    "encodeAddress: name must be at most 63 bytes, got 64",
  );
  throws(
    () => linux.encodeAddress("AF_ALG", [type, "ä".repeat(32)]),
    RangeError,
    "encodeAddress: name must be at most 63 bytes, got 64",
  );
  const full = new Uint8Array(88).fill(0x61);
  full.set([38, 0]);
  equal(
    linux.decodeAddress(full).address,
    ["a".repeat(14), "a".repeat(64), 0x61616161, 0x61616161],
    "fields without a zero byte",
  );
});

test("AF_ALG: bad addresses", () => {
  const bad = (address: unknown) => () => linux.encodeAddress("AF_ALG", address as never);
  throws(
    bad("hash"),
    TypeError,
    'encodeAddress: address must be [type: string, name: string, feat?: number, mask?: number], got "hash"',
  );
  throws(bad(["hash"]), TypeError, /address must be/);
  throws(bad(["hash", "sha256", 0, 0, 0]), TypeError, /address must be/);
  throws(
    bad(["hash", Buffer.from("sha256")]),
    TypeError,
    "encodeAddress: name must be a string, got Buffer(6)",
  );
  throws(bad([1, "sha256"]), TypeError, "encodeAddress: type must be a string, got 1");
  throws(bad(["hash", "sha\0"]), TypeError, "encodeAddress: name must not hold a zero byte");
  throws(
    bad(["hash", "sha256", -1]),
    RangeError,
    "encodeAddress: feat must be an integer 0..4294967295, got -1",
  );
  throws(
    bad(["hash", "sha256", 0, 2 ** 32]),
    RangeError,
    "encodeAddress: mask must be an integer 0..4294967295, got 4294967296",
  );
  throws(bad(["hash", "sha256", "0"]), TypeError, 'encodeAddress: feat must be a number, got "0"');
  for (const target of ["darwin64", "freebsd64", "windows64"] as const)
    throws(
      () => codec.target(target).family("AF_ALG"),
      RangeError,
      `${target} has no address family "AF_ALG"`,
    );
});

test("AF_ALG: bytes too few, too many, of another family", () => {
  const whole = linux.encodeAddress("AF_ALG", ["hash", "sha256"]);
  for (let n = 2; n < 88; n++)
    throws(
      () => linux.decodeAddress(whole.subarray(0, n)),
      RangeError,
      `${n} bytes are too few for an AF_ALG address`,
    );
  throws(
    () => linux.decodeAddress(new Uint8Array([...whole, 0])),
    RangeError,
    "89 bytes are too many for an AF_ALG address",
  );
  throws(
    () => linux.decodeAddress(new Uint8Array([2, ...whole.subarray(1)]), "AF_ALG"),
    RangeError,
    "the 88 bytes are another family's, not an AF_ALG address",
  );
  for (let n = 0; n < 90; n++) rowsCover(linux.annotate(new Uint8Array(n), "AF_ALG"), new Uint8Array(n));
});
