// ./build.sh bundle: dist/lib, what users import: an entry each, and what they share. Few files,
// since each costs Node 20 a millisecond (tests/bench, import).
import { readFile } from "node:fs/promises";
import { basename, dirname } from "node:path";

const CONSTANTS = /\bexports\.gen\.js$/;

const common = {
  platform: "node",
  plugins: [
    {
      // Each entry names the constants itself: measured, 2,300 names that one file takes from another
      // are 11 ms of an import.
      name: "constants of each entry",
      async resolveId(source, importer) {
        if (!CONSTANTS.test(source)) return null;
        const { id } = await this.resolve(source, importer, { skipSelf: true });
        return `${id}?${basename(dirname(importer))}`;
      },
      // One destructuring: as many declarations take longer to read.
      async load(id) {
        const [path, entry] = id.split("?");
        if (entry === undefined) return null;
        const text = await readFile(path, "utf8");
        const names = Array.from(
          text.matchAll(/^export const (\w+) = constants\.\1;$/gm),
          ([, name]) => name,
        );
        return `import { constants } from "./node-module.js";\nexport const { ${names.join(", ")} } = constants;\n`;
      },
    },
    {
      // Exported where they are declared: a list of the same names at the end is as much to read
      // again.
      name: "constants exported once",
      renderChunk(code) {
        const [declared, names] = /^const \{ (AF_\w+, .*) \} = [\w$]+;$/m.exec(code) ?? [];
        if (!declared) return null;
        const once = new Set(names.split(", "));
        return code.replace(declared, `export ${declared}`).replace(
          /^export \{ (.*) \};$/m,
          (_, list) =>
            `export { ${list
              .split(", ")
              .filter(name => !once.has(name))
              .join(", ")} };`,
        );
      },
    },
  ],
};

const output = {
  dir: "dist/lib",
  format: "esm",
  // ASCII without comments: a single other character makes V8 read all of it as two bytes a
  // character.
  comments: false,
  charset: "ascii",
  // Short names for what no stack trace shows; lines, functions and classes stay as they are.
  minify: {
    compress: false,
    mangle: { keepNames: { function: true, class: true } },
    codegen: { removeWhitespace: false },
  },
};

export default [
  {
    ...common,
    input: {
      index: "dist/ts/index.js",
      codec: "dist/ts/codec.js",
      promises: "dist/ts/promises/index.js",
      "berkeley-sockets": "dist/ts/cli/berkeley-sockets.js",
    },
    output: { ...output, cleanDir: true, chunkFileNames: "[name].js" },
  },
  {
    // Bundled by themselves, so that the entries above are no more files than before.
    ...common,
    input: {
      host: "dist/shim/host.js",
      policy: "dist/shim/policy/index.js",
      emscripten: "dist/shim/emscripten/index.js",
      wit: "dist/shim/jco/index.js",
    },
    output: { ...output, chunkFileNames: "guest-[name].js" },
  },
];
