// AF_PACKET: packet(7), linux/if_packet.h.
import {
  AF_PACKET,
  ARPHRD_ETHER,
  ARPHRD_LOOPBACK,
  CMSG_SPACE,
  ETH_P_ALL,
  ETH_P_IP,
  PACKET_AUXDATA,
  PACKET_OTHERHOST,
  SOCK_DGRAM,
  SOCK_RAW,
  SOL_PACKET,
  Socket,
  ancillary,
  htons,
  structs,
} from "../../ts/index.js";
import { targets } from "../../shim/contract.js";
import { packet } from "../../ts/family/packet.js";
import { noPacket } from "../have.js";
import { ask } from "../python.js";
import { equal, fails, is, test, throws } from "../suite.js";
import { addressBytes, bytes, codec, hex, rowsCover, prefilledContext } from "../vectors.js";

const mac = "0200c0ffee01";
const eight = "0102030405060708";
const nowhere = { darwin64: null, freebsd64: null, windows64: null };
// Protocol 0x88b5 is big-endian everywhere.
addressBytes(
  "AF_PACKET",
  packet,
  ["test0", 0x88b5, 3, 0x0304, bytes(eight)],
  {
    linux64: `1100 88b5 03000000 0403 03 08 ${eight}`,
    linux64be: `0011 88b5 00000003 0304 03 08 ${eight}`,
    ...nowhere,
  },
  { protocol: 0x88b5, ifindex: 3, hatype: 0x0304, pkttype: 3, halen: 8, addr: bytes(eight) },
);

const linux = codec.target("linux64");

test("AF_PACKET: what may be left out", () => {
  for (const target of ["linux64", "linux64be", "linux32"] as const) {
    const c = codec.target(target);
    const round = (...address: [string, number, number?, number?, Uint8Array?]) =>
      c.decodeAddress(c.encodeAddress("AF_PACKET", address), "AF_PACKET").address;
    is(c.family("AF_PACKET"), 17);
    equal(round("5", 0x0800), ["5", 0x0800, 0, 0, new Uint8Array(0)]);
    equal(round("", 0xffff, 255), ["", 0xffff, 255, 0, new Uint8Array(0)]);
    equal(round("2147483647", 0, 0, 0xffff), ["2147483647", 0, 0, 0xffff, new Uint8Array(0)]);
    equal(round("1", 3, undefined, undefined, bytes(mac)), ["1", 3, 0, 0, bytes(mac)]);
    is(c.encodeAddress("AF_PACKET", ["1", 3]).length, 20);
    for (let n = 0; n < 50; n++) rowsCover(c.annotate(new Uint8Array(n), "AF_PACKET"), new Uint8Array(n));
  }
  for (const target of ["darwin64", "freebsd64", "windows64"] as const)
    throws(
      () => codec.target(target).family("AF_PACKET"),
      RangeError,
      `${target} has no address family "AF_PACKET"`,
    );
});

test("AF_PACKET: lengths that kernels give: the address's own, all of sll_addr, 20 bytes of InfiniBand", () => {
  const head = (halen: string) => `1100 0003 02000000 0100 04 ${halen}`;
  const decoded = (text: string) => linux.decodeAddress(bytes(text), "AF_PACKET").address;
  equal(decoded(`${head("06")} ${mac}`), ["2", 3, 4, ARPHRD_ETHER, bytes(mac)]);
  equal(decoded(`${head("06")} ${mac} 0000`), ["2", 3, 4, 1, bytes(mac)]);
  equal(decoded(head("00")), ["2", 3, 4, 1, new Uint8Array(0)]);
  equal(decoded(`${head("14")} ${"ab".repeat(20)}`), ["2", 3, 4, 1, bytes("ab".repeat(20))]);
  equal(
    linux
      .annotate(bytes(`${head("06")} ${mac}`), "address")
      .map(row => [row.offset, hex(row.bytes), row.name]),
    [
      [0, "1100", "family"],
      [2, "0003", "protocol"],
      [4, "02000000", "ifindex"],
      [8, "0100", "hatype"],
      [10, "04", "pkttype"],
      [11, "06", "halen"],
      [12, mac, "addr"],
    ],
  );
  const wrong = (text: string, message: string) => throws(() => decoded(text), RangeError, message);
  for (let n = 2; n < 12; n++)
    throws(
      () => linux.decodeAddress(bytes(head("00")).subarray(0, n)),
      RangeError,
      `${n} bytes are too few for an AF_PACKET address`,
    );
  wrong(`${head("06")} 0102030405`, "17 bytes are too few for an AF_PACKET address");
  wrong(`${head("ff")} ${mac}`, "18 bytes are too few for an AF_PACKET address");
  wrong(`${head("06")} ${mac} 000000`, "21 bytes are too many for an AF_PACKET address");
  wrong(`${head("09")} ${"00".repeat(10)}`, "22 bytes are too many for an AF_PACKET address");
  wrong(`${head("21")} ${"00".repeat(33)}`, "45 bytes are too many for an AF_PACKET address");
  throws(
    () => codec.target("linux64be").decodeAddress(bytes(head("00")), "AF_PACKET"),
    RangeError,
    "the 12 bytes are another family's, not an AF_PACKET address",
  );
});

test("AF_PACKET: bad addresses", () => {
  const bad =
    (...address: unknown[]) =>
    () =>
      linux.encodeAddress("AF_PACKET", address as never);
  throws(
    () => linux.encodeAddress("AF_PACKET", "lo" as never),
    TypeError,
    'encodeAddress: address must be [interface: string, proto: number, pkttype?: number, hatype?: number, addr?: Uint8Array], got "lo"',
  );
  throws(bad("1"), TypeError, /address must be/);
  throws(bad("1", 3, 0, 0, bytes(mac), 0), TypeError, /address must be/);
  throws(bad(1, 3), TypeError, "encodeAddress: interface must be a string, got 1");
  throws(bad("lo", 3), RangeError, 'encodeAddress: interface must be given by its index here, got "lo"');
  throws(bad("1", "3"), TypeError, 'encodeAddress: proto must be a number, got "3"');
  throws(bad("1", 65536), RangeError, "encodeAddress: proto must be an integer 0..65535, got 65536");
  throws(bad("1", -1), RangeError, /proto must be an integer 0\.\.65535, got -1/);
  throws(bad("1", 3, 256), RangeError, "encodeAddress: pkttype must be an integer 0..255, got 256");
  throws(bad("1", 3, 0, 65536), RangeError, "encodeAddress: hatype must be an integer 0..65535, got 65536");
  throws(bad("1", 3, 0, 0, mac), TypeError, `encodeAddress: addr must be a Uint8Array, got "${mac}"`);
  throws(bad("1", 3, 0, 0, bytes(`${eight}00`)), RangeError, "encodeAddress: addr must be 0..8 bytes, got 9");
});

test("AF_PACKET: no scratch byte gets into an address", () => {
  for (const target of targets.filter(target => target.startsWith("linux"))) {
    const context = prefilledContext(target);
    const { wire } = context;
    is(
      hex(
        wire.bytes.subarray(
          wire.address + 2,
          wire.address + packet.encode(context, ["", 0] as never, "test"),
        ),
      ),
      "00".repeat(18),
    );
  }
});

test(
  "AF_PACKET: bound to the loopback interface, the name is CPython's, and theirs goes back in",
  () => {
    using s = new Socket(AF_PACKET, SOCK_RAW, 0);
    equal(s.getsockname(), ["", 0, 0, ARPHRD_ETHER - 1, Buffer.alloc(0)]);
    s.bind(["lo", 0x88b5]);
    const name = s.getsockname();
    equal(name, ["lo", 0x88b5, 0, ARPHRD_LOOPBACK, Buffer.alloc(6)]);
    const [theirs, again] = ask(
      `
with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as s:
  s.bind(("lo", 0x88b5)); first = s.getsockname()
with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as s:
  s.bind((*data[:4], bytes(data[4]))); again = s.getsockname()
print(json.dumps([[*a[:4], list(a[4])] for a in (first, again)]))`,
      [...name.slice(0, 4), [...name[4]]],
    );
    equal(theirs, [...name.slice(0, 4), [...name[4]]]);
    equal(again, theirs);
    using back = new Socket(AF_PACKET, SOCK_RAW, 0);
    back.bind([theirs[0], theirs[1], theirs[2], theirs[3], Buffer.from(theirs[4])]);
    equal(back.getsockname(), name);
  },
  { skip: noPacket },
);

test(
  "AF_PACKET: sendto takes protocol and hardware address, recvfrom gives all five values",
  () => {
    const proto = 0x88b5;
    using receiver = new Socket(AF_PACKET, SOCK_DGRAM, htons(proto));
    using sender = new Socket(AF_PACKET, SOCK_DGRAM, 0);
    receiver.bind(["lo", proto]);
    receiver.settimeout(5);
    const marked = Buffer.from(`frame of ${process.pid}, padded to what Ethernet wants at least`);
    sender.sendto(marked, ["lo", proto, PACKET_OTHERHOST, ARPHRD_LOOPBACK, bytes("000000000000")]);
    for (let i = 0; ; i++) {
      is(i < 100, true, "the frame never came");
      const [data, from] = receiver.recvfrom(2000);
      if (!data.equals(marked)) continue; // another run's
      equal(from, ["lo", proto, 0, ARPHRD_LOOPBACK, Buffer.alloc(6)]);
      break;
    }
  },
  { skip: noPacket },
);

test(
  "AF_PACKET: recvmsg gives auxiliary data",
  () => {
    const proto = 0x88b7;
    using receiver = new Socket(AF_PACKET, SOCK_DGRAM, 0);
    using sender = new Socket(AF_PACKET, SOCK_DGRAM, 0);
    receiver.bind(["lo", proto]);
    receiver.settimeout(5);
    receiver.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1);
    const marked = `auxiliary data of ${process.pid}`.padEnd(60);
    sender.sendto(marked, ["lo", proto, 0, 0, new Uint8Array(6)]);
    for (let i = 0; ; i++) {
      is(i < 100, true, "the frame never came");
      const [data, items, , from] = receiver.recvmsg(2000, CMSG_SPACE(structs.tpacket_auxdata.size));
      if (String(data) !== marked) continue; // another run's
      equal(from, ["lo", proto, 0, ARPHRD_LOOPBACK, Buffer.alloc(6)]);
      const [found] = items.map(item => ancillary.decode(item));
      equal(found?.name === "packetAuxdata" && [found.value.len, found.value.snaplen], [60, 60]);
      break;
    }
  },
  { skip: noPacket },
);

test(
  "AF_PACKET: an interface that doesn't exist is ENODEV with its name",
  () => {
    using s = new Socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_ALL));
    const error = fails("ENODEV", () => s.bind(["nosuch0", ETH_P_IP]));
    is(error.message, "bind ENODEV nosuch0");
    throws(() => s.bind(["lo", 0x10000]), RangeError, "bind: proto must be an integer 0..65535, got 65536");
    fails("ENODEV", () => s.sendto("x", ["nosuch0", ETH_P_IP]));
  },
  { skip: noPacket },
);
