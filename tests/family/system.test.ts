// PF_SYSTEM, SYSPROTO_CONTROL: XNU bsd/sys/kern_control.h (AF_SYSTEM 32 and AF_SYS_CONTROL 2 of
// bsd/sys/socket.h and sys_domain.h).
import { system } from "../../ts/family/system.js";
import { equal, test, throws } from "../suite.js";
import { addressBytes, codec, rowsCover } from "../vectors.js";

addressBytes(
  "AF_SYSTEM",
  system,
  [0x12345678, 0xfedcba98],
  {
    linux64: null,
    linux64be: null,
    darwin64: `20 20 0200 78563412 98badcfe ${"00".repeat(20)}`,
    freebsd64: null,
    windows64: null,
  },
  { sysaddr: 2, id: 0x12345678, unit: 0xfedcba98 },
);

const darwin = codec.target("darwin64");

test("AF_SYSTEM: bad addresses", () => {
  const bad = (address: unknown) => () => darwin.encodeAddress("AF_SYSTEM", address as never);
  throws(
    bad("com.apple.net.utun_control"),
    RangeError,
    'encodeAddress: kernel control must be given as [id, unit] here, since only its system knows the id of a name (CTLIOCGINFO, struct ctl_info), got "com.apple.net.utun_control"',
  );
  throws(
    bad([1]),
    TypeError,
    "encodeAddress: address must be [id: number, unit: number] or the control's name, got [1]",
  );
  throws(bad([1, 2, 3]), TypeError, /address must be/);
  throws(bad(1), TypeError, /address must be/);
  throws(bad(["1", 0]), TypeError, 'encodeAddress: id must be a number, got "1"');
  throws(bad([2 ** 32, 0]), RangeError, "encodeAddress: id must be an integer 0..4294967295, got 4294967296");
  throws(bad([0, -1]), RangeError, "encodeAddress: unit must be an integer 0..4294967295, got -1");
  for (const target of ["linux64", "freebsd64", "windows64"] as const)
    throws(
      () => codec.target(target).family("AF_SYSTEM"),
      RangeError,
      `${target} has no address family "AF_SYSTEM"`,
    );
});

test("AF_SYSTEM: bytes too few, too many, of another family", () => {
  const whole = darwin.encodeAddress("AF_SYSTEM", [1, 2]);
  equal(darwin.decodeAddress(whole), { family: "AF_SYSTEM", address: [1, 2] });
  for (let n = 2; n < 12; n++)
    throws(
      () => darwin.decodeAddress(whole.subarray(0, n)),
      RangeError,
      `${n} bytes are too few for an AF_SYSTEM address`,
    );
  throws(
    () => darwin.decodeAddress(new Uint8Array([...whole, 0])),
    RangeError,
    "33 bytes are too many for an AF_SYSTEM address",
  );
  throws(
    () => darwin.decodeAddress(new Uint8Array([16, 2, ...whole.subarray(2)]), "AF_SYSTEM"),
    RangeError,
    "the 32 bytes are another family's, not an AF_SYSTEM address",
  );
  for (let n = 0; n < 34; n++) rowsCover(darwin.annotate(new Uint8Array(n), "AF_SYSTEM"), new Uint8Array(n));
});
