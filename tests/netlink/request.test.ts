// Requests and dumps by netlink(7), by both classes: the kernel's answers, and those of a peer that
// says what the kernel seldom does. The peer is a socket of NETLINK_USERSOCK in this process.
import * as P from "../../ts/promises/index.js";
import {
  AF_INET,
  AF_NETLINK,
  AF_UNSPEC,
  InterruptedError,
  NETLINK_GENERIC,
  NETLINK_ROUTE,
  NETLINK_USERSOCK,
  NLM_F_DUMP,
  NLM_F_DUMP_INTR,
  NLM_F_MULTI,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_NOOP,
  OSError,
  RTM_GETADDR,
  RTM_GETLINK,
  RTM_GETROUTE,
  RTM_NEWLINK,
  SOCK_DGRAM,
  SOCK_RAW,
  SOL_SOCKET,
  SO_RCVBUF,
  Socket,
  TimeoutError,
  if_nameindex,
  netlink,
  structs,
} from "../../ts/index.js";
import type { NetlinkAddress, NetlinkMessage } from "../../ts/index.js";
import { noNetlink } from "../have.js";
import { int, peers } from "./peers.js";
import { equal, fails, is, ok, rejects, test, throws } from "../suite.js";
import { bytes } from "../vectors.js";

const skip = { skip: noNetlink };
const links = netlink.link.pack({ family: AF_UNSPEC, index: 0 });
const nameOf = ({ data }: NetlinkMessage) => netlink.link.unpack(data).attributes.ifname;
const names = () => if_nameindex().map(([, name]) => name);

function route(): Socket<NetlinkAddress> {
  const s = new Socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
  s.settimeout(5);
  return s;
}

test(
  "request: a dump, one answer, an error with the kernel's words",
  () => {
    using s = route();
    equal(
      netlink.request(s, { type: RTM_GETLINK, flags: NLM_F_DUMP, data: links }).map(nameOf).sort(),
      names().sort(),
    );
    const one = netlink.request(s, { type: RTM_GETLINK, data: netlink.link.pack({ family: 0, index: 1 }) });
    equal(one.map(nameOf), ["lo"]);
    const error = throws(
      () =>
        netlink.request(s, { type: RTM_GETLINK, data: netlink.link.pack({ family: 0, index: 0x7ffffff0 }) }),
      OSError,
      /^netlink ENODEV/,
    );
    equal([error.code, error.syscall], ["ENODEV", "netlink"]);
    throws(
      () =>
        netlink.request(s, {
          type: RTM_GETLINK,
          data: netlink.link.pack({ family: 0, index: 0, attributes: { ifname: "more than fifteen bytes" } }),
        }),
      OSError,
      /^netlink E[A-Z]+: .{5,}/,
    );
    is(netlink.request(s, { type: RTM_GETLINK, flags: NLM_F_DUMP, data: [links] }).length, names().length);
  },
  skip,
);

test(
  "dump: left early, nested, beside a request",
  () => {
    using s = route();
    const routes = () =>
      netlink.dump(s, { type: RTM_GETROUTE, data: netlink.route.pack({ family: 0, dstLen: 0 }) });
    const all = [...routes()].length;
    for (const _ of routes()) break;
    is([...routes()].length, all);
    let count = 0;
    for (const _ of routes()) {
      count++;
      is(netlink.request(s, { type: RTM_GETLINK, flags: NLM_F_DUMP, data: links }).length, names().length);
    }
    is(count, all);
    s.settimeout(0);
    fails("EAGAIN", () => s.recv(1));
  },
  skip,
);

test(
  "request: promises, many at once on one socket",
  async () => {
    using s = new P.Socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    s.settimeout(5);
    const asked = [RTM_GETLINK, RTM_GETADDR, RTM_GETLINK, RTM_GETADDR, RTM_GETLINK];
    const answers = await Promise.all(
      asked.map(type => P.netlink.request(s, { type, flags: NLM_F_DUMP, data: links })),
    );
    answers.forEach((messages, i) => {
      ok(messages.length > 0);
      ok(messages.every(({ type }) => type === asked[i]! - 2));
    });
    const found: (string | undefined)[] = [];
    for await (const message of P.netlink.dump(s, { type: RTM_GETLINK, data: links })) {
      found.push(nameOf(message));
      const [lo] = await P.netlink.request(s, {
        type: RTM_GETLINK,
        data: netlink.link.pack({ family: 0, index: 1 }),
      });
      is(nameOf(lo!), "lo");
    }
    equal(found.sort(), names().sort());
    for await (const _ of P.netlink.dump(s, { type: RTM_GETLINK, data: links })) break;
    is(
      (await P.netlink.request(s, { type: RTM_GETLINK, flags: NLM_F_DUMP, data: links })).length,
      names().length,
    );
    await rejects(
      () =>
        P.netlink.request(s, {
          type: RTM_GETLINK,
          data: netlink.link.pack({ family: 0, index: 0x7ffffff0 }),
        }),
      OSError,
      /^netlink ENODEV/,
    );
  },
  skip,
);

test(
  "getFamily: nlctrl, and one that is not there",
  async () => {
    using s = new Socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
    s.settimeout(5);
    const family = netlink.getFamily(s, "nlctrl");
    equal([family.id, family.name, family.hdrsize], [16, "nlctrl", 0]);
    ok(family.version >= 1 && Number.isInteger(family.mcastGroups.notify));
    fails("ENOENT", () => netlink.getFamily(s, "nonesuch"));
    throws(
      () => netlink.getFamily(s, "sixteen.letters."),
      RangeError,
      'name must be at most 15 bytes, got "sixteen.letters."',
    );
    throws(() => netlink.getFamily(s, 5 as never), TypeError, "name must be a string, got 5");
    using p = new P.Socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
    equal(await P.netlink.getFamily(p, "nlctrl"), family);
  },
  skip,
);

const unwanted = ({ type }: NetlinkMessage) => {
  throw new Error(`a message of type ${type} is told of`);
};

test(
  "request: what is answered by whom; what belongs to nobody is kept apart",
  () => {
    using p = peers();
    const seq = p.next();
    using stranger = new Socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
    stranger.sendto(p.say({ type: NLMSG_DONE, seq }, int(0)), p.asking.getsockname());
    p.send(
      p.say({ type: 101, seq: 0, pid: 0 }, bytes("01")),
      p.say({ type: 102, seq: seq - 1 }, bytes("02")),
      p.say({ type: 103, seq, pid: 7 }, bytes("03")),
      p.say({ type: NLMSG_NOOP, seq }),
      p.say({ type: 104, seq, flags: NLM_F_MULTI }, bytes("04")),
    );
    p.send(
      p.say({ type: 105, seq, flags: NLM_F_MULTI }, bytes("05")),
      p.say({ type: NLMSG_DONE, seq }, int(0)),
    );
    const others: number[] = [];
    const answers = netlink.request(
      p.asking,
      { type: 100, data: ["a", "b"] },
      { peer: p.pid, onOther: ({ type }) => others.push(type) },
    );
    equal(
      answers.map(({ type }) => type),
      [104, 105],
    );
    equal(others, [101, 102, 103]);
    const [request] = netlink.parse(p.peer.recv(1000)).items;
    equal([request!.type, request!.flags, request!.seq], [100, 5, seq]);
    is(Buffer.from(request!.data).toString(), "a\0\0\0b\0\0\0");
  },
  skip,
);

test(
  "request: a datagram longer than any buffer comes whole",
  () => {
    using p = peers();
    const seq = p.next();
    const long = new Uint8Array(100_000).fill(7);
    p.peer.setsockopt(SOL_SOCKET, P.SO_SNDBUF, 400_000);
    p.asking.setsockopt(SOL_SOCKET, SO_RCVBUF, 400_000);
    p.send(p.say({ type: 101, seq }, long), p.say({ type: NLMSG_DONE, seq }, int(0)));
    const [answer] = netlink.request(p.asking, { type: 100 }, { peer: p.pid });
    is(answer!.data.length, long.length);
    ok(answer!.data.every(byte => byte === 7));
  },
  skip,
);

test(
  "request, dump: an interrupted dump begins anew, or says so",
  () => {
    using p = peers();
    const first = p.next();
    const round = (seq: number, flags: number) =>
      p.send(p.say({ type: 101, seq, flags }, int(seq)), p.say({ type: NLMSG_DONE, seq }, int(0)));
    round(first, NLM_F_DUMP_INTR);
    round(first + 1, 0);
    const answers = netlink.request(p.asking, { type: 100, flags: NLM_F_DUMP }, { peer: p.pid });
    equal(
      answers.map(({ data }) => structs.int.unpack(data)),
      [first + 1],
    );
    for (let i = 2; i < 12; i++) round(first + i, NLM_F_DUMP_INTR);
    const error = throws(
      () => netlink.request(p.asking, { type: 100, flags: NLM_F_DUMP }, { peer: p.pid }),
      InterruptedError,
      "netlink EINTR: what was dumped changed meanwhile (NLM_F_DUMP_INTR), 10 times in a row",
    );
    is(error.code, "EINTR");
    round(first + 12, NLM_F_DUMP_INTR);
    const seen: number[] = [];
    throws(
      () => {
        for (const { type } of netlink.dump(p.asking, { type: 100 }, { peer: p.pid })) seen.push(type);
      },
      InterruptedError,
      "netlink EINTR: what was dumped changed meanwhile (NLM_F_DUMP_INTR)",
    );
    equal(seen, [101]);
  },
  skip,
);

test(
  "dump: one that was left, and that nobody ends, holds up no other",
  async () => {
    using p = peers();
    const seq = p.next();
    p.asking.settimeout(5);
    const dump = { type: 100, flags: NLM_F_DUMP };
    p.send(p.say({ type: 101, seq }), p.say({ type: 102, seq }));
    for (const { type } of netlink.dump(p.asking, dump, { peer: p.pid })) {
      is(type, 101);
      break;
    }
    // What comes of it still is nobody's; it is read before the next dump is asked for.
    p.send(p.say({ type: 103, seq }));
    const start = performance.now();
    p.asking.settimeout(0.3);
    throws(() => netlink.request(p.asking, dump, { peer: p.pid, onOther: unwanted }), TimeoutError);
    ok(performance.now() - start < 2000);
    is(p.asking.gettimeout(), 0.3);
    // The end of the one before, then that of this one.
    for (const dumped of [seq + 1, seq + 2]) p.send(p.say({ type: NLMSG_DONE, seq: dumped }, int(0)));
    equal(netlink.request(p.asking, dump, { peer: p.pid, onOther: unwanted }), []);

    using s = new P.Socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
    s.settimeout(0.1);
    await s.bind([0, 0]);
    const others: number[] = [];
    const ask = () =>
      P.netlink.request(s, dump, { peer: p.pid, onOther: ({ type }: NetlinkMessage) => others.push(type) });
    while (netlink.parse(p.peer.recv(1000)).items[0]!.seq !== seq + 2);
    for (let i = 0; i < 2; i++) await rejects(ask, TimeoutError);
    const asked = [p.peer, p.peer].map(peer => netlink.parse(peer.recv(1000)).items[0]!.seq);
    equal(asked[1], asked[0]! + 1);
    const last = asked[1]!;
    const to = s.getsockname();
    const say = (type: number, seq: number) =>
      p.peer.sendto(netlink.pack({ type, seq, pid: to[0] }, int(0)), to);
    say(104, last);
    say(NLMSG_DONE, last);
    say(NLMSG_DONE, last + 1);
    equal(await ask(), []);
    equal(others, []);
  },
  skip,
);

test(
  "request: errors of an answer, at its end too, and answers that are cut off",
  () => {
    using p = peers();
    let seq = p.next();
    const ask = () => netlink.request(p.asking, { type: 100 }, { peer: p.pid });
    const header = structs.nlmsghdr.pack({ len: 16, type: 100, flags: 5, seq, pid: 0 });
    const words = netlink.packAttributes([
      [1, "no such thing\0"],
      [2, structs.uint32.pack(20)],
      [5, structs.uint32.pack(3)],
    ]);
    const head = (errno: number) => Buffer.concat([int(-errno), header]);
    p.send(p.say({ type: NLMSG_ERROR, seq: seq++, flags: 0x300 }, Buffer.concat([head(19), words])));
    throws(
      ask,
      OSError,
      "netlink ENODEV: no such thing (at byte 20 of the request) (attribute 3 is missing)",
    );
    p.send(p.say({ type: NLMSG_ERROR, seq: seq++, flags: 0x100 }, head(1)));
    throws(ask, P.PermissionError, "netlink EPERM");
    p.send(p.say({ type: NLMSG_DONE, seq: seq++, flags: 0x202 }, Buffer.concat([int(-22), words])));
    throws(ask, OSError, /^netlink EINVAL: no such thing/);
    p.send(p.say({ type: NLMSG_DONE, seq: seq++ }));
    equal(ask(), []);
    p.send(p.say({ type: NLMSG_ERROR, seq: seq++ }, head(0)));
    equal(ask(), []);
    p.send(p.say({ type: NLMSG_ERROR, seq: seq++ }, int(-1)));
    throws(ask, OSError, "netlink EBADMSG: an error of 4 bytes");
    for (const length of [15, 17, 0, 0xffffffff]) {
      const lying = Buffer.from(p.say({ type: 101, seq: seq++ }));
      lying.set(structs.uint32.pack(length));
      p.send(lying);
      throws(ask, OSError, "netlink EBADMSG: a datagram of 16 bytes ends within a message");
    }
    p.send(new Uint8Array(5));
    seq++;
    throws(ask, OSError, "netlink EBADMSG: a datagram of 5 bytes ends within a message");
    throws(ask, TimeoutError);
  },
  skip,
);

test(
  "request: a receive buffer that overran is ENOBUFS, and the socket goes on",
  () => {
    using s = new Socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
    s.settimeout(5);
    s.bind([0, 1]);
    s.setsockopt(SOL_SOCKET, SO_RCVBUF, 4096);
    using other = new Socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
    // To the group, and to the kernel, which has no socket there.
    for (let i = 0; i < 100; i++) fails("ECONNREFUSED", () => other.sendto(new Uint8Array(1000), [0, 1]));
    fails("ENOBUFS", () => netlink.request(s, { type: 100 }, { peer: other.getsockname()[0] }));
  },
  { skip: noNetlink ?? (process.getuid?.() === 0 ? undefined : "multicast of NETLINK_USERSOCK needs root") },
);

test(
  "request: promises with a signal, a timeout, close()",
  async () => {
    using p = peers();
    using s = new P.Socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
    const ask = (options: object) => P.netlink.request(s, { type: 100 }, { peer: p.pid, ...options });
    await rejects(() => ask({ signal: AbortSignal.abort(new RangeError("before")) }), RangeError, "before");
    const stop = new AbortController();
    const first = ask({ signal: stop.signal });
    const second = ask({ signal: stop.signal });
    setTimeout(() => stop.abort(new RangeError("stopped")), 20);
    for (const asked of [first, second]) await rejects(() => asked, RangeError, "stopped");
    s.settimeout(0.05);
    await rejects(() => ask({}), TimeoutError);
    s.settimeout(null);
    const third = ask({});
    const fourth = ask({});
    setTimeout(() => s.close(), 20);
    for (const asked of [third, fourth]) is((await rejects(() => asked, OSError)).code, "EBADF");
  },
  skip,
);

test("request: bad arguments come before any system call", async () => {
  using udp = new Socket(AF_INET, SOCK_DGRAM);
  throws(
    () => netlink.request(udp as never, { type: 16 }),
    TypeError,
    `socket must be an AF_NETLINK Socket of this module, got one of family ${AF_INET}`,
  );
  throws(
    () => netlink.request({} as never, { type: 16 }),
    TypeError,
    "socket must be an AF_NETLINK Socket of this module, got an object of class Object",
  );
  const ask = (request: unknown, options?: unknown) => () =>
    netlink.request(udp as never, request as never, options as never);
  throws(ask(5), TypeError, "request must be an object, got 5");
  throws(ask({ type: 65536 }), RangeError, "type must be an integer 0..65535, got 65536");
  throws(ask({ type: 1, flags: -1 }), RangeError, "flags must be an integer 0..65535, got -1");
  throws(ask({ type: 1 }, 5), TypeError, "options must be a plain object such as { onOther }, got 5");
  throws(ask({ type: 1 }, { signal: 1 }), TypeError, 'options has no "signal": it takes peer, onOther');
  throws(ask({ type: 1 }, { peer: -1 }), RangeError, "peer must be an integer 0..4294967295, got -1");
  throws(ask({ type: 1 }, { onOther: 1 }), TypeError, "onOther must be a function, got 1");
  throws(
    () => netlink.dump(udp as never, { type: -1 }),
    RangeError,
    "type must be an integer 0..65535, got -1",
  );
  await rejects(
    () => P.netlink.request(udp as never, { type: RTM_NEWLINK }),
    TypeError,
    `socket must be an AF_NETLINK Socket of this module, got an object of class Socket`,
  );
});
