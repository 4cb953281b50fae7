// Every call that waits, ended in every way: what is left is no waiter, no descriptor and a socket that works.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { AF_INET, AF_UNIX, SOCK_DGRAM, SOCK_STREAM, SOL_SOCKET, SO_SNDBUF, Socket, TimeoutError, type CallOptions } from "../../ts/promises/index.js";
import { is, ok, rejects, test } from "../suite.js";

/** A socket on which a call waits, what else must be closed, and how to let the call succeed. */
interface Waiting {
  readonly socket: Socket;
  readonly others: Socket[];
  call(options?: CallOptions): Promise<unknown>;
  satisfy(): unknown;
}

const later = (ms: number) => new Promise(done => setTimeout(done, ms));
const waiting = (socket: Socket) => socket._readiness.waiting;

async function stream(family: any = AF_INET): Promise<[Socket, Socket]> {
  using server: Socket = new Socket(family, SOCK_STREAM);
  await server.bind(family === AF_UNIX ? "" : ["127.0.0.1", 0]);
  server.listen();
  const client: Socket = new Socket(family, SOCK_STREAM);
  const [[connection]] = await Promise.all([server.accept(), client.connect(server.getsockname())]);
  return [client, connection];
}
async function datagrams(): Promise<[Socket, Socket]> {
  const sockets = await Promise.all([0, 1].map(async () => {
    const s: Socket = new Socket(AF_UNIX, SOCK_DGRAM);
    await s.bind("");
    return s;
  }));
  return sockets as [Socket, Socket];
}

/** A reader with nothing to read. */
function reads(call: (s: Socket, options?: CallOptions) => Promise<unknown>, make = stream): () => Promise<Waiting> {
  return async () => {
    const [socket, peer] = await make();
    return {
      socket, others: [peer], call: options => call(socket, options),
      satisfy: () => make === stream ? peer.sendall("x") : peer.sendto("x", socket.getsockname()),
    };
  };
}

const message = Buffer.alloc(1000, 1);

/** A writer whose peer does not read: the buffers are full, and AF_UNIX has none on the way. */
function writes(call: (s: Socket, peer: Socket, options?: CallOptions) => Promise<unknown>, make = () => stream(AF_UNIX)): () => Promise<Waiting> {
  return async () => {
    const [socket, peer] = await make();
    socket.setsockopt(SOL_SOCKET, SO_SNDBUF, 4096);
    if (make === datagrams) await socket.connect(peer.getsockname());
    socket.settimeout(0);
    is((await rejects(async () => { for (;;) await socket.send(message); }, Error) as { code?: string }).code, "EAGAIN");
    socket.settimeout(null);
    return {
      socket, others: [peer], call: options => call(socket, peer, options),
      async satisfy() { for (;;) { try { peer.settimeout(0.1); await peer.recv(1 << 20); } catch { return; } } },
    };
  };
}

const calls: Record<string, () => Promise<Waiting>> = {
  accept: async () => {
    const socket: Socket = new Socket(AF_INET, SOCK_STREAM), client: Socket = new Socket(AF_INET, SOCK_STREAM);
    await socket.bind(["127.0.0.1", 0]);
    socket.listen();
    return {
      socket, others: [client],
      call: async options => { const [connection] = await socket.accept(options); connection.close(); },
      satisfy: () => client.connect(socket.getsockname()),
    };
  },
  connect: async () => {
    // A listener with a full backlog leaves the handshake hanging.
    const server: Socket = new Socket(AF_INET, SOCK_STREAM), filler: Socket = new Socket(AF_INET, SOCK_STREAM), socket: Socket = new Socket(AF_INET, SOCK_STREAM);
    await server.bind(["127.0.0.1", 0]);
    server.listen(0);
    await filler.connect(server.getsockname());
    return {
      socket, others: [server, filler], call: options => socket.connect(server.getsockname(), options),
      async satisfy() { for (let i = 0; i < 2; i++) (await server.accept())[0].close(); },
    };
  },
  recv: reads((s, options) => s.recv(10, options)),
  "recv with flags": reads((s, options) => s.recv(10, 0, options)),
  recvInto: reads((s, options) => s.recvInto(Buffer.alloc(10), options)),
  recvmsg: reads((s, options) => s.recvmsg(10, 100, options)),
  recvmsgInto: reads((s, options) => s.recvmsgInto([Buffer.alloc(10)], options)),
  recvfrom: reads((s, options) => s.recvfrom(10, options), datagrams),
  recvfromInto: reads((s, options) => s.recvfromInto(Buffer.alloc(10), options), datagrams),
  recvmmsg: reads((s, options) => s.recvmmsg(s.batch({ count: 2 }), options), datagrams),
  send: writes((s, _, options) => s.send(message, options)),
  sendall: writes((s, _, options) => s.sendall(message, options)),
  "sendmsg of a stream": writes((s, _, options) => s.sendmsg([message], options)),
  sendto: writes((s, peer, options) => s.sendto(message, peer.getsockname(), options), datagrams),
  sendmsg: writes((s, peer, options) => s.sendmsg([message], [], 0, peer.getsockname(), options), datagrams),
  sendmmsg: writes((s, _, options) => {
    const batch = s.batch({ count: 1 });
    batch.push(message);
    return s.sendmmsg(batch, options);
  }, datagrams),
};

type End = (w: Waiting) => Promise<void>;
const reason = new Error("enough");

const ends: Record<string, End> = {
  async "succeeds when it can"(w) {
    await Promise.all([w.call(), later(1).then(() => { is(waiting(w.socket), 1); return w.satisfy(); })]);
  },
  async "is aborted, and the next call succeeds"(w) {
    const controller = new AbortController();
    const call = w.call({ signal: controller.signal });
    setTimeout(() => controller.abort(reason), 5);
    is(await rejects(() => call, Error), reason);
    is(waiting(w.socket), 0);
    await Promise.all([w.call(), w.satisfy()]).catch(error => { if (error.code !== "EALREADY") throw error; }); // connect(2) goes on by itself
  },
  async "does nothing when it was aborted before"(w) {
    is(await rejects(() => w.call({ signal: AbortSignal.abort(reason) }), Error), reason);
    is(waiting(w.socket), 0);
  },
  async "times out"(w) {
    w.socket.settimeout(0.02);
    await rejects(() => w.call(), TimeoutError, "timed out");
    is(waiting(w.socket), 0);
  },
  async "is rejected by close()"(w) {
    const call = w.call(), also = w.call().then(() => "", error => error.code);
    setTimeout(() => w.socket.close(), 5);
    is((await rejects(() => call, Error, /closed while the call waited/) as { code?: string }).code, "EBADF");
    ok(["EBADF", "EALREADY"].includes(await also));
    is(waiting(w.socket), 0);
  },
  async "is rejected by detach()"(w) {
    const call = w.call();
    await later(1);
    const fd = w.socket.detach();
    is((await rejects(() => call, Error, /detached while the call waited/) as { code?: string }).code, "EBADF");
    new Socket(w.socket.family, w.socket.type, w.socket.proto, fd).close();
  },
  async "is rejected on a closed socket"(w) {
    w.socket.close();
    is((await rejects(() => w.call(), Error) as { code?: string }).code, "EBADF");
  },
  async "fails at once in non-blocking mode"(w) {
    w.socket.settimeout(0);
    ok(["EAGAIN", "EINPROGRESS"].includes((await rejects(() => w.call(), Error) as { code?: string }).code!));
    is(waiting(w.socket), 0);
  },
  async "is not lost when its socket is dropped"(w) {
    const call = w.call();
    (w as { socket: unknown }).socket = undefined;
    for (let i = 0; i < 3; i++) { global.gc!(); await later(1); }
    await Promise.all([call, w.satisfy()]);
  },
};

for (const [name, make] of Object.entries(calls)) for (const [end, run] of Object.entries(ends)) {
  test(`${name}: ${end}`, async () => {
    const w = await make(), socket = w.socket;
    try { await run(w); } finally { for (const s of [socket, ...w.others]) s.close(); }
    is(waiting(socket), 0);
  });
}

test("the process ends by itself once nobody waits, and not before", () => {
  const script = `
    import { AF_INET, SOCK_DGRAM, Socket } from ${JSON.stringify(new URL("../../ts/promises/index.js", import.meta.url).href)};
    const a = new Socket(AF_INET, SOCK_DGRAM), b = new Socket(AF_INET, SOCK_DGRAM);
    await a.bind(["127.0.0.1", 0]);
    setTimeout(() => b.sendto("x", a.getsockname()), 30);
    console.log(String(await a.recv(10)));
    b.recv(1).catch(() => {}), b.unref();
    const controller = new AbortController();
    a.recv(1, { signal: controller.signal }).catch(error => console.log(error.name));
    controller.abort();
  `;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8", timeout: 10_000, cwd: fileURLToPath(new URL(".", import.meta.url)) });
  is(stderr, "");
  is(stdout, "x\nAbortError\n");
  is(status, 0);
});
