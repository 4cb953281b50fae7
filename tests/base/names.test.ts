// The names of the exceptions' classes are data, which a minifier leaves alone.
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import * as exceptions from "../../ts/base/error.js";
import * as api from "../../ts/index.js";
import { equal, is, match, ok, test } from "../suite.js";

test(
  "errors: a class's name is data, and outlives a minifier",
  async () => {
    const bundle = await rolldown({
      input: fileURLToPath(new URL("../../ts/base/error.js", import.meta.url)),
    });
    const {
      output: [{ code }],
    } = await bundle.generate({ format: "esm", minify: true });
    await bundle.close();
    // base64: Bun takes what follows a dot of the URL for a file's extension.
    const small = (await import(
      `data:text/javascript;base64,${Buffer.from(code).toString("base64")}`
    )) as typeof exceptions;
    let classes = 0;
    for (const module of [exceptions, small]) {
      for (const [name, Class] of Object.entries(module)) {
        if (!(Class.prototype instanceof Error)) continue;
        classes++;
        const error = new (Class as typeof exceptions.OSError)("text", { errno: 1 });
        equal(
          [error.name, String(error), Object.getOwnPropertyDescriptor(Class.prototype, "name")],
          [name, `${name}: text`, { value: name, writable: true, enumerable: false, configurable: true }],
        );
        match(error.stack!, new RegExp(`^${name}: text`));
      }
    }
    is(classes, 38);
    ok(!/class OSError/.test(code), "the minifier renamed nothing");
    is(api.OSError, exceptions.OSError);
  },
  { seconds: 20 },
);
