// What the caller's values are: views that lie or come from another realm, getters that call back
// into the package, arrays that are none, and values that can't be shown.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { runInNewContext } from "node:vm";
import { rolldown } from "rolldown";
import { bytesOf, octets, room, show, writableOf } from "../ts/base/check.js";
import { load, type FamilyName, type TargetCodec } from "../ts/codec.js";
import * as exceptions from "../ts/base/error.js";
import * as api from "../ts/index.js";
import * as promises from "../ts/promises/index.js";
import {
  AF_INET,
  AF_UNIX,
  IPPROTO_IP,
  IP_TTL,
  MSG_DONTWAIT,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
  SO_RCVBUF,
  Socket,
  inet_ntop,
  socketpair,
} from "../ts/index.js";
import type { StructName } from "../ts/structs.js";
import { honest, lengthOf, part, viewOf } from "../ts/base/views.js";
import { textArguments } from "./runtime.js";
import { equal, is, match, ok, rejects, test, throws } from "./suite.js";
import { codec, hex } from "./vectors.js";

/** Says any length, and runs code. */
class Liar extends Uint8Array {
  static ran = 0;
  override get length(): number {
    Liar.ran++;
    return 1 << 20;
  }
  override subarray(): never {
    throw new Error("subarray() ran");
  }
  override slice(): never {
    throw new Error("slice() ran");
  }
  override includes(): never {
    throw new Error("includes() ran");
  }
  override set(): never {
    throw new Error("set() ran");
  }
  static get [Symbol.species](): never {
    throw new Error("a species was asked for");
  }
}
const liar = (...bytes: number[]): Uint8Array => {
  const view = new Liar(bytes.length);
  bytes.forEach((byte, i) => {
    view[i] = byte;
  });
  return view;
};
const foreign = (source: string): Uint8Array => runInNewContext(source) as Uint8Array;

test("views: those of another realm, subclasses and other views are their bytes", () => {
  const expected = "01020304";
  for (const [name, value] of Object.entries({
    plain: Uint8Array.of(1, 2, 3, 4),
    Buffer: Buffer.from([1, 2, 3, 4]),
    liar: liar(1, 2, 3, 4),
    "own length": Object.defineProperty(Uint8Array.of(1, 2, 3, 4), "length", { get: () => 99 }),
    "no prototype": Object.setPrototypeOf(Uint8Array.of(1, 2, 3, 4), null) as Uint8Array,
    "another realm's": foreign("Uint8Array.of(1, 2, 3, 4)"),
    "its buffer": foreign("Uint8Array.of(1, 2, 3, 4).buffer"),
    "its DataView": foreign("new DataView(Uint8Array.of(0, 1, 2, 3, 4).buffer, 1)"),
    "its shared memory": foreign(
      "const s = new SharedArrayBuffer(4); new Uint8Array(s).set([1, 2, 3, 4]); s",
    ),
    "16 bits": new Uint16Array(Uint8Array.of(1, 2, 3, 4).buffer),
    clamped: Uint8ClampedArray.of(1, 2, 3, 4),
    "a buffer": Uint8Array.of(1, 2, 3, 4).buffer,
  })) {
    for (const read of [bytesOf, writableOf]) {
      const view = read("data", value as Uint8Array);
      equal([view.length, hex(part(view, 0)), view.subarray(1, 2).length], [4, expected, 1], name);
    }
  }
  const shared = new SharedArrayBuffer(4);
  const same = Buffer.from("abc");
  is(writableOf("data", shared as never).buffer, shared as never);
  is(bytesOf("data", same), same);
  is(honest(same), same);
  is(room(liar(1, 2, 3), undefined), 3);
  throws(() => room(liar(1, 2, 3), 4), RangeError, "nbytes must be 0..3, the buffer's length, got 4");
  is(hex(octets("data", foreign("new Uint8Array(2)"))), "0000");
});

test("views: buffers that are gone, that shrink and grow", () => {
  const gone = new ArrayBuffer(8);
  const views = [new Uint8Array(gone), new DataView(gone), new Uint16Array(gone), gone];
  structuredClone(gone, { transfer: [gone] });
  for (const view of views) is(viewOf(view)!.length, 0);
  is(part(views[0] as Uint8Array, 3).length, 0);
  type Resizable = ArrayBuffer & { resize(size: number): void };
  const growing = new (ArrayBuffer as unknown as new (size: number, options: object) => Resizable)(8, {
    maxByteLength: 64,
  });
  const tail = new DataView(growing, 4);
  const fixed = new DataView(growing, 4, 4);
  equal([viewOf(growing)!.length, viewOf(tail)!.length, viewOf(fixed)!.length], [8, 4, 4]);
  growing.resize(16);
  equal([viewOf(growing)!.length, viewOf(tail)!.length, viewOf(fixed)!.length], [16, 12, 4]);
  growing.resize(2);
  equal([viewOf(growing)!.length, viewOf(tail)!.length, viewOf(fixed)!.length], [2, 0, 0]);
});

test("views: what is none", () => {
  for (const value of [
    undefined,
    null,
    5,
    true,
    Symbol("s"),
    {},
    [1, 2],
    () => 1,
    { length: 3 },
    new Proxy(new Uint8Array(2), {}),
    Object.create(Uint8Array.prototype),
    { buffer: new ArrayBuffer(2) },
  ]) {
    is(viewOf(value), undefined);
    throws(
      () => bytesOf("data", value as never),
      TypeError,
      /^data must be a string, a Uint8Array, another view or an ArrayBuffer, got /,
    );
    throws(
      () => writableOf("data", value as never),
      TypeError,
      /^data must be a Uint8Array, another view or an ArrayBuffer, got /,
    );
  }
  throws(
    () => octets("data", new Uint16Array(1)),
    TypeError,
    "data must be a Uint8Array, got Uint16Array(2)",
  );
});

test("setsockopt, send, bind, inet_ntop: a view's own length is what counts", () => {
  using s = new Socket(AF_INET, SOCK_DGRAM);
  const before = s.getsockopt(SOL_SOCKET, SO_RCVBUF, 4);
  const [a, b] = socketpair(AF_UNIX, SOCK_DGRAM);
  s.setsockopt(SOL_SOCKET, SO_RCVBUF, liar(0, 32, 0, 0));
  is(s.getsockopt(SOL_SOCKET, SO_RCVBUF), 16384);
  is(before.length, 4);
  s.setsockopt(IPPROTO_IP, IP_TTL, foreign("Uint8Array.of(9, 0, 0, 0)"));
  is(s.getsockopt(IPPROTO_IP, IP_TTL), 9);
  a.send(liar(1, 2, 3));
  is(hex(b.recv(10)), "010203");
  a.sendmsg([liar(4), foreign("Uint8Array.of(5)")]);
  is(hex(b.recv(10)), "0405");
  const room = liar(0, 0, 0, 0, 0);
  a.send("ab");
  is(b.recvInto(room), 2);
  is(hex(part(room, 0)), "6162000000");
  is(inet_ntop(AF_INET, liar(127, 0, 0, 1)), "127.0.0.1");
  using u = new Socket(AF_UNIX, SOCK_STREAM);
  u.bind(liar(0, ...Buffer.from(`values-${process.pid}`)));
  is(String(u.getsockname()).slice(1), `values-${process.pid}`);
  a.close();
  b.close();
});

/** Tells its length as it is, and runs code for whatever else it is asked. */
class Meddler extends Uint8Array {
  static meddle = (): never => {
    throw new Error("a method of the caller's view ran");
  };
  override subarray(): never {
    return Meddler.meddle();
  }
  override slice(): never {
    return Meddler.meddle();
  }
  override set(): never {
    return Meddler.meddle();
  }
  override includes(): never {
    return Meddler.meddle();
  }
  override [Symbol.iterator](): never {
    return Meddler.meddle();
  }
  static get [Symbol.species](): never {
    return Meddler.meddle();
  }
}
const meddler = (text: string): Uint8Array => {
  const view = new Meddler(text.length);
  for (let i = 0; i < text.length; i++) view[i] = text.charCodeAt(i);
  return view;
};

test("sockets, files, batches, structs: no method of the caller's views is called", async () => {
  for (const view of [meddler, (text: string) => liar(...Buffer.from(text))]) {
    const [a, b] = socketpair(AF_UNIX, SOCK_STREAM);
    const reader = b.makefile("rb", 16);
    const writer = a.makefile("wb", 8);
    const raw = a.makefile("rwb", 0);
    writer.write(view("a line that is longer than the buffer\n"));
    writer.write(view("short\n"));
    writer.writelines([view("l1\n")]);
    writer.flush();
    raw.writelines([view("raw\n")]);
    a.sendall(view("all\n"));
    a.sendmsg([view("m"), view("sg\n")]);
    a.shutdown(1);
    const room = view(".....................");
    const first = view("....");
    is(reader.readinto(first), 4);
    is(String(part(first, 0)), String(Buffer.from("a li").join()));
    is(reader.readinto(room), 21);
    is(Buffer.from(part(room, 0)).toString(), "ne that is longer tha");
    is(String(reader.read()), "n the buffer\nshort\nl1\nraw\nall\nmsg\n");
    for (const file of [reader, writer, raw, a, b]) file.close();

    const [c, d] = socketpair(AF_UNIX, SOCK_DGRAM);
    const batch = c.batch({ count: 2, size: 4, buffer: view("........") });
    const into = d.batch({ count: 2, size: 4, buffer: view("........") });
    ok(batch.push(view("b1")) && batch.push(view("b2b2")));
    throws(
      () => {
        batch.clear();
        batch.push(view("12345"));
      },
      RangeError,
      "data must be at most 4 bytes long, the batch's size, got 5",
    );
    ok(batch.push(view("b1")) && batch.push(view("b2b2")));
    is(c.sendmmsg(batch), 2);
    is(d.recvmmsg(into), 2);
    equal(
      [0, 1].map(i => into.data(i).toString()),
      ["b1", "b2b2"],
    );
    const t = codec.target("linux64");
    is(
      hex(t.structs.can_frame.pack({ id: 1, data: view("abc") })),
      hex(t.structs.can_frame.pack({ id: 1, data: Buffer.from("abc") })),
    );
    is(
      hex(t.encodeAddress("AF_UNIX", view("\0name"))),
      hex(t.encodeAddress("AF_UNIX", Buffer.from("\0name"))),
    );
    is(
      hex(t.encodeAddress("AF_PACKET", ["3", 1, 2, 3, view("abc")])),
      hex(t.encodeAddress("AF_PACKET", ["3", 1, 2, 3, Buffer.from("abc")])),
    );
    equal(t.parseControl(Object.assign(view("."))).whole, false);
    is(
      t.annotate(view("abcdef"), "address").reduce((sum, row) => sum + row.bytes.length, 0),
      6,
    );
    c.close();
    d.close();

    const [p, q] = await promises.socketpair(AF_UNIX, SOCK_STREAM);
    await p.sendall(view("promised"));
    const to = view("........");
    is(await q.recvInto(to), 8);
    is(Buffer.from(part(to, 0)).toString(), "promised");
    p.close();
    q.close();
  }
});

test("push: values that push into the same batch meanwhile", () => {
  const [a, b] = socketpair(AF_UNIX, SOCK_DGRAM);
  const batch = a.batch({ count: 2, size: 8 });
  const pushes = (text: string): Iterable<never> => ({
    // biome-ignore lint/correctness/useYield: it runs code, and gives nothing
    *[Symbol.iterator]() {
      batch.push(text);
    },
  });
  ok(batch.push("outer", null, pushes("inner")));
  is(batch.push("no room", null, pushes("none")), false);
  is(a.sendmmsg(batch), 2);
  equal([String(b.recv(9)), String(b.recv(9))], ["inner", "outer"]);
  batch.clear();
  batch.push("1");
  is(batch.push("left out", null, pushes("2")), false);
  is(batch.length, 2);
  a.close();
  b.close();
});

test("show: bounded text for any value, and nothing of it runs", () => {
  let ran = 0;
  const cyclic: unknown[] = [1];
  cyclic.push(cyclic, [cyclic]);
  let deep: unknown = "end";
  for (let i = 0; i < 100_000; i++) deep = [deep];
  const traps = new Proxy(
    {},
    {
      get: () => {
        throw new Error("trapped");
      },
    },
  );
  const everything = new Proxy([], traps as object);
  const revoked = Proxy.revocable([], {});
  revoked.revoke();
  const wide = Array.from({ length: 8 }, () =>
    Array.from({ length: 8 }, () => Array.from({ length: 8 }, () => "x".repeat(100))),
  );
  const getters = Object.defineProperties([], {
    0: { get: () => ran++, enumerable: true },
    length: { value: 1 },
  });
  const holes = [, 1];
  const object = {
    get constructor() {
      ran++;
      return class Fake {};
    },
    toString() {
      ran++;
      return "";
    },
    [Symbol.toPrimitive]() {
      ran++;
      return "";
    },
  };
  for (const value of [
    cyclic,
    deep,
    wide,
    everything,
    revoked.proxy,
    getters,
    new Array(4e9),
    object,
    Object.create(null),
    "x".repeat(1e6),
    2n ** 100_000n,
    Symbol("s".repeat(1e6)),
    -0,
    traps,
  ]) {
    const text = show(value);
    ok(text.length < 1000, `${text.length}: ${text.slice(0, 100)}`);
  }
  is(ran, 0);
  equal(
    [
      getters,
      holes,
      cyclic,
      1n,
      Symbol("s"),
      liar(1, 2),
      new DataView(new ArrayBuffer(3)),
      class {},
      object,
      null,
      ["a", [true]],
    ].map(show),
    [
      "[a getter]",
      "[undefined, 1]",
      "[1, [1, [1, [1, [...], [...]], [[...]]], [[1, [...], [...]]]], [[1, [1, [...], [...]], [[...]]]]]",
      "1n",
      "Symbol(s)",
      "Liar(2)",
      "DataView(3)",
      "a function",
      "an object of class Object",
      "null",
      '["a", [true]]',
    ],
  );
  is(show(everything), "an object that can't be looked at");
});

/** The same value, each part of which calls `meddle` when it is read. */
function treacherous(value: unknown, meddle: () => void): unknown {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  const out = Array.isArray(value) ? new Array(value.length) : {};
  for (const [key, inner] of Object.entries(value)) {
    Object.defineProperty(out, key, {
      enumerable: true,
      configurable: true,
      get: () => {
        meddle();
        return treacherous(inner, meddle);
      },
    });
  }
  return out;
}

function meddlers(c: TargetCodec): () => void {
  return () => {
    c.structs.linger.pack({ onoff: 0x7fff, linger: 0x55 });
    c.encodeAddress("AF_UNIX", "x".repeat(100));
    c.encodeAddress("AF_INET6", ["ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 65535]);
    c.structs.group_source_req.pack({ interface: 7, group: ["9.9.9.9", 9], source: ["9.9.9.9", 9] });
    c.parseControl(c.buildControl([[7, 7, new Uint8Array(40).fill(7)]]));
    c.annotate(new Uint8Array(64).fill(0xff), "address");
  };
}

test("structs: getters of a value, in every place, that pack other structs and addresses harm nothing", () => {
  let packed = 0;
  for (const target of ["linux64", "linux64be", "linux32", "darwin64", "freebsd64", "windows64"] as const) {
    const c = codec.target(target);
    const sizes = JSON.parse(JSON.stringify(c.structs)) as Record<string, { size?: number }>;
    for (const [name, { size }] of Object.entries(sizes)) {
      if (size === undefined) continue;
      const struct = c.structs[name as StructName] as unknown as typeof c.structs.linger;
      for (const fill of [1, 0]) {
        let value: unknown;
        let wanted: string;
        // A length, an id or a family of ones may be none, and so may no data.
        try {
          value = struct.unpack(new Uint8Array(size).fill(fill));
          wanted = hex(struct.pack(value as never));
        } catch {
          continue;
        }
        is(hex(struct.pack(treacherous(value, meddlers(c)) as never)), wanted, `${target} ${name}`);
        packed++;
      }
    }
    const group = { interface: 1, group: ["ff02::1", 1, 2, 3], source: ["1.2.3.4", 5] };
    const error = { errno: 1, origin: 2, type: 3, code: 4, info: 5, data: 6, offender: ["1.2.3.4", 0] };
    is(
      hex(c.structs.group_source_req.pack(treacherous(group, meddlers(c)) as never)),
      hex(c.structs.group_source_req.pack(group as never)),
    );
    if (sizes.sock_extended_err!.size)
      is(
        hex(c.structs.sock_extended_err.pack(treacherous(error, meddlers(c)) as never)),
        hex(c.structs.sock_extended_err.pack(error as never)),
      );
  }
  ok(packed > 300, String(packed));
});

test("encodeAddress, buildControl, netlink: the same of their elements", () => {
  const addresses: Partial<Record<FamilyName, unknown[]>> = {
    AF_INET: ["1.2.3.4", 5],
    AF_INET6: ["fe80::1", 5, 6, 7],
    AF_CAN: ["3"],
    CAN_ISOTP: ["3", 1, 2],
    CAN_J1939: ["3", 1n, 2, 3],
    AF_TIPC: [1, 2, 3, 4, 2],
    AF_VSOCK: [1, 2],
    AF_QIPCRTR: [1, 2],
    AF_RDS: ["1.2.3.4", 5],
    AF_DIVERT: ["1.2.3.4", 5],
    AF_NETLINK: [1, 2],
    AF_PACKET: ["3", 1, 2, 3, new Uint8Array(6).fill(9)],
    AF_XDP: ["3", 1, 2, 3],
    AF_LINK: ["3", 3, 1, "en0", Uint8Array.of(1, 2)],
    BTPROTO_L2CAP: ["00:11:22:33:44:55", 1, 2, 1],
    BTPROTO_HCI: [1, 2],
    BTPROTO_RFCOMM: ["00:11:22:33:44:55", 1],
    BTPROTO_ISO: ["00:11:22:33:44:55", 1],
    AF_ALG: ["hash", "sha256", 1, 2],
    AF_SYSTEM: [1, 2],
    AF_HYPERV: ["00112233-4455-6677-8899-aabbccddeeff", "00112233-4455-6677-8899-aabbccddeeff"],
  };
  let encoded = 0;
  for (const target of ["linux64", "darwin64", "freebsd64", "windows64"] as const) {
    const c = codec.target(target);
    const meddle = meddlers(c);
    for (const [family, address] of Object.entries(addresses)) {
      let wanted: Uint8Array;
      try {
        wanted = c.encodeAddress(family as "AF_INET", address as never);
      } catch (error) {
        match((error as Error).message, /has no/);
        continue;
      }
      is(
        hex(c.encodeAddress(family as "AF_INET", treacherous(address, meddle) as never)),
        hex(wanted),
        `${target} ${family}`,
      );
      encoded++;
    }
    is(
      hex(c.encodeAddress(99, treacherous([99, Uint8Array.of(1, 2)], meddle))),
      hex(c.encodeAddress(99, [99, Uint8Array.of(1, 2)])),
    );
    const items = [
      [1, 2, "abc"],
      [3, 4, Uint8Array.of(5)],
    ];
    is(hex(c.buildControl(treacherous(items, meddle) as never)), hex(c.buildControl(items as never)));
  }
  is(encoded, 30);
  const c = codec.target("linux64");
  const attributes = [
    [1, "abc"],
    [2, [[3, Uint8Array.of(1)]]],
  ];
  is(
    hex(c.netlink.packAttributes(treacherous(attributes, meddlers(c)) as never)),
    hex(c.netlink.packAttributes(attributes as never)),
  );
});

test("bind, sendto: getters of an address that bind and send elsewhere", () => {
  using s = new Socket(AF_INET, SOCK_DGRAM);
  using other = new Socket(AF_INET, SOCK_DGRAM);
  using to = new Socket(AF_INET, SOCK_DGRAM);
  to.bind(["127.0.0.1", 0]);
  let calls = 0;
  const elsewhere = () => {
    if (calls++ === 0) other.bind(["127.0.0.2", 0]);
    else
      try {
        other.sendto("wrong", ["127.0.0.3", 9]);
      } catch {
        /* nobody is there */
      }
  };
  s.bind(treacherous(["127.0.0.1", 0], elsewhere) as [string, number]);
  is(s.getsockname()[0], "127.0.0.1");
  is(other.getsockname()[0], "127.0.0.2");
  s.sendto("right", treacherous(to.getsockname(), elsewhere) as [string, number]);
  is(String(to.recv(10)), "right");
  s.sendmsg(
    treacherous(["al", "so"], elsewhere) as string[],
    treacherous([], elsewhere) as [],
    MSG_DONTWAIT,
    treacherous(to.getsockname(), elsewhere) as [string, number],
  );
  is(String(to.recv(10)), "also");
  ok(calls > 5);
});

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
    const { load } = await import(${JSON.stringify(new URL("../lib/codec.js", import.meta.url).href)});
    const c = (await load()).target("linux64"), told = [];
    for (const body of [() => c.inet_ntoa({}), () => c.buildControl([[1, 2, {}]]), () => c.netlink.parse(5)]) try { body(); } catch (error) { told.push(error.name); }
    console.log(told.join());`;
  const { stdout, stderr } = spawnSync(process.execPath, textArguments([], script), { encoding: "utf8" });
  is(stdout, "TypeError,TypeError,TypeError\n", stderr);
});

test(
  "errors: a class's name is data, and outlives a minifier",
  async () => {
    const bundle = await rolldown({ input: fileURLToPath(new URL("../ts/base/error.js", import.meta.url)) });
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

test("errors: an address that can't be told does not hide the error", () => {
  using s = new Socket(AF_UNIX, SOCK_DGRAM);
  const path = new Uint8Array(90).fill(0x78);
  const error = throws(() => s.connect(liar(...path)), exceptions.OSError, /^connect ENOENT x{90}$/);
  is(error.code, "ENOENT");
  is(lengthOf(error.address as Uint8Array), 90);
});
