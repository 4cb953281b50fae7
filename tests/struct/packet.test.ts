// AF_PACKET's options and control message: packet(7), linux/if_packet.h.
import {
  AF_PACKET,
  PACKET_ADD_MEMBERSHIP,
  PACKET_DROP_MEMBERSHIP,
  PACKET_FANOUT,
  PACKET_FANOUT_HASH,
  PACKET_MR_MULTICAST,
  PACKET_MR_PROMISC,
  PACKET_STATISTICS,
  PACKET_VERSION,
  SOCK_DGRAM,
  SOL_PACKET,
  Socket,
  TPACKET_V3,
  htons,
  if_nametoindex,
  structs,
} from "../../ts/index.js";
import { noPacket } from "../have.js";
import { equal, fails, is, test, throws } from "../suite.js";
import { bytes, codec, hex, structBytes } from "../vectors.js";

const nowhere = { darwin64: null, freebsd64: null, windows64: null };

structBytes(
  "packet_mreq",
  { ifindex: 258, type: PACKET_MR_MULTICAST, address: bytes("01005e000001") },
  {
    linux64: "02010000 0000 0600 01005e000001 0000",
    linux64be: "00000102 0000 0006 01005e000001 0000",
    ...nowhere,
  },
);
structBytes(
  "tpacket_auxdata",
  { status: 0x51, len: 1514, snaplen: 64, mac: 14, net: 28, vlanTci: 0x0102, vlanTpid: 0x8100 },
  {
    linux64: "51000000 ea050000 40000000 0e00 1c00 0201 0081",
    linux64be: "00000051 000005ea 00000040 000e 001c 0102 8100",
    ...nowhere,
  },
);
structBytes(
  "tpacket_stats",
  { packets: 258, drops: 3 },
  { linux64: "02010000 03000000", linux64be: "00000102 00000003", ...nowhere },
);
structBytes(
  "tpacket_stats_v3",
  { packets: 258, drops: 3, freezeQCnt: 4 },
  { linux64: "02010000 03000000 04000000", linux64be: "00000102 00000003 00000004", ...nowhere },
);
structBytes(
  "tpacket_rollover_stats",
  { all: 1, huge: 2, failed: 2 ** 40 },
  {
    linux64: "0100000000000000 0200000000000000 0000000000010000",
    linux64be: "0000000000000001 0000000000000002 0000010000000000",
    ...nowhere,
  },
);
// The kernel keeps the id in the low half of the first int, whatever the byte order.
structBytes(
  "fanout_args",
  { id: 0x0102, typeFlags: 0x8003, maxNumMembers: 16 },
  {
    linux64: "0201 0380 10000000",
    linux64be: "8003 0102 00000010",
    ...nowhere,
  },
);

test("packet_mreq: the address may be left out, and has 8 bytes at most", () => {
  const { packet_mreq } = codec.target("linux64").structs;
  is(hex(packet_mreq.pack({ ifindex: 1, type: 1 })), "0100000001000000" + "00".repeat(8));
  equal(packet_mreq.unpack(bytes("01000000 0100 ff00 0102030405060708")), {
    ifindex: 1,
    type: 1,
    address: bytes("0102030405060708"),
  });
  throws(
    () => packet_mreq.pack({ ifindex: 1, type: 1, address: new Uint8Array(9) }),
    RangeError,
    "packet_mreq: address must be 0..8 bytes, got 9",
  );
  throws(
    () => packet_mreq.pack({ ifindex: 1, type: 1, address: "aa" as never }),
    TypeError,
    'packet_mreq: address must be a Uint8Array, got "aa"',
  );
  throws(
    () => packet_mreq.pack({ ifindex: -1, type: 1 }),
    RangeError,
    "packet_mreq: ifindex must be an integer 0..2147483647, got -1",
  );
  throws(
    () => packet_mreq.pack({ ifindex: 1, type: 65536 }),
    RangeError,
    "packet_mreq: type must be an integer 0..65535, got 65536",
  );
  throws(
    () => packet_mreq.pack({ ifindex: 1, type: 1, alen: 6 } as never),
    TypeError,
    "packet_mreq has no alen",
  );
  throws(() => packet_mreq.pack(null as never), TypeError, "packet_mreq must be an object, got null");
});

test(
  "packet_mreq: a membership is added and dropped on the loopback interface",
  () => {
    using s = new Socket(AF_PACKET, SOCK_DGRAM, 0);
    const value = structs.packet_mreq.pack({ ifindex: if_nametoindex("lo"), type: PACKET_MR_PROMISC });
    s.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP, value);
    s.setsockopt(SOL_PACKET, PACKET_DROP_MEMBERSHIP, value);
    fails("ENODEV", () =>
      s.setsockopt(
        SOL_PACKET,
        PACKET_ADD_MEMBERSHIP,
        structs.packet_mreq.pack({ ifindex: 0x7fffffff, type: PACKET_MR_PROMISC }),
      ),
    );
    fails("EINVAL", () => s.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP, value.subarray(1)));
  },
  { skip: noPacket },
);

test(
  "tpacket_stats: what the kernel gives, and in the third version one field more",
  () => {
    using s = new Socket(AF_PACKET, SOCK_DGRAM, 0);
    equal(
      structs.tpacket_stats.unpack(s.getsockopt(SOL_PACKET, PACKET_STATISTICS, structs.tpacket_stats.size)),
      { packets: 0, drops: 0 },
    );
    s.setsockopt(SOL_PACKET, PACKET_VERSION, TPACKET_V3);
    is(s.getsockopt(SOL_PACKET, PACKET_VERSION), TPACKET_V3);
    equal(structs.tpacket_stats_v3.unpack(s.getsockopt(SOL_PACKET, PACKET_STATISTICS, 100)), {
      packets: 0,
      drops: 0,
      freezeQCnt: 0,
    });
  },
  { skip: noPacket },
);

test(
  "fanout_args: a group of one, and what it says back",
  () => {
    const unused = htons(0x88b6);
    using s = new Socket(AF_PACKET, SOCK_DGRAM, unused);
    const id = process.pid % 65536;
    s.setsockopt(
      SOL_PACKET,
      PACKET_FANOUT,
      structs.fanout_args.pack({ id, typeFlags: PACKET_FANOUT_HASH, maxNumMembers: 4 }),
    );
    is(s.getsockopt(SOL_PACKET, PACKET_FANOUT), id | (PACKET_FANOUT_HASH << 16));
    fails("EALREADY", () =>
      s.setsockopt(
        SOL_PACKET,
        PACKET_FANOUT,
        structs.fanout_args.pack({ id, typeFlags: PACKET_FANOUT_HASH }),
      ),
    );
  },
  { skip: noPacket },
);
