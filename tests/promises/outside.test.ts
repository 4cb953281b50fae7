// What is done to a socket from outside while its calls run: a description made blocking, a
// descriptor closed, a system call interrupted.
import { closeSync, openSync } from "node:fs";
import { constants } from "node:os";
import { nodeHost } from "../../shim/node.js";
import * as blocking from "../../ts/index.js";
import { AF_INET, AF_UNIX, SOCK_DGRAM, Socket, socketpair } from "../../ts/promises/index.js";
import { nodeBytes } from "../../ts/codec/buffer-pool.js";
import { socketModules } from "../../ts/promises/module.js";
import { closeElsewhere } from "../elsewhere.js";
import { codec } from "../scripted.js";
import { equal, is, ok, test } from "../suite.js";
import { code, pause, soon } from "./settling.js";

const { EINTR } = constants.errno;

test("sendfile, connect, accept: a description that somebody else made blocking does not hold the loop", async () => {
  const shared = (s: Socket): blocking.Socket => {
    const other = blocking.fromfd(s.fileno());
    other.setblocking(true);
    return other;
  };
  let turns = 0;
  const counting = setInterval(() => {
    turns++;
  }, 5);
  try {
    const [a, b] = socketpair();
    const size = 4 << 20;
    const file = openSync("/dev/zero", "r");
    const length = Buffer.alloc(1 << 16);
    using _a = a;
    using _b = b;
    using _other = shared(a);
    const sending = a.sendfile(file, 0, size);
    await pause(30);
    for (let got = 0; got < size; ) got += await b.recvInto(length);
    is(await sending, size);
    closeSync(file);

    using listener = new Socket(AF_UNIX);
    using client = new Socket(AF_UNIX);
    using late = new Socket(AF_UNIX);
    using _late = shared(late);
    await listener.bind("");
    listener.listen(0);
    await client.connect(listener.getsockname());
    const connecting = late.connect(listener.getsockname());
    await pause(30);
    using _listener = shared(listener);
    for (let i = 0; i < 2; i++) (await listener.accept())[0].close();
    await connecting;
    is(await soon(listener.accept(), 30), "pending");
    ok(turns > 3, `${turns} turns`);
  } finally {
    clearInterval(counting);
  }
});

test("send: a descriptor that is closed behind its back rejects the calls that wait, and nothing else", async () => {
  const [a, b] = socketpair();
  const uncaught: unknown[] = [];
  const note = (error: unknown) => {
    uncaught.push(error);
  };
  using _b = b;
  process.on("uncaughtException", note);
  try {
    const calls = Array.from({ length: 400 }, () => code(a.send("x")));
    closeElsewhere(a.fileno());
    ok((await Promise.all(calls)).includes("EBADF"));
    is(await code(a.recv(1)), "EBADF");
    await pause(10);
    equal(uncaught, []);
  } finally {
    process.off("uncaughtException", note);
  }
  a.detach();
});

test("recvfrom, sendto: a first try that is interrupted is repeated", async () => {
  let interruptions = 0;
  const host = nodeHost();
  const again = (call: () => number) => (++interruptions % 2 ? -EINTR : call());
  const { promises } = socketModules(
    {
      ...host,
      recvfrom: (...args) => again(() => host.recvfrom(...args)),
      sendto: (...args) => again(() => host.sendto(...args)),
    },
    codec,
    nodeBytes,
  );
  using a = new promises.Socket(AF_INET, SOCK_DGRAM);
  using b = new promises.Socket(AF_INET, SOCK_DGRAM);
  await b.bind(["127.0.0.1", 0]);
  for (let i = 0; i < 5; i++) {
    is(await a.sendto(`${i}`, b.getsockname()), 1);
    is(String((await b.recvfrom(10))[0]), `${i}`);
  }
  ok(interruptions >= 20, `${interruptions} calls`);
});
