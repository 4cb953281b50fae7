// Multicast membership: ip(7), ipv6(7), linux/in.h; netinet/in.h of FreeBSD and of XNU (which packs
// group_req to 4); ws2ipdef.h.
import {
  AF_INET,
  AF_INET6,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_JOIN_GROUP,
  IP_ADD_MEMBERSHIP,
  IP_DROP_MEMBERSHIP,
  SOCK_DGRAM,
  Socket,
  structs,
} from "../../ts/index.js";
import { noIPv6 } from "../have.js";
import { equal, fails, is, test, throws } from "../suite.js";
import { bytes, codec, hex, structBytes, type Vectors } from "../vectors.js";

const group = "efff0001";
const own = "0a000001";
const source = "c0000207";
const six = "ff020000000000000000000000000001";
const everywhere = (text: string) => ({
  linux64: text,
  linux64be: text,
  darwin64: text,
  freebsd64: text,
  windows64: text,
});
const indexed = (text: string): Vectors => ({
  ...everywhere(`${text} 02010000`),
  linux64be: `${text} 00000102`,
});

structBytes("ip_mreq", { multiaddr: "239.255.0.1", interface: "10.0.0.1" }, everywhere(`${group} ${own}`));
structBytes(
  "ip_mreqn",
  { multiaddr: "239.255.0.1", address: "10.0.0.1", ifindex: 258 },
  { ...indexed(`${group} ${own}`), windows64: null },
);
structBytes(
  "ip_mreq_source",
  { multiaddr: "239.255.0.1", interface: "10.0.0.1", sourceaddr: "192.0.2.7" },
  {
    linux64: `${group} ${own} ${source}`,
    linux64be: `${group} ${own} ${source}`,
    darwin64: `${group} ${source} ${own}`,
    freebsd64: `${group} ${source} ${own}`,
    windows64: `${group} ${source} ${own}`,
  },
);
structBytes("ipv6_mreq", { multiaddr: "ff02::1", interface: 258 }, indexed(six));

// A sockaddr_in or sockaddr_in6 in a sockaddr_storage of 128 bytes.
const storage = (head: string, rest: string) => `${head} ${rest}`.replace(/ /g, "").padEnd(256, "0");
const four = (head: string, address: string) => storage(head, `0000 ${address}`);
const long = (head: string, address: string) => storage(head, `0000 00000000 ${address} 00000000`);

structBytes(
  "group_req",
  { interface: 258, group: ["ff02::1", 0, 0, 0] },
  {
    linux64: `02010000 00000000 ${long("0a00", six)}`,
    linux64be: `00000102 00000000 ${long("000a", six)}`,
    linux32: `02010000 ${long("0a00", six)}`,
    darwin64: `02010000 ${long("1c1e", six)}`,
    freebsd64: `02010000 00000000 ${long("1c1c", six)}`,
    windows64: `02010000 00000000 ${long("1700", six)}`,
  },
);
structBytes(
  "group_source_req",
  { interface: 258, group: ["239.255.0.1", 0], source: ["192.0.2.7", 0] },
  {
    linux64: `02010000 00000000 ${four("0200", group)} ${four("0200", source)}`,
    linux64be: `00000102 00000000 ${four("0002", group)} ${four("0002", source)}`,
    linux32: `02010000 ${four("0200", group)} ${four("0200", source)}`,
    darwin64: `02010000 ${four("1002", group)} ${four("1002", source)}`,
    freebsd64: `02010000 00000000 ${four("1002", group)} ${four("1002", source)}`,
    windows64: `02010000 00000000 ${four("0200", group)} ${four("0200", source)}`,
  },
);

test("ip_mreqn: a group is joined and left on the loopback interface", () => {
  using s = new Socket(AF_INET, SOCK_DGRAM);
  const value = structs.ip_mreqn.pack({ multiaddr: "239.255.0.1", ifindex: 1 });
  s.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, value);
  fails("EADDRINUSE", () => s.setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, value));
  s.setsockopt(IPPROTO_IP, IP_DROP_MEMBERSHIP, value);
  fails("EADDRNOTAVAIL", () => s.setsockopt(IPPROTO_IP, IP_DROP_MEMBERSHIP, value));
});

test(
  "ipv6_mreq: a group is joined on the loopback interface",
  () => {
    using s = new Socket(AF_INET6, SOCK_DGRAM);
    s.setsockopt(
      IPPROTO_IPV6,
      IPV6_JOIN_GROUP,
      structs.ipv6_mreq.pack({ multiaddr: "ff02::1234", interface: 1 }),
    );
  },
  { skip: noIPv6 },
);

test("group_req: an address of a family nobody knows stays as it is", () => {
  const { group_req } = codec.target("linux32").structs;
  const image = bytes(`01000000 6300 ${"ab".repeat(126)}`);
  const value = group_req.unpack(image);
  equal(value, { interface: 1, group: [99, new Uint8Array(126).fill(0xab)] });
  is(hex(group_req.pack(value)), hex(image));
});

test("group_req: hosts are numeric addresses", () => {
  const { group_req } = codec.target("linux64").structs;
  throws(
    () => group_req.pack({ interface: 1, group: ["all-hosts", 0] }),
    RangeError,
    'group_req: group must have a numeric host, got ["all-hosts", 0]',
  );
  throws(
    () => group_req.pack({ interface: 1, group: ["ff02::1", 70000] }),
    RangeError,
    "group_req: group: port must be an integer 0..65535, got 70000",
  );
  throws(
    () => group_req.pack({ interface: 1, group: "ff02::1" as never }),
    TypeError,
    /^group_req: group: address must be \[host: string, port: number\], got "ff02::1"$/,
  );
  throws(
    () => group_req.pack({ interface: -1, group: ["ff02::1", 0] }),
    RangeError,
    "group_req: interface must be an integer 0..4294967295, got -1",
  );
});
