// struct tcp_info: tcp(7), linux/tcp.h.
import {
  IPPROTO_TCP,
  TCP_ESTABLISHED,
  TCP_INFO,
  createConnection,
  createServer,
  structs,
} from "../../ts/index.js";
import { equal, is, ok, test, throws } from "../suite.js";
import { bytes, codec, rowsCover } from "../vectors.js";

const linux = codec.target("linux64").structs.tcp_info;
const big = codec.target("linux64be").structs.tcp_info;

test("tcp_info: where fields are, by hand", () => {
  const image = new Uint8Array(248);
  const view = new DataView(image.buffer);
  image.set([1, 0, 2, 0, 0, 7, 0x7a, 1]);
  view.setUint32(8, 204000, true); // rto
  view.setUint32(68, 25, true); // rtt
  view.setUint32(100, 3, true); // totalRetrans
  view.setBigUint64(112, 2n ** 64n - 1n, true); // maxPacingRate
  view.setUint32(136, 9, true); // segsOut
  view.setUint32(228, 65483, true); // sndWnd
  view.setUint32(244, 12, true); // totalRtoTime
  const info = linux.unpack(image);
  equal(
    [info.state, info.caState, info.retransmits, info.options, info.wscale, info.limits],
    [1, 0, 2, 7, 0x7a, 1],
  );
  equal(
    [info.rto, info.rtt, info.totalRetrans, info.maxPacingRate, info.segsOut, info.sndWnd, info.totalRtoTime],
    [204000, 25, 3, 2n ** 64n - 1n, 9, 65483, 12],
  );
  equal(linux.pack(info), image);
  is(linux.size, 248);
  rowsCover(linux.annotate(image), image);
});

test("tcp_info: as long as the kernel has it: the first 104 bytes, half a field, what nobody knows yet", () => {
  const first = linux.unpack(new Uint8Array(104));
  is(Object.keys(first).at(-1), "totalRetrans");
  equal(Object.keys(linux.unpack(new Uint8Array(111))), Object.keys(first));
  is(Object.keys(linux.unpack(new Uint8Array(112))).at(-1), "pacingRate");
  is(Object.keys(linux.unpack(new Uint8Array(600))).length, 59);
  is(big.unpack(bytes(`${"00".repeat(8)} 00000102 ${"00".repeat(92)}`)).rto, 258);
  throws(
    () => linux.unpack(new Uint8Array(103)),
    RangeError,
    "tcp_info has more than 103 bytes on linux64: too few",
  );
  throws(
    () => codec.target("freebsd64").structs.tcp_info.size,
    RangeError,
    "freebsd64 has no struct tcp_info",
  );
  const long = new Uint8Array(300);
  rowsCover(linux.annotate(long), long);
  is(linux.annotate(long).at(-1)!.name, "rest");
});

test(
  "tcp_info: of a connection that is there",
  () => {
    using server = createServer(["127.0.0.1", 0]);
    using client = createConnection(server.getsockname());
    using connection = server.accept()[0];
    client.sendall(Buffer.alloc(1000));
    is(connection.recv(1000).length > 0, true);
    const info = structs.tcp_info.unpack(client.getsockopt(IPPROTO_TCP, TCP_INFO, 1024));
    is(info.state, TCP_ESTABLISHED);
    ok(info.sndMss >= 536 && info.rcvMss >= 536 && info.rto > 0 && info.sndCwnd > 0);
    ok(info.bytesSent === undefined || info.bytesSent === 1000n);
    ok(info.dataSegsOut === undefined || info.dataSegsOut >= 1);
  },
  { skip: process.platform !== "linux" && "not Linux" },
);
