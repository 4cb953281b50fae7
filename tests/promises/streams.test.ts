// toDuplex, toWeb, toNode. over.test.ts has http and tls over each family.
import { once } from "node:events";
import * as net from "node:net";
import type { Socket as UdpSocket } from "node:dgram";
import { AF_INET, AF_UNIX, SOCK_DGRAM, SOCK_STREAM, Socket } from "../../ts/promises/index.js";
import { equal, is, ok, rejects, test } from "../suite.js";
import { pair } from "./connected.js";

test("toDuplex: bytes both ways, end and close", async () => {
  const [a, b] = await pair();
  const left = a.toDuplex(), right = b.toDuplex({ allowHalfOpen: true });
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
  const left = a.toDuplex(), right = b.toDuplex();
  let written = 0;
  while (left.write(Buffer.alloc(65536)) || left.writableLength === 0) if ((written += 65536) > 64 << 20) break;
  ok(left.writableLength <= 4 * 65536, `${left.writableLength} bytes buffered`);
  const closed = Promise.all([once(left, "close"), once(right, "close")]);
  right.on("error", () => {}), left.on("error", () => {});
  left.destroy(), right.destroy();
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
  stream.destroy(), b.close();
  await once(stream, "close");
});

test("toWeb: a byte stream and a writable stream", async () => {
  const [a, b] = await pair();
  const left = a.toWeb(), right = b.toWeb();
  const writer = left.writable.getWriter();
  await writer.write("hello ");
  await writer.write(Buffer.from("web"));
  await writer.close();
  let text = "";
  for await (const chunk of right.readable) text += Buffer.from(chunk).toString();
  is(text, "hello web");
  await right.writable.close();
  for await (const chunk of left.readable) throw new Error(`not expected: ${chunk}`);
  is(a.fileno(), -1);
  is(b.fileno(), -1);
});

test("toNode: a stream, a listener and a datagram socket", async () => {
  const [a, b] = await pair();
  const node = await a.toNode() as net.Socket;
  is(a.fileno(), -1);
  node.end("through net");
  is((await b.recv(100)).toString(), "through net");
  b.close();
  node.resume();
  await once(node, "close");

  const listener = new Socket(AF_INET, SOCK_STREAM);
  await listener.bind(["127.0.0.1", 0]);
  listener.listen();
  const server = await listener.toNode() as net.Server;
  const client = net.connect((server.address() as net.AddressInfo).port, "127.0.0.1");
  const [connection] = await once(server, "connection") as [net.Socket];
  connection.end(), client.resume(), connection.resume();
  await Promise.all([once(client, "close"), once(connection, "close")]);
  server.close();
  await once(server, "close");

  const datagrams = new Socket(AF_INET, SOCK_DGRAM);
  await datagrams.bind(["127.0.0.1", 0]);
  const udp = await datagrams.toNode() as UdpSocket;
  using sender = new Socket(AF_INET, SOCK_DGRAM);
  const message = once(udp, "message");
  await sender.sendto("x", ["127.0.0.1", udp.address().port]);
  is(String((await message)[0]), "x");
  udp.close();
  await once(udp, "close");
});

test("toNode: what Node can't take stays ours", async () => {
  using s = new Socket(AF_UNIX, SOCK_DGRAM);
  is((await rejects(() => s.toNode(), Error, /toDuplex\(\) takes any stream/) as { code?: string }).code, "ENOTSUP");
  ok(s.fileno() >= 0);
  equal(s.getsockname(), "");
});
