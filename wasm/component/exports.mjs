// A transform of asc: gives exported functions the WIT's names, which no identifier can be. `codec_pton`
// becomes `berkeley:sockets/codec@0.1.0#pton`, `socket_open` a function of the resource, `socket_drop` its
// destructor.
import { Transform } from "assemblyscript/transform";

const VERSION = "0.1.0";
const STATIC = new Set(["open", "pair"]);

/** The name of an export in a component's core module; null for what stays as it is. */
function nameOf(name) {
  const [, start, rest] = /^(codec|sockets|socket)_(\w+)$/.exec(name) ?? [];
  if (start === undefined) return null;
  const last = rest.replaceAll("_", "-");
  const of = start === "codec" ? "codec" : "sockets";
  const before = `berkeley:sockets/${of}@${VERSION}#`;
  if (start !== "socket") return before + last;
  if (last === "drop") return `${before}[dtor]socket`;
  return `${before}[${STATIC.has(last) ? "static" : "method"}]socket.${last}`;
}

export default class extends Transform {
  afterCompile(module) {
    const { binaryen } = this;
    const all = Array.from({ length: module.getNumExports() }, (_, i) =>
      binaryen.getExportInfo(module.getExportByIndex(i)),
    );
    for (const { name, value, kind } of all) {
      const wanted = kind === binaryen.ExternalFunction ? nameOf(name) : null;
      if (wanted === null) continue;
      module.removeExport(name);
      module.addFunctionExport(value, wanted);
    }
  }
}
