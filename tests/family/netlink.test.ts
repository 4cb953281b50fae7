// AF_NETLINK: netlink(7), linux/netlink.h; FreeBSD's netlink/netlink.h, where the family is 38 and
// nl_len comes first.
import { AF_NETLINK, NETLINK_ROUTE, NETLINK_USERSOCK, SOCK_DGRAM, SOCK_RAW, Socket } from "../../ts/index.js";
import { targets } from "../../shim/contract.js";
import { netlink } from "../../ts/family/netlink.js";
import { noNetlink } from "../have.js";
import { ask } from "../python.js";
import { equal, fails, is, test, throws } from "../suite.js";
import { addressBytes, bytes, codec, hex, rowsCover, prefilledContext } from "../vectors.js";

addressBytes(
  "AF_NETLINK",
  netlink,
  [0x12345678, 0xfedcba98],
  {
    linux64: "1000 0000 78563412 98badcfe",
    linux64be: "0010 0000 12345678 fedcba98",
    freebsd64: "0c26 0000 78563412 98badcfe",
    darwin64: null,
    windows64: null,
  },
  { pid: 0x12345678, groups: 0xfedcba98 },
);

const linux = codec.target("linux64");

test("AF_NETLINK: by name and number, field by field", () => {
  for (const [target, number] of [
    ["linux64", 16],
    ["linux64be", 16],
    ["linux32", 16],
    ["freebsd64", 38],
  ] as const) {
    const c = codec.target(target);
    is(c.family("AF_NETLINK"), number);
    for (const address of [
      [0, 0],
      [1, 2 ** 31],
      [2 ** 32 - 1, 2 ** 32 - 1],
    ] as [number, number][]) {
      equal(c.decodeAddress(c.encodeAddress(number, address)), { family: "AF_NETLINK", address });
    }
    for (let n = 0; n < 16; n++) rowsCover(c.annotate(new Uint8Array(n), "AF_NETLINK"), new Uint8Array(n));
  }
  equal(
    linux
      .annotate(bytes("1000 0000 05000000 01000000"), "address")
      .map(row => [row.offset, row.name, row.value]),
    [
      [0, "family", 16],
      [2, "padding", null],
      [4, "pid", 5],
      [8, "groups", 1],
    ],
  );
  for (const target of ["darwin64", "windows64"] as const)
    throws(
      () => codec.target(target).family("AF_NETLINK"),
      RangeError,
      `${target} has no address family "AF_NETLINK"`,
    );
});

test("AF_NETLINK: bytes too few, too many, another target's", () => {
  const whole = bytes("1000 0000 01000000 02000000");
  for (let n = 2; n < 12; n++)
    throws(
      () => linux.decodeAddress(whole.subarray(0, n)),
      RangeError,
      `${n} bytes are too few for an AF_NETLINK address`,
    );
  throws(
    () => linux.decodeAddress(new Uint8Array([...whole, 0])),
    RangeError,
    "13 bytes are too many for an AF_NETLINK address",
  );
  for (const target of ["linux64be", "freebsd64"] as const)
    throws(
      () => codec.target(target).decodeAddress(whole, "AF_NETLINK"),
      RangeError,
      "the 12 bytes are another family's, not an AF_NETLINK address",
    );
});

test("AF_NETLINK: bad addresses", () => {
  const bad = (address: unknown) => () => linux.encodeAddress("AF_NETLINK", address as never);
  for (const address of [7, [1], [1, 2, 3], null])
    throws(bad(address), TypeError, /^encodeAddress: address must be \[pid: number, groups: number\], got /);
  throws(bad(["1", 2]), TypeError, 'encodeAddress: pid must be a number, got "1"');
  throws(bad([1, 2n]), TypeError, "encodeAddress: groups must be a number, got 2n");
  throws(bad([-1, 0]), RangeError, "encodeAddress: pid must be an integer 0..4294967295, got -1");
  throws(
    bad([2 ** 32, 0]),
    RangeError,
    "encodeAddress: pid must be an integer 0..4294967295, got 4294967296",
  );
  throws(bad([0, -1]), RangeError, "encodeAddress: groups must be an integer 0..4294967295, got -1");
  throws(bad([0, 2 ** 32]), RangeError, /groups must be an integer/);
  throws(bad([NaN, 0]), RangeError, /got NaN/);
});

test("AF_NETLINK: no scratch byte gets into an address", () => {
  for (const target of targets.filter(target => target.startsWith("linux") || target === "freebsd64")) {
    const context = prefilledContext(target);
    const { wire } = context;
    is(
      hex(wire.bytes.subarray(wire.address + 2, wire.address + netlink.encode(context, [0, 0], "test"))),
      "00".repeat(10),
    );
  }
});

test(
  "AF_NETLINK: bind, connect and the names of both, as CPython has them",
  () => {
    const mine = 0x40000000 + process.pid * 2;
    using s = new Socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
    equal(s.getsockname(), [0, 0]);
    s.bind([mine, 0x80000000]);
    equal(s.getsockname(), [mine, 0x80000000]);
    s.connect([0, 0]);
    equal(s.getpeername(), [0, 0]);
    using other = new Socket(AF_NETLINK, SOCK_DGRAM, NETLINK_USERSOCK);
    fails("EADDRINUSE", () => other.bind([mine, 0]));
    other.bind([0, 3]);
    equal(other.getsockname(), [process.pid, 3]);
    const theirs = ask(
      `
a, b = (socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_USERSOCK) for _ in range(2))
first = a.getsockname(); a.bind((data + 1, 0x80000000)); a.connect((0, 0)); b.bind((0, 3))
import os
print(json.dumps([first, a.getsockname(), a.getpeername(), [b.getsockname()[0] == os.getpid(), b.getsockname()[1]]]))`,
      mine,
    );
    equal(theirs, [
      [0, 0],
      [mine + 1, 0x80000000],
      [0, 0],
      [true, 3],
    ]);
  },
  { skip: noNetlink },
);

test(
  "AF_NETLINK: sendto and recvfrom tell the addresses",
  () => {
    using a = new Socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
    using b = new Socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
    a.bind([0, 0]);
    b.bind([0, 0]);
    b.settimeout(5);
    a.sendto("hello", [b.getsockname()[0], 0]);
    const [data, from] = b.recvfrom(100);
    is(String(data), "hello");
    equal(from, [a.getsockname()[0], 0]);
    using route = new Socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    route.bind([0, 1]);
    is(route.getsockname()[1], 1);
    throws(() => route.bind([0, -1]), RangeError, "bind: groups must be an integer 0..4294967295, got -1");
  },
  { skip: noNetlink },
);
