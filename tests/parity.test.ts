// A blocking call in a worker is what it is on the main thread and in CPython: flags and options that need the kernel to wait, a row each.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as S from "../ts/index.js";
import { sleep, worker, workerAnswer } from "./child.js";
import { tcp, udp } from "./pairs.js";
import { ask } from "./python.js";
import { equal, is, ok, openDescriptors, test } from "./suite.js";

interface Row {
  /** What happens at the other end, in Python, milliseconds after the call has begun: [milliseconds, statement with `peer`]. */
  readonly peer: readonly (readonly [number, string])[];
  /** Prepares and makes the call on `s`; its value is the answer. In JavaScript, with `S` the package; in Python, with `socket` as `S`. */
  readonly ours: string;
  readonly python: string;
  /** AF_UNIX streams, TCP ones or UDP sockets that are connected. */
  readonly kind?: "unix" | "tcp" | "udp";
}

const struct = "__import__('struct')";
const timeval = (ms: number) => `${struct}.pack('@ll', 0, ${ms * 1000})`;
/** Where nothing comes from the other end, how long the call took counts too. */
const rows: Readonly<Record<string, Row>> = {
  "recv waits across interruptions": { peer: [[350, "peer.sendall(b'late')"]], ours: "String(s.recv(10))", python: "s.recv(10).decode()" },
  "recv with MSG_WAITALL": {
    peer: [[20, "peer.sendall(b'abc')"], [330, "peer.sendall(b'defg')"], [460, "peer.sendall(b'hij')"]],
    ours: "String(s.recv(10, S.MSG_WAITALL))", python: "s.recv(10, S.MSG_WAITALL).decode()",
  },
  "recv with MSG_WAITALL of a peer that ends": {
    peer: [[20, "peer.sendall(b'abc')"], [330, "peer.close()"]], ours: "String(s.recv(10, S.MSG_WAITALL))", python: "s.recv(10, S.MSG_WAITALL).decode()",
  },
  "recvfrom with MSG_WAITALL": {
    peer: [[20, "peer.sendall(b'abc')"], [330, "peer.sendall(b'defghij')"]],
    ours: "String(s.recvfrom(10, S.MSG_WAITALL)[0])", python: "s.recvfrom(10, S.MSG_WAITALL)[0].decode()",
  },
  "recvmsg with MSG_WAITALL": {
    peer: [[20, "peer.sendall(b'abc')"], [330, "peer.sendall(b'defghij')"]],
    ours: "String(s.recvmsg(10, 0, S.MSG_WAITALL)[0])", python: "s.recvmsg(10, 0, S.MSG_WAITALL)[0].decode()",
  },
  "recvmsgInto with MSG_WAITALL": {
    peer: [[20, "peer.sendall(b'abc')"], [330, "peer.sendall(b'defghij')"]],
    ours: "const a = Buffer.alloc(4), b = Buffer.alloc(6), r = s.recvmsgInto([a, b], 0, S.MSG_WAITALL); [r[0], String(a) + String(b)]",
    python: "a = bytearray(4); b = bytearray(6); r = s.recvmsg_into([a, b], 0, S.MSG_WAITALL); [r[0], (a + b).decode()]",
  },
  "recv with MSG_WAITALL and MSG_PEEK": {
    peer: [[20, "peer.sendall(b'abc')"], [330, "peer.sendall(b'defghij')"]], kind: "tcp",
    ours: "String(s.recv(10, S.MSG_WAITALL | S.MSG_PEEK)).length > 0", python: "len(s.recv(10, S.MSG_WAITALL | S.MSG_PEEK)) > 0",
  },
  "recv with MSG_DONTWAIT": { peer: [], ours: "s.recv(10, S.MSG_DONTWAIT)", python: "s.recv(10, S.MSG_DONTWAIT)" },
  "recvmsg with MSG_ERRQUEUE": { peer: [], kind: "udp", ours: "s.recvmsg(10, 100, S.MSG_ERRQUEUE)", python: "s.recvmsg(10, 100, S.MSG_ERRQUEUE)" },
  "SO_RCVTIMEO": {
    peer: [], ours: "s.setsockopt(S.SOL_SOCKET, S.SO_RCVTIMEO, S.structs.timeval.pack(0.25)); s.recv(10)",
    python: `s.setsockopt(S.SOL_SOCKET, S.SO_RCVTIMEO, ${timeval(250)}); s.recv(10)`,
  },
  "SO_RCVTIMEO and MSG_WAITALL": {
    peer: [[20, "peer.sendall(b'part')"]],
    ours: "s.setsockopt(S.SOL_SOCKET, S.SO_RCVTIMEO, S.structs.timeval.pack(0.25)); String(s.recv(10, S.MSG_WAITALL))",
    python: `s.setsockopt(S.SOL_SOCKET, S.SO_RCVTIMEO, ${timeval(250)}); s.recv(10, S.MSG_WAITALL).decode()`,
  },
  "SO_RCVLOWAT": {
    peer: [[20, "peer.sendall(b'abc')"], [330, "peer.sendall(b'defghij')"]], kind: "tcp",
    ours: "s.setsockopt(S.SOL_SOCKET, S.SO_RCVLOWAT, 10); String(s.recv(20))", python: "s.setsockopt(S.SOL_SOCKET, S.SO_RCVLOWAT, 10); s.recv(20).decode()",
  },
  "settimeout and SO_RCVLOWAT": {
    peer: [[20, "peer.sendall(b'abc')"], [330, "peer.sendall(b'defghij')"]], kind: "tcp",
    ours: "s.settimeout(3); s.setsockopt(S.SOL_SOCKET, S.SO_RCVLOWAT, 10); String(s.recv(20))",
    python: "s.settimeout(3); s.setsockopt(S.SOL_SOCKET, S.SO_RCVLOWAT, 10); s.recv(20).decode()",
  },
  "settimeout": { peer: [], ours: "s.settimeout(0.25); s.recv(10)", python: "s.settimeout(0.25); s.recv(10)" },
  "send waits until all is taken": {
    peer: [[330, "n = 0\nwhile n < 3000000: n += len(peer.recv(1 << 20))"]], ours: "s.send(Buffer.alloc(3000000))", python: "s.send(bytes(3000000))",
  },
  "sendmsg waits until all is taken": {
    peer: [[330, "n = 0\nwhile n < 3000000: n += len(peer.recv(1 << 20))"]], kind: "tcp",
    ours: "s.sendmsg([Buffer.alloc(1000000), Buffer.alloc(2000000)])", python: "s.sendmsg([bytes(1000000), bytes(2000000)])",
  },
  "SO_SNDTIMEO": {
    peer: [], ours: "s.setsockopt(S.SOL_SOCKET, S.SO_SNDTIMEO, S.structs.timeval.pack(0.25)); s.send(Buffer.alloc(9000000)) < 9000000",
    python: `s.setsockopt(S.SOL_SOCKET, S.SO_SNDTIMEO, ${timeval(250)}); s.send(bytes(9000000)) < 9000000`,
  },
  "recv with MSG_TRUNC of TCP": {
    peer: [[330, "peer.sendall(b'gone')"]], kind: "tcp", ours: "s.recv(10, S.MSG_TRUNC).length", python: "s.recv(10, S.MSG_TRUNC).__len__()",
  },
  "recv of a datagram": { peer: [[330, "peer.send(b'late')"]], kind: "udp", ours: "String(s.recv(10))", python: "s.recv(10).decode()" },
};

/** The other end, in a process of its own: a thread of CPython that the descriptor is passed to. */
const PEER = `
import json, socket, sys, threading, time
peer = socket.socket(fileno=3)
print("there", flush=True)
sys.stdin.readline()
began = time.monotonic()
for at, what in json.loads(sys.argv[1]):
    time.sleep(max(0, at / 1000 - (time.monotonic() - began)))
    exec(what)
sys.stdin.readline()`;
const PYTHON = `
import json, socket, threading, time
S = socket
def pair(kind):
    if kind == "unix": return socket.socketpair()
    if kind == "udp":
        a, b = socket.socket(type=socket.SOCK_DGRAM), socket.socket(type=socket.SOCK_DGRAM)
        a.bind(("127.0.0.1", 0)); b.bind(("127.0.0.1", 0)); a.connect(b.getsockname()); b.connect(a.getsockname())
        return a, b
    l = socket.create_server(("127.0.0.1", 0)); a = socket.create_connection(l.getsockname()); b, _ = l.accept(); l.close()
    return a, b
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
    scope = {"s": s, "S": S}
    try:
        exec("; ".join(before), scope)
        answer = eval(last, scope)
        if isinstance(answer, bytes): answer = answer.decode()
    except TimeoutError as e: answer = "TimeoutError"
    except OSError as e: answer = __import__("errno").errorcode[e.errno]
    took = not row["peer"] and time.monotonic() - began >= 0.2
    t.join(); s.close(); peer.close()
    return [answer, took]
print(json.dumps([run(row) for row in data]))`;

const body = (row: Row) => {
  const statements = row.ours.split("; "), last = statements.pop();
  return `
    const s = new S.Socket(undefined, undefined, undefined, data.fd), began = performance.now();
    let answer;
    try { ${statements.join("; ")}; answer = ${last}; } catch (error) { answer = error instanceof S.TimeoutError ? "TimeoutError" : error.code; }
    post([answer, ${row.peer.length === 0} && performance.now() - began >= 200]);
    s.close();`;
};

/** The process of the other end. */
class Other {
  readonly #child: ChildProcess;

  constructor(peer: S.Socket, plan: Row["peer"]) {
    const python = process.env.PYTHON ?? "python3";
    this.#child = spawn(python, ["-c", PEER, JSON.stringify(plan)], { stdio: ["pipe", "pipe", "inherit", peer.fileno()] });
    peer.close();
  }
  async begins(): Promise<void> {
    await once(this.#child.stdout!, "data");
    this.#child.stdin!.write("go\n");
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

/** Runs a row's statements here, as the worker does there. */
function onMain(row: Row, fd: number): unknown {
  let answer: unknown;
  new Function("S", "data", "post", body(row))(S, { fd }, (value: unknown) => { answer = value; });
  return answer;
}

for (const [name, row] of Object.entries(rows)) {
  test(`${name}: the same on the main thread, in a worker and in CPython`, async () => {
    const [theirs] = ask<unknown[]>(PYTHON, [row]);
    for (const thread of ["worker", "main"]) {
      const [own, peer] = ends(row.kind), other = new Other(peer, row.peer), fd = own.detach();
      try {
        await other.begins();
        equal(thread === "worker" ? await workerAnswer(body(row), { fd }) : onMain(row, fd), theirs, thread);
      } finally { await other.end(); }
    }
  }, { seconds: 20 });
}

test("accept: several workers and the main thread on one listener, none of them fails", async () => {
  using listener = new S.Socket(S.AF_INET, S.SOCK_STREAM);
  listener.bind(["127.0.0.1", 0]);
  listener.listen();
  const workers = [0, 1].map(() => worker(`
    const l = S.fromfd(data, S.AF_INET, S.SOCK_STREAM);
    for (;;) { l.accept()[0].close(); post("accepted"); }`, listener.fileno()));
  const counts = [0, 0];
  workers.forEach((w, i) => w.on("message", () => { counts[i]!++; }).on("error", error => { throw error; }));
  await sleep(300);
  const clients: S.Socket[] = [];
  let mine = 0;
  // The main thread's call blocks too, beside theirs; a peer in another process keeps connections coming.
  const script = "import socket, sys, time\nfor i in range(100):\n    s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))\n    s.close()\n    time.sleep(0.01)";
  const child = spawn(process.env.PYTHON ?? "python3", ["-c", script, String(listener.getsockname()[1])], { stdio: "inherit" });
  const closed = once(child, "close");
  for (let i = 0; i < 5; i++) {
    clients.push(listener.accept()[0]);
    mine++;
  }
  await closed;
  for (let i = 0; i < 100 && mine + counts[0]! + counts[1]! < 100; i++) await sleep(20);
  is(mine + counts[0]! + counts[1]!, 100);
  for (const client of clients) client.close();
  await Promise.all(workers.map(w => w.terminate()));
}, { seconds: 30 });

const waiting: Readonly<Record<string, string>> = {
  recv: "a.recv(1)", "recv with MSG_WAITALL": "a.recv(9, S.MSG_WAITALL)", recvfrom: "a.recvfrom(1)", recvmsg: "a.recvmsg(1)", send: "for (;;) a.send(Buffer.alloc(100000))",
  sendall: "a.sendall(Buffer.alloc(9000000))", accept: "l.accept()", recvmmsg: "a.recvmmsg(a.batch())", "with a timeout": "a.settimeout(60); a.recv(1)",
  sendfile: "a.sendfile({ read: n => Buffer.alloc(n) })",
};
for (const [name, call] of Object.entries(waiting)) {
  test(`terminate: a worker in ${name} ends, and leaves nothing open`, async () => {
    const before = openDescriptors().length;
    for (const milliseconds of [0, 30, 150]) {
      const w = worker(`
        const [a, b] = S.socketpair(), l = new S.Socket(S.AF_UNIX);
        l.bind("");
        l.listen();
        post("begins");
        ${call};`);
      await once(w, "message");
      await sleep(milliseconds);
      const began = performance.now();
      await w.terminate();
      ok(performance.now() - began < 2000);
    }
    is(openDescriptors().length, before);
  });
}
