// Several requests and dumps at once on one netlink(7) socket of the promise class. The peer is a socket
// of NETLINK_USERSOCK in this process.
import * as P from "../../ts/promises/index.js";
import {
  AF_NETLINK,
  NETLINK_ROUTE,
  NETLINK_USERSOCK,
  NLM_F_DUMP,
  NLMSG_DONE,
  OSError,
  RTM_GETROUTE,
  SOCK_RAW,
  Socket,
  TimeoutError,
  dup,
  netlink,
} from "../../ts/index.js";
import type { NetlinkMessage } from "../../ts/index.js";
import { noNetlink } from "../have.js";
import { int, peers } from "./peers.js";
import { equal, is, ok, rejects, test, throws } from "../suite.js";

const skip = { skip: noNetlink };

/** Messages of a promise socket's requests, as their peer gets them. */
async function promisePeer() {
  const peer = new P.Socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
  await peer.bind([0, 0]);
  peer.settimeout(5);
  const [pid] = peer.getsockname();
  return {
    pid,
    /** The sequence number of the next request. */
    asked: async () => netlink.parse(await peer.recv(1000)).items[0]!.seq,
    send: (to: number, type: number, seq: number, pid = to) =>
      peer.sendto(netlink.pack({ type, seq, pid }, int(0)), [to, 0]),
    [Symbol.dispose]: () => peer.close(),
  };
}
async function asker() {
  const s = new P.Socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
  await s.bind([0, 0]);
  return s;
}

test(
  "dump: several at once after one that was left",
  async () => {
    using s = new P.Socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    s.settimeout(5);
    const routes = { type: RTM_GETROUTE, data: netlink.route.pack({ family: 0, dstLen: 0 }) };
    const all = () => P.netlink.request(s, { ...routes, flags: NLM_F_DUMP });
    const whole = (await all()).length;
    const first = async () => {
      for await (const _ of P.netlink.dump(s, routes)) return 1;
      return 0;
    };
    for (let i = 0; i < 5; i++) {
      const [one, ...others] = await Promise.all([first(), ...Array.from({ length: 4 }, all)]);
      is(one, 1);
      equal(
        others.map(({ length }) => length),
        others.map(() => whole),
      );
    }
  },
  skip,
);

test(
  "request: of several at once each ends at its own time, whatever the others receive",
  async () => {
    using silent = await promisePeer();
    using loud = await promisePeer();
    using s = await asker();
    const [me] = s.getsockname();
    s.settimeout(0.3);
    const start = performance.now();
    const late = async (flags: number) => {
      const error = await rejects(
        () => P.netlink.request(s, { type: 100, flags }, { peer: silent.pid }),
        TimeoutError,
      );
      return [error.syscall, performance.now() - start] as const;
    };
    // Notifications of a peer that is asked too do not prolong the others' waits.
    const heard = P.netlink.request(s, { type: 100 }, { peer: loud.pid });
    const ends = Promise.all([late(0), late(0), late(NLM_F_DUMP), late(NLM_F_DUMP), late(0)]);
    const seq = await loud.asked();
    const noise = setInterval(() => void loud.send(me, 101, 0, 0), 50);
    await rejects(() => heard, TimeoutError);
    for (const [syscall, milliseconds] of await ends) {
      is(syscall, "recvfrom");
      ok(milliseconds > 290 && milliseconds < 590, `after ${milliseconds} ms`);
    }
    clearInterval(noise);
    ok(seq > 0);
  },
  skip,
);

test(
  "request: onOther is told what another request receives, of its own peer alone",
  async () => {
    using one = await promisePeer();
    using two = await promisePeer();
    using s = await asker();
    s.settimeout(5);
    const [me] = s.getsockname();
    const told: [string, number][] = [];
    const ask = (name: string, peer: number, flags = 0) =>
      P.netlink.request(s, { type: 100, flags }, { peer, onOther: ({ type }) => told.push([name, type]) });
    const first = P.netlink.request(s, { type: 100 }, { peer: one.pid });
    const others = [ask("a", one.pid), ask("b", two.pid)];
    const broken = P.netlink.request(
      s,
      { type: 100 },
      {
        peer: one.pid,
        onOther: () => {
          throw new RangeError("told");
        },
      },
    );
    const failed = rejects(() => broken, RangeError, "told");
    const [x, y] = [await one.asked(), await one.asked()];
    const z = await two.asked();
    await one.send(me, 77, 0, 0);
    await two.send(me, 78, 0, 0);
    await one.send(me, NLMSG_DONE, y);
    await one.send(me, NLMSG_DONE, x);
    await two.send(me, NLMSG_DONE, z);
    equal(await Promise.all([first, ...others]), [[], [], []]);
    await failed;
    equal(told, [
      ["a", 77],
      ["b", 78],
    ]);

    // In the blocking class: a dump in whose midst another request is made.
    using p = peers();
    const seq = p.next();
    p.send(p.say({ type: 101, seq }));
    const seen: number[] = [];
    const asking = { peer: p.pid, onOther: ({ type }: NetlinkMessage) => seen.push(type) };
    for (const _ of netlink.dump(p.asking, { type: 100 }, asking)) {
      p.send(p.say({ type: 79, seq: 0, pid: 0 }), p.say({ type: NLMSG_DONE, seq: seq + 1 }));
      netlink.request(p.asking, { type: 100 }, { peer: p.pid });
      equal(seen, [79]);
      p.send(p.say({ type: NLMSG_DONE, seq }));
    }
  },
  skip,
);

test(
  "dump: is sent at once while another peer is silent, or the same",
  async () => {
    using silent = await promisePeer();
    using other = await promisePeer();
    using s = await asker();
    const [me] = s.getsockname();
    const stop = new AbortController();
    const dump = (peer: number) =>
      P.netlink.request(s, { type: 100, flags: NLM_F_DUMP }, { peer, signal: stop.signal });
    const ended = rejects(() => dump(silent.pid), RangeError, "stopped");
    await silent.asked();
    const second = dump(other.pid);
    await other.send(me, NLMSG_DONE, await other.asked());
    equal(await second, []);
    const third = dump(silent.pid);
    await silent.send(me, NLMSG_DONE, await silent.asked());
    equal(await third, []);
    stop.abort(new RangeError("stopped"));
    await ended;
  },
  skip,
);

test(
  "dump: one that is aborted at once leaves those behind it their turn",
  async () => {
    using silent = await promisePeer();
    using s = await asker();
    const [me] = s.getsockname();
    const stop = new AbortController();
    const dump = (signal?: AbortSignal) =>
      P.netlink.request(s, { type: 100, flags: NLM_F_DUMP }, { peer: silent.pid, signal });
    const first = dump();
    const seq = await silent.asked();
    const second = dump(stop.signal);
    const third = dump();
    stop.abort(new RangeError("stopped"));
    await rejects(() => second, RangeError, "stopped");
    await silent.send(me, NLMSG_DONE, seq);
    equal(await first, []);
    await silent.send(me, NLMSG_DONE, await silent.asked());
    equal(await third, []);
  },
  skip,
);

test(
  "dump: one of whose answers a request on a duplicate has received says so",
  async () => {
    using other = await promisePeer();
    using s = await asker();
    using copy = new Socket({ fileno: dup(s.fileno()) });
    const [me] = s.getsockname();
    copy.settimeout(0.05);
    const robbed = rejects(
      () => P.netlink.request(s, { type: 100, flags: NLM_F_DUMP }, { peer: other.pid }),
      OSError,
      /EBADMSG: a part of the answer was received by a request on a duplicate of the socket/,
    );
    const asked = await other.asked();
    await other.send(me, 50, asked);
    throws(() => netlink.request(copy, { type: 101 }, { peer: other.pid }), TimeoutError);
    await other.send(me, NLMSG_DONE, asked);
    await robbed;
    // What a duplicate asks when nobody else does is its own.
    await other.asked();
    const next = P.netlink.request(s, { type: 102, flags: NLM_F_DUMP }, { peer: other.pid });
    await other.send(me, NLMSG_DONE, await other.asked());
    equal(await next, []);
  },
  skip,
);
