// AF_RDS over loopback: rds(7), linux/rds.h, net/rds/. Each test has its own limit: a test of
// CPython's hung once in a message's peek.
import {
  AF_RDS,
  MSG_TRUNC,
  RDS_CANCEL_SENT_TO,
  RDS_CONG_MONITOR,
  RDS_MSG_RX_DGRAM_DELIVERED,
  RDS_MSG_RX_DGRAM_REASSEMBLE,
  RDS_RECVERR,
  RDS_TRANS_TCP,
  SOCK_SEQPACKET,
  SOL_RDS,
  SOL_SOCKET,
  SO_RDS_MSG_RXPATH_LATENCY,
  SO_RDS_TRANSPORT,
  SO_TIMESTAMP,
  Socket,
  ancillary,
  structs,
} from "../../ts/index.js";
import type { AncillaryValue, InetAddress } from "../../ts/index.js";
import { equal, fails, is, ok, test, throws } from "../suite.js";
import { pythonBinds, sameName } from "./same.js";

function bound(host = "127.0.0.1"): Socket<InetAddress> {
  const s = new Socket(AF_RDS, SOCK_SEQPACKET);
  s.settimeout(20);
  s.bind([host, 0]);
  return s;
}

test(
  "AF_RDS: two sockets talk",
  () => {
    using a = bound();
    using b = bound("localhost");
    equal(b.getsockname()[0], "127.0.0.1", "a name is resolved as AF_INET's");
    a.sendto("one", b.getsockname());
    a.sendto("second", 0, ["localhost", b.getsockname()[1]]);
    equal(b.recvfrom(100), [Buffer.from("one"), a.getsockname()]);
    const [data, , flags, from] = b.recvmsg(3);
    is(data.toString(), "sec");
    is(flags & MSG_TRUNC, MSG_TRUNC);
    equal(from, a.getsockname());
    b.connect(a.getsockname());
    equal(b.getpeername(), a.getsockname());
    b.send("back");
    is(a.recv(100).toString(), "back");
  },
  { seconds: 20 },
);

test(
  "AF_RDS: control messages: the time, and the way through the kernel",
  () => {
    using a = bound();
    using b = bound();
    b.setsockopt(SOL_SOCKET, SO_TIMESTAMP, 1);
    b.setsockopt(
      SOL_RDS,
      SO_RDS_MSG_RXPATH_LATENCY,
      structs.rds_rx_trace_so.pack({
        count: 2,
        positions: Buffer.of(RDS_MSG_RX_DGRAM_REASSEMBLE, RDS_MSG_RX_DGRAM_DELIVERED, 0),
      }),
    );
    const before = Date.now() / 1000;
    a.sendto("x", b.getsockname());
    const found = new Map<string, unknown>(
      b
        .recvmsg(1, 256)[1]
        .map(item => ancillary.decode(item))
        .map(({ name, value }) => [name, value]),
    );
    const time = found.get("timestamp") as number;
    const way = found.get("rdsRxpathLatency") as AncillaryValue<"rdsRxpathLatency">;
    ok(Math.abs(time - before) < 60, `${time}`);
    is(way.count, 2);
    equal([...way.positions], [RDS_MSG_RX_DGRAM_REASSEMBLE, RDS_MSG_RX_DGRAM_DELIVERED, 0]);
  },
  { seconds: 20 },
);

test(
  "AF_RDS: options",
  () => {
    using s = new Socket(AF_RDS, SOCK_SEQPACKET);
    s.setsockopt(SOL_RDS, SO_RDS_TRANSPORT, RDS_TRANS_TCP);
    is(s.getsockopt(SOL_RDS, SO_RDS_TRANSPORT), RDS_TRANS_TCP);
    s.setsockopt(SOL_RDS, RDS_RECVERR, 1);
    is(s.getsockopt(SOL_RDS, RDS_RECVERR), 1);
    s.setsockopt(SOL_RDS, RDS_CONG_MONITOR, 1);
    using a = bound();
    using b = bound();
    a.setsockopt(
      SOL_RDS,
      RDS_CANCEL_SENT_TO,
      Buffer.from("02000000 7f000001 0000000000000000".replace(/ /g, ""), "hex"),
    );
    fails("EINVAL", () => a.setsockopt(SOL_RDS, RDS_CANCEL_SENT_TO, 1));
    fails("ENOPROTOOPT", () => b.getsockopt(SOL_RDS, 99));
  },
  { seconds: 20 },
);

test(
  "AF_RDS: wrong addresses",
  () => {
    using a = bound();
    using s = new Socket(AF_RDS, SOCK_SEQPACKET);
    fails("EADDRINUSE", () => s.bind(a.getsockname()));
    fails("EADDRNOTAVAIL", () => s.bind(["192.0.2.1", 0]));
    fails("ENOTCONN", () => a.send("x"));
    fails("ENOTCONN", () => s.sendto("x", a.getsockname()));
    throws(
      () => s.bind(["127.0.0.1", 65536]),
      RangeError,
      "bind: port must be an integer 0..65535, got 65536",
    );
  },
  { seconds: 20 },
);

test(
  "AF_RDS: addresses are Python's",
  () => {
    using s = bound();
    sameName(s, "AF_RDS");
    pythonBinds("AF_RDS", [AF_RDS, SOCK_SEQPACKET, 0], ["127.0.0.1", 23456]);
  },
  { seconds: 20 },
);
