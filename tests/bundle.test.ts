// dist/lib: the few files that users import hold what the modules under ts/ export.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { rolldown } from "rolldown";
import * as bundled from "berkeley-sockets";
import * as bundledCodec from "berkeley-sockets/codec";
import * as bundledPromises from "berkeley-sockets/promises";
import * as codec from "../ts/codec.js";
import { childAnswer } from "./child.js";
import { runtime, textArguments } from "./runtime.js";
import { equal, is, ok, test } from "./suite.js";

const promises = JSON.stringify(new URL("../ts/promises/index.js", import.meta.url).href);

/** Each export's name and kind; a number's value, a class's or function's own name. */
function shown(exports: object): string[] {
  return Object.entries(exports).map(
    ([name, value]) =>
      `${name}: ${typeof value} ${typeof value === "number" ? value : typeof value === "function" ? value.name : ""}`,
  );
}

test(
  "bundle: berkeley-sockets exports what ts/index.ts does",
  async () => {
    // The modules are asked in another process: one thread has room for one copy.
    const modules = await childAnswer<string[]>(`${shown}; console.log(JSON.stringify(shown(S)));`);
    ok(modules.length > 700);
    equal(shown(bundled), modules);
  },
  { seconds: 20 },
);

test("bundle: berkeley-sockets/codec exports what ts/codec.ts does", () => {
  equal(shown(bundledCodec), shown(codec));
});

test(
  "bundle: berkeley-sockets/promises exports what ts/promises/index.ts does",
  async () => {
    const modules = await childAnswer<string[]>(
      `import * as P from ${promises}; ${shown}; console.log(JSON.stringify(shown(P)));`,
    );
    ok(modules.length > 700);
    equal(shown(bundledPromises), modules);
  },
  { seconds: 20 },
);

test("bundle: the entries share one OSError", () => {
  is(bundled.OSError, bundledCodec.OSError);
  is(bundled.OSError, bundledPromises.OSError);
});

test(
  "bundle: names of classes are data, which a user's minifier leaves",
  async () => {
    const script = `
    import net from "node:net";
    const S = await import(url + "/index.js"), P = await import(url + "/promises.js");
    class Mine extends S.Socket {}
    const word = value => /^<(\\w+)/.exec(value)[1];
    const [a] = S.socketpair(), [c] = P.socketpair(), listener = net.createServer().listen(0, "127.0.0.1");
    await new Promise(done => listener.on("listening", done));
    const files = [a.makefile("rb", 0), a.makefile("rb"), a.makefile("wb"), a.makefile("rwb"), a.makefile("r")];
    const view = () => { try { return S.fromNode(listener); } catch (error) { return "<" + error.code; } };
    const shown = [a, c, new Mine(), view()].map(word), stream = c.toDuplex();
    const classes = [...files, stream, a.batch()].map(value => value.constructor.name);
    console.log(JSON.stringify([...shown, ...classes]));
    process.exit();`;
    // Two folders below the package, as dist/lib is.
    const dist = fileURLToPath(new URL("..", import.meta.url));
    const dir = mkdtempSync(`${dist}minified-`);
    try {
      const bundle = await rolldown({
        input: { index: `${dist}ts/index.js`, promises: `${dist}ts/promises/index.js` },
        platform: "node",
      });
      const { output } = await bundle.write({
        dir,
        format: "esm",
        minify: true,
        chunkFileNames: "[name].js",
      });
      await bundle.close();
      ok(
        !output.some(file => "code" in file && /class BufferedReader/.test(file.code)),
        "the minifier renamed nothing",
      );
      const { stdout, stderr } = spawnSync(
        process.execPath,
        textArguments([], `const url = ${JSON.stringify(pathToFileURL(dir).href)};${script}`),
        { encoding: "utf8" },
      );
      equal(JSON.parse(stdout || JSON.stringify(stderr.slice(-500))), [
        "Socket",
        "Socket",
        "Mine",
        runtime === "deno" ? "ENOTSUP" : "BorrowedSocket",
        "SocketIO",
        "BufferedReader",
        "BufferedWriter",
        "BufferedRWPair",
        "TextIOWrapper",
        "SocketDuplex",
        "Batch",
      ]);
    } finally {
      rmSync(dir, { recursive: true });
    }
  },
  { seconds: 20 },
);

test("bundle: both classes are one module's, with its defaults", () => {
  is(bundled.getaddrinfo === (bundledPromises.getaddrinfo as unknown), false);
  is(bundled.getservbyname, bundledPromises.getservbyname);
  bundledPromises.setdefaulttimeout(2);
  try {
    using one = new bundled.Socket();
    using other = new bundledPromises.Socket();
    equal([one.gettimeout(), other.gettimeout()], [2, 2]);
  } finally {
    bundled.setdefaulttimeout(null);
  }
});
