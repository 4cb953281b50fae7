// Numbers alone: ip(7) and net/ipv4/ip_sockglue.c (a TTL of int, a type of service of one byte),
// ip(4) of FreeBSD, netinet/ip.h of XNU (both are u_char), ws2ipdef.h (both are INT); RFC 3542.
import { AF_INET, SOCK_DGRAM, SOL_SOCKET, SO_RCVBUF, Socket, structs } from "../../ts/index.js";
import { ok, test, throws } from "../suite.js";
import { codec, structBytes } from "../vectors.js";

const everywhere = (little: string, big: string) => ({
  linux64: little,
  linux64be: big,
  darwin64: little,
  freebsd64: little,
  windows64: little,
});
structBytes("int", -2, everywhere("feffffff", "fffffffe"));
structBytes("uint8", 0xfe, everywhere("fe", "fe"));
structBytes("uint16", 0x102, everywhere("0201", "0102"));
structBytes("uint32", 0xfedcba98, everywhere("98badcfe", "fedcba98"));
structBytes("uint64", 0xfedcba9876543210n, everywhere("1032547698badcfe", "fedcba9876543210"));
structBytes("ttl", 64, {
  ...everywhere("40", "40"),
  linux64: "40000000",
  linux64be: "00000040",
  windows64: "40000000",
});
structBytes("tos", 0x10, { ...everywhere("10", "10"), windows64: "10000000" });

test("int: an option set and read as bytes", () => {
  using s = new Socket(AF_INET, SOCK_DGRAM);
  s.setsockopt(SOL_SOCKET, SO_RCVBUF, structs.int.pack(20_000));
  ok(structs.int.unpack(s.getsockopt(SOL_SOCKET, SO_RCVBUF, structs.int.size)) >= 20_000);
});

test("numbers: out of range", () => {
  const { int, uint8, uint64, ttl } = codec.target("freebsd64").structs;
  throws(
    () => int.pack(2 ** 31),
    RangeError,
    "int: value must be an integer -2147483648..2147483647, got 2147483648",
  );
  throws(() => uint8.pack(256), RangeError, "uint8: value must be an integer 0..255, got 256");
  throws(() => ttl.pack(256), RangeError, "ttl: value must be an integer 0..255, got 256");
  throws(() => uint64.pack(1 as never), TypeError, "uint64: value must be a bigint, got 1");
  throws(
    () => uint64.pack(-1n),
    RangeError,
    "uint64: value must be a bigint 0..18446744073709551615, got -1",
  );
  throws(() => uint64.pack(2n ** 64n), RangeError, /must be a bigint 0/);
});
