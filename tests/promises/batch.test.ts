// Batches as promises: control messages for each datagram, addresses decoded when read, and what
// happens where the kernel refuses to join or to cut.
import type { InetAddress } from "../../ts/promises/index.js";
import { noIPv4 } from "../have.js";
import { equal, is, ok, openDescriptors, promiseModule, rejects, test } from "../suite.js";

const {
  AF_INET,
  AF_UNIX,
  CMSG_SPACE,
  OSError,
  close,
  socketpair,
  EINVAL,
  EIO,
  EMSGSIZE,
  ENOPROTOOPT,
  EOPNOTSUPP,
  IPPROTO_IP,
  IPPROTO_UDP,
  IP_RECVTTL,
  IP_TTL,
  SOCK_DGRAM,
  SOL_UDP,
  Socket,
  UDP_GRO,
  UDP_SEGMENT,
  ancillary,
} = await promiseModule();
type Socket<A = any> = import("../../ts/promises/index.js").Socket<A>;

async function udp(): Promise<Socket<InetAddress>> {
  const s = new Socket(AF_INET, SOCK_DGRAM);
  await s.bind(["127.0.0.1", 0]);
  return s;
}

type Call = (...args: any[]) => number;
/**
 * Puts `instead` in the place of one of the host's calls, which gets the original and its
 * arguments.
 */
async function replaced(
  s: Socket,
  name: "sendmsg" | "setsockopt",
  instead: (original: Call, ...args: any[]) => number,
  body: () => Promise<void>,
): Promise<void> {
  const host = s._core.host as unknown as Record<string, Call>;
  const original = host[name]!;
  host[name] = (...args) => instead(original, ...args);
  try {
    await body();
  } finally {
    host[name] = original;
  }
}
/** All datagrams that come until there are `bytes` bytes. */
async function lengths(s: Socket, bytes: number): Promise<number[]> {
  const got: number[] = [];
  for (let sum = 0; sum < bytes; sum += got.at(-1)!) got.push((await s.recv(65_536)).length);
  return got;
}
const ttl = (value: number) => ancillary.ttl(value);

test(
  "sendmmsg: each datagram has its own control messages, and recvmmsg gives each its own",
  async () => {
    using a = await udp();
    using b = await udp();
    b.setsockopt(IPPROTO_IP, IP_RECVTTL, 1);
    const out = a.batch({ count: 4, control: CMSG_SPACE(4) });
    const to = b.getsockname();
    ok(
      out.push("five", to, [ttl(5)]) &&
        out.push("default", to) &&
        out.push("seventy", to, [ttl(70)]) &&
        out.push("none", to, []),
    );
    is(await a.sendmmsg(out), 4);
    const into = b.batch({ count: 8, control: CMSG_SPACE(4) });
    const usual = a.getsockopt(IPPROTO_IP, IP_TTL);
    const got: unknown[] = [];
    while (got.length < 4) {
      await b.recvmmsg(into);
      for (let i = 0; i < into.length; i++)
        got.push([into.data(i).toString(), into.ancdata(i).map(item => ancillary.decode(item))]);
    }
    equal(
      got,
      [
        ["five", 5],
        ["default", usual],
        ["seventy", 70],
        ["none", usual],
      ].map(([text, value]) => [text, [{ name: "ttl", value }]]),
    );
  },
  { skip: noIPv4 },
);

test("sendmmsg: a batch is used again without the control messages of before", async () => {
  using a = await udp();
  using b = await udp();
  b.setsockopt(IPPROTO_IP, IP_RECVTTL, 1);
  const out = a.batch({ count: 1, control: CMSG_SPACE(4) });
  const to = b.getsockname();
  const seen: number[] = [];
  for (const item of [[ttl(5)], [], [ttl(6)]]) {
    out.clear();
    out.push("x", to, item);
    await a.sendmmsg(out);
    seen.push(ancillary.decode((await b.recvmsg(10, CMSG_SPACE(4)))[1][0]!).value as number);
  }
  equal(seen, [5, a.getsockopt(IPPROTO_IP, IP_TTL), 6]);
});

test("recvmmsg: an address is decoded when it is read, not before", async () => {
  using a = await udp();
  using b = await udp();
  const { registry } = b._core;
  const { decode } = registry;
  let decoded = 0;
  Object.defineProperty(registry, "decode", {
    configurable: true,
    writable: true,
    value: (...args: Parameters<typeof decode>) => {
      decoded++;
      return decode.apply(registry, args);
    },
  });
  try {
    for (const text of ["x", "yy", "zzz"]) await a.sendto(text, b.getsockname());
    decoded = 0;
    const into = b.batch({ count: 8 });
    for (let n = 0; n < 3; ) n += await b.recvmmsg(into);
    for (let i = 0; i < into.length; i++) ok(into.data(i).length > 0);
    is(decoded, 0);
    equal(into.address(0), a.getsockname());
    is(decoded, 2); // the batch's, and getsockname()'s
  } finally {
    delete (registry as { decode?: unknown }).decode;
  }
});

test("recvmmsg: calls in turn, each with a batch of its own", async () => {
  using a = await udp();
  using b = await udp();
  const batches = [1, 2, 3].map(() => b.batch({ count: 1 }));
  const waiting = batches.map(batch => b.recvmmsg(batch));
  for (const text of ["first", "second", "third"]) await a.sendto(text, b.getsockname());
  equal(await Promise.all(waiting), [1, 1, 1]);
  equal(
    batches.map(batch => batch.data(0).toString()),
    ["first", "second", "third"],
  );
});

for (const [code, errno] of Object.entries({ EIO, EINVAL, ENOPROTOOPT, EOPNOTSUPP, EMSGSIZE }))
  test(`sendSegments: where UDP_SEGMENT is refused with ${code}, datagrams go one by one`, async () => {
    using a = await udp();
    using b = await udp();
    const data = Buffer.from(Array.from({ length: 2500 }, (_, i) => i & 255));
    let refused = 0;
    const refuse = (
      original: Call,
      fd: number,
      buffers: unknown,
      control: Uint8Array | null,
      ...rest: unknown[]
    ) => {
      if (control === null) return original(fd, buffers, control, ...rest);
      refused++;
      return -errno;
    };
    await replaced(a, "sendmsg", refuse, async () => {
      for (const to of [b.getsockname(), null]) {
        if (to === null) await a.connect(b.getsockname());
        is(await a.sendSegments(data, 1000, to), data.length);
        const parts = [await b.recv(5000), await b.recv(5000), await b.recv(5000)];
        equal(
          parts.map(part => part.length),
          [1000, 1000, 500],
        );
        ok(Buffer.concat(parts).equals(data));
      }
      is(
        refused,
        code === "EINVAL" || code === "EMSGSIZE" ? 2 : 1,
        "asked once, but where the size may be the cause for each call",
      );
    });
  });

test(
  "sendSegments: a device that refuses midway has the rest one by one, and nothing twice",
  async () => {
    using a = await udp();
    using b = await udp();
    let calls = 0;
    await replaced(
      a,
      "sendmsg",
      (original, ...args) => (++calls === 2 ? -EIO : original(...args)),
      async () => {
        is(await a.sendSegments(Buffer.alloc(100_000), 1000, b.getsockname()), 100_000);
      },
    );
    is(calls, 2);
    equal(await lengths(b, 100_000), Array(100).fill(1000));
  },
  { skip: Number.isNaN(UDP_SEGMENT) && "no UDP_SEGMENT" },
);

test(
  "sendSegments: other errors are the call's, and the next call asks for segments again",
  async () => {
    using a = await udp();
    using b = await udp();
    let calls = 0;
    await replaced(
      a,
      "sendmsg",
      (original, ...args) => (++calls === 1 ? -a._core.errors.number("EPERM") : original(...args)),
      async () => {
        is(
          (await a.sendSegments(Buffer.alloc(3000), 1000, b.getsockname()).catch(error => error)).code,
          "EPERM",
        );
        is(await a.sendSegments(Buffer.alloc(3000), 1000, b.getsockname()), 3000);
      },
    );
    is(calls, 2);
    equal(await lengths(b, 3000), [1000, 1000, 1000]);
  },
  { skip: Number.isNaN(UDP_SEGMENT) && "no UDP_SEGMENT" },
);

test(
  "setGro: refused, it is false, and datagrams come one by one",
  async () => {
    using a = await udp();
    using b = await udp();
    const asked: number[][] = [];
    await replaced(
      b,
      "setsockopt",
      (_, _fd, level, name) => {
        asked.push([level, name]);
        return -ENOPROTOOPT;
      },
      async () => is(b.setGro(true), false),
    );
    equal(asked, [[SOL_UDP, UDP_GRO]]);
    await a.sendSegments(Buffer.alloc(3000), 1000, b.getsockname());
    const into = b.batch({ count: 8, size: 65_535, control: CMSG_SPACE(4) });
    for (let n = 0; n < 3; ) {
      n += await b.recvmmsg(into);
      for (let i = 0; i < into.length; i++) equal([into.data(i).length, into.segmentSize(i)], [1000, 1000]);
    }
  },
  { skip: Number.isNaN(UDP_GRO) && "no UDP_GRO" },
);

test(
  "recvmmsg: what UDP_GRO joins tells its size, the rest its length",
  async () => {
    using a = await udp();
    using b = await udp();
    const joins = b.setGro(true);
    const into = b.batch({ count: 8, size: 65_535, control: CMSG_SPACE(4) });
    await a.sendSegments(Buffer.alloc(5500, 1), 1000, b.getsockname());
    await a.sendto("alone", b.getsockname());
    let bytes = 0;
    let most = 0;
    while (bytes < 5505) {
      await b.recvmmsg(into);
      for (let i = 0; i < into.length; i++) {
        const { length } = into.data(i);
        bytes += length;
        most = Math.max(most, length);
        is(into.segmentSize(i), length < 1000 ? length : 1000);
      }
    }
    is(bytes, 5505);
    ok(joins ? most > 1000 : most === 1000);
    is(b.getsockopt(IPPROTO_UDP, UDP_GRO), joins ? 1 : 0);
  },
  { skip: Number.isNaN(UDP_GRO) && "no UDP_GRO" },
);

test("sendmmsg: an error in the middle says how many went before, and where the next was to go", async () => {
  using s = new Socket(AF_INET, SOCK_DGRAM);
  using to = new Socket(AF_INET, SOCK_DGRAM);
  await to.bind(["127.0.0.1", 0]);
  const batch = s.batch({ count: 3 });
  const wrong: [string, number] = ["127.0.0.1", 0];
  batch.push("one", to.getsockname());
  batch.push("two", wrong);
  batch.push("three", to.getsockname());
  const error = await rejects(() => s.sendmmsg(batch), OSError);
  equal([error.code, error.messagesSent, error.address], ["EINVAL", 1, wrong]);
  is(String(await to.recv(10)), "one");
  to.settimeout(0);
  is((await rejects(() => to.recv(10), OSError)).code, "EAGAIN", "the third was not sent");
});

test("push: control messages of datagrams behind received ones are sent, those received are not", async () => {
  const [a, b] = socketpair(AF_UNIX, SOCK_DGRAM);
  const [c, d] = socketpair(AF_UNIX, SOCK_DGRAM);
  using _a = a;
  using _b = b;
  using _c = c;
  using _d = d;
  const rights = (fd: number) => ancillary.rights([fd]);
  const room = CMSG_SPACE(4);
  await a.sendmsg(["first"], [rights(0)]);
  const batch = b.batch({ count: 2, control: room });
  is(await b.recvmmsg(batch), 1);
  ok(batch.push("second", null, [rights(1)]));
  is(await c.sendmmsg(batch), 2);
  const got = d.batch({ count: 2, control: room });
  is(await d.recvmmsg(got), 2);
  equal(
    [...got].map(([data]) => String(data)),
    ["first", "second"],
  );
  equal(
    [0, 1].map(i => got.ancdata(i).length),
    [0, 1],
  );
  for (const fd of ancillary.decode(got.ancdata(1)[0]!)!.value as number[]) close(fd);
  equal(batch.ancdata(0).length, 1);
  for (const fd of ancillary.decode(batch.ancdata(0)[0]!)!.value as number[]) close(fd);
});

test("recvmmsg: descriptors that nobody takes end with the next filling, clear() and collection", async () => {
  const [a, b] = socketpair(AF_UNIX, SOCK_DGRAM);
  using _a = a;
  using _b = b;
  const open = openDescriptors().length;
  const send = () => a.sendmsg(["x"], [ancillary.rights([0, 0])]);
  const batch = b.batch({ count: 2, control: CMSG_SPACE(8) });
  await send();
  await b.recvmmsg(batch);
  is(openDescriptors().length, open + 2);
  await send();
  await b.recvmmsg(batch);
  is(openDescriptors().length, open + 2);
  batch.clear();
  is(openDescriptors().length, open);
  const dropped = new WeakRef(b.batch({ count: 1, control: CMSG_SPACE(8) }));
  await send();
  await b.recvmmsg(dropped.deref()!);
  is(openDescriptors().length, open + 2);
  for (let i = 0; i < 50 && openDescriptors().length > open; i++) {
    await new Promise(setImmediate);
    gc!();
    b._core.host.sweep();
  }
  is(openDescriptors().length, open);
});
