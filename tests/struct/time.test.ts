// struct timeval, struct timespec: bits/types/struct_timeval.h; XNU sys/_types/_timeval64.h
// (suseconds_t is an int); FreeBSD sys/_timeval.h; winsock2.h (longs) and the UCRT's time.h.
import { AF_INET, SOCK_DGRAM, SOL_SOCKET, SO_RCVTIMEO, Socket, structs } from "../../ts/index.js";
import { is, test, throws } from "../suite.js";
import { bytes, codec, hex, structBytes } from "../vectors.js";

structBytes("timeval", 258.000003, {
  linux64: "0201000000000000 0300000000000000",
  linux64be: "0000000000000102 0000000000000003",
  linux32: "02010000 03000000",
  darwin64: "0201000000000000 03000000 00000000",
  freebsd64: "0201000000000000 0300000000000000",
  windows64: "02010000 03000000",
});
structBytes("timespec", 258_000_000_003n, {
  linux64: "0201000000000000 0300000000000000",
  linux64be: "0000000000000102 0000000000000003",
  linux32: "02010000 03000000",
  darwin64: "0201000000000000 0300000000000000",
  freebsd64: "0201000000000000 0300000000000000",
  windows64: "0201000000000000 03000000 00000000",
});
// struct scm_timestamping: linux/errqueue.h.
structBytes(
  "scm_timestamping",
  { software: 258_000_000_003n, legacy: 0n, hardware: 1_000_000_002n },
  {
    linux64: `${"0201000000000000 0300000000000000"} ${"00".repeat(16)} 0100000000000000 0200000000000000`,
    linux64be: `${"0000000000000102 0000000000000003"} ${"00".repeat(16)} 0000000000000001 0000000000000002`,
    linux32: `02010000 03000000 ${"00".repeat(8)} 01000000 02000000`,
    darwin64: null,
    freebsd64: null,
    windows64: null,
  },
);

test("timeval: a receive timeout is set and read", () => {
  using s = new Socket(AF_INET, SOCK_DGRAM);
  s.setsockopt(SOL_SOCKET, SO_RCVTIMEO, structs.timeval.pack(1.5));
  is(structs.timeval.unpack(s.getsockopt(SOL_SOCKET, SO_RCVTIMEO, structs.timeval.size)), 1.5);
});

test("timeval: microseconds survive, and more than nothing stays more than nothing", () => {
  const { timeval } = codec.target("linux64").structs;
  for (const seconds of [0, 0.1, 1.1, 0.999999, 1e-6, 12345.678901, 1732270000.123457, -1.5, -1e-6])
    is(timeval.unpack(timeval.pack(seconds)), seconds);
  is(timeval.unpack(timeval.pack(1e-9)), 1e-6);
  is(timeval.unpack(timeval.pack(0.9999999)), 1);
  is(hex(timeval.pack(-0.25)), "ffffffffffffffff" + "b071 0b0000000000".replace(" ", ""));
});

test("timespec: nanoseconds survive, also before 1970", () => {
  const { timespec } = codec.target("linux64").structs;
  for (const value of [0n, 1n, 999_999_999n, 1_732_270_000_123_456_789n, -1n, -1_000_000_001n])
    is(timespec.unpack(timespec.pack(value)), value);
});

test("timeval, timespec: bad values", () => {
  const { timeval, timespec } = codec.target("linux32").structs;
  throws(() => timeval.pack("1" as never), TypeError, 'timeval must be a number of seconds, got "1"');
  throws(
    () => timeval.pack(NaN),
    RangeError,
    /^timeval: sec must be an integer -2147483648\.\.2147483647, got NaN/,
  );
  throws(
    () => timeval.pack(2 ** 31),
    RangeError,
    "timeval: sec must be an integer -2147483648..2147483647, got 2147483648",
  );
  throws(() => timespec.pack(1 as never), TypeError, "timespec must be a bigint of nanoseconds, got 1");
  throws(
    () => codec.target("linux64").structs.timespec.unpack(bytes("ffffffffffffff7f 0000000000000000")),
    RangeError,
    "sec is 9223372036854775807, more than a number can hold exactly",
  );
});
