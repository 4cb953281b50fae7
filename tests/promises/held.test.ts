// Files that a call names by descriptors: one that waits holds them, so that their numbers may be
// closed, and be others', before it is over.
import {
  closeSync,
  fstatSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AF_UNIX,
  CMSG_SPACE,
  type CallOptions,
  MSG_DONTWAIT,
  SCM_RIGHTS,
  SHUT_WR,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  SOL_SOCKET,
  type Socket,
  close,
  recvFds,
  sendFds,
  socketpair,
} from "../../ts/promises/index.js";
import { Child, message, worker } from "../child.js";
import { pathOf } from "../elsewhere.js";
import { equal, is, ok, rejects, test } from "../suite.js";
import { code, pause, soon } from "./settling.js";

type Any = Socket<any>;
const promises = new URL("../../ts/promises/index.js", import.meta.url).href;
/** One file, which takes few descriptors to load. */
const bundle = new URL("../../lib/promises.js", import.meta.url).href;

/** Two files of `size` bytes, A and B. */
function files(size: number) {
  const folder = mkdtempSync(join(tmpdir(), "held-"));
  const paths = ["A", "B"].map(name => join(folder, name)) as [string, string];
  for (const path of paths) writeFileSync(path, path.at(-1)!.repeat(size));
  return {
    paths,
    [Symbol.dispose]() {
      rmSync(folder, { recursive: true });
    },
  };
}

/** Sends until nothing more fits. */
async function fill(s: Any): Promise<void> {
  for (;;) if ((await code(s.send(Buffer.alloc(1000), MSG_DONTWAIT))) === "EAGAIN") return;
}

/** Closes a file, whose number the other then has. */
function exchange(fd: number, path: string): number {
  closeSync(fd);
  const other = openSync(path, "r");
  is(other, fd);
  return other;
}

/** Receives until descriptors come. */
async function descriptors(s: Any): Promise<number[]> {
  for (;;) {
    const [, fds] = await recvFds(s, 1 << 20, 8);
    if (fds.length > 0) return fds;
  }
}

/** The first byte of each file; they are closed. */
function contents(fds: readonly number[]): string {
  return fds
    .map(fd => {
      const [byte] = readFileSync(pathOf(fd), "latin1");
      close(fd);
      return byte;
    })
    .join("");
}

const rights = (fds: number[]) =>
  [SOL_SOCKET, SCM_RIGHTS, new Uint8Array(Int32Array.from(fds).buffer)] as [number, number, Uint8Array];

const sends: Record<string, (s: Any, fds: number[], options?: CallOptions) => Promise<unknown>> = {
  sendFds: (s, fds, options) => sendFds(s, ["x"], fds, options),
  sendmsg: (s, fds, options) => s.sendmsg(["x"], fds.map(fd => rights([fd])).slice(0, 1), options),
  sendmmsg(s, fds, options) {
    const batch = s.batch({ count: 2, size: 10, control: CMSG_SPACE(8) });
    batch.push("first");
    batch.push("second", undefined, [rights(fds)]);
    return s.sendmmsg(batch, options);
  },
};
const kinds = { SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET };

for (const [call, send] of Object.entries(sends))
  for (const [name, kind] of Object.entries(kinds)) {
    if (call === "sendmmsg" && kind === SOCK_STREAM) continue;
    test(`${call} over ${name}: what waits sends the file that it was given, whoever has its number then`, async () => {
      using both = files(1);
      const [a, b] = socketpair(AF_UNIX, kind);
      using _a = a;
      using _b = b;
      await fill(a);
      const fd = openSync(both.paths[0], "r");
      const sending = send(a, [fd]);
      // Behind others it has not been tried before it waits.
      const behind = send(a, [fd]);
      const other = exchange(fd, both.paths[1]);
      is(contents(await descriptors(b)), "A");
      is(contents(await descriptors(b)), "A");
      await Promise.all([sending, behind]);
      closeSync(other);
    });
  }

test("sendmmsg: a batch names the caller's descriptors again when a call is over, and while it waits", async () => {
  using both = files(1);
  const [a, b] = socketpair(AF_UNIX, SOCK_DGRAM);
  using _a = a;
  using _b = b;
  await fill(a);
  const fd = openSync(both.paths[0], "r");
  const batch = a.batch({ count: 1, size: 10, control: CMSG_SPACE(4) });
  batch.push("x", undefined, [rights([fd])]);
  const sending = a.sendmmsg(batch);
  equal(batch.ancdata(0), [[SOL_SOCKET, SCM_RIGHTS, Buffer.from(Int32Array.of(fd).buffer)]]);
  is(contents(await descriptors(b)), "A");
  await sending;
  equal(batch.ancdata(0), [[SOL_SOCKET, SCM_RIGHTS, Buffer.from(Int32Array.of(fd).buffer)]]);
  closeSync(fd);
});

const ends: Record<string, (a: Any, stop: AbortController) => void> = {
  "a timeout": () => {},
  "an abort": (_, stop) => stop.abort(),
  "close()": a => a.close(),
  "detach()": a => close(a.detach()),
};
for (const [call, send] of Object.entries(sends))
  for (const [name, end] of Object.entries(ends))
    test(`${call}: what it holds ends with it, by ${name}`, async () => {
      const [a, b] = socketpair(AF_UNIX, SOCK_DGRAM);
      const [x, y] = socketpair();
      using _a = a;
      using _b = b;
      using _y = y;
      await fill(a);
      a.settimeout(name === "a timeout" ? 0.05 : null);
      const stop = new AbortController();
      const ended = send(a, [x.fileno()], { signal: stop.signal }).catch(() => "ended");
      x.close();
      is(await soon(y.recv(1, MSG_DONTWAIT).catch((error: { code: string }) => error.code)), "EAGAIN");
      end(a, stop);
      is(await soon(ended), "ended");
      is((await y.recv(1)).length, 0);
    });

test("sendFds: a number that is no descriptor's fails at once, though there is no room", async () => {
  const [a, b] = socketpair();
  using _a = a;
  using _b = b;
  await fill(a);
  is(await soon(code(sendFds(a, ["x"], [1 << 20]))), "EBADF");
  is(await soon(code(a.sendfile(1 << 20))), "EBADF");
  is(a._waiters, 0);
});

test(
  "sendFds: without a descriptor for the file it waits with, the call fails and nothing is sent",
  async () => {
    const { status, stdout, stderr } = await new Child(
      `
      const P = await import(${JSON.stringify(bundle)});
      const fs = await import("node:fs");
      const [a, b] = P.socketpair();
      let filled = 0;
      try { for (;;) filled += await a.send(Buffer.alloc(1000), P.MSG_DONTWAIT); } catch {}
      const waits = a.ready(P.POLLIN); // the poller has its descriptor
      const all = [];
      try { for (;;) all.push(fs.openSync("/dev/null")); } catch {}
      const error = await P.sendFds(a, ["x"], [all[0], all[1]]).catch(error => error);
      for (const fd of all) fs.closeSync(fd);
      let came = 0;
      b.settimeout(0);
      try { for (;;) came += (await b.recv(1 << 20)).length; } catch {}
      console.log(error.code, error.syscall, error.bytesSent, came - filled);
      a.close();
      b.close();
      await waits.catch(() => {});`,
      { descriptors: 60 },
    ).ended;
    equal([status, stdout, stderr], [0, "EMFILE sendmsg 0 0\n", ""]);
  },
  { seconds: 30 },
);

test("sendFds: what a worker's call holds ends with the worker", async () => {
  const [a, b] = socketpair(AF_UNIX, SOCK_DGRAM);
  const [x, y] = socketpair();
  using _b = b;
  using _y = y;
  await fill(a);
  const sender = worker(
    `
    const { Socket, close, sendFds } = await import(${JSON.stringify(promises)});
    const s = new Socket(undefined, undefined, undefined, data.fd);
    sendFds(s, ["x"], [data.file]);
    close(data.file);
    post("waits");`,
    { fd: a.detach(), file: x.detach() },
  );
  is(await message(sender), "waits");
  is(await code(y.recv(1, MSG_DONTWAIT)), "EAGAIN");
  await sender.terminate();
  is((await y.recv(1)).length, 0);
});

for (const call of ["sendFds", "sendmmsg"])
  test(`${call} of the blocking class: what waits in a worker sends the file that it was given`, async () => {
    using both = files(1);
    const [a, b] = socketpair(AF_UNIX, SOCK_DGRAM);
    using _b = b;
    await fill(a);
    const fd = openSync(both.paths[0], "r");
    const sender = worker(
      `
      const s = new S.Socket(undefined, undefined, undefined, data.fd);
      s.setblocking(true);
      post("begins");
      if (data.call === "sendFds") S.sendFds(s, ["x"], [data.file]);
      else {
        const batch = s.batch({ count: 1, size: 10, control: S.CMSG_SPACE(4) });
        batch.push("x", undefined, [[S.SOL_SOCKET, S.SCM_RIGHTS, new Uint8Array(Int32Array.of(data.file).buffer)]]);
        s.sendmmsg(batch);
      }
      s.close();
      post("sent");`,
      { call, fd: a.detach(), file: fd },
    );
    is(await message(sender), "begins");
    await pause(50);
    const other = exchange(fd, both.paths[1]);
    await pause(300); // more than one interruption
    is(contents(await descriptors(b)), "A");
    is(await message(sender), "sent");
    await sender.terminate();
    closeSync(other);
  });

test("sendfile: a number's file is sent to its end, whoever has the number then, and its position moves", async () => {
  const size = 1 << 20;
  using both = files(size);
  const [a, b] = socketpair();
  using _a = a;
  using _b = b;
  const fd = openSync(both.paths[0], "r");
  const first = a.sendfile(fd, 1);
  const second = a.sendfile(fd, 0, 5);
  const other = exchange(fd, both.paths[1]);
  const sent = Promise.all([first, second]).finally(() => a.shutdown(SHUT_WR));
  const came: Buffer[] = [];
  do came.push(await b.recv(1 << 20));
  while (came.at(-1)!.length > 0);
  equal(await sent, [size - 1, 5]);
  const all = Buffer.concat(came);
  is(all.length, size + 4);
  ok(all.every(byte => byte === 65));
  // Nobody has moved the other file.
  const byte = Buffer.alloc(3);
  is(readSync(other, byte, 0, 3, null), 3);
  is(readSync(other, Buffer.alloc(size), 0, size, null), size - 3);
  closeSync(other);
});

test("sendfile: a file that it holds has one position with the caller's number, and is let go at the end", async () => {
  using both = files(1 << 20);
  const [a, b] = socketpair();
  using _b = b;
  const fd = openSync(both.paths[0], "r");
  const sending = rejects(() => a.sendfile(fd), Error);
  is((await b.recv(1000)).length, 1000);
  await pause(5);
  a.close();
  await sending;
  const at = (1 << 20) - readSync(fd, Buffer.alloc(1 << 20), 0, 1 << 20, null);
  ok(at >= 1000 && at < 1 << 20, `${at}`);
  ok(fstatSync(fd).isFile());
  closeSync(fd);
});
