// struct in_pktinfo: ip(7), XNU netinet/in.h, ws2ipdef.h; struct in6_pktinfo: RFC 3542 6.1.
import { test, throws } from "../suite.js";
import { codec, hex, structBytes } from "../vectors.js";
import { is } from "../suite.js";

const six = "20010db8000000000000000000000001";

structBytes(
  "in_pktinfo",
  target => ({ ifindex: 258, ...(target === "windows64" ? {} : { specDst: "10.0.0.1" }), addr: "192.0.2.7" }),
  {
    linux64: "02010000 0a000001 c0000207",
    linux64be: "00000102 0a000001 c0000207",
    darwin64: "02010000 0a000001 c0000207",
    freebsd64: null,
    windows64: "c0000207 02010000",
  },
);
structBytes(
  "in6_pktinfo",
  { addr: "2001:db8::1", ifindex: 258 },
  {
    linux64: `${six} 02010000`,
    linux64be: `${six} 00000102`,
    darwin64: `${six} 02010000`,
    freebsd64: `${six} 02010000`,
    windows64: `${six} 02010000`,
  },
);

test("in_pktinfo: the local address may be left out, and Windows has none", () => {
  is(
    hex(codec.target("linux64").structs.in_pktinfo.pack({ ifindex: 1, addr: "192.0.2.7" })),
    "0100000000000000c0000207",
  );
  throws(
    () =>
      codec
        .target("windows64")
        .structs.in_pktinfo.pack({ ifindex: 1, specDst: "10.0.0.1", addr: "192.0.2.7" }),
    TypeError,
    "windows64 has no in_pktinfo.specDst",
  );
});

test("in_pktinfo, in6_pktinfo: bad values", () => {
  const { in_pktinfo, in6_pktinfo } = codec.target("linux64").structs;
  throws(
    () => in_pktinfo.pack({ ifindex: -1, addr: "1.2.3.4" }),
    RangeError,
    "in_pktinfo: ifindex must be an integer 0..2147483647, got -1",
  );
  throws(
    () => in_pktinfo.pack({ ifindex: 1, addr: "1.2.3" }),
    RangeError,
    'in_pktinfo: addr must be an IPv4 address, got "1.2.3"',
  );
  throws(
    () => in6_pktinfo.pack({ ifindex: 1, addr: "1.2.3.4" }),
    RangeError,
    'in6_pktinfo: addr must be an IPv6 address, got "1.2.3.4"',
  );
  throws(
    () => in6_pktinfo.pack({ ifindex: 1, addr: 5 as never }),
    TypeError,
    "in6_pktinfo: addr must be an IPv6 address as a string, got 5",
  );
});
