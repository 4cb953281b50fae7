// berkeley-sockets/codec as a whole: loading, addresses of any family, annotation, types, and
// codec.wasm outside Node and outside V8.
import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { targets } from "../../shim/contract.js";
import { load, type Codec, type Decoded, type TargetCodec } from "../../ts/codec.js";
import { wasm } from "../../ts/codec/webassembly.js";
import { fileArguments, textArguments } from "../runtime.js";
import { equal, is, match, ok, rejects, test, throws } from "../suite.js";
import { bytes, codec, file, hex, module, rowsCover, prefilledContext } from "../vectors.js";

const path = fileURLToPath(file);
const wholeOf = (c: Codec) => hex(c.target("darwin64").encodeAddress("AF_INET", ["1.2.3.4", 5]));
const WHOLE = "1002000501020304" + "00".repeat(8);

test("load: the file beside the module, a URL, bytes, a buffer, a module", async () => {
  is(wholeOf(await load()), WHOLE);
  is(wholeOf(await load(file)), WHOLE);
  is(wholeOf(await load(file.href)), WHOLE);
  is(wholeOf(await load(`data:application/wasm;base64,${readFileSync(path, "base64")}`)), WHOLE);
  const read = readFileSync(path);
  is(wholeOf(await load(new Uint8Array(read))), WHOLE);
  is(
    wholeOf(await load(read.buffer.slice(read.byteOffset, read.byteOffset + read.length) as ArrayBuffer)),
    WHOLE,
  );
  is(wholeOf(await load(module)), WHOLE);
});

test(
  "load: over HTTP, and what can't be had",
  async () => {
    const server = createServer((request, response) => {
      if (request.url === "/codec.wasm") response.end(readFileSync(path));
      else response.writeHead(404).end();
    });
    await new Promise<void>(done => server.listen(0, "127.0.0.1", done));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      is(wholeOf(await load(`${base}/codec.wasm`)), WHOLE);
      await rejects(() => load(`${base}/other`), Error, /other: 404 Not Found$/);
    } finally {
      server.closeAllConnections();
      await new Promise(done => server.close(done));
    }
    await rejects(() => load(new URL("none.wasm", file)), Error, /ENOENT/);
  },
  { leaks: true },
);

test("target: the six of them, each made once", () => {
  for (const target of targets) {
    is(codec.target(target).target, target);
    is(codec.target(target), codec.target(target));
  }
  throws(
    () => codec.target("linux128" as never),
    RangeError,
    /^target must be one of linux64, .*, got "linux128"$/,
  );
});

test("encodeAddress: by name and by the target's number", () => {
  for (const [target, number] of [
    ["linux64", 10],
    ["darwin64", 30],
    ["freebsd64", 28],
    ["windows64", 23],
  ] as const) {
    const c = codec.target(target);
    is(c.family("AF_INET6"), number);
    is(hex(c.encodeAddress(number, ["::1", 80])), hex(c.encodeAddress("AF_INET6", ["::1", 80])));
    equal(c.decodeAddress(c.encodeAddress(number, ["::1", 80])), {
      family: "AF_INET6",
      address: ["::1", 80, 0, 0],
    });
  }
  throws(
    () => codec.target("linux64").encodeAddress("AF_NONE" as never, ""),
    RangeError,
    'linux64 has no address family "AF_NONE"',
  );
  throws(
    () => codec.target("linux64").encodeAddress(-1, ""),
    RangeError,
    /family must be an integer 0\.\.65535, got -1/,
  );
});

test("a family nobody knows: its number and its bytes, both ways, on every target", () => {
  for (const target of targets) {
    const c = codec.target(target);
    for (const size of [0, 1, 14, 126, 253]) {
      const data = new Uint8Array(size).fill(0x5a);
      const packed = c.encodeAddress(99, [99, data]);
      is(packed.length, size + 2);
      equal(c.decodeAddress(packed), { family: 99, address: [99, data] });
      rowsCover(c.annotate(packed, "address"), packed);
    }
    throws(
      () => c.encodeAddress(99, [99, new Uint8Array(254)]),
      RangeError,
      /length of the address must be an integer 0\.\.253, got 254/,
    );
    throws(
      () => c.encodeAddress(99, "x"),
      TypeError,
      /address must be \[family: number, bytes: Uint8Array\]/,
    );
  }
  is(hex(codec.target("linux64be").encodeAddress(300, [300, bytes("01")])), "012c01");
  throws(
    () => codec.target("freebsd64").encodeAddress(300, [300, bytes("01")]),
    RangeError,
    "encodeAddress: family must be an integer 0..255 on freebsd64, got 300",
  );
});

test("decodeAddress: bytes that hold no address", () => {
  const c = codec.target("linux64");
  throws(() => c.decodeAddress(new Uint8Array(0)), RangeError, "0 bytes are too few for a socket address");
  throws(() => c.decodeAddress(new Uint8Array(1)), RangeError, "1 bytes are too few for a socket address");
  throws(
    () => c.decodeAddress(new Uint8Array(257)),
    RangeError,
    "address must be at most 256 bytes, got 257",
  );
  throws(() => c.decodeAddress("::1" as never), TypeError, 'address must be a Uint8Array, got "::1"');
  throws(
    () => c.decodeAddress(new Uint8Array(16), "AF_INET6"),
    RangeError,
    "the 16 bytes are another family's, not an AF_INET6 address",
  );
});

test(
  "decodeAddress, annotate: random bytes give an address or a clear error, and rows that hold each byte",
  () => {
    let seed = 99;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return (seed % 65537) % below;
    };
    for (const target of targets) {
      const c = codec.target(target);
      const heads = [
        c.encodeAddress("AF_UNIX", ""),
        c.encodeAddress("AF_INET", ["", 0]),
        c.encodeAddress("AF_INET6", ["", 0]),
      ].map(head => head.subarray(0, 2));
      for (let i = 0; i < 2000; i++) {
        const data = Uint8Array.from({ length: random(i % 3 ? 34 : 250) }, () => random(256));
        if (i % 4 && data.length > 1) data.set(heads[random(3)]!);
        rowsCover(c.annotate(data, "address"), data);
        let decoded: Decoded;
        try {
          decoded = c.decodeAddress(data);
        } catch (error) {
          ok(error instanceof RangeError);
          match(
            error.message,
            /^\d+ bytes are too (few|many) for an? (AF_\w+|socket) address$|^the \d+ bytes are (another family's, not an AF_(RDS|DIVERT) address|no kind of AF_TIPC address that is known)$/,
          );
          continue;
        }
        // What was read can be written; save what is no flowinfo, and a path that fills its field
        // without an end.
        if (decoded.family === "AF_UNIX" && data.length > 100 && data.indexOf(0, 2) < 0) continue;
        if (decoded.family === "AF_INET6" && decoded.address[2] > 0xfffff) continue;
        const again = c.encodeAddress(decoded.family as number, decoded.address);
        equal(c.decodeAddress(again), decoded);
      }
    }
  },
  { seconds: 30 },
);

test("annotate: an address, field by field", () => {
  equal(
    codec
      .target("freebsd64")
      .annotate(codec.target("freebsd64").encodeAddress("AF_INET", ["1.2.3.4", 80]), "address")
      .map(row => [row.offset, hex(row.bytes), row.name, row.value]),
    [
      [0, "10", "len", 16],
      [1, "02", "family", 2],
      [2, "0050", "port", 80],
      [4, "01020304", "addr", "1.2.3.4"],
      [8, "00".repeat(8), "padding", null],
    ],
  );
  equal(
    codec
      .target("linux64")
      .annotate(bytes("0200 0050 0102"), "address")
      .map(row => [row.offset, hex(row.bytes), row.name, row.value]),
    [
      [0, "0200", "family", 2],
      [2, "0050", "port", 80],
      [4, "0102", "rest", null],
    ],
  );
  equal(
    codec
      .target("linux64")
      .annotate(bytes("0200 0050 01020304 0000000000000000 ff"), "address")
      .map(row => row.name),
    ["family", "port", "addr", "padding", "rest"],
  );
  equal(
    codec
      .target("linux64")
      .annotate(bytes("02"), "address")
      .map(row => row.name),
    ["rest"],
  );
});

test("annotate: structs, also cut short, too long, and with numbers that no number holds", () => {
  for (const target of targets) {
    const c = codec.target(target);
    for (const name of [
      "linger",
      "ip_mreq",
      "ipv6_mreq",
      "group_source_req",
      "in6_pktinfo",
      "timeval",
      "timespec",
    ] as const) {
      for (const size of [
        0,
        1,
        5,
        c.structs[name].size - 1,
        c.structs[name].size,
        c.structs[name].size + 3,
      ]) {
        const data = new Uint8Array(size).fill(0xff);
        rowsCover(c.annotate(data, name), data);
      }
    }
  }
  equal(
    codec
      .target("linux64")
      .annotate(bytes("ffffffffffffff7f 0000000000000000"), "timeval")
      .map(row => row.value),
    [9223372036854775807n, 0],
  );
  throws(
    () => codec.target("darwin64").annotate(new Uint8Array(12), "ucred"),
    RangeError,
    "darwin64 has no struct ucred",
  );
  throws(
    () => codec.target("linux64").annotate("x" as never, "address"),
    TypeError,
    'bytes must be a Uint8Array, got "x"',
  );
});

test("results: fresh, and plain Uint8Arrays", () => {
  const c = codec.target("linux64");
  const first = c.encodeAddress("AF_INET", ["1.2.3.4", 5]);
  c.encodeAddress("AF_INET", ["255.255.255.255", 65535]);
  is(hex(first), "0200000501020304" + "00".repeat(8));
  is(Object.getPrototypeOf(first), Uint8Array.prototype);
  is(Object.getPrototypeOf(c.structs.linger.pack({ onoff: 1, linger: 1 })), Uint8Array.prototype);
  is(Object.getPrototypeOf(c.inet_aton("1.2.3.4")), Uint8Array.prototype);
});

// Compiled only: each family's tuple is accepted, others are not.
export function types(c: TargetCodec): void {
  c.encodeAddress("AF_INET", ["1.2.3.4", 80]);
  c.encodeAddress("AF_INET6", ["::1", 80]);
  c.encodeAddress("AF_UNIX", "/tmp/x");
  // @ts-expect-error
  c.encodeAddress("AF_INET", "/tmp/x");
  // @ts-expect-error
  c.encodeAddress("AF_UNIX", ["1.2.3.4", 80]);
  // @ts-expect-error
  c.encodeAddress("AF_INET6", ["::1"]);
  // @ts-expect-error
  c.encodeAddress("AF_NONE", ["::1", 80]);
  const [, port]: [string, number] = c.decodeAddress(new Uint8Array(16), "AF_INET").address;
  const decoded = c.decodeAddress(new Uint8Array(16));
  if (decoded.family === "AF_INET6") decoded.address[3].toFixed(port);
  c.structs.linger.pack({ onoff: 1, linger: 5 });
  // @ts-expect-error
  c.structs.linger.pack({ onoff: 1 });
  // @ts-expect-error
  c.structs.timeval.pack("1");
  const seconds: number = c.structs.timeval.unpack(new Uint8Array(16));
  // @ts-expect-error
  c.annotate(new Uint8Array(seconds), "lingers");
}

test("codec.wasm: no imports, fixed memory of 128 KiB or less, 24 KiB or less", () => {
  interface Memory {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  const { memory } = new wasm.Instance(module).exports as { memory: Memory };
  // Without an imports argument, a module that has some can't be made an instance.
  ok(memory.buffer.byteLength <= 128 * 1024, `${memory.buffer.byteLength}`);
  throws(() => memory.grow(1), RangeError);
  ok(statSync(path).size <= 24 * 1024, `${statSync(path).size}`);
});

test("codec: nothing of Node is needed, of the modules nor of the package's files", () => {
  for (const entry of ["../../ts/codec.js", "../../lib/codec.js"]) {
    const script = `
      const bytes = new Uint8Array(await (await fetch(${JSON.stringify(`data:application/wasm;base64,${readFileSync(path, "base64")}`)})).arrayBuffer());
      const print = console.log.bind(console);
      for (const name of ["Buffer", "process", "global", "setImmediate", "clearImmediate"]) delete globalThis[name];
      const { load } = await import(${JSON.stringify(new URL(entry, import.meta.url).href)});
      const c = (await load(bytes)).target("windows64");
      const control = c.buildControl([[1, 2, "text"]]);
      print(JSON.stringify([typeof Buffer, typeof process, c.decodeAddress(c.encodeAddress("AF_INET6", ["::1", 80, 0, 7])), c.parseControl(control).items.length,
        c.annotate(control, "control").length, c.structs.linger.unpack(c.structs.linger.pack({ onoff: 1, linger: 2 })), c.inet_ntop("AF_INET", c.inet_aton("127.1")),
        c.decodeAddress(c.encodeAddress("AF_UNIX", "\\udcff")).address]));`;
    const { status, stdout, stderr } = spawnSync(process.execPath, textArguments([], script), {
      encoding: "utf8",
    });
    is(status, 0, stderr);
    equal(
      JSON.parse(stdout),
      [
        "undefined",
        "undefined",
        { family: "AF_INET6", address: ["::1", 80, 0, 7] },
        1,
        5,
        { onoff: 1, linger: 2 },
        "127.0.0.1",
        "\udcff",
      ],
      entry,
    );
  }
});

test(
  "codec.wasm: the same outside V8",
  () => {
    const { wire } = prefilledContext("linux64");
    const { status, signal, stdout, stderr } = spawnSync(
      process.execPath,
      [
        ...fileArguments([], fileURLToPath(new URL("../wasmtime.js", import.meta.url))),
        path,
        ...[wire.address, wire.text, wire.image].map(String),
      ],
      { encoding: "utf8", timeout: 30_000 },
    );
    is(status, 0, `${signal} ${stderr}`);
    const answers = JSON.parse(stdout);
    equal(
      answers.families,
      targets.map(target =>
        (["AF_UNIX", "AF_INET", "AF_INET6"] as const).map(name => codec.target(target).family(name)),
      ),
    );
    equal(
      answers.space,
      targets.map(target => [codec.target(target).CMSG_LEN(5), codec.target(target).CMSG_SPACE(5)]),
    );
    equal(answers.vsock, [
      [0x28000000, 0x901f0000, 0x010200c0, 16, 0, -2, -3],
      [0x00280000, 0x00001f90, 0xc0000201, 16, 0, -2, -3],
      [0x0c280000, 0x901f0000, 0x010200c0, 12, 0, -2, -3],
    ]);
    equal(answers.six, [
      ["2001:db8::1".length, 16, 0x20010db8, 0, 0, 1],
      ["::ffff:1.2.3.4".length, 16, 0, 0, 0xffff, 0x01020304],
      ["fe80::1ff:0:0:ff".length, 16, 0xfe800000, 0, 0x01ff0000, 0xff],
      ["::".length, 16, 0, 0, 0, 0],
      ["ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff".length, 16, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    ]);
    equal(answers.junk, [-1, -2, -5]);
  },
  {
    seconds: 40,
    skip:
      (process.platform !== "linux" || process.arch !== "x64") &&
      "the wasmtime package has no build for this machine",
  },
);
