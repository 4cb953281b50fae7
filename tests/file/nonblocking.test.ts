// makefile() of a socket that is non-blocking or has a timeout: the same scripts here and in CPython.
import {
  socketpair,
  BlockingIOError,
  type BufferedRWPair,
  OSError,
  type SocketIO,
  TimeoutError,
} from "../../ts/index.js";
import { compare, type Operation, type Script } from "../filescript.js";
import { equal, is, ok, test, throws } from "../suite.js";

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
