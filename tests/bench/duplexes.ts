// The works over toDuplex() of serve.ts: what was written for net.Socket, over ours and over Node's
// own.
import * as http from "node:http";
import type { Duplex } from "node:stream";
import { IPPROTO_TCP, TCP_NODELAY } from "berkeley-sockets/promises";
import { begin, MESSAGE, type Work, type Works } from "./round.js";
import { held, listening, nodeEcho, nodeHold, nodeWork } from "./streams.js";

/** Every connection that comes, as a stream. */
async function accepting(use: (stream: Duplex) => void): Promise<number> {
  const server = await listening();
  void (async () => {
    for await (const [connection] of server) {
      connection.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1);
      use(connection.toDuplex());
    }
  })();
  return server.getsockname()[1];
}

/**
 * A round: it begins with the first connection, and ends when `count` operations are done and every
 * connection is closed.
 */
class Round {
  // Counted over all rounds: a round's load may be quicker than its line.
  #done = 0;
  #wanted = 0;
  #open = 0;
  #check = () => {};

  readonly run = (count: number): Promise<void> =>
    new Promise(done => {
      this.#wanted += count;
      this.#check = () => {
        if (this.#done >= this.#wanted && this.#open === 0) done();
      };
      this.#check();
    });
  opened(stream: Duplex): void {
    if (this.#open++ === 0) begin();
    stream.on("close", () => {
      this.#open--;
      this.#check();
    });
  }
  add(operations: number): void {
    this.#done += operations;
  }
}

async function oursEcho(): Promise<Work> {
  const round = new Round();
  const port = await accepting(stream => {
    round.opened(stream);
    stream.on("data", (data: Buffer) => {
      stream.write(data);
      round.add(data.length / MESSAGE);
    });
  });
  return { port, run: round.run };
}

/** An http server whose answers have `size` bytes. */
function answering(size: number): { server: http.Server; round: Round } {
  const body = Buffer.alloc(size, "body");
  const round = new Round();
  const server = http.createServer({ noDelay: true }, (_request, response) => {
    response.writeHead(200, { "Content-Length": size });
    response.end(body);
    round.add(1);
  });
  server.on("connection", stream => {
    round.opened(stream);
  });
  return { server, round };
}
async function oursHttp(size: number): Promise<Work> {
  const { server, round } = answering(size);
  return { port: await accepting(stream => server.emit("connection", stream)), run: round.run };
}
async function nodeHttp(size: number): Promise<Work> {
  const { server, round } = answering(size);
  return nodeWork(server, round.run);
}

async function oursHold(): Promise<Work> {
  const streams = new Set<Duplex>();
  const port = await accepting(stream => {
    streams.add(stream);
    stream.on("data", data => stream.write(data));
    stream.on("close", () => streams.delete(stream));
  });
  return held({
    port,
    accepted: () => streams.size,
    close() {
      for (const stream of streams) stream.destroy();
    },
  });
}

export const duplexes: Works = {
  "duplex-echo": [oursEcho, nodeEcho],
  "duplex-hold": [oursHold, nodeHold],
  "http-100": [() => oursHttp(100), () => nodeHttp(100)],
  "http-100k": [() => oursHttp(100_000), () => nodeHttp(100_000)],
};
