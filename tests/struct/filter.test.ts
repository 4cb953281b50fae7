// struct sock_filter: linux/filter.h, net/bpf.h; and attachFilter(), which passes a list of them.
import {
  AF_INET,
  BPF_ABS,
  BPF_B,
  BPF_JEQ,
  BPF_JMP,
  BPF_JA,
  BPF_K,
  BPF_LD,
  BPF_RET,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  SO_REUSEPORT,
  SKF_AD_OFF,
  SKF_AD_PROTOCOL,
  Socket,
  structs,
  type SockFilter,
} from "../../ts/index.js";
import * as promises from "../../ts/promises/index.js";
import { equal, fails, is, test, throws } from "../suite.js";
import { structBytes } from "../vectors.js";

structBytes(
  "sock_filter",
  { code: 0x15, jt: 1, jf: 2, k: 0x01020304 },
  {
    linux64: "1500 01 02 04030201",
    linux64be: "0015 01 02 01020304",
    linux32: "1500 01 02 04030201",
    darwin64: "1500 01 02 04030201",
    freebsd64: "1500 01 02 04030201",
    windows64: "1500 01 02 04030201",
  },
);

/** Datagrams whose first byte is a letter: behind the 8 bytes of the UDP header. */
const only = (letter: string): SockFilter[] => [
  { code: BPF_LD | BPF_B | BPF_ABS, jt: 0, jf: 0, k: 8 },
  { code: BPF_JMP | BPF_JEQ | BPF_K, jt: 0, jf: 1, k: letter.charCodeAt(0) },
  { code: BPF_RET | BPF_K, jt: 0, jf: 0, k: 0xffff },
  { code: BPF_RET | BPF_K, jt: 0, jf: 0, k: 0 },
];
const text = (filter: SockFilter[]) =>
  [filter.length, ...filter.map(({ code, jt, jf, k }) => `${code} ${jt} ${jf} ${k}`)].join("\n") + "\n";

const structsOf = (filter: SockFilter[]) =>
  Buffer.concat(filter.map(instruction => structs.sock_filter.pack(instruction)));

test("attachFilter: a socket takes only what the filter lets in, until it is detached", () => {
  for (const filter of [
    only("a"),
    text(only("a")),
    text(only("a")).trim().replaceAll("\n", ","),
    structsOf(only("a")),
    only("a").map(({ code, ...rest }) => ({
      code,
      ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== 0)),
    })),
  ]) {
    using s = new Socket(AF_INET, SOCK_DGRAM);
    using peer = new Socket(AF_INET, SOCK_DGRAM);
    s.bind(["127.0.0.1", 0]);
    s.settimeout(2);
    s.attachFilter(filter);
    for (const data of ["b1", "a1", "b2", "a2"]) peer.sendto(data, s.getsockname());
    equal([String(s.recv(9)), String(s.recv(9))], ["a1", "a2"]);
    s.detachFilter();
    peer.sendto("b3", s.getsockname());
    is(String(s.recv(9)), "b3");
    fails("ENOENT", () => s.detachFilter());
  }
});

test("attachFilter: with reusePort it chooses among those that share a port", async () => {
  const sockets = [0, 1].map(() => new promises.Socket(AF_INET, SOCK_DGRAM));
  const [first, second] = sockets as [promises.Socket, promises.Socket];
  using peer = new Socket(AF_INET, SOCK_DGRAM);
  try {
    for (const s of sockets) s.setsockopt(SOL_SOCKET, SO_REUSEPORT, 1);
    await first.bind(["127.0.0.1", 0]);
    await second.bind(first.getsockname());
    // The first byte of the data, minus "0": that of each socket in the order of bind().
    const number = { code: BPF_LD | BPF_B | BPF_ABS, jt: 0, jf: 0, k: 0 };
    first.attachFilter(
      [number, { code: 0x14, jt: 0, jf: 0, k: 0x30 }, { code: BPF_RET | 0x10, jt: 0, jf: 0, k: 0 }],
      { reusePort: true },
    );
    for (const data of ["0x", "1x", "1y", "0y"]) peer.sendto(data, first.getsockname());
    equal([String(await first.recv(9)), String(await first.recv(9))], ["0x", "0y"]);
    equal([String(await second.recv(9)), String(await second.recv(9))], ["1x", "1y"]);
    first.detachFilter({ reusePort: true });
    fails("ENOENT", () => first.detachFilter({ reusePort: true }));
  } finally {
    for (const s of sockets) s.close();
  }
});

test("attachFilter: what is no filter is refused before anything", () => {
  using s = new Socket(AF_INET, SOCK_STREAM);
  const [load, , end] = only("a") as [SockFilter, SockFilter, SockFilter];
  throws(() => s.attachFilter([]), RangeError, /how many instructions must be an integer 1..4096, got 0/);
  throws(() => s.attachFilter([load]), RangeError, /^attachFilter: the last instruction must return/);
  throws(
    () => s.attachFilter([{ code: BPF_JMP | BPF_JEQ, jt: 0, jf: 1, k: 5 }, end]),
    RangeError,
    "attachFilter: instruction 0 jumps behind the last, 1",
  );
  throws(
    () => s.attachFilter([{ code: BPF_JMP | BPF_JA, jt: 0, jf: 0, k: 7 }, end]),
    RangeError,
    "attachFilter: instruction 0 jumps behind the last, 1",
  );
  throws(
    () => s.attachFilter("2\n6 0 0 0\n"),
    RangeError,
    /^attachFilter: the text must begin with how many follow, 1, got "2"/,
  );
  throws(
    () => s.attachFilter("1\n6 0 x 0\n"),
    RangeError,
    'attachFilter: instruction 0 must be "code jt jf k", got "6 0 x 0"',
  );
  throws(
    () => s.attachFilter(5 as never),
    TypeError,
    /^filter must be instructions or the text of tcpdump -ddd, got 5/,
  );
  const endless = function* () {
    for (;;) yield load;
  };
  throws(
    () => s.attachFilter(endless()),
    RangeError,
    /how many instructions must be an integer 1..4096, got 4097/,
  );
  throws(
    () => s.attachFilter(new Uint8Array(0)),
    RangeError,
    /how many instructions must be an integer 1..4096, got 0/,
  );
  throws(
    () => s.attachFilter(new Uint8Array(12)),
    RangeError,
    "attachFilter: filter must be a multiple of 8 bytes, got 12",
  );
  throws(
    () => s.attachFilter(structsOf([load])),
    RangeError,
    /^attachFilter: the last instruction must return/,
  );
  throws(
    () => s.attachFilter(structsOf([{ code: BPF_JMP | BPF_JA, k: -1 }, end])),
    RangeError,
    "attachFilter: instruction 0 jumps behind the last, 1",
  );
  throws(() => s.attachFilter([null] as never), TypeError, "sock_filter must be an object, got null");
  throws(
    () => s.attachFilter([end], null as never),
    TypeError,
    "attachFilter: options must be an object such as { reusePort }, got null",
  );
  throws(
    () => s.attachFilter([end], { reuseport: true } as never),
    TypeError,
    'attachFilter: options has no "reuseport": it takes reusePort',
  );
  throws(
    () => s.detachFilter({ reusePort: 1 } as never),
    TypeError,
    "detachFilter: reusePort must be a boolean, got 1",
  );
  throws(() => s.attachFilter([{ ...end, jt: 256 }]), RangeError, /jt must be an integer 0..255/);
  fails("EINVAL", () => s.attachFilter([{ code: (0xffff & ~0x07) | BPF_RET, jt: 0, jf: 0, k: 0 }]));
  s.close();
  fails("EBADF", () => s.attachFilter([end]));
});

test("attachFilter: what the kernel knows of a packet, by an operand below zero", () => {
  using s = new Socket(AF_INET, SOCK_DGRAM);
  using peer = new Socket(AF_INET, SOCK_DGRAM);
  s.bind(["127.0.0.1", 0]);
  s.settimeout(2);
  const ETH_P_IP = 0x800;
  const BPF_H = 8;
  s.attachFilter([
    { code: BPF_LD | BPF_H | BPF_ABS, k: SKF_AD_OFF + SKF_AD_PROTOCOL },
    { code: BPF_JMP | BPF_JEQ | BPF_K, jf: 1, k: ETH_P_IP },
    { code: BPF_RET | BPF_K, k: 8 + 3 },
    { code: BPF_RET | BPF_K },
  ]);
  peer.sendto("abcdef", s.getsockname());
  is(String(s.recv(9)), "abc");
});

test("attachFilter: a long program, and getters that attach another", () => {
  using s = new Socket(AF_INET, SOCK_DGRAM);
  using peer = new Socket(AF_INET, SOCK_DGRAM);
  using other = new Socket(AF_INET, SOCK_DGRAM);
  s.bind(["127.0.0.1", 0]);
  s.settimeout(2);
  const [load, , take] = only("a") as [SockFilter, SockFilter, SockFilter];
  s.attachFilter([...new Array<SockFilter>(1000).fill(load), take]);
  s.attachFilter(
    only("a").map(({ code, ...rest }) => ({
      get code() {
        other.attachFilter([take]);
        return code;
      },
      ...rest,
    })),
  );
  for (const data of ["b", "a"]) peer.sendto(data, s.getsockname());
  is(String(s.recv(9)), "a");
});
