// sendfile() as a promise: what arrives, in which order, where the file stands afterwards, and how
// it ends early.
import { execFileSync } from "node:child_process";
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
  writeSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as blocking from "../../ts/index.js";
import {
  AF_UNIX,
  OSError,
  SHUT_WR,
  SOCK_DGRAM,
  type Socket,
  TimeoutError,
  createConnection,
  createServer,
  socketpair,
} from "../../ts/promises/index.js";
import { Child, message, sleep, worker } from "../child.js";
import { equal, is, ok, rejects, slow, test, throws } from "../suite.js";

type Any = Socket<any>;

/** A file of `size` bytes, gone when the block ends. */
function temporary(size: number) {
  const folder = mkdtempSync(join(tmpdir(), "sendfile-"));
  const path = join(folder, "file");
  const bytes = randomFillSync(Buffer.alloc(size));
  writeFileSync(path, bytes);
  const fd = openSync(path, "r");
  return {
    path,
    bytes,
    fd,
    [Symbol.dispose]() {
      closeSync(fd);
      rmSync(folder, { recursive: true });
    },
  };
}

/** A pipe with a name, open at both ends. */
function pipe() {
  const folder = mkdtempSync(join(tmpdir(), "sendfile-"));
  const path = join(folder, "pipe");
  execFileSync("mkfifo", [path]);
  const fd = openSync(path, "r+");
  return {
    fd,
    write: (text: string) => writeSync(fd, text),
    [Symbol.dispose]() {
      closeSync(fd);
      rmSync(folder, { recursive: true });
    },
  };
}

/** Where a descriptor of a file stands, told by what is left to read. */
const position = (fd: number) => fstatSync(fd).size - readFileSync(fd).length;
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

async function readAll(s: Any, pause = 0): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (;;) {
    const part = await s.recv(1 << 16);
    if (part.length === 0) break;
    parts.push(part);
    if (pause) await sleep(pause);
  }
  return Buffer.concat(parts);
}

async function tcpPair(): Promise<[Any, Any]> {
  using listener = await createServer(["127.0.0.1", 0]);
  const [client, [connection]] = await Promise.all([
    createConnection(listener.getsockname()),
    listener.accept(),
  ]);
  return [client, connection];
}

const SIZE = 5000;
const RANGES: [offset: number, count: number | null][] = [
  [0, null],
  [0, 1],
  [1, null],
  [4999, null],
  [5000, null],
  [9999, null],
  [100, 200],
  [100, 4901],
  [2 ** 40, 5],
  [0, 2 ** 40],
];

test("sendfile: result, bytes and position are the blocking one's, for each range of a file", async () => {
  using file = temporary(SIZE);
  for (const [offset, count] of RANGES) {
    const [a, b] = socketpair();
    const [c, d] = blocking.socketpair();
    using _ = a;
    using __ = b;
    using ___ = c;
    using ____ = d;
    const n = c.sendfile(file.fd, offset, count);
    const at = position(file.fd);
    is(await a.sendfile(file.fd, offset, count), n);
    is(position(file.fd), at);
    a.shutdown(SHUT_WR);
    c.shutdown(SHUT_WR);
    equal(await readAll(b), count === 2 ** 40 ? file.bytes : file.bytes.subarray(offset, offset + n));
  }
});

test("sendfile: options may follow any argument", async () => {
  using file = temporary(10);
  const [a, b] = socketpair();
  const { signal } = new AbortController();
  using _ = a;
  using __ = b;
  equal(
    [
      await a.sendfile(file.fd, { signal }),
      await a.sendfile(file.fd, 3, { signal }),
      await a.sendfile(file.fd, 3, 4, { signal }),
    ],
    [10, 7, 4],
  );
  is((await b.recv(100)).length, 21);
});

test("sendfile: a FileHandle, and reading goes on behind what was sent", async () => {
  using file = temporary(SIZE);
  const [a, b] = socketpair();
  const handle = await open(file.path);
  using _ = a;
  using __ = b;
  try {
    is(await a.sendfile(handle, 10, 20), 20);
    equal(await b.recv(100), file.bytes.subarray(10, 30));
    equal((await handle.read(Buffer.alloc(5))).buffer, file.bytes.subarray(30, 35));
  } finally {
    await handle.close();
  }
  is((await rejects(() => a.sendfile(handle), OSError)).code, "EBADF");
});

test("sendfile: a FileHandle that is closed meanwhile is EBADF, whoever has its number then", async () => {
  using file = temporary(1 << 22);
  const [a, b] = socketpair();
  const handle = await open(file.path);
  using _ = a;
  using __ = b;
  const sending = rejects(() => a.sendfile(handle), OSError);
  await handle.close();
  using _other = temporary(1 << 22);
  const [error, got] = await Promise.all([sending, b.recv(1 << 22)]);
  is(error.code, "EBADF");
  equal(got, file.bytes.subarray(0, got.length));
});

for (const [kind, later] of [
  ["at once", false],
  ["as promises", true],
] as const) {
  test(`sendfile: an object that gives bytes ${kind} is put behind what was sent`, async () => {
    const bytes = Buffer.from("0123456789".repeat(30_000));
    const calls: string[] = [];
    let at = 7;
    const given = <T>(value: T) => (later ? sleep(1).then(() => value) : value);
    const source = {
      read(size: number) {
        calls.push(`read ${size}`);
        const part = bytes.subarray(at, at + Math.min(size, 50_000));
        at += part.length;
        return given(part);
      },
      seek(position: number) {
        calls.push(`seek ${position}`);
        at = position;
        return given(position);
      },
    };
    const [a, b] = socketpair();
    using _ = a;
    using __ = b;
    is(await a.sendfile(source, 5, 60_000), 60_000);
    equal(await b.recv(1 << 17), bytes.subarray(5, 60_005));
    equal(calls, ["seek 5", "read 60000", "read 10000", "seek 60005"]);
    is(await a.sendfile({ read: size => source.read(size) }, 0, 10), 10);
    is((await b.recv(100)).toString(), "5678901234");
  });
}

test("sendfile: an object that fails or gives no bytes, after what was sent", async () => {
  const [a, b] = socketpair();
  const crashed = new Error("crashed");
  using _ = a;
  using __ = b;
  for (const wrong of ["text", undefined, Promise.resolve(5)])
    await rejects(
      () => a.sendfile({ read: () => wrong as never }),
      TypeError,
      /what read\(size\) returns must be/,
    );
  const sought: number[] = [];
  const parts = [Buffer.from("sent"), Promise.resolve(Buffer.from(" and sent")), Promise.reject(crashed)];
  is(
    await rejects(() => a.sendfile({ read: () => parts.shift()!, seek: at => sought.push(at) }), Error),
    crashed,
  );
  equal(sought, [0, 13]);
  is((await b.recv(100)).toString(), "sent and sent");
  is(
    await rejects(
      () =>
        a.sendfile({
          read: () => {
            throw crashed;
          },
        }),
      Error,
    ),
    crashed,
  );
  is(
    await rejects(
      () => a.sendfile({ read: () => Buffer.alloc(0), seek: () => Promise.reject(crashed) }),
      Error,
    ),
    crashed,
  );
});

test("sendfile: null or no bytes are an object's end, of the blocking class no bytes alone", async () => {
  for (const end of [null, Promise.resolve(null), Buffer.alloc(0)]) {
    const [a, b] = socketpair();
    using _ = a;
    using __ = b;
    const parts = [Buffer.from("part"), end];
    const sought: number[] = [];
    is(await a.sendfile({ read: () => parts.shift()!, seek: at => sought.push(at) }), 4);
    equal(sought, [0, 4]);
    is(await a.sendfile({ read: () => end }), 0);
    is(String(await b.recv(10)), "part");
  }
  const [c, d] = blocking.socketpair();
  using _c = c;
  using _d = d;
  throws(() => c.sendfile({ read: () => null }), TypeError, /what read\(size\) returns must be/);
});

test(
  "sendfile: the wait for a pipe or a socket holds the process as the socket does",
  async () => {
    for (const [when, held] of [
      ["before", false],
      ["later", false],
      ["again", true],
    ]) {
      const { status, stdout, stderr } = await new Child(
        `
        const P = await import(${JSON.stringify(new URL("../../ts/promises/index.js", import.meta.url).href)});
        const [a, b] = P.socketpair();
        const [c, d] = P.socketpair();
        const when = ${JSON.stringify(when)};
        if (when === "before") a.unref();
        a.sendfile(c.fileno());
        if (when !== "before") a.unref();
        if (when === "again") a.ref();
        globalThis.kept = [a, b, c, d];
        setTimeout(() => {
          console.log("held");
          process.exit();
        }, 1500).unref();`,
      ).ended;
      equal([when, status, stdout, stderr], [when, 0, held ? "held\n" : "", ""]);
    }
  },
  { seconds: 30 },
);

test("sendfile: a thenable that answers at once, on a socket that is watched already", async () => {
  const server = await createServer(["127.0.0.1", 0]);
  const client = await createConnection(server.getsockname());
  using _server = server;
  using _client = client;
  using connection = (await server.accept())[0];
  for (let i = 0; i < 3; i++) {
    const parts = [Buffer.from("some bytes"), Buffer.alloc(0)];
    is(
      await client.sendfile({
        read: () => ({ then: (done: any) => done(parts.shift()!) }) as Promise<Buffer>,
      }),
      10,
    );
    is(String(await connection.recv(100)), "some bytes");
  }
});

test("sendfile: keeps its turn among other calls", async () => {
  using file = temporary(1 << 22);
  const [a, b] = socketpair();
  const slowly = {
    parts: ["x", "y", ""],
    async read() {
      await sleep(2);
      return Buffer.from(this.parts.shift()!);
    },
  };
  using _ = a;
  using __ = b;
  const all = [
    a.sendall("before"),
    a.sendfile(file.fd),
    a.sendall("between"),
    a.sendfile(slowly),
    a.send("after"),
    a.sendfile(file.fd, 10, 10),
  ];
  void Promise.all(all).then(() => a.shutdown(SHUT_WR));
  const got = await readAll(b);
  equal(
    got,
    Buffer.concat([
      Buffer.from("before"),
      file.bytes,
      Buffer.from("betweenxyafter"),
      file.bytes.subarray(10, 20),
    ]),
  );
  equal(await Promise.all(all), [undefined, 1 << 22, undefined, 2, 5, 10]);
});

test("sendfile: a pipe is waited for on the loop", async () => {
  using named = pipe();
  const [a, b] = socketpair();
  using _ = a;
  using __ = b;
  const sending = a.sendfile(named.fd, 0, 6);
  await sleep(20);
  named.write("one");
  is((await b.recv(10)).toString(), "one");
  named.write("two");
  is(await sending, 6);
  is((await b.recv(10)).toString(), "two");
  is((await rejects(() => a.sendfile(named.fd, 1, 1), OSError)).code, "ESPIPE");
  // A socket, too: what comes until its end.
  const [c, d] = socketpair();
  using ___ = c;
  using ____ = d;
  setTimeout(() => {
    void d.sendall("from a socket").then(() => d.shutdown(SHUT_WR));
  }, 5);
  is(await a.sendfile(c.fileno()), 13);
});

test("sendfile: arguments and sockets that are refused, before anything is sent", async () => {
  using file = temporary(SIZE);
  const [a, b] = socketpair();
  const [c, d] = socketpair(AF_UNIX, SOCK_DGRAM);
  using _ = a;
  using __ = b;
  using ___ = c;
  using ____ = d;
  await rejects(() => c.sendfile(file.fd), RangeError, "only SOCK_STREAM type sockets are supported");
  for (const count of [0, -1, 1.5, NaN])
    await rejects(() => a.sendfile(file.fd, 0, count), RangeError, /^count must be an integer 1\.\./);
  for (const offset of [-1, 0.5])
    await rejects(() => a.sendfile(file.fd, offset), RangeError, /^offset must be/);
  await rejects(() => a.sendfile(file.fd, 0, "5" as never), TypeError);
  for (const wrong of ["path", null, undefined, {}, { fd: "3" }, Buffer.alloc(3)])
    await rejects(
      () => a.sendfile(wrong as never),
      TypeError,
      /^file must be a descriptor, a FileHandle or an object/,
    );
  await rejects(() => a.sendfile({ read: () => Buffer.alloc(0) }, 5), TypeError, /seek/);
  is((await rejects(() => a.sendfile(0x7fffffff), OSError)).code, "EBADF");
  is(
    (
      await rejects(
        () => a.sendfile(file.fd, { signal: AbortSignal.abort(new OSError("before", { code: "BEFORE" })) }),
        OSError,
      )
    ).code,
    "BEFORE",
  );
  a.setblocking(false);
  await rejects(() => a.sendfile(file.fd), RangeError, "non-blocking sockets are not supported");
  is(position(file.fd), 0);
  a.close();
  b.setblocking(false);
  is((await b.recv(1)).length, 0);
});

test("sendfile: a peer that has closed is EPIPE, a closed socket EBADF, and the file stays where it was", async () => {
  using file = temporary(SIZE);
  const [a, b] = socketpair();
  b.close();
  is((await rejects(() => a.sendfile(file.fd, 100), OSError)).code, "EPIPE");
  a.close();
  is((await rejects(() => a.sendfile(file.fd, 100), OSError)).code, "EBADF");
  is(position(file.fd), 0);
});

// Ways to end a call that waits, and what it rejects with.
const reason = new Error("enough");
const ENDS: Record<
  string,
  { end(s: Any, controller: AbortController): void; rejection(error: Error): boolean }
> = {
  "an abort": {
    end: (_, controller) => controller.abort(reason),
    rejection: error =>
      error === reason || ((error as Error).cause === reason && (error as OSError).bytesSent! > 0),
  },
  "close()": { end: s => s.close(), rejection: error => (error as OSError).code === "EBADF" },
  "the timeout": { end() {}, rejection: error => error instanceof TimeoutError },
};
for (const [how, { end, rejection }] of Object.entries(ENDS)) {
  test(`sendfile: ${how} midway leaves the file behind what was sent`, async () => {
    using file = temporary(1 << 22);
    const [a, b] = socketpair();
    const controller = new AbortController();
    using _ = a;
    using __ = b;
    if (how === "the timeout") a.settimeout(0.05);
    const sending = a.sendfile(file.fd, 1000, { signal: controller.signal });
    setTimeout(() => end(a, controller), 20);
    const error = await rejects(() => sending, Error);
    ok(rejection(error), String(error));
    a.close();
    const at = position(file.fd);
    ok(at > 1000);
    equal(await readAll(b), file.bytes.subarray(1000, at));
  });

  if (how !== "the timeout")
    test(`sendfile: ${how} while the file gives nothing`, async () => {
      using named = pipe();
      let sought = -1;
      const answers: ((bytes: Buffer) => void)[] = [];
      const never = {
        read: () => new Promise<Buffer>(resolve => answers.push(resolve)),
        seek: (at: number) => {
          sought = at;
        },
      };
      for (const source of [named.fd, never]) {
        const [a, b] = socketpair();
        const controller = new AbortController();
        using _ = a;
        using __ = b;
        const sending = a.sendfile(source, { signal: controller.signal });
        if (source === named.fd) named.write("some");
        else setTimeout(() => answers[0]!(Buffer.from("some")), 5);
        is((await b.recv(10)).toString(), "some");
        const behind = a.sendall("behind").then(
          () => "sent",
          (error: OSError) => error.code,
        );
        setTimeout(() => end(a, controller), 5);
        const error = await rejects(() => sending, Error);
        ok(rejection(error), String(error));
        is(await behind, how === "close()" ? "EBADF" : "sent");
        answers[1]?.(Buffer.from("too late"));
        await sleep(5);
        if (how === "close()") is((await b.recv(10)).length, 0);
        else {
          await a.sendall("next");
          is((await b.recv(100)).toString(), "behindnext");
        }
      }
      is(sought, 4);
    });
}

test(
  "sendfile: the timeout bounds each wait for the peer, not the file's",
  async () => {
    using file = temporary(1 << 20);
    const [a, b] = socketpair();
    using _ = a;
    using __ = b;
    a.settimeout(0.25 * slow);
    const start = performance.now();
    const reading = readAll(b, 30 * slow);
    is(await a.sendfile(file.fd), 1 << 20);
    ok(performance.now() - start > 250 * slow);
    const parts = ["x", "y", ""];
    is(await a.sendfile({ read: () => sleep(150 * slow).then(() => Buffer.from(parts.shift()!)) }), 2);
    a.close();
    equal(await reading, Buffer.concat([file.bytes, Buffer.from("xy")]));
  },
  { seconds: 30 },
);

test(
  "sendfile: 64 MiB arrive whole, and the loop turns meanwhile",
  async () => {
    using file = temporary(1 << 26);
    const [a, b] = await tcpPair();
    using _ = a;
    using __ = b;
    const hash = createHash("sha256");
    const buffer = Buffer.alloc(1 << 20);
    let turns = 0;
    let over = false;
    let total = 0;
    const turn = () => {
      turns++;
      if (!over) setImmediate(turn);
    };
    turn();
    const sending = a.sendfile(file.fd).finally(() => a.shutdown(SHUT_WR));
    for (;;) {
      const n = await b.recvInto(buffer);
      if (n <= 0) break;
      hash.update(buffer.subarray(0, n));
      total += n;
    }
    over = true;
    equal(
      [await sending, total, hash.digest("hex"), position(file.fd)],
      [1 << 26, 1 << 26, sha256(file.bytes), 1 << 26],
    );
    ok(turns > 10, `${turns}`);
  },
  { seconds: 60 },
);

test(
  "sendfile: a peer that closes midway is an error, and the file stands behind what was taken",
  async () => {
    using file = temporary(1 << 26);
    const [a, b] = await tcpPair();
    using _ = a;
    const sending = rejects(() => a.sendfile(file.fd), OSError);
    let got = 0;
    while (got < 1 << 20) got += (await b.recv(1 << 16)).length;
    b.close();
    const error = await sending;
    ok(["EPIPE", "ECONNRESET"].includes(error.code!), error.message);
    const at = position(file.fd);
    ok(at >= 1 << 20 && at < 1 << 26, `${at}`);
  },
  { seconds: 30 },
);

test(
  "sendfile: from a worker, whole, and terminate() ends one that waits",
  async () => {
    using file = temporary(1 << 24);
    const SENDER = `
    const { Socket } = await import(${JSON.stringify(new URL("../../ts/promises/index.js", import.meta.url).href)});
    const s = new Socket(undefined, undefined, undefined, data.fd);
    post("ready");
    const n = await s.sendfile(data.file);
    s.close();
    post(n);`;
    const [a, b] = await tcpPair();
    const sender = worker(SENDER, { fd: a.detach(), file: file.fd });
    is(await message(sender), "ready");
    const received = readAll(b);
    is(await message(sender), 1 << 24);
    is(sha256(await received), sha256(file.bytes));
    b.close();
    await sender.terminate();

    using named = pipe();
    for (const fd of [file.fd, named.fd]) {
      const [c, d] = await tcpPair();
      using _ = d;
      const waiting = worker(SENDER, { fd: c.detach(), file: fd });
      is(await message(waiting), "ready");
      await sleep(100);
      await waiting.terminate();
    }
  },
  { seconds: 30 },
);

test("sendfile: what reads past its descriptors leaves the file open", async () => {
  using named = pipe();
  const [a, b] = socketpair();
  using _ = a;
  using __ = b;
  named.write("abc");
  is(await a.sendfile(named.fd, 0, 3), 3);
  named.write("d");
  is(readSync(named.fd, Buffer.alloc(1), 0, 1, null), 1);
  is((await b.recv(10)).toString(), "abc");
});
