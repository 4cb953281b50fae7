// MSG_WAITALL: what is joined and what is not, as the kernel does where a call waits in it: urgent
// data, descriptors, control messages, peeks. CPython's blocking sockets are the measure.
import {
  AF_INET,
  AF_UNIX,
  CMSG_SPACE,
  MSG_CTRUNC,
  MSG_DONTWAIT,
  MSG_OOB,
  MSG_PEEK,
  MSG_WAITALL,
  SCM_CREDENTIALS,
  SCM_RIGHTS,
  SHUT_WR,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  SO_OOBINLINE,
  SO_PASSCRED,
  SO_PEEK_OFF,
  SO_TIMESTAMP,
  Socket,
  ancillary,
  socketpair,
  type AncillaryItem,
  close,
} from "../../ts/promises/index.js";
import * as blocking from "../../ts/index.js";
import { ask } from "../python.js";
import { notRoot } from "../have.js";
import { equal, is, test } from "../suite.js";
import { pair } from "./connected.js";
import { code, pause, soon } from "./settling.js";

const kinds: Record<string, () => Promise<[Socket, Socket]>> = {
  TCP: pair,
  AF_UNIX: async () => await socketpair(AF_UNIX, SOCK_STREAM),
};
const ways: Record<string, (s: Socket, size: number, flags: number) => Promise<string>> = {
  recv: (s, size, flags) => s.recv(size, flags).then(String),
  recvfrom: (s, size, flags) => s.recvfrom(size, flags).then(([data]) => String(data)),
  recvmsg: (s, size, flags) => s.recvmsg(size, 100, flags).then(([data]) => String(data)),
  async recvInto(s, size, flags) {
    const into = Buffer.alloc(size);
    return String(into.subarray(0, await s.recvInto(into, size, flags)));
  },
  async recvfromInto(s, size, flags) {
    const into = Buffer.alloc(size);
    return String(into.subarray(0, (await s.recvfromInto(into, size, flags))[0]));
  },
  async recvmsgInto(s, size, flags) {
    const into = [Buffer.alloc(2), Buffer.alloc(size - 2)];
    const [n] = await s.recvmsgInto(into, 0, flags);
    return String(Buffer.concat(into).subarray(0, n));
  },
};

test("MSG_WAITALL: stops before the mark of urgent data, as CPython's does, and leaves the byte", async () => {
  const python = ask(`
import threading, time
def pair(kind):
    if kind == "AF_UNIX": return socket.socketpair()
    l = socket.create_server(("127.0.0.1", 0)); a = socket.create_connection(l.getsockname()); return a, l.accept()[0]
out = []
for kind in ["TCP", "AF_UNIX"]:
    a, b = pair(kind); got = []
    t = threading.Thread(target=lambda: got.append(b.recv(7, socket.MSG_WAITALL).decode())); t.start()
    time.sleep(.05); a.send(b"abc"); time.sleep(.05); a.send(b"!", socket.MSG_OOB); time.sleep(.05); a.send(b"defg"); t.join(5)
    out.append([got[0], b.recv(1, socket.MSG_OOB).decode(), b.recv(100).decode()])
print(json.dumps(out))`);
  equal(python, [
    ["abc", "!", "defg"],
    ["abc", "!", "defg"],
  ]);
  for (const [kind, make] of Object.entries(kinds)) {
    for (const [name, receive] of Object.entries(ways)) {
      for (const early of [true, false]) {
        const [a, b] = await make();
        using _a = a;
        using _b = b;
        const waiting = early ? receive(b, 7, MSG_WAITALL) : undefined;
        await a.send("abc");
        await pause(5);
        await a.send("!", MSG_OOB);
        await a.send("defg");
        await pause(5);
        is(await soon(waiting ?? receive(b, 7, MSG_WAITALL)), "abc", `${name} over ${kind}`);
        is(String(await b.recv(1, MSG_OOB | MSG_DONTWAIT)), "!", `${name} over ${kind}`);
        is(await soon(receive(b, 4, MSG_WAITALL)), "defg", `${name} over ${kind}`);
      }
    }
  }
});

test("MSG_WAITALL: ends at the mark though the urgent byte is taken before the loop has turned", async () => {
  const [a, b] = await pair();
  using _a = a;
  using _b = b;
  const waiting = b.recv(7, MSG_WAITALL);
  await a.send("abc");
  await pause(5);
  using sender = blocking.fromfd(a.fileno());
  sender.send("!", MSG_OOB);
  is(String(await b.recv(1, MSG_OOB | MSG_DONTWAIT)), "!");
  is(String(await soon(waiting)), "abc");
});

test("MSG_WAITALL: with SO_OOBINLINE it stops before the mark too", async () => {
  const [a, b] = await pair();
  using _a = a;
  using _b = b;
  b.setsockopt(SOL_SOCKET, SO_OOBINLINE, 1);
  const waiting = b.recv(8, MSG_WAITALL);
  await a.send("abc");
  await a.send("!", MSG_OOB);
  await a.send("defg");
  is(String(await soon(waiting)), "abc");
  is(String(await soon(b.recv(5, MSG_WAITALL))), "!defg");
});

const rights = (...fds: number[]): AncillaryItem => [
  SOL_SOCKET,
  SCM_RIGHTS,
  Buffer.from(Int32Array.from(fds).buffer),
];
const told = ([data, items, flags]: [Buffer, AncillaryItem[], number, unknown]) => {
  for (const [level, type, bytes] of items) {
    if (level !== SOL_SOCKET || type !== SCM_RIGHTS) continue;
    for (const fd of new Int32Array(Uint8Array.from(bytes).buffer)) close(fd);
  }
  return [String(data), items.length, flags];
};

test("recvmsg: MSG_WAITALL keeps the descriptors of later parts, and joins nothing to them", async () => {
  const python = ask(`
import os, threading, time
out = []
for cut in [False, True]:
    a, b = socket.socketpair(); got = []; room = 0 if cut else 100
    t = threading.Thread(target=lambda: got.append(b.recvmsg(9, room, socket.MSG_WAITALL))); t.start()
    time.sleep(.05); a.send(b"abc"); time.sleep(.05); socket.send_fds(a, [b"def"], [0]); time.sleep(.05); a.send(b"ghi"); t.join(5)
    out.append([got[0][0].decode(), len(got[0][1]), got[0][2] & socket.MSG_CTRUNC, b.recv(9).decode()])
print(json.dumps(out))`);
  equal(python, [
    ["abcdef", 1, 0, "ghi"],
    ["abcdef", 0, MSG_CTRUNC, "ghi"],
  ]);
  for (const [i, ancbufsize] of [100, 0].entries()) {
    const [a, b] = await socketpair();
    using _a = a;
    using _b = b;
    const fd = new Socket(AF_UNIX, SOCK_STREAM).detach();
    const waiting = b.recvmsg(9, ancbufsize, MSG_WAITALL);
    await a.send("abc");
    await pause(5);
    await a.sendmsg(["def"], [rights(fd)]);
    close(fd);
    await pause(5);
    await a.send("ghi");
    equal([...told((await soon(waiting)) as never), String(await soon(b.recv(9)))], python[i]);
  }
});

test("recvmsg: MSG_WAITALL goes on behind control messages that are no descriptors", async () => {
  for (const ancbufsize of [CMSG_SPACE(12), 0]) {
    const [a, b] = await socketpair();
    using _a = a;
    using _b = b;
    b.setsockopt(SOL_SOCKET, SO_PASSCRED, 1);
    const waiting = b.recvmsg(6, ancbufsize, MSG_WAITALL);
    for (const part of ["ab", "cd", "ef"]) {
      await pause(5);
      await a.send(part);
    }
    const [data, items, flags] = (await soon(waiting)) as [Buffer, AncillaryItem[], number, unknown];
    is(String(data), "abcdef");
    equal(
      items.map(([, type]) => type),
      ancbufsize > 0 ? [SCM_CREDENTIALS] : [],
    );
    is(flags & MSG_CTRUNC, ancbufsize > 0 ? 0 : MSG_CTRUNC);
  }
  const [a, b] = await pair();
  using _a = a;
  using _b = b;
  b.setsockopt(SOL_SOCKET, SO_TIMESTAMP, 1);
  await pause(20); // the kernel begins to stamp a moment later
  const waiting = b.recvmsg(6, 100, MSG_WAITALL);
  await a.send("abc");
  await pause(5);
  await a.send("def");
  const [data, items] = (await soon(waiting)) as [Buffer, AncillaryItem[], number, unknown];
  equal([String(data), items.length], ["abcdef", 1]);
  is(ancillary.decode(items[0]!) !== undefined, true);
});

/** Sends each text, as this process or as process 1, with a descriptor or without. */
async function sendParts(a: Socket, parts: readonly Part[], wait: boolean): Promise<void> {
  const fd = new Socket(AF_UNIX, SOCK_STREAM).detach();
  for (const [text, what] of parts) {
    if (wait) await pause(5);
    if (what === "other") await a.sendmsg([text], [ancillary.credentials({ pid: 1, uid: 0, gid: 0 })]);
    else if (what === "fd") await a.sendmsg([text], [rights(fd)]);
    else await a.send(text);
  }
  close(fd);
}

type Part = [text: string, what?: "fd" | "other"];

/** What CPython's recv(9, MSG_WAITALL) gives of these, then recv(9). */
function asPython(parts: readonly Part[], passcred: boolean): [string, string] {
  return ask(`
import struct
a, b = socket.socketpair(); b.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, ${passcred ? 1 : 0})
for text, *what in ${JSON.stringify(parts)}:
    what = what and what[0]
    items = [(socket.SOL_SOCKET, socket.SCM_CREDENTIALS, struct.pack("3i", 1, 0, 0))] if what == "other" else [(socket.SOL_SOCKET, socket.SCM_RIGHTS, struct.pack("i", 0))] if what == "fd" else []
    a.sendmsg([text.encode()], items)
print(json.dumps([b.recv(9, socket.MSG_WAITALL).decode(), b.recv(9).decode()]))`);
}

/** recvmsg() with so much room for control messages; what it brings is closed. */
const withRoom =
  (ancbufsize: number) =>
  async (s: Socket, size: number, flags: number): Promise<string> =>
    told(await s.recvmsg(size, ancbufsize, flags))[0] as string;

const gathered: Record<string, { parts: Part[]; passcred?: boolean }> = {
  "what follows a descriptor": { parts: [["abc", "fd"], ["defghi"]] },
  "what follows a part and a descriptor": { parts: [["abc"], ["def", "fd"], ["ghi"]] },
  "what follows a descriptor, with SO_PASSCRED": {
    parts: [["abc", "fd"], ["defghi"]],
    passcred: true,
  },
  "another sender's": { parts: [["ab"], ["cd"], ["ef", "other"], ["ghi"]], passcred: true },
};

for (const [name, { parts, passcred = false }] of Object.entries(gathered)) {
  test(
    `MSG_WAITALL: AF_UNIX does not join ${name}, as in CPython`,
    async () => {
      const python = asPython(parts, passcred);
      const others = Object.entries(ways).filter(([way]) => way !== "recvmsg");
      const rooms = [0, 16, 20, 28, CMSG_SPACE(12), 100].map(
        room => [`recvmsg with room for ${room}`, withRoom(room)] as const,
      );
      for (const [way, call] of [...others, ...rooms]) {
        for (const late of [false, true]) {
          const [a, b] = await socketpair();
          using _a = a;
          using _b = b;
          if (passcred) b.setsockopt(SOL_SOCKET, SO_PASSCRED, 1);
          if (!late) await sendParts(a, parts, false);
          const waiting = call(b, 9, MSG_WAITALL);
          if (late) await sendParts(a, parts, true);
          const first = await soon(waiting);
          equal([first, String(await soon(b.recv(9)))], python, `${way}, ${late ? "late" : "there"}`);
        }
      }
    },
    { skip: passcred ? notRoot : undefined },
  );
}

test("MSG_WAITALL: whose the next bytes are is looked at without a change to SO_PEEK_OFF", async () => {
  const [a, b] = await socketpair();
  using _a = a;
  using _b = b;
  b.setsockopt(SOL_SOCKET, SO_PASSCRED, 1);
  b.setsockopt(SOL_SOCKET, SO_PEEK_OFF, 4);
  const waiting = b.recv(6, MSG_WAITALL).then(String);
  await a.send("abc");
  await pause(5);
  await a.send("de");
  await pause(5);
  is(b.getsockopt(SOL_SOCKET, SO_PEEK_OFF), 0); // what is taken is taken off it
  b.setsockopt(SOL_SOCKET, SO_PEEK_OFF, 2);
  await a.send("fgh");
  is(await soon(waiting), "abcdef");
  is(b.getsockopt(SOL_SOCKET, SO_PEEK_OFF), 1);
});

test("recvmsg: MSG_WAITALL cuts credentials as the kernel does", async () => {
  for (const ancbufsize of [0, 10, 16, 20, 27, 28, 32]) {
    const [a, b] = await socketpair();
    using _a = a;
    using _b = b;
    b.setsockopt(SOL_SOCKET, SO_PASSCRED, 1);
    await a.send("abcabc");
    const kernels = await b.recvmsg(3, ancbufsize);
    equal(await b.recvmsg(3, ancbufsize, MSG_WAITALL), kernels, `room for ${ancbufsize}`);
  }
});

test("recvfrom: the address of a part is its own, whatever others received since", async () => {
  const server = new Socket(AF_UNIX, SOCK_STREAM);
  const client = new Socket(AF_UNIX, SOCK_STREAM);
  using _server = server;
  using _client = client;
  await server.bind("");
  server.listen();
  await client.bind("");
  await client.connect(server.getsockname());
  const [served] = await server.accept();
  using _served = served;
  using other = new Socket(AF_INET, SOCK_DGRAM);
  await other.bind(["127.0.0.1", 0]);
  const calls = [
    (signal: AbortSignal) => served.recvfrom(6, MSG_WAITALL, { signal }).then(([, from]) => from),
    (signal: AbortSignal) =>
      served.recvfromInto(Buffer.alloc(6), 6, MSG_WAITALL, { signal }).then(([, from]) => from),
    (signal: AbortSignal) => served.recvmsg(6, 0, MSG_WAITALL, { signal }).then(([, , , from]) => from),
  ];
  for (const call of calls) {
    const stop = new AbortController();
    const waiting = call(stop.signal);
    await client.send("abc");
    await pause(5);
    other.getsockname();
    stop.abort();
    equal(await soon(waiting), client.getsockname());
  }
});

test("MSG_PEEK | MSG_WAITALL: TCP waits for all, AF_UNIX does not, as in CPython", async () => {
  const python = ask(`
import threading, time
out = []
for kind in ["TCP", "AF_UNIX"]:
    if kind == "AF_UNIX": a, b = socket.socketpair()
    else:
        l = socket.create_server(("127.0.0.1", 0)); a = socket.create_connection(l.getsockname()); b = l.accept()[0]
    a.send(b"abc"); time.sleep(.05); got = []
    t = threading.Thread(target=lambda: got.append(b.recv(7, socket.MSG_PEEK | socket.MSG_WAITALL).decode())); t.start()
    time.sleep(.1); a.send(b"defg"); t.join(5); out.append(got[0])
print(json.dumps(out))`);
  equal(python, ["abcdefg", "abc"]);
  const all: Promise<unknown>[] = [];
  for (const [kind, make] of Object.entries(kinds)) {
    for (const [name, receive] of Object.entries(ways)) {
      const [a, b] = await make();
      using _a = a;
      using _b = b;
      await a.send("abc");
      await pause(5);
      const waiting = receive(b, 7, MSG_PEEK | MSG_WAITALL);
      await pause(5);
      await a.send("defg");
      const expected = kind === "TCP" ? "abcdefg" : "abc";
      is(await soon(waiting), expected, `${name} over ${kind}`);
      is(String(await b.recv(100)), "abcdefg", `${name} over ${kind}`);
    }
  }
  await Promise.all(all);
});

test("MSG_PEEK | MSG_WAITALL: ends with the stream, before urgent data, at its time; readers pass it", async () => {
  const flags = MSG_PEEK | MSG_WAITALL;
  const ends: Record<string, (a: Socket, b: Socket) => unknown> = {
    end: a => a.shutdown(SHUT_WR),
    "urgent data": a => a.send("!", MSG_OOB),
    time: () => {},
  };
  for (const [name, end] of Object.entries(ends)) {
    const [a, b] = await pair();
    using _a = a;
    using _b = b;
    await a.send("abc");
    b.settimeout(name === "time" ? 0.05 : null);
    const waiting = b.recv(7, flags);
    await pause(5);
    await end(a, b);
    is(String(await soon(waiting)), "abc", name);
  }
  const [a, b] = await pair();
  using _a = a;
  using _b = b;
  await a.send("abc");
  const peek = b.recv(3, MSG_PEEK);
  is(String(await peek), "abc");
  const waiting = b.recv(7, flags);
  await pause(5);
  is(String(await soon(b.recv(2))), "ab");
  is(String(await b.recv(9, MSG_DONTWAIT)), "c");
  is(await code(b.recv(9, MSG_DONTWAIT)), "EAGAIN");
  await a.send("1234567");
  is(String(await soon(waiting)), "1234567");
  is(String(await b.recv(9)), "1234567");
});
