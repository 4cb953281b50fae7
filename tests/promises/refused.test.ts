// After a connection that could not be made a socket may connect anew, as one whose connect(2)
// waited in the kernel: CPython's without a timeout, and the blocking class, are the measure.
import { constants } from "node:os";
import {
  AF_INET,
  IPPROTO_TCP,
  MSG_FASTOPEN,
  SOCK_STREAM,
  SO_ERROR,
  Socket,
  TCP_FASTOPEN_CONNECT,
  createServer,
} from "../../ts/promises/index.js";
import { noFastOpen } from "../have.js";
import { ask } from "../python.js";
import { answers, scripted } from "../scripted.js";
import { equal, is, test } from "../suite.js";
import { code, soon } from "./settling.js";

const { EAGAIN, ECONNREFUSED, EINPROGRESS, EINTR, ENOTCONN } = constants.errno;

/** An address at which nobody listens: who bound it keeps it. */
async function nobody(): Promise<[Socket, any]> {
  const s = new Socket(AF_INET, SOCK_STREAM);
  await s.bind(["127.0.0.1", 0]);
  return [s, s.getsockname()];
}

const expected = [
  ...["ECONNREFUSED", "ECONNREFUSED", "ECONNREFUSED", "ENOTCONN", "EPIPE", "listens"],
  ...["ECONNREFUSED", "ENOTCONN", "connects", "x"],
];

test("connect: CPython's blocking sockets connect, or listen, after they were refused", () => {
  const answer = ask(`
import errno
none = socket.socket(); none.bind(("127.0.0.1", 0)); dead = none.getsockname()
live = socket.create_server(("127.0.0.1", 0))
def told(call, *args):
    try: return call(*args)
    except OSError as e: return errno.errorcode[e.errno]
s = socket.socket(); out = [told(s.connect, dead) for _ in range(3)] + [told(s.recv, 1), told(s.send, b"x"), told(s.listen) or "listens"]
s = socket.socket(); out += [told(s.connect, dead), told(s.recv, 1), told(s.connect, live.getsockname()) or "connects"]
s.send(b"x"); print(json.dumps(out + [live.accept()[0].recv(9).decode()]))`);
  equal(answer, expected);
});

test("connect: promises connect, or listen, after they were refused", async () => {
  const [none, dead] = await nobody();
  using _none = none;
  using live = await createServer(["127.0.0.1", 0]);
  const out: string[] = [];
  using one = new Socket(AF_INET, SOCK_STREAM);
  for (let i = 0; i < 3; i++) out.push(await soon(code(one.connect(dead) as Promise<void>)));
  out.push(await soon(code(one.recv(1))), await soon(code(one.send("x"))));
  one.listen();
  out.push("listens");
  using other = new Socket(AF_INET, SOCK_STREAM);
  out.push(await soon(code(other.connect(dead) as Promise<void>)), await soon(code(other.recv(1))));
  await other.connect(live.getsockname());
  out.push("connects");
  await other.send("x");
  const [accepted] = await live.accept();
  using _accepted = accepted;
  out.push(String(await soon(accepted.recv(9))));
  equal(out, expected);
});

test("connect: after a refusal connectEx tells 0, and a duplicate connects too", async () => {
  const [none, dead] = await nobody();
  using _none = none;
  using live = await createServer(["127.0.0.1", 0]);
  using s = new Socket(AF_INET, SOCK_STREAM);
  using copy = s.dup();
  const reading = code(s.recv(1));
  is(await soon(code(s.connect(dead) as Promise<void>)), "ECONNREFUSED");
  is(await soon(reading), "ENOTCONN");
  is(await soon(Promise.resolve(copy.connectEx(live.getsockname()))), 0);
  await copy.send("x");
  const [accepted] = await live.accept();
  using _accepted = accepted;
  is(String(await soon(accepted.recv(9))), "x");
});

const opening: Record<string, (s: Socket, to: any) => Promise<unknown>> = {
  "sendto with MSG_FASTOPEN": (s, to) => s.sendto("x", MSG_FASTOPEN, to),
  "sendmsg with MSG_FASTOPEN": (s, to) => s.sendmsg(["x"], [], MSG_FASTOPEN, to),
  "send after TCP_FASTOPEN_CONNECT": async (s, to) => {
    s.setsockopt(IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1);
    await s.connect(to);
    await s.send("x").finally(() => s.setsockopt(IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 0));
  },
};

for (const [name, open] of Object.entries(opening))
  test(
    `connect: is made after ${name} was refused`,
    async () => {
      const [none, dead] = await nobody();
      using _none = none;
      using live = await createServer(["127.0.0.1", 0]);
      using s = new Socket(AF_INET, SOCK_STREAM);
      is(await soon(code(open(s, dead))), "ECONNREFUSED");
      is(await soon(code(s.recv(1))), "ENOTCONN");
      is(await soon(code(s.connect(live.getsockname()) as Promise<void>)), "resolved: undefined");
    },
    { skip: noFastOpen },
  );

test("connect: a worker's that was interrupted lets the socket connect anew", () => {
  for (const interrupts of [true, false]) {
    for (const errno of [ECONNREFUSED, 0]) {
      const m = scripted({
        maxBlockMs: 100,
        now: () => 0,
        interruptible: () => (interrupts ? 0 : -EAGAIN),
        connect: answers(interrupts ? -EINTR : -EINPROGRESS, 0),
        poll: () => 1,
        getpeername: () => (errno === 0 ? 0 : -ENOTCONN),
        getsockopt: (_fd, _level, name, buffer) => {
          if (name === SO_ERROR) new Int32Array(buffer.buffer)[0] = errno;
          return buffer.length;
        },
      });
      const s = new m.Socket(AF_INET, SOCK_STREAM);
      is(s.connectEx(["127.0.0.1", 9]), errno);
      is(m.made.filter(call => call === "connect").length, errno === 0 ? 1 : 2);
    }
  }
});

test("connect: what a peer sent before it reset the connection is not forgotten", async () => {
  using live = await createServer(["127.0.0.1", 0]);
  using s = new Socket(AF_INET, SOCK_STREAM);
  await s.connect(live.getsockname());
  const [accepted] = await live.accept();
  await accepted.send("kept");
  await s.ready(1);
  await s.send("unread");
  accepted.close(); // with unread data: a reset
  is(String(await soon(s.recv(9))), "kept");
});
