// A blocking call in a worker is what it is on the main thread and in CPython: flags and options
// that need the kernel to wait, a row each.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import * as S from "../../ts/index.js";
import { message, sleep, terminated, worker } from "../child.js";
import { tcp, udp } from "../pairs.js";
import { ask } from "../python.js";
import { equal, is, leftOpen, ok, openDescriptors, test, throws } from "../suite.js";

interface Row {
  /**
   * What happens at the other end, in Python, milliseconds after the call has begun: [milliseconds,
   * statement with `peer`].
   */
  readonly peer: readonly (readonly [number, string])[];
  /**
   * Prepares and makes the call on `s`; its value is the answer. In JavaScript, with `S` the
   * package; in Python, with `socket` as `S`.
   */
  readonly ours: string;
  readonly python: string;
  /** AF_UNIX streams, TCP ones or UDP sockets that are connected. */
  readonly kind?: "unix" | "tcp" | "udp";
}
// Both sides have `code`, which makes a call's error its answer; in JavaScript `keep` closes a
// socket at the end, and data.file is a long file.

const struct = "__import__('struct')";
const timeval = (ms: number) => `${struct}.pack('@ll', 0, ${ms * 1000})`;
/** A close that resets the connection (SO_LINGER of 0 seconds); reading all of what a row sends. */
const RESET = `peer.setsockopt(1, 13, ${struct}.pack('ii', 1, 0)); peer.close()`;
const TAKE = "n = 0\nwhile n < 3000000: n += len(peer.recv(1 << 20))";
/** "def" with a descriptor, or from another process. */
const WITH_DESCRIPTOR = `peer.sendmsg([b'def'], [(1, 1, ${struct}.pack('i', 0))])`;
const FROM_A_CHILD =
  "import os\nchild = os.fork()\nif child == 0: peer.sendall(b'def'); os._exit(0)\nos.waitpid(child, 0)";
/** What recv() and recvmsg() with MSG_WAITALL give of it behind another part. */
const gathers = (what: string): Record<string, Row> => {
  const passes = what === FROM_A_CHILD;
  const two = [
    [120, "peer.sendall(b'abc')"],
    [450, what],
  ] as const;
  const peer = passes ? two : ([...two, [700, "peer.sendall(b'ghi')"]] as const);
  const name = passes ? "another process's bytes" : "a descriptor";
  const ours = passes ? "s.setsockopt(S.SOL_SOCKET, S.SO_PASSCRED, 1); " : "";
  const python = passes ? "s.setsockopt(1, 16, 1); " : "";
  const rest = "String(s.recv(9))";
  return {
    [`recv with MSG_WAITALL, and ${name}`]: {
      peer,
      ours: `${ours}[String(s.recv(9, S.MSG_WAITALL)), ${rest}]`,
      python: `${python}[s.recv(9, S.MSG_WAITALL).decode(), s.recv(9).decode()]`,
    },
    [`recvInto with MSG_WAITALL, and ${name}`]: {
      peer,
      ours: `${ours}const into = Buffer.alloc(9); [s.recvInto(into, 9, S.MSG_WAITALL), String(into), ${rest}]`,
      python: `${python}into = bytearray(9); [s.recv_into(into, 9, S.MSG_WAITALL), into.decode(), s.recv(9).decode()]`,
    },
    [`recvmsg with MSG_WAITALL, and ${name}`]: {
      peer,
      ours: `${ours}const m = s.recvmsg(9, 0, S.MSG_WAITALL); [String(m[0]), m[1].length, ${rest}]`,
      python: `${python}m = s.recvmsg(9, 0, S.MSG_WAITALL); [m[0].decode(), len(m[1]), s.recv(9).decode()]`,
    },
    [`recvmsg with MSG_WAITALL and room for credentials, and ${name}`]: {
      peer,
      ours: `${ours}const m = s.recvmsg(9, 32, S.MSG_WAITALL); for (const i of m[1]) if (i[1] === S.SCM_RIGHTS) S.close(new Int32Array(Uint8Array.from(i[2]).buffer)[0]); [String(m[0]), m[1].length, ${rest}]`,
      python: `${python}m = s.recvmsg(9, 32, S.MSG_WAITALL); [m[0].decode(), len(m[1]), s.recv(9).decode()]`,
    },
  };
};
/** Where nothing comes from the other end, how long the call took counts too. */
const rows: Readonly<Record<string, Row>> = {
  ...gathers(WITH_DESCRIPTOR),
  ...gathers(FROM_A_CHILD),
  "recv with MSG_WAITALL and SO_PASSCRED, of one process": {
    peer: [
      [120, "peer.sendall(b'abc')"],
      [450, "peer.sendall(b'def')"],
    ],
    ours: "s.setsockopt(S.SOL_SOCKET, S.SO_PASSCRED, 1); String(s.recv(6, S.MSG_WAITALL))",
    python: "s.setsockopt(1, 16, 1); s.recv(6, S.MSG_WAITALL).decode()",
  },
  "recv waits across interruptions": {
    peer: [[350, "peer.sendall(b'late')"]],
    ours: "String(s.recv(10))",
    python: "s.recv(10).decode()",
  },
  "recv with MSG_WAITALL": {
    peer: [
      [20, "peer.sendall(b'abc')"],
      [330, "peer.sendall(b'defg')"],
      [460, "peer.sendall(b'hij')"],
    ],
    ours: "String(s.recv(10, S.MSG_WAITALL))",
    python: "s.recv(10, S.MSG_WAITALL).decode()",
  },
  "recv with MSG_WAITALL of a peer that ends": {
    peer: [
      [20, "peer.sendall(b'abc')"],
      [330, "peer.close()"],
    ],
    ours: "String(s.recv(10, S.MSG_WAITALL))",
    python: "s.recv(10, S.MSG_WAITALL).decode()",
  },
  "recvfrom with MSG_WAITALL": {
    peer: [
      [20, "peer.sendall(b'abc')"],
      [330, "peer.sendall(b'defghij')"],
    ],
    ours: "String(s.recvfrom(10, S.MSG_WAITALL)[0])",
    python: "s.recvfrom(10, S.MSG_WAITALL)[0].decode()",
  },
  "recvmsg with MSG_WAITALL": {
    peer: [
      [20, "peer.sendall(b'abc')"],
      [330, "peer.sendall(b'defghij')"],
    ],
    ours: "String(s.recvmsg(10, 0, S.MSG_WAITALL)[0])",
    python: "s.recvmsg(10, 0, S.MSG_WAITALL)[0].decode()",
  },
  "recvmsgInto with MSG_WAITALL": {
    peer: [
      [20, "peer.sendall(b'abc')"],
      [330, "peer.sendall(b'defghij')"],
    ],
    ours: "const a = Buffer.alloc(4), b = Buffer.alloc(6), r = s.recvmsgInto([a, b], 0, S.MSG_WAITALL); [r[0], String(a) + String(b)]",
    python:
      "a = bytearray(4); b = bytearray(6); r = s.recvmsg_into([a, b], 0, S.MSG_WAITALL); [r[0], (a + b).decode()]",
  },
  "recv with MSG_WAITALL and MSG_PEEK": {
    peer: [
      [20, "peer.sendall(b'abc')"],
      [330, "peer.sendall(b'defghij')"],
    ],
    kind: "tcp",
    ours: "String(s.recv(10, S.MSG_WAITALL | S.MSG_PEEK)).length > 0",
    python: "len(s.recv(10, S.MSG_WAITALL | S.MSG_PEEK)) > 0",
  },
  "recv with MSG_DONTWAIT": {
    peer: [],
    ours: "s.recv(10, S.MSG_DONTWAIT)",
    python: "s.recv(10, S.MSG_DONTWAIT)",
  },
  "recvmsg with MSG_ERRQUEUE": {
    peer: [],
    kind: "udp",
    ours: "s.recvmsg(10, 100, S.MSG_ERRQUEUE)",
    python: "s.recvmsg(10, 100, S.MSG_ERRQUEUE)",
  },
  SO_RCVTIMEO: {
    peer: [],
    ours: "s.setsockopt(S.SOL_SOCKET, S.SO_RCVTIMEO, S.structs.timeval.pack(0.25)); s.recv(10)",
    python: `s.setsockopt(S.SOL_SOCKET, S.SO_RCVTIMEO, ${timeval(250)}); s.recv(10)`,
  },
  "SO_RCVTIMEO and MSG_WAITALL": {
    peer: [[20, "peer.sendall(b'part')"]],
    ours: "s.setsockopt(S.SOL_SOCKET, S.SO_RCVTIMEO, S.structs.timeval.pack(0.9)); String(s.recv(10, S.MSG_WAITALL))",
    python: `s.setsockopt(S.SOL_SOCKET, S.SO_RCVTIMEO, ${timeval(900)}); s.recv(10, S.MSG_WAITALL).decode()`,
  },
  SO_RCVLOWAT: {
    peer: [
      [20, "peer.sendall(b'abc')"],
      [330, "peer.sendall(b'defghij')"],
    ],
    kind: "tcp",
    ours: "s.setsockopt(S.SOL_SOCKET, S.SO_RCVLOWAT, 10); String(s.recv(20))",
    python: "s.setsockopt(S.SOL_SOCKET, S.SO_RCVLOWAT, 10); s.recv(20).decode()",
  },
  "settimeout and SO_RCVLOWAT": {
    peer: [
      [20, "peer.sendall(b'abc')"],
      [330, "peer.sendall(b'defghij')"],
    ],
    kind: "tcp",
    ours: "s.settimeout(3); s.setsockopt(S.SOL_SOCKET, S.SO_RCVLOWAT, 10); String(s.recv(20))",
    python: "s.settimeout(3); s.setsockopt(S.SOL_SOCKET, S.SO_RCVLOWAT, 10); s.recv(20).decode()",
  },
  settimeout: { peer: [], ours: "s.settimeout(0.25); s.recv(10)", python: "s.settimeout(0.25); s.recv(10)" },
  "send waits until all is taken": {
    peer: [[330, "n = 0\nwhile n < 3000000: n += len(peer.recv(1 << 20))"]],
    ours: "s.send(Buffer.alloc(3000000))",
    python: "s.send(bytes(3000000))",
  },
  "sendmsg waits until all is taken": {
    peer: [[330, "n = 0\nwhile n < 3000000: n += len(peer.recv(1 << 20))"]],
    kind: "tcp",
    ours: "s.sendmsg([Buffer.alloc(1000000), Buffer.alloc(2000000)])",
    python: "s.sendmsg([bytes(1000000), bytes(2000000)])",
  },
  SO_SNDTIMEO: {
    peer: [],
    ours: "s.setsockopt(S.SOL_SOCKET, S.SO_SNDTIMEO, S.structs.timeval.pack(0.25)); s.send(Buffer.alloc(9000000)) < 9000000",
    python: `s.setsockopt(S.SOL_SOCKET, S.SO_SNDTIMEO, ${timeval(250)}); s.send(bytes(9000000)) < 9000000`,
  },
  "recv with MSG_TRUNC of TCP": {
    peer: [[330, "peer.sendall(b'gone')"]],
    kind: "tcp",
    ours: "s.recv(10, S.MSG_TRUNC).length",
    python: "s.recv(10, S.MSG_TRUNC).__len__()",
  },
  "recv with MSG_WAITALL of a peer that resets": {
    peer: [
      [20, "peer.sendall(b'abc')"],
      [330, RESET],
    ],
    kind: "tcp",
    ours: "[String(s.recv(10, S.MSG_WAITALL)), code(() => s.recv(1)), code(() => s.recv(1).length)]",
    python: "[s.recv(10, S.MSG_WAITALL).decode(), code(lambda: s.recv(1)), code(lambda: len(s.recv(1)))]",
  },
  "recv with MSG_WAITALL up to urgent data": {
    peer: [
      [20, "peer.send(b'abc')"],
      [330, "peer.send(b'!', 1)"],
      [400, "peer.send(b'defghij')"],
    ],
    kind: "tcp",
    ours: "[String(s.recv(10, S.MSG_WAITALL)), String(s.recv(7, S.MSG_WAITALL))]",
    python: "[s.recv(10, S.MSG_WAITALL).decode(), s.recv(7, S.MSG_WAITALL).decode()]",
  },
  "recv with MSG_WAITALL up to urgent data that nothing follows": {
    peer: [
      [20, "peer.send(b'abc')"],
      [330, "peer.send(b'!', 1)"],
      [2500, "peer.close()"],
    ],
    kind: "tcp",
    ours: "let began = Date.now(); [String(s.recv(10, S.MSG_WAITALL)), Date.now() - began < 1500]",
    python:
      "import time; began = time.time(); [s.recv(10, S.MSG_WAITALL).decode(), time.time() - began < 1.5]",
  },
  "recvmsg with MSG_WAITALL up to a descriptor": {
    peer: [
      [20, "peer.sendall(b'abc')"],
      [330, "__import__('socket').send_fds(peer, [b'de'], [0])"],
      [400, "peer.sendall(b'fghij')"],
    ],
    ours: "const r = s.recvmsg(10, 100, S.MSG_WAITALL); r[1].forEach(item => S.close(item[2].readInt32LE())); [String(r[0]), r[1].length, String(s.recv(5, S.MSG_WAITALL))]",
    python: `r = s.recvmsg(10, 100, S.MSG_WAITALL); [__import__('os').close(${struct}.unpack('i', i[2])[0]) for i in r[1]]; [r[0].decode(), len(r[1]), s.recv(5, S.MSG_WAITALL).decode()]`,
  },
  "send to a peer that resets": {
    peer: [[330, RESET]],
    kind: "tcp",
    ours: "const n = s.send(Buffer.alloc(9000000)); [n > 0 && n < 9000000, code(() => s.send('x')), code(() => s.send('x'))]",
    python:
      "n = s.send(bytes(9000000)); [0 < n < 9000000, code(lambda: s.send(b'x')), code(lambda: s.send(b'x'))]",
  },
  "sendall and SO_SNDTIMEO": {
    peer: [],
    ours: "s.setsockopt(S.SOL_SOCKET, S.SO_SNDTIMEO, S.structs.timeval.pack(0.25)); s.sendall(Buffer.alloc(9000000))",
    python: `s.setsockopt(S.SOL_SOCKET, S.SO_SNDTIMEO, ${timeval(250)}); s.sendall(bytes(9000000))`,
  },
  "accept and SO_RCVTIMEO": {
    peer: [],
    ours: "const l = keep(S.createServer(['127.0.0.1', 0])); l.setsockopt(S.SOL_SOCKET, S.SO_RCVTIMEO, S.structs.timeval.pack(0.25)); l.accept()",
    python: `l = S.create_server(("127.0.0.1", 0)); l.setsockopt(S.SOL_SOCKET, S.SO_RCVTIMEO, ${timeval(250)}); l.accept()`,
  },
  "connect and SO_SNDTIMEO": {
    peer: [],
    ours: `const l = keep(S.createServer(['127.0.0.1', 0], { backlog: 0 })), to = l.getsockname();
      [1, 2, 3, 4].map(() => keep(new S.Socket())).map(c => (c.settimeout(0.05), c.connectEx(to))); const c = keep(new S.Socket());
      c.setsockopt(S.SOL_SOCKET, S.SO_SNDTIMEO, S.structs.timeval.pack(0.25)); c.connect(to)`,
    python: `l = S.create_server(("127.0.0.1", 0), backlog=0); cs = [S.socket() for _ in range(5)]; [(c.settimeout(0.05), c.connect_ex(l.getsockname())) for c in cs[1:]]; c = cs[0]; \
c.setsockopt(S.SOL_SOCKET, S.SO_SNDTIMEO, ${timeval(250)}); c.connect(l.getsockname())`,
  },
  "connect of AF_UNIX and SO_SNDTIMEO": {
    peer: [],
    ours: `const l = keep(new S.Socket(S.AF_UNIX)); l.bind(""); l.listen(0); const to = l.getsockname();
      [1, 2, 3].map(() => keep(new S.Socket(S.AF_UNIX))).map(c => (c.settimeout(0), c.connectEx(to))); const c = keep(new S.Socket(S.AF_UNIX));
      c.setsockopt(S.SOL_SOCKET, S.SO_SNDTIMEO, S.structs.timeval.pack(0.25)); c.connect(to)`,
    python: `l = S.socket(S.AF_UNIX); l.bind(""); l.listen(0); cs = [S.socket(S.AF_UNIX) for _ in range(4)]; [(c.settimeout(0), c.connect_ex(l.getsockname())) for c in cs[1:]]; c = cs[0]; \
c.setsockopt(S.SOL_SOCKET, S.SO_SNDTIMEO, ${timeval(250)}); c.connect(l.getsockname())`,
  },
  "sendto with MSG_FASTOPEN": {
    peer: [],
    ours: `const l = keep(S.createServer(['127.0.0.1', 0])), c = keep(new S.Socket()), n = c.sendto('hello', S.MSG_FASTOPEN, l.getsockname());
      [n, String(keep(l.accept()[0]).recv(5, S.MSG_WAITALL))]`,
    python:
      "l = S.create_server(('127.0.0.1', 0)); c = S.socket(); n = c.sendto(b'hello', S.MSG_FASTOPEN, l.getsockname()); [n, l.accept()[0].recv(5, S.MSG_WAITALL).decode()]",
  },
  "sendto with MSG_FASTOPEN, refused": {
    peer: [],
    ours: "keep(new S.Socket()).sendto('hello', S.MSG_FASTOPEN, ['127.0.0.1', 1])",
    python: "S.socket().sendto(b'hello', S.MSG_FASTOPEN, ('127.0.0.1', 1))",
  },
  "sendfile of what is read": {
    peer: [[330, TAKE]],
    ours: "s.sendfile({ read: n => Buffer.alloc(n) }, 0, 3000000)",
    python: "s.sendfile(__import__('io').BytesIO(bytes(3000000)))",
  },
  "sendfile of a file": {
    peer: [[330, TAKE]],
    kind: "tcp",
    ours: "s.sendfile(data.file, 0, 3000000)",
    python: `s.sendfile(open(${JSON.stringify(process.execPath)}, 'rb'), 0, 3000000)`,
  },
  "recv(0) of a datagram": {
    peer: [[20, "peer.send(b'kept')"]],
    kind: "udp",
    ours: "[s.recv(0).length, s.recvInto(new Uint8Array(0)), String(s.recv(10))]",
    python: "[len(s.recv(0)), s.recv_into(bytearray(0)), s.recv(10).decode()]",
  },
  "recvfrom(0) and recvmsg(0) of datagrams": {
    peer: [[20, "peer.send(b'one'); peer.send(b'two'); peer.send(b'three')"]],
    kind: "udp",
    ours: "[s.recvfrom(0)[0].length, s.recvmsg(0)[0].length, String(s.recv(10))]",
    python: "[len(s.recvfrom(0)[0]), len(s.recvmsg(0)[0]), s.recv(10).decode()]",
  },
  "recv of a datagram": {
    peer: [[330, "peer.send(b'late')"]],
    kind: "udp",
    ours: "String(s.recv(10))",
    python: "s.recv(10).decode()",
  },
};

/** The other end, in a process of its own: a thread of CPython that the descriptor is passed to. */
const PEER = `
import json, socket, sys, threading, time
peer = socket.socket(fileno=3)
print("there", flush=True)
sys.stdin.readline()
print("begun", flush=True)
began = time.monotonic()
for at, what in json.loads(sys.argv[1]):
    time.sleep(max(0, at / 1000 - (time.monotonic() - began)))
    exec(what)
sys.stdin.readline()`;
const PYTHON = `
import concurrent.futures, json, socket, threading, time
S = socket
def pair(kind):
    if kind == "unix": return socket.socketpair()
    if kind == "udp":
        a, b = socket.socket(type=socket.SOCK_DGRAM), socket.socket(type=socket.SOCK_DGRAM)
        a.bind(("127.0.0.1", 0)); b.bind(("127.0.0.1", 0)); a.connect(b.getsockname()); b.connect(a.getsockname())
        return a, b
    l = socket.create_server(("127.0.0.1", 0)); a = socket.create_connection(l.getsockname()); b, _ = l.accept(); l.close()
    return a, b
def code(call):
    try:
        answer = call()
        return answer.decode() if isinstance(answer, bytes) else answer
    except OSError as e: return __import__("errno").errorcode[e.errno]
def run(row):
    s, peer = pair(row.get("kind", "unix"))
    def other():
        began = time.monotonic()
        for at, what in row["peer"]:
            time.sleep(max(0, at / 1000 - (time.monotonic() - began)))
            exec(what, {"peer": peer})
    t = threading.Thread(target=other); t.start()
    began = time.monotonic()
    *before, last = row["python"].split("; ")
    scope = {"s": s, "S": S, "code": code}
    try:
        exec("; ".join(before), scope)
        answer = eval(last, scope)
        if isinstance(answer, bytes): answer = answer.decode()
    except TimeoutError as e: answer = "TimeoutError"
    except OSError as e: answer = __import__("errno").errorcode[e.errno]
    took = not row["peer"] and time.monotonic() - began >= 0.2
    t.join(); s.close(); peer.close()
    return [answer, took]
with concurrent.futures.ThreadPoolExecutor(8) as pool: print(json.dumps(list(pool.map(run, data))))`;
let answers: unknown[] | undefined;

const body = (row: Row) => {
  const statements = row.ours.split(/;\s+/);
  const last = statements.pop();
  return `
    const kept = [], keep = socket => (kept.push(socket), socket);
    const code = call => { try { const answer = call(); return Buffer.isBuffer(answer) ? String(answer) : answer; } catch (error) { return error.code; } };
    const s = new S.Socket(undefined, undefined, undefined, data.fd), began = performance.now();
    let answer;
    try { ${statements.join("; ")}; answer = ${last}; } catch (error) { answer = error instanceof S.TimeoutError ? "TimeoutError" : error.code; }
    post([answer, ${row.peer.length === 0} && performance.now() - began >= 200]);
    for (const socket of [s, ...kept]) socket.close();`;
};

/** The process of the other end. */
class Other {
  readonly #child: ChildProcess;
  #said = "";

  constructor(peer: S.Socket, plan: Row["peer"]) {
    const python = process.env.PYTHON ?? "python3";
    this.#child = spawn(python, ["-c", PEER, JSON.stringify(plan)], {
      stdio: ["pipe", "pipe", "inherit", peer.fileno()],
    });
    this.#child.stdout!.on("data", text => {
      this.#said += text;
    });
    peer.close();
  }
  async begins(): Promise<void> {
    await this.#says("there");
    this.#child.stdin!.write("go\n");
    await this.#says("begun"); // the call that follows may block this thread, and Bun writes later
  }
  async #says(text: string): Promise<void> {
    while (!this.#said.includes(text)) await once(this.#child.stdout!, "data");
  }
  async end(): Promise<void> {
    const closed = once(this.#child, "close");
    this.#child.stdin!.end("over\n");
    await closed;
  }
}

function ends(kind: Row["kind"]): [own: S.Socket<any>, peer: S.Socket<any>] {
  if (kind === "tcp") return tcp();
  if (kind !== "udp") return S.socketpair();
  const [a, b] = udp();
  b.connect(a.getsockname());
  return [a, b];
}

interface Lent {
  fd: number;
  file: number;
}

/**
 * Runs a row's statements in a worker; the other end begins when the worker does, which may take a
 * while to start.
 */
async function inWorker(row: Row, data: Lent, other: Other): Promise<unknown> {
  const w = worker(`post("begins"); ${body(row)}`, data);
  try {
    is(await message(w), "begins");
    const answer = message(w);
    await other.begins();
    return await answer;
  } finally {
    await w.terminate();
  }
}

/** The same here. */
async function onMain(row: Row, data: Lent, other: Other): Promise<unknown> {
  let answer: unknown;
  await other.begins();
  new Function("S", "data", "post", body(row))(S, data, (value: unknown) => {
    answer = value;
  });
  return answer;
}

Object.entries(rows).forEach(([name, row], i) => {
  test(
    `${name}: the same on the main thread, in a worker and in CPython`,
    async () => {
      answers ??= ask<unknown[]>(PYTHON, Object.values(rows));
      const theirs = answers[i];
      for (const thread of ["worker", "main"]) {
        const [own, peer] = ends(row.kind);
        const other = new Other(peer, row.peer);
        const data = { fd: own.detach(), file: openSync(process.execPath, "r") };
        try {
          equal(
            thread === "worker" ? await inWorker(row, data, other) : await onMain(row, data, other),
            theirs,
            thread,
          );
        } finally {
          closeSync(data.file);
          await other.end();
        }
      }
    },
    { seconds: 20 },
  );
});

test(
  "accept: several workers and the main thread on one listener, none of them fails",
  async () => {
    using listener = new S.Socket(S.AF_INET, S.SOCK_STREAM);
    listener.bind(["127.0.0.1", 0]);
    listener.listen();
    const workers = [0, 1].map(() =>
      worker(
        `
    const l = S.fromfd(data, S.AF_INET, S.SOCK_STREAM);
    for (;;) { l.accept()[0].close(); post("accepted"); }`,
        listener.fileno(),
      ),
    );
    const counts = [0, 0];
    for (const [i, w] of workers.entries()) {
      w.on("message", () => {
        counts[i]!++;
      });
      w.on("error", error => {
        throw error;
      });
    }
    await sleep(300);
    const clients: S.Socket[] = [];
    let mine = 0;
    // The main thread's call blocks too, beside theirs; a peer in another process keeps connections
    // coming.
    const script =
      "import socket, sys, time\nfor i in range(100):\n    s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))\n    s.close()\n    time.sleep(0.01)";
    const child = spawn(process.env.PYTHON ?? "python3", ["-c", script, String(listener.getsockname()[1])], {
      stdio: "inherit",
    });
    const closed = once(child, "close");
    for (let i = 0; i < 5; i++) {
      clients.push(listener.accept()[0]);
      mine++;
    }
    await closed;
    for (let i = 0; i < 100 && mine + counts[0]! + counts[1]! < 100; i++) await sleep(20);
    is(mine + counts[0]! + counts[1]!, 100);
    for (const client of clients) client.close();
    await Promise.all(workers.map(w => terminated(w, listener.fileno())));
  },
  { seconds: 30 },
);

test(
  "recv: two workers on one descriptor, each datagram comes to one of them",
  async () => {
    const [a, b] = S.socketpair(S.AF_UNIX, S.SOCK_DGRAM);
    const workers = [0, 1].map(() =>
      worker(
        `const s = S.fromfd(data); post("begins"); for (let text; (text = String(s.recv(10))) !== "";) post(text);`,
        b.fileno(),
      ),
    );
    await Promise.all(workers.map(w => once(w, "message")));
    const got: string[] = [];
    for (const w of workers) w.on("message", text => got.push(text));
    const sent = Array.from({ length: 60 }, (_, i) => `${i}`);
    for (const text of sent) {
      a.send(text);
      await sleep(5);
    }
    for (let i = 0; i < 100 && got.length < sent.length; i++) await sleep(20);
    equal(
      got.sort((x, y) => Number(x) - Number(y)),
      sent,
    );
    await Promise.all(workers.map(w => terminated(w, b.fileno())));
    a.close();
    b.close();
  },
  { seconds: 20 },
);

test("sendto: a peer that is full costs no CPU time, though poll(2) says that the socket is ready", () => {
  using full = new S.Socket(S.AF_UNIX, S.SOCK_DGRAM);
  using s = new S.Socket(S.AF_UNIX, S.SOCK_DGRAM);
  full.bind("");
  const to = full.getsockname();
  s.settimeout(0);
  try {
    for (;;) s.sendto("x", to);
  } catch (error) {
    is((error as S.OSError).code, "EAGAIN");
  }
  s.settimeout(0.6);
  const before = process.cpuUsage();
  throws(() => s.sendto("x", to), S.TimeoutError, "timed out");
  const { user, system } = process.cpuUsage(before);
  ok(user + system < 200_000, `${user + system} µs`);
});

const waiting: Readonly<Record<string, string>> = {
  recv: "a.recv(1)",
  "recv with MSG_WAITALL": "a.recv(9, S.MSG_WAITALL)",
  recvfrom: "a.recvfrom(1)",
  recvmsg: "a.recvmsg(1)",
  send: "for (;;) a.send(Buffer.alloc(100000))",
  sendall: "a.sendall(Buffer.alloc(9000000))",
  accept: "l.accept()",
  recvmmsg: "a.recvmmsg(a.batch())",
  "with a timeout": "a.settimeout(60); a.recv(1)",
  sendfile: "a.sendfile({ read: n => Buffer.alloc(n) })",
};
for (const [name, call] of Object.entries(waiting)) {
  test(`terminate: a worker in ${name} ends, and leaves nothing open`, async () => {
    const before = openDescriptors();
    for (const milliseconds of [0, 30, 150]) {
      const w = worker(`
        const [a, b] = S.socketpair(), l = new S.Socket(S.AF_UNIX);
        l.bind("");
        l.listen();
        post([a.fileno(), l.fileno()]);
        ${call};`);
      const numbers = await message<number[]>(w);
      await sleep(milliseconds);
      ok((await terminated(w, ...numbers)) < 2000);
    }
    equal(await leftOpen(before), []);
  });
}
