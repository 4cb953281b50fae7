// makefile(): scripts that CPython runs too, then what is ours alone.
import {
  socketpair,
  BlockingIOError,
  BufferedReader,
  BufferedRWPair,
  BufferedWriter,
  OSError,
  SocketIO,
  TextIOWrapper,
  TimeoutError,
  UnsupportedOperation,
} from "../../ts/index.js";
import { compare, generator, type Operation, type Script } from "../filescript.js";
import { equal, fails, instance, is, ok, test, throws } from "../suite.js";

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

test("makefile: modes, bufferings and options are refused or taken as by CPython", () => {
  const scripts: Script[] = [];
  for (const mode of [
    "",
    "r",
    "w",
    "b",
    "rw",
    "wr",
    "rb",
    "br",
    "wb",
    "rwb",
    "bwr",
    "rr",
    "x",
    "r+",
    "a",
    "rt",
    "R",
  ]) {
    for (const buffering of [-2, -1, 0, 1, 5]) {
      scripts.push({
        mode,
        buffering,
        operations: [
          ["send", "610a620a"],
          ["shut"],
          ["get", "closed"],
          ["seekable"],
          ["readable"],
          ["writable"],
          ["close"],
          ["get", "closed"],
          ["close"],
        ],
      });
    }
  }
  for (const mode of ["r", "w", "rb"])
    for (const option of [{ encoding: "nonesuch" }, { newline: "x" }, { newline: "\n\r" }])
      scripts.push({ mode, ...option, operations: [["readable"]] });
  compare(scripts);
});

test("makefile: what a closed, detached or one-way file refuses, CPython refuses alike", () => {
  const reads: Operation[] = [["read"], ["read", 1], ["readline"], ["readlines"], ["next"]];
  const scripts: Script[] = [];
  for (const [mode, buffering] of [
    ["r", -1],
    ["w", -1],
    ["rw", -1],
    ["rb", 0],
    ["wb", 0],
    ["rb", -1],
    ["wb", -1],
    ["rwb", -1],
  ] as const) {
    const text = !mode.includes("b");
    const raw = buffering === 0;
    const write: Operation = ["write", text ? "x" : { b: "78" }];
    const uses: Operation[] = [
      ...(mode.includes("r") || text || raw ? reads : []),
      ...(mode.includes("w") || text || raw
        ? [write, ["writelines", text ? [{ s: "x" }] : [{ b: "78" }]] as Operation]
        : []),
      ["flush"],
    ];
    scripts.push({ mode, buffering, operations: [["send", "610a62"], ["shut"], ...uses] });
    scripts.push({ mode, buffering, operations: [["close"], ...uses, ["get", "closed"]] });
    scripts.push({
      mode,
      buffering,
      operations: [["closePeer"], ["closeSocket"], ["get", "closed"], ...uses, ["close"], ["close"]],
    });
    if (!raw)
      scripts.push({
        mode,
        buffering,
        operations: [["detach"], ...(mode === "rwb" ? [] : [["get", "closed"] as Operation])],
      });
  }
  compare(scripts);
});

test("makefile: a read of a non-blocking socket that has nothing answers as CPython's", () => {
  const operations: Operation[] = [
    ["timeout", 0],
    ["read", 3],
    ["read"],
    ["into", "readinto", 3],
    ["send", "6162"],
    ["read", 3],
    ["read", 3],
    ["send", "6162"],
    ["read"],
    ["read"],
  ];
  compare([
    { mode: "rb", buffering: 0, operations },
    ...[-1, 3].flatMap((buffering): Script[] => [
      {
        mode: "rb",
        buffering,
        operations: [
          ...operations,
          ["readline"],
          ["read1"],
          ["peek"],
          ["into", "readinto1", 3],
          ["send", "61"],
          ["into", "readinto", 3],
          ["send", "61"],
          ["readline"],
          ["readline"],
        ],
      },
      { mode: "rwb", buffering, operations: [...operations, ["read1"], ["peek"]] },
    ]),
  ]);
  const [s, peer] = socketpair();
  using _ = s;
  using __ = peer;
  s.settimeout(0);
  using raw = s.makefile("rb", 0);
  using text = s.makefile();
  // Python's text files take this for the end of the file, and its raw readline throws a plain
  // OSError.
  throws(() => raw.readline(), BlockingIOError);
  throws(() => text.read(1), BlockingIOError);
  throws(() => text.read(), BlockingIOError);
  throws(() => text.readline(), BlockingIOError);
});

test("makefile: what a non-blocking socket has of a line is given as CPython gives it, and is never lost", () => {
  const text: Operation[] = [
    ["timeout", 0],
    ["send", "6162"],
    ["readline"],
    ["send", "630a6465"],
    ["readline"],
    ["readline"],
    ["send", "310a320a33"],
    ["readlines"],
    ["send", "3637"],
    ["read", 9],
    ["send", "78c3"],
    ["read", 1],
    ["send", "a90a"],
    ["readline"],
  ];
  // Where any newline ends a line CPython takes a "\r" for one, as if the stream had ended, and the
  // "\n" behind it for another.
  const cut: Operation[] = [["send", "610d"], ["readline"], ["send", "0a62"], ["readline"], ["readline"]];
  compare([
    ...["r", "rw"].flatMap(mode =>
      [null, "", "\n"].flatMap(newline =>
        [-1, 3].map(
          (buffering): Script => ({
            mode,
            buffering,
            newline,
            operations: newline ? [...text, ...cut] : text,
          }),
        ),
      ),
    ),
    ...[-1, 3].map(
      (buffering): Script => ({
        mode: "rb",
        buffering,
        operations: [...text, ["readline"], ["readlines"], ["next"]],
      }),
    ),
  ]);
  // CPython's raw file and its pair throw a plain OSError, and forget what they have read.
  const line = "a line that is longer than the buffer";
  for (const [mode, buffering] of [
    ["rb", 0],
    ["rwb", -1],
    ["rwb", 3],
  ] as const) {
    const [s, peer] = socketpair();
    using _ = s;
    using __ = peer;
    s.settimeout(0);
    using f = s.makefile(mode as string, buffering) as SocketIO | BufferedRWPair;
    peer.sendall(line);
    for (let i = 0; i < 2; i++) throws(() => f.readline(), BlockingIOError);
    is(String(f.read(3)), line.slice(0, 3));
    const into = Buffer.alloc(2);
    equal([f.readinto(into), String(into)], [2, line.slice(3, 5)]);
    throws(() => f.readline(), BlockingIOError);
    peer.sendall("\nanother\nand");
    equal([String(f.readline()), f.readlines().map(String)], [line.slice(5) + "\n", ["another\n"]]);
    throws(() => f.readlines(), BlockingIOError);
    is(String(f.read()), "and");
  }
  const [s, peer] = socketpair();
  using _ = s;
  using __ = peer;
  s.settimeout(0);
  using f = s.makefile("r", -1, { newline: "\r\n" });
  peer.sendall("ab\r");
  is(f.readline(1), "a");
  is(f.read(), "b\r");
  throws(() => f.read(), BlockingIOError);
  peer.sendall("\r");
  throws(() => f.readline(), BlockingIOError);
  peer.sendall("\nx");
  equal([f.readline(), f.read()], ["\r\n", "x"]);
});

test("makefile: a write to a non-blocking socket that is full answers as CPython's", () => {
  const block = { b: "78".repeat(1 << 20) };
  const small = { b: "79".repeat(600) };
  compare([
    {
      mode: "wb",
      buffering: 0,
      operations: [
        ["timeout", 0],
        ["write", block],
        ["write", block],
        ["drain"],
        ["write", small],
        ["drain"],
      ],
    },
    ...[1000, 8192].map(
      (buffering): Script => ({
        mode: "wb",
        buffering,
        operations: [
          ["timeout", 0],
          ["write", small],
          ["write", block],
          ["write", small],
          ["write", small],
          ["flush"],
          ["drain"],
          ["write", small],
          ["flush"],
          ["drain"],
          ["close"],
        ],
      }),
    ),
  ]);
});

test("makefile: after a read has timed out all further reads fail, as CPython's", () => {
  const timeout: Operation = ["timeout", 0.02];
  compare([
    ...[-1, 3].map(
      (buffering): Script => ({
        mode: "rb",
        buffering,
        operations: [
          timeout,
          ["send", "6162"],
          ["read", 5],
          ["read", 1],
          ["send", "63"],
          ["read", 1],
          ["peek"],
          ["readline"],
        ],
      }),
    ),
    {
      mode: "rb",
      buffering: 0,
      operations: [timeout, ["read", 5], ["send", "63"], ["read", 1], ["readline"]],
    },
    { mode: "rb", operations: [timeout, ["send", "61620a63"], ["readline"], ["readline"], ["read", 1]] },
    { mode: "r", operations: [timeout, ["send", "61620a63"], ["readline"], ["readline"], ["read", 1]] },
    {
      mode: "rw",
      operations: [timeout, ["send", "61"], ["read", 2], ["read", 1], ["write", "x"], ["flush"], ["drain"]],
    },
  ]);
  const [s, peer] = socketpair();
  using _ = s;
  using __ = peer;
  s.settimeout(0.02);
  using f = s.makefile("rb");
  throws(() => f.read(1), TimeoutError, "timed out");
  throws(() => f.read(1), OSError, "cannot read from timed out object");
});

test("makefile: a write that times out keeps what is not sent, and close() says so", () => {
  const [s, peer] = socketpair();
  using _ = s;
  using __ = peer;
  s.settimeout(0.02);
  const f = s.makefile("wb", 1 << 22);
  is(f.write(Buffer.alloc(1 << 21, 120)), 1 << 21);
  throws(() => f.flush(), TimeoutError);
  throws(() => f.close(), TimeoutError);
  ok(f.closed);
});

test("makefile: the descriptor closes with the socket and the last file", () => {
  const [s, peer] = socketpair();
  using _ = peer;
  const fd = s.fileno();
  const first = s.makefile("rb");
  const second = s.makefile("w");
  second.write("late");
  s.close();
  is(second.fileno(), fd);
  first.close();
  is(first.name, -1);
  second.close();
  is(peer.recv(10).toString(), "late");
  is(peer.recv(10).length, 0);
  is(s.fileno(), -1);
});

test("makefile: a refused mode leaves no file behind", () => {
  const [s, peer] = socketpair();
  using _ = peer;
  throws(() => s.makefile("q"), RangeError, 'mode must be made of the letters r, w and b, got "q"');
  throws(() => s.makefile("r", 0), RangeError, /unbuffered files are binary/);
  throws(
    () => s.makefile("r", -1, { encoding: "nonesuch" }),
    RangeError,
    /^encoding must be utf-8, .*, got "nonesuch"$/,
  );
  throws(
    () => s.makefile("r", -1, { errors: "nonesuch" }),
    RangeError,
    /^errors must be one of strict, .*, got "nonesuch"$/,
  );
  throws(
    () => s.makefile("r", -1, { newline: "x" as "\n" }),
    RangeError,
    /^newline must be null, "", .*, got "x"$/,
  );
  throws(() => s.makefile("w", -1, { encoding: "shift_jis" }), RangeError, /reading only/);
  throws(
    () => s.makefile("r", -1, { encoding: "shift_jis", errors: "ignore" }),
    RangeError,
    /"strict" or "replace"/,
  );
  for (const wrong of [null, 5, ["r"]]) throws(() => s.makefile(wrong as unknown as string), TypeError);
  throws(() => s.makefile("r", "1" as unknown as number), TypeError);
  throws(() => s.makefile("r", 1.5), RangeError);
  throws(() => s.makefile("r", -1, { encoding: 8 as unknown as string }), TypeError);
  throws(() => s.makefile("r", -1, { newline: 8 as unknown as "\n" }), TypeError);
  s.close();
  is(s.fileno(), -1);
});

test("makefile: arguments of the wrong kind", () => {
  const [s, peer] = socketpair();
  using _ = s;
  using __ = peer;
  using text = s.makefile("rw");
  using binary = s.makefile("rwb");
  throws(
    () => text.write(Buffer.from("x") as unknown as string),
    TypeError,
    "text must be a string, got Buffer(1)",
  );
  throws(() => binary.write(5 as unknown as string), TypeError);
  throws(() => text.read("1" as unknown as number), TypeError);
  throws(() => text.read(NaN), RangeError);
  throws(() => binary.read(-2), RangeError, "size must be an integer -1..2147483647, got -2");
  throws(() => binary.readline(0.5), RangeError);
  throws(() => binary.readinto([] as unknown as Buffer), TypeError);
  throws(() => binary.detach(), UnsupportedOperation);
});

test("makefile: the class follows mode and buffering, and the compiler knows it", () => {
  const [s, peer] = socketpair();
  using _ = s;
  using __ = peer;
  using raw: SocketIO = s.makefile("rwb", 0);
  using reader: BufferedReader = s.makefile("rb");
  using writer: BufferedWriter = s.makefile("bw", 100);
  using pair: BufferedRWPair = s.makefile("wrb");
  using text: TextIOWrapper = s.makefile();
  using both: TextIOWrapper = s.makefile("rw", 10, { encoding: "latin-1" });
  for (const [file, kind] of [
    [raw, SocketIO],
    [reader, BufferedReader],
    [writer, BufferedWriter],
    [pair, BufferedRWPair],
    [text, TextIOWrapper],
    [both, TextIOWrapper],
  ] as const)
    instance(file, kind);
  equal(
    [raw.mode, reader.mode, writer.mode, pair.mode, text.mode, both.mode],
    ["rwb", "rb", "wb", "rwb", "r", "rw"],
  );
  for (const file of [raw, reader, writer, pair, text, both]) is(file.fileno(), s.fileno());
  instance(text.buffer, BufferedReader);
  is(reader.raw.name, s.fileno());
  equal([text.encoding, text.errors, both.encoding], ["utf-8", "strict", "latin-1"]);
  // @ts-expect-error a writer has no read
  is(writer.read, undefined);
});

test("makefile: buffering 1 flushes text at each newline", () => {
  const [s, peer] = socketpair();
  using _ = s;
  using __ = peer;
  using f = s.makefile("w", 1);
  ok(f.lineBuffering);
  peer.setblocking(false);
  f.write("no end");
  fails("EAGAIN", () => peer.recv(100));
  f.write(" yet\n");
  is(peer.recv(100).toString(), "no end yet\n");
});

test("makefile: a character and a newline cut in two survive a write between, which resets CPython's decoder", () => {
  const [s, peer] = socketpair();
  using _ = s;
  using __ = peer;
  using f = s.makefile("rw", -1);
  peer.sendall(Buffer.from("61e282", "hex"));
  is(f.read(1), "a");
  f.write("x");
  peer.sendall(Buffer.from("ac0a", "hex"));
  is(f.readline(), "€\n");
});

test("makefile: a dialogue of lines between two files", () => {
  const [s, peer] = socketpair();
  using _ = s;
  using __ = peer;
  using client = s.makefile("rw", -1, { newline: "\r\n" });
  using server = peer.makefile("rwb");
  for (let i = 0; i < 300; i++) {
    client.write(`request ${i}\n`);
    client.flush();
    is(server.readline().toString(), `request ${i}\r\n`);
    server.write(`answer ${"é".repeat(i)}\r\n`);
    server.flush();
    is(client.readline(), `answer ${"é".repeat(i)}\r\n`);
  }
});

test("makefile: a detached file may be disposed of, and its raw file lives on", () => {
  const [s, peer] = socketpair();
  using _ = s;
  using __ = peer;
  let raw: SocketIO;
  {
    using f = s.makefile("wb");
    f.write("before");
    raw = f.detach();
    throws(() => f.write("x"), RangeError, /detached/);
    throws(() => f.close(), RangeError, /detached/);
  }
  raw.write(" after");
  raw.close();
  is(peer.recv(100).toString(), "before after");
});

test("makefile: legacy encodings that TextDecoder knows are read across reads", () => {
  const [s, peer] = socketpair();
  using _ = s;
  using __ = peer;
  using f = s.makefile("r", -1, { encoding: "shift_jis" });
  peer.sendall(Buffer.from("93fa", "hex").subarray(0, 1));
  peer.sendall(Buffer.from("93fa967b8cea0a", "hex").subarray(1));
  is(f.readline(), "日本語\n");
});

test("makefile: iteration may stop and go on", () => {
  const [s, peer] = socketpair();
  using _ = s;
  peer.sendall("a\nb\nc\nd");
  peer.close();
  using f = s.makefile();
  for (const line of f) {
    is(line, "a\n");
    break;
  }
  is(f.readline(), "b\n");
  equal([...f], ["c\n", "d"]);
  equal([...f], []);
});
