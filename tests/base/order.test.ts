// Byte order: ntohl, ntohs, htonl, htons.
import { endianness } from "node:os";
import { htonl, htons, ntohl, ntohs } from "../../ts/index.js";
import { ask } from "../python.js";
import { equal, is, test, throws } from "../suite.js";

const shorts = [0, 1, 0x7f, 0x80, 0xff, 0x100, 0x1234, 0x7fff, 0x8000, 0xfffe, 0xffff];
const longs = [
  ...shorts,
  0x10000,
  0x123456,
  0x12345678,
  0x7fffffff,
  0x80000000,
  0x80000001,
  0xdeadbeef,
  0xff000000,
  0xffffffff,
];

test("htons: the first byte on the wire is the high one", () => {
  const little = endianness() === "LE";
  is(htons(0x1234), little ? 0x3412 : 0x1234);
  is(htonl(0x12345678), little ? 0x78563412 : 0x12345678);
  is(new Uint8Array(Uint16Array.of(htons(0x1234)).buffer)[0], 0x12);
  is(new Uint8Array(Uint32Array.of(htonl(0xdeadbeef)).buffer)[0], 0xde);
});

test("ntohl, ntohs, htonl, htons: as Python's, and back", () => {
  equal(
    [longs.map(ntohl), shorts.map(ntohs), longs.map(htonl), shorts.map(htons)],
    ask(
      `longs, shorts = data
pairs = ((socket.ntohl, longs), (socket.ntohs, shorts), (socket.htonl, longs), (socket.htons, shorts))
print(json.dumps([[f(x) for x in l] for f, l in pairs]))`,
      [longs, shorts],
    ),
  );
  equal(
    longs.map(x => ntohl(htonl(x))),
    longs,
  );
  equal(
    shorts.map(x => ntohs(htons(x))),
    shorts,
  );
});

test("ntohl, ntohs, htonl, htons: what has more bits, a sign, a fraction or no value is refused", () => {
  for (const [name, call, high] of [
    ["ntohl", ntohl, 0xffffffff],
    ["htonl", htonl, 0xffffffff],
    ["ntohs", ntohs, 0xffff],
    ["htons", htons, 0xffff],
  ] as const) {
    for (const x of [-1, high + 1, 1.5, Infinity])
      throws(() => call(x), RangeError, `${name}: x must be an integer 0..${high}, got ${x}`);
    throws(() => call(NaN), RangeError);
    for (const x of ["1", 1n, null, undefined, [1]])
      throws(() => call(x as unknown as number), TypeError, new RegExp(`^${name}: x must be a number, got `));
  }
});
