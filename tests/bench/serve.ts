// The sides of the works on an event loop that run in Node: serve.js ours|node WORK. Speaks as
// peer.c describes.
import { createInterface } from "node:readline";
import { datagrams } from "./datagrams.js";
import { duplexes } from "./duplexes.js";
import { fairness } from "./fairness.js";
import { spent, type Works } from "./round.js";
import { streams } from "./streams.js";

const works: Works = { ...streams, ...duplexes, ...datagrams, ...fairness };
const [side, name] = process.argv.slice(2) as [string, string];
const work = await works[name]![side === "ours" ? 0 : 1]!();
console.log(`port ${work.port}`);
for await (const line of createInterface({ input: process.stdin })) {
  const bytes = await work.run(Number(line));
  const { cpu, wall } = spent();
  console.log(`${Math.round(bytes ?? cpu)} ${Math.round(wall)}`);
}
process.exit();
