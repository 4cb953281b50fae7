// The works over TCP of serve.ts: ours and Node's net.
import { once } from "node:events";
import { createReadStream, readFileSync } from "node:fs";
import { open } from "node:fs/promises";
import * as net from "node:net";
import { setTimeout } from "node:timers/promises";
import {
  AF_INET,
  IPPROTO_TCP,
  SHUT_RDWR,
  SOCK_STREAM,
  Socket,
  TCP_NODELAY,
  type Listener,
} from "berkeley-sockets/promises";
import { begin, CHUNK, IDLE, MESSAGE, type Work, type Works } from "./round.js";

/** Milliseconds until a process has come to rest. */
const SETTLE = 500;
const FILE = process.env.BENCH_FILE!;
const buffer = Buffer.alloc(CHUNK);

/** Its connections are taken by the plain iterator, which every base has. */
export async function listening(): Promise<Listener> {
  const server = new Socket(AF_INET, SOCK_STREAM) as Listener;
  await server.bind(["127.0.0.1", 0]);
  server.listen(1024);
  return server;
}

/** The first `idle` connections are there before the rounds, and stay. */
async function oursEcho(idle = 0): Promise<Work> {
  const server = await listening();
  // counted over all rounds: a round's load may be quicker than its line
  let echoed = 0;
  let wanted = 0;
  let open = -idle;
  let check = () => {};
  async function serve(connection: Socket): Promise<void> {
    connection.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1);
    const into = Buffer.alloc(CHUNK);
    const first = into.subarray(0, MESSAGE);
    for (;;) {
      const n = await connection.recvInto(into);
      if (n <= 0) break;
      await connection.sendall(n === MESSAGE ? first : into.subarray(0, n));
      echoed += n / MESSAGE;
    }
    connection.close();
    open--;
    check();
  }
  void (async () => {
    for await (const [connection] of server) {
      if (open++ === 0) begin();
      void serve(connection);
    }
  })();
  return {
    port: server.getsockname()[1],
    run: count =>
      new Promise(done => {
        wanted += count;
        check = () => {
          if (echoed >= wanted && open === 0) done();
        };
        check();
      }),
  };
}

export function nodeEcho(): Promise<Work> {
  // counted over all rounds: a round's load may be quicker than its line
  let echoed = 0;
  let wanted = 0;
  let open = 0;
  let check = () => {};
  const server = net.createServer({ noDelay: true, allowHalfOpen: false }, connection => {
    if (open++ === 0) begin();
    connection.on("data", data => {
      connection.write(data);
      echoed += data.length / MESSAGE;
    });
    connection.on("close", () => {
      open--;
      check();
    });
  });
  return nodeWork(
    server,
    count =>
      new Promise(done => {
        wanted += count;
        check = () => {
          if (echoed >= wanted && open === 0) done();
        };
        check();
      }),
  );
}

export async function nodeWork(server: net.Server, run: Work["run"]): Promise<Work> {
  server.listen(0, "127.0.0.1", 1024);
  await once(server, "listening");
  return { port: (server.address() as net.AddressInfo).port, run };
}

/**
 * Resident bytes of its own: pages of Node's program that are touched meanwhile are no part of a
 * connection.
 */
function resident(): number {
  return 1024 * Number(/^RssAnon:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "latin1"))![1]);
}

/**
 * Answers with the growth of the process once `count` connections wait, each for its first bytes.
 */
export async function held(
  server: Pick<Work, "port"> & { accepted(): number; close(): void },
): Promise<Work> {
  await setTimeout(SETTLE);
  const before = resident();
  return {
    port: server.port,
    async run(count) {
      begin();
      while (server.accepted() < count) await setTimeout(SETTLE / 10);
      await setTimeout(SETTLE);
      const grown = resident() - before;
      server.close();
      return grown;
    },
  };
}
async function oursHold(): Promise<Work> {
  const server = await listening();
  const connections = new Set<Socket>();
  async function serve(connection: Socket): Promise<void> {
    connections.add(connection);
    const into = Buffer.allocUnsafe(MESSAGE);
    for (;;) {
      const n = await connection.recvInto(into);
      if (n <= 0) break;
      await connection.sendall(into.subarray(0, n));
    }
    connections.delete(connection);
    connection.close();
  }
  void (async () => {
    for await (const [connection] of server) void serve(connection);
  })();
  return held({
    port: server.getsockname()[1],
    accepted: () => connections.size,
    close() {
      for (const connection of connections) connection.shutdown(SHUT_RDWR);
    },
  });
}
export async function nodeHold(): Promise<Work> {
  const connections = new Set<net.Socket>();
  const { port } = await nodeWork(
    net.createServer(connection => {
      connections.add(connection);
      connection.on("data", data => connection.write(data));
      connection.on("close", () => connections.delete(connection));
    }),
    async () => {},
  );
  return held({
    port,
    accepted: () => connections.size,
    close() {
      for (const connection of connections) connection.destroy();
    },
  });
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
  let accepted = 0;
  let wanted = 0;
  let finish = () => {};
  const server = net.createServer(connection => {
    if (accepted++ === wanted - roundOf) begin();
    connection.destroy();
    if (accepted === wanted) finish();
  });
  let roundOf = 0;
  return nodeWork(
    server,
    count =>
      new Promise(done => {
        wanted += count;
        roundOf = count;
        finish = done;
      }),
  );
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
  // the load may have all and be gone before the last "drain"
  const server = net.createServer({ allowHalfOpen: true });
  const connections: net.Socket[] = [];
  let arrived = () => {};
  server.on("connection", connection => {
    connections.push(connection.pause());
    arrived();
  });
  return nodeWork(server, async count => {
    if (connections.length === 0)
      await new Promise<void>(done => {
        arrived = done;
      });
    const connection = connections.shift()!;
    begin();
    await use(connection, count);
    connection.destroy();
  });
}

/** All is sent, or the load, which has had enough, was first to close. */
const ended = (connection: net.Socket) =>
  new Promise<void>(done => {
    connection.end(() => {
      done();
    });
  });

const oursSend = () =>
  oursPeer(async (connection, count) => {
    for (let i = 0; i < count; i++) await connection.sendall(buffer);
  });
const nodeSend = () =>
  nodePeer(async (connection, count) => {
    for (let i = 0; i < count; i++) if (!connection.write(buffer)) await once(connection, "drain");
    await ended(connection);
  });
const oursReceive = () =>
  oursPeer(async (connection, count) => {
    for (let left = count * CHUNK; left > 0; ) left -= await connection.recvInto(buffer);
  });
const nodeReceive = () =>
  nodePeer(
    (connection, count) =>
      new Promise(done => {
        let left = count * CHUNK;
        connection
          .on("data", data => {
            left -= data.length;
            if (left <= 0) done();
          })
          .resume();
      }),
  );
const oursFile = () =>
  oursPeer(async (connection, count) => {
    const file = await open(FILE);
    for (let left = count * CHUNK; left > 0; ) left -= await connection.sendfile(file);
    await file.close();
  });
const nodeFile = () =>
  nodePeer(async (connection, count) => {
    const closed = once(connection, "close"); // the load has had enough: it may see that before the stream sees the file's end
    for (let left = count * CHUNK; left > 0 && !connection.destroyed; ) {
      const stream = createReadStream(FILE);
      stream.pipe(connection, { end: false });
      await Promise.race([once(stream, "end"), closed]);
      left -= stream.bytesRead;
    }
    await ended(connection);
  });

export const streams: Works = {
  "serve-echo": [() => oursEcho(), nodeEcho],
  "serve-among-idle": [() => oursEcho(IDLE)],
  "serve-accept": [oursAccept, nodeAccept],
  "serve-send": [oursSend, nodeSend],
  "serve-receive": [oursReceive, nodeReceive],
  "serve-file": [oursFile, nodeFile],
  "serve-hold": [oursHold, nodeHold],
};
