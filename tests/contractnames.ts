// The part of the contract suite about names: the resolver, the databases, the host name and the
// interfaces.
import type { Host } from "../shim/contract.js";
import type { Core } from "../ts/context.js";
import type { Calls } from "./contract.js";
import { equal, is, ok } from "./suite.js";

export function names(
  host: Host,
  core: Core,
  calls: (names: readonly Calls[], what: string, body: () => unknown) => void,
): void {
  const { wire, registry, constants: c } = core;
  const local = (port: number) => registry.find(c.AF_INET, 0).encode(core, ["127.0.0.1", port], "contract");
  calls(["getaddrinfo", "getaddrinfoAsync"], "a numeric host, a name that nobody has", async () => {
    const node = Buffer.from("127.0.0.1");
    const service = Buffer.from("80");
    for (const ask of [host.getaddrinfo, host.getaddrinfoAsync]) {
      const rows = await ask(node, service, c.AF_INET, c.SOCK_STREAM, 0, c.AI_NUMERICHOST);
      ok(Array.isArray(rows) && rows.length === 1);
      const [family, type, protocol, canonical, bytes] = rows[0]!;
      equal([family, type, protocol, canonical], [c.AF_INET, c.SOCK_STREAM, c.IPPROTO_TCP, ""]);
      wire.putAddress(bytes);
      equal(registry.decode(core, bytes.length, registry.find(family, 0)), ["127.0.0.1", 80]);
      const failed = await ask(
        Buffer.from("no address"),
        null,
        c.AF_INET,
        c.SOCK_STREAM,
        0,
        c.AI_NUMERICHOST,
      );
      ok(!Array.isArray(failed) && failed.status === c.EAI_NONAME);
    }
    ok(host.gai_strerror(c.EAI_NONAME).length > 0);
  });
  calls(["getnameinfo", "getnameinfoAsync"], "in numbers, and of no address", async () => {
    const length = local(80);
    const address = wire.bytes.slice(wire.address, wire.address + length);
    for (const ask of [host.getnameinfo, host.getnameinfoAsync]) {
      equal(await ask(address, c.NI_NUMERICHOST | c.NI_NUMERICSERV), ["127.0.0.1", "80"]);
      const failed = await ask(address.subarray(0, 1), 0);
      ok(!Array.isArray(failed) && failed.status === c.EAI_FAMILY);
    }
  });
  calls(
    ["gethostbyname", "gethostbynameAsync", "gethostbyaddr", "gethostbyaddrAsync"],
    "a numeric host; no address",
    async () => {
      for (const ask of [host.gethostbyname, host.gethostbynameAsync]) {
        const entry = await ask(Buffer.from("127.0.0.1"));
        ok(Array.isArray(entry));
        equal([...entry[2][0]!], [127, 0, 0, 1]);
      }
      for (const ask of [host.gethostbyaddr, host.gethostbyaddrAsync]) {
        const failed = await ask(new Uint8Array(3), c.AF_INET);
        ok(!Array.isArray(failed) && failed.status !== 0, "3 bytes are no address");
      }
      ok(host.hstrerror(1).length > 0);
    },
  );
  calls(["getservbyname", "getservbyport", "getprotobyname"], "what nobody has is ENOENT", () => {
    is(host.getservbyname(Buffer.from("no such service"), null), -c.ENOENT);
    is(host.getservbyport(1, Buffer.from("no such protocol")), -c.ENOENT);
    is(host.getprotobyname(Buffer.from("no such protocol")), -c.ENOENT);
  });
  calls(["gethostname"], "a name", () => ok(typeof host.gethostname() === "string"));
  calls(["sethostname"], "a name that is too long", () =>
    ok([-c.EINVAL, -c.EPERM].includes(host.sethostname(new Uint8Array(1000).fill(0x61)))),
  );
  calls(["if_nameindex", "if_nametoindex", "if_indextoname"], "each interface by name and by index", () => {
    const list = host.if_nameindex();
    ok(Array.isArray(list) && list.length > 0);
    for (const [index, name] of list) {
      is(host.if_nametoindex(Buffer.from(name, "latin1")), index);
      is(host.if_indextoname(index), name);
    }
    is(host.if_nametoindex(Buffer.from("nosuch0")), -c.ENODEV);
    is(host.if_indextoname(0x7fffffff), -c.ENXIO);
  });
}
