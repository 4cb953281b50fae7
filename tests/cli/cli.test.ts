// The command: npx berkeley-sockets families | decode; and the table of docs/families.md, which is
// made of the same rows.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as api from "../../ts/index.js";
import { AF_INET, SOCK_DGRAM, Socket } from "../../ts/index.js";
import { targets } from "../../shim/contract.js";
import { nodeHost } from "../../shim/node.js";
import { bytesFrom, bytesFromBase64, decode, tableOf } from "../../ts/cli/decode.js";
import { families as printed, probeAll, type Result } from "../../ts/cli/families.js";
import { rows } from "../../ts/cli/table.js";
import { codecs, families as registered } from "../../ts/registry.js";
import { families } from "../families.js";
import { fileArguments } from "../runtime.js";
import { equal, is, match, ok, rejects, test, throws } from "../suite.js";
import { bytes, codec, hex } from "../vectors.js";

const command = fileURLToPath(new URL("../../lib/berkeley-sockets.js", import.meta.url));
const run = (args: readonly string[], input = "") =>
  spawnSync(process.execPath, [...fileArguments([], command), ...args], { encoding: "utf8", input });

test("families: every family that we know has a row, and every constant in it exists", () => {
  const named = rows.map(({ name }) => name as string);
  equal(
    Object.keys(registered).filter(name => !named.includes(name)),
    [],
  );
  is(new Set(named).size, named.length);
  for (const { name, probes } of rows) {
    ok(probes.length > 0);
    for (const constant of [name, ...probes.flatMap(({ type, protocol }) => [type, protocol ?? type])])
      is(typeof (api as Record<string, unknown>)[constant], "number", constant);
  }
});

test(
  "families: what opens here, and what the kernel says of the rest",
  () => {
    const results = probeAll();
    is(results.length, rows.flatMap(({ probes }) => probes).length);
    const udp = results.find(({ family, socket }) => family === "AF_INET" && socket === "UDP")!;
    equal(udp, { family: "AF_INET", socket: "UDP", supported: true, code: null, why: "" });
    for (const { family, supported, code, why } of results) {
      ok(supported ? code === null && why === "" : why !== "", family);
      if (code !== null)
        match(
          why,
          /^(the kernel has no such (family|protocol|type)|not permitted: needs |socket\(2\) failed)/,
        );
    }
    equal(
      results.find(({ family }) => family === "AF_HYPERV"),
      {
        family: "AF_HYPERV",
        socket: "stream",
        supported: false,
        code: null,
        why: "this system has no AF_HYPERV, HV_PROTOCOL_RAW",
      },
    );
  },
  { skip: process.platform !== "linux" && "not Linux" },
);

test(
  "families: as text and as JSON, from the command",
  () => {
    const text = run(["families"]);
    is(text.status, 0, text.stderr);
    is(text.stdout, `${printed(probeAll())}\n`);
    equal(text.stdout.split("\n")[0]!.split(/ +/), ["FAMILY", "SOCKET", "HERE"]);
    match(text.stdout, /^AF_INET +UDP +yes$/m);
    equal(JSON.parse(run(["families", "--json"]).stdout) as Result[], probeAll());
  },
  { seconds: 20 },
);

test(
  "families: where rights are missing, which",
  () => {
    const user = spawnSync(
      "setpriv",
      [
        "--bounding-set=-all",
        "--inh-caps=-all",
        "--reuid=65534",
        "--clear-groups",
        process.execPath,
        ...fileArguments([], command),
        "families",
      ],
      { encoding: "utf8" },
    );
    is(user.status, 0, user.stderr);
    match(user.stdout, /^AF_PACKET +raw +no +EPERM: not permitted: needs CAP_NET_RAW$/m);
  },
  {
    seconds: 20,
    skip:
      process.platform !== "linux"
        ? "not Linux"
        : process.getuid?.() !== 0
          ? "needs root"
          : spawnSync("setpriv", ["true"]).error?.message,
  },
);

test("docs/families.md: its table is what the rows make", () => {
  const [, table] =
    /<!-- families -->\n([^]*?)<!-- \/families -->/.exec(
      readFileSync(new URL("../../../docs/families.md", import.meta.url), "utf8"),
    ) ?? [];
  is(table, families(), "node dist/tests/families.js prints it");
});

test("decode: bytes as hex, or as base64 where that is said", () => {
  const hexes = ["0200005a", "02 00 00 5A", "02:00:00:5a", "0x02, 0x00, 0x00, 0x5a", "\\x02\\x00\\x00\\x5a"];
  for (const text of hexes) is(hex(bytesFrom(text)), "0200005a", text);
  for (const text of ["AgAAWg==", "AgAAWg", " AgAA\nWg== "]) is(hex(bytesFromBase64(text)), "0200005a", text);
  is(hex(bytesFromBase64("_-8=")), "ffef");
  equal(bytesFrom(""), new Uint8Array(0));
  throws(() => bytesFrom("020"), RangeError, "hex has two digits a byte, got 3 digits");
  throws(
    () => bytesFrom("0200o05a"),
    RangeError,
    'bytes must be hex, got "o" in "0200o05a" (--base64 takes base64)',
  );
  throws(() => bytesFromBase64("xy!"), RangeError, 'bytes must be base64, got "!" in "xy!"');
  throws(() => bytesFromBase64("AgAAW"), RangeError, /^base64 is cut off/);
  throws(() => bytesFromBase64("Ag=AAWg"), RangeError, /^base64 is cut off/);
});

test("decode: an address, a control buffer, a struct, as a table", async () => {
  const { table, meaning, trouble } = await decode(
    bytesFrom("1002 0050 7f000001 0000000000000000"),
    "darwin64",
    "address",
  );
  is(
    table,
    `OFFSET  BYTES                    NAME     VALUE
     0  10                       len      16
     1  02                       family   2
     2  00 50                    port     80
     4  7f 00 00 01              addr     "127.0.0.1"
     8  00 00 00 00 00 00 00 00  padding`,
  );
  equal([meaning, trouble], ['AF_INET ["127.0.0.1", 80]', undefined]);
  const c = codec.target("linux32");
  const six = await decode(bytesFrom(hex(c.encodeAddress("AF_INET6", ["::1", 1]))), "linux32", "AF_INET6");
  is(six.table.split("\n")[5], "    16  00 00 00 00 00 00 00 01");
  const control = await decode(
    bytesFrom(
      hex(
        c.buildControl([
          [0, 8, bytes("40000000")],
          [1, 2, ""],
        ]),
      ),
    ),
    "linux32",
    "control",
  );
  is(control.meaning, "level 0, type 8, 4 bytes\nlevel 1, type 2, 0 bytes");
  is(
    (await decode(bytesFrom("1100 0003 02000000 0100 04 06 0200c0ffee01"), "linux64", "address")).meaning,
    'AF_PACKET ["2", 3, 4, 1, <02 00 c0 ff ee 01>]',
  );
  is((await decode(bytesFrom("0100000005000000"), "linux64", "linger")).meaning, "linger of linux64");
  is((await decode(bytesFrom("6300 0102"), "linux64", "address")).meaning, "99 [99, <01 02>]");
});

test("decode: bytes that are cut are shown as far as they go, with what is wrong", async () => {
  const { table, meaning, trouble } = await decode(bytesFrom("0200 0050 7f"), "linux64", "address");
  is(table.split("\n").at(-1), "     4  7f     rest");
  equal([meaning, trouble], [undefined, "5 bytes are too few for an AF_INET address"]);
  is(
    (await decode(bytesFrom("0200 0050 7f"), "linux64", "AF_UNIX")).trouble,
    "the 5 bytes are another family's, not an AF_UNIX address",
  );
  is(
    (await decode(bytesFrom("ff00000000000000 01000000 02000000 aa"), "linux64", "control")).trouble,
    "the control buffer is cut or malformed after 1 message",
  );
  is(
    (await decode(bytesFrom("01"), "linux64", "linger")).trouble,
    "linger is 8 bytes on linux64, got 1: too few",
  );
  await rejects(
    () => decode(bytesFrom(""), "linux64", "address"),
    RangeError,
    "there are no bytes to decode",
  );
  await rejects(
    () => decode(bytesFrom("00"), "vax", "address"),
    RangeError,
    /^--target must be one of linux64, .*, got "vax"$/,
  );
  await rejects(
    () => decode(bytesFrom("00"), "linux64", "foo"),
    RangeError,
    'linux64 has no address family "foo"',
  );
  await rejects(
    () => decode(bytesFrom("00"), "linux64", "constructor"),
    RangeError,
    'linux64 has no address family "constructor"',
  );
  is(tableOf([]), "OFFSET  BYTES  NAME  VALUE");
});

test(
  "decode: from the command: arguments or standard input, this system's bytes if no target is given",
  () => {
    using s = new Socket(AF_INET, SOCK_DGRAM);
    s.bind(["127.0.0.1", 0]);
    const given = run(["decode", "--target", "linux64", "0200 0050", "7f000001", "0000000000000000"]);
    equal([given.status, given.stderr], [0, ""]);
    is(given.stdout.split("\n").at(-2), 'AF_INET ["127.0.0.1", 80]');
    const host = hex(codec.target(nodeHost().target).encodeAddress("AF_INET", s.getsockname()));
    const read = run(["decode", "--base64", "-"], Buffer.from(host, "hex").toString("base64"));
    equal([read.status, read.stdout.split("\n").at(-2)], [0, `AF_INET ["127.0.0.1", ${s.getsockname()[1]}]`]);
    const cut = run(["decode", "--target", "linux64", "0200"]);
    equal([cut.status, cut.stderr], [1, "berkeley-sockets: 2 bytes are too few for an AF_INET address\n"]);
  },
  { seconds: 30, skip: process.platform !== "linux" && "not Linux" },
);

test(
  "families: where the addon is not built it says so, status 1",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "unbuilt-"));
    try {
      for (const part of ["package.json", "host", "dist/lib", "dist/codec.wasm"])
        cpSync(fileURLToPath(new URL(`../../../${part}`, import.meta.url)), join(folder, part), {
          recursive: true,
        });
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [join(folder, "dist/lib/berkeley-sockets.js"), "families"],
        { encoding: "utf8" },
      );
      equal([status, stdout], [1, ""]);
      match(
        stderr,
        /^berkeley-sockets: the socket addon is not built, since its install script did not run: run `npm rebuild /,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  { seconds: 30 },
);

test(
  "decode: hostile bytes, as every kind on every target, are a table and what is wrong",
  async () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return (seed % 65537) % below;
    };
    for (const target of targets) {
      for (const kind of [
        "address",
        "control",
        ...Object.keys(codecs),
        ...Object.keys(codec.target(target).structs),
      ]) {
        for (const size of [1, 2, 16, 110, 300, 5000]) {
          const data = Uint8Array.from({ length: size }, () => (size % 2 ? 0xff : random(256)));
          let result: Awaited<ReturnType<typeof decode>>;
          try {
            result = await decode(data, target, kind);
          } catch (error) {
            ok(error instanceof RangeError, `${target} ${kind} ${size}: ${String(error)}`);
            match(error.message, /has no (struct|address family)/);
            break;
          }
          ok(
            !/[^\n -~\u00a0-\ud7ff\ue000-\u{10ffff}]/u.test(result.table + (result.meaning ?? "")),
            `${target} ${kind}`,
          );
          is((result.meaning === undefined) === (result.trouble !== undefined), true);
        }
      }
    }
  },
  { seconds: 60 },
);

test("decode: long text is whole, and nothing that a terminal obeys comes through", async () => {
  const { table, meaning } = await decode(
    codec.target("linux64").encodeAddress("AF_UNIX", "x".repeat(100)),
    "linux64",
    "address",
  );
  is(meaning, `AF_UNIX "${"x".repeat(100)}"`);
  ok(table.includes(`"${"x".repeat(100)}"`));
  const evil = await decode(
    codec.target("linux64").encodeAddress("AF_UNIX", "\x1b[2J\u009b2J\u202e\x7f\udc80"),
    "linux64",
    "address",
  );
  is(evil.meaning, 'AF_UNIX "\\u001b[2J\\u009b2J\\u202e\\u007f\\udc80"');
});

test(
  "decode: an initialization vector of 5000 bytes, from the command",
  () => {
    const { status, stderr, stdout } = run(
      ["decode", "--target", "linux64", "--as", "af_alg_iv"],
      `84130000${"ff".repeat(4996)}`,
    );
    equal([status, stderr], [0, ""]);
    is(stdout.split("\n").at(-2), "af_alg_iv of linux64");
  },
  { seconds: 20 },
);

test(
  "docs/codec.md: what it says that the command prints is what it prints",
  () => {
    const [, args, printed] =
      /\$ npx berkeley-sockets (decode .*)\n([^]*?)```/.exec(
        readFileSync(new URL("../../../docs/codec.md", import.meta.url), "utf8"),
      ) ?? [];
    is(run(args!.split(" ")).stdout, printed);
  },
  { seconds: 20 },
);

test(
  "the command: wrong use is status 2, and says how",
  () => {
    const none = run([]);
    const help = run(["--help"]);
    equal(
      [none.status, none.stdout, none.stderr.startsWith("usage: berkeley-sockets families")],
      [2, "", true],
    );
    equal([help.status, help.stderr, help.stdout], [0, "", none.stderr]);
    for (const args of [
      ["families", "-h"],
      ["decode", "--help"],
    ])
      equal([run(args).status, run(args).stdout], [0, help.stdout]);
    match(run(["--version"]).stdout, /^\d+\.\d+\.\d+\n$/);
    const long = run(["decode", "--as", "af_alg_iv", "ff".repeat(5000)]);
    equal(
      [long.status, long.stdout.split("\n").length > 600, /wasm|unreachable/.test(long.stderr)],
      [1, true, false],
    );
    match(run(["toast"]).stderr, /^berkeley-sockets: no command "toast"\nusage: /);
    const option = run(["decode", "--nope", "00"]);
    equal([option.status, /^berkeley-sockets: Unknown option '--nope'/.test(option.stderr)], [2, true]);
    equal([run(["decode", "zz!"]).status, run(["decode", "--target", "vax", "00"]).status], [2, 2]);
  },
  { seconds: 30 },
);
