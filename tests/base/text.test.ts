// Numeric addresses as text, in glibc's forms: thousands of generated strings, each compared with
// CPython's answer. And file names: PEP 383's surrogateescape.
import { AF_INET, AF_INET6, AF_UNIX, inet_aton, inet_ntoa, inet_ntop, inet_pton } from "../../ts/index.js";
import { OSError } from "../../ts/base/error.js";
import { decodePath, encodePath } from "../../ts/base/surrogate-escape.js";
import { ask } from "../python.js";
import { equal, fails, instance, is, ok, test, throws } from "../suite.js";
import { codec, hex, prefilledContext } from "../vectors.js";

let seed = 20240607;
/** 0..below-1; the same on every run. */
function random(below: number): number {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor((seed / 2 ** 32) * below);
}
const pick = <T>(list: readonly T[]): T => list[random(list.length)]!;
const times = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));

/**
 * Changes a character or two of some strings, so that they are just not, or just still, addresses.
 */
function spoil(text: string, alphabet: string): string {
  for (let n = pick([0, 0, 0, 1, 1, 2]); n > 0; n--) {
    const at = random(text.length + 1);
    const what = random(3);
    text =
      text.slice(0, at) + (what === 0 ? "" : pick([...alphabet])) + text.slice(at + (what === 2 ? 0 : 1));
  }
  return text;
}

const edges = [
  0, 1, 7, 8, 9, 10, 99, 100, 127, 128, 255, 256, 257, 999, 65535, 65536, 0xffffff, 0x1000000, 0xffffffff,
  0x100000000,
];
function numberOf(base: number, value: number): string {
  const zeros = "0".repeat(pick([0, 0, 0, 0, 1, 2, 5]));
  return base === 8
    ? `0${zeros}${value.toString(8)}`
    : base === 16
      ? `${pick(["0x", "0X"])}${zeros}${pick([value.toString(16), value.toString(16).toUpperCase()])}`
      : String(value);
}
const quad = () => times(4, () => pick([random(256), random(256), random(300), pick(edges)])).join(".");
function short(): string {
  const parts = pick([1, 2, 3, 4, 4, 5]);
  const most = [2 ** 32, 2 ** 24, 2 ** 16, 256, 256][parts - 1]!;
  const text = times(parts, i => {
    const value = random(6) === 0 ? pick(edges) : i === parts - 1 ? random(most) : random(256);
    return numberOf(pick([10, 10, 8, 16]), value);
  }).join(".");
  return text + pick(["", "", "", "", "", " ", "\t x", "\n", " 1", "\v", "\f", "\r", "x", "."]);
}
function six(): string {
  const pad = pick([0, 0, 4, 4, 2, 5]);
  const groups = times(pick([8, 8, 8, 8, 7, 6, 9]), () =>
    pick([random(65536), random(65536), random(16), random(256), 0, 0, 0xffff])
      .toString(16)
      .padStart(pad, "0"),
  );
  if (random(4) === 0)
    groups.splice(
      random(4) ? groups.length - 2 : random(groups.length),
      2,
      random(3) ? times(4, () => random(256)).join(".") : quad(),
    );
  let text = groups.join(":");
  if (random(2))
    text = text.replace(
      pick([/(^|:)(0+(:|$))+/, /:[^:]*:[^:]*:/, /^[^:]*:[^:]*:/, /:[^:]*:[^:.]*$/, /:[^:]*(?=:)/]),
      "::",
    );
  return random(2) ? text : text.toUpperCase();
}

/** CPython's answers: the bytes in hex, or null for an OSError. */
function theirs(call: string, texts: readonly string[]): (string | null)[] {
  return ask(
    `
def value(text):
    try: return ${call}.hex()
    except OSError: return None
print(json.dumps([value(text) for text in data]))`,
    texts,
  );
}
function compare(
  call: (text: string) => Uint8Array,
  texts: readonly string[],
  expected: readonly (string | null)[],
): number {
  let valid = 0;
  texts.forEach((text, i) => {
    let mine: string | null;
    try {
      mine = hex(call(text));
      valid++;
    } catch (error) {
      instance(error, OSError);
      mine = null;
    }
    is(mine, expected[i], JSON.stringify(text));
  });
  return valid;
}

test(
  "inet_aton: CPython's answers to generated strings",
  () => {
    const texts = times(20000, i => spoil(i % 3 ? short() : quad(), "0123456789abcdefxX. \t-+g"));
    const valid = compare(inet_aton, texts, theirs("socket.inet_aton(text)", texts));
    ok(valid > 4000 && valid < 16000, `${valid} valid`);
  },
  { seconds: 30 },
);

test(
  "inet_pton AF_INET: CPython's answers to generated strings",
  () => {
    const texts = times(20000, i =>
      spoil(i % 2 ? quad() : times(4, () => String(random(256))).join("."), "0123456789. x:"),
    );
    const valid = compare(
      text => inet_pton(AF_INET, text),
      texts,
      theirs("socket.inet_pton(socket.AF_INET, text)", texts),
    );
    ok(valid > 4000 && valid < 16000, `${valid} valid`);
  },
  { seconds: 30 },
);

test(
  "inet_pton AF_INET6: CPython's answers to generated strings",
  () => {
    const texts = times(40000, () => spoil(six(), "0123456789abcdefABCDEF::::..%g "));
    const valid = compare(
      text => inet_pton(AF_INET6, text),
      texts,
      theirs("socket.inet_pton(socket.AF_INET6, text)", texts),
    );
    ok(valid > 8000 && valid < 32000, `${valid} valid`);
  },
  { seconds: 30 },
);

test(
  "inet_ntop, inet_ntoa: CPython's text of generated bytes",
  () => {
    const bytes6 = times(20000, () =>
      times(8, () => pick([0, 0, 0, random(65536), random(16), 0xffff]))
        .map(n => n.toString(16).padStart(4, "0"))
        .join(""),
    );
    const bytes4 = times(5000, () =>
      times(4, () => pick([0, 255, random(256), random(100), random(10)]))
        .map(n => n.toString(16).padStart(2, "0"))
        .join(""),
    );
    const [six, four, ntoa] = ask<string[][]>(
      `
from binascii import unhexlify as u
print(json.dumps([[socket.inet_ntop(socket.AF_INET6, u(b)) for b in data[0]], [socket.inet_ntop(socket.AF_INET, u(b)) for b in data[1]],
                  [socket.inet_ntoa(u(b)) for b in data[1]]]))`,
      [bytes6, bytes4],
    );
    const of = (text: string) => Buffer.from(text, "hex");
    bytes6.forEach((b, i) => {
      is(inet_ntop(AF_INET6, of(b)), six![i], b);
      is(hex(inet_pton(AF_INET6, six![i]!)), b);
    });
    bytes4.forEach((b, i) => {
      is(inet_ntop(AF_INET, of(b)), four![i], b);
      is(inet_ntoa(of(b)), ntoa![i], b);
      is(hex(inet_pton(AF_INET, four![i]!)), b);
    });
  },
  { seconds: 30 },
);

test("inet_ntop: RFC 5952's choices", () => {
  const round = (text: string) => inet_ntop(AF_INET6, inet_pton(AF_INET6, text));
  is(round("2001:0DB8:0:0:0:0:0:1"), "2001:db8::1");
  is(round("2001:db8:0:1:1:1:1:1"), "2001:db8:0:1:1:1:1:1", "one zero group is not shortened");
  is(round("2001:0:0:1:0:0:0:1"), "2001:0:0:1::1", "the longest run");
  is(round("2001:db8:0:0:1:0:0:1"), "2001:db8::1:0:0:1", "the first of equals");
  is(round("::ffff:1.2.3.4"), "::ffff:1.2.3.4");
  is(round("1:2:3:4:5:6:7::"), "1:2:3:4:5:6:7:0");
  is(round("::"), "::");
});

test("inet_*: results are fresh buffers", () => {
  const first = inet_pton(AF_INET, "1.2.3.4");
  inet_pton(AF_INET, "5.6.7.8");
  is(hex(first), "01020304");
  ok(Buffer.isBuffer(first));
});

test("inet_*: nothing but the result is written", () => {
  const { wire } = prefilledContext("linux64");
  const { calls, text, image } = wire;
  for (const [call, address, size] of [
    ["pton4", "1.2.3.4", 4],
    ["aton", "0x7f.1", 4],
    ["pton6", "1::2", 16],
    ["pton6", "::1.2.3.4", 16],
    ["pton6", "1:2:3:4:5:6:7:8", 16],
    ["pton6", "1::2x", -1],
  ] as const) {
    wire.bytes.fill(0xa5, text, text + wire.textSize);
    wire.bytes.fill(0xa5, image, image + 32);
    const length = wire.putText(address);
    is(calls[call](text, length, image), size);
    is(hex(wire.bytes.subarray(text, text + length + 4)), `${hex(Buffer.from(address))}a5a5a5a5`);
    is(hex(wire.bytes.subarray(image + Math.max(size, 0), image + 32)), "a5".repeat(32 - Math.max(size, 0)));
  }
});

test("inet_*: the forms of other targets are the same, family numbers are theirs", () => {
  for (const [target, number] of [
    ["linux64be", 10],
    ["darwin64", 30],
    ["freebsd64", 28],
    ["windows64", 23],
  ] as const) {
    const c = codec.target(target);
    is(hex(c.inet_pton(number, "::1")), hex(c.inet_pton("AF_INET6", "::1")));
    is(c.inet_ntop(number, c.inet_pton(number, "1::2")), "1::2");
    is(c.inet_ntoa(c.inet_aton("0x7f.1")), "127.0.0.1");
    fails("EAFNOSUPPORT", () => c.inet_pton(99, "::1"));
  }
});

test("inet_*: bad arguments", () => {
  throws(
    () => inet_pton(AF_INET, "1.2.3"),
    OSError,
    'illegal IP address string passed to inet_pton: "1.2.3"',
  );
  throws(() => inet_aton("1.2.3.4.5"), OSError, 'illegal IP address string passed to inet_aton: "1.2.3.4.5"');
  throws(() => inet_aton(""), OSError);
  throws(() => inet_aton("1.2.3.4\0"), RangeError, "inet_aton: address must not hold a zero byte");
  throws(() => inet_aton("1.2.3.\u0664"), OSError);
  throws(() => inet_aton("1".repeat(500)), OSError);
  is(inet_ntoa(inet_aton("1.2.3.4 " + "x".repeat(500))), "1.2.3.4");
  throws(() => inet_pton(AF_INET, 5 as never), TypeError, "inet_pton: address must be a string, got 5");
  throws(
    () => inet_aton(undefined as never),
    TypeError,
    "inet_aton: address must be a string, got undefined",
  );
  fails("EAFNOSUPPORT", () => inet_pton(AF_UNIX, "::"));
  throws(() => inet_pton(-1, "::"), RangeError, /family must be an integer/);
  throws(
    () => inet_ntop(AF_INET6, new Uint8Array(4)),
    RangeError,
    "inet_ntop: bytes must be 16 bytes long, got 4",
  );
  throws(
    () => inet_ntop(AF_INET, new Uint8Array(16)),
    RangeError,
    "inet_ntop: bytes must be 4 bytes long, got 16",
  );
  throws(
    () => inet_ntop(AF_UNIX, new Uint8Array(4)),
    RangeError,
    "inet_ntop: family must be AF_INET or AF_INET6, got 1",
  );
  throws(() => inet_ntoa(new Uint8Array(5)), OSError, "inet_ntoa: bytes must be 4 bytes long, got 5");
  throws(() => inet_ntoa(5 as never), TypeError, /bytes must be/);
});

test("inet_ntop: any view of bytes", () => {
  const whole = Uint8Array.of(9, 9, 1, 2, 3, 4, 9, 9);
  is(inet_ntop(AF_INET, new DataView(whole.buffer, 2, 4)), "1.2.3.4");
  is(inet_ntoa(whole.buffer.slice(2, 6)), "1.2.3.4");
  is(inet_ntoa(new Uint16Array(whole.buffer, 2, 2)), "1.2.3.4");
});

test("paths: what os.fsdecode makes of any bytes, and back", () => {
  const tokens = [
    "61",
    "2f",
    "c3a9",
    "e282ac",
    "f09f8c8d",
    "ff",
    "80",
    "c3",
    "e2",
    "e282",
    "f0",
    "f09f",
    "f09f8c",
    "eda080",
    "edbfbf",
    "c0af",
    "f4908080",
    "efbbbf",
    "f8",
    "00",
  ];
  const samples = [
    ...times(256, i => i.toString(16).padStart(2, "0")),
    ...times(6000, () =>
      times(random(7), () => (random(4) ? pick(tokens) : random(256).toString(16).padStart(2, "0"))).join(""),
    ),
  ];
  const [encoding, ...texts] = ask<string[]>(
    "import os\nprint(json.dumps([sys.getfilesystemencoding()] + [os.fsdecode(bytes.fromhex(b)) for b in data]))",
    samples,
  );
  is(encoding, "utf-8");
  samples.forEach((sample, i) => {
    const text = decodePath(Buffer.from(sample, "hex"));
    is(text, texts[i], sample);
    is(hex(encodePath(text, "path")), sample);
  });
});

test("paths: what os.fsencode makes of any text", () => {
  const units = [
    "a",
    "/",
    "\u00e9",
    "\u20ac",
    "\u{1f30d}",
    "\udc80",
    "\udcff",
    "\udcc3",
    "\udca9",
    "\udc7f",
    "\udd00",
    "\ud800",
    "\udbff",
    "\ud83c",
    "\udf0d",
    "\ufeff",
    "\0",
  ];
  const samples = times(4000, () => times(random(6), () => pick(units)).join(""));
  const expected = ask<(string | null)[]>(
    `
import os
def value(units):
    text = b"".join(u.to_bytes(2, "little") for u in units).decode("utf-16-le", "surrogatepass")
    try: return os.fsencode(text).hex()
    except UnicodeEncodeError: return None
print(json.dumps([value(units) for units in data]))`,
    samples.map(text => times(text.length, i => text.charCodeAt(i))),
  );
  let refused = 0;
  samples.forEach((text, i) => {
    let mine: string | null;
    try {
      mine = hex(encodePath(text, "path"));
    } catch (error) {
      instance(error, RangeError);
      mine = null;
      refused++;
    }
    is(mine, expected[i], JSON.stringify(text));
  });
  ok(refused > 100);
  equal(
    throws(() => encodePath("a\udfff", "path"), RangeError).message,
    "path holds a lone surrogate, U+dfff",
  );
});
