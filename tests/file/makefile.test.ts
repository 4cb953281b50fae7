// makefile(): modes, arguments and closing, by scripts that CPython runs too; then what is ours alone.
import {
  socketpair,
  BufferedReader,
  BufferedRWPair,
  BufferedWriter,
  SocketIO,
  TextIOWrapper,
  UnsupportedOperation,
} from "../../ts/index.js";
import { compare, type Operation, type Script } from "../filescript.js";
import { equal, fails, instance, is, ok, test, throws } from "../suite.js";

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
