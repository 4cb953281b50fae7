// Our side, and a side of plain JavaScript: ours.js WORK, ours.js plain WORK. Speaks as peer.c
// describes.
import { readSync, writeSync } from "node:fs";
import {
  AF_INET,
  AF_INET6,
  IPPROTO_TCP,
  inet_ntop,
  inet_pton,
  SOCK_DGRAM,
  SOCK_STREAM,
  Socket,
  TCP_NODELAY,
  type InetAddress,
} from "berkeley-sockets";
import { load } from "berkeley-sockets/codec";
import * as plain from "./plain.js";

type Run = (count: number) => void;

const MESSAGE = 64;
const CHUNK = 65536;
const texts4 = ["127.0.0.1", "192.168.100.200", "10.0.0.1", "8.8.8.8"];
const texts6 = ["2001:db8::1", "fe80::dead:beef:1234:5678", "::1", "2001:db8:85a3::8a2e:370:7334"];
const buffer = Buffer.alloc(CHUNK);
const message = Buffer.alloc(MESSAGE);
let listener: Socket<InetAddress>;

function accepted(): Socket<InetAddress> {
  const [connection] = listener.accept();
  connection.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1);
  return connection;
}

function tcpEcho(count: number): void {
  using s = accepted();
  for (let left = count * MESSAGE; left > 0; ) {
    const n = s.recvInto(message);
    s.sendall(n === MESSAGE ? message : message.subarray(0, n));
    left -= n;
  }
}

function udpEcho(count: number): void {
  for (let i = 0; i < count; i++) {
    const [n, address] = listener.recvfromInto(message);
    listener.sendto(n === MESSAGE ? message : message.subarray(0, n), address!);
  }
}

function bulkSend(count: number): void {
  using s = accepted();
  for (let i = 0; i < count; i++) s.sendall(buffer);
}

function bulkReceive(count: number): void {
  using s = accepted();
  for (let left = count * CHUNK; left > 0; ) left -= s.recvInto(buffer);
}

function each<T>(call: (family: number, value: T) => unknown, family: number, values: T[]): Run {
  return count => {
    for (let i = 0; i < count; i += 4) for (const value of values) call(family, value);
  };
}

/** A text that nobody reads is not yet put together. */
const readingOf = (ntop: typeof inet_ntop | typeof plain.inet_ntop) => (family: number, bytes: Uint8Array) =>
  ntop(family, bytes).charCodeAt(1);

/** An address into a call and out of one: connect(2) of no descriptor, getsockname(2). */
function address6(count: number): void {
  const addresses = texts6.map((text): [string, number, number, number] => [text, 5000, 0, 0]);
  const closed = new Socket(AF_INET6, SOCK_DGRAM);
  closed.close();
  using s = new Socket(AF_INET6, SOCK_DGRAM);
  s.bind(["::1", 0]);
  for (let i = 0; i < count; i += 4)
    for (const address of addresses) {
      closed.connectEx(address);
      s.getsockname();
    }
}

const sockaddrs = (await load()).target("linux64");

/** The bytes of an address and back. */
function codec6(count: number): void {
  const addresses = texts6.map((text): [string, number, number, number] => [text, 5000, 0, 0]);
  for (let i = 0; i < count; i += 4)
    for (const address of addresses) sockaddrs.decodeAddress(sockaddrs.encodeAddress("AF_INET6", address));
}

const packed = (family: number, texts: string[]) => texts.map(text => inet_pton(family, text));
const works: Record<string, [run: Run, type?: number]> = {
  "tcp-echo": [tcpEcho, SOCK_STREAM],
  "udp-echo": [udpEcho, SOCK_DGRAM],
  "bulk-send": [bulkSend, SOCK_STREAM],
  "bulk-receive": [bulkReceive, SOCK_STREAM],
  "inet_pton-4": [each(inet_pton, AF_INET, texts4)],
  "inet_pton-6": [each(inet_pton, AF_INET6, texts6)],
  "inet_ntop-4": [each(readingOf(inet_ntop), AF_INET, packed(AF_INET, texts4))],
  "inet_ntop-6": [each(readingOf(inet_ntop), AF_INET6, packed(AF_INET6, texts6))],
  "address-6": [address6],
  "codec-6": [codec6],
};
const plainWorks: typeof works = {
  "inet_pton-4": [each(plain.inet_pton, AF_INET, texts4)],
  "inet_pton-6": [each(plain.inet_pton, AF_INET6, texts6)],
  "inet_ntop-4": [each(readingOf(plain.inet_ntop), AF_INET, packed(AF_INET, texts4))],
  "inet_ntop-6": [each(readingOf(plain.inet_ntop), AF_INET6, packed(AF_INET6, texts6))],
};

function* lines(): Generator<string> {
  const bytes = Buffer.alloc(64);
  let text = "";
  for (;;) {
    const n = readSync(0, bytes);
    if (n <= 0) break;
    text += bytes.toString("latin1", 0, n);
    for (;;) {
      const end = text.indexOf("\n");
      if (end < 0) break;
      yield text.slice(0, end);
      text = text.slice(end + 1);
    }
  }
}

const words = process.argv.slice(2);
const [run, type] = (words[0] === "plain" ? plainWorks : works)[words.at(-1)!]!;
let port = 0;
if (type !== undefined) {
  listener = new Socket(AF_INET, type);
  listener.bind(["127.0.0.1", 0]);
  if (type === SOCK_STREAM) listener.listen(1);
  port = listener.getsockname()[1];
}
writeSync(1, `port ${port}\n`);
for (const line of lines()) {
  const start = performance.now();
  const used = process.resourceUsage();
  run(Number(line));
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  const cpu = userCPUTime + systemCPUTime - used.userCPUTime - used.systemCPUTime;
  writeSync(1, `${cpu} ${Math.round((performance.now() - start) * 1000)}\n`);
}
