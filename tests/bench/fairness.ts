// The works of serve.ts that ask what is left of the loop for others: a round is so many
// milliseconds of load, beside an interval of 10 ms. It resolves to the ticks that came, in
// thousandths of those that the clock has room for.
import { execFileSync } from "node:child_process";
import * as dgram from "node:dgram";
import { once } from "node:events";
import * as net from "node:net";
import { AF_INET, SOCK_DGRAM, Socket } from "berkeley-sockets/promises";
import { begin, type Work, type Works } from "./round.js";
import { listening, nodeWork } from "./streams.js";

const TICK = 10;
const PIECE = 16;
const SMALL = 2048;
/** Descriptors that a process may have: Node itself needs some 25. */
const FEW = 64;

/**
 * Counts while the load goes on. Who works looks at `over` after each operation: a timer may be
 * what does not come.
 */
class Ticks {
  #ticks = 0;
  readonly #start = performance.now();
  readonly #end: number;
  readonly #interval = setInterval(() => {
    this.#ticks++;
  }, TICK);

  constructor(milliseconds: number) {
    begin();
    this.#end = this.#start + milliseconds;
  }
  get over(): boolean {
    return performance.now() >= this.#end;
  }
  /** Ends the counting. */
  thousandths(): number {
    clearInterval(this.#interval);
    return (1000 * this.#ticks * TICK) / (performance.now() - this.#start);
  }
}

async function oursFlood(): Promise<Work> {
  const s: Socket = new Socket(AF_INET, SOCK_DGRAM);
  await s.bind(["127.0.0.1", 0]);
  return {
    port: s.getsockname()[1],
    async run(milliseconds) {
      const [, peer] = await s.recvfrom(SMALL);
      const ticks = new Ticks(milliseconds);
      while (!ticks.over) await s.recvfrom(SMALL);
      const found = ticks.thousandths();
      await s.sendto("done", peer);
      return found;
    },
  };
}
async function nodeFlood(): Promise<Work> {
  const s = dgram.createSocket("udp4");
  const greeting = once(s, "message") as Promise<[Buffer, dgram.RemoteInfo]>; // it may come before its round
  s.bind(0, "127.0.0.1");
  await once(s, "listening");
  return {
    port: s.address().port,
    async run(milliseconds) {
      const [, { port, address }] = await greeting;
      const ticks = new Ticks(milliseconds);
      await new Promise<void>(done => {
        s.on("message", () => {
          if (ticks.over) done();
        });
      });
      const found = ticks.thousandths();
      s.removeAllListeners("message");
      s.send("done", port, address);
      return found;
    },
  };
}

async function oursPieces(): Promise<Work> {
  const server = await listening();
  return {
    port: server.getsockname()[1],
    async run(milliseconds) {
      const [connection] = await server.accept();
      const ticks = new Ticks(milliseconds);
      while (!ticks.over) await connection.recv(PIECE);
      const found = ticks.thousandths();
      connection.close();
      return found;
    },
  };
}
async function nodePieces(): Promise<Work> {
  const server = net.createServer();
  const connected = once(server, "connection") as Promise<[net.Socket]>;
  return nodeWork(server, async milliseconds => {
    const [connection] = await connected;
    const ticks = new Ticks(milliseconds);
    await new Promise<void>(done => {
      connection.on("readable", () => {
        while (connection.read(PIECE) !== null) if (ticks.over) return done();
      });
    });
    const found = ticks.thousandths();
    connection.destroy();
    return found;
  });
}

/** Nobody waits for what comes: only the clock says when the round is over. */
async function waited(milliseconds: number): Promise<number> {
  const ticks = new Ticks(milliseconds);
  await new Promise(done => {
    setTimeout(done, milliseconds);
  });
  return ticks.thousandths();
}
/** Its own limit is below what comes, from now on. */
function limit(): void {
  execFileSync("prlimit", ["--pid", String(process.pid), `--nofile=${FEW}:${FEW}`]);
}

async function oursCrowded(): Promise<Work> {
  const server = await listening();
  const connections: Socket[] = [];
  let refused = 0;
  limit();
  void (async () => {
    for await (const [connection] of server.connections({ onError: () => refused++ }))
      connections.push(connection);
  })().catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EBADF") throw error;
  });
  return {
    port: server.getsockname()[1],
    async run(milliseconds) {
      const found = await waited(milliseconds);
      if (refused === 0) throw new Error("there were descriptors enough");
      server.close();
      for (const connection of connections) connection.close();
      return found;
    },
  };
}
function nodeCrowded(): Promise<Work> {
  const connections: net.Socket[] = [];
  const server = net.createServer(connection => {
    connections.push(connection.on("error", () => {}));
  });
  limit();
  return nodeWork(server, async milliseconds => {
    const found = await waited(milliseconds);
    server.close();
    for (const connection of connections) connection.destroy();
    return found;
  });
}

export const fairness: Works = {
  "fair-flood": [oursFlood, nodeFlood],
  "fair-pieces": [oursPieces, nodePieces],
  "fair-crowd": [oursCrowded, nodeCrowded],
};
