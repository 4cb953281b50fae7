// toDuplex, toNode. web.test.ts has toWeb, over.test.ts has http and tls over each family.
import { once } from "node:events";
import type { Socket as UdpSocket } from "node:dgram";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import * as net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AF_INET,
  AF_INET6,
  AF_UNIX,
  MSG_WAITALL,
  OSError,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  SO_LINGER,
  Socket,
  structs,
} from "../../ts/promises/index.js";
import { Child } from "../child.js";
import { noIPv6 } from "../have.js";
import { runtime } from "../runtime.js";
import { equal, is, ok, rejects, test } from "../suite.js";
import { pair } from "./connected.js";

/** The module that toNode() asks, whose members can be changed. */
const mutableNet = createRequire(import.meta.url)("node:net") as { Socket: typeof net.Socket };

test("toDuplex: bytes both ways, end and close", async () => {
  const [a, b] = await pair();
  const left = a.toDuplex();
  const right = b.toDuplex({ allowHalfOpen: true });
  left.end("hello");
  const chunks: Buffer[] = [];
  for await (const chunk of right.iterator({ destroyOnReturn: false })) chunks.push(chunk);
  is(Buffer.concat(chunks).toString(), "hello");
  right.end("bye");
  const answer: Buffer[] = [];
  for await (const chunk of left) answer.push(chunk);
  is(Buffer.concat(answer).toString(), "bye");
  if (!right.closed) await once(right, "close");
  if (!left.closed) await once(left, "close");
  is(a.fileno(), -1);
  is(b.fileno(), -1);
});

test("toDuplex: a slow reader bounds what the writer buffers", async () => {
  const [a, b] = await pair();
  const left = a.toDuplex();
  const right = b.toDuplex();
  let written = 0;
  while (left.write(Buffer.alloc(65536)) || left.writableLength === 0) {
    written += 65536;
    if (written > 64 << 20) break;
  }
  ok(left.writableLength <= 4 * 65536, `${left.writableLength} bytes buffered`);
  const closed = Promise.all([once(left, "close"), once(right, "close")]);
  right.on("error", () => {});
  left.on("error", () => {});
  left.destroy();
  right.destroy();
  await closed;
});

test("toDuplex: a reset is an error of the stream", async () => {
  const [a, b] = await pair();
  const right = b.toDuplex();
  right.resume();
  // SO_LINGER with 0 seconds: close(2) sends RST.
  a.setsockopt(1, 13, new Uint8Array(Int32Array.of(1, 0).buffer));
  a.close();
  const [error] = await once(right, "error");
  is(error.code, "ECONNRESET");
});

test("toDuplex: setTimeout reports idleness", async () => {
  const [a, b] = await pair();
  const stream = a.toDuplex();
  stream.setTimeout(20);
  await once(stream, "timeout");
  stream.destroy();
  b.close();
  await once(stream, "close");
});

test("toNode: a stream, a listener and a datagram socket", async () => {
  const [a, b] = await pair();
  const node = (await a.toNode()) as net.Socket;
  is(a.fileno(), -1);
  node.end("through net");
  is((await b.recv(100)).toString(), "through net");
  b.close();
  node.resume();
  await once(node, "close");

  const listener = new Socket(AF_INET, SOCK_STREAM);
  await listener.bind(["127.0.0.1", 0]);
  listener.listen();
  const server = (await listener.toNode()) as net.Server;
  const client = net.connect((server.address() as net.AddressInfo).port, "127.0.0.1");
  const [connection] = (await once(server, "connection")) as [net.Socket];
  connection.end();
  client.resume();
  connection.resume();
  await Promise.all([once(client, "close"), once(connection, "close")]);
  server.close();
  await once(server, "close");

  const datagrams = new Socket(AF_INET, SOCK_DGRAM);
  await datagrams.bind(["127.0.0.1", 0]);
  const udp = (await datagrams.toNode()) as UdpSocket;
  using sender = new Socket(AF_INET, SOCK_DGRAM);
  const message = once(udp, "message");
  await sender.sendto("x", ["127.0.0.1", udp.address().port]);
  is(String((await message)[0]), "x");
  udp.close();
  await once(udp, "close");
});

const noCluster = runtime !== "node" && "the cluster's worker is begun with Node's own arguments";
test(
  "toNode: a listener in a cluster's worker serves its own descriptor, not the primary's of that number",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "cluster-"));
    const begin = `
    const P = await import(${JSON.stringify(new URL("../../ts/promises/index.js", import.meta.url).href)});
    const cluster = (await import("node:cluster")).default;
    const before = [];
    /** A listener whose number is at least \`least\`. */
    async function listen(family, address, least) {
      for (;;) {
        const s = new P.Socket(family, P.SOCK_STREAM);
        before.push(s);
        if (s.fileno() < least) continue;
        await s.bind(address);
        s.listen();
        return s;
      }
    }`;
    const worker = `${begin}
    for (const [family, address] of [[P.AF_INET, ["127.0.0.1", 0]], [P.AF_UNIX, process.env.OURS]]) {
      const ours = await listen(family, address, Number(process.env.NUMBER));
      const bound = ours.getsockname();
      const server = await ours.toNode();
      server.on("connection", connection => connection.end("the worker's"));
      const client = new P.Socket(family, P.SOCK_STREAM);
      before.push(client);
      await client.connect(bound);
      console.log(ours.fileno(), String(await client.recv(100)));
    }
    process.exit();`;
    try {
      const { status, stdout, stderr } = await new Child(`${begin}
      const theirs = await listen(P.AF_INET, ["127.0.0.1", 0], 40);
      cluster.setupPrimary({ execArgv: ["--input-type=module", "-e", ${JSON.stringify(worker)}], exec: "-" });
      cluster.fork({ NUMBER: theirs.fileno(), OURS: ${JSON.stringify(join(folder, "ours"))} })
        .on("exit", code => process.exit(code));`).ended;
      equal([status, stdout, stderr], [0, "-1 the worker's\n-1 the worker's\n", ""]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  { skip: noCluster },
);

test("toNode: AF_UNIX, its streams and listeners", async () => {
  const folder = mkdtempSync(join(tmpdir(), "streams-"));
  const path = join(folder, "socket");
  try {
    const listener = new Socket(AF_UNIX, SOCK_STREAM);
    await listener.bind(path);
    listener.listen();
    const server = (await listener.toNode()) as net.Server;
    const client = new Socket(AF_UNIX, SOCK_STREAM);
    ok(server instanceof net.Server);
    const connected = once(server, "connection") as Promise<[net.Socket]>;
    await client.connect(path);
    const [connection] = await connected;
    const stream = (await client.toNode()) as net.Socket;
    connection.end("from the server");
    let text = "";
    for await (const part of stream) text += part;
    is(text, "from the server");
    if (!connection.closed) await once(connection, "close");
    server.close();
    await once(server, "close");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test(
  "toNode: UDP over IPv6, and a socket that was watched here before",
  async () => {
    const s = new Socket(AF_INET6, SOCK_DGRAM);
    await s.bind(["::1", 0]);
    const waiting = rejects(() => s.recv(10), OSError, /detached while the call waited/);
    const to = s.getsockname();
    const udp = (await s.toNode()) as UdpSocket;
    await waiting;
    equal([udp.address().family, udp.address().port], ["IPv6", to[1]]);
    using sender = new Socket(AF_INET6, SOCK_DGRAM);
    const message = once(udp, "message");
    await sender.sendto("x", to);
    is(String((await message)[0]), "x");
    udp.close();
    await once(udp, "close");
  },
  { skip: noIPv6 },
);

test("toNode: what came before is read by Node", async () => {
  const [a, b] = await pair();
  is((await Promise.all([b.recv(1), a.sendall("watched, ")]))[0].toString(), "w"); // the poller knows it
  const node = (await b.toNode()) as net.Socket;
  await a.sendall("then read");
  a.close();
  let text = "";
  for await (const part of node) text += part;
  is(text, "atched, then read");
});

test(
  "toDuplex: unref() lets the process end, ref() keeps it, as its socket's",
  async () => {
    const program = (calls: string) => `
    import { Socket, socketpair } from ${JSON.stringify(new URL("../../ts/promises/index.js", import.meta.url).href)};
    const [a, b] = socketpair(), stream = b.toDuplex();
    stream.on("data", data => { console.log(String(data)); stream.destroy(); });
    setTimeout(() => a.sendall("came"), 100).unref();
    ${calls}`;
    for (const [calls, printed] of [
      ["stream.unref();", ""],
      ["stream.unref().ref();", "came\n"],
      ["b.unref(); b.ref();", "came\n"],
      ["", "came\n"],
    ] as const) {
      const { status, stdout, stderr } = await new Child(program(calls)).ended;
      // Of a timer that doesn't count, only a socket that does keeps the process until it fires.
      equal([calls, status, stdout, stderr], [calls, 0, printed, ""]);
    }
  },
  { seconds: 30 },
);

test("toNode: an error that ended a part of MSG_WAITALL is the stream's", async () => {
  const [a, b] = await pair();
  const waiting = b.recv(10, MSG_WAITALL);
  await a.sendall("abc");
  await new Promise(done => setTimeout(done, 10));
  a.setsockopt(SOL_SOCKET, SO_LINGER, structs.linger.pack({ onoff: 1, linger: 0 }));
  a.close();
  is(String(await waiting), "abc");
  const node = (await b.toNode()) as net.Socket;
  const events: string[] = [];
  node.on("error", error => events.push((error as { code?: string }).code!));
  node.on("end", () => events.push("end"));
  node.resume();
  await new Promise(done => node.on("close", done));
  equal(events, ["ECONNRESET"]);
  is(b.fileno(), -1);
});

test("toNode: what Node can't take stays ours", async () => {
  using s = new Socket(AF_UNIX, SOCK_DGRAM);
  is(
    ((await rejects(() => s.toNode(), Error, /toDuplex\(\) takes any stream/)) as { code?: string }).code,
    "ENOTSUP",
  );
  ok(s.fileno() >= 0);
  equal(s.getsockname(), "");
});

test("toNode: a connected UDP socket, which Node could never send on, stays ours", async () => {
  using peer = new Socket(AF_INET, SOCK_DGRAM);
  using s = new Socket(AF_INET, SOCK_DGRAM);
  await peer.bind(["127.0.0.1", 0]);
  await s.connect(peer.getsockname());
  const waiting = s.recv(10);
  is(
    (
      (await rejects(() => s.toNode(), Error, /can send only where it has connected itself/)) as {
        code?: string;
      }
    ).code,
    "ENOTSUP",
  );
  await s.send("still ours");
  const [data, from] = await peer.recvfrom(100);
  equal([String(data), from], ["still ours", s.getsockname()]);
  await peer.sendto("answer", from!);
  is(String(await waiting), "answer");
});

test("toNode: what Node refuses stays ours, with its calls that wait", async () => {
  const [a, b] = await pair();
  const { Socket: NetSocket } = mutableNet;
  const waiting = a.recv(10);
  mutableNet.Socket = class {
    constructor() {
      throw new Error("no more");
    }
  } as unknown as typeof net.Socket;
  try {
    await rejects(() => a.toNode(), Error, "no more");
  } finally {
    mutableNet.Socket = NetSocket;
  }
  ok(a.fileno() >= 0);
  await b.sendall("kept");
  is(String(await waiting), "kept");
  a.close();
  b.close();
});

test("toNode: UDP sends through Node", async () => {
  using peer = new Socket(AF_INET, SOCK_DGRAM);
  await peer.bind(["127.0.0.1", 0]);
  const s = new Socket(AF_INET, SOCK_DGRAM);
  await s.bind(["127.0.0.1", 0]);
  const udp = (await s.toNode()) as UdpSocket;
  udp.send("x", peer.getsockname()[1], "127.0.0.1");
  is(String(await peer.recv(10)), "x");
  udp.close();
  await once(udp, "close");
});
