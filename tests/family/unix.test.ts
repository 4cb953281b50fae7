// AF_UNIX: unix(7); sys/un.h of XNU and FreeBSD (sun_len, 104 bytes of path); afunix.h (108, no
// abstract names).
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AF_UNIX, SOCK_DGRAM, Socket } from "../../ts/index.js";
import { targets } from "../../shim/contract.js";
import { OSError } from "../../ts/base/error.js";
import { unix } from "../../ts/family/unix.js";
import { ask } from "../python.js";
import { equal, instance, is, ok, test, throws } from "../suite.js";
import { addressBytes, bytes, codec, hex, prefilledContext } from "../vectors.js";

const path = "2f746d702f73 00";
addressBytes(
  "AF_UNIX",
  unix,
  "/tmp/s",
  {
    linux64: `0100 ${path}`,
    linux64be: `0001 ${path}`,
    darwin64: `0901 ${path}`,
    freebsd64: `0901 ${path}`,
    windows64: `0100 ${path}`,
  },
  { path: "/tmp/s" },
);
// c3 28 is not UTF-8: U+DCC3 stands for the first byte.
addressBytes(
  "AF_UNIX",
  unix,
  "\udcc3(\u00e9",
  {
    linux64: "0100 c328c3a9 00",
    linux64be: "0001 c328c3a9 00",
    darwin64: "0701 c328c3a9 00",
    freebsd64: "0701 c328c3a9 00",
    windows64: "0100 c328c3a9 00",
  },
  { path: "\udcc3(\u00e9" },
);
addressBytes(
  "AF_UNIX",
  unix,
  Uint8Array.of(0, 97, 0, 98),
  {
    linux64: "0100 00610062",
    linux64be: "0001 00610062",
    darwin64: null,
    freebsd64: null,
    windows64: null,
  },
  { path: Uint8Array.of(0, 97, 0, 98) },
);

const linux = codec.target("linux64");
const round = (address: string | Uint8Array) =>
  linux.decodeAddress(linux.encodeAddress("AF_UNIX", address)).address;

test("AF_UNIX: no name at all", () => {
  is(hex(linux.encodeAddress("AF_UNIX", "")), "0100");
  equal(linux.decodeAddress(bytes("0100")), { family: "AF_UNIX", address: "" });
  is(hex(codec.target("darwin64").encodeAddress("AF_UNIX", "")), "030100");
  equal(
    codec.target("freebsd64").decodeAddress(bytes("1001 0000000000000000000000000000")).address,
    "",
    "an unbound BSD socket reports 16 bytes",
  );
});

test("AF_UNIX: abstract names keep every byte", () => {
  for (const name of ["\0", "\0\0", "\0a\0", "\0\xff\0\xfe", "\0" + "x".repeat(107)])
    equal(round(Buffer.from(name, "latin1")), new Uint8Array(Buffer.from(name, "latin1")));
  is(round("\0abc") instanceof Uint8Array, true, "a string may name one, bytes come out");
  throws(() => linux.encodeAddress("AF_UNIX", new Uint8Array(109)), OSError, "AF_UNIX path too long");
  throws(
    () => codec.target("windows64").encodeAddress("AF_UNIX", "\0x"),
    RangeError,
    "encodeAddress: path must not begin with a zero byte on windows64",
  );
});

test("AF_UNIX: the longest path on each target", () => {
  for (const target of targets) {
    const c = codec.target(target);
    const room = target.startsWith("darwin") || target.startsWith("freebsd") ? 104 : 108;
    const longest = "/" + "a".repeat(room - 2);
    is(c.encodeAddress("AF_UNIX", longest).length, 2 + room);
    equal(c.decodeAddress(c.encodeAddress("AF_UNIX", longest)).address, longest);
    for (const more of [1, 2, 200, 5000])
      throws(() => c.encodeAddress("AF_UNIX", longest + "a".repeat(more)), OSError, "AF_UNIX path too long");
    throws(() => c.encodeAddress("AF_UNIX", "\u00e9".repeat(room / 2)), OSError, "AF_UNIX path too long");
  }
});

test("AF_UNIX: the lengths that CPython takes", () => {
  const lengths = [106, 107, 108, 109];
  const abstract = [107, 108, 109];
  const theirs = ask<[boolean[], boolean[]]>(
    `
def fits(address):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as s:
        try: s.connect(address)
        except OSError as e: return "too long" not in str(e)
        return True
print(json.dumps([[fits("/" + "a" * (n - 1)) for n in data[0]], [fits(b"\\0" * n) for n in data[1]]]))`,
    [lengths, abstract],
  );
  const fits = (address: string | Uint8Array) => {
    try {
      linux.encodeAddress("AF_UNIX", address);
      return true;
    } catch (error) {
      instance(error, OSError);
      return false;
    }
  };
  equal(
    [lengths.map(n => fits("/" + "a".repeat(n - 1))), abstract.map(n => fits(new Uint8Array(n)))],
    theirs,
  );
});

test("AF_UNIX: a path that fills sun_path without an end", () => {
  const full = new Uint8Array([1, 0, ...Buffer.from("/" + "a".repeat(107))]);
  equal(linux.decodeAddress(full).address, "/" + "a".repeat(107));
  equal(linux.decodeAddress(new Uint8Array([...full, 0])).address, "/" + "a".repeat(107));
  throws(
    () => linux.decodeAddress(new Uint8Array([...full, 0, 0])),
    RangeError,
    "112 bytes are too many for an AF_UNIX address",
  );
  throws(
    () => linux.decodeAddress(new Uint8Array(111).fill(1, 0, 1)),
    RangeError,
    "111 bytes are too many for an AF_UNIX address",
  );
  throws(() => linux.decodeAddress(bytes("01")), RangeError, /too few/);
});

test("AF_UNIX: bad addresses", () => {
  const bad = (address: unknown) => linux.encodeAddress("AF_UNIX", address as never);
  throws(() => bad("/tmp/a\0b"), TypeError, "encodeAddress: path must not hold a zero byte");
  throws(
    () => bad(["/tmp/a"]),
    TypeError,
    'encodeAddress: address must be a path: string | Uint8Array, got ["/tmp/a"]',
  );
  throws(() => bad("\ud800"), RangeError, /lone surrogate, U\+d800/);
});

test("AF_UNIX: nothing of an address is left in the next", () => {
  const context = prefilledContext("linux64");
  const { wire } = context;
  unix.encode(context, "/long/path/name", "test");
  const length = unix.encode(context, "/x", "test");
  is(hex(wire.bytes.subarray(wire.address, wire.address + length)), "01002f7800");
});

test(
  "AF_UNIX: the system binds paths, abstract names, and one of its own choice",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "bs-"));
    try {
      using a = new Socket(AF_UNIX, SOCK_DGRAM);
      using b = new Socket(AF_UNIX, SOCK_DGRAM);
      using c = new Socket(AF_UNIX, SOCK_DGRAM);
      const odd = `${folder}/\udcff\u00e9`; // Bun's join() loses the lone surrogate
      a.bind(odd);
      is(a.getsockname(), odd);
      equal(spawnSync("ls", [folder]).stdout, Buffer.from([0xff, 0xc3, 0xa9, 0x0a]));
      const name = Buffer.from(`\0bs\0${process.pid}\0\xff`, "latin1");
      b.bind(name);
      equal(b.getsockname(), name);
      c.bind("");
      const chosen = c.getsockname() as Buffer;
      ok(Buffer.isBuffer(chosen));
      is(chosen.length, 6);
      is(chosen[0], 0);
      a.connect(name);
      a.sendall("hello");
      const [data, from] = b.recvfrom(10);
      equal([data.toString(), from], ["hello", odd]);
      c.sendto("again", name);
      equal(b.recvfrom(10)[1], chosen);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  { skip: process.platform !== "linux" && "abstract names are Linux's" },
);
