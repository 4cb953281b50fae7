// AF_QIPCRTR between two sockets of this node: linux/qrtr.h, net/qrtr/af_qrtr.c.
import { AF_QIPCRTR, MSG_TRUNC, QRTR_PORT_CTRL, SOCK_DGRAM, SOCK_STREAM, Socket } from "../../ts/index.js";
import type { QipcrtrAddress } from "../../ts/index.js";
import { equal, fails, is, ok, test, throws } from "../suite.js";
import { pythonBinds, sameName } from "./same.js";

const NOBODY = 0x7fff;

function bound(): Socket<QipcrtrAddress> {
  const s = new Socket(AF_QIPCRTR, SOCK_DGRAM);
  s.settimeout(20);
  s.bind([s.getsockname()[0], 0]);
  return s;
}

test("AF_QIPCRTR: two sockets talk", () => {
  using a = bound();
  using b = bound();
  ok(a.getsockname()[1] >= 0x4000);
  a.sendto("ping", b.getsockname());
  const [data, address] = b.recvfrom(100);
  is(data.toString(), "ping");
  equal(address, a.getsockname());
  b.connect(address!);
  equal(b.getpeername(), address);
  b.send("and back");
  const [part, , flags, from] = a.recvmsg(3);
  is(part.toString(), "and");
  is(flags & MSG_TRUNC, MSG_TRUNC);
  equal(from, b.getsockname());
});

test("AF_QIPCRTR: wrong addresses", () => {
  using a = bound();
  using s = new Socket(AF_QIPCRTR, SOCK_DGRAM);
  const [node, port] = a.getsockname();
  fails("EADDRINUSE", () => s.bind([node, port]));
  fails("EINVAL", () => s.bind([node + 1, 0]));
  fails("ENOTCONN", () => s.send("x"));
  fails("ENODEV", () => s.sendto("x", [node, NOBODY]));
  throws(() => s.bind([node, -1]), RangeError, "bind: port must be an integer 0..4294967295, got -1");
  fails("EPROTOTYPE", () => new Socket(AF_QIPCRTR, SOCK_STREAM));
});

test("AF_QIPCRTR: addresses are Python's", () => {
  using s = bound();
  const [node] = sameName(s, "AF_QIPCRTR");
  pythonBinds("AF_QIPCRTR", [AF_QIPCRTR, SOCK_DGRAM, 0], [node, 0x5555]);
  ok(QRTR_PORT_CTRL > 0x5555);
});
