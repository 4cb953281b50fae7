// AF_DIVERT: divert(4) of FreeBSD 14: its addresses are AF_INET's, their family number too.
import { divert } from "../../ts/family/divert.js";
import { equal, is, test, throws } from "../suite.js";
import { addressBytes, codec } from "../vectors.js";

addressBytes(
  "AF_DIVERT",
  divert,
  ["192.0.2.1", 8668],
  {
    linux64: null,
    linux64be: null,
    darwin64: null,
    freebsd64: "1002 21dc c0000201 0000000000000000",
    windows64: null,
  },
  { port: 8668, addr: "192.0.2.1" },
);

const freebsd = codec.target("freebsd64");

test("AF_DIVERT: the bytes are AF_INET's", () => {
  const whole = freebsd.encodeAddress("AF_DIVERT", ["", 8668]);
  is(freebsd.family("AF_DIVERT"), 44);
  equal(freebsd.encodeAddress("AF_INET", ["", 8668]), whole);
  equal(freebsd.decodeAddress(whole, "AF_DIVERT"), { family: "AF_DIVERT", address: ["0.0.0.0", 8668] });
  throws(
    () => freebsd.decodeAddress(new Uint8Array([...whole, 0]), "AF_DIVERT"),
    RangeError,
    "17 bytes are too many for an AF_DIVERT address",
  );
});

test("AF_DIVERT: bad addresses", () => {
  throws(
    () => freebsd.encodeAddress("AF_DIVERT", ["", -1]),
    RangeError,
    "encodeAddress: port must be an integer 0..65535, got -1",
  );
  throws(
    () => freebsd.encodeAddress("AF_DIVERT", "" as never),
    TypeError,
    /address must be \[host: string, port: number\]/,
  );
  throws(
    () => codec.target("linux64").encodeAddress("AF_DIVERT", ["", 1]),
    RangeError,
    'linux64 has no address family "AF_DIVERT"',
  );
});
