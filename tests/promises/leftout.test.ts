// Arguments that are left out: the options may come in the place of the first of them.
import { equal, is, promiseModule, rejects, test } from "../suite.js";

const { AF_INET, SOCK_DGRAM, Socket, socketpair } = await promiseModule();
type Socket<A = any> = import("../../ts/promises/index.js").Socket<A>;

const { signal } = new AbortController();
const aborted = AbortSignal.abort(new Error("not wanted"));

async function datagrams(): Promise<[Socket, Socket]> {
  const receiver = new Socket(AF_INET, SOCK_DGRAM);
  const sender = new Socket(AF_INET, SOCK_DGRAM);
  await receiver.bind(["127.0.0.1", 0]);
  await sender.connect(receiver.getsockname());
  return [receiver, sender];
}

test("options: in the place of flags, of sizes and of addresses", async () => {
  const [receiver, sender] = await datagrams();
  using _r = receiver;
  using _s = sender;
  const from = sender.getsockname();
  const sent = async (text: string) => is(await sender.send(text, { signal }), text.length);
  const room = new Uint8Array(4);
  const text = (count: number) => Buffer.from(room.subarray(0, count)).toString();

  await sent("a");
  is(String(await receiver.recv(4, { signal })), "a");
  await sent("b");
  equal(await receiver.recvfrom(4, { signal }), [Buffer.from("b"), from]);
  await sent("c");
  equal(await receiver.recvmsg(4, { signal }), [Buffer.from("c"), [], 0, from]);
  await sent("d");
  equal(await receiver.recvmsg(4, 0, { signal }), [Buffer.from("d"), [], 0, from]);
  await sent("e");
  is(text(await receiver.recvInto(room, { signal })), "e");
  await sent("f");
  is(text(await receiver.recvInto(room, 4, { signal })), "f");
  await sent("g");
  equal(await receiver.recvfromInto(room, { signal }), [1, from]);
  await sent("h");
  equal(await receiver.recvfromInto(room, 4, { signal }), [1, from]);
  await sent("i");
  equal(await receiver.recvmsgInto([room], { signal }), [1, [], 0, from]);
  await sent("j");
  equal(await receiver.recvmsgInto([room], 0, { signal }), [1, [], 0, from]);
  is(text(1), "j");

  is(await sender.sendmsg(["k"], { signal }), 1);
  is(await sender.sendmsg(["l"], [], { signal }), 1);
  is(await sender.sendmsg(["m"], [], 0, { signal }), 1);
  is(String(await receiver.recv(4)) + String(await receiver.recv(4)) + String(await receiver.recv(4)), "klm");
});

test("options: wherever they come, their signal is heeded", async () => {
  const [a, b] = socketpair();
  using _a = a;
  using _b = b;
  const room = new Uint8Array(4);
  const given = { signal: aborted };
  for (const call of [
    () => a.recv(4, given),
    () => a.recvfrom(4, given),
    () => a.recvmsg(4, given),
    () => a.recvmsg(4, 0, given),
    () => a.recvmsg(4, 0, 0, given),
    () => a.recvInto(room, given),
    () => a.recvInto(room, 4, given),
    () => a.recvfromInto(room, given),
    () => a.recvfromInto(room, 4, given),
    () => a.recvmsgInto([room], given),
    () => a.recvmsgInto([room], 0, given),
    () => a.sendmsg(["x"], given),
    () => a.sendmsg(["x"], [], given),
    () => a.sendmsg(["x"], [], 0, given),
  ] as (() => Promise<unknown>)[])
    await rejects(call, Error, "not wanted");
});
