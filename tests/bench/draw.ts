// ./build.sh plot: benchmarks.svg of the benchmarks.json beside it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { plot } from "./plot.js";
import { read } from "./results.js";

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: draw.js FOLDER");
writeFileSync(join(folder, "benchmarks.svg"), plot(read(folder)));
