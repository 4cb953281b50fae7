// AF_TIPC: linux/tipc.h; the pair of addresses of a group's message by net/tipc/socket.c
// (tipc_sk_set_orig_addr).
import { AF_TIPC, TIPC_ADDR_ID, TIPC_ADDR_NAME, TIPC_ADDR_NAMESEQ, TIPC_NODE_SCOPE } from "../../ts/index.js";
import { tipc } from "../../ts/family/tipc.js";
import { equal, is, test, throws } from "../suite.js";
import { addressBytes, bytes, codec, hex, rowsCover } from "../vectors.js";

const nowhere = { darwin64: null, freebsd64: null, windows64: null };
addressBytes(
  "AF_TIPC",
  tipc,
  [TIPC_ADDR_NAMESEQ, 0x10203, 5, 0xfffffffe, 2],
  {
    linux64: "1e00 01 02 03020100 05000000 feffffff",
    linux64be: "001e 01 02 00010203 00000005 fffffffe",
    ...nowhere,
  },
  { addrType: 1, scope: 2, typeOrRef: 0x10203, lowerOrNode: 5, upperOrDomain: 0xfffffffe },
);
addressBytes(
  "AF_TIPC",
  tipc,
  [TIPC_ADDR_NAME, 0x10203, 5, 6, 3],
  {
    linux64: "1e00 02 03 03020100 05000000 06000000",
    linux64be: "001e 02 03 00010203 00000005 00000006",
    ...nowhere,
  },
  { addrType: 2, scope: 3, typeOrRef: 0x10203, lowerOrNode: 5, upperOrDomain: 6 },
);
addressBytes(
  "AF_TIPC",
  tipc,
  [TIPC_ADDR_ID, 0x1001001, 0xabcdef01, 0, -3],
  {
    linux64: "1e00 03 fd 01efcdab 01100001 00000000",
    linux64be: "001e 03 fd abcdef01 01001001 00000000",
    ...nowhere,
  },
  { addrType: 3, scope: -3, typeOrRef: 0xabcdef01, lowerOrNode: 0x1001001, upperOrDomain: 0 },
);

const linux = codec.target("linux64");

test("AF_TIPC: the scope that is not given is TIPC_CLUSTER_SCOPE", () => {
  is(
    hex(linux.encodeAddress("AF_TIPC", [1, 2, 3, 4])),
    "1e000102 02000000 03000000 04000000".replace(/ /g, ""),
  );
  equal(linux.decodeAddress(linux.encodeAddress("AF_TIPC", [1, 2, 3, 4])), {
    family: "AF_TIPC",
    address: [1, 2, 3, 4, 2],
  });
  is(linux.family("AF_TIPC"), AF_TIPC || 30);
});

test("AF_TIPC: of two addresses, the first is the sender's", () => {
  const pair = bytes("1e00 03 02 07000000 08000000 00000000  1e00 02 02 01000000 02000000 00000000");
  equal(linux.decodeAddress(pair, "AF_TIPC").address, [TIPC_ADDR_ID, 8, 7, 0, 2]);
  rowsCover(linux.annotate(pair, "address"), pair);
});

test("AF_TIPC: bytes too few, too many, of another family or of an unknown type", () => {
  const whole = linux.encodeAddress("AF_TIPC", [1, 2, 3, 4]);
  for (let n = 2; n < 16; n++)
    throws(
      () => linux.decodeAddress(whole.subarray(0, n)),
      RangeError,
      `${n} bytes are too few for an AF_TIPC address`,
    );
  for (const n of [17, 31, 33])
    throws(
      () => linux.decodeAddress(new Uint8Array([...whole, ...whole, 0]).subarray(0, n)),
      RangeError,
      `${n} bytes are too many for an AF_TIPC address`,
    );
  throws(
    () => codec.target("linux64be").decodeAddress(whole, "AF_TIPC"),
    RangeError,
    "the 16 bytes are another family's, not an AF_TIPC address",
  );
  for (const type of [0, 4, 255]) {
    const odd = new Uint8Array(whole);
    odd[2] = type;
    throws(
      () => linux.decodeAddress(odd),
      RangeError,
      "the 16 bytes are no kind of AF_TIPC address that is known",
    );
  }
  for (const target of ["darwin64", "freebsd64", "windows64"] as const)
    throws(
      () => codec.target(target).family("AF_TIPC"),
      RangeError,
      `${target} has no address family "AF_TIPC"`,
    );
});

test("AF_TIPC: each number's range", () => {
  const bad =
    (...address: unknown[]) =>
    () =>
      linux.encodeAddress("AF_TIPC", address as never);
  const shape = "[addrType: number, v1: number, v2: number, v3: number, scope?: number]";
  throws(bad(0, 1, 1, 1), RangeError, "encodeAddress: addrType must be an integer 1..3, got 0");
  throws(bad(4, 1, 1, 1), RangeError, "encodeAddress: addrType must be an integer 1..3, got 4");
  throws(
    bad(1, 2 ** 32, 1, 1),
    RangeError,
    "encodeAddress: v1 must be an integer 0..4294967295, got 4294967296",
  );
  throws(bad(1, 1, -1, 1), RangeError, "encodeAddress: v2 must be an integer 0..4294967295, got -1");
  throws(bad(1, 1, 1, 0.5), RangeError, /v3 must be an integer/);
  throws(bad(1, 1, 1, "1"), TypeError, 'encodeAddress: v3 must be a number, got "1"');
  throws(bad(1, 1, 1, 1, 128), RangeError, "encodeAddress: scope must be an integer -128..127, got 128");
  throws(bad(1, 1, 1, 1, -129), RangeError, /scope must be/);
  throws(bad(1, 1, 1), TypeError, `encodeAddress: address must be ${shape}, got [1, 1, 1]`);
  throws(bad(1, 1, 1, 1, TIPC_NODE_SCOPE, 0), TypeError, /address must be/);
  throws(
    () => linux.encodeAddress("AF_TIPC", "1" as never),
    TypeError,
    `encodeAddress: address must be ${shape}, got "1"`,
  );
});
