// A million recvInto on one socket: prints by how many bytes heap and external memory grew. Run
// with --expose-gc.
import { AF_INET, SOCK_STREAM, Socket } from "berkeley-sockets";

const CALLS = 1_000_000;
const MESSAGE = 64;
const CHUNK = 65536;

const listener = new Socket(AF_INET, SOCK_STREAM);
listener.bind(["127.0.0.1", 0]);
listener.listen(1);
const sender = new Socket(AF_INET, SOCK_STREAM);
sender.connect(listener.getsockname());
const [receiver] = listener.accept();
const chunk = Buffer.alloc(CHUNK);
const message = Buffer.alloc(MESSAGE);

function receive(calls: number): void {
  for (let done = 0; done < calls; ) {
    sender.sendall(chunk);
    for (let left = CHUNK; left > 0; done++) left -= receiver.recvInto(message);
  }
}
function used(): { heap: number; external: number } {
  for (let i = 0; i < 3; i++) global.gc!();
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  return { heap: heapUsed, external: external + arrayBuffers };
}

receive(CALLS / 10); // code is compiled and feedback gathered
const before = used();
receive(CALLS);
const after = used();
console.log(
  JSON.stringify({
    calls: CALLS,
    heap: after.heap - before.heap,
    external: after.external - before.external,
  }),
);
for (const socket of [receiver, sender, listener]) socket.close();
