// Netlink messages and attributes: netlink(7), linux/netlink.h; bytes by hand, by CPython's struct
// module, and by the kernel.
import {
  AF_NETLINK,
  AF_UNSPEC,
  IFLA_ADDRESS,
  IFLA_IFNAME,
  NETLINK_EXT_ACK,
  NETLINK_ROUTE,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  NLMSGERR_ATTR_MSG,
  NLMSG_DONE,
  NLMSG_ERROR,
  RTM_GETLINK,
  RTM_NEWLINK,
  SOCK_RAW,
  SOL_NETLINK,
  Socket,
  if_nameindex,
  netlink,
  structs,
} from "../ts/index.js";
import { targets } from "../shim/contract.js";
import { noNetlink } from "./have.js";
import { equal, is, ok, test, throws } from "./suite.js";
import { bytes, codec, hex } from "./vectors.js";

const little = codec.target("linux64").netlink;
const big = codec.target("linux64be").netlink;
const plain = (text: string) => text.replace(/ /g, "");

test("netlink: a message with attributes, in both byte orders", () => {
  const nested = [
    [1, Uint8Array.of(7)],
    [2, [[3, ""]]],
  ] as const;
  is(
    hex(
      little.packAttributes([
        [3, "lo\0"],
        [0x4004, bytes("0102")],
        [18, nested],
      ]),
    ),
    plain("0700 0300 6c6f00 00  0600 0440 0102 0000  1400 1280 0500 0100 07 000000 0800 0280 0400 0300"),
  );
  is(
    hex(
      big.packAttributes([
        [3, "lo\0"],
        [18, nested],
      ]),
    ),
    plain("0007 0003 6c6f00 00  0014 8012 0005 0001 07 000000 0008 8002 0004 0003"),
  );
  const message = little.pack(
    { type: 18, flags: 0x301, seq: 7, pid: 9 },
    bytes("00000000"),
    little.packAttributes([[29, bytes("01000000")]]),
  );
  is(hex(message), plain("1c000000 1200 0103 07000000 09000000 00000000 0800 1d00 01000000"));
  is(hex(big.pack({ type: 18 }, "abc")), plain("00000014 0012 0000 00000000 00000000 616263 00"));
  is(
    hex(codec.target("freebsd64").netlink.pack({ type: 18 })),
    plain("10000000 1200 0000 00000000 00000000"),
  );
  for (const target of ["darwin64", "windows64"] as const)
    throws(
      () => codec.target(target).netlink.pack({ type: 1 }),
      RangeError,
      `${target} has no struct nlmsghdr`,
    );
});

test("netlink: what was packed is parsed", () => {
  for (const target of targets.filter(target => target.startsWith("linux") || target === "freebsd64")) {
    const { netlink } = codec.target(target);
    const attributes = netlink.packAttributes([
      [0x8001, "a"],
      [2, [[5, "xyz"]]],
      [2, ""],
    ]);
    const { items, whole } = netlink.parse(
      Buffer.concat([
        netlink.pack(
          { type: 0xffff, flags: 0xfffe, seq: 2 ** 32 - 1, pid: 2 ** 32 - 2 },
          "12345",
          attributes,
        ),
        netlink.pack({ type: 3 }),
      ]),
    );
    ok(whole);
    equal(
      items.map(({ data, ...header }) => header),
      [
        { type: 0xffff, flags: 0xfffe, seq: 2 ** 32 - 1, pid: 2 ** 32 - 2 },
        { type: 3, flags: 0, seq: 0, pid: 0 },
      ],
    );
    const parsed = netlink.parseAttributes(items[0]!.data.subarray(8));
    equal(parsed, {
      whole: true,
      items: [
        { type: 1, flags: 0x8000, data: bytes("61") },
        { type: 2, flags: 0x8000, data: netlink.packAttributes([[5, "xyz"]]).subarray(0, 7 + 1) },
        { type: 2, flags: 0, data: new Uint8Array(0) },
      ],
    });
    equal(netlink.parseAttributes(parsed.items[1]!.data).items, [
      { type: 5, flags: 0, data: bytes("78797a") },
    ]);
  }
  equal(little.parse(new Uint8Array(0)), { items: [], whole: true });
  equal(little.parseAttributes(new Uint8Array(0)), { items: [], whole: true });
});

test("netlink: chains that lie are cut where they end", () => {
  const attributes = (text: string) => little.parseAttributes(bytes(text));
  equal(attributes("0500 0100 aa"), { items: [{ type: 1, flags: 0, data: bytes("aa") }], whole: true });
  equal(attributes("0900 0100 aa"), { items: [{ type: 1, flags: 0, data: bytes("aa") }], whole: false });
  equal(attributes("ffff 0100"), { items: [{ type: 1, flags: 0, data: new Uint8Array(0) }], whole: false });
  for (const text of ["0000 0100", "0300 0100 0000", "0400 01", "04"])
    equal(attributes(text), { items: [], whole: false });
  equal(attributes("0400 0100 0300 0000").whole, false);
  const header = (length: string) => bytes(`${length} 1000 0000 01000000 02000000`);
  equal(little.parse(header("10000000")).items.length, 1);
  for (const length of ["00000000", "0f000000"])
    equal(little.parse(header(length)), { items: [], whole: false });
  for (const length of ["11000000", "ffffffff", "ffffff7f", "00000080"]) {
    equal(little.parse(header(length)), {
      items: [{ type: 16, flags: 0, seq: 1, pid: 2, data: new Uint8Array(0) }],
      whole: false,
    });
  }
  equal(little.parse(header("10000000").subarray(1)), { items: [], whole: false });
});

test("netlink: random bytes give messages inside the bytes", () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return (seed % 65537) % below;
  };
  for (let i = 0; i < 3000; i++) {
    const data = Uint8Array.from({ length: random(80) }, () => random(i % 2 ? 256 : 20));
    for (const { netlink } of [codec.target("linux64"), codec.target("linux64be")]) {
      for (const [{ items, whole }, head] of [
        [netlink.parse(data), 16],
        [netlink.parseAttributes(data), 4],
      ] as const) {
        const sum = items.reduce((sum, item) => sum + head + item.data.length, 0);
        ok(sum <= data.length && (!whole || sum + 4 * items.length >= data.length));
      }
    }
  }
});

test("netlink: bad values", () => {
  throws(() => little.pack({ type: 65536 }), RangeError, "type must be an integer 0..65535, got 65536");
  throws(() => little.pack({ type: 1, flags: -1 }), RangeError, "flags must be an integer 0..65535, got -1");
  throws(
    () => little.pack({ type: 1, seq: 2 ** 32 }),
    RangeError,
    "seq must be an integer 0..4294967295, got 4294967296",
  );
  throws(() => little.pack({ type: 1, pid: -1 }), RangeError, "pid must be an integer 0..4294967295, got -1");
  throws(() => little.pack({} as never), TypeError, "type must be a number, got undefined");
  throws(() => little.pack(18 as never), TypeError, "header must be an object, got 18");
  throws(() => little.pack({ type: 1 }, 5 as never), TypeError, /^part 0 must be a string, a Uint8Array/);
  throws(
    () => little.packAttributes([[65536, ""]]),
    RangeError,
    "attribute type must be an integer 0..65535, got 65536",
  );
  throws(
    () => little.packAttributes([[1, new Uint8Array(65532)]]),
    RangeError,
    "attribute 1: length must be an integer 0..65531, got 65532",
  );
  is(little.packAttributes([[1, new Uint8Array(65531)]]).length, 65536);
  throws(
    () => little.packAttributes([[1]] as never),
    TypeError,
    "attribute must be [type: number, data: Data | attributes], got [1]",
  );
  throws(
    () => little.packAttributes([[1, 5]] as never),
    TypeError,
    /^attribute 1 must be a string, a Uint8Array/,
  );
  throws(() => little.packAttributes("x" as never), TypeError, 'attributes must be an array, got "x"');
  throws(() => little.parse(5 as never), TypeError, /^messages must be a string, a Uint8Array/);
  throws(
    () => little.parseError({ flags: 0, data: new Uint8Array(19) }),
    RangeError,
    "nlmsgerr is 20 bytes on linux64, got 19: too few",
  );
});

test("netlink: an error, with the message it answers or without, and what the kernel adds", () => {
  const header = "20000000 1200 0500 07000000 08000000";
  const said = little.packAttributes([[1, "no\0"]]);
  const known = { len: 32, type: 18, flags: 5, seq: 7, pid: 8 };
  const error = (flags: number, text: string) => little.parseError({ flags, data: bytes(text) });
  equal(error(0, `00000000 ${header}`), { errno: 0, header: known, attributes: [] });
  equal(error(0, `edffffff ${header} ${"00".repeat(16)}`), { errno: 19, header: known, attributes: [] });
  const attributes = [{ type: 1, flags: 0, data: bytes("6e6f00") }];
  equal(error(0x200, `edffffff ${header} ${"00".repeat(16)} ${hex(said)}`), {
    errno: 19,
    header: known,
    attributes,
  });
  equal(error(0x300, `edffffff ${header} ${hex(said)}`), { errno: 19, header: known, attributes });
  equal(error(0x200, `00000000 ${header} ${hex(said)}`), { errno: 0, header: known, attributes });
  equal(error(0x200, `edffffff ffffffff ${header.slice(8)} ${hex(said)}`).attributes, []);
  equal(error(0x200, `edffffff 00000000 ${header.slice(8)} ${hex(said)}`).attributes, attributes);
});

/** What the kernel answers to a request: all messages up to the last. */
function ask(s: Socket<[number, number]>, request: Uint8Array) {
  s.send(request);
  const answers: ReturnType<typeof netlink.parse>["items"] = [];
  for (let i = 0; i < 1000; i++) {
    const { items, whole } = netlink.parse(s.recv(65536));
    ok(whole);
    answers.push(...items);
    if (items.some(({ type }) => type === NLMSG_DONE || type === NLMSG_ERROR)) return answers;
  }
  throw new Error("the dump has no end");
}

test(
  "netlink: the kernel's links are those of if_nameindex",
  () => {
    using s = new Socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    s.settimeout(5);
    s.bind([0, 0]);
    s.connect([0, 0]);
    const request = netlink.pack(
      { type: RTM_GETLINK, flags: NLM_F_REQUEST | NLM_F_DUMP, seq: 5 },
      structs.ifinfomsg.pack({ family: AF_UNSPEC, index: 0 }),
    );
    const answers = ask(s, request);
    const links = answers.filter(({ type }) => type === RTM_NEWLINK);
    ok(answers.every(({ seq, pid }) => seq === 5 && pid === s.getsockname()[0]));
    const names = links.map(({ data }) => {
      const { index } = structs.ifinfomsg.unpack(data.subarray(0, structs.ifinfomsg.size));
      const { items } = netlink.parseAttributes(data.subarray(structs.ifinfomsg.size));
      const name = items.find(({ type }) => type === IFLA_IFNAME)!.data;
      if (index === 1) is(hex(items.find(({ type }) => type === IFLA_ADDRESS)!.data), "000000000000");
      return [index, Buffer.from(name.subarray(0, -1)).toString()];
    });
    equal(names.sort(), if_nameindex().sort());
  },
  { skip: noNetlink },
);

test(
  "netlink: the kernel's error, with words of its own",
  () => {
    using s = new Socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
    s.settimeout(5);
    s.setsockopt(SOL_NETLINK, NETLINK_EXT_ACK, 1);
    s.connect([0, 0]);
    const [answer] = ask(
      s,
      netlink.pack(
        { type: RTM_GETLINK, flags: NLM_F_REQUEST | NLM_F_ACK, seq: 6 },
        structs.ifinfomsg.pack({ family: AF_UNSPEC, index: 0 }),
        netlink.packAttributes([[IFLA_IFNAME, "a name of more than 15 characters\0"]]),
      ),
    );
    const { errno, header, attributes } = netlink.parseError(answer!);
    ok(errno > 0);
    equal([header.type, header.seq], [RTM_GETLINK, 6]);
    ok(attributes.some(({ type, data }) => type === NLMSGERR_ATTR_MSG && data.length > 5));
  },
  { skip: noNetlink },
);
