// Requests and answers of NETLINK_SOCK_DIAG: sock_diag(7), linux/inet_diag.h, unix_diag.h.
import { equal, is, test, throws } from "../suite.js";
import { codec, hex, structBytes } from "../vectors.js";

const nowhere = { darwin64: null, freebsd64: null, windows64: null };
const zeros = (n: number) => "00".repeat(n);

const id = {
  sport: 0x1f90,
  dport: 443,
  src: "127.0.0.1",
  dst: "192.0.2.255",
  if: 3,
  cookie: 0x0102030405060708n,
};
structBytes(
  "inet_diag_req_v2",
  { family: 2, protocol: 6, ext: 0x81, rawProtocol: 1, states: 0xfff, id },
  {
    linux64: `02 06 81 01 ff0f0000 1f90 01bb 7f000001${zeros(12)} c00002ff${zeros(12)} 03000000 08070605 04030201`,
    linux64be: `02 06 81 01 00000fff 1f90 01bb 7f000001${zeros(12)} c00002ff${zeros(12)} 00000003 05060708 01020304`,
    ...nowhere,
  },
);
structBytes(
  "inet_diag_msg",
  {
    family: 10,
    state: 1,
    timer: 2,
    retrans: 3,
    expires: 0x0102,
    rqueue: 4,
    wqueue: 5,
    uid: 1000,
    inode: 0xfffefdfc,
    id: { ...id, src: "::1", dst: "fe80::ff" },
  },
  {
    linux64: `0a 01 02 03 1f90 01bb ${zeros(15)}01 fe80${zeros(13)}ff 03000000 08070605 04030201
      02010000 04000000 05000000 e8030000 fcfdfeff`.replace(/\s/g, ""),
    linux64be: `0a 01 02 03 1f90 01bb ${zeros(15)}01 fe80${zeros(13)}ff 00000003 05060708 01020304
      00000102 00000004 00000005 000003e8 fffefdfc`.replace(/\s/g, ""),
    ...nowhere,
  },
);
structBytes(
  "inet_diag_meminfo",
  { rmem: 1, wmem: 2, fmem: 3, tmem: 0x0104 },
  {
    linux64: "01000000 02000000 03000000 04010000",
    linux64be: "00000001 00000002 00000003 00000104",
    ...nowhere,
  },
);
structBytes(
  "unix_diag_req",
  { family: 1, protocol: 2, states: 0xffffffff, ino: 0x0102, show: 0x7f, cookie: 2n ** 64n - 2n },
  {
    linux64: "01 02 0000 ffffffff 02010000 7f000000 feffffff ffffffff",
    linux64be: "01 02 0000 ffffffff 00000102 0000007f fffffffe ffffffff",
    ...nowhere,
  },
);
structBytes(
  "unix_diag_msg",
  { family: 1, type: 5, state: 10, ino: 0x0102, cookie: 0x1_0000_0002n },
  {
    linux64: "01 05 0a 00 02010000 02000000 01000000",
    linux64be: "01 05 0a 00 00000102 00000002 00000001",
    ...nowhere,
  },
);
structBytes(
  "unix_diag_vfs",
  { ino: 0x0102, dev: 3 },
  { linux64: "02010000 03000000", linux64be: "00000102 00000003", ...nowhere },
);
structBytes(
  "unix_diag_rqlen",
  { rqueue: 0x0102, wqueue: 3 },
  { linux64: "02010000 03000000", linux64be: "00000102 00000003", ...nowhere },
);

test("sk_meminfo: the words of SK_MEMINFO_*, of older kernels too", () => {
  const { sk_meminfo } = codec.target("linux64be").structs;
  const all = {
    rmemAlloc: 1,
    rcvbuf: 2,
    wmemAlloc: 3,
    sndbuf: 4,
    fwdAlloc: 5,
    wmemQueued: 6,
    optmem: 7,
    backlog: 8,
    drops: 9,
  };
  const words = sk_meminfo.pack(all);
  is(hex(words), Array.from({ length: 9 }, (_, i) => `0000000${i + 1}`).join(""));
  equal(sk_meminfo.unpack(words), all);
  const { drops, ...fewer } = all;
  equal(sk_meminfo.unpack(words.subarray(0, 32)), fewer);
  is(drops, 9);
});

test("inet_diag_req_v2, unix_diag_req: any socket, where none is named", () => {
  const { structs } = codec.target("linux64");
  is(
    hex(structs.inet_diag_req_v2.pack({ family: 10, protocol: 17, states: 1 })),
    `0a11000001000000${zeros(40)}${"ff".repeat(8)}`,
  );
  is(
    hex(structs.inet_diag_req_v2.pack({ family: 2, protocol: 6, states: 1, id: { dport: 80 } })).slice(
      16,
      24,
    ),
    "00000050",
  );
  is(
    hex(structs.unix_diag_req.pack({ family: 1, states: 2 })),
    `0100000002000000${zeros(8)}${"ff".repeat(8)}`,
  );
});

test("inet_diag_req_v2, unix_diag_req: bad values", () => {
  const { inet_diag_req_v2, unix_diag_req } = codec.target("linux64").structs;
  const given = (id: object) => () =>
    inet_diag_req_v2.pack({ family: 2, protocol: 6, states: 1, id: id as never });
  throws(
    given({ src: "localhost" }),
    RangeError,
    'inet_diag_req_v2: id.src must be an IPv4 or IPv6 address, got "localhost"',
  );
  throws(given({ dst: 5 }), TypeError, "inet_diag_req_v2: id.dst must be a string, got 5");
  throws(
    given({ sport: 65536 }),
    RangeError,
    "inet_diag_req_v2: sport must be an integer 0..65535, got 65536",
  );
  throws(given({ cookie: 1 }), TypeError, "inet_diag_req_v2: cookie must be a bigint, got 1");
  throws(
    () => unix_diag_req.pack({ family: 1, states: 1, cookie: -1n }),
    RangeError,
    "unix_diag_req: cookie must be a bigint 0..18446744073709551615, got -1",
  );
  throws(() => inet_diag_req_v2.pack(5 as never), TypeError, "inet_diag_req_v2 must be an object, got 5");
  throws(
    () => inet_diag_req_v2.pack({ family: 2, protocol: 6 } as never),
    TypeError,
    "inet_diag_req_v2: states is missing",
  );
});
