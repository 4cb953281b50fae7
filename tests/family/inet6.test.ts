// AF_INET6: ipv6(7), RFC 3493; netinet6/in6.h of XNU and FreeBSD (sin6_len); ws2ipdef.h.
import { AF_INET6, SOCK_DGRAM, Socket } from "../../ts/index.js";
import { targets } from "../../shim/contract.js";
import { inet6 } from "../../ts/family/inet6.js";
import { Layout } from "../../ts/codec/layout.js";
import { noIPv6 } from "../have.js";
import { equal, is, ok, test, throws } from "../suite.js";
import { addressBytes, codec, hex, lying, random, prefilledContext } from "../vectors.js";

const rest = "01bb 00012345 20010db8000000000000000000000001";
addressBytes(
  "AF_INET6",
  inet6,
  ["2001:db8::1", 443, 0x12345, 258],
  {
    linux64: `0a00 ${rest} 02010000`,
    linux64be: `000a ${rest} 00000102`,
    darwin64: `1c1e ${rest} 02010000`,
    freebsd64: `1c1c ${rest} 02010000`,
    windows64: `1700 ${rest} 02010000`,
  },
  { port: 443, flowinfo: 0x12345, addr: "2001:db8::1", scopeid: 258 },
);

test("AF_INET6: what may be left out, the host of nobody", () => {
  const c = codec.target("freebsd64");
  const round = (...address: [string, number, number?, number?]) =>
    c.decodeAddress(c.encodeAddress("AF_INET6", address), "AF_INET6").address;
  equal(round("::1", 80), ["::1", 80, 0, 0]);
  equal(round("::1", 80, 0xfffff), ["::1", 80, 0xfffff, 0]);
  equal(round("", 80, 0, 0xffffffff), ["::", 80, 0, 0xffffffff]);
  equal(round("fe80::1%7", 80), ["fe80::1", 80, 0, 7]);
  equal(round("fe80::1%7", 80, 0, 9), ["fe80::1", 80, 0, 9]);
});

test("AF_INET6: a zone by its interface's name", () => {
  const context = prefilledContext("linux64");
  equal(inet6.decode(context, inet6.encode(context, ["fe80::1%test0", 80] as never, "test")), [
    "fe80::1",
    80,
    0,
    3,
  ]);
  throws(
    () => codec.target("linux64").encodeAddress("AF_INET6", ["fe80::1%eth0", 80]),
    RangeError,
    'encodeAddress: interface must be given by its index here, got "eth0"',
  );
});

test("AF_INET6: bytes too few, too many, of another family", () => {
  for (const target of targets) {
    const c = codec.target(target);
    const whole = c.encodeAddress("AF_INET6", ["::1", 80]);
    for (let n = 2; n < 28; n++)
      throws(
        () => c.decodeAddress(whole.subarray(0, n)),
        RangeError,
        `${n} bytes are too few for an AF_INET6 address`,
      );
    throws(
      () => c.decodeAddress(new Uint8Array([...whole, 0])),
      RangeError,
      "29 bytes are too many for an AF_INET6 address",
    );
    throws(
      () => c.decodeAddress(c.encodeAddress("AF_UNIX", "/tmp/x"), "AF_INET6"),
      RangeError,
      /are another family's, not an AF_INET6 address/,
    );
  }
});

test("AF_INET6: bad addresses", () => {
  const bad = (...address: unknown[]) => codec.target("linux64").encodeAddress("AF_INET6", address as never);
  throws(() => bad("::1", 70000), RangeError, "encodeAddress: port must be an integer 0..65535, got 70000");
  throws(
    () => bad("::1", 1, 0x100000),
    RangeError,
    "encodeAddress: flowinfo must be an integer 0..1048575, got 1048576",
  );
  throws(
    () => bad("::1", 1, 0, 2 ** 32),
    RangeError,
    "encodeAddress: scopeid must be an integer 0..4294967295, got 4294967296",
  );
  throws(() => bad("::1", 1, 0, NaN), RangeError, /scopeid must be an integer/);
  throws(() => bad("::1%4294967296", 1), RangeError, /zone must be an integer 0\.\.4294967295/);
  throws(
    () => bad("::1"),
    TypeError,
    /address must be \[host: string, port: number, flowinfo\?: number, scopeid\?: number\], got \["::1"\]/,
  );
  throws(() => bad("::1", 1, 0, 0, 0), TypeError, /address must be/);
  throws(() => bad(5, 1), TypeError, /address must be/);
  throws(() => bad("::g", 1), Error, 'encodeAddress: host must be a numeric address, got "::g"');
});

test(
  "AF_INET6: what the system reports is what was bound",
  () => {
    using s = new Socket(AF_INET6, SOCK_DGRAM);
    s.bind(["::1", 0]);
    const [host, port, flowinfo, scopeid] = s.getsockname();
    equal([host, flowinfo, scopeid], ["::1", 0, 0]);
    ok(port > 0);
    is(s.getsockname().length, 4);
  },
  { skip: noIPv6 },
);

test("AF_INET6: random addresses are what the field table says, on every target", () => {
  const below = random(6);
  for (const target of targets) {
    const context = prefilledContext(target);
    const { wire } = context;
    const layout = new Layout(context, inet6.layout[0], inet6.layout.slice(1));
    const family = codec.target(target).family("AF_INET6");
    const bytesAt = (at: number) => hex(wire.bytes.subarray(at, at + 28));
    const read = () =>
      Object.fromEntries(layout.read(wire.address, 28).map((value, i) => [layout.fields[i]!.name, value]));
    for (let i = 0; i < 500; i++) {
      const groups = Array.from({ length: 8 }, () => (below(3) ? below(65536).toString(16) : "0"));
      const port = below(65536);
      const flowinfo = below(0x100000);
      const scopeid = i % 2 ? below(0x100000000) : 0;
      const values: Record<string, unknown> = {
        len: 28,
        family,
        port,
        flowinfo,
        addr: groups.join(":"),
        scopeid,
      };
      layout.write(
        wire.image,
        layout.fields.map(field => values[field.name]),
        "test",
      );
      const wanted = bytesAt(wire.image);
      wire.bytes.fill(0xa5, wire.address, wire.address + 32);
      is(inet6.encode(context, [groups.join(":"), port, flowinfo, scopeid], "test"), 28);
      is(bytesAt(wire.address), wanted, `${target} ${groups.join(":")}`);
      is(wire.bytes[wire.address + 28], 0xa5, "a byte past the end");
      const { addr } = read();
      const address = [addr, port, flowinfo, scopeid] as [string, number, number, number];
      equal(inet6.decode(context, 28), address);
      is(inet6.encode(context, address, "test"), 28);
      is(bytesAt(wire.address), wanted, "the address that came last");
      wire.bytes[wire.address + (i % 28)]! ^= 1 << below(8);
      const same = wire.calls.sockaddr_family(wire.target, 28) === family;
      const other = read();
      equal(
        inet6.decode(context, 28),
        same ? [other.addr, other.port, other.flowinfo, other.scopeid] : -5,
        `${target}: one bit of byte ${i % 28} is another`,
      );
    }
  }
});

test("AF_INET6: each element of an address is read once, and before anything is written", () => {
  const context = prefilledContext("linux64");
  const reads: string[] = [];
  const address = lying(["2001:db8::1", 443, 7, 9], (key, value) => {
    reads.push(key);
    if (key === "3") inet6.encode(context, ["::2", 1, 2, 3], "test");
    return value;
  });
  is(inet6.encode(context, address as [string, number, number, number], "test"), 28);
  equal(
    reads.filter(key => key !== "length"),
    ["0", "1", "2", "3"],
  );
  equal(inet6.decode(context, 28), ["2001:db8::1", 443, 7, 9]);
});
