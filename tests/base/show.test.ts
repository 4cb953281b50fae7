// How messages show a value: short, whatever it is, and without running its code.
import { show } from "../../ts/base/check.js";
import * as exceptions from "../../ts/base/error.js";
import { AF_UNIX, SOCK_DGRAM, Socket } from "../../ts/index.js";
import { lengthOf } from "../../ts/base/views.js";
import { equal, is, ok, test, throws } from "../suite.js";
import { liar } from "../hostile-values.js";

test("show: bounded text for any value, and nothing of it runs", () => {
  let ran = 0;
  const cyclic: unknown[] = [1];
  cyclic.push(cyclic, [cyclic]);
  let deep: unknown = "end";
  for (let i = 0; i < 100_000; i++) deep = [deep];
  const traps = new Proxy(
    {},
    {
      get: () => {
        throw new Error("trapped");
      },
    },
  );
  const everything = new Proxy([], traps as object);
  const revoked = Proxy.revocable([], {});
  revoked.revoke();
  const wide = Array.from({ length: 8 }, () =>
    Array.from({ length: 8 }, () => Array.from({ length: 8 }, () => "x".repeat(100))),
  );
  const getters = Object.defineProperties([], {
    0: { get: () => ran++, enumerable: true },
    length: { value: 1 },
  });
  const holes = [, 1];
  const object = {
    get constructor() {
      ran++;
      return class Fake {};
    },
    toString() {
      ran++;
      return "";
    },
    [Symbol.toPrimitive]() {
      ran++;
      return "";
    },
  };
  for (const value of [
    cyclic,
    deep,
    wide,
    everything,
    revoked.proxy,
    getters,
    new Array(4e9),
    object,
    Object.create(null),
    "x".repeat(1e6),
    2n ** 100_000n,
    Symbol("s".repeat(1e6)),
    -0,
    traps,
  ]) {
    const text = show(value);
    ok(text.length < 1000, `${text.length}: ${text.slice(0, 100)}`);
  }
  is(ran, 0);
  equal(
    [
      getters,
      holes,
      cyclic,
      1n,
      Symbol("s"),
      liar(1, 2),
      new DataView(new ArrayBuffer(3)),
      class {},
      object,
      null,
      ["a", [true]],
    ].map(show),
    [
      "[a getter]",
      "[undefined, 1]",
      "[1, [1, [1, [1, [...], [...]], [[...]]], [[1, [...], [...]]]], [[1, [1, [...], [...]], [[...]]]]]",
      "1n",
      "Symbol(s)",
      "Liar(2)",
      "DataView(3)",
      "a function",
      "an object of class Object",
      "null",
      '["a", [true]]',
    ],
  );
  is(show(everything), "an object that can't be looked at");
});

test("errors: an address that can't be told does not hide the error", () => {
  using s = new Socket(AF_UNIX, SOCK_DGRAM);
  const path = new Uint8Array(90).fill(0x78);
  const error = throws(() => s.connect(liar(...path)), exceptions.OSError, /^connect ENOENT x{90}$/);
  is(error.code, "ENOENT");
  is(lengthOf(error.address as Uint8Array), 90);
});
