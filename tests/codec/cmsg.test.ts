// Control buffers: cmsg(3), RFC 3542 20.2; XNU and FreeBSD sys/socket.h (their alignments differ);
// ws2def.h.
import { targets, type Target } from "../../shim/contract.js";
import { build } from "../../ts/codec/cmsg.js";
import { CMSG_LEN, CMSG_SPACE } from "../../ts/index.js";
import type { AncillaryItem } from "../../ts/base/types.js";
import { ask } from "../python.js";
import { equal, is, ok, test, throws } from "../suite.js";
import { bytes, codec, hex, rowsCover, prefilledContext } from "../vectors.js";

// What a compiler makes of each target's struct cmsghdr and macros.
const abi: Record<Target, { length: number; align: number; data: number; big?: boolean }> = {
  linux64: { length: 8, align: 8, data: 16 },
  linux64be: { length: 8, align: 8, data: 16, big: true },
  linux32: { length: 4, align: 4, data: 12 },
  darwin64: { length: 4, align: 4, data: 12 },
  freebsd64: { length: 4, align: 8, data: 16 },
  windows64: { length: 8, align: 8, data: 16 },
};

// [1, 2, "abcde"] and [0x102, -1, ""].
const literal: Record<Target, string> = {
  linux64: "1500000000000000 01000000 02000000 6162636465 000000  1000000000000000 02010000 ffffffff",
  linux64be: "0000000000000015 00000001 00000002 6162636465 000000  0000000000000010 00000102 ffffffff",
  linux32: "11000000 01000000 02000000 6162636465 000000  0c000000 02010000 ffffffff",
  darwin64: "11000000 01000000 02000000 6162636465 000000  0c000000 02010000 ffffffff",
  freebsd64: "15000000 01000000 02000000 00000000 6162636465 000000  10000000 02010000 ffffffff 00000000",
  windows64: "1500000000000000 01000000 02000000 6162636465 000000  1000000000000000 02010000 ffffffff",
};
const items: AncillaryItem[] = [
  [1, 2, bytes("6162636465")],
  [0x102, -1, bytes("")],
];

test("control messages: their bytes on every target", () => {
  for (const target of targets) {
    const c = codec.target(target);
    const whole = bytes(literal[target]);
    is(hex(c.buildControl(items)), hex(whole), target);
    is(
      hex(build(prefilledContext(target).wire, items, "test")!),
      hex(whole),
      `${target}: every byte is written`,
    );
    equal(c.parseControl(whole), { items, whole: true }, target);
    rowsCover(c.annotate(whole, "control"), whole);
    is(c.buildControl([]).length, 0);
    equal(c.parseControl(new Uint8Array(0)), { items: [], whole: true });
  }
});

test("CMSG_LEN, CMSG_SPACE: on every target", () => {
  for (const target of targets) {
    const { data, align } = abi[target];
    const c = codec.target(target);
    for (const n of [0, 1, 3, 4, 5, 7, 8, 9, 12, 255, 65536, 0x7fff0000]) {
      is(c.CMSG_LEN(n), data + n);
      is(c.CMSG_SPACE(n), data + Math.ceil(n / align) * align);
    }
  }
});

test("CMSG_LEN, CMSG_SPACE: CPython's values and its limits", () => {
  const numbers = [
    0, 1, 7, 8, 9, 100, 65535, 0x7fffffe0, 0x7fffffe7, 0x7fffffe8, 0x7fffffe9, 0x7fffffef, 0x7ffffff0,
    0x7fffffff, -1,
  ];
  const theirs = ask<[number | null, number | null][]>(
    `
def value(f, n):
    try: return f(n)
    except OverflowError: return None
print(json.dumps([[value(socket.CMSG_LEN, n), value(socket.CMSG_SPACE, n)] for n in data]))`,
    numbers,
  );
  const value = (f: (n: number) => number, n: number) => {
    try {
      return f(n);
    } catch (error) {
      ok(error instanceof RangeError);
      return null;
    }
  };
  equal(
    numbers.map(n => [value(CMSG_LEN, n), value(CMSG_SPACE, n)]),
    theirs,
  );
  throws(() => CMSG_LEN("1" as never), TypeError, 'length must be a number, got "1"');
  throws(() => CMSG_SPACE(1.5), RangeError, /length must be an integer 0\.\.\d+, got 1\.5/);
});

/** A header of `length` claimed bytes, then `rest`. */
function lying(target: Target, length: bigint, rest: Uint8Array): Uint8Array {
  const { length: size, big, data } = abi[target];
  const out = new Uint8Array(data + rest.length);
  const view = new DataView(out.buffer);
  if (size === 8) view.setBigUint64(0, length, !big);
  else view.setUint32(0, Number(BigInt.asUintN(32, length)), !big);
  view.setInt32(size, 7, !big);
  view.setInt32(size + 4, 8, !big);
  out.set(rest, data);
  return out;
}

test("a lying length: nothing below the header's size, no more than there is above", () => {
  const rest = bytes("0102030405");
  for (const target of targets) {
    const c = codec.target(target);
    const { data } = abi[target];
    for (const length of [0, 1, 4, 8, data - 1])
      equal(
        c.parseControl(lying(target, BigInt(length), rest)),
        { items: [], whole: false },
        `${target} ${length}`,
      );
    const huge = [
      BigInt(data + 6),
      0x7fffffffn,
      0x80000000n,
      0xffffffffn,
      ...(abi[target].length === 8 ? [1n << 32n, (1n << 32n) + 16n, (1n << 63n) - 1n, 1n << 63n, -1n] : []),
    ];
    for (const length of huge)
      equal(
        c.parseControl(lying(target, length, rest)),
        { items: [[7, 8, rest]], whole: false },
        `${target} ${length}`,
      );
    equal(c.parseControl(lying(target, BigInt(data + 5), rest)), { items: [[7, 8, rest]], whole: true });
  }
});

test("a buffer cut anywhere: what is whole, and then what there is", () => {
  for (const target of targets) {
    const c = codec.target(target);
    const { data } = abi[target];
    const whole = bytes(literal[target]);
    const second = whole.length - data;
    for (let n = 1; n < whole.length; n++) {
      const parsed = c.parseControl(whole.subarray(0, n));
      rowsCover(c.annotate(whole.subarray(0, n), "control"), whole.subarray(0, n));
      if (n < data) equal(parsed, { items: [], whole: false }, `${target} ${n}`);
      else if (n < data + 5)
        equal(
          parsed,
          { items: [[1, 2, items[0]![2].subarray(0, n - data)]], whole: false },
          `${target} ${n}`,
        );
      else if (n <= second) equal(parsed, { items: [items[0]], whole: true }, `${target} ${n}`);
      else equal(parsed, { items: [items[0]], whole: false }, `${target} ${n}`);
    }
  }
});

/** The walk as plain code, to compare with. */
function model(target: Target, control: Uint8Array): { items: [number, number, string][]; whole: boolean } {
  const { length: size, align, data, big } = abi[target];
  const view = new DataView(control.buffer, control.byteOffset, control.length);
  const found: [number, number, string][] = [];
  for (let at = 0; at < control.length; ) {
    if (control.length - at < data) return { items: found, whole: false };
    const claimed = size === 8 ? view.getBigUint64(at, !big) : BigInt(view.getUint32(at, !big));
    if (claimed < BigInt(data)) return { items: found, whole: false };
    const end = claimed > BigInt(control.length - at) ? undefined : at + Number(claimed);
    found.push([
      view.getInt32(at + size, !big),
      view.getInt32(at + size + 4, !big),
      hex(control.subarray(at + data, end)),
    ]);
    if (end === undefined) return { items: found, whole: false };
    at += Math.ceil((end - at) / align) * align;
  }
  return { items: found, whole: true };
}

test(
  "random buffers: the same as plain code, never a byte that is not there",
  () => {
    let seed = 12345;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return (seed % 65537) % below;
    };
    let whole = 0;
    let cut = 0;
    for (const target of targets) {
      const c = codec.target(target);
      for (let round = 0; round < 2000; round++) {
        // Valid messages in the middle of other bytes, some of them changed, cut somewhere.
        const built = c.buildControl(
          Array.from({ length: random(5) }, () => [random(9), random(9), new Uint8Array(random(20))]),
        );
        const around = new Uint8Array(built.length + 64).fill(0xee);
        const control = around.subarray(32, 32 + Math.max(0, built.length - random(4) * random(8)));
        control.set(built.subarray(0, control.length));
        if (control.length && round % 2)
          for (let i = random(4); i > 0; i--)
            control[random(control.length)] = random(3) ? random(40) : random(256);
        const wanted = model(target, control);
        const parsed = c.parseControl(control);
        equal(
          { items: parsed.items.map(([level, type, data]) => [level, type, hex(data)]), whole: parsed.whole },
          wanted,
          `${target} ${hex(control)}`,
        );
        rowsCover(c.annotate(control, "control"), control);
        if (wanted.whole) whole++;
        else cut++;
      }
    }
    ok(whole > 1000 && cut > 1000, `${whole} whole, ${cut} cut`);
  },
  { seconds: 60 },
);

test("a control buffer larger than the scratch area", () => {
  const c = codec.target("linux64");
  const data = new Uint8Array(200_000).fill(7);
  const {
    items: [first, last],
    whole,
  } = c.parseControl(
    c.buildControl([
      [1, 2, data],
      [3, 4, "end"],
    ]),
  );
  ok(whole);
  is(first![2].length, data.length);
  ok(first![2].every(byte => byte === 7));
  equal(last, [3, 4, bytes("656e64")]);
});

test("buildControl: bad items", () => {
  const c = codec.target("linux64");
  const bad = (item: unknown) => c.buildControl([item] as never);
  throws(
    () => bad([1, 2]),
    TypeError,
    "buildControl: ancillary item must be [level, type, data], got [1, 2]",
  );
  throws(() => bad(5), TypeError, /got 5/);
  throws(
    () => bad([1, 2 ** 31, ""]),
    RangeError,
    "type must be an integer -2147483648..2147483647, got 2147483648",
  );
  throws(() => bad(["1", 2, ""]), TypeError, 'level must be a number, got "1"');
  throws(() => bad([1, 2, 3]), TypeError, /data must be/);
});

test("annotate: what each byte of a control buffer is", () => {
  equal(
    codec
      .target("freebsd64")
      .annotate(bytes(literal.freebsd64), "control")
      .map(row => [row.offset, row.bytes.length, row.name, row.value]),
    [
      [0, 4, "cmsg[0].len", 21],
      [4, 4, "cmsg[0].level", 1],
      [8, 4, "cmsg[0].type", 2],
      [12, 4, "padding", null],
      [16, 5, "cmsg[0].data", bytes("6162636465")],
      [21, 3, "padding", null],
      [24, 4, "cmsg[1].len", 16],
      [28, 4, "cmsg[1].level", 0x102],
      [32, 4, "cmsg[1].type", -1],
      [36, 4, "padding", null],
    ],
  );
});
