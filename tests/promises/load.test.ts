// Many connections, other readers, false wakeups, resets, half-closed peers, slow readers.
import {
  AF_INET,
  IPPROTO_UDP,
  SHUT_WR,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_STREAM,
  SOL_SOCKET,
  SO_LINGER,
  Socket,
  type InetAddress,
} from "../../ts/promises/index.js";
import { notRoot } from "../have.js";
import { is, ok, rejects, test } from "../suite.js";
import { listener, pair, TCP } from "./connected.js";

const later = (ms: number) => new Promise(done => setTimeout(done, ms));

async function udp(): Promise<Socket<InetAddress>> {
  const s = new Socket(AF_INET, SOCK_DGRAM);
  await s.bind(["127.0.0.1", 0]);
  return s;
}

test(
  "accept: 10,000 connections opened and closed in bursts",
  async () => {
    using server = await listener(TCP, 1024);
    let served = 0;
    const serving = (async () => {
      for await (const [connection] of server) {
        served++;
        void (connection as Socket).sendall("hi").finally(() => (connection as Socket).close());
      }
    })();
    for (let burst = 0; burst < 20; burst++) {
      await Promise.all(
        Array.from({ length: 500 }, async () => {
          using client: Socket = new Socket(AF_INET, SOCK_STREAM);
          await client.connect(server.getsockname());
          is((await client.recv(10)).toString(), "hi");
        }),
      );
    }
    server.close();
    await serving;
    is(served, 10_000);
  },
  { seconds: 60 },
);

test("recv: another reader on the same descriptor takes the datagram", async () => {
  using s = await udp();
  using other = s.dup();
  using sender = await udp();
  const controller = new AbortController();
  const settled = [s, other].map(each =>
    each.recv(10, { signal: controller.signal }).then(String, error => error.name as string),
  );
  await later(5);
  await sender.sendto("x", s.getsockname());
  await Promise.race(settled);
  await later(10);
  controller.abort();
  is((await Promise.all(settled)).sort().join(), "AbortError,x");
});

test(
  "recv: a datagram with a bad checksum wakes nobody for good",
  async () => {
    using s = await udp();
    using sender = await udp();
    using raw: Socket = new Socket(AF_INET, SOCK_RAW, IPPROTO_UDP);
    const waiting = s.recv(100);
    const [, port] = s.getsockname();
    // RFC 768: source port, destination port, length, checksum, data.
    await raw.sendto(Uint8Array.of(0, 99, port >> 8, port & 255, 0, 12, 0xba, 0xd0, 1, 2, 3, 4), [
      "127.0.0.1",
      0,
    ]);
    await later(20);
    await sender.sendto("good", s.getsockname());
    is((await waiting).toString(), "good");
  },
  { skip: notRoot },
);

test("recv: a reset by the peer is ECONNRESET, and so is the next send", async () => {
  const [a, b] = await pair();
  using _b = b;
  const waiting = b.recv(10);
  a.setsockopt(SOL_SOCKET, SO_LINGER, new Uint8Array(Int32Array.of(1, 0).buffer));
  a.close();
  is(((await rejects(() => waiting, Error)) as { code?: string }).code, "ECONNRESET");
  is(((await rejects(() => b.sendall("x"), Error)) as { code?: string }).code, "EPIPE");
});

test("recv: a half-closed peer still gets answers", async () => {
  const [a, b] = await pair();
  using _a = a;
  using _b = b;
  await a.sendall("question");
  a.shutdown(SHUT_WR);
  is((await b.recv(100)).toString(), "question");
  is((await b.recv(100)).length, 0);
  is((await b.recv(100)).length, 0, "the end stays");
  await b.sendall("answer");
  is((await a.recv(100)).toString(), "answer");
});

test(
  "sendall: a slow reader bounds memory",
  async () => {
    const [a, b] = await pair();
    using _a = a;
    using _b = b;
    const chunk = Buffer.alloc(1 << 20);
    const total = 64;
    const before = process.memoryUsage().arrayBuffers;
    const sending = (async () => {
      for (let i = 0; i < total; i++) await a.sendall(chunk);
    })();
    const into = Buffer.alloc(65536);
    for (let got = 0; got < total << 20; ) {
      got += await b.recvInto(into);
      if ((got & 0xfffff) === 0) ok(process.memoryUsage().arrayBuffers - before < 4 << 20);
    }
    await sending;
  },
  { seconds: 30 },
);
