// A name server for a process that runs isolated (child.ts): UDP on 127.0.0.1:53, RFC 1035, section
// 4.1. It answers A, AAAA and PTR.
import { AF_INET, AF_INET6, SOCK_DGRAM, Socket, inet_pton } from "../ts/promises/index.js";

/**
 * Each name's addresses, or for PTR its names; null: it stays silent. Other names it does not know.
 */
export type Records = Readonly<Record<string, readonly string[] | null>>;

const HEADER = 12;
const A = 1;
const PTR = 12;
const AAAA = 28;
const KNOWN = 0x8180;
const UNKNOWN = 0x8183;

const word = (...values: number[]) => Buffer.from(values.flatMap(value => [value >> 8, value & 255]));
const labels = (name: string) =>
  Buffer.concat([
    ...name.split(".").map(label => Buffer.from([label.length, ...Buffer.from(label)])),
    Buffer.of(0),
  ]);

/** The name at the start of a question, and where it ends. */
function question(query: Buffer): [name: string, end: number] {
  const parts: string[] = [];
  let at = HEADER;
  for (;;) {
    const length = query[at]!;
    if (length <= 0) break;
    parts.push(query.toString("latin1", at + 1, at + 1 + length));
    at += length + 1;
  }
  return [parts.join("."), at + 1];
}

function data(type: number, value: string): Buffer | null {
  if (type === PTR) return labels(value);
  const six = value.includes(":");
  return type === (six ? AAAA : A) ? inet_pton(six ? AF_INET6 : AF_INET, value) : null;
}

/** Serves names until the socket is closed; `asked` gets each name that it is asked for. */
export async function serveNames(records: Records, asked: string[] = []): Promise<Socket> {
  const socket = new Socket(AF_INET, SOCK_DGRAM).unref();
  await socket.bind(["127.0.0.1", 53]);
  const serve = async () => {
    for await (const [query, from] of socket.datagrams()) {
      const [name, end] = question(query);
      const type = query.readUInt16BE(end);
      const record = records[name];
      asked.push(name);
      if (record === null) continue;
      const answers = (record ?? []).map(value => data(type, value)).filter(bytes => bytes !== null);
      await socket.sendto(
        Buffer.concat([
          query.subarray(0, 2),
          word(record ? KNOWN : UNKNOWN, 1, answers.length, 0, 0),
          query.subarray(HEADER, end + 4),
          ...answers.flatMap(bytes => [word(0xc00c, type, 1, 0, 0, bytes.length), bytes]),
        ]),
        from!,
      );
    }
  };
  void serve();
  return socket;
}
