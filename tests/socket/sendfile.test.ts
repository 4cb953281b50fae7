// sendfile(): what arrives, what is returned and where the file stands afterwards, as CPython has
// it.
import { execFileSync, spawn } from "node:child_process";
import { createHash, randomFillSync } from "node:crypto";
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
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AF_INET,
  AF_UNIX,
  SHUT_WR,
  SOCK_DGRAM,
  SOCK_STREAM,
  Socket,
  type OSError,
  TimeoutError,
  socketpair,
} from "../../ts/index.js";
import { message, worker } from "../child.js";
import { ask } from "../python.js";
import { equal, fails, is, ok, test, throws } from "../suite.js";

/** A file of `size` bytes, gone when the block ends. */
function temporary(size: number) {
  const folder = mkdtempSync(join(tmpdir(), "sendfile-"));
  const path = join(folder, "file");
  const bytes = randomFillSync(Buffer.alloc(size));
  writeFileSync(path, bytes);
  return { path, bytes, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

function opened(path: string, mode = "r") {
  const fd = openSync(path, mode);
  return { fd, [Symbol.dispose]: () => closeSync(fd) };
}

/** Where a descriptor of a file stands, told by what is left to read. */
const position = (fd: number) => fstatSync(fd).size - readFileSync(fd).length;

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

function readAll(s: Socket): Buffer {
  const parts: Buffer[] = [];
  for (;;) {
    const part = s.recv(1 << 16);
    if (part.length === 0) break;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

const RANGES: [offset: number, count: number | null][] = [
  [0, null],
  [0, 1],
  [0, 5000],
  [1, null],
  [4999, null],
  [5000, null],
  [9999, null],
  [100, 200],
  [100, 4900],
  [100, 4901],
  [5000, 7],
  [2 ** 40, null],
  [2 ** 40, 5],
  [0, 2 ** 40],
];

const SIZE = 5000;

test("sendfile: result, bytes and position are CPython's, for each range of a file", () => {
  using file = temporary(SIZE);
  const theirs = ask<[number, string, number][]>(
    `
import hashlib
out = []
for offset, count in data["ranges"]:
    a, b = socket.socketpair()
    with a, b, open(data["path"], "rb") as f:
        f.read(3)
        n = a.sendfile(f, offset, count)
        a.shutdown(socket.SHUT_WR)
        got = b""
        while part := b.recv(65536): got += part
        out.append([n, hashlib.sha256(got).hexdigest(), f.tell()])
print(json.dumps(out))`,
    { path: file.path, ranges: RANGES },
  );
  const ours = RANGES.map(([offset, count]) => {
    const [a, b] = socketpair();
    using _ = a;
    using __ = b;
    using f = opened(file.path);
    is(readSync(f.fd, Buffer.alloc(3), 0, 3, null), 3);
    const n = a.sendfile(f.fd, offset, count);
    a.shutdown(SHUT_WR);
    return [n, sha256(readAll(b)), position(f.fd)];
  });
  equal(ours, theirs);
});

test("sendfile: an empty file is 0", () => {
  using file = temporary(0);
  using f = opened(file.path);
  const [a, b] = socketpair();
  using _ = a;
  using __ = b;
  is(a.sendfile(f.fd), 0);
  is(a.sendfile(f.fd, 5, 5), 0);
});

test("sendfile: a FileHandle, and reading goes on behind what was sent", async () => {
  using file = temporary(SIZE);
  const [a, b] = socketpair();
  using _ = a;
  using __ = b;
  const handle = await open(file.path);
  try {
    is(a.sendfile(handle, 10, 20), 20);
    equal(b.recv(100), file.bytes.subarray(10, 30));
    equal((await handle.read(Buffer.alloc(5))).buffer, file.bytes.subarray(30, 35));
  } finally {
    await handle.close();
  }
  fails("EBADF", () => a.sendfile(handle));
});

test("sendfile: an object gives bytes in parts, and is put behind what was sent", () => {
  const bytes = Buffer.from("0123456789".repeat(30_000));
  let at = 7;
  const calls: string[] = [];
  const source = {
    read(size: number) {
      calls.push(`read ${size}`);
      const part = bytes.subarray(at, at + Math.min(size, 50_000));
      at += part.length;
      return part;
    },
    seek(position: number) {
      calls.push(`seek ${position}`);
      at = position;
    },
  };
  const [a, b] = socketpair();
  using _ = a;
  using __ = b;
  is(a.sendfile(source, 5, 60_000), 60_000);
  equal(b.recv(1 << 17), bytes.subarray(5, 60_005));
  equal(calls, ["seek 5", "read 60000", "read 10000", "seek 60005"]);
  calls.length = 0;
  is(a.sendfile({ read: size => source.read(size) }, 0, 10), 10);
  equal(calls, ["read 10"]);
  is(b.recv(100).toString(), "5678901234");
});

test("sendfile: an object whose read() gives no bytes is a TypeError, after what was sent", () => {
  const [a, b] = socketpair();
  using _ = a;
  using __ = b;
  for (const wrong of ["text", null, Promise.resolve(Buffer.alloc(1)), 5])
    throws(
      () => a.sendfile({ read: () => wrong as unknown as Buffer }),
      TypeError,
      /what read\(size\) returns must be/,
    );
  const parts = [Buffer.from("sent"), null];
  throws(() => a.sendfile({ read: () => parts.shift()! }), TypeError);
  is(b.recv(100).toString(), "sent");
});

test("sendfile: a file of makefile() and a pipe are read", () => {
  const [a, b] = socketpair();
  const [c, d] = socketpair();
  using _ = a;
  using __ = b;
  using ___ = c;
  using ____ = d;
  using file = c.makefile("rb");
  d.sendall("from a socket");
  d.shutdown(SHUT_WR);
  is(a.sendfile(file), 13);
  is(b.recv(100).toString(), "from a socket");
  using pipe = opened("/dev/null", "r");
  using folder = opened(tmpdir(), "r");
  is(a.sendfile(pipe.fd), 0);
  fails("EISDIR", () => a.sendfile(folder.fd));
});

test("sendfile: what another process writes into a pipe is sent until it ends", () => {
  const [a, b] = socketpair();
  using _ = a;
  using __ = b;
  const folder = mkdtempSync(join(tmpdir(), "sendfile-"));
  const path = join(folder, "pipe");
  try {
    execFileSync("mkfifo", [path]);
    const writer = spawn("sh", ["-c", 'printf one > "$0"; printf two > "$0"', path], { stdio: "ignore" });
    ok(writer.pid);
    // The second redirection may find the pipe closed and wait for a reader: one descriptor stays
    // open for it.
    using pipe = opened(path, "r+");
    is(a.sendfile(pipe.fd, 0, 6), 6);
    is(b.recv(100).toString(), "onetwo");
    fails("ESPIPE", () => a.sendfile(pipe.fd, 1, 1));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("sendfile: arguments and sockets that are refused, before anything is sent", () => {
  using file = temporary(SIZE);
  using f = opened(file.path);
  const [a, b] = socketpair();
  const [c, d] = socketpair(AF_UNIX, SOCK_DGRAM);
  using _ = a;
  using __ = b;
  using ___ = c;
  using ____ = d;
  throws(() => c.sendfile(f.fd), RangeError, "only SOCK_STREAM type sockets are supported");
  for (const count of [0, -1, 1.5, NaN])
    throws(() => a.sendfile(f.fd, 0, count), RangeError, /^count must be an integer 1\.\./);
  for (const offset of [-1, 0.5]) throws(() => a.sendfile(f.fd, offset), RangeError, /^offset must be/);
  throws(() => a.sendfile(f.fd, 0, "5" as unknown as number), TypeError);
  throws(() => a.sendfile(f.fd, "5" as unknown as number), TypeError);
  for (const wrong of ["path", null, undefined, {}, { fd: "3" }, Buffer.alloc(3)])
    throws(
      () => a.sendfile(wrong as unknown as number),
      TypeError,
      /^file must be a descriptor, a FileHandle or an object with read\(size\), got/,
    );
  throws(() => a.sendfile(-1), RangeError);
  throws(() => a.sendfile({ read: () => Buffer.alloc(0) }, 5), TypeError, /seek/);
  fails("EBADF", () => a.sendfile(0x7fffffff));
  a.setblocking(false);
  throws(() => a.sendfile(f.fd), RangeError, "non-blocking sockets are not supported");
  is(position(f.fd), 0);
  b.setblocking(false);
  fails("EAGAIN", () => b.recv(1));
  a.close();
});

test("sendfile: a peer that has closed is EPIPE, a closed socket EBADF, and the file stays where it was", () => {
  using file = temporary(SIZE);
  using f = opened(file.path);
  const [a, b] = socketpair();
  b.close();
  fails("EPIPE", () => a.sendfile(f.fd, 100));
  is(position(f.fd), 0);
  a.close();
  fails("EBADF", () => a.sendfile(f.fd, 100));
});

test("sendfile: a timeout midway leaves the file behind what was sent, as CPython's", () => {
  using file = temporary(1 << 22);
  using f = opened(file.path);
  const theirs = ask<number>(
    `
a, b = socket.socketpair()
a.settimeout(0.05)
with open(data, "rb") as f:
    try: a.sendfile(f, 1000)
    except TimeoutError: print(f.tell())`,
    file.path,
  );
  const [a, b] = socketpair();
  using _ = a;
  using __ = b;
  a.settimeout(0.05);
  const error = throws(() => a.sendfile(f.fd, 1000), TimeoutError, "timed out");
  const at = position(f.fd);
  is(at, theirs);
  is(error.bytesSent, at - 1000);
  a.close();
  equal(readAll(b), file.bytes.subarray(1000, at));
});

test("sendfile: a timeout midway puts an object back to what was sent", () => {
  const [a, b] = socketpair();
  using _ = a;
  using __ = b;
  a.settimeout(0.05);
  let at = -1;
  throws(
    () =>
      a.sendfile({
        read: size => Buffer.alloc(size),
        seek: position => {
          at = position;
        },
      }),
    TimeoutError,
  );
  a.close();
  is(readAll(b).length, at);
});

/**
 * A worker that reads a descriptor to its end, or up to a limit, in blocking mode; it says when it
 * is there, then what came.
 */
const READER = `
  const { createHash } = process.getBuiltinModule?.("node:crypto") ?? require("node:crypto");
  const s = new S.Socket(undefined, undefined, undefined, data.fd), hash = createHash("sha256"), buffer = Buffer.alloc(1 << 16);
  post("ready");
  let total = 0;
  for (let n; total < data.limit && (n = s.recvInto(buffer)) > 0; total += n) {
    hash.update(buffer.subarray(0, n));
    if (data.pause) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, data.pause);
  }
  s.close();
  post([total, hash.digest("hex")]);`;

function tcpPair(): [Socket, Socket] {
  using listener = new Socket(AF_INET, SOCK_STREAM);
  listener.bind(["127.0.0.1", 0]);
  listener.listen();
  const client = new Socket(AF_INET, SOCK_STREAM);
  client.connect(listener.getsockname());
  return [client, listener.accept()[0]];
}

for (const [mode, timeout] of [
  ["blocking", null],
  ["timeout", 20],
] as const) {
  test(
    `sendfile: 64 MiB arrive whole, ${mode} mode`,
    async () => {
      using file = temporary(1 << 26);
      using f = opened(file.path);
      const [a, b] = tcpPair();
      const reader = worker(READER, { fd: b.detach(), limit: Infinity });
      is(await message(reader), "ready");
      a.settimeout(timeout);
      is(a.sendfile(f.fd), 1 << 26);
      a.close();
      equal(await message(reader), [1 << 26, sha256(file.bytes)]);
      is(position(f.fd), 1 << 26);
      await reader.terminate();
    },
    { seconds: 60 },
  );
}

test(
  "sendfile: a slow peer may take longer in all than the timeout, which bounds each wait",
  async () => {
    using file = temporary(1 << 21);
    using f = opened(file.path);
    const [a, b] = socketpair();
    const reader = worker(READER, { fd: b.detach(), limit: Infinity, pause: 60 });
    is(await message(reader), "ready");
    a.settimeout(1);
    const start = performance.now();
    is(a.sendfile(f.fd), 1 << 21);
    ok(performance.now() - start > 1000);
    a.close();
    equal(await message(reader), [1 << 21, sha256(file.bytes)]);
    await reader.terminate();
  },
  { seconds: 30 },
);

test(
  "sendfile: a peer that closes midway is an error, and the file stands behind what was taken",
  async () => {
    using file = temporary(1 << 26);
    using f = opened(file.path);
    const [a, b] = tcpPair();
    using _ = a;
    const reader = worker(READER, { fd: b.detach(), limit: 1 << 20 });
    is(await message(reader), "ready");
    const error = throws(() => a.sendfile(f.fd), Error);
    ok(["EPIPE", "ECONNRESET"].includes((error as { code?: string }).code!), error.message);
    const at = position(f.fd);
    ok(at >= 1 << 20 && at < 1 << 26, `${at}`);
    is((error as OSError).bytesSent, at);
    equal((await message<[number, string]>(reader))[0] >= 1 << 20, true);
    await reader.terminate();
  },
  { seconds: 30 },
);

test(
  "sendfile: from a worker, whole, and terminate() ends one that waits",
  async () => {
    using file = temporary(1 << 24);
    using f = opened(file.path);
    const SENDER = `
    const s = new S.Socket(undefined, undefined, undefined, data.fd);
    post("ready");
    const n = s.sendfile(data.file);
    const blocking = s.getblocking();
    s.close();
    post([n, blocking]);`;
    const [a, b] = tcpPair();
    const sender = worker(SENDER, { fd: a.detach(), file: f.fd });
    is(await message(sender), "ready");
    is(sha256(readAll(b)), sha256(file.bytes));
    b.close();
    equal(await message(sender), [1 << 24, true]);
    await sender.terminate();

    const [c, d] = tcpPair();
    using _ = d;
    const waiting = worker(SENDER, { fd: c.detach(), file: f.fd });
    is(await message(waiting), "ready");
    await new Promise(done => setTimeout(done, 200));
    const start = performance.now();
    await waiting.terminate();
    ok(performance.now() - start < 2000);
  },
  { seconds: 30 },
);

test("sendfile: a source that gives more than it was asked for", () => {
  const [a, b] = socketpair();
  using _a = a;
  using _b = b;
  is(a.sendfile({ read: () => Buffer.from("12345678") }, 0, 3), 3);
  is(String(b.recv(10)), "123");
});
