// The works over UDP of serve.ts: ours and Node's dgram.
import * as dgram from "node:dgram";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { AF_INET, CMSG_SPACE, SOCK_DGRAM, SOL_SOCKET, SO_RCVBUF, Socket } from "berkeley-sockets/promises";
import { begin, CHUNK, MESSAGE, spent, type Work, type Works } from "./round.js";

const SEGMENT = 1200;
const BATCH = 64;
const ROOM = 4 << 20;
/** Milliseconds until the load has seen that it is done. */
const SETTLE = 20;
const message = Buffer.alloc(MESSAGE);

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
      const took = spent();
      await s.send("done");
      await setTimeout(SETTLE);
      s.close(); // with what came meanwhile
      s = await make(port);
      begin(took);
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
      const took = spent();
      s.send("done");
      await setTimeout(SETTLE);
      await new Promise(done => s.close(() => done(undefined)));
      s = await make(port);
      begin(took);
    },
  };
}

const oursReceiveMany = () =>
  oursUdp(async (s, count) => {
    const batch = s.batch({ count: BATCH, size: 2048 });
    while (count > 0) count -= await s.recvmmsg(batch);
  });
const oursReceiveJoined = () =>
  oursUdp(async (s, count) => {
    s.setGro(true);
    const batch = s.batch({ count: BATCH, size: 65535, control: CMSG_SPACE(4) });
    while (count > 0) {
      const n = await s.recvmmsg(batch);
      for (let i = 0; i < n; i++) count -= batch.data(i).length;
    }
  });
/** Datagrams, or bytes of them. */
const nodeReceiveMany = (bytes: boolean) =>
  nodeUdp(
    (s, count) =>
      new Promise(done => {
        s.on("message", data => {
          count -= bytes ? data.length : 1;
          if (count <= 0) done();
        });
      }),
  );
const oursSendMany = () =>
  oursUdp(async (s, count) => {
    const batch = s.batch({ count: BATCH, size: MESSAGE });
    while (batch.push(message));
    for (; count > 0; count -= BATCH) await s.sendmmsg(batch);
  });
const oursSendSegments = () =>
  oursUdp(async (s, count) => {
    const data = Buffer.alloc(54 * SEGMENT);
    for (; count > 0; count -= 54) await s.sendSegments(data, SEGMENT);
  });
/** dgram's send() with as many under way as a batch has. */
const nodeSendMany = (size: number) =>
  nodeUdp(
    (s, count) =>
      new Promise(done => {
        const data = Buffer.alloc(size);
        let left = count;
        let back = 0;
        const next = () => {
          if (++back === count) done();
          else if (left > 0) {
            left--;
            s.send(data, next);
          }
        };
        for (let i = 0; i < BATCH && left > 0; i++) {
          left--;
          s.send(data, next);
        }
      }),
  );

/** Each datagram goes back to where it came from. */
async function oursEcho(): Promise<Work> {
  const s: Socket = new Socket(AF_INET, SOCK_DGRAM);
  await s.bind(["127.0.0.1", 0]);
  return {
    port: s.getsockname()[1],
    async run(count) {
      for (let done = 0; done < count; done++) {
        const [data, address] = await s.recvfrom(CHUNK);
        if (done === 0) begin();
        await s.sendto(data, address);
      }
    },
  };
}
async function nodeEcho(): Promise<Work> {
  const s = dgram.createSocket("udp4");
  // counted over all rounds: a datagram may come before its round
  let echoed = 0;
  let wanted = 0;
  let first = 0;
  let check = () => {};
  s.on("message", (data, { port, address }) => {
    if (echoed++ === first) begin();
    s.send(data, port, address);
    check();
  });
  s.bind(0, "127.0.0.1");
  await once(s, "listening");
  return {
    port: s.address().port,
    run: count =>
      new Promise(done => {
        wanted += count;
        check = () => {
          if (echoed < wanted) return;
          first = wanted;
          done();
        };
        check();
      }),
  };
}

export const datagrams: Works = {
  "udp-echo": [oursEcho, nodeEcho],
  "udp-receive": [oursReceiveMany, () => nodeReceiveMany(false)],
  "udp-joined": [oursReceiveJoined, () => nodeReceiveMany(true)],
  "udp-send": [oursSendMany, () => nodeSendMany(MESSAGE)],
  "udp-segments": [oursSendSegments, () => nodeSendMany(SEGMENT)],
};
