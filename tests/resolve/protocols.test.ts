// Other protocols of AF_INET and AF_INET6: UDP-Lite (udplite(7), RFC 3828), Multipath TCP (RFC
// 8684); timestamps of what was sent (Documentation/networking/timestamping.rst) and the error
// queue (ip(7)).
import {
  AF_INET,
  AF_INET6,
  IPPROTO_IP,
  IPPROTO_MPTCP,
  IPPROTO_UDPLITE,
  IP_RECVERR,
  MSG_ERRQUEUE,
  MPTCP_INFO,
  POLLERR,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOF_TIMESTAMPING_OPT_CMSG,
  SOF_TIMESTAMPING_OPT_ID,
  SOF_TIMESTAMPING_OPT_TSONLY,
  SOF_TIMESTAMPING_SOFTWARE,
  SOF_TIMESTAMPING_TX_SOFTWARE,
  SOL_MPTCP,
  SOL_SOCKET,
  SOL_UDPLITE,
  SO_EE_ORIGIN_ICMP,
  SO_EE_ORIGIN_TIMESTAMPING,
  SO_ERROR,
  SO_PROTOCOL,
  SO_TIMESTAMPING,
  Socket,
  UDPLITE_RECV_CSCOV,
  UDPLITE_SEND_CSCOV,
  ancillary,
  poll,
} from "../../ts/index.js";
import type { AncillaryValue } from "../../ts/index.js";
import { noIPv6, noMptcp, noUdplite } from "../have.js";
import { equal, fails, is, ok, test } from "../suite.js";

const noLinux = process.platform === "linux" ? undefined : "the error queue is Linux's";
const families = [
  ["IPv4", AF_INET, "127.0.0.1", undefined],
  ["IPv6", AF_INET6, "::1", noIPv6],
] as const;

function bound(family: number, host: string, type: number, protocol = 0): Socket {
  const s = new Socket(family, type, protocol);
  s.settimeout(5);
  s.bind([host, 0]);
  return s;
}

for (const [name, family, host, without] of families) {
  test(
    `UDP-Lite over ${name}: part of a datagram has a checksum`,
    () => {
      using a = bound(family, host, SOCK_DGRAM, IPPROTO_UDPLITE);
      using b = bound(family, host, SOCK_DGRAM, IPPROTO_UDPLITE);
      is(a.getsockopt(SOL_SOCKET, SO_PROTOCOL), IPPROTO_UDPLITE);
      a.setsockopt(SOL_UDPLITE, UDPLITE_SEND_CSCOV, 20);
      is(a.getsockopt(SOL_UDPLITE, UDPLITE_SEND_CSCOV), 20);
      b.setsockopt(SOL_UDPLITE, UDPLITE_RECV_CSCOV, 20);
      is(b.getsockopt(SOL_UDPLITE, UDPLITE_RECV_CSCOV), 20);
      a.sendto("light", b.getsockname());
      const [data, from] = b.recvfrom(100);
      is(data.toString(), "light");
      equal(from, a.getsockname());
      // Less than the header is the header; a datagram with less checksum than the receiver wants is
      // dropped.
      a.setsockopt(SOL_UDPLITE, UDPLITE_SEND_CSCOV, 3);
      is(a.getsockopt(SOL_UDPLITE, UDPLITE_SEND_CSCOV), 8);
      b.settimeout(0.2);
      a.sendto("too light", b.getsockname());
      fails("ETIMEDOUT", () => b.recv(100));
    },
    { skip: noUdplite ?? without },
  );

  test(
    `MPTCP over ${name}: a connection, both ways`,
    () => {
      using listener = bound(family, host, SOCK_STREAM, IPPROTO_MPTCP);
      using client = new Socket(family, SOCK_STREAM, IPPROTO_MPTCP);
      listener.listen();
      client.settimeout(5);
      client.connect(listener.getsockname());
      const [server, peer] = listener.accept();
      try {
        equal(peer, client.getsockname());
        is(server.proto, IPPROTO_MPTCP);
        is(client.getsockopt(SOL_SOCKET, SO_PROTOCOL), IPPROTO_MPTCP);
        ok(client.getsockopt(SOL_MPTCP, MPTCP_INFO, 256).length > 8, "did not fall back to TCP");
        client.sendall("one path");
        is(server.recv(100).toString(), "one path");
        server.sendall("or two");
        is(client.recv(100).toString(), "or two");
      } finally {
        server.close();
      }
    },
    { skip: noMptcp ?? without },
  );
}

/** What the error queue holds, once it holds something. */
function queued(s: Socket): [data: Buffer, found: Map<string, unknown>] {
  equal(poll([[s, 0]], 5), [[s, POLLERR]]);
  const [data, items, flags] = s.recvmsg(100, 1024, MSG_ERRQUEUE);
  is(flags & MSG_ERRQUEUE, MSG_ERRQUEUE);
  return [data, new Map(items.map(item => ancillary.decode(item)).map(({ name, value }) => [name, value]))];
}

test(
  "error queue: what was refused, with the data and who refused it",
  () => {
    using s = bound(AF_INET, "127.0.0.1", SOCK_DGRAM);
    s.setsockopt(IPPROTO_IP, IP_RECVERR, 1);
    const closed = bound(AF_INET, "127.0.0.1", SOCK_DGRAM);
    const address = closed.getsockname();
    closed.close();
    s.settimeout(0);
    s.sendto("refused", address);
    const [data, found] = queued(s);
    const error = found.get("ipError") as AncillaryValue<"ipError">;
    is(data.toString(), "refused");
    equal(
      [error.origin, error.type, error.code, error.offender],
      [SO_EE_ORIGIN_ICMP, 3, 3, ["127.0.0.1", 0]],
    );
    is(error.errno, s.getsockopt(SOL_SOCKET, SO_ERROR) || error.errno);
    fails("EAGAIN", () => s.recvmsg(100, 1024, MSG_ERRQUEUE));
  },
  { skip: noLinux },
);

test(
  "SO_TIMESTAMPING: when a datagram left, by number",
  () => {
    using a = bound(AF_INET, "127.0.0.1", SOCK_DGRAM);
    using b = bound(AF_INET, "127.0.0.1", SOCK_DGRAM);
    const wanted =
      SOF_TIMESTAMPING_TX_SOFTWARE |
      SOF_TIMESTAMPING_SOFTWARE |
      SOF_TIMESTAMPING_OPT_ID |
      SOF_TIMESTAMPING_OPT_TSONLY |
      SOF_TIMESTAMPING_OPT_CMSG;
    a.setsockopt(SOL_SOCKET, SO_TIMESTAMPING, wanted);
    is(a.getsockopt(SOL_SOCKET, SO_TIMESTAMPING), wanted);
    for (const number of [0, 1]) {
      a.sendto("x", b.getsockname());
      const [data, found] = queued(a);
      const { software, hardware } = found.get("timestamping") as AncillaryValue<"timestamping">;
      is(data.length, 0, "OPT_TSONLY");
      ok(Math.abs(Number(software / 1_000_000n) - Date.now()) < 60_000);
      is(hardware, 0n);
      const { origin, data: id } = found.get("ipError") as AncillaryValue<"ipError">;
      equal([origin, id], [SO_EE_ORIGIN_TIMESTAMPING, number]);
    }
  },
  { skip: noLinux },
);
