// node dist/tests/wit/cost.js [WORK]: a UDP datagram of 64 bytes to itself, send and receive, by the host's
// calls, by our own glue without a policy and with one of 20 rules, by a guest's core module, and, where
// WORK is given, by jco. Microseconds, the best of many short rounds, which the machine's other work
// disturbs least; the bars are ratios to the host's calls.
import { adapter, imports, instantiate } from "../../shim/jco/index.js";
import { nodeHost } from "../../shim/node.js";
import { AF_INET, SOCK_DGRAM } from "../../ts/index.js";
import { adapterComponent } from "./jco.js";
import type { Address, Sockets } from "../../shim/jco/values.js";
import { everything, moduleOf } from "./guest.js";

const [, , work] = process.argv;
const ROUNDS = 400;
const CALLS = 200;
const ATTEMPTS = 3;
const SIZE = 64;
const BARS: Readonly<Record<string, number>> = { glue: 1.5, "glue, 20 rules": 2 };

const data = new Uint8Array(SIZE).fill(1);
const inet = (port: number): Address => ({ tag: "inet", val: { host: "127.0.0.1", port } });
const policy = [
  ...Array.from({ length: 18 }, (_, i) => `tcp-connect:10.0.${i}.0/24:443`),
  "udp-bind:127.0.0.1:*",
  "udp-connect:127.0.0.1:*",
];

/** The host's own calls. */
function plain(): () => void {
  const host = nodeHost();
  const block = new Uint8Array(16 + 256);
  host.attach(block);
  const { codec } = adapter({ policy: [] });
  const address = codec.encodeAddress(host.target, inet(0));
  const fd = host.socket(AF_INET, SOCK_DGRAM, 0);
  block.set(address, 16);
  host.bind(fd, address.length);
  host.getsockname(fd);
  host.connect(fd, address.length);
  const buffer = new Uint8Array(SIZE);
  return () => {
    if (host.send(fd, data, 0) !== SIZE || host.recv(fd, buffer, SIZE, 0) !== SIZE) throw new Error("lost");
  };
}

function through({ Socket }: Sockets): () => void {
  const s = Socket.open(AF_INET, SOCK_DGRAM, 0);
  s.bind(inet(0));
  s.connect(s.getsockname());
  return () => {
    if (s.send(data, 0) !== SIZE || s.recv(SIZE, 0).length !== SIZE) throw new Error("lost");
  };
}

/** A guest's core module, whose calls cross two memories. */
function guest(): () => void {
  const IN = 256;
  const OUT = 64;
  let top = 1024;
  const realloc = (_: number, __: number, ___: number, size: number): number => {
    const at = top;
    top = at + size;
    return at;
  };
  const { exports } = instantiate(moduleOf(everything()), { policy: null, imports: { env: { realloc } } });
  const call = exports as Record<string, (...args: unknown[]) => void>;
  const { buffer } = exports.memory as { buffer: ArrayBuffer };
  const view = new DataView(buffer);
  const bytes = new Uint8Array(buffer);
  call["[static]socket.open"]!(AF_INET, SOCK_DGRAM, 0, OUT);
  const s = view.getInt32(OUT + 4, true);
  bytes.set(new TextEncoder().encode("127.0.0.1"), IN);
  call["[method]socket.bind"]!(s, 1, IN, 9n, 0, 0, 0, 0, OUT);
  call["[method]socket.getsockname"]!(s, OUT);
  const port = view.getUint16(OUT + 24, true);
  call["[method]socket.connect"]!(s, 1, IN, 9n, port, 0, 0, 0, OUT);
  const send = call["[method]socket.send"]!;
  const recv = call["[method]socket.recv"]!;
  return () => {
    top = 1024;
    send(s, IN, SIZE, 0, OUT);
    recv(s, SIZE, 0, OUT);
    if (view.getUint8(OUT) !== 0 || view.getInt32(OUT + 8, true) !== SIZE) throw new Error("lost");
  };
}

const ways: [name: string, way: () => void][] = [
  ["host", plain()],
  ["glue", through(adapter({ policy: null }).sockets)],
  ["glue, 20 rules", through(adapter({ policy }).sockets)],
  ["guest's core module", guest()],
];
if (work !== undefined) {
  const make = await adapterComponent(work);
  ways.push(["jco", through(make(imports({ policy: null }).syscalls).sockets)]);
}

const round = (way: () => void): number => {
  const begin = process.hrtime.bigint();
  for (let i = 0; i < CALLS; i++) way();
  return Number(process.hrtime.bigint() - begin) / CALLS / 1000;
};
const best = ways.map(([, way]) => {
  for (let i = 0; i < 10; i++) round(way);
  return Infinity;
});
const ratio = (at: number): number => best[at]! / best[0]!;
const isOver = (at: number): boolean => ratio(at) > (BARS[ways[at]![0]] ?? Infinity);
const over = (): boolean => ways.some((_, at) => isOver(at));
for (let attempt = 0; attempt === 0 || (over() && attempt < ATTEMPTS); attempt++)
  for (let i = 0; i < ROUNDS; i++)
    for (const [at, [, way]] of ways.entries()) best[at] = Math.min(best[at]!, round(way));

for (const [at, [name]] of ways.entries()) {
  const bar = BARS[name];
  const judged = bar === undefined ? "" : `   bar ${bar}${isOver(at) ? ": missed" : ""}`;
  console.log(`${name.padEnd(20)} ${best[at]!.toFixed(2).padStart(7)} us   ${ratio(at).toFixed(2)}${judged}`);
}
process.exit(over() ? 1 : 0);
