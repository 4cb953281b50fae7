// dist/lib: the few files that users import hold what the modules under ts/ export.
import * as bundled from "berkeley-sockets";
import * as bundledCodec from "berkeley-sockets/codec";
import * as codec from "../ts/codec.js";
import { childAnswer } from "./child.js";
import { equal, is, ok, test } from "./suite.js";

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

test("bundle: both entries throw one OSError", () => {
  is(bundled.OSError, bundledCodec.OSError);
});
