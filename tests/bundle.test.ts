// dist/lib: the few files that users import hold what the modules under ts/ export.
import * as bundled from "berkeley-sockets";
import * as bundledCodec from "berkeley-sockets/codec";
import * as bundledPromises from "berkeley-sockets/promises";
import * as codec from "../ts/codec.js";
import { childAnswer } from "./child.js";
import { equal, is, ok, test } from "./suite.js";

const promises = JSON.stringify(new URL("../ts/promises/index.js", import.meta.url).href);

/** Each export's name and kind; a number's value, a class's or function's own name. */
function shown(exports: object): string[] {
  return Object.entries(exports).map(([name, value]) => `${name}: ${typeof value} ${typeof value === "number" ? value : typeof value === "function" ? value.name : ""}`);
}

test("bundle: berkeley-sockets exports what ts/index.ts does", async () => {
  // The modules are asked in another process: one thread has room for one copy.
  const modules = await childAnswer<string[]>(`${shown}; console.log(JSON.stringify(shown(S)));`);
  ok(modules.length > 700);
  equal(shown(bundled), modules);
}, { seconds: 20 });

test("bundle: berkeley-sockets/codec exports what ts/codec.ts does", () => {
  equal(shown(bundledCodec), shown(codec));
});

test("bundle: berkeley-sockets/promises exports what ts/promises/index.ts does", async () => {
  const modules = await childAnswer<string[]>(`import * as P from ${promises}; ${shown}; console.log(JSON.stringify(shown(P)));`);
  ok(modules.length > 700);
  equal(shown(bundledPromises), modules);
}, { seconds: 20 });

test("bundle: the entries share one OSError", () => {
  is(bundled.OSError, bundledCodec.OSError);
  is(bundled.OSError, bundledPromises.OSError);
});

test("bundle: both classes are one module's, with its defaults", () => {
  is(bundled.getaddrinfo === bundledPromises.getaddrinfo as unknown, false);
  is(bundled.getservbyname, bundledPromises.getservbyname);
  bundledPromises.setdefaulttimeout(2);
  try {
    using one = new bundled.Socket(), other = new bundledPromises.Socket();
    equal([one.gettimeout(), other.gettimeout()], [2, 2]);
  } finally { bundled.setdefaulttimeout(null); }
});
