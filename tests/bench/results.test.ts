// What the benchmarks make of their rounds: quantiles as Python's statistics module has them,
// ratios, verdicts, what is kept, the picture.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ask } from "../python.js";
import { equal, is, match, ok, test } from "../suite.js";
import { axis, plot } from "./plot.js";
import { fileIn, merge, read, write, type Result, type Results } from "./results.js";
import { compare, median, quantile, slower, verdict } from "./statistics.js";

const work = (name: string, ratio: number): Result => ({
  name,
  per: "call",
  count: 10,
  judge: "cpu",
  ours: "ours",
  bars: [{ against: "CPython", bar: 1.2, aim: 2 }, { against: "C" }],
  rounds: {
    ours: { cpu: [100, 100, 100], wall: [200, 200, 200] },
    CPython: { cpu: [100 * ratio, 90 * ratio, 120 * ratio], wall: [1, 2, 3] },
    C: { cpu: [50, 50, 50], wall: [1, 1, 1] },
  },
  date: "2026-01-02",
});
const value = { name: "import", what: "import", unit: "ms", value: 7.5, bar: 15, aim: 8, date: "2026-01-02" };
const results = (...works: Result[]): Results => ({ machine: { Node: "20.0.0" }, works, values: [value] });

test("quantile: as statistics.quantiles(method='inclusive')", () => {
  for (const values of [
    [3, 1, 2],
    [5, 1, 4, 2],
    [10, 20, 30, 40, 55, 7, 7],
  ]) {
    equal(
      [0.25, 0.5, 0.75].map(q => quantile(values, q)),
      ask(
        "import statistics\nprint(json.dumps(statistics.quantiles(data, n=4, method='inclusive')))",
        values,
      ),
    );
  }
  equal([quantile([4], 0.25), median([9, 1]), quantile([1, 2, 3], 1)], [4, 5, 3]);
});

test("compare: ratio of medians, middle half of the pairs' ratios", () => {
  equal(compare({ cpu: [20, 40, 30] }, { cpu: [10, 10, 20] }, "cpu"), { ratio: 3, low: 1.75, high: 3 });
});

test("verdict: bar and aim are met at their own value", () => {
  equal(
    [
      verdict(1.19, 1.2, 2),
      verdict(1.2, 1.2, 2),
      verdict(2, 1.2, 2),
      verdict(9, 1.2),
      verdict(9, undefined, 2),
    ],
    ["falls short", "pass", "aim met", "pass", "for scale"],
  );
});

test("slower: where the middle half lies wholly below the mark", () => {
  const against = (...base: number[]) => slower(compare({ cpu: base }, { cpu: base.map(() => 100) }, "cpu"));
  equal(
    [against(96, 95, 96, 90), against(90, 90, 97, 97), against(60, 60, 98, 98), against(130, 120, 110)],
    [true, false, false, false],
  );
});

test("merge: a work measured again takes its own place, another machine's results go", () => {
  const old = results(work("a", 1), work("b", 1));
  const again = work("a", 3);
  const added = work("c", 1);
  equal(merge(old, results(again, added)).works, [again, old.works[1]!, added]);
  const elsewhere = { ...results(again), machine: { Node: "22.0.0" } };
  is(merge(old, elsewhere), elsewhere);
  is(merge(undefined, old), old);
});

test("write: every round comes back, numbers of one side on one line", () => {
  const folder = mkdtempSync(join(tmpdir(), "berkeley-sockets-"));
  try {
    write(folder, results(work("a", 1)));
    write(folder, results(work("b", 2.5)));
    equal(read(folder), results(work("a", 1), work("b", 2.5)));
    match(readFileSync(fileIn(folder), "utf8"), '"cpu": [250, 225, 300]');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("axis: round ends beyond all values and beyond 1, the same distance for the same factor", () => {
  const { low, high, ticks, x } = axis([0.3, 17]);
  equal([low, high, ticks], [0.2, 20, [0.2, 0.5, 1, 2, 5, 10, 20]]);
  ok(Math.abs(x(10) - x(1) - (x(5) - x(0.5))) < 1e-9);
  equal([axis([3]).low, axis([0.4]).high, axis([1]).low < axis([1]).high], [1, 1, true]);
});

test("plot: a bar for each peer, coloured by its verdict, and text that is no markup", () => {
  const svg = plot(results({ ...work("short", 1.1), per: '<call> & "more"' }, work("met", 3)));
  const bars = [
    ...svg.matchAll(/<rect x="[\d.]+" y="[\d.]+" width="([\d.]+)" height="10" class="(\w+)"\/>/g),
  ].map(([, width, kind]) => ({ width: Number(width), kind }));
  equal(
    bars.map(({ kind }) => kind),
    ["good", "bad", "scale", "bad", "scale", "good", "scale"],
  ); // the legend's, then one each
  const [, , , short, half, met, halfAgain] = bars.map(({ width }) => width) as number[];
  ok(short! < met! && half === halfAgain);
  match(svg, "per &#60;call&#62; &#38; &#34;more&#34;");
  is(svg.match(/<g>/g)!.length, svg.match(/<\/g>/g)!.length);
});

test("plot: a peer that was not measured has no bar", () => {
  const { CPython: _, ...rounds } = work("a", 1).rounds;
  equal(
    [...plot(results({ ...work("a", 1), rounds })).matchAll(/text-anchor="end">(.*?)</g)].map(
      ([, name]) => name,
    ),
    ["C"],
  );
});
