// Actors of a crowded program: datagrams, and a server with its clients.
import { byteAt, compare, fill, whose } from "./bytes.js";
import type { Actor } from "./crowd.js";
import { pairOf, promised } from "./pair.js";
import { Random } from "./random.js";
import { passing, surely } from "./traffic.js";
import { pause, turn, type Judgement, type Under } from "./under.js";

/** Bytes of a stream that a datagram may have. */
const MESSAGE = 64;

export async function datagrams(
  actor: Extract<Actor, { op: "datagrams" }>,
  stream: number,
  under: Under,
): Promise<Judgement> {
  const [a, b] = pairOf(under, actor.kind).map(socket => promised(under, socket)) as [any, any];
  const random = new Random(actor.seed);
  const got: number[] = [];
  const { count } = actor;
  const wrong: string[] = [];
  /** Datagram i is [i in two bytes, then the stream's bytes from i on]. */
  const take = (bytes: Uint8Array) => {
    const i = (bytes[0]! << 8) | bytes[1]!;
    for (let k = 2; k < bytes.length; k++)
      if (bytes[k] !== byteAt(stream, i * MESSAGE + k))
        return void wrong.push(`datagram ${i} has ${whose(bytes.slice(2))} in it`);
    if (i < count) got.push(i);
    else return "end";
    return undefined;
  };
  const make = (i: number): Uint8Array => {
    const bytes = fill(
      { stream, from: i * MESSAGE, to: i * MESSAGE + 2 + (i % (MESSAGE - 2)) },
      new Uint8Array(2 + (i % (MESSAGE - 2))),
    );
    bytes[0] = i >> 8;
    bytes[1] = i & 0xff;
    return bytes;
  };
  const receiving = (async () => {
    const batch = b.batch({ count: 8, size: 100 });
    for (let ended = false; !ended; ) {
      const call = random.weighted({ recv: 3, recvmmsg: 2, peek: 1, abort: actor.calm ? 0 : 1, recvmsg: 1 });
      if (call === "recv") ended = take(await b.recv(100)) === "end";
      else if (call === "recvmsg") ended = take((await b.recvmsg(100))[0]) === "end";
      else if (call === "peek") await b.recv(100, under.constants.MSG_PEEK);
      else if (call === "abort") {
        const controller = new AbortController();
        const coming = b.recv(100, { signal: controller.signal }).then(take, (error: unknown) => {
          if (error !== controller.signal.reason) throw error;
        });
        setImmediate(() => controller.abort());
        ended = (await coming) === "end";
      } else {
        const n = await b.recvmmsg(batch);
        for (let i = 0; i < n; i++) if (take(batch.data(i)) === "end") ended = true;
      }
    }
  })();
  for (let i = 0; i < count; ) {
    if (random.chance(0.2)) {
      const batch = a.batch({ count: 4, size: 100 });
      let pushed = 0;
      while (pushed < 4 && i + pushed < count) batch.push(make(i + pushed++));
      try {
        i += await a.sendmmsg(batch);
      } catch (error) {
        i += passing(error, "messagesSent");
      }
    } else {
      try {
        await a.send(make(i));
        i++;
      } catch (error) {
        passing(error, "bytesSent");
      }
    }
    if (random.chance(0.3)) await turn();
  }
  // UDP may lose what comes too fast: the last one goes until it has come.
  const over = receiving.then(() => true);
  do await a.send(make(count)).catch((error: unknown) => passing(error, "bytesSent"));
  while (!(await Promise.race([over, pause(20)])));
  a.close();
  b.close();
  return () => {
    if (wrong.length) return wrong[0];
    for (let i = 1; i < got.length; i++)
      if (got[i]! <= got[i - 1]!) return `datagram ${got[i]} came after ${got[i - 1]}`;
    return actor.kind !== "udp" && got.length !== count
      ? `of ${count} datagrams ${got.length} came`
      : undefined;
  };
}

export async function serve(
  actor: Extract<Actor, { op: "serve" }>,
  stream: number,
  under: Under,
): Promise<Judgement> {
  const {
    constants: c,
    promises: { Socket },
    address,
  } = under;
  const wrong: string[] = [];
  const listener = new Socket(c.AF_INET!, c.SOCK_STREAM) as any;
  await listener.bind([address, 0]);
  listener.listen(64);
  const echoes: Promise<void>[] = [];
  const serving = (async () => {
    for await (const [connection] of listener.connections({ onError() {} })) {
      echoes.push(
        (async () => {
          for (;;) {
            const data = await connection.recv(100);
            if (data.length === 0) break;
            await surely(connection, data);
          }
          connection.close();
        })(),
      );
    }
  })();
  await Promise.all(
    Array.from({ length: actor.clients }, async (_, i) => {
      const client = new Socket(c.AF_INET!, c.SOCK_STREAM) as any;
      const bytes = fill({ stream, from: 100 * i, to: 100 * i + 100 }, new Uint8Array(100));
      await client.connect(listener.getsockname());
      await surely(client, bytes);
      client.shutdown(c.SHUT_WR);
      const chunks: Uint8Array[] = [];
      for (;;) {
        const data = await client.recv(100);
        if (data.length === 0) break;
        chunks.push(data);
      }
      client.close();
      const difference = compare(Buffer.concat(chunks), bytes);
      if (difference) wrong.push(`client ${i}: ${difference}`);
    }),
  );
  listener.close();
  await serving;
  await Promise.all(echoes);
  return () => wrong[0];
}
