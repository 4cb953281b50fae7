// AF_XDP's options: linux/if_xdp.h.
import {
  AF_XDP,
  SOCK_RAW,
  SOL_XDP,
  Socket,
  XDP_MMAP_OFFSETS,
  XDP_OPTIONS,
  XDP_STATISTICS,
  structs,
} from "../../ts/index.js";
import { noXdp } from "../have.js";
import { equal, is, ok, test, throws } from "../suite.js";
import { bytes, codec, structBytes } from "../vectors.js";

const nowhere = { darwin64: null, freebsd64: null, windows64: null };
structBytes("xdp_options", { flags: 1 }, { linux64: "01000000", linux64be: "00000001", ...nowhere });

test("xdp_statistics: three counters of old kernels, six, and more of kernels to come", () => {
  const { xdp_statistics } = codec.target("linux64be").structs;
  const counter = (n: number) => n.toString(16).padStart(16, "0");
  const three = [1, 2, 3].map(counter).join("");
  const six = three + [4, 5, 2 ** 40].map(counter).join("");
  equal(xdp_statistics.unpack(bytes(three)), { rxDropped: 1, rxInvalidDescs: 2, txInvalidDescs: 3 });
  const all = {
    rxDropped: 1,
    rxInvalidDescs: 2,
    txInvalidDescs: 3,
    rxRingFull: 4,
    rxFillRingEmptyDescs: 5,
    txRingEmptyDescs: 2 ** 40,
  };
  equal(xdp_statistics.unpack(bytes(six)), all);
  equal(xdp_statistics.unpack(bytes(six + three)), all);
  equal(xdp_statistics.unpack(bytes(six).subarray(0, 47)), {
    rxDropped: 1,
    rxInvalidDescs: 2,
    txInvalidDescs: 3,
    rxRingFull: 4,
    rxFillRingEmptyDescs: 5,
  });
  equal(xdp_statistics.pack(all), bytes(six));
  is(xdp_statistics.size, 48);
  throws(
    () => xdp_statistics.unpack(bytes(three).subarray(1)),
    RangeError,
    "xdp_statistics has more than 23 bytes on linux64be: too few",
  );
});

test("xdp_ring_offset: four of them are XDP_MMAP_OFFSETS", () => {
  const one = codec.target("linux64").structs.xdp_ring_offset;
  const image = bytes("0000000000000000 4000000000000000 8001000000000000 8000000000000000");
  equal(one.unpack(image), [{ producer: 0, consumer: 64, desc: 384, flags: 128 }]);
  equal(one.pack([{ producer: 0, consumer: 64, desc: 384, flags: 128 }]), image);
});

test(
  "xdp: the options of a socket without rings",
  () => {
    using s = new Socket(AF_XDP, SOCK_RAW);
    equal(structs.xdp_options.unpack(s.getsockopt(SOL_XDP, XDP_OPTIONS, structs.xdp_options.size)), {
      flags: 0,
    });
    const counters = structs.xdp_statistics.unpack(s.getsockopt(SOL_XDP, XDP_STATISTICS, 1024));
    equal(
      Object.values(counters),
      Object.keys(counters).map(() => 0),
    );
    const offsets = structs.xdp_ring_offset.unpack(
      s.getsockopt(SOL_XDP, XDP_MMAP_OFFSETS, 4 * structs.xdp_ring_offset.size),
    );
    is(offsets.length, 4);
    for (const { producer, consumer, desc } of offsets) ok(producer < consumer && consumer < desc);
  },
  { skip: noXdp },
);
