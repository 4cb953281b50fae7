// AF_XDP: linux/if_xdp.h.
import { AF_XDP, SOCK_RAW, Socket, XDP_SHARED_UMEM } from "../../ts/index.js";
import { targets } from "../../shim/contract.js";
import { xdp } from "../../ts/family/xdp.js";
import { noXdp } from "../have.js";
import { equal, fails, is, test, throws } from "../suite.js";
import { addressBytes, bytes, codec, hex, rowsCover, prefilledContext } from "../vectors.js";

addressBytes(
  "AF_XDP",
  xdp,
  ["test0", 0x01020304, 0x0a0b, 0x05060708],
  {
    linux64: "2c00 0b0a 03000000 04030201 08070605",
    linux64be: "002c 0a0b 00000003 01020304 05060708",
    darwin64: null,
    freebsd64: null,
    windows64: null,
  },
  { flags: 0x0a0b, ifindex: 3, queueId: 0x01020304, sharedUmemFd: 0x05060708 },
);

const linux = codec.target("linux64");

test("AF_XDP: what may be left out, and the lengths", () => {
  for (const target of ["linux64", "linux64be", "linux32"] as const) {
    const c = codec.target(target);
    is(c.family("AF_XDP"), 44);
    equal(c.decodeAddress(c.encodeAddress("AF_XDP", ["3", 1])), {
      family: "AF_XDP",
      address: ["3", 1, 0, 0],
    });
    equal(c.decodeAddress(c.encodeAddress(44, ["", 2 ** 32 - 1, 0xffff, 0x7fffffff])), {
      family: "AF_XDP",
      address: ["", 2 ** 32 - 1, 0xffff, 0x7fffffff],
    });
    for (let n = 0; n < 20; n++) rowsCover(c.annotate(new Uint8Array(n), "AF_XDP"), new Uint8Array(n));
  }
  const whole = bytes("2c00 0000 01000000 00000000 00000000");
  for (let n = 2; n < 16; n++)
    throws(
      () => linux.decodeAddress(whole.subarray(0, n)),
      RangeError,
      `${n} bytes are too few for an AF_XDP address`,
    );
  throws(
    () => linux.decodeAddress(new Uint8Array([...whole, 0])),
    RangeError,
    "17 bytes are too many for an AF_XDP address",
  );
  throws(
    () => codec.target("linux64be").decodeAddress(whole, "AF_XDP"),
    RangeError,
    "the 16 bytes are another family's, not an AF_XDP address",
  );
  equal(
    linux.annotate(whole, "address").map(row => [row.offset, row.name, row.value]),
    [
      [0, "family", 44],
      [2, "flags", 0],
      [4, "ifindex", 1],
      [8, "queueId", 0],
      [12, "sharedUmemFd", 0],
    ],
  );
});

test("AF_XDP: bad addresses", () => {
  const bad =
    (...address: unknown[]) =>
    () =>
      linux.encodeAddress("AF_XDP", address as never);
  throws(
    bad("1"),
    TypeError,
    'encodeAddress: address must be [interface: string, queueId: number, flags?: number, sharedUmemFd?: number], got ["1"]',
  );
  throws(bad("1", 0, 0, 0, 0), TypeError, /address must be/);
  throws(bad(1, 0), TypeError, "encodeAddress: interface must be a string, got 1");
  throws(
    bad("1", 2 ** 32),
    RangeError,
    "encodeAddress: queueId must be an integer 0..4294967295, got 4294967296",
  );
  throws(bad("1", 0, 65536), RangeError, "encodeAddress: flags must be an integer 0..65535, got 65536");
  throws(
    bad("1", 0, 0, -1),
    RangeError,
    "encodeAddress: sharedUmemFd must be an integer 0..2147483647, got -1",
  );
});

test("AF_XDP: no scratch byte gets into an address", () => {
  for (const target of targets.filter(target => target.startsWith("linux"))) {
    const context = prefilledContext(target);
    const { wire } = context;
    is(
      hex(
        wire.bytes.subarray(wire.address + 2, wire.address + xdp.encode(context, ["", 0] as never, "test")),
      ),
      "00".repeat(14),
    );
  }
});

test(
  "AF_XDP: what the system refuses",
  () => {
    using s = new Socket(AF_XDP, SOCK_RAW);
    is(fails("ENODEV", () => s.bind(["nosuch0", 0])).message, "bind ENODEV nosuch0");
    fails("EINVAL", () => s.bind(["lo", 0])); // no rings
    fails("EINVAL", () => s.bind(["lo", 0, 0x8000])); // no such flag
    fails("EINVAL", () => s.bind(["lo", 0, XDP_SHARED_UMEM, s.fileno()]));
    fails("ENOTSUP", () => s.getsockname());
  },
  { skip: noXdp },
);
