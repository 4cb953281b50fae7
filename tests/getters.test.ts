// Values whose getters and iterators call back into the package while it reads them.
import type { FamilyName, TargetCodec } from "../ts/codec.js";
import { AF_INET, AF_UNIX, MSG_DONTWAIT, SOCK_DGRAM, Socket, socketpair } from "../ts/index.js";
import type { StructName } from "../ts/structs.js";
import { equal, is, match, ok, test } from "./suite.js";
import { codec, hex } from "./vectors.js";
import { treacherous } from "./hostile-values.js";

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
