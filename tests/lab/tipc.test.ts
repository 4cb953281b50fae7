// AF_TIPC on one node: linux/tipc.h, net/tipc/socket.c, net/tipc/group.c, net/tipc/topsrv.c.
import {
  AF_TIPC,
  MSG_OOB,
  MSG_TRUNC,
  POLLOUT,
  SHUT_RDWR,
  SHUT_WR,
  SOCK_DGRAM,
  SOCK_RDM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
  SOL_TIPC,
  SO_ERROR,
  Socket,
  TIPC_ADDR_ID,
  TIPC_ADDR_NAME,
  TIPC_ADDR_NAMESEQ,
  TIPC_CLUSTER_SCOPE,
  TIPC_CONN_TIMEOUT,
  TIPC_DEST_DROPPABLE,
  TIPC_ERR_NO_PORT,
  TIPC_GROUP_JOIN,
  TIPC_GROUP_LEAVE,
  TIPC_GROUP_MEMBER_EVTS,
  TIPC_HIGH_IMPORTANCE,
  TIPC_IMPORTANCE,
  TIPC_LOW_IMPORTANCE,
  TIPC_NODE_SCOPE,
  TIPC_PUBLISHED,
  TIPC_SUB_PORTS,
  TIPC_TOP_SRV,
  TIPC_WAIT_FOREVER,
  TIPC_WITHDRAWN,
  ancillary,
  poll,
  structs,
} from "../../ts/index.js";
import type { TipcAddress } from "../../ts/index.js";
import { constants } from "../../ts/node-module.js";
import { Socket as AsyncSocket } from "../../ts/promises/index.js";
import { equal, fails, is, ok, test, throws } from "../suite.js";
import { ask } from "../python.js";
import { sameName } from "./same.js";

/** Each test has names of its own, so that none sees another's. */
let names = 18888;

function open(type: number): Socket<TipcAddress> {
  const s = new Socket(AF_TIPC, type);
  s.settimeout(20);
  return s;
}

test("AF_TIPC: RDM, to a name and back to where it came from", () => {
  using server = open(SOCK_RDM);
  using client = open(SOCK_RDM);
  const type = names++;
  server.bind([TIPC_ADDR_NAMESEQ, type, 10, 20, TIPC_NODE_SCOPE]);
  client.sendto("question", [TIPC_ADDR_NAME, type, 15, 0]);
  const [data, items, flags, from] = server.recvmsg(100, 256);
  is(data.toString(), "question");
  is(flags, 0);
  equal(
    items.map(item => ancillary.decode(item)),
    [{ name: "tipcDestname", value: { type: type, lower: 15, upper: 15 } }],
  );
  is(from![0], TIPC_ADDR_ID);
  equal(from!.slice(0, 4), client.getsockname().slice(0, 4));
  server.sendto("answer", from!);
  const [answer, sender] = client.recvfrom(100);
  is(answer.toString(), "answer");
  equal(sender!.slice(1, 4), server.getsockname().slice(1, 4));
});

test("AF_TIPC: DGRAM: what has no room is cut", () => {
  using a = open(SOCK_DGRAM);
  using b = open(SOCK_DGRAM);
  b.sendto("too long", a.getsockname());
  const [data, , flags] = a.recvmsg(3);
  is(data.toString(), "too");
  is(flags & MSG_TRUNC, MSG_TRUNC);
});

for (const [name, kind] of [
  ["STREAM", SOCK_STREAM],
  ["SEQPACKET", SOCK_SEQPACKET],
] as const) {
  test(`AF_TIPC: ${name}: connect by name, both ways, up to the end`, () => {
    using listener = open(kind);
    using client = open(kind);
    const type = names++;
    listener.bind([TIPC_ADDR_NAMESEQ, type, 1, 1, TIPC_NODE_SCOPE]);
    listener.listen();
    client.setsockopt(SOL_TIPC, TIPC_CONN_TIMEOUT, 5000);
    is(client.getsockopt(SOL_TIPC, TIPC_CONN_TIMEOUT), 5000);
    // TIPC's connections stand when they are accepted, not before.
    client.settimeout(0);
    is(client.connectEx([TIPC_ADDR_NAME, type, 1, 0]), constants.EINPROGRESS);
    const [server, peer] = listener.accept();
    equal(poll([[client, POLLOUT]], 20), [[client, POLLOUT]]);
    is(client.getsockopt(SOL_SOCKET, SO_ERROR), 0);
    client.settimeout(20);
    try {
      server.settimeout(20);
      equal(peer.slice(0, 4), client.getsockname().slice(0, 4));
      equal(client.getpeername().slice(0, 4), server.getsockname().slice(0, 4));
      client.send("ab");
      client.send("c");
      const first = server.recv(100).toString();
      const rest = first.length < 3 ? server.recv(100).toString() : "";
      equal([first, rest], kind === SOCK_STREAM && rest === "" ? ["abc", ""] : ["ab", "c"]);
      server.sendall("back");
      is(client.recv(100).toString(), "back");
      fails("EINVAL", () => client.shutdown(SHUT_WR));
      client.shutdown(SHUT_RDWR);
      is(server.recv(1).length, 0, "the end; close() alone is a reset");
    } finally {
      server.close();
    }
  });
}

test("promises: AF_TIPC, connect waits for accept", async () => {
  using listener = new AsyncSocket(AF_TIPC, SOCK_STREAM);
  using client = new AsyncSocket(AF_TIPC, SOCK_STREAM);
  const type = names++;
  await listener.bind([TIPC_ADDR_NAMESEQ, type, 1, 1, TIPC_NODE_SCOPE]);
  listener.listen();
  const [[server]] = await Promise.all([listener.accept(), client.connect([TIPC_ADDR_NAME, type, 1, 0])]);
  const received = server.recv(100);
  await client.sendall("async");
  is((await received).toString(), "async");
  server.close();
});

test("AF_TIPC: importance", () => {
  using s = open(SOCK_RDM);
  is(s.getsockopt(SOL_TIPC, TIPC_IMPORTANCE), TIPC_LOW_IMPORTANCE);
  s.setsockopt(SOL_TIPC, TIPC_IMPORTANCE, TIPC_HIGH_IMPORTANCE);
  is(s.getsockopt(SOL_TIPC, TIPC_IMPORTANCE), TIPC_HIGH_IMPORTANCE);
  fails("EINVAL", () => s.setsockopt(SOL_TIPC, TIPC_IMPORTANCE, 4));
  is(s.getsockopt(SOL_TIPC, TIPC_IMPORTANCE), TIPC_HIGH_IMPORTANCE);
});

test("AF_TIPC: a message that can't be delivered comes back with the reason", () => {
  using s = open(SOCK_RDM);
  const gone = open(SOCK_RDM);
  const address = gone.getsockname();
  gone.close();
  is(s.getsockopt(SOL_TIPC, TIPC_DEST_DROPPABLE), 1);
  s.setsockopt(SOL_TIPC, TIPC_DEST_DROPPABLE, 0);
  s.sendto("lost", address);
  const [data, items] = s.recvmsg(100, 512);
  is(data.length, 0);
  equal(
    items.map(item => ancillary.decode(item)),
    [
      { name: "tipcErrinfo", value: { code: TIPC_ERR_NO_PORT, length: 4 } },
      { name: "tipcRetdata", value: Buffer.from("lost") },
    ],
  );
});

test("AF_TIPC: a group: members come and go, its messages reach the others", () => {
  using a = open(SOCK_RDM);
  using b = open(SOCK_RDM);
  const type = names++;
  const request = (instance: number, flags: number) =>
    structs.tipc_group_req.pack({ type, instance, scope: TIPC_NODE_SCOPE, flags });
  a.setsockopt(SOL_TIPC, TIPC_GROUP_JOIN, request(1, TIPC_GROUP_MEMBER_EVTS));
  b.setsockopt(SOL_TIPC, TIPC_GROUP_JOIN, request(2, 0));
  const [joined, , flags, member] = a.recvmsg(100);
  is(joined.length, 0);
  is(flags & MSG_OOB, MSG_OOB, "an event");
  equal(member!.slice(0, 4), b.getsockname().slice(0, 4));
  b.send("to all");
  const [data, from] = a.recvfrom(100);
  is(data.toString(), "to all");
  equal(from!.slice(0, 4), b.getsockname().slice(0, 4));
  b.setsockopt(SOL_TIPC, TIPC_GROUP_LEAVE, null, 0);
  is(a.recvmsg(100)[2] & MSG_OOB, MSG_OOB);
  fails("EINVAL", () => b.setsockopt(SOL_TIPC, TIPC_GROUP_JOIN, new Uint8Array(3)));
});

test("AF_TIPC: the topology service tells who comes and goes", () => {
  using watcher = open(SOCK_SEQPACKET);
  using s = open(SOCK_RDM);
  const type = names++;
  const handle = Buffer.from("watching");
  const { tipc_subscr, tipc_event } = structs;
  watcher.connect([TIPC_ADDR_NAME, TIPC_TOP_SRV, TIPC_TOP_SRV, 0]);
  watcher.send(
    tipc_subscr.pack({
      type,
      lower: 0,
      upper: 100,
      timeout: TIPC_WAIT_FOREVER >>> 0,
      filter: TIPC_SUB_PORTS,
      handle,
    }),
  );
  s.bind([TIPC_ADDR_NAMESEQ, type, 5, 6, TIPC_NODE_SCOPE]);
  const came = tipc_event.unpack(watcher.recv(tipc_event.size));
  const [, node, ref] = s.getsockname();
  equal(came, {
    event: TIPC_PUBLISHED,
    foundLower: 5,
    foundUpper: 6,
    ref,
    node,
    type,
    lower: 0,
    upper: 100,
    timeout: 0xffffffff,
    filter: TIPC_SUB_PORTS,
    handle,
  });
  s.bind([TIPC_ADDR_NAMESEQ, type, 5, 6, -TIPC_NODE_SCOPE]);
  is(tipc_event.unpack(watcher.recv(tipc_event.size)).event, TIPC_WITHDRAWN);
});

test("AF_TIPC: wrong addresses", () => {
  using s = open(SOCK_RDM);
  const type = names++;
  fails("EACCES", () => s.bind([TIPC_ADDR_NAMESEQ, 2, 1, 1]));
  fails("EINVAL", () => s.bind([TIPC_ADDR_NAMESEQ, type, 2, 1]));
  fails("EHOSTUNREACH", () => s.sendto("x", [TIPC_ADDR_NAME, type, 1, 0]));
  using stream = open(SOCK_STREAM);
  fails("EHOSTUNREACH", () => stream.connect([TIPC_ADDR_NAME, type, 1, 0]));
  throws(
    () => s.bind([TIPC_ADDR_NAMESEQ, -1, 1, 1]),
    RangeError,
    "bind: v1 must be an integer 0..4294967295, got -1",
  );
  throws(() => s.bind([9, 1, 1, 1]), RangeError, "bind: addrType must be an integer 1..3, got 9");
});

test("AF_TIPC: addresses are Python's", () => {
  using s = open(SOCK_RDM);
  s.bind([TIPC_ADDR_NAMESEQ, names++, 1, 2, TIPC_CLUSTER_SCOPE]);
  const own = sameName(s, "AF_TIPC");
  is(own[0], TIPC_ADDR_ID);
  ok(own[2] > 0);
  // What Python sends to, by its tuple, is what we mean by ours.
  const type = names++;
  s.bind([TIPC_ADDR_NAMESEQ, type, 7, 9, TIPC_NODE_SCOPE]);
  for (const address of [[TIPC_ADDR_NAME, type, 8, 0], own] as const) {
    ask(
      `s = socket.socket(socket.AF_TIPC, socket.SOCK_RDM)\ns.sendto(b"py", tuple(data))\nprint(0)`,
      address,
    );
    is(s.recv(10).toString(), "py");
  }
});
