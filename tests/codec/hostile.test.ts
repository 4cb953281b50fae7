// Bytes from strangers, through every entry of the codec: nothing outside its scratch area changes,
// nothing loops, and what is thrown says what is wrong.
import { targets, type Target } from "../../shim/contract.js";
import { OSError, TargetCodec, type FamilyName } from "../../ts/codec.js";
import { codecs } from "../../ts/registry.js";
import type { StructName } from "../../ts/structs.js";
import { wasm } from "../../ts/codec/webassembly.js";
import { equal, is, match, ok, test, throws } from "../suite.js";
import { codec, hex, module, rowsCover } from "../vectors.js";

type Exports = Record<string, { value: number } & { buffer: ArrayBuffer }>;

/** A codec of its own, and what its memory holds outside the scratch area. */
function watched(target: Target): { c: TargetCodec; restOfMemory: () => Buffer; exports: Exports } {
  const { Instance } = wasm;
  const made: Exports[] = [];
  wasm.Instance = class {
    constructor(m: never) {
      const instance = new Instance(m);
      made.push(instance.exports as Exports);
      // biome-ignore lint/correctness/noConstructorReturn: it stands for a class that it is not
      return instance;
    }
  } as never;
  let c: TargetCodec;
  try {
    c = new TargetCodec(module, target);
  } finally {
    wasm.Instance = Instance;
  }
  const exports = made[0]!;
  const at = (name: string) => exports[name]!.value;
  const scratch = [
    [at("MESSAGE"), at("MESSAGE_SIZE")],
    [at("TEXT"), at("TEXT_SIZE") + 1],
    [at("CELLS"), at("CELL_SIZE") * at("CELL_COUNT")],
    [at("IMAGE"), at("IMAGE_SIZE")],
  ] as const;
  return {
    c,
    exports,
    restOfMemory() {
      const copy = Buffer.from(new Uint8Array(exports.memory!.buffer));
      for (const [start, size] of scratch) copy.fill(0, start, start + size);
      return copy;
    },
  };
}

/**
 * What the body gives; undefined where it throws an error that says what is wrong with bytes,
 * values or a path.
 */
function tolerate(what: string, body: () => unknown): unknown {
  try {
    return body();
  } catch (error) {
    ok(
      error instanceof RangeError || error instanceof TypeError || error instanceof OSError,
      `${what}: ${String(error)}`,
    );
    ok(
      !(error instanceof RangeError) || !/call stack|offset is out of bounds|Invalid/.test(error.message),
      `${what}: ${error.stack}`,
    );
    match(
      (error as Error).message,
      /\b(must|has no|no such|too (few|many|long)|illegal|holds|more than|missing|another family's|are|is|takes)\b/,
    );
    ok(
      !/not iterable|not a function|Cannot|reading /.test((error as Error).message),
      `${what}: ${(error as Error).message}`,
    );
    return undefined;
  }
}

let seed = 12;
const random = () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed >>> 24;
};
const LONG = 65536;
const SIZES = [0, 1, 3, 72, 257, 1025, LONG];
const messages = (size: number) => Uint8Array.from({ length: size }, (_, i) => (i % 16 === 0 ? 16 : 0));
const patterns: Record<string, (size: number) => Uint8Array> = {
  ff: size => new Uint8Array(size).fill(0xff),
  "7f": size => new Uint8Array(size).fill(0x7f),
  random: size => Uint8Array.from({ length: size }, random),
  messages,
};

/** As rowsCover(), and quick for thousands of rows. */
function covers(rows: readonly { offset: number; bytes: Uint8Array }[], whole: Uint8Array): void {
  if (whole.length < LONG) return rowsCover(rows, whole);
  ok(rows.every((row, i) => row.offset + row.bytes.length === (rows[i + 1]?.offset ?? whole.length)));
}

/** Every call that takes bytes or values, with this one in each place. */
function feed(c: TargetCodec, bytes: Uint8Array, name: string, packs: boolean): void {
  const text = Buffer.from(bytes.subarray(0, 3000)).toString("latin1");
  const { structs, netlink } = c;
  for (const [struct, codec] of Object.entries(structs) as [StructName, (typeof structs)["linger"]][]) {
    const what = `${c.target} ${struct} ${name}`;
    const has = tolerate(what, () => codec.size) !== undefined;
    const rows = tolerate(what, () => codec.annotate(bytes)) as ReturnType<typeof codec.annotate> | undefined;
    is(rows !== undefined, has, what);
    if (rows) covers(rows, bytes);
    const value = tolerate(what, () => codec.unpack(bytes));
    if (value !== undefined && bytes.length < LONG) tolerate(what, () => codec.pack(value as never));
    if (packs)
      for (const given of [
        bytes,
        text,
        [bytes],
        [text],
        { data: bytes, group: [9, bytes], source: [9, bytes], offender: [9, bytes], interface: 1 },
      ])
        tolerate(what, () => codec.pack(given as never));
  }
  for (const family of ["address", "control", ...Object.keys(codecs)] as FamilyName[]) {
    const what = `${c.target} ${family} ${name}`;
    tolerate(what, () => c.decodeAddress(bytes, family));
    tolerate(what, () => c.decodeAddress(bytes.subarray(0, 256), family));
    const rows = tolerate(what, () => c.annotate(bytes, family));
    if (rows) covers(rows as [], bytes);
    if (packs)
      for (const address of [
        bytes,
        text,
        [bytes],
        [text, 1],
        [text, 1, 2],
        [text, 1, 2, 3],
        [9, bytes],
        ["", 1, 2, text, bytes],
        ["", 1, 2, 3, bytes],
      ]) {
        tolerate(what, () => c.encodeAddress(family, address as never));
        tolerate(what, () => c.encodeAddress(99, address));
      }
  }
  for (const [call, body] of Object.entries({
    decodeAddress: () => c.decodeAddress(bytes),
    parseControl: () => c.parseControl(bytes),
    buildControl: () =>
      c.parseControl(
        c.buildControl([
          [1, 2, bytes],
          [3, 4, text],
        ]),
      ),
    parse: () => netlink.parse(bytes),
    parseAttributes: () => netlink.parseAttributes(bytes),
    parseError: () => netlink.parseError({ flags: 0x200, data: bytes }),
    pack: () => netlink.parse(netlink.pack({ type: 1 }, bytes, text)),
    packAttributes: () =>
      netlink.packAttributes([
        [1, bytes],
        [2, [[3, bytes]]],
      ]),
    inet_aton: () => c.inet_aton(text),
    inet_ntoa: () => c.inet_ntoa(bytes),
    inet_pton: () => c.inet_pton("AF_INET6", text),
    inet_ntop: () => c.inet_ntop("AF_INET6", bytes),
    CMSG_LEN: () => c.CMSG_LEN(bytes.length),
    CMSG_SPACE: () => c.CMSG_SPACE(0x7fffffff),
  }))
    tolerate(`${c.target} ${call} ${name}`, body);
}

for (const target of targets) {
  test(
    `codec: ${target}: 64 KiB through every entry leave its memory as it was outside the scratch area`,
    () => {
      const { c, restOfMemory } = watched(target);
      const sound = hex(c.structs.linger.pack({ onoff: 1, linger: 5 }));
      const before = restOfMemory();
      for (const [pattern, make] of Object.entries(patterns)) {
        for (const size of SIZES) {
          feed(c, make(size), `${size} bytes of ${pattern}`, pattern === "ff");
          ok(restOfMemory().equals(before), `${size} bytes of ${pattern}`);
        }
      }
      is(hex(c.structs.linger.pack({ onoff: 1, linger: 5 })), sound);
      equal(c.decodeAddress(c.encodeAddress("AF_INET6", ["::1", 80])), {
        family: "AF_INET6",
        address: ["::1", 80, 0, 0],
      });
    },
    { seconds: 60 },
  );
}

test("codec.wasm: the tables lie below the scratch area, whose last part ends with the memory", () => {
  const { exports } = watched("linux64");
  const at = (name: string) => exports[name]!.value;
  const parts = ["MESSAGE", "TEXT", "CELLS", "IMAGE"].map(at);
  equal(
    parts,
    [...parts].sort((a, b) => a - b),
  );
  ok(at("TABLES_END") < parts[0]!, `${at("TABLES_END")} ${parts[0]}`);
  is(at("IMAGE") + at("IMAGE_SIZE"), exports.memory!.buffer.byteLength);
  throws(
    () => new Uint8Array(exports.memory!.buffer).set(new Uint8Array(at("IMAGE_SIZE") + 1), at("IMAGE")),
    RangeError,
  );
  for (const part of parts) is(part % 16, 0);
});

test("structs: as JSON they say which of them a target has", () => {
  const told = JSON.parse(JSON.stringify(codec.target("darwin64").structs)) as Record<
    string,
    { size?: number }
  >;
  equal([told.linger, told.ucred], [{ size: 8 }, {}]);
  throws(() => codec.target("darwin64").structs.ucred.size, RangeError, "darwin64 has no struct ucred");
});
