// http, a fetch of our own and tls over a Socket of every stream family: toDuplex() as server,
// client and agent, toWeb() as fetch's connection.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import * as http from "node:http";
import type { Socket as NetSocket } from "node:net";
import type { Duplex } from "node:stream";
import * as tls from "node:tls";
import type { Socket } from "../../ts/promises/index.js";
import { equal, is, ok, slow, test } from "../suite.js";
import { listener, pair, socketOf, streamFamilies, type StreamFamily } from "./connected.js";

const fixture = (name: string) => readFileSync(new URL(`../../../tests/fixtures/${name}`, import.meta.url));
const later = (ms: number) => new Promise(done => setTimeout(done, ms));
const node = (duplex: Duplex) => duplex as NetSocket; // http and tls ask for more than they use
const closed = async (s: Socket) => {
  for (let i = 0; i < 500 && s.fileno() >= 0; i++) await later(2 * slow);
  is(s.fileno(), -1);
};

interface Served extends AsyncDisposable {
  connect(): Promise<Socket>;
  /** The server's ends of all connections so far. */
  readonly accepted: Socket[];
}

/** An http server behind a listener of the family. */
async function serve(of: StreamFamily, answer: http.RequestListener): Promise<Served> {
  const listening = await listener(of);
  const server = http.createServer(answer);
  const accepted: Socket[] = [];
  const accepting = (async () => {
    for await (const [connection] of listening.connections()) {
      accepted.push(connection);
      server.emit("connection", connection.toDuplex());
    }
  })();
  return {
    accepted,
    async connect() {
      const client = socketOf(of);
      await client.connect(of.reach(listening));
      return client;
    },
    async [Symbol.asyncDispose]() {
      listening.close();
      await accepting;
      for (const s of accepted) await closed(s);
    },
  };
}

async function bodyOf(from: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of from) parts.push(part);
  return Buffer.concat(parts);
}

/** A request over one connection of its own, as fetch() would make it, on web streams. */
async function fetchOver(
  socket: Socket,
  path: string,
  { method = "GET", body }: { method?: string; body?: Uint8Array } = {},
): Promise<Response> {
  const { readable, writable } = socket.toWeb();
  const writer = writable.getWriter();
  const sent = (async () => {
    await writer.write(
      `${method} ${path} HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\n${body ? `Content-Length: ${body.length}\r\n` : ""}\r\n`,
    );
    if (body) await writer.write(body);
  })();
  const answer = await bodyOf(readable);
  const end = answer.indexOf("\r\n\r\n");
  await sent;
  await writer.close();
  const [status, ...lines] = answer.subarray(0, end).toString().split("\r\n");
  const headers = lines.map(line => line.split(/: */, 2) as [string, string]);
  return new Response(answer.subarray(end + 4), { status: Number(status!.split(" ")[1]), headers });
}

/** Echoes a body, or the request's line. */
const echo: http.RequestListener = (request, response) => {
  response.setHeader("X-Path", request.url!);
  if (request.method === "POST") request.pipe(response);
  else response.end(`${request.method} ${request.url}`);
};
const large = Buffer.alloc(1 << 20, "0123456789abcdef");

for (const of of streamFamilies) {
  const options = { skip: of.skip, seconds: 20 };

  test(
    `${of.name}: http.createServer and http.request with createConnection`,
    async () => {
      await using server = await serve(of, echo);
      for (const body of [undefined, large]) {
        const socket = await server.connect();
        const connection = node(socket.toDuplex());
        const request = http.request({
          path: "/path",
          host: "localhost",
          method: body ? "POST" : "GET",
          createConnection: () => connection,
        });
        request.end(body);
        const [response] = (await once(request, "response")) as [http.IncomingMessage];
        equal([response.statusCode, response.headers["x-path"]], [200, "/path"]);
        const got = await bodyOf(response);
        ok(got.equals(body ?? Buffer.from("GET /path")));
        await closed(socket);
      }
    },
    options,
  );

  test(
    `${of.name}: an http.Agent keeps its connection for the next request`,
    async () => {
      await using server = await serve(of, echo);
      let made: Socket | undefined;
      let connections = 0;
      const agent = new http.Agent({ keepAlive: true });
      Object.assign(agent, {
        createConnection(_: unknown, done: (error: unknown, stream?: Duplex) => void) {
          connections++;
          server.connect().then(socket => {
            made = socket;
            done(null, socket.toDuplex());
          }, done);
        },
      });
      for (const path of ["/one", "/two", "/three"]) {
        const [response] = (await once(http.get({ path, host: "localhost", agent }), "response")) as [
          http.IncomingMessage,
        ];
        is((await bodyOf(response)).toString(), `GET ${path}`);
        await later(1); // the agent takes it back after the end
      }
      is(connections, 1);
      agent.destroy();
      await closed(made!);
    },
    options,
  );

  test(
    `${of.name}: what net.Socket has and drivers call`,
    async () => {
      const [a, b] = await pair(of);
      const left = a.toDuplex();
      const right = b.toDuplex();
      left.resume();
      right.resume();
      equal([left.connecting, left.timeout], [false, undefined]);
      for (const stream of [left, right])
        stream.setNoDelay().setKeepAlive(true, 5000).setNoDelay(false).setKeepAlive().unref().ref();
      // A host and a port where the family has them, else neither.
      const own = a.getsockname();
      const peer = a.getpeername();
      const hosts = Array.isArray(own) && typeof own[0] === "string";
      equal(
        [left.localAddress, left.localPort, left.remoteAddress, left.remotePort],
        hosts ? [own[0], own[1], peer[0], peer[1]] : Array(4).fill(undefined),
      );
      const connected = once(left, "connect");
      left.connect();
      await connected;
      left.end("12345");
      if (of.noHalfClose) setTimeout(() => left.destroy(), 20 * slow); // which is what tells the peer
      await Promise.all([once(left, "close"), once(right, "close")]);
      equal([left.bytesWritten, left.bytesRead, right.bytesWritten, right.bytesRead], [5, 0, 0, 5]);
      left.setNoDelay().setKeepAlive(true, 5000).unref().ref(); // net.Socket ignores these then
      equal([left.remoteAddress, left.localPort], [hosts ? peer[0] : undefined, undefined]);
    },
    options,
  );

  test(
    `${of.name}: a fetch over toWeb()`,
    async () => {
      await using server = await serve(of, echo);
      const response = await fetchOver(await server.connect(), "/web");
      equal(
        [response.status, response.headers.get("x-path"), await response.text()],
        [200, "/web", "GET /web"],
      );
      const posted = await fetchOver(await server.connect(), "/upload", { method: "POST", body: large });
      ok(Buffer.from(await posted.arrayBuffer()).equals(large));
    },
    options,
  );

  test(
    `${of.name}: a client that goes in the middle of an answer closes the server's end`,
    async () => {
      let gone!: () => void;
      const left = new Promise<void>(done => {
        gone = done;
      });
      await using server = await serve(of, (_, response) => {
        response.on("close", gone);
        response.write("the beginning");
      });
      const socket = await server.connect();
      const request = http.get({ host: "localhost", createConnection: () => node(socket.toDuplex()) });
      const [response] = (await once(request, "response")) as [http.IncomingMessage];
      response.on("error", error => is((error as NodeJS.ErrnoException).code, "ECONNRESET"));
      await once(response, "data");
      request.destroy();
      await left;
      await closed(socket);
    },
    options,
  );

  test(
    `${of.name}: a client that stays after the last answer keeps nothing open at the server`,
    async () => {
      await using server = await serve(of, echo);
      using client = await server.connect();
      await client.sendall("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      let answer = "";
      for (;;) {
        const part = await client.recv(1000);
        if (part.length === 0) break;
        answer += String(part);
      }
      ok(answer.endsWith("GET /"));
      await closed(server.accepted[0]!);
    },
    options,
  );

  test(
    `${of.name}: tls, both sides`,
    async () => {
      const [a, b] = await pair(of);
      const server = new tls.TLSSocket(b.toDuplex(), {
        isServer: true,
        key: fixture("key.pem"),
        cert: fixture("cert.pem"),
      });
      const client = tls.connect({ socket: a.toDuplex(), ca: fixture("cert.pem"), servername: "localhost" });
      server.on("data", data => server.end(`echo ${data}`));
      await once(client, "secureConnect");
      ok(client.authorized);
      client.write("secret");
      is((await bodyOf(client)).toString(), "echo secret");
      client.destroy();
      server.destroy();
      await Promise.all([closed(a), closed(b)]);
    },
    options,
  );

  test(
    `${of.name}: what was sent in pieces is all read, by calls of any size`,
    async () => {
      const [a, b] = await pair(of);
      using _a = a;
      using _b = b;
      const first = b.recv(100); // it waits, so that the rest comes by edges
      await a.sendall("one");
      is((await first).toString(), "one");
      for (const piece of ["two", "three", "four"]) await a.sendall(piece);
      await later(20);
      let text = "";
      while (text.length < 12) text += await b.recv(100);
      is(text, "twothreefour");
    },
    options,
  );
}

test(
  "tls: a server over a half-open stream answers whenever it likes though its client has ended",
  async () => {
    const [a, b] = await pair();
    const answer = Buffer.alloc(1 << 20, "0123456789");
    const server = new tls.TLSSocket(b.toDuplex({ allowHalfOpen: true }), {
      isServer: true,
      key: fixture("key.pem"),
      cert: fixture("cert.pem"),
    });
    const client = tls.connect({ socket: a.toDuplex(), ca: fixture("cert.pem"), servername: "localhost" });
    server.on("data", () => {
      void later(100).then(() => server.end(answer));
    });
    await once(client, "secureConnect");
    client.end("please");
    ok((await bodyOf(client)).equals(answer));
    client.destroy();
    server.destroy();
    await Promise.all([closed(a), closed(b)]);
  },
  { seconds: 30 },
);
