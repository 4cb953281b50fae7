// AF_XDP in the lab, as far as it goes without mmap(2): the socket, its options, the rings' sizes,
// bind and what it refuses. Memory that is shared with the kernel (XDP_UMEM_REG and the rings
// behind it) takes addresses and mappings, which this package does not make.
import {
  AF_XDP,
  SOCK_RAW,
  SOL_XDP,
  Socket,
  XDP_COPY,
  XDP_MMAP_OFFSETS,
  XDP_OPTIONS,
  XDP_RX_RING,
  XDP_SHARED_UMEM,
  XDP_STATISTICS,
  XDP_TX_RING,
  XDP_UMEM_FILL_RING,
  XDP_USE_NEED_WAKEUP,
  structs,
} from "../../ts/index.js";
import { equal, fails, is, test } from "../suite.js";

test("rings: sizes are powers of two, once each", () => {
  using s = new Socket(AF_XDP, SOCK_RAW);
  for (const ring of [XDP_RX_RING, XDP_TX_RING]) {
    fails("EINVAL", () => s.setsockopt(SOL_XDP, ring, 0));
    fails("EINVAL", () => s.setsockopt(SOL_XDP, ring, 63));
    s.setsockopt(SOL_XDP, ring, 64);
    fails("EINVAL", () => s.setsockopt(SOL_XDP, ring, 64));
  }
  s.setsockopt(SOL_XDP, XDP_UMEM_FILL_RING, 64);
  fails("EINVAL", () => s.setsockopt(SOL_XDP, XDP_UMEM_FILL_RING, 64));
});

test("options: statistics, options and the places in the rings", () => {
  using s = new Socket(AF_XDP, SOCK_RAW);
  equal(structs.xdp_statistics.unpack(s.getsockopt(SOL_XDP, XDP_STATISTICS, 48)), {
    rxDropped: 0,
    rxInvalidDescs: 0,
    txInvalidDescs: 0,
    rxRingFull: 0,
    rxFillRingEmptyDescs: 0,
    txRingEmptyDescs: 0,
  });
  equal(structs.xdp_statistics.unpack(s.getsockopt(SOL_XDP, XDP_STATISTICS, 24)), {
    rxDropped: 0,
    rxInvalidDescs: 0,
    txInvalidDescs: 0,
  });
  equal(structs.xdp_options.unpack(s.getsockopt(SOL_XDP, XDP_OPTIONS, 4)), { flags: 0 });
  const [rx, tx, fill, completion] = structs.xdp_ring_offset.unpack(
    s.getsockopt(SOL_XDP, XDP_MMAP_OFFSETS, 128),
  );
  equal([tx, completion], [rx, fill]);
});

test("bind: refused without rings or memory, with conflicting flags, with no such queue or device", () => {
  using s = new Socket(AF_XDP, SOCK_RAW);
  fails("EINVAL", () => s.bind(["veth0", 0]));
  s.setsockopt(SOL_XDP, XDP_RX_RING, 64);
  fails("EINVAL", () => s.bind(["veth0", 0, XDP_COPY | XDP_USE_NEED_WAKEUP])); // no memory
  fails("EINVAL", () => s.bind(["veth0", 1000]));
  fails("EINVAL", () => s.bind(["veth0", 0, 0x4000]));
  is(fails("ENODEV", () => s.bind(["nosuch0", 0])).message, "bind ENODEV nosuch0");
  using other = new Socket(AF_XDP, SOCK_RAW);
  fails("EBADF", () => s.bind(["veth0", 0, XDP_SHARED_UMEM, other.fileno()])); // it has none either
});

test("send, recv: without a bound queue the kernel refuses", () => {
  using s = new Socket(AF_XDP, SOCK_RAW);
  fails("ENXIO", () => s.send(""));
  fails("ENXIO", () => s.recv(1));
});
