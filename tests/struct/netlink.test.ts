// The fixed parts of netlink messages: netlink(7), rtnetlink(7), linux/netlink.h, rtnetlink.h,
// if_addr.h, neighbour.h.
import { structBytes } from "../vectors.js";

const nowhere = { darwin64: null, windows64: null };

structBytes(
  "nlmsghdr",
  { len: 0x01020304, type: 0x0506, flags: 0x0708, seq: 0xfffefdfc, pid: 0x090a0b0c },
  {
    linux64: "04030201 0605 0807 fcfdfeff 0c0b0a09",
    linux64be: "01020304 0506 0708 fffefdfc 090a0b0c",
    freebsd64: "04030201 0605 0807 fcfdfeff 0c0b0a09",
    ...nowhere,
  },
);
structBytes(
  "nlattr",
  { len: 4, type: 0x8012 },
  { linux64: "0400 1280", linux64be: "0004 8012", freebsd64: "0400 1280", ...nowhere },
);
structBytes(
  "nlmsgerr",
  { error: -19, len: 32, type: 18, flags: 5, seq: 7, pid: 8 },
  {
    linux64: "edffffff 20000000 1200 0500 07000000 08000000",
    linux64be: "ffffffed 00000020 0012 0005 00000007 00000008",
    freebsd64: "edffffff 20000000 1200 0500 07000000 08000000",
    ...nowhere,
  },
);
structBytes(
  "nl_pktinfo",
  { group: 0x0102 },
  { linux64: "02010000", linux64be: "00000102", freebsd64: null, ...nowhere },
);
structBytes(
  "genlmsghdr",
  { cmd: 3, version: 2 },
  { linux64: "03 02 0000", linux64be: "03 02 0000", freebsd64: "03 02 0000", ...nowhere },
);
structBytes(
  "ifinfomsg",
  { family: 17, type: 0x0304, index: 258, flags: 0x00011043, change: 0xffffffff },
  {
    linux64: "11 00 0403 02010000 43100100 ffffffff",
    linux64be: "11 00 0304 00000102 00011043 ffffffff",
    freebsd64: "11 00 0403 02010000 43100100 ffffffff",
    ...nowhere,
  },
);
structBytes(
  "ifaddrmsg",
  { family: 2, prefixlen: 24, flags: 0x80, scope: 253, index: 258 },
  {
    linux64: "02 18 80 fd 02010000",
    linux64be: "02 18 80 fd 00000102",
    freebsd64: "02 18 80 fd 02010000",
    ...nowhere,
  },
);
structBytes(
  "rtmsg",
  { family: 10, dstLen: 64, srcLen: 1, tos: 16, table: 254, protocol: 2, scope: 253, type: 1, flags: 0x200 },
  {
    linux64: "0a 40 01 10 fe 02 fd 01 00020000",
    linux64be: "0a 40 01 10 fe 02 fd 01 00000200",
    freebsd64: "0a 40 01 10 fe 02 fd 01 00020000",
    ...nowhere,
  },
);
structBytes(
  "ndmsg",
  { family: 2, ifindex: 258, state: 0x0102, flags: 3, type: 4 },
  {
    linux64: "02 000000 02010000 0201 03 04",
    linux64be: "02 000000 00000102 0102 03 04",
    freebsd64: "02 000000 02010000 0201 03 04",
    ...nowhere,
  },
);
