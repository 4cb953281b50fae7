// Arguments of the codec that are of the wrong kind, that lie, or that are none of what it takes.
import { spawnSync } from "node:child_process";
import { show } from "../../ts/base/check.js";
import { load } from "../../ts/codec.js";
import { AF_INET, IPPROTO_IP, IP_TTL, SOCK_DGRAM, Socket } from "../../ts/index.js";
import { textArguments } from "../runtime.js";
import { is, match, ok, rejects, test, throws } from "../suite.js";
import { codec, hex } from "../vectors.js";

test("arrays: holes, a length that lies, proxies and cycles are refused, or are what they hold", () => {
  const c = codec.target("linux64");
  const { structs, netlink } = c;
  const cyclic: unknown[] = [1];
  cyclic.push([cyclic]);
  const long = (...values: unknown[]) =>
    new Proxy(values, {
      get: (array, key) => (key === "length" ? 1e9 : (Reflect.get(array, key) as unknown)),
    });
  throws(
    () => c.encodeAddress("AF_INET", [, 80] as never),
    TypeError,
    "encodeAddress: address must be [host: string, port: number], got [undefined, 80]",
  );
  throws(() => c.encodeAddress("AF_INET", long("1.2.3.4", 80) as never), TypeError, /address must be \[host/);
  throws(() => c.encodeAddress("AF_INET", cyclic as never), TypeError);
  throws(
    () => structs.group_req.pack({ interface: 1, group: long("1.2.3.4", 80) as never }),
    TypeError,
    /address must be \[host/,
  );
  throws(
    () => structs.group_req.pack({ interface: 1, group: [9, new Uint8Array(127)] }),
    RangeError,
    "group_req: group must be at most 128 bytes with its family, got 129",
  );
  throws(() => structs.rights.pack([, 1] as never), TypeError, "rights: fd is missing");
  throws(() => structs.can_filter.pack(new Array(1)), TypeError);
  throws(
    () => netlink.packAttributes([, [1, "a"]] as never),
    TypeError,
    "attribute must be [type: number, data: Data | attributes], got undefined",
  );
  throws(() => netlink.packAttributes(cyclic as never), TypeError);
  const loop: unknown[] = [];
  loop.push([1, loop]);
  throws(
    () => netlink.packAttributes(loop as never),
    RangeError,
    "attributes must be nested at most 100 deep",
  );
  const mine = Object.assign([1, 2], {
    map: () => [9],
    forEach: () => {
      throw new Error("forEach() ran");
    },
  });
  is(hex(structs.rights.pack(mine)), "0100000002000000");
  throws(
    () => c.buildControl([[1, 2]] as never),
    TypeError,
    "buildControl: ancillary item must be [level, type, data], got [1, 2]",
  );
  throws(() => c.buildControl([cyclic] as never), TypeError);
  for (const value of [new Number(5), new String("5"), [5], { valueOf: () => 5 }])
    throws(() => structs.int.pack(value as never), TypeError, /^int: value must be a number, got /);
  ok(Object.is(c.structs.int.unpack(structs.int.pack(-0)), 0));
  using s = new Socket(AF_INET, SOCK_DGRAM, -0);
  ok(Object.is(s.setsockopt(IPPROTO_IP, IP_TTL, -0 + 5), undefined));
});

test("codec: every entry refuses what is no Uint8Array, and says so", () => {
  for (const target of ["linux64", "darwin64"] as const) {
    const c = codec.target(target);
    const { structs, netlink } = c;
    for (const value of [
      undefined,
      null,
      5,
      new ArrayBuffer(16),
      new DataView(new ArrayBuffer(2)),
      {},
      [1],
      true,
      Symbol("x"),
    ]) {
      const refused: Record<string, () => unknown> = {
        decodeAddress: () => c.decodeAddress(value as never),
        parseControl: () => c.parseControl(value as never),
        annotate: () => c.annotate(value as never, "control"),
        annotateAddress: () => c.annotate(value as never, "address"),
        unpack: () => structs.linger.unpack(value as never),
        struct: () => structs.linger.annotate(value as never),
        array: () => structs.rights.unpack(value as never),
        arrayRows: () => structs.rights.annotate(value as never),
      };
      if (target === "linux64")
        Object.assign(refused, {
          headed: () => structs.sock_extended_err.unpack(value as never),
          headedRows: () => structs.bcm_msg_head.annotate(value as never),
          iv: () => structs.af_alg_iv.unpack(value as never),
          ivRows: () => structs.af_alg_iv.annotate(value as never),
        });
      for (const body of Object.values(refused))
        throws(
          body,
          TypeError,
          new RegExp(`must be a Uint8Array, got ${show(value).replace(/[[\]()]/g, "\\$&")}$`),
        );
    }
    for (const value of [undefined, null, 5, {}, Symbol("x")]) {
      const refused: Record<string, () => unknown> = {
        buildControl: () => c.buildControl(value as never),
        item: () => c.buildControl([value] as never),
        encodeAddress: () => c.encodeAddress("AF_INET", value as never),
        family: () => c.family((value === 5 ? -5 : value) as never),
        annotate: () => c.annotate(new Uint8Array(2), value as never),
        pack: () => structs.group_req.pack(value as never),
        parse: () => netlink.parse(value as never),
        parseAttributes: () => netlink.parseAttributes(value as never),
        packAttributes: () => netlink.packAttributes(value as never),
        attribute: () => netlink.packAttributes([value] as never),
        parseError: () => netlink.parseError(value as never),
        header: () => netlink.pack(value as never),
        part: () => netlink.pack({ type: 1 }, value as never),
        inet_aton: () => c.inet_aton(value as never),
        inet_ntoa: () => c.inet_ntoa(value as never),
        inet_pton: () => c.inet_pton("AF_INET", value as never),
        inet_ntop: () => c.inet_ntop("AF_INET", value as never),
        CMSG_LEN: () => c.CMSG_LEN((value === 5 ? "5" : value) as never),
        target: () => codec.target(value as never),
      };
      for (const [name, body] of Object.entries(refused)) {
        let error: unknown;
        try {
          body();
        } catch (thrown) {
          error = thrown;
        }
        ok(
          error instanceof TypeError || error instanceof RangeError,
          `${name}(${show(value)}): ${String(error)}`,
        );
        match(error.message, /must be|is missing/, name);
      }
    }
  }
});

test("load: what it takes, and at once what it doesn't", async () => {
  for (const value of [
    null,
    5,
    {},
    [],
    true,
    Promise.resolve(new Uint8Array(2)),
    new Response("x"),
    Symbol("x"),
  ]) {
    await rejects(
      () => load(value as never),
      TypeError,
      /^source must be an address, a URL, bytes or a WebAssembly\.Module, got /,
    );
  }
  const other = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  await rejects(
    () => load(other),
    TypeError,
    "source must be codec.wasm, but it is another WebAssembly module",
  );
  await rejects(() => load(new Uint8Array(3)), Error, /WebAssembly/);
});

test("codec: wrong arguments where there is no SharedArrayBuffer, as in an ordinary page", () => {
  const script = `
    delete globalThis.SharedArrayBuffer;
    const { load } = await import(${JSON.stringify(new URL("../../lib/codec.js", import.meta.url).href)});
    const c = (await load()).target("linux64"), told = [];
    for (const body of [() => c.inet_ntoa({}), () => c.buildControl([[1, 2, {}]]), () => c.netlink.parse(5)]) try { body(); } catch (error) { told.push(error.name); }
    console.log(told.join());`;
  const { stdout, stderr } = spawnSync(process.execPath, textArguments([], script), { encoding: "utf8" });
  is(stdout, "TypeError,TypeError,TypeError\n", stderr);
});
