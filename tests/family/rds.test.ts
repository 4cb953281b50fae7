// AF_RDS: rds(7), linux/rds.h: its addresses are AF_INET's, their family number too.
import { rds } from "../../ts/family/rds.js";
import { equal, test, throws } from "../suite.js";
import { addressBytes, codec } from "../vectors.js";

addressBytes(
  "AF_RDS",
  rds,
  ["192.0.2.1", 4000],
  {
    linux64: "0200 0fa0 c0000201 0000000000000000",
    linux64be: "0002 0fa0 c0000201 0000000000000000",
    darwin64: null,
    freebsd64: null,
    windows64: null,
  },
  { port: 4000, addr: "192.0.2.1" },
);

const linux = codec.target("linux64");

test("AF_RDS: the bytes are AF_INET's", () => {
  const whole = linux.encodeAddress("AF_RDS", ["", 1]);
  equal(linux.encodeAddress("AF_INET", ["", 1]), whole);
  equal(linux.decodeAddress(whole, "AF_RDS"), { family: "AF_RDS", address: ["0.0.0.0", 1] });
  equal(linux.decodeAddress(whole), { family: "AF_INET", address: ["0.0.0.0", 1] }, "the bytes don't tell");
  throws(
    () => linux.decodeAddress(whole.subarray(0, 15), "AF_RDS"),
    RangeError,
    "15 bytes are too few for an AF_RDS address",
  );
  throws(
    () => linux.decodeAddress(linux.encodeAddress("AF_INET6", ["::1", 1]), "AF_RDS"),
    RangeError,
    "the 28 bytes are another family's, not an AF_RDS address",
  );
});

test("AF_RDS: bad addresses", () => {
  const bad =
    (...address: unknown[]) =>
    () =>
      linux.encodeAddress("AF_RDS", address as never);
  throws(bad("1.2.3.4", 65536), RangeError, "encodeAddress: port must be an integer 0..65535, got 65536");
  throws(
    bad("1.2.3.4"),
    TypeError,
    'encodeAddress: address must be [host: string, port: number], got ["1.2.3.4"]',
  );
  throws(bad("localhost", 1), Error, 'encodeAddress: host must be a numeric address, got "localhost"');
  throws(
    () => codec.target("darwin64").encodeAddress("AF_RDS", ["", 1]),
    RangeError,
    'darwin64 has no address family "AF_RDS"',
  );
});
