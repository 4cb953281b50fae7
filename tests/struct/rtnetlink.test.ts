// What attributes of rtnetlink's messages hold: rtnetlink(7), linux/if_link.h, if_addr.h,
// neighbour.h, rtnetlink.h.
import { equal, is, test, throws } from "../suite.js";
import { bytes, codec, hex, structBytes } from "../vectors.js";

const nowhere = { darwin64: null, freebsd64: null, windows64: null };

structBytes(
  "ifa_cacheinfo",
  { prefered: 0x01020304, valid: 0xffffffff, cstamp: 5, tstamp: 6 },
  {
    linux64: "04030201 ffffffff 05000000 06000000",
    linux64be: "01020304 ffffffff 00000005 00000006",
    ...nowhere,
  },
);
structBytes(
  "nda_cacheinfo",
  { confirmed: 0x0102, used: 2, updated: 3, refcnt: 4 },
  {
    linux64: "02010000 02000000 03000000 04000000",
    linux64be: "00000102 00000002 00000003 00000004",
    ...nowhere,
  },
);
structBytes(
  "rta_cacheinfo",
  { clntref: 1, lastuse: 2, expires: -3, error: 101, used: 5, id: 6, ts: 7, tsage: 8 },
  {
    linux64: "01000000 02000000 fdffffff 65000000 05000000 06000000 07000000 08000000",
    linux64be: "00000001 00000002 fffffffd 00000065 00000005 00000006 00000007 00000008",
    ...nowhere,
  },
);
structBytes(
  "rtnexthop",
  { len: 0x0110, flags: 4, hops: 9, ifindex: 258 },
  { linux64: "1001 04 09 02010000", linux64be: "0110 04 09 00000102", ...nowhere },
);

/** The counters' names in the kernel's order. */
const names = [
  ...["rxPackets", "txPackets", "rxBytes", "txBytes", "rxErrors", "txErrors", "rxDropped", "txDropped"],
  ...["multicast", "collisions", "rxLengthErrors", "rxOverErrors", "rxCrcErrors", "rxFrameErrors"],
  ...["rxFifoErrors", "rxMissedErrors", "txAbortedErrors", "txCarrierErrors", "txFifoErrors"],
  ...["txHeartbeatErrors", "txWindowErrors", "rxCompressed", "txCompressed", "rxNohandler"],
];
const count = (i: number) => 0x0100 + i;
const word = (i: number, bytes: number) => (0x0100 + i).toString(16).padStart(2 * bytes, "0");
const swapped = (text: string) => text.match(/../g)!.reverse().join("");

test("rtnl_link_stats, rtnl_link_stats64: every counter in its place, in both byte orders", () => {
  const wide = [...names, "rxOtherhostDropped"];
  for (const [target, order] of [
    ["linux64", swapped],
    ["linux64be", (text: string) => text],
  ] as const) {
    const { structs } = codec.target(target);
    const narrowBytes = bytes(names.map((_, i) => order(word(i, 4))).join(""));
    const narrow = Object.fromEntries(names.map((name, i) => [name, count(i)]));
    is(structs.rtnl_link_stats.size, 96);
    equal(structs.rtnl_link_stats.unpack(narrowBytes), narrow);
    is(hex(structs.rtnl_link_stats.pack(narrow as never)), hex(narrowBytes));
    const wideBytes = bytes(wide.map((_, i) => order(word(i, 8))).join(""));
    const values = Object.fromEntries(wide.map((name, i) => [name, BigInt(count(i))]));
    is(structs.rtnl_link_stats64.size, 200);
    equal(structs.rtnl_link_stats64.unpack(wideBytes), values);
    is(hex(structs.rtnl_link_stats64.pack(values as never)), hex(wideBytes));
  }
});

test("rtnl_link_stats64: older kernels have fewer counters, later ones more", () => {
  const { rtnl_link_stats64 } = codec.target("linux64").structs;
  const old = rtnl_link_stats64.unpack(new Uint8Array(23 * 8));
  is("rxNohandler" in old, false);
  is(old.txCompressed, 0n);
  is(rtnl_link_stats64.unpack(new Uint8Array(26 * 8)).rxOtherhostDropped, 0n);
  is(rtnl_link_stats64.unpack(new Uint8Array(200).fill(0xff)).rxBytes, 2n ** 64n - 1n);
  throws(
    () => rtnl_link_stats64.unpack(new Uint8Array(23 * 8 - 1)),
    RangeError,
    "rtnl_link_stats64 has more than 183 bytes on linux64: too few",
  );
});
