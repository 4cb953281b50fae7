// What the compiler says of this system's structs (host/layout.cc) and what the codec's tables say
// of them.
import { createRequire } from "node:module";
import { codecs } from "../../ts/registry.js";
import { bindStructs } from "../../ts/structs.js";
import { Layout } from "../../ts/codec/layout.js";
import { nodeHost } from "../../shim/node.js";
import { equal, is, ok, test } from "../suite.js";
import { prefilledContext } from "../vectors.js";

type Compiled = [name: string, size: number, fields: [name: string, offset: number, width: number][]];
const host = nodeHost();
const compiled =
  host.unavailable === undefined
    ? (
        createRequire(import.meta.url)("../../../build/Release/berkeley_sockets.node") as {
          layouts(): Compiled[];
        }
      ).layouts()
    : [];
const context = prefilledContext(host.target);
const structs = bindStructs(context);

/** These end as their address does; here, as C's. */
const open = ["sockaddr_un", "sockaddr_ll", "sockaddr_dl"];
/** Kernels add to these: this one's headers may be older than the codec. */
const grown = ["tcp_info", "xdp_statistics"];
const whole = (name: string, size: number) => (open.includes(name) ? size : 0);

test(
  "layouts: size, and offset and width of every field, are the compiler's",
  () => {
    const names = new Map<string, readonly string[]>(
      Object.values(codecs).map(({ layout: [struct, ...fields] }) => [struct, fields]),
    );
    names.set("cmsghdr", ["len", "level", "type"]);
    for (const [name, size, fields] of compiled) {
      const layout = new Layout(
        context,
        name,
        names.get(name) ?? fields.map(([field]) => field),
        whole(name, size),
      );
      if (grown.includes(name)) ok(layout.size >= size, name);
      else is(layout.size, size, name);
      equal(
        layout.fields.map(field => [field.name, field.offset, field.width]),
        fields,
        name,
      );
    }
  },
  { skip: host.unavailable },
);

test(
  "layouts: the compiler knows each struct that the codec has here",
  () => {
    const known = new Set(compiled.map(([name]) => name));
    for (const [name, struct] of Object.entries(structs)) {
      let size: number | undefined;
      try {
        size = struct.size;
      } catch (error) {
        ok(/has no struct/.test((error as Error).message));
      }
      is(known.has(name), size !== undefined, name);
    }
    for (const {
      layout: [struct],
    } of Object.values(codecs))
      is(known.has(struct), context.wire.size(struct) >= 0, struct);
  },
  { skip: host.unavailable },
);

test(
  "layouts: a struct's fields have the names that the compiler's row gives them",
  () => {
    for (const [name, size, fields] of compiled) {
      if (!(name in structs)) continue;
      const rows = structs[name as "linger"].annotate(new Uint8Array(size)).filter(row => row.value !== null);
      equal(
        rows.map(row => row.name.replace(/^.*\./, "")),
        [...fields].sort((a, b) => a[1] - b[1]).map(([field]) => field),
        name,
      );
    }
  },
  { skip: host.unavailable },
);
