// Buffers that are transferred (postMessage, structuredClone) while a call waits: the call fails,
// and nothing looks like an end of data.
import type { InetAddress } from "../../ts/promises/index.js";
import { is, promiseModule, rejects, test } from "../suite.js";

const {
  AF_INET,
  AF_UNIX,
  BlockingIOError,
  CMSG_SPACE,
  OSError,
  SOCK_DGRAM,
  SOCK_STREAM,
  Socket,
  socketpair,
} = await promiseModule();
type Socket<A = any> = import("../../ts/promises/index.js").Socket<A>;

const LARGE = 8 << 20;
const take = (buffer: Uint8Array) => {
  structuredClone(buffer.buffer, { transfer: [buffer.buffer as ArrayBuffer] });
};

type Call = (s: Socket, buffer: Uint8Array) => Promise<unknown>;
const reads: [name: string, call: Call][] = [
  ["recvInto", (s, b) => s.recvInto(b)],
  ["recvfromInto", (s, b) => s.recvfromInto(b)],
  ["recvmsgInto", (s, b) => s.recvmsgInto([b], CMSG_SPACE(4))],
  ["recvmmsg", (s, b) => s.recvmmsg(s.batch({ count: 1, size: b.length, buffer: b }))],
];
for (const [name, call] of reads)
  test(`${name}: its buffer is transferred while it waits`, async () => {
    const [a, b] = await socketpair(AF_UNIX, SOCK_STREAM);
    using _a = a;
    using _b = b;
    const buffer = new Uint8Array(64);
    const waiting = rejects(() => call(b, buffer), OSError, /EFAULT$/);
    take(buffer);
    await a.send("x");
    await waiting;
    is((await b.recv(10)).toString(), "x"); // and nothing is lost
  });

const named: [
  name: string,
  call: (s: Socket<InetAddress>, buffer: Uint8Array, address: InetAddress) => Promise<unknown>,
][] = [
  ["sendto", (s, b, address) => s.sendto(b, address)],
  ["sendmsg", (s, b, address) => s.sendmsg([b], [], 0, address)],
  ["sendSegments", (s, b, address) => s.sendSegments(b, 100, address)],
];
for (const [name, call] of named)
  test(`${name}: its buffer is transferred while a name is looked up`, async () => {
    using a = new Socket(AF_INET, SOCK_DGRAM);
    using b = new Socket(AF_INET, SOCK_DGRAM);
    await b.bind(["127.0.0.1", 0]);
    const buffer = new Uint8Array(1000);
    const sending = call(a, buffer, ["localhost", b.getsockname()[1]]);
    take(buffer);
    await rejects(() => sending, OSError, /EFAULT$/);
    b.settimeout(0);
    await rejects(() => b.recv(10), BlockingIOError); // nothing was sent
  });

const writes: [name: string, call: Call][] = [
  ["send", (s, b) => s.send(b)],
  ["sendall", (s, b) => s.sendall(b)],
  ["sendmsg", (s, b) => s.sendmsg([b])],
  ["toWeb().writable", (s, b) => s.toWeb().writable.getWriter().write(b)],
];
for (const [name, call] of writes)
  test(`${name}: its buffer is transferred while it waits`, async () => {
    const [a, b] = await socketpair(AF_UNIX, SOCK_STREAM);
    using _a = a;
    using _b = b;
    let filled = 0;
    a.settimeout(0);
    await rejects(async () => {
      for (;;) filled += await a.send(new Uint8Array(65536));
    }, BlockingIOError);
    a.settimeout(null);
    const buffer = new Uint8Array(LARGE);
    const waiting = rejects(() => call(a, buffer), OSError, /EFAULT$/);
    await undefined; // sendmsg() tries in a microtask
    take(buffer);
    for (let left = filled; left > 0; ) left -= (await b.recv(1 << 20)).length;
    await waiting;
  });
