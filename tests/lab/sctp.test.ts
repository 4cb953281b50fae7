// SCTP over loopback: RFC 6458, linux/sctp.h.
import {
  AF_INET,
  AF_INET6,
  IPPROTO_SCTP,
  MSG_EOR,
  MSG_NOTIFICATION,
  SCTP_ASSOC_CHANGE,
  SCTP_COMM_UP,
  SCTP_EVENTS,
  SCTP_INITMSG,
  SCTP_NODELAY,
  SCTP_RECVRCVINFO,
  SCTP_SHUTDOWN_COMP,
  SCTP_UNORDERED,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SCTP,
  Socket,
  ancillary,
  structs,
} from "../../ts/index.js";
import type { AncillaryValue } from "../../ts/index.js";
import { equal, fails, is, ok, test, throws } from "../suite.js";
import { sameName } from "./same.js";

const LOOPBACK = { [AF_INET]: "127.0.0.1", [AF_INET6]: "::1" } as Record<number, string>;
const { sctp_assoc_change, sctp_event_subscribe, sctp_initmsg } = structs;

function open(family: number, type: number): Socket {
  const s = new Socket(family, type, IPPROTO_SCTP);
  s.settimeout(20);
  return s;
}
function bound(family: number, type: number): Socket {
  const s = open(family, type);
  s.bind([LOOPBACK[family], 0]);
  s.listen();
  return s;
}

for (const [name, family] of [
  ["IPv4", AF_INET],
  ["IPv6", AF_INET6],
] as const) {
  test(`SCTP over ${name}: STREAM, one to one, with streams and what is told of them`, () => {
    using listener = bound(family, SOCK_STREAM);
    using client = open(family, SOCK_STREAM);
    client.setsockopt(
      SOL_SCTP,
      SCTP_INITMSG,
      sctp_initmsg.pack({ numOstreams: 7, maxInstreams: 5, maxAttempts: 2, maxInitTimeo: 1000 }),
    );
    equal(sctp_initmsg.unpack(client.getsockopt(SOL_SCTP, SCTP_INITMSG, sctp_initmsg.size)), {
      numOstreams: 7,
      maxInstreams: 5,
      maxAttempts: 2,
      maxInitTimeo: 1000,
    });
    listener.setsockopt(SOL_SCTP, SCTP_EVENTS, sctp_event_subscribe.pack({ dataIo: 1 }));
    client.connect(listener.getsockname());
    const [server, peer] = listener.accept();
    try {
      server.settimeout(20);
      equal(peer, client.getsockname());
      client.setsockopt(SOL_SCTP, SCTP_NODELAY, 1);
      is(client.getsockopt(SOL_SCTP, SCTP_NODELAY), 1);
      client.sendmsg(
        ["on stream 6"],
        [ancillary.sctpSndrcv({ stream: 6, ppid: 0x01020304, flags: SCTP_UNORDERED, context: 9 })],
      );
      const [data, items, flags] = server.recvmsg(100, 256);
      is(data.toString(), "on stream 6");
      is(flags & MSG_EOR, MSG_EOR);
      const {
        stream,
        ppid,
        flags: how,
        tsn,
        assocId,
      } = ancillary.decode(items[0]!).value as AncillaryValue<"sctpSndrcv">;
      equal([items.length, stream, ppid, how! & SCTP_UNORDERED], [1, 6, 0x01020304, SCTP_UNORDERED]);
      ok(tsn! > 0 && assocId! > 0);
      fails("EINVAL", () => client.sendmsg(["x"], [ancillary.sctpSndrcv({ stream: 7 })]));
      server.setsockopt(SOL_SCTP, SCTP_RECVRCVINFO, 1);
      client.sendmsg(["second"], [ancillary.sctpSndinfo({ sid: 2, ppid: 5 })]);
      const told = server
        .recvmsg(100, 256)[1]
        .map(item => ancillary.decode(item))
        .find(found => found.name === "sctpRcvinfo");
      ok(told?.name === "sctpRcvinfo");
      equal([told.value.sid, told.value.ppid], [2, 5]);
      server.sendall("back");
      is(client.recv(100).toString(), "back");
      client.close();
      is(server.recv(1).length, 0);
    } finally {
      server.close();
    }
  });

  test(`SCTP over ${name}: SEQPACKET, one to many: an association comes, talks and goes`, () => {
    using server = bound(family, SOCK_SEQPACKET);
    const client = open(family, SOCK_SEQPACKET);
    try {
      const wanted = { dataIo: 1, association: 1 };
      server.setsockopt(SOL_SCTP, SCTP_EVENTS, sctp_event_subscribe.pack(wanted));
      const { dataIo, association, shutdown } = sctp_event_subscribe.unpack(
        server.getsockopt(SOL_SCTP, SCTP_EVENTS, sctp_event_subscribe.size),
      );
      equal([dataIo, association, shutdown], [1, 1, 0]);
      client.sendto("hello", server.getsockname());
      const [event, , flags] = server.recvmsg(1000, 256);
      is(flags & MSG_NOTIFICATION, MSG_NOTIFICATION);
      const up = sctp_assoc_change.unpack(event);
      equal([up.type, up.state, up.error, up.length], [SCTP_ASSOC_CHANGE, SCTP_COMM_UP, 0, event.length]);
      const [data, items, , from] = server.recvmsg(1000, 256);
      const told = ancillary.decode(items[0]!);
      is(data.toString(), "hello");
      ok(told.name === "sctpSndrcv");
      is(told.value.assocId, up.assocId);
      server.sendto("and to you", from);
      is(client.recvfrom(100)[0].toString(), "and to you");
    } finally {
      client.close();
    }
    const [event] = server.recvmsg(1000, 256);
    const down = sctp_assoc_change.unpack(event);
    equal([down.type, down.state], [SCTP_ASSOC_CHANGE, SCTP_SHUTDOWN_COMP]);
  });
}

test("SCTP: wrong addresses and options", () => {
  const closed = bound(AF_INET, SOCK_STREAM);
  const address = closed.getsockname();
  closed.close();
  using s = open(AF_INET, SOCK_STREAM);
  fails("ECONNREFUSED", () => s.connect(address));
  fails("EINVAL", () => s.bind(["192.0.2.1", 0]));
  throws(() => s.bind(["127.0.0.1", -1]), RangeError, "bind: port must be an integer 0..65535, got -1");
  fails("EINVAL", () => s.setsockopt(SOL_SCTP, SCTP_INITMSG, new Uint8Array(3)));
  throws(
    () => ancillary.sctpSndrcv({ stream: -1 }),
    RangeError,
    "sctp_sndrcvinfo: stream must be an integer 0..65535, got -1",
  );
});

test("SCTP: addresses are Python's", () => {
  using four = bound(AF_INET, SOCK_STREAM);
  using six = bound(AF_INET6, SOCK_SEQPACKET);
  sameName(four, "AF_INET");
  sameName(six, "AF_INET6");
});
