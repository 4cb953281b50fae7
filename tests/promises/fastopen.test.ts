// Sends that open their connection: MSG_FASTOPEN, TCP_FASTOPEN_CONNECT. They wait for it, as
// CPython's blocking calls do.
import {
  AF_INET,
  IPPROTO_TCP,
  MSG_DONTWAIT,
  MSG_FASTOPEN,
  SOCK_STREAM,
  Socket,
  TCP_FASTOPEN_CONNECT,
  TCP_FASTOPEN_NO_COOKIE,
  createServer,
} from "../../ts/promises/index.js";
import { noFastOpen } from "../have.js";
import { ask } from "../python.js";
import { equal, is, ok, test } from "../suite.js";
import { code, soon } from "./settling.js";

const skip = noFastOpen;

const body = "hello";
const sends: Record<string, (s: Socket, to: any, flags: number) => Promise<unknown>> = {
  sendto: (s, to, flags) => s.sendto(body, MSG_FASTOPEN | flags, to),
  sendmsg: (s, to, flags) => s.sendmsg(["he", "llo"], [], MSG_FASTOPEN | flags, to),
};
/** With the option connect() only remembers the address. */
const deferred: Record<string, (s: Socket) => Promise<unknown>> = {
  send: s => s.send(body),
  sendall: s => s.sendall(body),
  sendmsg: s => s.sendmsg([body]),
  sendfile: s => {
    let given = false;
    return s.sendfile({
      read() {
        const data = Buffer.from(given ? "" : body);
        given = true;
        return data;
      },
    });
  },
  "toDuplex().write()": s =>
    new Promise((resolve, reject) => {
      s.toDuplex().on("error", reject).write(body, resolve);
    }),
  "toWeb().writable": s => s.toWeb().writable.getWriter().write(Buffer.from(body)),
};

/** A socket whose SYN takes data along, as if it had a cookie, or does not. */
function client(takesAlong: boolean): Socket {
  const s = new Socket(AF_INET, SOCK_STREAM);
  if (takesAlong) s.setsockopt(IPPROTO_TCP, TCP_FASTOPEN_NO_COOKIE, 1);
  return s;
}

async function nobody(): Promise<[Socket, any]> {
  const s = new Socket(AF_INET, SOCK_STREAM);
  await s.bind(["127.0.0.1", 0]);
  return [s, s.getsockname()];
}

test(
  "MSG_FASTOPEN: CPython's blocking sendto() waits for the connection",
  () => {
    const answer = ask(`
l = socket.create_server(("127.0.0.1", 0)); s = socket.socket()
n = s.sendto(b"hello", socket.MSG_FASTOPEN, l.getsockname()); print(json.dumps([n, l.accept()[0].recv(9).decode()]))`);
    equal(answer, [5, body]);
  },
  { skip },
);

for (const [name, send] of Object.entries(sends)) {
  for (const takesAlong of [false, true]) {
    const how = `${name}: MSG_FASTOPEN ${takesAlong ? "with data in the SYN" : "without a cookie"}`;
    test(
      `${how} sends all`,
      async () => {
        using server = await createServer(["127.0.0.1", 0]);
        using s = client(takesAlong);
        is(await soon(send(s, server.getsockname(), 0)), 5);
        const [accepted] = await server.accept();
        using _accepted = accepted;
        is(String(await soon(accepted.recv(9))), body);
        await accepted.send("world");
        is(String(await soon(s.recv(9))), "world");
      },
      { skip },
    );

    test(
      `${how} to nobody is refused, and no reader takes that error`,
      async () => {
        const [none, to] = await nobody();
        using _none = none;
        using s = client(takesAlong);
        using copy = s.dup();
        const sending = code(send(s, to, 0));
        const reading = code(s.recv(1));
        const copying = code(copy.recv(1));
        is(await soon(sending), "ECONNREFUSED");
        ok(!(await soon(Promise.all([reading, copying]))).includes("ECONNREFUSED"));
      },
      { skip },
    );
  }

  test(
    `${name}: MSG_FASTOPEN where nothing may wait says that it is under way`,
    async () => {
      using server = await createServer(["127.0.0.1", 0]);
      using s = client(false);
      is(await code(send(s, server.getsockname(), MSG_DONTWAIT)), "EINPROGRESS");
      using other = client(false);
      other.settimeout(0);
      is(await code(send(other, server.getsockname(), 0)), "EINPROGRESS");
    },
    { skip },
  );

  test(
    `${name}: MSG_FASTOPEN on a connection is EISCONN, as in CPython`,
    async () => {
      using server = await createServer(["127.0.0.1", 0]);
      using s = client(false);
      await s.connect(server.getsockname());
      const [accepted, from] = await server.accept();
      using _accepted = accepted;
      is(await soon(code(send(accepted, from, 0))), "EISCONN");
      // A connect() that was waited for outside the kernel ends in its next call to that effect.
      is(await soon(code(send(s, server.getsockname(), 0))), "resolved: 5");
      is(String(await accepted.recv(9)), body);
    },
    { skip },
  );
}

for (const [name, send] of Object.entries(deferred)) {
  test(
    `${name}: TCP_FASTOPEN_CONNECT, the first write makes the connection`,
    async () => {
      for (const takesAlong of [false, true]) {
        using server = await createServer(["127.0.0.1", 0]);
        using s = client(takesAlong);
        s.setsockopt(IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1);
        await s.connect(server.getsockname());
        const sending = code(send(s));
        const [accepted] = (await soon(server.accept())) as [Socket, unknown];
        using _accepted = accepted;
        ok((await soon(sending)).startsWith("resolved"), String(await sending));
        is(String(await soon(accepted.recv(9))), body);
      }
    },
    { skip },
  );
}
