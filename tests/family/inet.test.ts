// AF_INET: ip(7); netinet/in.h of XNU and FreeBSD (sin_len); ws2def.h.
import { AF_INET, SOCK_DGRAM, Socket } from "../../ts/index.js";
import { targets } from "../../shim/contract.js";
import { inet } from "../../ts/family/inet.js";
import { Layout } from "../../ts/codec/layout.js";
import { dotted, octets } from "../../ts/codec/octets.js";
import { equal, is, ok, test, throws } from "../suite.js";
import { addressBytes, bytes, codec, hex, lying, random, prefilledContext } from "../vectors.js";

const rest = "1f90 c0000201 0000000000000000";
addressBytes(
  "AF_INET",
  inet,
  ["192.0.2.1", 8080],
  {
    linux64: `0200 ${rest}`,
    linux64be: `0002 ${rest}`,
    darwin64: `1002 ${rest}`,
    freebsd64: `1002 ${rest}`,
    windows64: `0200 ${rest}`,
  },
  { port: 8080, addr: "192.0.2.1" },
);

test("AF_INET: the host of nobody and of everybody", () => {
  const { encodeAddress, decodeAddress } = bound("linux64");
  is(hex(encodeAddress(["", 0])), "02000000 00000000 0000000000000000".replace(/ /g, ""));
  is(hex(encodeAddress(["<broadcast>", 65535])), "0200ffff ffffffff 0000000000000000".replace(/ /g, ""));
  equal(decodeAddress(encodeAddress(["<broadcast>", 1])), ["255.255.255.255", 1]);
});

function bound(target: (typeof targets)[number]) {
  const c = codec.target(target);
  return {
    encodeAddress: (address: [string, number]) => c.encodeAddress("AF_INET", address),
    decodeAddress: (address: Uint8Array) => c.decodeAddress(address, "AF_INET").address,
  };
}

test("AF_INET: bytes too few, too many, of another family", () => {
  for (const target of targets) {
    const { encodeAddress, decodeAddress } = bound(target);
    const whole = encodeAddress(["10.0.0.1", 80]);
    for (let n = 2; n < 16; n++)
      throws(
        () => decodeAddress(whole.subarray(0, n)),
        RangeError,
        `${n} bytes are too few for an AF_INET address`,
      );
    throws(() => decodeAddress(whole.subarray(0, 1)), RangeError, /too few/);
    throws(
      () => decodeAddress(new Uint8Array([...whole, 0])),
      RangeError,
      "17 bytes are too many for an AF_INET address",
    );
    throws(
      () => decodeAddress(codec.target(target).encodeAddress("AF_INET6", ["::1", 80])),
      RangeError,
      "the 28 bytes are another family's, not an AF_INET address",
    );
  }
});

test("AF_INET: bad addresses", () => {
  const { encodeAddress } = bound("darwin64");
  const bad = encodeAddress as (address: unknown) => void;
  throws(
    () => bad(["1.2.3.4", 65536]),
    RangeError,
    "encodeAddress: port must be an integer 0..65535, got 65536",
  );
  throws(() => bad(["1.2.3.4", -1]), RangeError, /port/);
  throws(() => bad(["1.2.3.4", "80"]), TypeError, 'encodeAddress: port must be a number, got "80"');
  throws(
    () => bad(["1.2.3.4"]),
    TypeError,
    'encodeAddress: address must be [host: string, port: number], got ["1.2.3.4"]',
  );
  throws(() => bad("1.2.3.4"), TypeError, /address must be \[host: string, port: number\], got "1\.2\.3\.4"/);
  throws(() => bad([null, 80]), TypeError, /got \[null, 80\]/);
  throws(
    () => bad(["localhost", 80]),
    Error,
    'encodeAddress: host must be a numeric address, got "localhost"',
  );
});

test("AF_INET: the text seen last is not another address's", () => {
  const context = prefilledContext("linux64");
  const { wire } = context;
  for (const host of ["10.0.0.1", "10.0.0.1", "10.0.0.2", "0.0.0.0", "10.0.0.1", "255.255.255.255"]) {
    const length = inet.encode(context, [host, 1], "test");
    equal(inet.decode(context, length), [host, 1]);
  }
  wire.putAddress(bytes("0200 0050 00000000 0000000000000000"));
  equal(inet.decode(context, 16), ["0.0.0.0", 80]);
});

test("AF_INET: what the system reports is what was bound", () => {
  using s = new Socket(AF_INET, SOCK_DGRAM);
  s.bind(["127.0.0.2", 0]);
  const [host, port] = s.getsockname();
  is(host, "127.0.0.2");
  using t = new Socket(AF_INET, SOCK_DGRAM);
  t.connect([host, port]);
  equal(t.getpeername(), [host, port]);
});

test("AF_INET: random addresses are what the field table says, on every target", () => {
  const below = random(4);
  for (const target of targets) {
    const context = prefilledContext(target);
    const { wire } = context;
    const layout = new Layout(context, inet.layout[0], inet.layout.slice(1));
    const family = codec.target(target).family("AF_INET");
    const bytesAt = (at: number) => hex(wire.bytes.subarray(at, at + 16));
    const read = () =>
      Object.fromEntries(layout.read(wire.address, 16).map((value, i) => [layout.fields[i]!.name, value]));
    for (let i = 0; i < 500; i++) {
      const host = Array.from({ length: 4 }, () => below(256)).join(".");
      const port = below(65536);
      const values: Record<string, unknown> = { len: 16, family, port, addr: host };
      layout.write(
        wire.image,
        layout.fields.map(field => values[field.name]),
        "test",
      );
      const wanted = bytesAt(wire.image);
      wire.bytes.fill(0xa5, wire.address, wire.address + 32);
      is(inet.encode(context, [host, port], "test"), 16);
      is(bytesAt(wire.address), wanted, `${target} ${host}`);
      is(wire.bytes[wire.address + 16], 0xa5, "a byte past the end");
      equal(inet.decode(context, 16), [host, port]);
      is(inet.encode(context, [host, port], "test"), 16);
      is(bytesAt(wire.address), wanted, "the address that came last");
      wire.bytes[wire.address + (i % 16)]! ^= 1 << below(8);
      const same = wire.calls.sockaddr_family(wire.target, 16) === family;
      const other = read();
      equal(
        inet.decode(context, 16),
        same ? [other.addr, other.port] : -5,
        `${target}: one bit of byte ${i % 16} is another`,
      );
    }
  }
});

test("AF_INET: text is four octets for the table exactly where it is for the codec", () => {
  const below = random(5);
  const { wire } = prefilledContext("linux64");
  const alphabet = "0123456789.. x\0\u0665";
  let good = 0;
  for (let i = 0; i < 20_000; i++) {
    let text = Array.from({ length: 4 }, () => below(i % 2 ? 300 : 256)).join(".");
    if (i % 4 > 1) {
      const at = below(text.length + 1);
      text = text.slice(0, at) + alphabet[below(alphabet.length)]! + text.slice(at + below(2));
    }
    const length = wire.putText(text);
    const size = length < 0 ? length : wire.calls.pton4(wire.text, length, wire.image);
    is(octets(text), size < 0 ? -1 : wire.view.getUint32(wire.image), JSON.stringify(text));
    if (size < 0) continue;
    good++;
    is(dotted(wire.bytes, wire.image), text);
    is(wire.takeText(wire.calls.ntop4(wire.image, wire.text)), text);
  }
  ok(good > 5000 && good < 19_000, `${good} of the texts are addresses`);
  for (const text of [
    "",
    ".",
    "1.2.3",
    "1.2.3.",
    ".1.2.3",
    "1.2.3.4.",
    "1.2.3.4.5",
    "1..2.3",
    "01.2.3.4",
    "00.0.0.0",
    "1.2.3.256",
    "1.2.3.4 ",
    "255.255.255.2555",
    "9".repeat(200),
  ]) {
    is(octets(text), -1, text);
  }
  equal([octets("0.0.0.0"), octets("255.255.255.255"), octets("128.0.0.1")], [0, 0xffffffff, 0x80000001]);
});

test("AF_INET: each element of an address is read once, and before anything is written", () => {
  const context = prefilledContext("linux64");
  const { wire } = context;
  const reads: string[] = [];
  const address = lying(["192.0.2.1", 8080], (key, value) => {
    reads.push(key);
    if (key === "1") inet.encode(context, ["10.0.0.1", 1], "test");
    return value;
  });
  is(inet.encode(context, address as [string, number], "test"), 16);
  equal(reads, ["length", "0", "1"]);
  is(hex(wire.bytes.subarray(wire.address, wire.address + 16)), `0200${rest.replace(/ /g, "")}`);
});
