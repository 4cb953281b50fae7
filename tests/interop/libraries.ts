// Libraries that look closely at their sockets, over toDuplex() on both sides: mail with STARTTLS,
// undici, ws, http2, tls, mqtt. Part of drivers.ts.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import * as http from "node:http";
import * as http2 from "node:http2";
import type { Socket as NetSocket } from "node:net";
import { join } from "node:path";
import * as tls from "node:tls";
import { AF_INET, AF_UNIX, SOCK_STREAM, Socket, socketpair } from "../../ts/promises/index.js";
import type { SocketDuplex } from "../../ts/promises/duplex.js";
import { equal, is, ok, test } from "../suite.js";
import { driver, later, serving, stream } from "./serving.js";

const fixture = (name: string) => readFileSync(new URL(`../../../tests/fixtures/${name}`, import.meta.url));
const key = fixture("key.pem");
const cert = fixture("cert.pem");
const net = (duplex: SocketDuplex) => duplex as unknown as NetSocket;

/** Two connected streams, over TCP or AF_UNIX. */
async function streams(family: number): Promise<[client: SocketDuplex, server: SocketDuplex]> {
  if (family === AF_UNIX) return socketpair().map(each => each.toDuplex()) as [SocketDuplex, SocketDuplex];
  using listener = new Socket(AF_INET, SOCK_STREAM);
  await listener.bind(["127.0.0.1", 0]);
  listener.listen();
  const client = new Socket(AF_INET, SOCK_STREAM);
  const [[server]] = await Promise.all([listener.accept(), client.connect(listener.getsockname())]);
  return [client.toDuplex(), server.toDuplex()];
}

async function closed(...all: SocketDuplex[]): Promise<void> {
  for (let i = 0; i < 500 && all.some(each => !each.destroyed); i++) await later(10);
  equal(
    all.map(each => each.destroyed),
    all.map(() => true),
  );
}

async function text(from: AsyncIterable<unknown>): Promise<string> {
  let all = "";
  for await (const part of from) all += String(part);
  return all;
}

for (const [name, family] of [
  ["TCP", AF_INET],
  ["AF_UNIX", AF_UNIX],
] as const) {
  test(
    `nodemailer and smtp-server over ${name}: a mail with STARTTLS and a large attachment`,
    async () => {
      const { SMTPServer } = driver("smtp-server");
      const nodemailer = driver("nodemailer");
      const [client, served] = await streams(family);
      let received = "";
      let secure = false;
      const server = new SMTPServer({
        key,
        cert,
        authOptional: true,
        disableReverseLookup: true,
        onData(
          from: AsyncIterable<unknown>,
          session: { secure: boolean },
          done: (error?: Error | null) => void,
        ) {
          secure = session.secure;
          text(from).then(all => {
            received = all;
            done();
          }, done);
        },
      });
      server.on("error", () => {});
      server.connect(served, {});
      const transport = nodemailer.createTransport({
        connection: client,
        requireTLS: true,
        tls: { ca: cert, servername: "localhost" },
      });
      const info = await transport.sendMail({
        from: "one@example.com",
        to: "two@example.com",
        subject: "over a stream",
        text: "gr\u00fc\u00dfe",
        attachments: [{ filename: "large", content: Buffer.alloc(1 << 20, "x") }],
      });
      equal([info.accepted, secure], [["two@example.com"], true]);
      ok(received.includes("Subject: over a stream") && received.length > 1 << 20);
      transport.close();
      await closed(client, served);
    },
    { seconds: 30, leaks: true },
  );

  test(
    `undici over ${name}: requests on one kept connection, a large body both ways, an abort`,
    async () => {
      const { Client } = driver("undici");
      const server = http.createServer((request, response) => {
        if (request.url === "/never") return void response.write("beginning");
        request.pipe(response);
      });
      const made: SocketDuplex[] = [];
      const client = new Client("http://localhost", {
        connect(_options: unknown, done: (error: Error | null, socket?: SocketDuplex) => void) {
          streams(family).then(([ours, theirs]) => {
            made.push(ours, theirs);
            server.emit("connection", theirs);
            done(null, ours);
          }, done);
        },
      });
      const large = Buffer.alloc(4 << 20, "0123456789");
      for (const body of ["small", large, "small again"]) {
        const { statusCode, body: answer } = await client.request({ path: "/", method: "POST", body });
        is(statusCode, 200);
        ok(Buffer.from(await answer.arrayBuffer()).equals(Buffer.from(body)));
      }
      is(made.length, 2);
      const control = new AbortController();
      const { body } = await client.request({ path: "/never", method: "GET", signal: control.signal });
      control.abort();
      is(await text(body).catch((error: Error) => error.name), "AbortError");
      await client.close();
      await closed(...made);
    },
    { seconds: 30, leaks: true },
  );

  test(
    `ws over ${name}: texts, a large message, ping, and a close that both sides see`,
    async () => {
      const { WebSocket, WebSocketServer } = driver("ws");
      const server = http.createServer();
      const sockets = new WebSocketServer({ server });
      sockets.on("connection", (each: any) =>
        each.on("message", (data: Buffer, binary: boolean) => each.send(data, { binary })),
      );
      const [client, served] = await streams(family);
      server.emit("connection", served);
      const socket = new WebSocket("ws://localhost/", { createConnection: () => client });
      await once(socket, "open");
      for (const message of ["text", Buffer.alloc(2 << 20, "y"), ""]) {
        socket.send(message);
        const [data] = (await once(socket, "message")) as [Buffer];
        ok(data.equals(Buffer.from(message)));
      }
      socket.ping("are you there");
      is(String((await once(socket, "pong"))[0]), "are you there");
      socket.close(1000, "enough");
      const [code, reason] = await once(socket, "close");
      equal([code, String(reason)], [1000, "enough"]);
      await closed(client, served);
    },
    { seconds: 30, leaks: true },
  );

  test(
    `http2 over ${name}: many streams at once, one of them large`,
    async () => {
      const server = http2.createServer();
      const [client, served] = await streams(family);
      server.on("stream", (each: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => {
        each.respond({ ":status": 200 });
        if (headers[":path"] === "/large") each.end(Buffer.alloc(4 << 20, "z"));
        else each.end(`answer ${headers[":path"]}`);
      });
      server.emit("connection", served);
      const session = http2.connect("http://localhost", { createConnection: () => net(client) });
      const get = async (path: string) => text(session.request({ ":path": path }).setEncoding("utf8"));
      const paths = Array.from({ length: 50 }, (_, i) => `/${i}`);
      const [large, ...small] = await Promise.all([get("/large"), ...paths.map(get)]);
      is(large!.length, 4 << 20);
      equal(
        small,
        paths.map(path => `answer ${path}`),
      );
      session.close();
      await closed(client, served);
    },
    { seconds: 30, leaks: true },
  );

  test(
    `tls over ${name}: an answer of 20 MiB whose client ends first`,
    async () => {
      const [ours, theirs] = await streams(family);
      const piece = Buffer.alloc(65_536);
      const server = tls.createServer({ key, cert });
      server.on("secureConnection", each => {
        each.once("data", () => {
          for (let i = 0; i < 320; i++) each.write(piece);
          each.end();
        });
      });
      server.emit("connection", theirs);
      const client = tls.connect({ socket: net(ours), ca: cert, servername: "localhost" });
      await once(client, "secureConnect");
      client.end("please");
      let got = 0;
      for await (const part of client) got += (part as Buffer).length;
      is(got, 20_971_520);
      await closed(theirs);
    },
    { seconds: 60, leaks: true },
  );
}

test(
  "mqtt and mosquitto: subscriptions, a large message and qos 2, over TCP and AF_UNIX",
  () =>
    serving(
      (folder, port) => {
        const config = join(folder, "mosquitto.conf");
        writeFileSync(
          config,
          [
            `listener ${port} 127.0.0.1`,
            `listener 0 ${join(folder, "mqtt")}`,
            "allow_anonymous true",
            "persistence false",
            "user root",
          ].join("\n"),
        );
        return spawn("/usr/sbin/mosquitto", ["-c", config], { stdio: ["ignore", "pipe", "pipe"] });
      },
      async (folder, port) => {
        const { MqttClient } = driver("mqtt");
        for (const [family, address] of [
          [AF_INET, ["127.0.0.1", port]],
          [AF_UNIX, join(folder, "mqtt")],
        ] as const) {
          const duplex = await stream(family, address);
          const client = new MqttClient(() => duplex, {
            clientId: `tester${family}`,
            reconnectPeriod: 0,
            keepalive: 5,
          });
          await once(client, "connect");
          await client.subscribeAsync("news", { qos: 2 });
          for (const message of ["hello", "z".repeat(1 << 20)]) {
            const came = once(client, "message");
            await client.publishAsync("news", message, { qos: 2 });
            const [topic, payload] = await came;
            equal([topic, String(payload) === message], ["news", true]);
          }
          await client.endAsync();
          await closed(duplex);
        }
      },
    ),
  { seconds: 60, leaks: true },
);
