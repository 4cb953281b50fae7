// Network interfaces by name and index.
import { OSError, if_indextoname, if_nameindex, if_nametoindex } from "../../ts/index.js";
import { ask } from "../python.js";
import { equal, fails, is, test, throws } from "../suite.js";

test("if_nameindex: the interfaces that CPython sees, each found by name and by index", () => {
  const list = if_nameindex();
  is(list.length > 0, true);
  equal(list, ask("print(json.dumps(socket.if_nameindex()))"));
  for (const [index, name] of list) {
    is(if_nametoindex(name), index);
    is(if_nametoindex(Buffer.from(name)), index);
    is(if_indextoname(index), name);
  }
});

test("if_nametoindex: a name that no interface has is ENODEV with the name", () => {
  for (const name of ["nosuch0", "", "x".repeat(100), "\udcff", Buffer.from([0xff])])
    fails("ENODEV", () => if_nametoindex(name));
  is(throws(() => if_nametoindex("nosuch0"), OSError).message, "if_nametoindex ENODEV nosuch0");
});

test("if_nametoindex: what can't be a name is refused", () => {
  throws(() => if_nametoindex("lo\0"), TypeError, "if_nametoindex: name must not hold a zero byte");
  throws(() => if_nametoindex(Buffer.from("lo\0")), TypeError, /zero byte/);
  throws(() => if_nametoindex("\ud800"), RangeError, /lone surrogate/);
  throws(
    () => if_nametoindex(1 as never),
    TypeError,
    "if_nametoindex: name must be a string or a Uint8Array, got 1",
  );
});

test("if_indextoname: an index that no interface has is ENXIO", () => {
  for (const index of [0, 0x7fffffff, 0x80000000, 0xffffffff]) fails("ENXIO", () => if_indextoname(index));
});

test("if_indextoname: what can't be an index is refused", () => {
  throws(
    () => if_indextoname(-1),
    RangeError,
    "if_indextoname: index must be an integer 0..4294967295, got -1",
  );
  for (const index of [2 ** 32, 2 ** 32 + 1, 1.5, NaN]) throws(() => if_indextoname(index), RangeError);
  throws(() => if_indextoname("1" as never), TypeError, 'if_indextoname: index must be a number, got "1"');
});
