// RDS's structs: linux/rds.h. i386 aligns 64-bit numbers to 4, other 32-bit machines to 8, which
// linux32 is.
import { test, throws } from "../suite.js";
import { bytes, codec, structBytes } from "../vectors.js";

const nowhere = { darwin64: null, freebsd64: null, windows64: null };
structBytes(
  "rds_rx_trace_so",
  { count: 2, positions: bytes("000102") },
  { linux64: "02 000102", linux64be: "02 000102", ...nowhere },
);
structBytes(
  "rds_cmsg_rx_trace",
  { count: 1, positions: bytes("020000"), trace0: 0x0102030405060708n, trace1: 0n, trace2: 2n ** 64n - 1n },
  {
    linux64: "01 020000 00000000 0807060504030201 0000000000000000 ffffffffffffffff",
    linux64be: "01 020000 00000000 0102030405060708 0000000000000000 ffffffffffffffff",
    ...nowhere,
  },
);
structBytes(
  "rds_rdma_notify",
  { token: 0x0102030405060708n, status: -2 },
  {
    linux64: "0807060504030201 feffffff 00000000",
    linux64be: "0102030405060708 fffffffe 00000000",
    ...nowhere,
  },
);

test("rds_rx_trace_so: bad values", () => {
  const { rds_rx_trace_so } = codec.target("linux64").structs;
  throws(
    () => rds_rx_trace_so.pack({ count: 256, positions: bytes("000000") }),
    RangeError,
    "rds_rx_trace_so: count must be an integer 0..255, got 256",
  );
  throws(
    () => rds_rx_trace_so.pack({ count: 1, positions: bytes("0000") }),
    RangeError,
    "rds_rx_trace_so: positions must be 3 bytes, got 2",
  );
});
