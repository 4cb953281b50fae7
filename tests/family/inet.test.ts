// AF_INET: ip(7); netinet/in.h of XNU and FreeBSD (sin_len); ws2def.h.
import { AF_INET, SOCK_DGRAM, Socket } from "../../ts/index.js";
import { targets } from "../../shim/contract.js";
import { inet } from "../../ts/family/inet.js";
import { equal, is, test, throws } from "../suite.js";
import { addressBytes, bytes, codec, hex, scribbled } from "../vectors.js";

const rest = "1f90 c0000201 0000000000000000";
addressBytes("AF_INET", inet, ["192.0.2.1", 8080], {
  linux64: `0200 ${rest}`, linux64be: `0002 ${rest}`, darwin64: `1002 ${rest}`, freebsd64: `1002 ${rest}`, windows64: `0200 ${rest}`,
}, { port: 8080, addr: "192.0.2.1" });

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
    const { encodeAddress, decodeAddress } = bound(target), whole = encodeAddress(["10.0.0.1", 80]);
    for (let n = 2; n < 16; n++) throws(() => decodeAddress(whole.subarray(0, n)), RangeError, `${n} bytes are too few for an AF_INET address`);
    throws(() => decodeAddress(whole.subarray(0, 1)), RangeError, /too few/);
    throws(() => decodeAddress(new Uint8Array([...whole, 0])), RangeError, "17 bytes are too many for an AF_INET address");
    throws(() => decodeAddress(codec.target(target).encodeAddress("AF_INET6", ["::1", 80])), RangeError, "the 28 bytes are another family's, not an AF_INET address");
  }
});

test("AF_INET: bad addresses", () => {
  const { encodeAddress } = bound("darwin64"), bad = encodeAddress as (address: unknown) => void;
  throws(() => bad(["1.2.3.4", 65536]), RangeError, "encodeAddress: port must be an integer 0..65535, got 65536");
  throws(() => bad(["1.2.3.4", -1]), RangeError, /port/);
  throws(() => bad(["1.2.3.4", "80"]), TypeError, 'encodeAddress: port must be a number, got "80"');
  throws(() => bad(["1.2.3.4"]), TypeError, 'encodeAddress: address must be [host: string, port: number], got ["1.2.3.4"]');
  throws(() => bad("1.2.3.4"), TypeError, /address must be \[host: string, port: number\], got "1\.2\.3\.4"/);
  throws(() => bad([null, 80]), TypeError, /got \[null, 80\]/);
  throws(() => bad(["localhost", 80]), Error, 'encodeAddress: host must be a numeric address, got "localhost"');
});

test("AF_INET: the text seen last is not another address's", () => {
  const context = scribbled("linux64"), { wire } = context;
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
