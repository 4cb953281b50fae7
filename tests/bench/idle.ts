// What idle streams of toDuplex() with a listener for data hold beside the heap: prints the bytes
// of external memory for each. Run with --expose-gc.
import { AF_UNIX, SOCK_STREAM, socketpair, type Socket } from "berkeley-sockets/promises";
import { setTimeout } from "node:timers/promises";

const STREAMS = 4000;
const SETTLE = 100;

function external(): number {
  for (let i = 0; i < 3; i++) global.gc!();
  const { external, arrayBuffers } = process.memoryUsage();
  return external + arrayBuffers;
}

/** The first streams load Node's classes, and what all share is made. */
async function reading(count: number): Promise<Socket[]> {
  const peers: Socket[] = [];
  for (let i = 0; i < count; i++) {
    const [one, other] = socketpair(AF_UNIX, SOCK_STREAM);
    one.toDuplex().on("data", () => {});
    peers.push(other);
  }
  await setTimeout(SETTLE);
  return peers;
}

const all = await reading(1);
const before = external();
all.push(...(await reading(STREAMS)));
const grown = external() - before;
console.log(JSON.stringify({ streams: all.length, external: grown / STREAMS }));
process.exit();
