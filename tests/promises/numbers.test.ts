// Descriptor numbers that are used again: what the poller was told of the socket before is no news
// of the one after.
import { AF_INET, SOCK_DGRAM, close, dup } from "../../ts/index.js";
import { Socket, socketpair } from "../../ts/promises/index.js";
import { childAnswer } from "../child.js";
import { noProc } from "../have.js";
import { equal, fails, is, ok, openDescriptors, rejects, test } from "../suite.js";

const turn = () => new Promise<void>(resolve => setImmediate(resolve));

/**
 * A socket that the poller watches, whose number is given back while a duplicate keeps its
 * description.
 */
async function watched(): Promise<{ socket: Socket; peer: Socket; copy: number }> {
  const [socket, peer] = await socketpair();
  const waits = socket.recv(10);
  await peer.sendall("first");
  is(String(await waits), "first");
  return { socket, peer, copy: dup(socket.fileno()) };
}

test(
  "recv: a number whose collected socket was duplicated hears nothing of that one's bytes",
  async () => {
    let number = -1;
    let peer: Socket;
    let copy = -1;
    await (async () => {
      const made = await watched();
      ({ peer, copy } = made);
      number = made.socket.fileno();
    })();
    const listeners = process.listeners("warning");
    process.removeAllListeners("warning");
    for (let i = 0; i < 100 && openDescriptors().some(line => line.startsWith(`${number} -> `)); i++) {
      global.gc!();
      await new Promise(resolve => setTimeout(resolve, 10));
    }
    for (const listener of listeners) process.on("warning", listener);
    const [socket, other] = await socketpair();
    is([socket, other].filter(s => s.fileno() === number).length, 1, "the number was not used again");
    const [reader, writer] = socket.fileno() === number ? [socket, other] : [other, socket];
    for (let i = 0; i < 20; i++) {
      const got = reader.recv(10);
      const next = reader.recv(10);
      await peer!.sendall("strange"); // an edge of the old description
      await writer.sendall("mine");
      is(String(await got), "mine");
      await turn();
      await writer.sendall("next");
      is(String(await next), "next");
    }
    for (const s of [reader, writer, peer!]) s.close();
    close(copy);
  },
  { seconds: 20, skip: noProc },
);

test("recv: a number that close() gave back and a new socket has hears nothing of the old one's bytes", async () => {
  const { socket, peer, copy } = await watched();
  const number = socket.fileno();
  socket.close();
  const [a, b] = await socketpair();
  const [reader, writer] = a.fileno() === number ? [a, b] : [b, a];
  is(reader.fileno(), number);
  const got = reader.recv(10);
  await peer.sendall("strange");
  await turn();
  await writer.sendall("mine");
  is(String(await got), "mine");
  for (const s of [reader, writer, peer]) s.close();
  close(copy);
});

test("close: of a number closes the socket that owns it, and its waiting calls fail with EBADF", async () => {
  const [a, b] = await socketpair();
  const number = a.fileno();
  const waits = [a.recv(1), a.recvInto(new Uint8Array(1))];
  close(number);
  is(a.fileno(), -1);
  for (const call of waits)
    is((await rejects<Error & { code?: string }>(() => call as Promise<unknown>, Error)).code, "EBADF");
  is(String(await b.recv(1)), "");
  b.close();
  fails("EBADF", () => close(number));
});

test("detach: the number stays open, unwatched, and can be adopted again", async () => {
  const { socket, peer, copy } = await watched();
  close(copy);
  const number = socket.detach();
  const again = new Socket(undefined, undefined, undefined, number);
  const got = again.recv(10);
  await peer.sendall("more");
  is(String(await got), "more");
  socket.close(); // has no descriptor any more
  await peer.sendall("still");
  is(String(await again.recv(10)), "still");
  again.close();
  peer.close();
});

test(
  "Socket: numbers that go round under load keep to their own bytes",
  async () => {
    for (let round = 0; round < 200; round++) {
      const { socket, peer, copy } = await watched();
      if (round % 3 === 0) socket.close();
      else if (round % 3 === 1) close(socket.fileno());
      else close(socket.detach());
      const [a, b] = await socketpair();
      const got = [a.recv(20), b.recv(20)];
      const noise = peer.sendall("strange");
      await Promise.all([noise, a.sendall(`to b ${round}`), b.sendall(`to a ${round}`)]);
      equal((await Promise.all(got)).map(String), [`to a ${round}`, `to b ${round}`]);
      for (const s of [a, b, peer]) s.close();
      close(copy);
    }
  },
  { seconds: 20 },
);

test(
  "Socket: dropped ones that waited once and were duplicated leave no descriptor",
  async () => {
    const { opened } = await childAnswer<{ opened: number }>(
      `
    import { readdirSync } from "node:fs";
    import * as P from ${JSON.stringify(new URL("../../ts/promises/index.js", import.meta.url).href)};
    const count = () => readdirSync("/proc/self/fd").length;
    process.removeAllListeners("warning"); process.on("warning", () => {});
    const [first, second] = await P.socketpair(); const once = first.recv(1); await second.sendall("x"); await once;
    const before = count();
    async function drop() {
      const [a, b] = await P.socketpair(), got = a.recv(1), copy = S.dup(a.fileno());
      await b.sendall("x"); await got;
      S.close(copy);
    }
    for (let i = 0; i < 50; i++) await drop();
    for (let i = 0; i < 200 && count() > before; i++) { gc(); await new Promise(resolve => setTimeout(resolve, 10)); }
    console.log(JSON.stringify({ opened: count() - before })); first.close(); second.close();`,
      { flags: ["--expose-gc"] },
    );
    is(opened, 0);
  },
  { seconds: 30, skip: noProc },
);

test("dup: of a number is the caller's own, and no socket's", async () => {
  const s = new Socket(AF_INET, SOCK_DGRAM);
  const copy = dup(s.fileno());
  s.close();
  ok(copy >= 0);
  close(copy);
  fails("EBADF", () => close(copy));
});
