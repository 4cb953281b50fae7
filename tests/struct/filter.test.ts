// struct sock_filter: linux/filter.h, net/bpf.h; and attachFilter(), which passes a list of them.
import {
  AF_INET, BPF_ABS, BPF_B, BPF_JEQ, BPF_JMP, BPF_JA, BPF_K, BPF_LD, BPF_RET, SOCK_DGRAM, SOCK_STREAM, SOL_SOCKET, SO_REUSEPORT, Socket,
  type SockFilter,
} from "../../ts/index.js";
import * as promises from "../../ts/promises/index.js";
import { equal, fails, is, test, throws } from "../suite.js";
import { structBytes } from "../vectors.js";

structBytes("sock_filter", { code: 0x15, jt: 1, jf: 2, k: 0x01020304 }, {
  linux64: "1500 01 02 04030201", linux64be: "0015 01 02 01020304", linux32: "1500 01 02 04030201", darwin64: "1500 01 02 04030201",
  freebsd64: "1500 01 02 04030201", windows64: "1500 01 02 04030201",
});

/** Datagrams whose first byte is a letter: behind the 8 bytes of the UDP header. */
const only = (letter: string): SockFilter[] => [
  { code: BPF_LD | BPF_B | BPF_ABS, jt: 0, jf: 0, k: 8 },
  { code: BPF_JMP | BPF_JEQ | BPF_K, jt: 0, jf: 1, k: letter.charCodeAt(0) },
  { code: BPF_RET | BPF_K, jt: 0, jf: 0, k: 0xffff },
  { code: BPF_RET | BPF_K, jt: 0, jf: 0, k: 0 },
];
const text = (filter: SockFilter[]) => [filter.length, ...filter.map(({ code, jt, jf, k }) => `${code} ${jt} ${jf} ${k}`)].join("\n") + "\n";

test("attachFilter: a socket takes only what the filter lets in, until it is detached", () => {
  for (const filter of [only("a"), text(only("a"))]) {
    using s = new Socket(AF_INET, SOCK_DGRAM), peer = new Socket(AF_INET, SOCK_DGRAM);
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
  const sockets = [0, 1].map(() => new promises.Socket(AF_INET, SOCK_DGRAM)), [first, second] = sockets as [promises.Socket, promises.Socket];
  using peer = new Socket(AF_INET, SOCK_DGRAM);
  try {
    for (const s of sockets) s.setsockopt(SOL_SOCKET, SO_REUSEPORT, 1);
    await first.bind(["127.0.0.1", 0]);
    await second.bind(first.getsockname());
    // The first byte of the data, minus "0": that of each socket in the order of bind().
    const number = { code: BPF_LD | BPF_B | BPF_ABS, jt: 0, jf: 0, k: 0 };
    first.attachFilter([number, { code: 0x14, jt: 0, jf: 0, k: 0x30 }, { code: BPF_RET | 0x10, jt: 0, jf: 0, k: 0 }], { reusePort: true });
    for (const data of ["0x", "1x", "1y", "0y"]) peer.sendto(data, first.getsockname());
    equal([String(await first.recv(9)), String(await first.recv(9))], ["0x", "0y"]);
    equal([String(await second.recv(9)), String(await second.recv(9))], ["1x", "1y"]);
  } finally { for (const s of sockets) s.close(); }
});

test("attachFilter: what is no filter is refused before anything", () => {
  using s = new Socket(AF_INET, SOCK_STREAM);
  const [load, , end] = only("a") as [SockFilter, SockFilter, SockFilter];
  throws(() => s.attachFilter([]), RangeError, /how many instructions must be an integer 1..4096, got 0/);
  throws(() => s.attachFilter([load]), RangeError, /^attachFilter: the last instruction must return/);
  throws(() => s.attachFilter([{ code: BPF_JMP | BPF_JEQ, jt: 0, jf: 1, k: 5 }, end]), RangeError, "attachFilter: instruction 0 jumps behind the last, 1");
  throws(() => s.attachFilter([{ code: BPF_JMP | BPF_JA, jt: 0, jf: 0, k: 7 }, end]), RangeError, "attachFilter: instruction 0 jumps behind the last, 1");
  throws(() => s.attachFilter("2\n6 0 0 0\n"), RangeError, /^attachFilter: the first line must be how many follow, 1, got "2"/);
  throws(() => s.attachFilter("1\n6 0 x 0\n"), RangeError, 'attachFilter: line 2 must be "code jt jf k", got "6 0 x 0"');
  throws(() => s.attachFilter(5 as never), TypeError, /^filter must be instructions or the text of tcpdump -ddd, got 5/);
  throws(() => s.attachFilter([{ ...end, jt: 256 }]), RangeError, /jt must be an integer 0..255/);
  fails("EINVAL", () => s.attachFilter([{ code: 0xffff & ~0x07 | BPF_RET, jt: 0, jf: 0, k: 0 }]));
  s.close();
  fails("EBADF", () => s.attachFilter([end]));
});
