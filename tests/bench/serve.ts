// The sides of the works on an event loop that run in Node: serve.js ours|node WORK. Speaks as peer.c describes.
import * as dgram from "node:dgram";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import * as net from "node:net";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { AF_INET, CMSG_SPACE, IPPROTO_TCP, SOCK_DGRAM, SOCK_STREAM, SOL_SOCKET, SO_RCVBUF, Socket, TCP_NODELAY } from "berkeley-sockets/promises";

interface Work { port: number; run(count: number): Promise<void> }

const MESSAGE = 64, CHUNK = 65536, SEGMENT = 1200, BATCH = 64, ROOM = 4 << 20;
/** Milliseconds until the load has seen that it is done. */
const SETTLE = 20;
const FILE = process.env.BENCH_FILE!;
const buffer = Buffer.alloc(CHUNK), message = Buffer.alloc(MESSAGE);
let startCpu = 0, startWall = 0;

function cpu(): number {
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  return userCPUTime + systemCPUTime;
}
function begin(): void { startWall = performance.now(); startCpu = cpu(); }

async function listening(): Promise<Socket> {
  const server: Socket = new Socket(AF_INET, SOCK_STREAM);
  await server.bind(["127.0.0.1", 0]);
  server.listen(1024);
  return server;
}

async function oursEcho(): Promise<Work> {
  const server = await listening();
  let echoed = 0, wanted = 0, open = 0, check = () => {}; // counted over all rounds: a round's load may be quicker than its line
  async function serve(connection: Socket): Promise<void> {
    connection.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1);
    const into = Buffer.alloc(CHUNK), first = into.subarray(0, MESSAGE);
    for (let n; (n = await connection.recvInto(into)) > 0;) {
      await connection.sendall(n === MESSAGE ? first : into.subarray(0, n));
      echoed += n / MESSAGE;
    }
    connection.close();
    open--;
    check();
  }
  (async () => {
    for await (const [connection] of server) {
      if (open++ === 0) begin();
      void serve(connection);
    }
  })();
  return {
    port: server.getsockname()[1],
    run: count => new Promise(done => {
      wanted += count;
      check = () => { if (echoed >= wanted && open === 0) done(); };
      check();
    }),
  };
}

function nodeEcho(): Promise<Work> {
  let echoed = 0, wanted = 0, open = 0, check = () => {}; // counted over all rounds: a round's load may be quicker than its line
  const server = net.createServer({ noDelay: true, allowHalfOpen: false }, connection => {
    if (open++ === 0) begin();
    connection.on("data", data => { connection.write(data); echoed += data.length / MESSAGE; });
    connection.on("close", () => { open--; check(); });
  });
  return nodeWork(server, count => new Promise(done => {
    wanted += count;
    check = () => { if (echoed >= wanted && open === 0) done(); };
    check();
  }));
}

async function nodeWork(server: net.Server, run: Work["run"]): Promise<Work> {
  server.listen(0, "127.0.0.1", 1024);
  await once(server, "listening");
  return { port: (server.address() as net.AddressInfo).port, run };
}

async function oursAccept(): Promise<Work> {
  const server = await listening();
  return {
    port: server.getsockname()[1],
    async run(count) {
      for (let done = 0; done < count; done++) {
        const [connection] = await server.accept();
        if (done === 0) begin();
        connection.close();
      }
    },
  };
}

function nodeAccept(): Promise<Work> {
  let accepted = 0, wanted = 0, finish = () => {};
  const server = net.createServer(connection => {
    if (accepted++ === wanted - roundOf) begin();
    connection.destroy();
    if (accepted === wanted) finish();
  });
  let roundOf = 0;
  return nodeWork(server, count => new Promise(done => { wanted += count; roundOf = count; finish = done; }));
}

/** One connection a round. */
async function oursPeer(use: (connection: Socket, count: number) => Promise<void>): Promise<Work> {
  const server = await listening();
  return {
    port: server.getsockname()[1],
    async run(count) {
      const [connection] = await server.accept();
      begin();
      await use(connection, count);
      connection.close();
    },
  };
}
function nodePeer(use: (connection: net.Socket, count: number) => Promise<void>): Promise<Work> {
  const server = net.createServer();
  const connections: net.Socket[] = [];
  let arrived = () => {};
  server.on("connection", connection => { connections.push(connection.pause()); arrived(); });
  return nodeWork(server, async count => {
    if (connections.length === 0) await new Promise<void>(done => { arrived = done; });
    const connection = connections.shift()!;
    begin();
    await use(connection, count);
    connection.destroy();
  });
}

const oursSend = () => oursPeer(async (connection, count) => { for (let i = 0; i < count; i++) await connection.sendall(buffer); });
const nodeSend = () => nodePeer(async (connection, count) => {
  for (let i = 0; i < count; i++) if (!connection.write(buffer)) await once(connection, "drain");
  if (connection.writableLength > 0) await once(connection, "drain");
});
const oursReceive = () => oursPeer(async (connection, count) => { for (let left = count * CHUNK; left > 0;) left -= await connection.recvInto(buffer); });
const nodeReceive = () => nodePeer((connection, count) => new Promise(done => {
  let left = count * CHUNK;
  connection.on("data", data => { if ((left -= data.length) <= 0) done(); });
}));
const oursFile = () => oursPeer(async (connection, count) => {
  const file = await open(FILE);
  await connection.sendfile(file, 0, count * CHUNK);
  await file.close();
});
const nodeFile = () => nodePeer(async (connection, count) => {
  const stream = createReadStream(FILE, { end: count * CHUNK - 1 });
  stream.pipe(connection, { end: false });
  await once(stream, "end");
  if (connection.writableLength > 0) await once(connection, "drain");
});

/** A datagram from the load tells its address; "done" tells it that this side has enough. */
async function oursUdp(use: (s: Socket, count: number) => Promise<void>): Promise<Work> {
  const make = async (port: number): Promise<Socket> => {
    const s: Socket = new Socket(AF_INET, SOCK_DGRAM);
    await s.bind(["127.0.0.1", port]);
    s.setsockopt(SOL_SOCKET, SO_RCVBUF, ROOM);
    return s;
  };
  let s = await make(0);
  const port: number = s.getsockname()[1];
  return {
    port,
    async run(count) {
      const [, peer] = await s.recvfrom(CHUNK);
      await s.connect(peer);
      begin();
      await use(s, count);
      const spent = cpu() - startCpu, took = performance.now() - startWall;
      await s.send("done");
      await setTimeout(SETTLE);
      s.close(); // with what came meanwhile
      s = await make(port);
      startCpu = cpu() - spent, startWall = performance.now() - took;
    },
  };
}
async function nodeUdp(use: (s: dgram.Socket, count: number) => Promise<void>): Promise<Work> {
  let greeting: Promise<[Buffer, dgram.RemoteInfo]>;
  const make = async (port: number): Promise<dgram.Socket> => {
    const s = dgram.createSocket({ type: "udp4", recvBufferSize: ROOM });
    greeting = once(s, "message") as typeof greeting; // it may come before its round
    s.bind(port, "127.0.0.1");
    await once(s, "listening");
    return s;
  };
  let s = await make(0);
  const { port } = s.address();
  return {
    port,
    async run(count) {
      const [, peer] = await greeting;
      s.connect(peer.port, peer.address);
      await once(s, "connect");
      begin();
      await use(s, count);
      const spent = cpu() - startCpu, took = performance.now() - startWall;
      s.send("done");
      await setTimeout(SETTLE);
      await new Promise(done => s.close(() => done(undefined)));
      s = await make(port);
      startCpu = cpu() - spent, startWall = performance.now() - took;
    },
  };
}

const oursReceiveMany = () => oursUdp(async (s, count) => {
  const batch = s.batch({ count: BATCH, size: 2048 });
  while (count > 0) count -= await s.recvmmsg(batch);
});
const oursReceiveJoined = () => oursUdp(async (s, count) => {
  s.setGro(true);
  const batch = s.batch({ count: BATCH, size: 65535, control: CMSG_SPACE(4) });
  while (count > 0) {
    const n = await s.recvmmsg(batch);
    for (let i = 0; i < n; i++) count -= batch.data(i).length;
  }
});
/** Datagrams, or bytes of them. */
const nodeReceiveMany = (bytes: boolean) => nodeUdp((s, count) => new Promise(done => {
  s.on("message", data => { if ((count -= bytes ? data.length : 1) <= 0) done(); });
}));
const oursSendMany = () => oursUdp(async (s, count) => {
  const batch = s.batch({ count: BATCH, size: MESSAGE });
  while (batch.push(message)) continue;
  for (; count > 0; count -= BATCH) await s.sendmmsg(batch);
});
const oursSendSegments = () => oursUdp(async (s, count) => {
  const data = Buffer.alloc(54 * SEGMENT);
  for (; count > 0; count -= 54) await s.sendSegments(data, SEGMENT);
});
/** dgram's send() with as many under way as a batch has. */
const nodeSendMany = (size: number) => nodeUdp((s, count) => new Promise(done => {
  const data = Buffer.alloc(size);
  let left = count, back = 0;
  const next = () => { if (++back === count) done(); else if (left > 0) { left--; s.send(data, next); } };
  for (let i = 0; i < BATCH && left > 0; i++) { left--; s.send(data, next); }
}));

const works: Record<string, [ours: () => Promise<Work>, node: () => Promise<Work>]> = {
  "serve-echo": [oursEcho, nodeEcho], "serve-accept": [oursAccept, nodeAccept],
  "serve-send": [oursSend, nodeSend], "serve-receive": [oursReceive, nodeReceive], "serve-file": [oursFile, nodeFile],
  "udp-receive": [oursReceiveMany, () => nodeReceiveMany(false)], "udp-joined": [oursReceiveJoined, () => nodeReceiveMany(true)],
  "udp-send": [oursSendMany, () => nodeSendMany(MESSAGE)], "udp-segments": [oursSendSegments, () => nodeSendMany(SEGMENT)],
};

const [side, name] = process.argv.slice(2) as [string, string];
const work = await works[name]![side === "ours" ? 0 : 1]();
console.log(`port ${work.port}`);
for await (const line of createInterface({ input: process.stdin })) {
  await work.run(Number(line));
  console.log(`${Math.round(cpu() - startCpu)} ${Math.round((performance.now() - startWall) * 1000)}`);
}
process.exit();
