// makefile(): random scripts of reads and writes, which CPython runs too.
import { compare, generator, type Operation, type Script } from "../filescript.js";
import { equal, test } from "../suite.js";

/** Characters of 1, 2, 3 and 4 bytes, newlines of each kind, and sequences that are no UTF-8. */
const PIECES = [
  "61",
  "62",
  "c3a9",
  "e282ac",
  "f09f9880",
  "0a",
  "0d",
  "0d0a",
  "0a",
  "0d0a",
  "ff",
  "c3",
  "e282",
  "eda080",
  "f09f98",
  "c0af",
  "f5",
  "80",
];
const ENCODINGS = ["utf-8", "ascii", "latin-1", "utf-16-le", "utf-16-be", "koi8-r", "iso8859-5"];
const ERRORS = ["strict", "ignore", "replace", "surrogateescape", "backslashreplace"];
const NEWLINES = [null, "", "\n", "\r", "\r\n"];

/** `data` in packets of 1 to 6 bytes, all sent, then the end. */
function sends(data: string, random: (below: number) => number): Operation[] {
  const operations: Operation[] = [];
  for (let i = 0; i < data.length; ) {
    const n = 2 * (1 + random(6));
    operations.push(["send", data.slice(i, i + n)]);
    i += n;
  }
  return [...operations, ["shut"]];
}

function pieces(count: number, from: readonly string[], random: (below: number) => number): string {
  return Array.from({ length: count }, () => from[random(from.length)]).join("");
}

test(
  "makefile: 400 random scripts of binary reads answer as CPython's",
  () => {
    const random = generator(1);
    compare(
      Array.from({ length: 400 }, (): Script => {
        // CPython's BufferedRWPair.readline(limit) may return more than the limit: readline has none
        // there.
        const mode = ["rb", "rwb"][random(2)]!;
        const reads: Operation[] = Array.from({ length: 10 }, (): Operation => {
          const n = random(9);
          return (
            [
              ["read", n],
              ["readline"],
              mode === "rb" ? ["readline", n] : ["readline"],
              ["read1", n],
              ["read1"],
              ["peek"],
              ["into", "readinto", n],
              ["into", "readinto1", n],
              ["readlines", n],
              ["next"],
            ] as Operation[]
          )[random(10)]!;
        });
        return {
          mode,
          buffering: [-1, 1, 3, 7, 16, 64][random(6)]!,
          packets: true,
          operations: [
            ...sends(pieces(24, PIECES, random), random),
            ...reads,
            ["read"],
            ["read"],
            ["readline"],
          ],
        };
      }),
    );
  },
  { seconds: 60 },
);

test(
  "makefile: 150 random scripts of raw reads answer as CPython's",
  () => {
    const random = generator(2);
    compare(
      Array.from({ length: 150 }, (): Script => {
        const reads: Operation[] = Array.from({ length: 10 }, (): Operation => {
          const n = random(9);
          return (
            [
              ["read", n],
              ["readline"],
              ["readline", n],
              ["into", "readinto", n],
              ["readlines", n],
              ["next"],
            ] as Operation[]
          )[random(6)]!;
        });
        return {
          mode: "rb",
          buffering: 0,
          operations: [
            ...sends(pieces(24, PIECES, random), random),
            ...reads,
            ["read"],
            ["read"],
            ["readall"],
          ],
        };
      }),
    );
  },
  { seconds: 60 },
);

test(
  "makefile: 1000 random scripts of text reads answer as CPython's",
  () => {
    const random = generator(3);
    compare(
      Array.from({ length: 1000 }, (): Script => {
        const encoding = ENCODINGS[random(8)] ?? "utf-8";
        const data = encoding.startsWith("utf-16")
          ? pieces(
              16,
              encoding === "utf-16-le"
                ? ["6100", "ac20", "3dd800de", "0a00", "0d00", "0d000a00", "3dd8", "80dc", "00"]
                : ["0061", "20ac", "d83dde00", "000a", "000d", "000d000a", "d83d", "dc80", "00"],
              random,
            )
          : pieces(24, PIECES, random);
        const reads: Operation[] = Array.from({ length: 8 }, (): Operation => {
          const n = 1 + random(8);
          return (
            [
              ["read", n],
              ["readline"],
              ["readline"],
              ["readline", n],
              ["readlines", n],
              ["next"],
              ["get", "newlines"],
            ] as Operation[]
          )[random(7)]!;
        });
        return {
          mode: ["r", "rw"][random(2)]!,
          buffering: [-1, 3, 64][random(3)]!,
          packets: true,
          encoding,
          errors: ERRORS[random(5)]!,
          newline: NEWLINES[random(5)]!,
          operations: [...sends(data, random), ...reads, ["read"], ["read"], ["get", "newlines"]],
        };
      }),
    );
  },
  { seconds: 60 },
);

test(
  "makefile: 200 random scripts of binary writes reach the peer when CPython's do",
  () => {
    const random = generator(4);
    compare(
      Array.from({ length: 200 }, (): Script => {
        const buffering = [4, 16, -1][random(3)]!;
        // Exactly as many bytes as the buffer has room for in all: CPython 3.12 and 3.13 differ there.
        const data = () => {
          const n = random(12) + random(2) * 20;
          return { b: "78".repeat(n === buffering ? n + 1 : n) };
        };
        const writes: Operation[] = Array.from({ length: 12 }, (): Operation[] => [
          (
            [["write", data()], ["write", data()], ["writelines", [data(), data()]], ["flush"]] as Operation[]
          )[random(4)]!,
          ["drain"],
        ]).flat();
        return {
          mode: ["wb", "rwb"][random(2)]!,
          buffering,
          operations: [...writes, ["close"], ["drain"], ["get", "closed"], ["write", { b: "61" }]],
        };
      }),
    );
  },
  { seconds: 30 },
);

test(
  "makefile: text is encoded as CPython does, in each encoding, errors mode and newline",
  () => {
    const texts = [
      "a\nb\r\nc\rd",
      "é€😀",
      "\udc80\udcff",
      "x\ud800y",
      "ÿĀ\u0410",
      "",
      "a".repeat(9000) + "\n",
    ];
    const scripts: Script[] = [];
    for (const encoding of [...ENCODINGS, "utf-16", "UTF8", "Latin_1"])
      for (const errors of ERRORS)
        for (const newline of NEWLINES) {
          scripts.push({
            mode: "w",
            encoding,
            errors,
            newline,
            operations: [
              ...texts.flatMap((text): Operation[] => [["write", text], ["drain"], ["flush"], ["drain"]]),
              ["close"],
              ["drain"],
            ],
          });
        }
    compare(scripts);
  },
  { seconds: 30 },
);

test("makefile: utf-16 text begins with a byte order mark, or is refused", () => {
  for (const [sent, read] of [
    ["fffe3dd800de", "😀"],
    ["feffd83dde00", "😀"],
  ] as const) {
    const [answers] = compare([
      {
        mode: "r",
        encoding: "utf-16",
        packets: true,
        operations: [
          ["send", sent.slice(0, 2)],
          ["send", sent.slice(2, 10)],
          ["send", sent.slice(10)],
          ["shut"],
          ["read"],
        ],
      },
    ]);
    equal(answers![4], { s: read });
  }
  const [answers] = compare([
    { mode: "r", encoding: "utf-16", operations: [["send", "61006200"], ["shut"], ["read"]] },
  ]);
  equal(answers![2], { e: "RangeError" });
});
