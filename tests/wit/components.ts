// ./build.sh wit: the components in jco, with the cases that our own glue has; and their size.
import { readFileSync } from "node:fs";
import { adapter as ours, imports } from "../../shim/jco/index.js";
import { AF_INET, AF_UNIX, SOCK_DGRAM, SOCK_STREAM, createConnection, createServer } from "../../ts/index.js";
import { equal, is, ok, test } from "../suite.js";
import { cases } from "./echo.js";
import { echoSystem } from "./echo-system.js";
import {
  adapterComponent,
  codecComponent,
  componentBytes,
  guestComponent,
  MAX_BYTES,
  wasiComponent,
} from "./jco.js";
import { payload, realCases } from "./real.js";

const [, , work] = process.argv;
if (work === undefined) throw new Error("usage: node dist/tests/wit/components.js WORK");
const adapter = adapterComponent(work);
const codec = codecComponent(work);
const wasi = wasiComponent(work);
const guest = guestComponent(
  readFileSync(new URL("../../guest-echo.core.wasm", import.meta.url)),
  readFileSync(new URL("../../../examples/guests/echo/guest.wit", import.meta.url), "utf8"),
  "echo",
  work,
);

test(
  "jco: transpiles the components",
  async () => {
    await adapter;
    await codec;
    await guest;
    await wasi;
  },
  { seconds: 120, leaks: true },
);

test("sockets.component.wasm: small enough", () => {
  ok(componentBytes() <= MAX_BYTES, `${componentBytes()} bytes`);
});

for (const [name, body] of cases)
  test(`jco: ${name}`, async () => {
    const system = echoSystem("linux64");
    body((await adapter)(system.syscalls), system);
  });

test("jco: codec.component.wasm imports nothing, and does what the adapter's codec does", async () => {
  const system = echoSystem("linux64");
  const door = { ...(await adapter)(system.syscalls), codec: await codec };
  for (const [name, body] of cases) if (name.startsWith("codec")) body(door, system);
});

for (const { name, skip, body } of realCases)
  test(
    `jco: ${name}`,
    async () => {
      const make = await adapter;
      body(policy => {
        const guest = imports({ policy });
        return { ...make(guest.syscalls), dispose: () => guest.dispose() };
      });
    },
    { skip },
  );

interface EchoGuest {
  listen(port: number): number;
  serve(): number;
}

/** The echo guest over an interface `sockets` of any making. */
async function echoes(sockets: object): Promise<void> {
  const echo = (await guest)({
    "berkeley:sockets/sockets": sockets,
    "berkeley:sockets/types": {},
  }) as EchoGuest;
  const port = echo.listen(0);
  ok(port > 0);
  using client = createConnection(["127.0.0.1", port]);
  client.sendall("over jco");
  client.shutdown(1);
  is(echo.serve(), 8);
  is(client.recv(100).toString(), "over jco");
}

const policy = ["tcp-listen:127.0.0.1:*"];

test("jco: the echo guest over the adapter component", async () => {
  using system = imports({ policy });
  await echoes((await adapter)(system.syscalls).sockets);
});

test("jco: the echo guest over our own glue's adapter", async () => {
  using door = ours({ policy });
  await echoes(door.sockets);
});

test("jco: what the policy refuses, the guest is refused", async () => {
  using door = ours({ policy: [] });
  const echo = (await guest)({ "berkeley:sockets/sockets": door.sockets }) as EchoGuest;
  is(echo.listen(0), -1);
});

const inet = (port: number) => ({ tag: "inet" as const, val: { host: "127.0.0.1", port } });
const text = (data: Uint8Array) => Buffer.from(data).toString();

// jco's WASI has a thread with the sockets, which stay open.
const ofJco = { leaks: true, seconds: 60 };

test(
  "sockets-wasi.component.wasm: TCP: names, data, modes, poll, the end, errors by name",
  async () => {
    const { Socket, constants, poll } = (await wasi)().sockets;
    equal(constants(["AF_INET", "ECONNREFUSED", "SO_MARK", "2"]), [2n, 111n, undefined, undefined]);
    using server = createServer(["127.0.0.1", 0]);
    const [, port] = server.getsockname();
    is(
      payload(() => Socket.open(AF_INET, SOCK_STREAM, 0).connect(inet(1))),
      "econnrefused",
    );
    const s = Socket.open(AF_INET, SOCK_STREAM, 0);
    equal(s.getsockname(), { tag: "inet", val: { host: "0.0.0.0", port: 0 } });
    is(
      payload(() => s.getpeername()),
      "enotconn",
    );
    s.connect(inet(port));
    const [connection, address] = server.accept();
    equal(s.getsockname(), inet(address[1]));
    equal(s.getpeername(), inet(port));
    is(s.send(Buffer.from("to the server"), 0), 13);
    is(connection.recv(100).toString(), "to the server");
    connection.sendall("to the guest");
    equal([...poll([[s, 1]], -1)], [1]);
    is(text(s.recv(100, 0)), "to the guest");
    s.setNonblocking(true);
    is(s.isNonblocking(), true);
    is(
      payload(() => s.recv(1, 0)),
      "eagain",
    );
    s.setNonblocking(false);
    connection.close();
    is(s.recv(1, 0).length, 0);
    s.close();
    is(
      payload(() => s.recv(1, 0)),
      "ebadf",
    );
    is(
      payload(() => s.close()),
      "ebadf",
    );
    s[Symbol.dispose]();
  },
  ofJco,
);

test(
  "sockets-wasi.component.wasm: the echo guest",
  async () => {
    await echoes((await wasi)().sockets);
  },
  ofJco,
);

test(
  "sockets-wasi.component.wasm: UDP: datagrams whole and cut, senders, connect and its undoing",
  async () => {
    const { Socket } = (await wasi)().sockets;
    const a = Socket.open(AF_INET, SOCK_DGRAM, 0);
    const b = Socket.open(AF_INET, SOCK_DGRAM, 0);
    a.bind(inet(0));
    b.bind(inet(0));
    is(b.sendto(Buffer.from("datagram"), 0, a.getsockname()), 8);
    const [data, from] = a.recvfrom(4, 0);
    is(text(data), "data");
    equal(from, b.getsockname());
    b.connect(a.getsockname());
    equal(b.getpeername(), a.getsockname());
    b.connect({ tag: "unspecified" });
    is(
      payload(() => b.getpeername()),
      "enotconn",
    );
  },
  ofJco,
);

test(
  "sockets-wasi.component.wasm: what WASI lacks is enosys, or its family's error",
  async () => {
    const { Socket } = (await wasi)().sockets;
    const s = Socket.open(AF_INET, SOCK_DGRAM, 0);
    is(
      payload(() => Socket.open(AF_UNIX, SOCK_STREAM, 0)),
      "eafnosupport",
    );
    is(
      payload(() => Socket.open(AF_INET, 3, 0)),
      "eprotonosupport",
    );
    const lacking: (() => unknown)[] = [
      () => Socket.pair(AF_INET, SOCK_STREAM, 0),
      () => s.setsockopt(1, 2, new Uint8Array(4)),
      () => s.getsockopt(1, 2, 4),
      () => s.ioctl(1, new Uint8Array(4)),
      () => s.duplicate(),
      () => s.receiveMany(1, 1, 1, 0),
      () => s.recv(1, 2),
      () => s.sendmsg(new Uint8Array(1), [], [s], 0, { tag: "unspecified" }),
      () => s.listen(1),
    ];
    for (const call of lacking) is(payload(call), "enosys");
    equal([...s.getsockopt(1, 3, 4)], [SOCK_DGRAM, 0, 0, 0]);
  },
  ofJco,
);
