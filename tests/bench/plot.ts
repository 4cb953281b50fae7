// The results as a picture: a bar for each work and peer on a logarithmic axis, from 1 to the
// ratio. SVG by hand; its own colours for light and dark.
import type { Result, Results } from "./results.js";
import { compare, verdict, type Ratio, type Verdict } from "./statistics.js";
import type { Bar } from "./works.js";

const WIDTH = 960;
const MARGIN = 24;
const LEFT = 120;
const RIGHT = 250;
const TOP = 118;
const ROW = 20;
const TITLE = 30;
const SECTION = 44;
const GAP = 10;
const THICK = 10;
const PLOT = WIDTH - LEFT - RIGHT;
const COLORS = {
  // light, dark
  surface: ["#ffffff", "#0d1117"],
  text: ["#1f2328", "#e6edf3"],
  quiet: ["#59636e", "#9198a1"],
  grid: ["#e3e7eb", "#242b33"],
  axis: ["#818b98", "#656c76"],
  good: ["#1f6feb", "#4493f8"],
  bad: ["#d1570a", "#f0883e"],
  scale: ["#afb8c1", "#484f58"],
} as const;
const KIND: Record<Verdict, keyof typeof COLORS> = {
  "aim met": "good",
  pass: "good",
  "falls short": "bad",
  "for scale": "scale",
};

/** Classes, not variables: some converters know none. */
const style = (scheme: 0 | 1) =>
  Object.entries(COLORS)
    .map(([name, of]) => `.${name}{fill:${of[scheme]}}.s-${name}{stroke:${of[scheme]}}`)
    .join("");
const escape = (text: string) => text.replace(/[&<>"]/g, c => `&#${c.charCodeAt(0)};`);
const at = (value: number) => String(Math.round(value * 10) / 10);

function text(x: number, y: number, kind: string, words: string, anchor = "start"): string {
  return `<text x="${at(x)}" y="${at(y)}" class="${kind}"${anchor === "start" ? "" : ` text-anchor="${anchor}"`}>${escape(words)}</text>`;
}
function line(x1: number, y1: number, x2: number, y2: number, color: keyof typeof COLORS, width = 1): string {
  return `<line x1="${at(x1)}" y1="${at(y1)}" x2="${at(x2)}" y2="${at(y2)}" class="s-${color}" stroke-width="${width}"/>`;
}

/**
 * The axis: its ends are the 1, 2 or 5 times a power of ten beyond all values, so that every mark
 * of it has a round number.
 */
export function axis(values: readonly number[]): {
  low: number;
  high: number;
  ticks: number[];
  x(value: number): number;
} {
  const round: number[] = [];
  for (let power = -6; power <= 9; power++)
    for (const digit of [1, 2, 5]) round.push(Number(`${digit}e${power}`));
  const least = Math.min(1, ...values);
  const most = Math.max(1, ...values);
  const low = round.filter(tick => tick <= least).at(-1)!;
  const high = round.find(tick => tick >= most && tick > low)!;
  const span = Math.log(high / low);
  return {
    low,
    high,
    ticks: round.filter(tick => tick >= low && tick <= high),
    x: value => LEFT + (PLOT * Math.log(value / low)) / span,
  };
}

interface Row extends Ratio {
  bar: Bar;
  said: Verdict;
}
const rowsOf = (work: Result): Row[] =>
  work.bars.flatMap(bar => {
    const peer = work.rounds[bar.against];
    const ours = work.rounds[work.ours];
    if (peer === undefined || ours === undefined) return [];
    const found = compare(peer, ours, work.judge);
    return [{ bar, ...found, said: verdict(found.ratio, bar.bar, bar.aim) }];
  });

const SECTIONS: Record<string, string> = {
  ours: "Blocking calls and the codec",
  promises: "Promises, on the event loop",
};
const MEASURES = { cpu: "CPU time", wall: "time", bytes: "memory" } as const;
const NAMES: Record<string, string> = { node: "Node", C: "C", "C epoll": "C", "100 open": "100 alone" };

function drawn({ bar, ratio, low, high, said }: Row, y: number, x: (value: number) => number): string[] {
  const from = Math.min(x(1), x(ratio));
  const to = Math.max(x(1), x(ratio));
  const middle = y + ROW / 2;
  const out = WIDTH - RIGHT + 14;
  const wanted = [
    bar.bar === undefined ? "" : `bar ${bar.bar}`,
    bar.aim === undefined ? "" : `aim ${bar.aim}`,
  ]
    .filter(Boolean)
    .join(", ");
  const parts = [
    text(LEFT - 10, middle + 4, "text", NAMES[bar.against] ?? bar.against, "end"),
    `<rect x="${at(from)}" y="${at(middle - THICK / 2)}" width="${at(Math.max(to - from, 1))}" height="${THICK}" class="${KIND[said]}"/>`,
    line(x(low), middle, x(high), middle, "text", 1.5),
    line(x(low), middle - 3, x(low), middle + 3, "text", 1.5),
    line(x(high), middle - 3, x(high), middle + 3, "text", 1.5),
    text(
      out,
      middle + 4,
      said === "falls short" ? "value bad" : "value text",
      ratio >= 10 ? ratio.toFixed(1) : ratio.toFixed(2),
    ),
    text(out + 44, middle + 4, "note quiet", said === "falls short" ? `falls short: ${wanted}` : wanted),
  ];
  if (bar.bar !== undefined) parts.push(line(x(bar.bar), middle - 8, x(bar.bar), middle + 8, "text", 2));
  if (bar.aim !== undefined)
    parts.push(
      `<path d="M${at(x(bar.aim))} ${at(middle - 5)}l5 5l-5 5l-5 -5z" class="surface s-text" stroke-width="1.5"/>`,
    );
  return parts;
}

/** What the marks mean, in one line. */
function legend(y: number): string[] {
  const parts: string[] = [];
  let x = MARGIN;
  const entry = (mark: string, words: string, width: number) => {
    parts.push(mark, text(x + 26, y + 4, "note quiet", words));
    x += width;
  };
  const swatch = (color: keyof typeof COLORS) =>
    `<rect x="${x}" y="${y - THICK / 2}" width="18" height="${THICK}" class="${color}"/>`;
  entry(swatch("good"), "bar met", 96);
  entry(swatch("bad"), "falls short", 112);
  entry(swatch("scale"), "for scale", 108);
  entry(line(x + 9, y - 8, x + 9, y + 8, "text", 2), "the bar", 92);
  entry(
    `<path d="M${x + 9} ${y - 5}l5 5l-5 5l-5 -5z" class="surface s-text" stroke-width="1.5"/>`,
    "the aim",
    92,
  );
  entry(
    line(x, y, x + 18, y, "text", 1.5) +
      line(x, y - 3, x, y + 3, "text", 1.5) +
      line(x + 18, y - 3, x + 18, y + 3, "text", 1.5),
    "middle half of the pairs",
    190,
  );
  return parts;
}

const facts = ({ machine }: Results) =>
  Object.entries(machine)
    .map(([name, value]) => (name === "processors" ? value : `${name} ${value}`))
    .join(", ");

export function plot(results: Results): string {
  const works = results.works
    .map(work => ({ work, rows: rowsOf(work) }))
    .filter(({ rows }) => rows.length > 0);
  const { ticks, x } = axis(
    works.flatMap(({ rows }) =>
      rows.flatMap(({ bar, low, high, ratio }) => [low, high, ratio, bar.bar ?? 1, bar.aim ?? 1]),
    ),
  );
  const parts: string[] = [];
  let y = TOP;
  let section = "";
  for (const { work, rows } of works) {
    if (section !== work.ours) {
      section = work.ours;
      parts.push(text(MARGIN, y + SECTION - 12, "section text", SECTIONS[section] ?? section));
      y += SECTION;
    }
    parts.push(
      `<g><title>${escape(`${work.name}: per ${work.per}`)}</title>`,
      `<text x="${MARGIN}" y="${y + 19}" class="title text">${escape(work.name)}<tspan class="note quiet" dx="10">${escape(`${MEASURES[work.judge]} per ${work.per}`)}</tspan></text>`,
    );
    y += TITLE;
    for (const tick of ticks)
      parts.push(line(x(tick), y, x(tick), y + rows.length * ROW, tick === 1 ? "axis" : "grid"));
    for (const row of rows) {
      parts.push(...drawn(row, y, x));
      y += ROW;
    }
    parts.push("</g>");
    y += GAP;
  }
  const scale = (at: number) => ticks.map(tick => text(x(tick), at, "note quiet", String(tick), "middle"));
  const dates = [...works.map(({ work }) => work.date)].sort();
  const height = y + 56;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="berkeley-sockets and its peers, measured">`,
    `<style>text{font:13px system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif}.head{font-size:19px}` +
      `.section{font-size:16px}.head,.section,.title,.value{font-weight:600}`,
    `.note{font-size:12px;font-weight:400}.value{font-variant-numeric:tabular-nums}${style(0)}@media (prefers-color-scheme:dark){${style(1)}}</style>`,
    `<rect width="${WIDTH}" height="${height}" class="surface"/>`,
    text(MARGIN, 36, "head text", "What a peer spends for each unit that berkeley-sockets spends"),
    text(
      MARGIN,
      58,
      "note quiet",
      "Ratios of medians, peer / ours, on a logarithmic axis: right of 1 we are cheaper. " +
        "Every pair's numbers are in benchmarks.json.",
    ),
    ...legend(82),
    ...scale(TOP - 4),
    ...parts,
    ...scale(y + 8),
    text(
      MARGIN,
      y + 36,
      "note quiet",
      `${facts(results)}; ${dates[0] === dates.at(-1) ? dates[0] : `${dates[0]} to ${dates.at(-1)}`}`,
    ),
    "</svg>\n",
  ].join("\n");
}
