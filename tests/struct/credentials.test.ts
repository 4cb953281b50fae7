// struct ucred: bits/socket.h.
import { AF_UNIX, SOL_SOCKET, SO_PEERCRED, type Socket, socketpair, structs } from "../../ts/index.js";
import { equal, is, test, throws } from "../suite.js";
import { codec, structBytes } from "../vectors.js";

structBytes(
  "ucred",
  { pid: 258, uid: 0xffffffff, gid: 3 },
  {
    linux64: "02010000 ffffffff 03000000",
    linux64be: "00000102 ffffffff 00000003",
    darwin64: null,
    freebsd64: null,
    windows64: null,
  },
);

test("ucred: a socket pair's peer is this process", () => {
  const [a, b] = socketpair();
  using _a = a;
  using _b: Socket = b;
  is(a.family, AF_UNIX);
  equal(structs.ucred.unpack(a.getsockopt(SOL_SOCKET, SO_PEERCRED, structs.ucred.size)), {
    pid: process.pid,
    uid: process.getuid!(),
    gid: process.getgid!(),
  });
});

test("ucred: ids out of range", () => {
  const { ucred } = codec.target("linux64").structs;
  throws(
    () => ucred.pack({ pid: 1, uid: -1, gid: 0 }),
    RangeError,
    "ucred: uid must be an integer 0..4294967295, got -1",
  );
  throws(
    () => ucred.pack({ pid: 1.5, uid: 1, gid: 0 }),
    RangeError,
    "ucred: pid must be an integer -2147483648..2147483647, got 1.5",
  );
});
